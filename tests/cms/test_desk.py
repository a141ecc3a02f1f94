"""The dashboard: each role sees what waits for it, of its own district, for the same number of queries."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page

from cms.domain import desk, desk_overview
from cms.domain.desk_overview import lacking
from cms.models import StoryPage
from sites.models import District, Invitation, ServedCommunity, SiteBuild
from tests.city import City, item_block, paragraph, programme
from tests.cms.test_admin_language import english_on

pytestmark = pytest.mark.once

HOME = "/admin/"


def written(
    city: City, title: str, *, by: str = "editor", district: District | None = None, **values: Any
) -> StoryPage:
    """A draft by somebody."""
    page = city.story(title, district=district, publish=False, **values)
    StoryPage.objects.filter(pk=page.pk).update(owner=city.user(by))
    page.refresh_from_db()
    page.save_revision(user=city.user(by))
    return StoryPage.objects.get(pk=page.pk)


def hand_in(city: City, page: Page, *, by: str = "editor", note: str = "") -> Any:
    page.note_to_moderators = note
    page.save_revision(user=city.user(by))
    return page.get_workflow().start(page, city.user(by))


def titles(rows: desk.Rows) -> list[str]:
    return [row.title for row in rows.shown]


def dashboard(city: City, who: str) -> str:
    response = city.browser(who).get(HOME)
    assert response.status_code == 200
    html: str = response.content.decode()
    return html.split('class="linli-desk-panels"')[1]


# --- the lists ------------------------------------------------------------------------------------------------------------


def test_drafts_are_ones_own_and_leave_when_they_are_handed_in(city: City) -> None:
    mine = written(city, "我的")
    written(city, "别人的", by="moderator")
    city.story("公开的", slug="p")
    assert titles(desk.drafts(city.user("editor"))) == ["我的"]
    state = hand_in(city, mine, note="请看第三段")
    assert titles(desk.drafts(city.user("editor"))) == []
    assert titles(desk.handed_in(city.user("editor"))) == ["我的"]
    [waiting] = desk.to_decide(city.user("moderator")).shown
    assert (waiting.title, waiting.who, waiting.said) == ("我的", "editor", "请看第三段")

    state.current_task_state.specific.reject(user=city.user("moderator"), comment="补一张照片")
    assert titles(desk.to_decide(city.user("moderator"))) == []
    assert titles(desk.handed_in(city.user("editor"))) == []
    [back] = desk.returned(city.user("editor")).shown
    assert (back.title, back.who, back.said) == ("我的", "moderator", "补一张照片")


def test_the_longest_waiting_comes_first(city: City) -> None:
    for title in ("先来的", "后来的"):
        hand_in(city, written(city, title))
    assert titles(desk.to_decide(city.user("moderator"))) == ["先来的", "后来的"]
    assert titles(desk.in_moderation(city.user("admin"))) == ["先来的", "后来的"]


def test_planned_pages_stand_in_the_order_of_their_days(city: City) -> None:
    for title, days in (("后天", 2), ("明天", 1)):
        page = written(city, title)
        page.go_live_at = timezone.now() + dt.timedelta(days=days)
        page.save_revision().publish()
    assert titles(desk.planned(city.user("editor"))) == ["明天", "后天"]
    assert titles(desk.drafts(city.user("editor"))) == []
    assert titles(desk.planned(city.user("outsider"))) == []


def test_published_lists_the_newest_of_ones_district(city: City) -> None:
    city.story("旧", slug="a")
    city.story("新", slug="b")
    city.story("锦江的", district=city.jinjiang)
    assert titles(desk.published(city.user("editor")))[:2] == ["新", "旧"]
    assert "锦江的" not in titles(desk.published(city.user("editor")))


def test_what_the_checks_find_on_ones_own_pages(city: City) -> None:
    city.community()
    written(city, "缺社区")
    written(city, "别人的", by="moderator")
    [row] = desk.to_mend(city.user("editor")).shown
    assert row.title == "缺社区"
    assert "no-community" in {finding.code for finding in row.findings}


def test_nothing_of_another_district_is_listed(city: City) -> None:
    """Not even one's own work from a time when one served there."""
    theirs = written(city, "锦江的草稿", district=city.jinjiang)
    hand_in(city, written(city, "锦江的提交", district=city.jinjiang))
    editor = city.user("editor")
    lists = (desk.drafts, desk.returned, desk.handed_in, desk.to_decide, desk.in_moderation, desk.planned)
    for one in (*lists, desk.published, desk.to_mend):
        assert "锦江" not in " ".join(titles(one(editor))), one
    assert theirs.owner == editor
    assert "锦江" not in dashboard(city, "editor")


def test_who_serves_some_communities_sees_only_theirs(city: City) -> None:
    mine, other = city.community(), city.community("玉林社区", slug="yulin")
    ServedCommunity.objects.create(user=city.user("moderator"), community=mine)
    hand_in(city, written(city, "晋阳的", community=mine))
    hand_in(city, written(city, "玉林的", community=other))
    assert titles(desk.to_decide(city.user("moderator"))) == ["晋阳的"]


# --- editions, teams, districts -------------------------------------------------------------------------------------------


def test_what_an_edition_lacks() -> None:
    items = [item_block("合唱"), item_block("取消的", status="cancelled")]
    stored = {"starts_on": None, "venue_name": "", "programme": programme(*items)}
    assert lacking(stored, [("集市", 0), ("匠人", 3)]) == [
        "还没有日期",
        "还没有地点",
        "1 个节目没有时间",
        "1 个节目没有舞台",
        "没有摊位的版块：集市",
    ]
    assert lacking({"starts_on": "2024-12-21", "venue_name": "广场", "programme": "[]"}, []) == [
        "节目单还是空的",
        "还没有划版块",
    ]
    full = item_block("合唱", starts_at="2024-12-21T10:00:00+08:00", stage="主舞台")
    whole = {"starts_on": "2024-12-21", "venue_name": "广场", "programme": programme(full)}
    assert lacking(whole, [("集市", 2)]) == []


def test_editions_are_those_of_ones_district(city: City) -> None:
    festival = city.festival("武侯邻里节")
    city.zone(festival)
    city.festival("锦江邻里节", district=city.jinjiang)
    [edition] = desk_overview.editions(city.user("organiser"))
    assert edition.title == "武侯邻里节"
    assert "没有摊位的版块：幸福集市" in edition.lacks


def test_team_counts_people_and_open_invitations(city: City) -> None:
    soon = timezone.now() + dt.timedelta(days=1)
    for n, fields in enumerate(({}, {"revoked_at": timezone.now()}, {"expires_at": timezone.now()})):
        values = {"expires_at": soon, **fields}
        Invitation.objects.create(
            district=city.wuhou, email="a@example.org", role="editor", digest=str(n), **values
        )
    [team] = desk_overview.teams(city.user("admin"))
    assert team.district == "武侯区"
    assert dict(team.roles) == {"编辑": 1, "审核员": 1, "活动组织者": 1, "区县管理员": 1}
    assert team.invited == 1
    assert desk_overview.teams(city.user("editor")) == []


def test_districts_at_a_glance(city: City) -> None:
    city.story(slug="s")
    hand_in(city, written(city, "锦江的", district=city.jinjiang))
    SiteBuild.objects.create(district=city.jinjiang, problem="Traceback\n  …\nOSError: 磁盘满了\n")
    found = {one.slug: one for one in desk_overview.districts_at_a_glance(city.user("city staff"))}
    assert set(found) == {"chengdu", "wuhou", "jinjiang"}
    assert (found["wuhou"].items > found["jinjiang"].items, found["wuhou"].waiting) == (True, 0)
    assert (found["jinjiang"].waiting, found["jinjiang"].problem) == (1, "OSError: 磁盘满了")
    assert [one.slug for one in desk_overview.districts_at_a_glance(city.user("admin"))] == ["wuhou"]


# --- the page -------------------------------------------------------------------------------------------------------------

PANELS = {
    "editor": {"drafts", "published"},
    "moderator": {"to-decide", "drafts", "published"},
    "organiser": {"editions", "published"},
    "admin": {"drafts", "published", "editions"},
    "city staff": {"districts", "drafts", "published"},
}


@pytest.mark.parametrize("who", list(PANELS))
def test_each_role_sees_its_panels_in_chinese(city: City, who: str) -> None:
    html = dashboard(city, who)
    assert set(re.findall(r'id="desk-([a-z-]+)"', html)) == PANELS[who]
    assert english_on(html) == []


def fill(city: City, number: int) -> None:
    """As much of everything, in every list."""
    picture = city.picture("")
    for n in range(number):
        written(city, f"草稿{n}", body=[("picture", {"image": picture, "caption": ""}), paragraph()])
        hand_in(city, written(city, f"提交{n}"), note="请看")
        back = hand_in(city, written(city, f"退回{n}"))
        back.current_task_state.specific.reject(user=city.user("moderator"), comment="改")
        page = written(city, f"定时{n}")
        page.go_live_at = timezone.now() + dt.timedelta(days=n + 1)
        page.save_revision().publish()
        city.story(f"公开{n}", slug=f"p{number}-{n}")


def test_dashboard_costs_the_same_for_one_of_each_and_for_nine(city: City) -> None:
    def counted(who: str) -> int:
        browser = city.browser(who)
        browser.get(HOME)  # what is remembered for the process
        with CaptureQueriesContext(connection) as queries:
            browser.get(HOME)
        return len(queries)

    fill(city, 1)
    cast = ("editor", "moderator", "admin", "city staff")
    few = {who: counted(who) for who in cast}
    fill(city, 8)  # more than a list shows
    more = {who: counted(who) for who in cast}
    assert all(more[who] <= few[who] for who in cast), (few, more)
    assert max(few.values()) < 90, few
    assert desk.to_decide(city.user("moderator")).total == 9


# --- deciding from there --------------------------------------------------------------------------------------------------


def decide(city: City, who: str, state: Any, **form: str) -> str:
    address = reverse("desk_decide", args=[state.current_task_state.pk])
    response = city.browser(who, errors=False).post(address, form, follow=True)
    return response.content.decode() if response.status_code == 200 else str(response.status_code)


def test_moderator_approves_and_returns_from_the_dashboard(city: City) -> None:
    first, second = written(city, "好的", slug="good"), written(city, "不好的")
    good, bad = hand_in(city, first), hand_in(city, second)
    assert "请写明要改什么" in decide(city, "moderator", bad, action="reject", comment=" ")
    assert titles(desk.to_decide(city.user("moderator"))) == ["好的", "不好的"]
    assert "已经退回" in decide(city, "moderator", bad, action="reject", comment="补照片")
    assert "已经批准" in decide(city, "moderator", good, action="approve")
    assert city.item("stories/good")["title"] == "好的"
    assert titles(desk.returned(city.user("editor"))) == ["不好的"]


@pytest.mark.parametrize("who", ["editor", "organiser", "outsider"])
def test_nobody_else_decides(city: City, who: str) -> None:
    state = hand_in(city, written(city, "草稿"))
    assert decide(city, who, state, action="approve") == "404"
    assert not StoryPage.objects.get().live


def test_refused_approval_says_why(city: City) -> None:
    state = hand_in(city, written(city, "有电话", body=[paragraph("打 13800001111")]))
    assert "像是有个人的号码" in decide(city, "moderator", state, action="approve")
    assert not StoryPage.objects.get().live
