"""The rules of an edition at the desk, its figures, its notices, and texts to write to many."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils import timezone

from festival.domain import deciding, figures
from festival.enums import ApplicationState, ZoneMode
from festival.models import (
    Application,
    BookingRules,
    BoothSlot,
    FestivalPage,
    MessageTemplate,
    Question,
    Zone,
    ZoneDay,
    ZoneRules,
)
from sites.enums import Delivery
from sites.models import OutboxMessage
from tests.city import City
from tests.festival.booking import Edition
from tests.festival.desk import Desk, many, text_of

pytestmark = pytest.mark.once  # shows nothing that hangs on the database

S = ApplicationState


def formset(name: str, *rows: dict[str, Any], initial: int = 0) -> dict[str, Any]:
    data: dict[str, Any] = {
        f"{name}-TOTAL_FORMS": len(rows),
        f"{name}-INITIAL_FORMS": initial,
        f"{name}-MIN_NUM_FORMS": 0,
        f"{name}-MAX_NUM_FORMS": 1000,
    }
    for number, row in enumerate(rows):
        values = {"id": "", "ORDER": number + 1, "DELETE": "", **row}
        data |= {f"{name}-{number}-{field}": value for field, value in values.items()}
    return data


def form(**changes: Any) -> dict[str, Any]:
    return {
        "opens_at": "2026-11-01 09:00",
        "closes_at": "2026-12-01 18:00",
        "booths_per_applicant": 2,
        "offer_hours": 24,
        "retention_days": 60,
        "contact": "028-0000",
        "terms": "自带桌布",
        **formset("categories", {"name": "小吃"}, {"name": "手作"}),
        **formset("questions"),
        **formset("documents"),
        **changes,
    }


def test_first_rules_of_an_edition(city: City) -> None:
    festival: FestivalPage = city.festival(slug="new", starts_on=dt.date(2026, 12, 21))
    zone = city.zone(festival)
    city.booth(zone)
    browser = city.browser("organiser")
    address = reverse("booking_rules", args=[festival.pk])
    assert "开始报名" in browser.get(address).content.decode()
    question = {
        "kind": "choice",
        "label": "用什么火",
        "choices": "电\n气",
        "purpose": "消防",
        "zones": [zone.pk],
    }
    data = form(**formset("questions", question))
    assert browser.post(address, data).status_code == 302
    rules = BookingRules.objects.get(festival=festival)
    assert [one.name for one in rules.categories.all()] == ["小吃", "手作"]
    assert list(Question.objects.get(rules=rules).zones.all()) == [zone]
    assert BoothSlot.objects.filter(booth__zone=zone).count() == 1
    # Now each zone.
    zones = reverse("booking_zone_rules", args=[festival.pk])
    mark = f"zone-{zone.pk}"
    data = {f"{mark}-takes": "on", f"{mark}-mode": "pick", f"{mark}-fee": "50", f"{mark}-deposit": "0"}
    category = rules.categories.get(name="小吃")
    data |= {f"{mark}-categories": [category.pk], f"{mark}-capacity": "1", f"{mark}-note": "靠水"}
    assert browser.post(zones, data).status_code == 302
    made = ZoneRules.objects.get(zone=zone)
    assert (made.mode, made.capacity, float(made.fee), made.note) == ("pick", 1, 50, "靠水")
    assert list(made.categories.all()) == [category]
    # The public item says so at once.
    (public,) = city.item("festivals/new")["booking"]["zones"]
    assert public["categories"] == ["小吃"]
    assert [question["label"] for question in public["questions"]] == ["用什么火"]
    assert browser.post(zones, {}).status_code == 302
    assert not ZoneRules.objects.filter(zone=zone).exists()


def test_wrong_rules_are_refused_and_kept_on_the_page(edition: Edition, desk: Desk, city: City) -> None:
    foreign = city.zone(city.festival("锦江邻里节", district=city.jinjiang), name="锦江的版块")
    asked = {"kind": "text", "label": "问题", "purpose": "安排", "choices": "", "zones": []}
    for changes, said in (
        ({"closes_at": "2026-10-01 18:00"}, "截止报名必须晚于开始报名"),
        ({"booths_per_applicant": 11}, "小于或等于10"),
        (formset("questions", {**asked, "kind": "choice", "choices": "只有一个"}), "至少写两个"),
        (formset("questions", {**asked, "zones": [foreign.pk]}), str(foreign.pk)),
        (formset("questions", {**asked, "label": ""}), "必"),
    ):
        answer = desk.post("rules", **form(**{"contact": "不要丢", **changes}))
        page = text_of(answer)
        assert answer.status_code == 400, said
        assert said in page and "不要丢" in page and "锦江的版块" not in page, said
    edition.rules.refresh_from_db()
    assert edition.rules.contact == ""


def state_in(answer: Any) -> str:
    found = re.search(r'name="state" value="(\w+)"', text_of(answer))
    assert found
    return found[1]


def test_rules_that_somebody_changed_meanwhile_are_not_written_over(edition: Edition, desk: Desk) -> None:
    mine, theirs = state_in(desk.get("rules")), state_in(desk.get("rules"))
    tea, books = (formset("categories", {"name": name}) for name in ("茶", "旧书"))
    assert desk.post("rules", **form(**tea, contact="别人先存的", state=theirs)).status_code == 302
    refused = desk.post("rules", **form(**books, contact="我填的", state=mine))
    assert refused.status_code == 409
    assert "有人改过这些规则" in text_of(refused) and "我填的" in text_of(refused)
    edition.rules.refresh_from_db()
    assert edition.rules.contact == "别人先存的"
    # Having been told, whoever stores once more has the last word.
    twice = desk.post("rules", **form(**tea, contact="我填的", state=state_in(refused)))
    assert twice.status_code == 400 and "已经有类别“茶”" in text_of(twice)
    answer = desk.post("rules", **form(**books, contact="我填的", state=state_in(refused)))
    assert answer.status_code == 302
    edition.rules.refresh_from_db()
    assert edition.rules.contact == "我填的"
    assert {one.name for one in edition.rules.categories.all()} == {"小吃", "手作", "茶", "旧书"}


def test_zone_rules_that_somebody_changed_meanwhile_are_not_written_over(
    edition: Edition, desk: Desk
) -> None:
    mark = f"zone-{edition.zone('open').pk}"
    data = {f"{mark}-takes": "on", f"{mark}-mode": "open", f"{mark}-fee": "0", f"{mark}-deposit": "0"}
    data["state"] = state_in(desk.get("zone_rules"))
    assert desk.post("zone_rules", **data, **{f"{mark}-note": "靠水"}).status_code == 302
    refused = desk.post("zone_rules", **data, **{f"{mark}-note": "靠街"})
    assert refused.status_code == 409
    assert "有人改过这些规则" in text_of(refused) and "靠街" in text_of(refused)
    assert edition.zone("open").rules.note == "靠水"
    data["state"] = state_in(refused)
    assert desk.post("zone_rules", **data, **{f"{mark}-note": "靠街"}).status_code == 302
    assert edition.zone("open").rules.note == "靠街"


def test_fewer_places_than_taken_take_nobodys_booth(edition: Edition, desk: Desk) -> None:
    for n, booth in enumerate(edition.booths("open")):
        edition.submitted("open", address=f"{n}@example.cn", booths=(booth,))
    zone = edition.zone("open")
    data: dict[str, Any] = {}
    for mode in ZoneMode:
        mark = f"zone-{edition.zone(mode).pk}"
        data |= {f"{mark}-takes": "on", f"{mark}-mode": mode, f"{mark}-fee": "0", f"{mark}-deposit": "0"}
    data[f"zone-{zone.pk}-capacity"] = "1"
    assert desk.post("zone_rules", **data).status_code == 302
    day = ZoneDay.objects.get(zone=zone)
    assert (day.capacity, day.confirmed) == (3, 3)
    wrong = desk.post("zone_rules", **{**data, f"zone-{zone.pk}-fee": "-5"})
    assert wrong.status_code == 400 and 'value="-5"' in text_of(wrong)
    assert f"请看标出的地方：{zone.name}。" in text_of(wrong)


def test_zone_rules_come_after_the_rules(city: City) -> None:
    festival = city.festival()
    answer = city.browser("organiser").get(reverse("booking_zone_rules", args=[festival.pk]))
    assert answer.status_code == 302


# --- figures ----------------------------------------------------------------------------------------------------------


def test_figures_are_counted(edition: Edition, desk: Desk) -> None:
    many(edition, 9)
    booth = edition.booths("open")[0]
    edition.submitted("open", address="a@example.cn", booths=(booth,))
    edition.draft(address="draft@example.cn")
    found = figures.of_edition(edition.festival)
    assert found.total == 10
    assert {state: n for state, _, n in found.states} == {"submitted": 6, "rejected": 3, "allocated": 1}
    zones = {one.zone.name: one for one in found.zones}
    assert (zones["旧书"].confirmed, zones["旧书"].capacity, zones["旧书"].percent) == (1, 3, 33)
    assert (zones["手作"].total, zones["手作"].submitted) == (9, 6)
    # Of applications that go on.
    assert dict(found.documents) == {"待审核": 3, "合格": 3, "不合格": 0}
    assert dict(found.categories) == {"手作": 5, "小吃": 5} or sum(n for _, n in found.categories) == 10
    assert found.days[-1][0] <= timezone.localdate() and sum(n for _, n in found.days) == 10
    page = text_of(desk.get("edition"))
    assert 'aria-label="定了 33%"' in page and "天后截止" in page


def test_overview_says_how_far_the_edition_is(edition: Edition, desk: Desk) -> None:
    now, day = timezone.now(), dt.timedelta(days=1)
    today = timezone.localdate(now)
    # Closed a second ago, today: not "in 0 days".
    BookingRules.objects.update(closes_at=now - dt.timedelta(seconds=1))
    for first, last, said in (
        (today, today, "<strong>今天</strong>开节"),
        (today - day, today + day, "<strong>正在办</strong>"),
        (today - 2 * day, today - day, "<strong>已办完</strong>"),
    ):
        FestivalPage.objects.update(starts_on=first, ends_on=last)
        page = text_of(desk.get("edition"))
        assert said in page and "<strong>已截止</strong>" in page and "天后" not in page


def test_figures_of_an_edition_without_anything(city: City) -> None:
    festival = city.festival()
    page = city.browser("organiser").get(reverse("booking_edition", args=[festival.pk]))
    assert page.status_code == 200 and "还没有报名规则" in page.content.decode()


def test_one_edition_is_opened_at_once(edition: Edition, city: City) -> None:
    answer = city.browser("organiser").get("/admin/booking/")
    assert answer.status_code == 302
    city.festival("第二届", slug="second")
    both = city.browser("organiser").get("/admin/booking/").content.decode()
    assert "武侯邻里节" in both and "第二届" in both
    assert city.browser("editor").get("/admin/booking/").status_code == 404


# --- notices ----------------------------------------------------------------------------------------------------------


def test_notices_are_read_and_sent_again(edition: Edition, desk: Desk, settings: Any) -> None:
    settings.EMAIL_BACKEND = "sites.outbox_mail.OutboxEmailBackend"
    application = edition.submitted()
    notice = OutboxMessage.objects.get(key__startswith="application:")
    page = text_of(desk.get("notices"))
    assert application.reference in page and "待发送" in page
    # It is still on its way.
    desk.post("resend", notice=notice.pk)
    assert OutboxMessage.objects.filter(key__startswith="application:").count() == 1
    OutboxMessage.objects.filter(pk=notice.pk).update(
        state=Delivery.DEAD, finished_at=timezone.now(), last_error="邮件服务器不收", attempts=3, payload={}
    )
    page = text_of(desk.get("notices", state="dead"))
    assert "邮件服务器不收" in page and "试过 3 次" in page
    for _ in range(2):
        assert desk.post("resend", notice=notice.pk).status_code == 302
    again = OutboxMessage.objects.filter(key__startswith="application:").exclude(pk=notice.pk).get()
    assert again.state == Delivery.WAITING and application.reference in again.payload["body"]
    assert Desk(edition, "outsider").post("resend", notice=notice.pk).status_code == 404


def test_notices_of_another_edition_are_none(edition: Edition, desk: Desk, settings: Any, city: City) -> None:
    settings.EMAIL_BACKEND = "sites.outbox_mail.OutboxEmailBackend"
    edition.submitted()
    notice = OutboxMessage.objects.get(key__startswith="application:")
    other = city.festival("第二届", slug="second")
    assert desk.post("resend", other.pk, notice=notice.pk).status_code == 404
    assert "tan@example.cn" not in text_of(desk.get("notices", other.pk))


# --- texts ------------------------------------------------------------------------------------------------------------


def test_templates_know_their_places(edition: Edition, city: City) -> None:
    browser = city.browser("organiser")
    address = reverse("message_templates:add")
    data = {"district": city.wuhou.pk, "name": "不合格", "text": "{摊主}，{姓}的证件不合格"}
    wrong = browser.post(address, data)
    assert wrong.status_code == 200 and "没有 {姓} 这样的占位" in wrong.content.decode()
    assert browser.post(address, {**data, "text": "{摊主}，{编号}的证件不合格"}).status_code == 302
    made = MessageTemplate.objects.get()
    assert made.district == city.wuhou
    foreign = MessageTemplate.objects.create(district=city.jinjiang, name="锦江的", text="x")
    assert browser.get(reverse("message_templates:edit", args=[foreign.pk])).status_code == 404
    editor = city.browser("editor")
    assert editor.get(reverse("message_templates:edit", args=[made.pk])).status_code in {302, 404}


def test_mail_of_a_decision_carries_the_words(edition: Edition, mailoutbox: list[EmailMessage]) -> None:
    application = edition.submitted()
    mailoutbox.clear()
    deciding.reject(application=application, actor=edition.city.user("organiser"), reason="版块满了")
    assert "版块满了" in mailoutbox[0].body
    assert Zone.objects.filter(pk=application.zone_id, applications__state=S.REJECTED).exists()
    assert Application.objects.get(pk=application.pk).reason == "版块满了"
