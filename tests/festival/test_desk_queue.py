"""The queue of an edition: who may see it, filters, search, deciding about many, and what it costs."""

from __future__ import annotations

import re

import pytest
from django.core.mail import EmailMessage
from django.db import connection
from django.test.utils import CaptureQueriesContext

from festival.domain import deciding
from festival.enums import ApplicationState
from festival.models import Application, MessageTemplate
from tests.city import City
from tests.festival.booking import Edition
from tests.festival.desk import Desk, many, text_of

S = ApplicationState
PAGES = ("edition", "applications", "waitlist", "plan", "notices", "rules", "zone_rules")


@pytest.mark.parametrize("who", ["organiser", "admin", "city staff"])
def test_pages_of_those_who_keep_the_booking(edition: Edition, who: str) -> None:
    application = edition.submitted()
    desk = Desk(edition, who)
    for name in PAGES:
        assert desk.get(name).status_code == 200, name
    assert desk.get("application", application.pk).status_code == 200
    assert "/admin/booking/" in text_of(desk.browser.get("/admin/"))


@pytest.mark.parametrize("who", ["editor", "moderator", "outsider"])
def test_pages_of_nobody_else(edition: Edition, who: str) -> None:
    application = edition.submitted()
    desk = Desk(edition, who)
    for name in PAGES:
        answer, nowhere = desk.get(name), desk.get(name, 999_999)
        assert (answer.status_code, answer.content) == (404, nowhere.content), name
    for name in ("applications", "allot", "booth", "offer", "bulk", "export", "resend"):
        assert desk.post(name).status_code in {404, 405}, name
    assert desk.get("application", application.pk).status_code == 404
    assert desk.decide(application, "approve").status_code == 404
    assert Application.objects.get(pk=application.pk).state == S.SUBMITTED
    assert ("/admin/booking/" in text_of(desk.browser.get("/admin/"))) == (who == "outsider")


def test_draft_is_its_applicants_alone(edition: Edition, desk: Desk) -> None:
    draft = edition.draft()
    assert draft.reference not in text_of(desk.get("applications"))
    assert desk.get("application", draft.pk).status_code == 404


def test_filters_and_search(edition: Edition, desk: Desk) -> None:
    tan = edition.submitted(address="tan@example.cn")
    zhou = edition.submitted("pick", address="zhou@example.cn")
    Application.objects.filter(pk=zhou.pk).update(
        stall_name="周记小面", contact_name="周示例", category="小吃", payment="due", organisation="晋阳社区"
    )
    deciding.reject(application=tan, actor=edition.city.user("organiser"), reason="重复")

    def shown(**query: object) -> set[str]:
        text = text_of(desk.get("applications", **query))
        return {one.reference for one in (tan, zhou) if one.reference in text}

    both = {tan.reference, zhou.reference}
    assert shown() == both
    for query in (
        {"state": "submitted"},
        {"zone": edition.zone("pick").pk},
        {"category": "小吃"},
        {"payment": "due"},
        {"q": "小面"},
        {"q": zhou.reference.lower()},
        {"q": "zhou@example"},
        {"q": "周示例 晋阳"},
        {"state": "submitted", "q": "周记"},
    ):
        assert shown(**query) == {zhou.reference}, query
    assert shown(q="周示例 不在") == set()
    assert shown(documents="pending") == set()
    assert shown(since="2099-01-01") == set()
    assert shown(since="1999-01-01", until="2099-01-01", order="name") == both
    # What is wrong narrows nothing, and says so.
    wrong = desk.get("applications", since="昨天", zone="x'")
    assert wrong.status_code == 200 and tan.reference in text_of(wrong)
    assert "输入" in text_of(desk.get("applications", since="昨天"))
    for day in ("0001-01-01", "9999-12-31"):
        assert "年以" in text_of(desk.get("applications", since=day, until=day))
    assert desk.get("plan", application="9" * 5000).status_code == 200


def test_documents_filter(edition: Edition, desk: Desk) -> None:
    rows = many(edition, 2)
    text = text_of(desk.get("applications", documents="pending"))
    assert rows[1].reference in text and rows[0].reference not in text
    text = text_of(desk.get("applications", documents="expiring"))
    assert not any(one.reference in text for one in rows)
    rows[0].documents.update(expires_on=edition.festival.starts_on)
    assert rows[0].reference in text_of(desk.get("applications", documents="expiring"))


@pytest.mark.parametrize("query", [{}, {"state": "submitted", "documents": "pending", "q": "绳"}])
def test_cost_does_not_grow(edition: Edition, desk: Desk, query: dict[str, str]) -> None:
    def cost() -> tuple[int, int]:
        with CaptureQueriesContext(connection) as captured:
            assert desk.get("applications", **query).status_code == 200
        own = [one["sql"] for one in captured.captured_queries if "festival_" in one["sql"]]
        return len(captured), len(own)

    many(edition, 3)
    cost()  # what is remembered for good
    few = cost()
    many(edition, 1000, start=3)
    assert cost() == few
    # Beside what every page of the admin asks: who it is, what they may, and for the menu.
    assert few[1] <= 10
    assert few[0] - few[1] <= 18


@pytest.mark.parametrize("query", [{}, {"q": "绳"}, {"order": "oldest"}])
def test_last_page_has_the_rest_in_order(edition: Edition, desk: Desk, query: dict[str, str]) -> None:
    references = [one.reference for one in many(edition, 53)]
    if "order" in query:
        references.reverse()
    for number in ("2", "99"):
        text = text_of(desk.get("applications", p=number, **query))
        assert re.findall(r"linli-reference\">(M\d+)", text) == references[50:]
    assert "共 53 份" in text


def test_many_are_decided_each_by_its_version(
    edition: Edition, desk: Desk, mailoutbox: list[EmailMessage]
) -> None:
    first, second, third = (edition.submitted(address=f"{n}@example.cn") for n in range(3))
    chosen = [f"{one.pk}:{one.version}" for one in (first, second, third)]
    template = MessageTemplate.objects.create(
        district=edition.city.wuhou, name="恭喜", text="{摊主}您好，{编号}进了{邻里节}的{版块}。"
    )
    begun = desk.post("bulk", action="approve", chosen=chosen)
    assert begun.status_code == 200 and "恭喜" in text_of(begun)
    used = text_of(desk.post("bulk", action="approve", chosen=chosen, template=template.pk, step="template"))
    assert f"谭示例您好，{second.reference}进了武侯邻里节的手作。" in used
    assert Application.objects.get(pk=first.pk).state == S.SUBMITTED
    # Somebody else is faster with one of them.
    deciding.ask(application=second, text="请补照片", actor=edition.city.user("admin"))
    mailoutbox.clear()
    done = desk.post("bulk", action="approve", chosen=chosen, text=template.text, step="confirm")
    text = text_of(done)
    assert "办好 <strong>2</strong> 份" in text and "<strong>1</strong> 份没有办" in text
    states = [Application.objects.get(pk=one.pk).state for one in (first, second, third)]
    assert states == [S.APPROVED, S.NEEDS_INFO, S.APPROVED]
    assert f"{third.reference}进了" in Application.objects.get(pk=third.pk).reason
    assert sorted(to for mail in mailoutbox for to in mail.to) == ["0@example.cn", "2@example.cn"]


def test_many_need_words_and_known_places(edition: Edition, desk: Desk) -> None:
    one = edition.submitted()
    chosen = [f"{one.pk}:{one.version}"]
    empty = desk.post("bulk", action="reject", chosen=chosen, text=" ", step="confirm")
    assert empty.status_code == 400 and "请写理由" in text_of(empty)
    unknown = desk.post("bulk", action="reject", chosen=chosen, text="{姓名}，抱歉", step="confirm")
    assert unknown.status_code == 400 and "{姓名}" in text_of(unknown) and "，抱歉" in text_of(unknown)
    nobody = desk.post("bulk", action="approve", chosen=["x", "1:2:3", f"{one.pk}"])
    assert nobody.status_code == 400 and "请先选" in text_of(nobody)
    assert desk.post("bulk", action="burn", chosen=chosen).status_code == 400
    assert Application.objects.get(pk=one.pk).state == S.SUBMITTED


def test_many_of_another_district_are_nobody(edition: Edition, city: City) -> None:
    one = edition.submitted()
    foreign = city.festival("锦江邻里节", district=city.jinjiang)
    desk = Desk(edition, "outsider")
    answer = desk.post(
        "bulk", foreign.pk, action="approve", chosen=[f"{one.pk}:{one.version}"], step="confirm"
    )
    assert answer.status_code == 400
    assert Application.objects.get(pk=one.pk).state == S.SUBMITTED
