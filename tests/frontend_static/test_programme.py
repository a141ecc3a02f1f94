"""What a built site says of a programme that changed, and the files that calendars and other programs take from it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import orjson
import pytest
from icalendar import Calendar

from frontend_static import build
from frontend_static.errors import PageNotFound
from frontend_static.programme_formats import entries
from frontend_static.rendering import paths, render_page
from frontend_static.source import ItemKey, MemorySource
from tests.festival.schedule_rules import check_json, check_xml
from tests.frontend_static.sample_town import Item, programme_item, town
from tests.frontend_static.site_folder import files
from tests.frontend_static.test_rendering import _check_page
from tests.frontend_static.town_api import TownApi

HERE = "/festivals/2024/programme"
TALK = ("talk", "讲述")


def place(at: str | None, stage: str, title: str = "旧", until: str | None = None) -> Item:
    """What was announced of an item on the day of the carnival."""
    moment = "2024-12-21T{}:00+08:00"
    return {
        "title": title,
        "starts_at": moment.format(at) if at else None,
        "ends_at": moment.format(until) if until else None,
        "stage": stage,
    }


def change(kind: str, label: str, before: Item | None, after: Item | None, **more: Any) -> Item:
    base = {"kind": kind, "kind_label": label, "item": "1", "anchor": "item-1", "title": "《我的父亲》"}
    return {**base, "before": before, "after": after, **more}


def changed(festival: Item, number: int, **more: Any) -> None:
    """Change an item of a festival in place."""
    [item] = [one for act in festival["acts"] for one in act["items"] if one["id"] == number]
    item.update(more)


@pytest.fixture
def items() -> list[Item]:
    return town()


@pytest.fixture
def carnival(items: list[Item]) -> Item:
    [festival] = [item for item in items if item["type"] == "festival"]
    return festival


def site(items: list[Item]) -> MemorySource:
    return MemorySource("chengdu", items)


def article(text: str, anchor: str) -> str:
    found = re.search(rf'<article[^>]* id="{anchor}".*?</article>', text, re.DOTALL)
    assert found is not None
    return found[0]


# --- marks ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("previous", "said"),
    [
        (None, ""),
        (place("10:00", "主舞台", until="10:15"), ""),
        (place(None, ""), ""),
        (place("14:00", "坝坝小舞台"), "改到 10:00 主舞台，原 14:00 坝坝小舞台"),
        (place("14:00", "主舞台"), "改到 10:00，原 14:00"),
        (place("10:00", "坝坝小舞台"), "改到 主舞台，原 坝坝小舞台"),
        (place("10:00", ""), "改到 主舞台，原 台下"),
        (place("10:00", "主舞台", until="10:30"), "改为 10:00–10:15，原 10:00–10:30"),
        (
            {**place("14:00", "主舞台"), "starts_at": "2024-12-20T14:00:00+08:00"},
            "改到 12月21日 10:00，原 12月20日 14:00",
        ),
    ],
)
def test_a_move_is_said_as_far_as_it_went(
    items: list[Item], carnival: Item, previous: Item | None, said: str
) -> None:
    changed(carnival, 1, previous=previous)
    shown = article(render_page(site(items), f"{HERE}/"), "item-1")
    found = re.search(r'class="moved">([^<]+)<', shown)
    assert (found[1] if found else "") == said


def test_overview_says_what_changed(items: list[Item], carnival: Item) -> None:
    changed(carnival, 1, previous=place("14:00", "主舞台"))
    said = re.findall(r"<em>([^<]+)</em>", render_page(site(items), "/festivals/2024/"))
    assert said == ["改到 10:00，原 14:00", "已取消"]


def test_what_lost_its_time_says_when_it_was(items: list[Item], carnival: Item) -> None:
    changed(carnival, 1, starts_at=None, ends_at=None, previous=place("14:00", "主舞台"))
    assert "时间待定，原 14:00 主舞台" in article(render_page(site(items), f"{HERE}/"), "item-1")


def test_what_is_off_says_so_and_nothing_else(items: list[Item], carnival: Item) -> None:
    changed(carnival, 9, previous=place("14:00", "主舞台"))
    shown = article(render_page(site(items), f"{HERE}/"), "item-9")
    assert "已取消" in shown and "改到" not in shown


def test_what_was_taken_off_keeps_its_place_on_the_page(items: list[Item], carnival: Item) -> None:
    gone = programme_item(77, "撤下的讲述", TALK, None, "12:30", "12:40", status="cancelled")
    carnival["withdrawn"] = [{**gone, "act": "讲给街坊听", "stage_name": "旧舞台"}]
    text = render_page(site(items), f"{HERE}/")
    shown = article(text, "item-77")
    assert "已取消" in shown and "原定 12月21日 周六 12:30 旧舞台" in shown
    _check_page(f"{HERE}/", text)


def test_an_item_of_an_earlier_version_of_linli_has_a_page(items: list[Item], carnival: Item) -> None:
    assert "releases" not in carnival and "uid" not in carnival["acts"][0]["items"][0]
    text = render_page(site(items), f"{HERE}/")
    assert "第1版" not in text
    assert "还没有公布" in render_page(site(items), f"{HERE}/changes/")
    assert len({entry.uid for entry in entries(carnival)}) == 11


def test_a_story_says_of_an_item_that_it_is_off(items: list[Item]) -> None:
    told = [(one, block) for one in items for block in one.get("body") or () if isinstance(block, dict)]
    [(story, ticket)] = [(one, block) for one, block in told if block["type"] == "festival_item"]
    source = MemorySource(story["district"]["slug"], items)
    assert "已取消" not in render_page(source, story["path"])
    ticket["value"] = {**ticket["value"], "status": "cancelled"}
    shown = render_page(source, story["path"])
    assert re.search(r'<aside class="ticket">.*?<b>已取消</b>，原定 <time.*?</aside>', shown, re.DOTALL)


# --- the list of changes ----------------------------------------------------------------------------------------------------


def test_changes_are_told_version_by_version(items: list[Item], carnival: Item) -> None:
    now, then = place("15:00", "坝坝小舞台"), place("14:00", "主舞台")
    told = [
        (change("added", "新增", None, now), "新增", "12月21日 15:00 坝坝小舞台"),
        (change("added", "新增", None, place(None, "")), "新增", "时间待定"),
        (change("removed", "撤下", then, None, anchor="item-gone"), "撤下", "原定 12月21日 14:00 主舞台"),
        (change("moved", "改时间地点", then, now), "改时间地点", "改到 15:00 坝坝小舞台，原 14:00 主舞台"),
        (change("moved", "改时间地点", place(None, ""), now), "改时间地点", "定在 12月21日 15:00 坝坝小舞台"),
        (change("cancelled", "取消", then, then), "取消", "原定 12月21日 14:00 主舞台"),
        (change("restored", "恢复", then, now), "恢复", "12月21日 15:00 坝坝小舞台"),
        (change("renamed", "改名", then, now), "改名", "原名“旧”"),
        (change("edited", "更新内容", then, now), "更新内容", "内容有更新"),
    ]
    carnival["releases"] = [
        {"version": 2, "released_at": "2024-12-19T18:00:00+08:00", "changes": [one for one, _, _ in told]},
        {"version": 1, "released_at": "2024-12-01T09:00:00+08:00", "changes": []},
    ]
    text = render_page(site(items), f"{HERE}/changes/")
    rows = re.findall(r'bill-kind">([^<]*)</span>.*?bill-who">([^<]*)<', text)
    assert rows == [(label, said) for _, label, said in told]
    assert text.index("第2版") < text.index("第1版")
    assert "2024年12月19日 周四 18:00" in text and "第一次公布" in text
    assert text.count(f'href="{HERE}/#item-1"') == len(told) - 1 and "#item-gone" not in text
    _check_page(f"{HERE}/changes/", text)
    assert f'href="{HERE}/changes/"' in render_page(site(items), f"{HERE}/")


# --- files ------------------------------------------------------------------------------------------------------------------


def test_calendars_of_edition_stage_and_item(items: list[Item]) -> None:
    source = site(items)

    def titles(path: str) -> list[str]:
        calendar = Calendar.from_ical(render_page(source, f"{HERE}{path}"))
        return [str(event["SUMMARY"]) for event in calendar.walk("VEVENT")]

    assert len(titles(".ics")) == 10 and "已取消：滚铁环" in titles(".ics")
    assert titles("/stage-3.ics") == titles("/item-10.ics") == ["竹编小灯笼"]
    for missing in ("/stage-9.ics", "/item-99.ics", "/item-11.ics", "/stage-.ics", "/x.ics"):
        with pytest.raises(PageNotFound):
            render_page(source, f"{HERE}{missing}")


def test_every_calendar_that_is_linked_is_a_file(items: list[Item]) -> None:
    source = site(items)
    linked = set(re.findall(r'href="([^"]+\.(?:ics|xml|json))"', render_page(source, f"{HERE}/")))
    made = {path for path in paths(source) if path.startswith(HERE) and not path.endswith("/")}
    assert {path for path in linked if path.startswith(HERE)} == made - {f"{HERE}/item-9.ics"}
    assert (
        len([path for path in made if "/item-" in path]) == 10
    )  # one is cancelled: it can be had, and is not offered


def test_a_stage_that_is_gone_keeps_its_calendar_as_long_as_it_has_to_tell(
    items: list[Item], carnival: Item
) -> None:
    changed(carnival, 1, left=[{**place("14:00", "旧舞台", until="14:30"), "stage_id": 77}], revision=1)
    source = site(items)
    assert f"{HERE}/stage-77.ics" in paths(source)
    calendar = Calendar.from_ical(render_page(source, f"{HERE}/stage-77.ics"))
    [event] = calendar.walk("VEVENT")
    assert (event["STATUS"], event["SUMMARY"]) == ("CANCELLED", "改到主舞台：《我的父亲》")
    assert str(calendar["X-WR-CALNAME"]).endswith("·旧舞台")
    with pytest.raises(PageNotFound):
        render_page(source, f"{HERE}/stage-78.ics")


def test_schedules_keep_the_rules_of_their_readers(items: list[Item], carnival: Item) -> None:
    changed(carnival, 1, title="坏\x01字\ufffe<&>", summary="\x0c", previous=place("14:00", "旧\x01台"))
    source = site(items)
    xml = check_xml(render_page(source, f"{HERE}.xml"))
    listed = check_json(orjson.loads(render_page(source, f"{HERE}.json")))
    assert [one["guid"] for one in listed] == [one.get("guid") for one in xml]
    assert "坏字<&>" in {one["title"] for one in listed}


def test_a_mistyped_year_makes_no_thousands_of_days(items: list[Item], carnival: Item) -> None:
    carnival["ends_on"] = "9999-12-31"
    schedule = orjson.loads(render_page(site(items), f"{HERE}.json"))
    assert len(check_json(schedule)) == 10
    assert [day["date"] for day in schedule["schedule"]["conference"]["days"]] == ["2024-12-21", "9999-12-31"]


def test_files_come_and_go_with_their_items(api: TownApi, out: Path) -> None:
    def calendars() -> set[str]:
        return {name for name in files(out) if name.startswith("festivals/2024/programme/item-")}

    build.build(client=api.client(), district="chengdu", out=out)
    before = calendars()
    assert "festivals/2024/programme/item-1.ics" in before
    festival = api.get("festival", "chengdu", "2024")
    acts = festival["acts"]
    first = {
        **acts[0],
        "items": [*acts[0]["items"][1:], programme_item(50, "新来的", TALK, 1, "09:00", "09:10")],
    }
    # Item 11 gets a time, item 1 is gone, item 50 is new.
    last = {
        **acts[2],
        "items": [{**one, "starts_at": "2024-12-21T13:00:00+08:00"} for one in acts[2]["items"][-1:]],
    }
    last["items"] = [*acts[2]["items"][:-1], *last["items"]]
    api.publish({**festival, "acts": [first, acts[1], last], "updated_at": "2024-12-20T10:00:00+08:00"})
    build.build(client=api.client(), district="chengdu", out=out)
    assert calendars() - before == {f"festivals/2024/programme/item-{n}.ics" for n in (11, 50)}
    assert before - calendars() == {"festivals/2024/programme/item-1.ics"}


def test_a_calendar_that_says_the_same_is_not_written_again(api: TownApi, out: Path) -> None:
    festival = api.get("festival", "chengdu", "2024")
    for act in festival["acts"]:
        for item in act["items"]:
            item |= {
                "uid": f"00000000-0000-4000-8000-{item['id']:012}",
                "revised_at": "2024-12-01T09:00:00+08:00",
            }
    build.build(client=api.client(), district="chengdu", out=out)
    moved = {**festival["acts"][0]["items"][0], "title": "改了名", "revised_at": "2024-12-20T09:00:00+08:00"}
    acts = [
        {**festival["acts"][0], "items": [moved, *festival["acts"][0]["items"][1:]]},
        *festival["acts"][1:],
    ]
    api.publish({**festival, "acts": acts, "updated_at": "2024-12-20T10:00:00+08:00"})
    report = build.build(client=api.client(), district="chengdu", out=out)
    written = {
        name for name in report.written if name.startswith("festivals/2024/programme/") and ".ics" in name
    }
    assert written == {"festivals/2024/programme/item-1.ics", "festivals/2024/programme/stage-1.ics"}


def test_hostile_programme_cannot_leave_its_place(items: list[Item], carnival: Item) -> None:
    evil = '"><script>x</script>\r\nBEGIN:VEVENT'
    changed(carnival, 1, title=evil, anchor="item-../../x", previous=place("14:00", evil))
    carnival["stages"][0] |= {"name": evil, "id": "../x"}
    source = site(items)
    assert not [path for path in paths(source) if ".." in path]
    text = render_page(source, f"{HERE}/")
    assert "<script>x" not in text
    calendar = Calendar.from_ical(render_page(source, f"{HERE}.ics"))
    assert len(calendar.walk("VEVENT")) == 10


# --- for search engines -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "status", "former"),
    [
        ({}, "EventScheduled", None),
        ({"previous": place("14:00", "主舞台")}, "EventRescheduled", "2024-12-21T14:00:00+08:00"),
        ({"previous": place("10:00", "坝坝小舞台")}, "EventScheduled", None),
        ({"status": "cancelled", "previous": place("14:00", "主舞台")}, "EventCancelled", None),
        ({"starts_at": None, "ends_at": None, "previous": place("14:00", "主舞台")}, "EventPostponed", None),
    ],
)
def test_search_engines_are_told_what_became_of_an_item(
    items: list[Item], carnival: Item, more: Item, status: str, former: str | None
) -> None:
    changed(carnival, 1, **more)
    text = render_page(site(items), "/festivals/2024/")
    data = orjson.loads(re.findall(r'<script type="application/ld\+json">(.*?)</script>', text)[0])
    [event] = [one for one in data["subEvent"] if one["name"] == "《我的父亲》"]
    assert event["eventStatus"] == f"https://schema.org/{status}"
    assert event.get("previousStartDate") == former
    # A change of the stage alone is no state there: it is said in words.
    if more.get("previous", {}).get("stage") == "坝坝小舞台":
        assert event["description"].startswith("改到 主舞台，原 坝坝小舞台")
    assert event["location"]["containedInPlace"]["@type"] == "Place"


def test_a_district_describes_the_items_own_site(items: list[Item]) -> None:
    """The city's festival is no page of a district's site, and neither are its files."""
    source = MemorySource("wuhou", items)
    assert source.get(ItemKey("festival", "chengdu", "2024")) is not None
    with pytest.raises(PageNotFound):
        render_page(source, f"{HERE}.ics")
