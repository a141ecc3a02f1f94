"""A programme as schedule.xml and schedule.json, which conference apps and recording teams read.

The format knows no cancelled items and leaves out nothing that it names: what is off says so in its title, what was
moved in its subtitle. Items without a time have no place in it. Readers merge rooms of one name, so each carries its
district's; ids and slugs are made of the item's own number, for titles are Chinese.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from xml.etree import ElementTree

import orjson

from frontend_static import dates
from frontend_static.programme_formats.entries import Entry, address_of, clean, entries

Item = dict[str, Any]

_GENERATOR = {"name": "Linli", "version": "1"}
_SLOT = "00:05"
_LONGEST = 60  # days that are listed each, with or without items
_OFF_STAGE = "台下"
_LARGEST = 2**31 - 1  # readers keep an event's number in 32 bits


@dataclass(frozen=True, slots=True)
class _Event:
    number: int
    entry: Entry
    room: str
    start: datetime
    minutes: int


@dataclass(frozen=True, slots=True)
class _Day:
    date: date
    rooms: dict[str, list[_Event]]

    @property
    def begins(self) -> str:
        return f"{self.date.isoformat()}T00:00:00+08:00"

    @property
    def ends(self) -> str:
        return f"{self.date.isoformat()}T23:59:59+08:00"


def as_json(festival: Item, *, site: str) -> str:
    """The programme as schedule.json. `site` is the base address of the district's public site."""
    days = _days(festival)
    conference = {
        "acronym": _acronym(festival),
        "title": clean(festival["title"]),
        "start": days[0].date.isoformat(),
        "end": days[-1].date.isoformat(),
        "daysCount": len(days),
        "timeslot_duration": _SLOT,
        "time_zone_name": "Asia/Shanghai",
        "url": address_of(festival, site),
        "rooms": [{"name": name, "guid": _room_id(festival, name)} for name in _rooms(days)],
        "days": [
            {
                "index": number,
                "date": day.date.isoformat(),
                "day_start": day.begins,
                "day_end": day.ends,
                "rooms": {
                    room: [_as_json(event, festival, site) for event in events]
                    for room, events in day.rooms.items()
                },
            }
            for number, day in enumerate(days, start=1)
        ],
    }
    schedule = {
        "version": _version(festival),
        "base_url": address_of(festival, site),
        "conference": conference,
    }
    return orjson.dumps({"generator": _GENERATOR, "schedule": schedule}).decode()


def as_xml(festival: Item, *, site: str) -> str:
    """The programme as schedule.xml. `site` is the base address of the district's public site."""
    days = _days(festival)
    schedule = ElementTree.Element("schedule")
    ElementTree.SubElement(schedule, "generator", _GENERATOR)
    _add(schedule, "version", _version(festival))
    conference = ElementTree.SubElement(schedule, "conference")
    _add(conference, "acronym", _acronym(festival))
    _add(conference, "title", clean(festival["title"]))
    _add(conference, "start", days[0].date.isoformat())
    _add(conference, "end", days[-1].date.isoformat())
    _add(conference, "days", str(len(days)))
    _add(conference, "timeslot_duration", _SLOT)
    _add(conference, "time_zone_name", "Asia/Shanghai")
    for number, day in enumerate(days, start=1):
        told = {"index": str(number), "date": day.date.isoformat(), "start": day.begins, "end": day.ends}
        shown = ElementTree.SubElement(schedule, "day", told)
        for name, events in day.rooms.items():
            room = ElementTree.SubElement(shown, "room", {"name": name})
            for event in events:
                _add_event(room, event, festival, site)
    ElementTree.indent(schedule)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(schedule, "unicode") + "\n"


def _as_json(event: _Event, festival: Item, site: str) -> Item:
    entry = event.entry
    return {
        "id": event.number,
        "guid": entry.uid,
        "date": event.start.isoformat(),
        "start": f"{event.start:%H:%M}",
        "duration": _duration(event.minutes),
        "room": event.room,
        "slug": _slug(event, festival),
        "url": f"{address_of(festival, site)}#{entry.anchor}",
        "title": entry.shown_title,
        "subtitle": entry.notice,
        "track": entry.act,
        "type": entry.kind,
        "language": "zh",
        "abstract": entry.summary,
        "description": "",
        "persons": [{"name": name} for name in entry.performers],
        "links": [],
    }


def _add_event(room: ElementTree.Element, event: _Event, festival: Item, site: str) -> None:
    entry = event.entry
    shown = ElementTree.SubElement(room, "event", {"guid": entry.uid, "id": str(event.number)})
    for name, text in (
        ("room", event.room),
        ("title", entry.shown_title),
        ("subtitle", entry.notice),
        ("type", entry.kind),
        ("date", event.start.isoformat()),
        ("start", f"{event.start:%H:%M}"),
        ("duration", _duration(event.minutes)),
        ("abstract", entry.summary),
        ("slug", _slug(event, festival)),
        ("track", entry.act),
        ("language", "zh"),
        ("url", f"{address_of(festival, site)}#{entry.anchor}"),
    ):
        _add(shown, name, text)
    persons = ElementTree.SubElement(shown, "persons")
    for name in entry.performers:
        _add(persons, "person", name)


def _add(parent: ElementTree.Element, name: str, text: str) -> None:
    ElementTree.SubElement(parent, name).text = text


# --- what both say ------------------------------------------------------------------------------------------------------


def _days(festival: Item) -> list[_Day]:
    """Every day of the festival, and any other on which something was announced."""
    events = list(_events(festival))
    days = set(_span(festival)) | {event.start.date() for event in events}
    made = []
    for day in sorted(days):
        rooms: dict[str, list[_Event]] = {}
        for event in events:
            if event.start.date() == day:
                rooms.setdefault(event.room, []).append(event)
        made.append(_Day(day, rooms))
    return made


def _span(festival: Item) -> Iterator[date]:
    first, last = date.fromisoformat(festival["starts_on"]), date.fromisoformat(festival["ends_on"])
    if (last - first).days >= _LONGEST:  # a year mistyped makes no thousands of empty days
        yield from (first, last)
        return
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)


def _events(festival: Item) -> Iterator[_Event]:
    taken: set[int] = set()
    numbers: dict[str, int] = {}
    placed = [(entry, entry.slot) for entry in entries(festival)]
    for entry, _ in sorted(placed, key=lambda pair: pair[0].uid):
        number = uuid.UUID(entry.uid).int % _LARGEST + 1
        while number in taken:
            number = number % _LARGEST + 1
        taken.add(number)
        numbers[entry.uid] = number
    for entry, slot in placed:
        if slot is not None:
            start, end = slot
            minutes = int((end - start).total_seconds() // 60) if end else 0
            room = f"{clean(festival['district']['name'])}·{entry.stage or _OFF_STAGE}"
            yield _Event(numbers[entry.uid], entry, room, start.astimezone(dates.CHENGDU), minutes)


def _rooms(days: list[_Day]) -> list[str]:
    return list(dict.fromkeys(room for day in days for room in day.rooms))


def _room_id(festival: Item, name: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{festival['district']['slug']}/{festival['slug']}/{name}"))


def _acronym(festival: Item) -> str:
    """Letters, digits and underscores, four at least: wuhou_2024."""
    text = f"{festival['district']['slug']}_{festival['slug']}".lower()
    return re.sub(r"[^a-z0-9]+", "_", text).strip("_").ljust(4, "0")


def _slug(event: _Event, festival: Item) -> str:
    return f"{_acronym(festival)}-{uuid.UUID(event.entry.uid).hex}"


def _version(festival: Item) -> str:
    """The number of the programme's newest version; "0" for one that has none yet."""
    return str(max((one["version"] for one in festival.get("releases", [])), default=0))


def _duration(minutes: int) -> str:
    """hh:mm; 00:00 while nobody knows."""
    return f"{minutes // 60:02}:{minutes % 60:02}"
