"""An application as the organiser sees it: what was asked beside what was handed in, and all that happened since."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from festival.domain import terms, waitlist
from festival.domain.transitions import NEXT
from festival.enums import ApplicationState, QuestionKind, SlotState
from festival.models import Application, ApplicationDocument

S = ApplicationState
# What organisers press: action, label, whether a reason must be written, and to which state it leads.
_DEEDS = (
    ("approve", "通过", False, S.APPROVED),
    ("waitlist", "列入候补", False, S.WAITLISTED),
    ("ask", "请摊主补充", True, S.NEEDS_INFO),
    ("reject", "不通过", True, S.REJECTED),
    ("revoke", "取消这份申请", True, S.REVOKED),
)


@dataclass(frozen=True)
class Deed:
    """Something that may be done with the application now."""

    action: str
    label: str
    needs_words: bool


@dataclass(frozen=True)
class Paper:
    """A document that is asked for, or was; `document` is what was handed in."""

    label: str
    asked: bool
    required: bool
    has_expiry: bool
    document: ApplicationDocument | None
    too_soon: bool
    typed: str = ""
    problem: str = ""

    @property
    def is_picture(self) -> bool:
        return self.document is not None and self.document.content_type.startswith("image/")


@dataclass(frozen=True)
class Portrait:
    """Everything on the screen beside the application's own fields."""

    answers: list[tuple[str, str, bool]]
    papers: list[Paper]
    lacks: list[str]
    deeds: list[Deed]
    booths: list[dict[str, Any]]
    events: list[Any]
    messages: list[Any]
    place: int | None
    may_allot: bool = False
    others: list[Application] = field(default_factory=list)


def portrait(
    application: Application,
    *,
    typed: dict[str, str],
    problems: dict[str, str],
    now: dt.datetime | None = None,
) -> Portrait:
    """The screen's content. Seven queries, and one for the waitlist."""
    now = now or timezone.now()
    documents = {one.requirement: one for one in application.documents.select_related("reviewed_by")}
    wanted = application.terms or {"questions": [], "documents": []}
    state = S(application.state)
    deeds = [Deed(action, label, needs) for action, label, needs, to in _DEEDS if _leads(state, to)]
    # The same stallholder's other applications of this edition.
    others = Application.objects.filter(
        festival=application.festival_id, holder=application.holder, submitted_at__isnull=False
    ).exclude(pk=application.pk)
    events = list(application.events.select_related("actor"))
    return Portrait(
        answers=[
            (question["label"], _answer(question, application, documents), question["required"])
            for question in wanted["questions"]
        ],
        papers=_papers(application, wanted, documents, typed=typed, problems=problems),
        lacks=list(terms.problems_of(application, terms=application.terms).values())
        if state in {S.SUBMITTED, S.NEEDS_INFO}
        else [],
        deeds=deeds,
        booths=_booths(application, now=now),
        events=list(reversed(events)),
        messages=list(application.messages.all()),
        place=waitlist.position_of(application),
        may_allot=state in {S.APPROVED, S.ALLOCATED},
        others=list(others.select_related("zone").order_by("pk")),
    )


def _leads(state: ApplicationState, to: ApplicationState) -> bool:
    # A withdrawal and a revocation end what goes on; of what is only submitted, "not approved" is the word.
    if to == S.REVOKED and S.REJECTED in NEXT[state]:
        return False
    return to in NEXT[state] and not (to == S.APPROVED and state != S.SUBMITTED)


def _answer(
    question: dict[str, Any], application: Application, documents: dict[str, ApplicationDocument]
) -> str:
    if question["kind"] == QuestionKind.FILE:
        document = documents.get(question["key"])
        return document.name if document else ""
    value = application.answers.get(question["key"])
    if isinstance(value, bool):
        return "是" if value else "否"
    return "" if value is None else str(value)


def _papers(
    application: Application,
    wanted: dict[str, Any],
    documents: dict[str, ApplicationDocument],
    *,
    typed: dict[str, str],
    problems: dict[str, str],
) -> list[Paper]:
    last = application.festival.ends_on or application.festival.starts_on
    asked = [(one, one.get("has_expiry", False)) for one in wanted["documents"]]
    asked += [(one, False) for one in wanted["questions"] if one["kind"] == QuestionKind.FILE]
    found, left = [], dict(documents)
    for one, has_expiry in asked:
        found.append((one["label"], True, one["required"], has_expiry, left.pop(one["key"], None)))
    # What was handed in for a requirement that these terms no longer have is still there to be read.
    found += [(document.label, False, False, False, document) for document in left.values()]
    return [
        Paper(
            label=label,
            asked=is_asked,
            required=required,
            has_expiry=has_expiry,
            document=document,
            too_soon=bool(document and document.expires_on and last and document.expires_on < last),
            typed=typed.get(f"document-{document.pk}", "") if document else "",
            problem=problems.get(f"document-{document.pk}", "") if document else "",
        )
        for label, is_asked, required, has_expiry, document in found
    ]


def _booths(application: Application, *, now: dt.datetime) -> list[dict[str, Any]]:
    """The booths that are held or confirmed, each with its days; a hold that ran out is none."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for slot in application.slots.select_related("booth__zone").order_by("booth__number", "day"):
        if slot.state == SlotState.HELD and slot.expires_at is not None and slot.expires_at <= now:
            continue
        row = found.setdefault(
            (slot.booth.number, slot.state),
            {
                "number": slot.booth.number,
                "zone": slot.booth.zone.name,
                "state": slot.get_state_display(),
                "until": slot.expires_at,
                "days": [],
            },
        )
        row["days"].append(slot.day)
    return list(found.values())
