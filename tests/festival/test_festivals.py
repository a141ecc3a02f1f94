"""A festival edition: its item, and a programme that must fit before it is public."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.urls import reverse

from festival.models import Broadcast, FestivalPage, Stage
from sites.exceptions import PublishRefused
from tests.city import City, item_block, programme, shelf_rows
from tests.page_forms import festival_form, item_form

pytestmark = pytest.mark.once  # pages and forms; its few constraints are written by Django alike

PUBLISH = {"action-publish": "1"}
FORMER, LATTER = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"


def add(city: City, form: dict[str, Any], *, who: str = "organiser") -> HttpResponse:
    address = reverse(
        "wagtailadmin_pages:add", args=["festival", "festivalpage", city.section("festivals").pk]
    )
    response: HttpResponse = city.browser(who).post(address, form)
    return response


def mistakes(response: HttpResponse) -> str:
    assert response.status_code == 200, response.headers
    form = response.context["form"]
    return str(form.errors) + "".join(str(one.errors) for one in form.formsets.values())


# --- the item -----------------------------------------------------------------------------------------------------------


def test_festival_has_everything_in_its_item(city: City) -> None:
    landmarks = [
        {"type": "landmark", "id": "l", "value": {"kind": "gate", "label": "东门", "shape": "0,0 10,0 10,10"}}
    ]
    items = [
        item_block(
            "党旗飘扬在一线",
            id=FORMER,
            kind="film",
            starts_at="2024-12-21T10:00:00+08:00",
            minutes=15,
            stage="主舞台",
            performers=[{"name": "合唱团", "community": "安公社区"}],
            summary="短片",
        ),
        item_block("时间未定", id=LATTER, status="cancelled"),
    ]
    page = FestivalPage(
        title="第八届邻里节",
        slug="2024",
        edition=8,
        theme="微光成炬",
        starts_on=dt.date(2024, 12, 21),
        date_note="冬至",
        venue_name="桂溪公园",
        longitude=104.06,
        latitude=30.6,
        hosts="市委社治委\n\n 市民政局 \n",
        programme=programme(*items, title="第一章"),
        landmarks=json.dumps(landmarks),
    )
    page.stages = [Stage(name="主舞台", note="南侧", sort_order=0), Stage(name="小舞台", sort_order=1)]
    page.broadcasts = [Broadcast(platform="红星新闻网", views=120000, as_of=dt.date(2024, 12, 21))]
    festival = city.add("festivals", page)
    zone = city.zone(festival, offers="羊肉汤\n糖画\n", colour="#123456")
    late, early = city.booth(zone, "B02", x=100), city.booth(zone, "A01", offer="羊肉汤", rotation=15)

    item = city.item("festivals/2024")
    first, second = festival.stages.all()
    assert item["edition"] == 8
    assert (item["starts_on"], item["ends_on"], item["date_note"]) == ("2024-12-21", "2024-12-21", "冬至")
    assert item["venue"] == {
        "name": "桂溪公园",
        "address": "",
        "point": {"longitude": 104.06, "latitude": 30.6, "datum": "GCJ-02"},
    }
    assert (item["hosts"], item["co_hosts"]) == (["市委社治委", "市民政局"], [])
    assert item["stages"] == [
        {"id": first.pk, "name": "主舞台", "note": "南侧"},
        {"id": second.pk, "name": "小舞台", "note": ""},
    ]
    assert [act["title"] for act in item["acts"]] == ["第一章"]
    released = item["releases"][0]["released_at"]
    history = {"revision": 0, "revised_at": released, "previous": None, "left": []}
    assert [one["changes"] for one in item["releases"]] == [[]]
    uids = [one.pop("uid") for one in item["acts"][0]["items"]]
    assert len(set(uids)) == 2
    assert item["acts"][0]["items"] == [
        history
        | {
            "id": FORMER,
            "anchor": "item-11111111",
            "title": "党旗飘扬在一线",
            "kind": "film",
            "kind_label": "短片",
            "stage": first.pk,
            "starts_at": "2024-12-21T10:00:00+08:00",
            "ends_at": "2024-12-21T10:15:00+08:00",
            "minutes": 15,
            "summary": "短片",
            "status": "scheduled",
            "performers": [{"name": "合唱团", "community": "安公社区"}],
        },
        history
        | {
            "id": LATTER,
            "anchor": "item-22222222",
            "title": "时间未定",
            "kind": "talk",
            "kind_label": "讲述",
            "stage": None,
            "starts_at": None,
            "ends_at": None,
            "minutes": None,
            "summary": "",
            "status": "cancelled",
            "performers": [],
        },
    ]
    assert item["broadcasts"] == [
        {"platform": "红星新闻网", "url": "", "views": 120000, "as_of": "2024-12-21", "note": ""}
    ]
    assert item["floor_plan"] == {
        "width": 1200,
        "height": 800,
        "landmarks": [{"kind": "gate", "label": "东门", "shape": [[0, 0], [10, 0], [10, 10]]}],
    }
    (shown,) = item["zones"]
    assert (shown["id"], shown["slug"], shown["name"], shown["colour"]) == (
        zone.pk,
        "market",
        "幸福集市",
        "#123456",
    )
    assert shown["offers"] == ["羊肉汤", "糖画"]
    assert shown["booths"] == [
        {
            "id": early.pk,
            "number": "A01",
            "x": 20,
            "y": 20,
            "width": 60,
            "height": 44,
            "rotation": 15,
            "offer": "羊肉汤",
        },
        {
            "id": late.pk,
            "number": "B02",
            "x": 100,
            "y": 20,
            "width": 60,
            "height": 44,
            "rotation": 0,
            "offer": "",
        },
    ]


def test_festival_without_a_plan_has_none(city: City) -> None:
    city.festival(slug="bare", stages=())
    item = city.item("festivals/bare")
    assert (item["floor_plan"], item["zones"], item["acts"], item["edition"]) == (None, [], [], None)


def test_zones_come_in_their_own_order(city: City) -> None:
    festival = city.festival()
    city.zone(festival, "乙", "b", order=2)
    city.zone(festival, "甲", "a", order=1)
    city.zone(festival, "丙", "c", order=2)
    assert [zone["slug"] for zone in city.item("festivals/2024")["zones"]] == ["a", "b", "c"]


def test_festival_without_a_number_is_on_the_site(city: City) -> None:
    from frontend_static.rendering import render_page
    from frontend_static.source import MemorySource
    from sites import previews

    city.festival("小区邻里节", edition=None)
    source = MemorySource("wuhou", previews._surroundings(city.wuhou))
    for path in ("/festivals/", "/festivals/2024/", "/festivals/2024/programme/", "/"):
        assert "小区邻里节" in render_page(source, path), path


def test_item_keeps_its_address_while_it_is_edited(city: City) -> None:
    festival = city.festival(programme=programme(item_block("旧名", id=FORMER)))
    festival.programme = programme(item_block("插在前面", id=LATTER), item_block("新名", id=FORMER))
    festival.save_revision().publish()
    anchors = {one["title"]: one["anchor"] for one in city.item("festivals/2024")["acts"][0]["items"]}
    assert anchors["新名"] == "item-11111111"


def test_item_at_night_ends_on_the_next_day(city: City) -> None:
    late = item_block("守岁", starts_at="2024-12-21T23:30:00+08:00", minutes=60)
    city.festival(programme=programme(late))
    shown = city.item("festivals/2024")["acts"][0]["items"][0]
    assert shown["ends_at"] == "2024-12-22T00:30:00+08:00"


# --- the form -----------------------------------------------------------------------------------------------------------


def test_festival_is_written_and_published_at_once(city: City) -> None:
    """Stages and the items on them come in the same form."""
    items = [item_form("开场", starts_at="2024-12-21 10:00", minutes="15", stage="主舞台")]
    form = festival_form("第九届邻里节", items=items, stages=["主舞台"], hosts="市委社治委", edition="9")
    response = add(city, {**form, **PUBLISH})
    assert response.status_code == 302, mistakes(response)
    item = city.item("festivals/di-jiu-jie-lin-li-jie")
    assert item["acts"][0]["items"][0]["starts_at"] == "2024-12-21T10:00:00+08:00"
    assert item["acts"][0]["items"][0]["stage"] == item["stages"][0]["id"]


WRONG = [
    (
        {"items": [item_form("开场", stage="没有的舞台")], "stages": ["主舞台"]},
        "舞台“没有的舞台”不在舞台名单里（主舞台）",
    ),
    ({"items": [item_form("开场", stage="主舞台")]}, "还没有填写舞台"),
    ({"items": [item_form("早了", starts_at="2024-12-20 23:59")]}, "节目“早了”的时间不在邻里节期间"),
    ({"items": [item_form("晚了", starts_at="2024-12-22 00:00")]}, "节目“晚了”的时间不在邻里节期间"),
    (
        {"items": [item_form("晚了", starts_at="2024-12-24 10:00")], "ends_on": "2024-12-23"},
        "节目“晚了”的时间不在邻里节期间",
    ),
    ({"starts_on": ""}, "starts_on"),
]


@pytest.mark.parametrize(("fields", "text"), WRONG)
def test_programme_that_does_not_fit_is_a_draft_only(city: City, fields: dict[str, Any], text: str) -> None:
    form = festival_form("第九届", slug="2025", **fields)
    assert text in mistakes(add(city, {**form, **PUBLISH}))
    assert not FestivalPage.objects.exists()

    assert add(city, form).status_code == 302
    page = FestivalPage.objects.get()
    assert page.live is False
    with pytest.raises(PublishRefused, match="还不能发布"):
        page.get_latest_revision().publish()
    assert city.get("districts/wuhou/festivals/2025/").status_code == 404


@pytest.mark.parametrize("starts_at", ["2024-12-21 00:00", "2024-12-21 23:59", "2024-12-22 12:00"])
def test_programme_within_the_dates_fits(city: City, starts_at: str) -> None:
    form = festival_form(items=[item_form("开场", starts_at=starts_at)], ends_on="2024-12-22")
    assert add(city, {**form, **PUBLISH}).status_code == 302


def test_stage_that_is_taken_away_from_under_its_items_is_noticed(city: City) -> None:
    festival = city.festival(programme=programme(item_block("开场", stage="主舞台")), stages=("主舞台",))
    before = shelf_rows()
    row = festival.stages.get()
    form = festival_form("武侯邻里节", slug="2024", items=[item_form("开场", stage="主舞台")])
    form |= {
        "stages-TOTAL_FORMS": "1",
        "stages-INITIAL_FORMS": "1",
        "stages-0-id": str(row.pk),
        "stages-0-name": "主舞台",
        "stages-0-note": "",
        "stages-0-ORDER": "1",
        "stages-0-DELETE": "on",
    }
    address = reverse("wagtailadmin_pages:edit", args=[festival.pk])
    assert "还没有填写舞台" in mistakes(city.browser("organiser").post(address, {**form, **PUBLISH}))
    assert shelf_rows() == before


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"ends_on": "2024-12-20"}, "结束日期不能早于开始日期"),
        ({"longitude": "104"}, "经度和纬度要么都填，要么都空着"),
        ({"plan_width": "0"}, "plan_width"),
        ({"landmarks": [("landmark", {"kind": "gate", "label": "", "shape": "0,0 1,1"})]}, "landmarks"),
        ({"items": [item_form("", kind="film")]}, "programme"),
        ({"items": [item_form("长", minutes="1441")]}, "programme"),
    ],
)
def test_festival_that_cannot_be_is_refused(city: City, fields: dict[str, Any], text: str) -> None:
    assert text in mistakes(add(city, {**festival_form(**fields), **PUBLISH}))


def test_poster_without_words_keeps_a_festival_from_being_public(city: City) -> None:
    silent = city.picture("", title="海报.png")
    assert "海报.png" in mistakes(add(city, {**festival_form(cover=str(silent.pk)), **PUBLISH}))


def test_festival_that_ends_before_it_starts_is_refused_by_the_database(city: City) -> None:
    festival = city.festival()
    with pytest.raises(IntegrityError), transaction.atomic():
        FestivalPage.objects.filter(pk=festival.pk).update(ends_on=dt.date(2024, 12, 20))
    FestivalPage.objects.filter(pk=festival.pk).update(ends_on=dt.date(2024, 12, 21))


# --- a story's programme item -------------------------------------------------------------------------------------------


def test_story_form_offers_the_items_of_public_festivals(city: City) -> None:
    city.festival("第八届", slug="2024", programme=programme(item_block("开场")))
    city.festival("秘密的节", slug="2025", programme=programme(item_block("没公布")), publish=False)
    address = reverse("wagtailadmin_pages:add", args=["cms", "storypage", city.section("stories").pk])
    text = city.browser("editor").get(address).content.decode()
    # The form's blocks are described in JSON inside HTML.
    assert "第八届｜开场" in text or "\\u5f00\\u573a" in text
    assert "没公布" not in text
    assert "\\u6ca1\\u516c\\u5e03" not in text


@pytest.mark.parametrize("reference", ["", "x", "999999", "999999:x", "999999:", ":x", "９９９９９９:x"])
def test_reference_to_nothing_shows_nothing(city: City, reference: str) -> None:
    city.story(slug="s", body=[("paragraph", "<p>正文</p>"), ("festival_item", {"item": reference})])
    assert [block["type"] for block in city.item("stories/s")["body"]] == ["paragraph"]
