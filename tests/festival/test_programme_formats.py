"""The programme as iCalendar and as frab's schedule: read back by other libraries, and true about what is off."""

from __future__ import annotations

import datetime as dt
import json
import re
from typing import Any
from urllib.parse import quote

import pytest
from django.http import HttpResponse
from icalendar import Calendar, Event

from festival.models import FestivalPage
from tests.city import City, item_block, programme
from tests.festival.schedule_rules import check_json, check_xml
from tests.festival.test_programme_releases import ONE, TWO, block, publish
from tests.sites.test_api_queries import cost

pytestmark = pytest.mark.once

THREE, FOUR = "33333333-3333-4333-8333-333333333333", "44444444-4444-4444-8444-444444444444"
BASE = "districts/wuhou/festivals/2024/programme"
FORMATS = ("ics", "xml", "json")
CHOIR = [{"name": "合唱团", "community": "玉林街道"}]


@pytest.fixture
def festival(city: City) -> FestivalPage:
    """Released twice: the opening was moved, the choir cancelled, the talk taken off, and the game has no time."""
    before = [
        block("点灯；开场, 一", summary="一盏\n一盏地点"),
        block("合唱", TWO, "11:00", stage="第二舞台", performers=CHOIR),
        block("讲述", THREE, "12:00", stage=""),
        item_block("游戏", id=FOUR, kind="game"),
    ]
    page = city.festival(programme=programme(*before), stages=("主舞台", "第二舞台"), venue_name="桂溪公园")
    after = [
        block("点灯；开场, 一", summary="一盏\n一盏地点", at="15:00", stage="第二舞台"),
        block("合唱", TWO, "11:00", stage="第二舞台", performers=CHOIR, status="cancelled"),
        item_block("游戏", id=FOUR, kind="game"),
    ]
    return publish(page, *after)


def good(city: City, ending: str, query: dict[str, Any] | None = None, **headers: str) -> HttpResponse:
    response = city.get(f"{BASE}.{ending}", query, **headers)
    assert response.status_code == 200, response.content.decode()
    return response


def events(city: City, **query: Any) -> dict[str, Event]:
    """The events of a calendar by the item's anchor."""
    calendar = Calendar.from_ical(good(city, "ics", query).content)
    found = {str(event["URL"]).rpartition("#")[2]: event for event in calendar.walk("VEVENT")}
    assert len(found) == len(calendar.walk("VEVENT"))
    return found


def anchor(id: str) -> str:
    return f"item-{id[:8]}"


# --- iCalendar ----------------------------------------------------------------------------------------------------------


def test_calendar_holds_every_item_that_has_or_had_a_time(city: City, festival: FestivalPage) -> None:
    found = events(city)
    assert set(found) == {anchor(ONE), anchor(TWO), anchor(THREE)}
    opening = found[anchor(ONE)]
    assert opening["SUMMARY"] == "点灯；开场, 一"
    assert opening["STATUS"] == "CONFIRMED"
    assert opening["LOCATION"] == "第二舞台，桂溪公园"
    assert opening["DESCRIPTION"] == "改到 15:00 第二舞台，原 10:00 主舞台\n一盏\n一盏地点"
    assert opening.start == dt.datetime(2024, 12, 21, 7, tzinfo=dt.UTC)
    assert opening.end - opening.start == dt.timedelta(minutes=30)
    assert opening["DTSTART"].params["TZID"] == "Asia/Shanghai"


def test_what_is_off_stays_in_the_calendar_as_cancelled(city: City, festival: FestivalPage) -> None:
    found = events(city)
    for key, title in ((TWO, "合唱"), (THREE, "讲述")):
        event = found[anchor(key)]
        assert (event["STATUS"], event["TRANSP"]) == ("CANCELLED", "TRANSPARENT")
        assert event["SUMMARY"] == f"已取消：{title}"
        assert event["SEQUENCE"] == 2


def test_events_keep_their_uid_and_count_their_changes(city: City, festival: FestivalPage) -> None:
    before = events(city)
    assert before[anchor(ONE)]["SEQUENCE"] == 2
    publish(festival, block("启幕", at="16:00"))
    after = events(city)
    assert {name: event["UID"] for name, event in after.items()} == {
        name: event["UID"] for name, event in before.items()
    }
    sequences = {name: event["SEQUENCE"] for name, event in after.items()}
    # The choir goes from its page now; it was off before.
    assert sequences == {anchor(ONE): 4, anchor(TWO): 4, anchor(THREE): 2}
    released = festival.releases.get(version=3).released_at.replace(microsecond=0)
    assert after[anchor(ONE)]["DTSTAMP"].dt == released
    assert after[anchor(THREE)]["DTSTAMP"].dt == before[anchor(THREE)]["DTSTAMP"].dt


def test_an_item_that_lost_its_time_is_off_at_the_one_that_was_announced(
    city: City, festival: FestivalPage
) -> None:
    publish(festival, block("点灯", at=""))
    event = events(city)[anchor(ONE)]
    assert (event["STATUS"], event["SUMMARY"]) == ("CANCELLED", "时间待定：点灯")
    assert event.start == dt.datetime(2024, 12, 21, 7, tzinfo=dt.UTC)


def test_calendar_is_folded_and_names_its_zone(city: City, festival: FestivalPage) -> None:
    response = good(city, "ics")
    assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    lines = response.content.split(b"\r\n")
    assert b"\n" not in b"".join(lines)
    assert max(map(len, lines)) <= 75
    for line in lines:
        line.decode()  # no character is cut in two
    [zone] = Calendar.from_ical(response.content).walk("VTIMEZONE")
    assert zone["TZID"] == "Asia/Shanghai"
    [calendar] = Calendar.from_ical(response.content).walk("VCALENDAR")
    assert (calendar["METHOD"], calendar["X-WR-CALNAME"]) == ("PUBLISH", "武侯邻里节")


def test_calendar_of_a_stage_and_of_an_item(city: City, festival: FestivalPage) -> None:
    second = festival.stages.get(name="第二舞台").pk
    assert set(events(city, stage=second)) == {anchor(ONE), anchor(TWO)}
    assert set(events(city, stage=festival.stages.get(name="主舞台").pk)) == {anchor(ONE)}
    assert set(events(city, item=THREE)) == {anchor(THREE)}
    assert set(events(city, item=ONE)) == {anchor(ONE)}


def test_a_stage_tells_where_an_item_went(city: City, festival: FestivalPage) -> None:
    now = events(city)[anchor(ONE)]
    [event] = events(city, stage=festival.stages.get(name="主舞台").pk).values()
    assert event["UID"] == now["UID"]
    # It had 0 there; and where both come into one calendar, the item itself wins.
    assert 0 < event["SEQUENCE"] < now["SEQUENCE"]
    assert (event["STATUS"], event["TRANSP"]) == ("CANCELLED", "TRANSPARENT")
    assert event["SUMMARY"] == "改到第二舞台：点灯；开场, 一"
    assert event["DESCRIPTION"].startswith("改到 15:00 第二舞台，原 10:00 主舞台\n")
    assert event["LOCATION"] == "主舞台，桂溪公园"
    assert (event.start, event.end) == (
        dt.datetime(2024, 12, 21, 2, tzinfo=dt.UTC),
        dt.datetime(2024, 12, 21, 2, 30, tzinfo=dt.UTC),
    )


def test_every_stage_that_an_item_left_goes_on_telling_until_it_returns(
    city: City, festival: FestivalPage
) -> None:
    first, second = (festival.stages.get(name=name).pk for name in ("主舞台", "第二舞台"))

    def told(stage: int) -> tuple[str, str, int]:
        event = events(city, stage=stage)[anchor(ONE)]
        return str(event["STATUS"]), str(event["SUMMARY"]), event["SEQUENCE"]

    publish(festival, block("点灯", at="15:00", stage=""))
    assert told(first) == told(second) == ("CANCELLED", "改到台下：点灯", 3)
    publish(festival, block("点灯", at="", stage=""))
    assert told(first) == told(second) == ("CANCELLED", "时间待定：点灯", 5)
    publish(festival, block("点灯", at="16:00", stage="主舞台"))
    assert (told(first), told(second)) == (("CONFIRMED", "点灯", 8), ("CANCELLED", "改到主舞台：点灯", 7))
    publish(festival, block("点灯", at="16:00", stage="主舞台", status="cancelled"))
    assert (told(first)[1:], told(second)[1:]) == (("已取消：点灯", 10), ("已取消：点灯", 9))
    publish(festival)
    assert (told(first)[1:], told(second)[1:]) == (("已取消：点灯", 12), ("已取消：点灯", 11))


def test_a_stage_that_is_gone_tells_where_its_items_went(city: City, festival: FestivalPage) -> None:
    gone = festival.stages.get(name="第二舞台").pk
    publish(festival, block("点灯", at="15:00"), stages=[festival.stages.get(name="主舞台")])
    assert gone not in {stage["id"] for stage in city.item("festivals/2024")["stages"]}
    found = events(city, stage=gone)
    assert {name: str(event["SUMMARY"]) for name, event in found.items()} == {
        anchor(ONE): "改到主舞台：点灯",
        anchor(TWO): "已取消：合唱",
    }
    assert {event["STATUS"] for event in found.values()} == {"CANCELLED"}


def test_a_stage_under_a_new_name_keeps_what_was_taken_off_it(city: City, festival: FestivalPage) -> None:
    stage = festival.stages.get(name="第二舞台")
    stage.name = "大舞台"
    publish(festival, block("点灯", at="15:00", stage="大舞台"), stages=[stage])
    found = events(city, stage=stage.pk)
    assert {name: event["STATUS"] for name, event in found.items()} == {
        anchor(ONE): "CONFIRMED",
        anchor(TWO): "CANCELLED",
    }


def test_a_new_time_after_none_is_said_against_the_one_that_was_announced(
    city: City, festival: FestivalPage
) -> None:
    publish(festival, block("点灯", at="", stage="第二舞台"))
    publish(festival, block("点灯", at="", stage="主舞台"))
    lost = events(city)[anchor(ONE)]
    assert (lost["STATUS"], lost["SUMMARY"]) == ("CANCELLED", "时间待定：点灯")
    publish(festival, block("点灯", at="16:00"))
    found = events(city)[anchor(ONE)]
    assert (found["STATUS"], found["DESCRIPTION"]) == ("CONFIRMED", "改到 16:00 主舞台，原 15:00 第二舞台")


@pytest.mark.parametrize(
    ("query", "status", "kind", "named"),
    [
        ({"stage": "999999"}, 400, "bad-value", "999999"),
        ({"stage": "主舞台"}, 400, "bad-value", "主舞台"),
        ({"item": "nothing"}, 400, "bad-value", "nothing"),
        ({"item": ""}, 400, "bad-value", ""),
        ({"item": FOUR}, 404, "not-timed", "游戏"),
        ({"item": ONE, "stage": "1"}, 400, "one-of-both", "stage"),
        ({"day": "1"}, 400, "unknown-parameter", "day"),
    ],
)
def test_what_is_not_there_is_refused_by_name(
    city: City, festival: FestivalPage, query: dict[str, str], status: int, kind: str, named: str
) -> None:
    response = city.get(f"{BASE}.ics", query)
    problem = json.loads(response.content)
    assert (response.status_code, problem["type"]) == (status, f"urn:linli:problem:{kind}")
    assert named in problem["detail"]


def test_a_stage_of_another_edition_is_as_unknown_as_any(city: City, festival: FestivalPage) -> None:
    other = city.festival(district=city.jinjiang, stages=("别处",))
    said = []
    for key in (str(other.stages.get().pk), "987654"):
        response = city.get(f"{BASE}.ics", {"stage": key})
        assert response.status_code == 400
        problem = json.loads(response.content)
        assert problem.pop("value") == key
        said.append({**problem, "detail": problem["detail"].replace(key, "")})
    assert said[0] == said[1]


# --- frab ---------------------------------------------------------------------------------------------------------------


def test_schedules_keep_the_rules_of_their_readers(city: City, festival: FestivalPage) -> None:
    xml = check_xml(good(city, "xml").content.decode())
    listed = check_json(json.loads(good(city, "json").content))
    assert [one["guid"] for one in listed] == [one.get("guid") for one in xml]
    assert [one["id"] for one in listed] == [int(one.get("id", "")) for one in xml]
    assert {one["room"] for one in listed} == {"武侯区·第二舞台", "武侯区·台下"}
    told = {one["title"]: one for one in listed}
    assert set(told) == {"点灯；开场, 一", "已取消：合唱", "已取消：讲述"}
    assert told["点灯；开场, 一"]["subtitle"] == "改到 15:00 第二舞台，原 10:00 主舞台"
    assert told["已取消：合唱"]["persons"] == [{"name": "合唱团（玉林街道）"}]
    assert told["已取消：讲述"]["url"] == (
        f"http://wuhou.localhost:8000/festivals/2024/programme/#{anchor(THREE)}"
    )


def test_same_numbers_in_every_format(city: City, festival: FestivalPage) -> None:
    listed = check_json(json.loads(good(city, "json").content))
    assert {one["guid"] for one in listed} == {str(event["UID"]) for event in events(city).values()}


def test_an_edition_of_several_days_shows_each(city: City) -> None:
    night = item_block("守岁", starts_at="2024-12-22T23:30:00+08:00")
    city.festival(programme=programme(night), ends_on=dt.date(2024, 12, 23), stages=())
    schedule = json.loads(good(city, "json").content)
    [event] = check_json(schedule)
    assert [day["date"] for day in schedule["schedule"]["conference"]["days"]] == [
        "2024-12-21",
        "2024-12-22",
        "2024-12-23",
    ]
    # Nobody said how long it takes.
    assert (event["start"], event["duration"]) == ("23:30", "00:00")
    assert "DTEND" not in events(city)[event["url"].rpartition("#")[2]]


def test_an_edition_with_an_address_in_chinese(city: City) -> None:
    """And with whatever a paste brings into a title, without a stage, off, and past midnight."""
    late = item_block("守岁🏮", starts_at="2024-12-21T23:30:00+08:00", minutes=1440)
    off = block("灯\uffff谜]]>", TWO, stage="", status="cancelled")
    city.festival(
        slug="第九届",
        title="\x1b邻里节🎉",
        programme=programme(block("开场\x0b<&>"), off, late),
        ends_on=None,
    )
    for ending, check in (("xml", check_xml), ("json", lambda text: check_json(json.loads(text)))):
        response = city.get(f"districts/wuhou/festivals/{quote('第九届')}/programme.{ending}")
        assert len(check(response.content.decode())) == 3
    calendar = city.get(f"districts/wuhou/festivals/{quote('第九届')}/programme.ics").content
    for event in Calendar.from_ical(calendar).walk("VEVENT"):
        assert str(event["URL"]).isascii()
        assert not re.search(r"[\x00-\x1f\ufffe\uffff]", str(event["SUMMARY"]))


def test_an_edition_without_a_programme_has_valid_formats(city: City) -> None:
    city.festival()
    assert events(city) == {}
    assert check_xml(good(city, "xml").content.decode()) == []
    assert check_json(json.loads(good(city, "json").content)) == []


# --- how they are served ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", FORMATS)
def test_a_format_costs_as_much_as_the_item(city: City, festival: FestivalPage, ending: str) -> None:
    publish(festival, *(block(str(n), f"{n:032}", at="", stage="") for n in range(60)))
    assert cost(city, f"{BASE}.{ending}") == cost(city, "districts/wuhou/festivals/2024/") == 2


@pytest.mark.parametrize("ending", FORMATS)
def test_a_known_format_is_304_until_the_programme_changes(
    city: City, festival: FestivalPage, ending: str
) -> None:
    etag = good(city, ending).headers["ETag"]
    known = city.get(f"{BASE}.{ending}", if_none_match=etag)
    assert (known.status_code, known.content, known.headers["ETag"]) == (304, b"", etag)
    publish(festival, block("点灯", at="09:00"))
    assert good(city, ending, if_none_match=etag).headers["ETag"] != etag


def test_validators_of_parts_differ(city: City, festival: FestivalPage) -> None:
    asked = [{}, {"item": ONE}, {"item": TWO}, {"stage": str(festival.stages.get(name="主舞台").pk)}]
    etags = [good(city, "ics", query).headers["ETag"] for query in asked]
    etags += [good(city, ending).headers["ETag"] for ending in ("xml", "json")]
    assert len(set(etags)) == len(etags)


@pytest.mark.parametrize("ending", FORMATS)
def test_programs_may_ask_for_their_own_type(city: City, festival: FestivalPage, ending: str) -> None:
    for accept in ("text/calendar", "application/xml;q=0.9", "text/x-anything"):
        good(city, ending, accept=accept)


@pytest.mark.parametrize("ending", FORMATS)
def test_what_is_not_public_has_no_formats(city: City, ending: str) -> None:
    city.festival(slug="2024", publish=False, programme=programme(block()))
    for path in (BASE, "districts/nowhere/festivals/2024/programme"):
        response = city.get(f"{path}.{ending}")
        assert response.status_code == 404
        assert response.headers["Content-Type"].startswith("application/problem+json")


def test_an_unpublished_edition_takes_its_formats_along(city: City, festival: FestivalPage) -> None:
    FestivalPage.objects.get(pk=festival.pk).unpublish()
    assert city.get(f"{BASE}.ics").status_code == 404
