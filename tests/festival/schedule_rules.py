"""What frab's readers ask of a schedule, in our own words: the rules that the schemas of voc/schedule state for what we
write (validator/xsd/schedule.xml.xsd, validator/json/schema.json, EUPL-1.2; read, not copied). Where versions of them
differ, what each of them takes."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree

_CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
_DURATION = re.compile(r"[0-9]{1,2}:[0-9]{2}")
_ACRONYM = re.compile(r"[a-z0-9_-][a-z0-9_]{3,}")
_SLUG = re.compile(r"[a-z0-9_]{4,}-[a-z0-9_-]{4,}(?<=[a-z0-9])")
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(_DAY.pattern + r"T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})")
_ZONE = re.compile(r"[A-Z][a-z]+/[A-Z][a-z]+")
_CONFERENCE = {"acronym", "title", "start", "end", "days", "timeslot_duration"}
_MAY_CONFERENCE = _CONFERENCE | {"base_url", "time_zone_name"}
_EVENT = {"room", "title", "subtitle", "type", "date", "start", "duration", "abstract", "slug", "track"}
_MAY_EVENT = _EVENT | {
    "persons",
    "language",
    "description",
    "links",
    "url",
    "logo",
    "attachments",
    "recording",
}
_JSON_CONFERENCE = {"acronym", "title", "days", "daysCount", "start", "end", "timeslot_duration"}
_JSON_MAY_CONFERENCE = _JSON_CONFERENCE | {
    "time_zone_name",
    "url",
    "rooms",
    "description",
    "tracks",
    "colors",
}
_JSON_EVENT = _EVENT | {"guid", "id", "language", "links", "persons", "url"}
_JSON_MAY_EVENT = _JSON_EVENT | {"description", "attachments"}


def check_xml(text: str) -> list[ElementTree.Element]:
    """The events of a schedule.xml that keeps every rule; fails otherwise."""
    root = ElementTree.fromstring(text)
    assert root.tag == "schedule" and root.attrib == {}
    assert [child.tag for child in root[:3]] == ["generator", "version", "conference"]
    assert set(root[0].attrib) <= {"name", "version"} and not len(root[0]) and not root[0].text
    assert _text(root, "version") and not root[1].attrib
    assert {child.tag for child in root[3:]} == {"day"}, "a schedule has days and nothing behind them"
    _check_conference(root[2], days=root[3:])
    for number, day in enumerate(root[3:], start=1):
        assert set(day.attrib) == {"index", "date", "start", "end"} and day.get("index") == str(number)
        _check_day(day.get("date"), day.get("start"), day.get("end"))
        for room in day:
            assert room.tag == "room" and set(room.attrib) == {"name"} and room.get("name")
        _apart(room.get("name") for room in day)
    found = [_check_event(event, room) for room in root.iterfind("day/room") for event in room]
    _apart(_text(event, "slug") for event in found)
    _apart(event.get("guid") for event in found)
    _apart(event.get("id") for event in found)
    _apart(day.get("index") for day in root[3:])
    return found


def _check_conference(conference: ElementTree.Element, *, days: Sequence[ElementTree.Element]) -> None:
    names = [child.tag for child in conference]
    assert len(names) == len(set(names)) and _CONFERENCE <= set(names) <= _MAY_CONFERENCE
    assert not any(child.attrib or len(child) for child in conference)
    assert _ACRONYM.fullmatch(_text(conference, "acronym"))
    assert _DURATION.fullmatch(_text(conference, "timeslot_duration"))
    assert _ZONE.fullmatch(_text(conference, "time_zone_name"))
    assert int(_text(conference, "days")) == len(days)
    assert (_text(conference, "start"), _text(conference, "end")) == (
        days[0].get("date"),
        days[-1].get("date"),
    )


def _check_event(event: ElementTree.Element, room: ElementTree.Element) -> ElementTree.Element:
    assert event.tag == "event" and set(event.attrib) == {"id", "guid"}
    assert re.fullmatch(r"[1-9][0-9]*", event.get("id", "")) and int(event.get("id", "")) < 2**31
    assert _UUID.fullmatch(event.get("guid", ""))
    names = [child.tag for child in event]
    assert len(names) == len(set(names)) and _EVENT <= set(names) <= _MAY_EVENT
    assert not any(child.attrib for child in event)
    assert not any(len(child) for child in event if child.tag != "persons")
    assert _text(event, "room") == room.get("name")
    _check_values({name: _text(event, name) for name in {*_EVENT, "url"}})
    persons = event.find("persons")
    assert persons is not None and all(one.tag == "person" and one.text and not one.attrib for one in persons)
    return event


def check_json(schedule: Any) -> list[dict[str, Any]]:
    """The events of a schedule.json that keeps every rule; fails otherwise."""
    assert {"schedule"} <= set(schedule) <= {"schedule", "$schema", "generator"}
    assert all(isinstance(value, str) for value in schedule["generator"].values())
    inner = schedule["schedule"]
    assert isinstance(inner["version"], str) and "rooms" not in inner
    conference = inner["conference"]
    assert _JSON_CONFERENCE <= set(conference) <= _JSON_MAY_CONFERENCE
    assert isinstance(conference["title"], str) and _ACRONYM.fullmatch(conference["acronym"])
    assert _DURATION.fullmatch(conference["timeslot_duration"])
    assert _ZONE.fullmatch(conference["time_zone_name"])
    for address in (inner["base_url"], conference["url"]):
        _check_address(address)
    days = conference["days"]
    assert conference["daysCount"] == len(days)
    assert (conference["start"], conference["end"]) == (days[0]["date"], days[-1]["date"])
    for room in conference["rooms"]:
        assert set(room) == {"name", "guid"} and room["name"] and _UUID.fullmatch(room["guid"])
    _apart(room["name"] for room in conference["rooms"])
    _apart(room["guid"] for room in conference["rooms"])
    found = []
    for number, day in enumerate(days, start=1):
        assert set(day) == {"index", "date", "day_start", "day_end", "rooms"} and day["index"] == number
        _check_day(day["date"], day["day_start"], day["day_end"])
        for name, events in day["rooms"].items():
            assert name in {room["name"] for room in conference["rooms"]}
            found += [_check_json_event(event, name) for event in events]
    for unique in ("slug", "guid", "id"):
        _apart(event[unique] for event in found)
    return found


def _check_json_event(event: dict[str, Any], room: str) -> dict[str, Any]:
    assert _JSON_EVENT <= set(event) <= _JSON_MAY_EVENT and event["room"] == room
    assert type(event["id"]) is int and 0 < event["id"] < 2**31 and _UUID.fullmatch(event["guid"])
    # A person has either a name, or the public_name and the number of old.
    assert all(set(one) == {"name"} and one["name"] for one in event["persons"])
    assert event["links"] == [] and isinstance(event["description"], str)
    _check_values(event)
    return event


def _check_values(event: dict[str, Any]) -> None:
    start = _aware(event["date"])
    assert _CLOCK.fullmatch(event["start"]) and event["start"] == f"{start:%H:%M}"
    assert _DURATION.fullmatch(event["duration"])
    assert _SLUG.fullmatch(event["slug"])
    assert event["title"] and event["type"]
    assert all(isinstance(event[name], str) for name in _EVENT)
    _check_address(event["url"])


def _check_day(date: str | None, start: str | None, end: str | None) -> None:
    assert date is not None and _DAY.fullmatch(date)
    day = dt.date.fromisoformat(date)
    assert day == _aware(start).date() and _aware(start) < _aware(end)


def _check_address(text: str) -> None:
    """A URI by RFC 3986, which is without Chinese, of the web."""
    assert re.fullmatch(r"https?://[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+", text) and urlsplit(text).hostname


def _aware(text: str | None) -> dt.datetime:
    assert text is not None and _MOMENT.fullmatch(text)
    return dt.datetime.fromisoformat(text)


def _apart(values: Iterable[Any]) -> None:
    known = list(values)
    assert len(known) == len(set(known))


def _text(parent: ElementTree.Element, name: str) -> str:
    child = parent.find(name)
    assert child is not None, f"{parent.tag} has no {name}"
    return child.text or ""
