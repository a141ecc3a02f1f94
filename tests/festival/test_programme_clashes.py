"""What a programme cannot hold: said on a draft, refused when it is published."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone

from cms.domain.content_checks import check_page
from festival.models import FestivalPage
from festival.programme_clashes import MOST_TOLD, Appearance, clashes
from sites.exceptions import PublishRefused
from tests.city import City, item_block, programme
from tests.page_forms import festival_form, item_form

pytestmark = pytest.mark.once

DAY = dt.date(2024, 12, 21)
CHOIR = (("合唱团", "玉林街道"),)


def at(clock: str, day: int = 21) -> dt.datetime:
    hour, minute = map(int, clock.split(":"))
    return dt.datetime(2024, 12, day, hour, minute, tzinfo=timezone.get_default_timezone())


def item(title: str, clock: str | None, minutes: int | None = None, **values: Any) -> Appearance:
    return Appearance(title, at(clock) if clock else None, minutes, **values)


def codes(*items: Appearance) -> list[str]:
    return [clash.code for clash in clashes(items, first=DAY, last=None)]


def test_two_items_on_one_stage_are_named_with_their_times() -> None:
    [clash] = clashes(
        [item("合唱", "10:20", 30, stage="主舞台"), item("开场", "10:00", 30, stage="主舞台")],
        first=DAY,
        last=DAY,
    )
    assert clash.code == "stage"
    assert clash.text == (
        "“主舞台”上两个节目时间重叠：“开场”（12月21日 10:00–10:30）和“合唱”（12月21日 10:20–10:50）。"
    )


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [
        (("10:00", 30, "甲"), ("10:30", 30, "甲"), []),
        (("10:00", 31, "甲"), ("10:30", 30, "甲"), ["stage"]),
        (("10:00", 60, "甲"), ("10:10", 5, "甲"), ["stage"]),
        (("10:00", 60, "甲"), ("10:10", 5, "乙"), []),
        (("10:00", 60, ""), ("10:10", 5, ""), []),
        # Without a length, only the beginning counts.
        (("10:00", None, "甲"), ("10:00", None, "甲"), ["stage"]),
        (("10:00", None, "甲"), ("10:01", None, "甲"), []),
        (("10:00", 30, "甲"), ("10:29", None, "甲"), ["stage"]),
        (("10:00", 30, "甲"), ("10:30", None, "甲"), []),
        ((None, 30, "甲"), (None, 30, "甲"), []),
    ],
)
def test_a_stage_holds_one_item_at_a_time(one: Any, other: Any, found: list[str]) -> None:
    first, second = item("一", one[0], one[1], stage=one[2]), item("二", other[0], other[1], stage=other[2])
    assert codes(first, second) == codes(second, first) == found


def test_a_long_item_meets_each_that_begins_in_it() -> None:
    long = item("长", "10:00", 120, stage="甲")
    assert codes(long, item("一", "10:00", 5, stage="甲"), item("二", "11:00", 5, stage="甲")) == [
        "stage",
        "stage",
    ]


@pytest.mark.parametrize(
    ("stages", "performers", "found"),
    [
        (("甲", "乙"), (CHOIR, CHOIR), ["performer"]),
        (("甲", ""), (CHOIR, CHOIR), ["performer"]),
        (("", ""), (CHOIR, CHOIR), ["performer"]),
        (("甲", "甲"), (CHOIR, CHOIR), ["stage"]),
        (("甲", "乙"), (CHOIR, (("合唱团", "晋阳街道"),)), []),
        (("甲", "乙"), (CHOIR, (("合唱团", ""),)), []),
        (("甲", "乙"), ((("", ""),), (("", ""),)), []),
    ],
)
def test_a_performer_is_in_one_place_at_a_time(stages: Any, performers: Any, found: list[str]) -> None:
    one = item("一", "10:00", 30, stage=stages[0], performers=performers[0])
    other = item("二", "10:15", 30, stage=stages[1], performers=performers[1])
    assert codes(one, other) == found


def test_a_performer_in_two_places_is_named_with_both() -> None:
    one = item("开场", "10:00", 30, stage="主舞台", performers=CHOIR)
    other = item("散场", "10:15", None, performers=CHOIR)
    [clash] = clashes([one, other], first=DAY, last=DAY)
    assert clash.text == (
        "演出者“合唱团（玉林街道）”同时在两处：“开场”（主舞台，12月21日 10:00–10:30）和“散场”（12月21日 10:15）。"
    )


def test_a_cancelled_item_clashes_with_nothing() -> None:
    gone = Appearance("取消", at("10:00", 30), -5, "甲", CHOIR, cancelled=True)
    assert codes(gone, item("开场", "10:00", 30, stage="甲", performers=CHOIR)) == []


def test_an_item_that_ends_before_it_begins_is_named() -> None:
    assert codes(item("倒", "10:00", -5, stage="甲")) == ["backwards"]


@pytest.mark.parametrize(("day", "found"), [(20, ["outside"]), (21, []), (22, []), (23, ["outside"])])
def test_an_item_lies_on_a_day_of_the_edition(day: int, found: list[str]) -> None:
    one = Appearance("一", at("23:59", day), 30)
    assert [c.code for c in clashes([one], first=DAY, last=DAY + dt.timedelta(days=1))] == found
    assert clashes([one], first=None, last=None) == []


def test_the_end_of_the_calendar_is_refused_and_not_a_fault() -> None:
    far = dt.datetime(9999, 12, 31, 23, 59, tzinfo=dt.UTC)
    assert [c.code for c in clashes([Appearance("远", far, 1440)], first=DAY, last=DAY)] == ["outside"]


def test_many_clashes_are_counted_after_the_first() -> None:
    found = clashes([item(str(n), "10:00", 30, stage="甲") for n in range(20)], first=DAY, last=DAY)
    assert len(found) == MOST_TOLD + 1
    assert "还有 160 处" in found[-1].text


# --- in the admin -------------------------------------------------------------------------------------------------------

CLASHING = [
    item_form("开场", starts_at="2024-12-21 10:00", minutes="30", stage="主舞台"),
    item_form("合唱", starts_at="2024-12-21 10:20", minutes="30", stage="主舞台"),
]


def send(city: City, form: dict[str, Any]) -> HttpResponse:
    address = reverse(
        "wagtailadmin_pages:add", args=["festival", "festivalpage", city.section("festivals").pk]
    )
    response: HttpResponse = city.browser("organiser").post(address, form)
    return response


def test_a_clashing_programme_is_a_draft_with_a_warning_and_not_published(city: City) -> None:
    form = festival_form("第九届", slug="2025", items=CLASHING, stages=["主舞台"])
    refused = send(city, {**form, "action-publish": "1"})
    text = str(refused.context["form"].errors)
    assert "“开场”（12月21日 10:00–10:30）" in text
    assert "“合唱”（12月21日 10:20–10:50）" in text
    assert not FestivalPage.objects.exists()

    assert send(city, form).status_code == 302
    page = FestivalPage.objects.get().get_latest_revision_as_object()
    [found] = [one for one in check_page(page) if one.code == "programme-stage"]
    assert found.severity == "must"
    assert "“主舞台”上两个节目时间重叠" in found.text
    editor = city.browser("organiser").get(reverse("wagtailadmin_pages:edit", args=[page.pk]))
    assert "“主舞台”上两个节目时间重叠" in editor.content.decode()
    with pytest.raises(PublishRefused, match="两个节目时间重叠"):
        page.get_latest_revision().publish()


def test_a_stored_draft_is_read_like_its_page(city: City) -> None:
    """What a revision holds as text is found as well as what is in memory."""
    who = [{"name": "合唱团", "community": "玉林街道"}]
    page = city.festival(
        publish=False,
        stages=("甲", "乙"),
        programme=programme(
            item_block("一", starts_at="2024-12-21T10:00:00+08:00", minutes=30, stage="甲", performers=who),
            item_block("二", starts_at="2024-12-21T02:15:00Z", minutes=30, stage="乙", performers=who),
            item_block("三", starts_at="2024-12-20T10:00:00+08:00"),
            item_block("四", starts_at="2024-12-20T10:00:00+08:00", status="cancelled"),
            item_block("五"),
        ),
    )
    found = [one.text for one in check_page(page) if one.code.startswith("programme-")]
    assert sorted(found) == sorted(page.problems())
    assert len(found) == 2
