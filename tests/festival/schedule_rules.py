"""What frab's readers ask of a schedule, in our own words: the rules that the schemas of voc/schedule state
(validator/xsd/schedule.xml.xsd, validator/json/schema.json, EUPL-1.2; read, not copied)."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Iterable
from typing import Any
from xml.etree import ElementTree

_CLOCK = re.compile(r"[0-2][0-9]:[0-5][0-9]")
_DURATION = re.compile(r"[0-9]{1,2}:[0-9]{2}")
_ACRONYM = re.compile(r"[a-z0-9_-][a-z0-9_]{3,}")
_SLUG = re.compile(r"[a-z0-9_]{4,}-[a-z0-9_-]{4,}(?<=[a-z0-9])")
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
_JSON_MAY_EVENT = _JSON_EVENT | {"description", "attachments", "answers", "logo"}


def check_xml(text: str) -> list[ElementTree.Element]:
    """The events of a schedule.xml that keeps every rule; fails otherwise."""
    root = ElementTree.fromstring(text)
    assert root.tag == "schedule" and root.attrib == {}
    assert [child.tag for child in root][:3] == ["generator", "version", "conference"]
    assert {child.tag for child in root[3:]} == {"day"}, "a schedule has days and nothing behind them"
    conference = root[2]
    names = [child.tag for child in conference]
    assert len(names) == len(set(names)) and _CONFERENCE <= set(names) <= _MAY_CONFERENCE
    assert _ACRONYM.fullmatch(_text(conference, "acronym"))
    assert int(_text(conference, "days")) == len(root[3:])
    first, last = (dt.date.fromisoformat(_text(conference, name)) for name in ("start", "end"))
    assert first <= last
    found = []
    for number, day in enumerate(root[3:], start=1):
        assert set(day.attrib) == {"index", "date", "start", "end"} and day.get("index") == str(number)
        dt.date.fromisoformat(day.get("date", ""))
        assert _aware(day.get("start", "")) < _aware(day.get("end", ""))
        for room in day:
            assert room.tag == "room" and set(room.attrib) == {"name"}
            found += [_check_event(event, room.get("name", "")) for event in room]
    _apart(_text(event, "slug") for event in found)
    _apart(event.get("guid") for event in found)
    _apart(event.get("id") for event in found)
    return found


def _check_event(event: ElementTree.Element, room: str) -> ElementTree.Element:
    assert event.tag == "event" and set(event.attrib) == {"id", "guid"}
    assert 0 < int(event.get("id", "")) < 2**31
    uuid.UUID(event.get("guid", ""))
    names = [child.tag for child in event]
    assert len(names) == len(set(names)) and _EVENT <= set(names) <= _MAY_EVENT
    assert _text(event, "room") == room
    _check_values({name: _text(event, name) for name in _EVENT})
    assert _text(event, "url").startswith(("http://", "https://"))
    persons = event.find("persons")
    assert persons is not None and all(one.tag == "person" and one.text for one in persons)
    return event


def check_json(schedule: Any) -> list[dict[str, Any]]:
    """The events of a schedule.json that keeps every rule; fails otherwise."""
    assert set(schedule) <= {"schedule", "$schema", "generator"}
    inner = schedule["schedule"]
    assert isinstance(inner["version"], str) and "rooms" not in inner
    conference = inner["conference"]
    assert _JSON_CONFERENCE <= set(conference) <= _JSON_MAY_CONFERENCE
    assert _ACRONYM.fullmatch(conference["acronym"])
    assert re.fullmatch(r"[A-Z][a-z]+/[A-Z][a-z]+", conference["time_zone_name"])
    assert conference["daysCount"] == len(conference["days"])
    for room in conference["rooms"]:
        assert set(room) <= {"name", "guid", "description", "capacity"} and uuid.UUID(room["guid"])
    found = []
    for day in conference["days"]:
        assert set(day) == {"index", "date", "day_start", "day_end", "rooms"}
        assert _aware(day["day_start"]) < _aware(day["day_end"])
        for name, events in day["rooms"].items():
            for event in events:
                assert _JSON_EVENT <= set(event) <= _JSON_MAY_EVENT and event["room"] == name
                assert isinstance(event["id"], int) and event["id"] > 0 and uuid.UUID(event["guid"])
                assert all(one["name"] and "public_name" not in one for one in event["persons"])
                _check_values(event)
                found.append(event)
    _apart(event["slug"] for event in found)
    _apart(event["id"] for event in found)
    return found


def _check_values(event: dict[str, Any]) -> None:
    start = _aware(event["date"])
    assert _CLOCK.fullmatch(event["start"]) and event["start"] == f"{start:%H:%M}"
    assert _DURATION.fullmatch(event["duration"])
    assert _SLUG.fullmatch(event["slug"])
    assert event["title"]


def _aware(text: str) -> dt.datetime:
    moment = dt.datetime.fromisoformat(text)
    assert moment.utcoffset() is not None
    return moment


def _apart(values: Iterable[Any]) -> None:
    known = list(values)
    assert len(known) == len(set(known))


def _text(parent: ElementTree.Element, name: str) -> str:
    child = parent.find(name)
    assert child is not None, f"{parent.tag} has no {name}"
    return child.text or ""
