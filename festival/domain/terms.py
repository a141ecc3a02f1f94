"""What an edition asks of a stallholder: the terms of a zone, as the public reads them and as an application keeps
them, and whether what was typed meets them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db.models import prefetch_related_objects
from django.utils import timezone

from festival.domain import notices
from festival.enums import QuestionKind, ZoneMode
from festival.exceptions import NotOpen
from festival.models import Application, BookingRules, FestivalPage, Zone
from sites.pages import district_of, iso

# The personal fields that every application has, with what they are for. Public: docs/booking.md.
PERSONAL_FIELDS = {
    "contact": "通知审核结果、联系到场事宜",
    "contact_name": "称呼和联系您",
    "organisation": "核对以单位名义的报名",
}
LONGEST_ANSWER = 2000


def rules_of(festival: FestivalPage) -> BookingRules:
    """The rules of an edition. Raises NotOpen where it has none."""
    rules = BookingRules.objects.filter(festival=festival).first()
    if rules is None:
        raise NotOpen("这届邻里节不在网上报名。")
    return rules


def check_open(rules: BookingRules, *, now: dt.datetime | None = None) -> None:
    """Raises NotOpen before the opening, and from the closing on."""
    now = now or timezone.now()
    if now < rules.opens_at:
        raise NotOpen(f"报名 {_moment(rules.opens_at)} 开始。")
    if now >= rules.closes_at:
        raise NotOpen(f"报名已于 {_moment(rules.closes_at)} 截止。")


def _moment(at: dt.datetime) -> str:
    local = timezone.localtime(at)
    return f"{local.month}月{local.day}日 {local:%H:%M}"


def terms_for(zone: Zone, *, rules: BookingRules) -> dict[str, Any] | None:
    """The terms of a zone as JSON, None where it takes no applications. Seven queries; five of them only for the first
    zone with the same `rules`."""
    zone_rules = getattr(zone, "rules", None)
    if zone_rules is None:
        return None
    prefetch_related_objects([rules], "categories", "questions__zones", "documents__zones")
    allowed = [category.name for category in zone_rules.categories.all()]
    return {
        "zone": zone.pk,
        "zone_name": zone.name,
        "mode": zone_rules.mode,
        "fee": str(zone_rules.fee),
        "deposit": str(zone_rules.deposit),
        "note": zone_rules.note,
        "booths_per_applicant": rules.booths_per_applicant,
        "categories": allowed or [category.name for category in rules.categories.all()],
        "questions": [
            {
                "key": f"question:{question.pk}",
                "kind": question.kind,
                "choices": [line.strip() for line in question.choices.splitlines() if line.strip()],
                **_asked(question, rules),
            }
            for question in rules.questions.all()
            if _concerns(question, zone)
        ],
        "documents": [
            {"key": f"document:{document.pk}", "has_expiry": document.has_expiry, **_asked(document, rules)}
            for document in rules.documents.all()
            if _concerns(document, zone)
        ],
        "personal": [
            {"field": field, "purpose": purpose, "retention_days": rules.retention_days}
            for field, purpose in PERSONAL_FIELDS.items()
        ],
        "retention_days": rules.retention_days,
        "terms": rules.terms,
    }


def _asked(requirement: Any, rules: BookingRules) -> dict[str, Any]:
    return {
        "label": requirement.label,
        "help_text": requirement.help_text,
        "required": requirement.required,
        "purpose": requirement.purpose,
        "retention_days": requirement.retention_days or rules.retention_days,
    }


def _concerns(requirement: Any, zone: Zone) -> bool:
    zones = list(requirement.zones.all())
    return not zones or zone in zones


def booking_payload(festival: FestivalPage) -> dict[str, Any] | None:
    """How an edition is booked, as its public payload says; None where it is not booked here."""
    rules = BookingRules.objects.filter(festival=festival).first()
    if rules is None:
        return None
    zones = Zone.objects.filter(festival=festival).select_related("rules")
    terms = [terms_for(zone, rules=rules) for zone in zones]
    return {
        "opens_at": iso(rules.opens_at),
        "closes_at": iso(rules.closes_at),
        "contact": rules.contact,
        "contact_kinds": [str(kind) for kind in notices.kinds_for(district_of(festival))],
        "offer_hours": rules.offer_hours,
        "zones": [one for one in terms if one is not None],
    }


def mode_of(terms: Mapping[str, Any]) -> ZoneMode:
    """How the booths of the terms' zone come to stallholders."""
    return ZoneMode(terms["mode"])


def problems_of(application: Application, *, terms: Mapping[str, Any]) -> dict[str, str]:
    """What an application lacks before it can be submitted: field → what is wrong, in the order of the form. One query
    for its documents."""
    problems: dict[str, str] = {}
    if not application.stall_name.strip():
        problems["stall_name"] = "请写摊位名称。"
    if not application.offer.strip():
        problems["offer"] = "请写卖什么、做什么。"
    if not application.contact_name.strip():
        problems["contact_name"] = "请写联系人。"
    if terms["categories"] and application.category not in terms["categories"]:
        problems["category"] = "请选类别。" if not application.category else "这个版块不收这一类，请另选。"
    if not 1 <= application.booths_wanted <= terms["booths_per_applicant"]:
        problems["booths_wanted"] = f"摊位数是 1 到 {terms['booths_per_applicant']}。"
    documents = {one.requirement: one for one in application.documents.all()}
    for question in terms["questions"]:
        if question["kind"] == QuestionKind.FILE:
            wrong = "请上传文件。" if question["required"] and question["key"] not in documents else ""
        else:
            wrong = _answer_problem(question, application.answers.get(question["key"]))
        if wrong:
            problems[question["key"]] = _of(question, wrong)
    last_day = application.festival.ends_on or application.festival.starts_on
    for wanted in terms["documents"]:
        document = documents.get(wanted["key"])
        if document is None:
            wrong = "请上传。" if wanted["required"] else ""
        elif wanted["has_expiry"] and document.expires_on is None:
            wrong = "请写有效期。"
        elif wanted["has_expiry"] and last_day and document.expires_on and document.expires_on < last_day:
            wrong = f"有效期要到邻里节最后一天（{last_day.month}月{last_day.day}日）之后。"
        else:
            wrong = ""
        if wrong:
            problems[wanted["key"]] = _of(wanted, wrong)
    return problems


def _of(asked: Mapping[str, Any], wrong: str) -> str:
    return f"{asked['label'].rstrip('？?：:。 ')}：{wrong}"


def _answer_problem(question: Mapping[str, Any], answer: Any) -> str:
    if answer is None or answer == "":
        return "请填写。" if question["required"] else ""
    kind = question["kind"]
    if kind == QuestionKind.TEXT and (not isinstance(answer, str) or len(answer) > LONGEST_ANSWER):
        return f"最多 {LONGEST_ANSWER} 个字。"
    if kind == QuestionKind.CHOICE and answer not in question["choices"]:
        return "请从给出的答案里选。"
    if kind == QuestionKind.NUMBER and (isinstance(answer, bool) or not isinstance(answer, int | float)):
        return "请写数字。"
    if kind == QuestionKind.YES_NO and not isinstance(answer, bool):
        return "请选是或否。"
    return ""
