"""A programme as an iCalendar file (RFC 5545): of an edition, of one stage, of one item."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, Timezone, TimezoneStandard, vDuration

from frontend_static import dates
from frontend_static.programme_formats.entries import (
    Entry,
    Left,
    address_of,
    clean,
    entries,
    moved_from,
    stages_told,
)

Item = dict[str, Any]

_ZONE = "Asia/Shanghai"
_HERE = ZoneInfo(_ZONE)
_FRESH = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class _Told:
    """What a calendar says of an item: as it is, or as it is no more on a stage that it left."""

    entry: Entry
    start: datetime
    end: datetime | None
    stage: str
    title: str
    notice: str
    off: bool
    sequence: int


def as_calendar(festival: Item, *, site: str, stage: str | None = None, item: str | None = None) -> str:
    """The calendar of an edition, of the stage with that id (one of `stages_told`), or of the item with that id.

    `site` is the base address of the district's public site. What was cancelled stays in it with STATUS:CANCELLED, so
    that it disappears from the calendars that took it, and what went to another stage stays so in the calendar of the
    one it left; what never had a time is left out.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Linli//Programme//ZH")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    title = clean(festival["title"])
    name = title if stage is None else f"{title}·{stages_told(festival)[stage]}"
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", _ZONE)
    calendar.add("refresh-interval", vDuration(_FRESH), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(_FRESH))
    calendar.add("url", address_of(festival, site))
    calendar.add_component(_zone())
    for told in _told(festival, stage=stage, item=item):
        calendar.add_component(_event(told, festival, site))
    return bytes(calendar.to_ical()).decode()


def _told(festival: Item, *, stage: str | None, item: str | None) -> Iterator[_Told]:
    for entry in entries(festival):
        if item is not None and entry.id != item:
            continue
        if stage is not None and entry.stage_key != stage:
            if left := next((one for one in entry.left if one.key == stage), None):
                yield _on_stage_left(entry, left)
        elif entry.slot is not None:
            start, end = entry.slot
            title, notice = entry.shown_title, entry.notice
            yield _Told(entry, start, end, entry.stage, title, notice, entry.off, entry.sequence)


def _on_stage_left(entry: Entry, left: Left) -> _Told:
    """The word that who follows a stage gets of an item that is not on it any more."""
    if entry.off:
        title, notice = entry.shown_title, entry.notice
    else:
        former = {"starts_at": left.starts.isoformat(), "ends_at": None, "stage": left.stage}
        title = f"改到{entry.stage or '台下'}：{entry.title}"
        notice = moved_from(former, starts=entry.starts, ends=None, stage=entry.stage)
    return _Told(entry, left.starts, left.ends, left.stage, title, notice, True, entry.sequence - 1)


def _zone() -> Timezone:
    # One offset since 1991; the summer times before that concern no programme.
    standard = TimezoneStandard()
    standard.add("dtstart", datetime(1991, 9, 15, 2))  # noqa: DTZ001 - the zone's own beginning is in no zone
    standard.add("tzoffsetfrom", timedelta(hours=8))
    standard.add("tzoffsetto", timedelta(hours=8))
    standard.add("tzname", "CST")
    zone = Timezone()
    zone.add("tzid", _ZONE)
    zone.add_component(standard)
    return zone


def _event(told: _Told, festival: Item, site: str) -> Event:
    entry = told.entry
    revised = dates.moment(entry.revised_at).astimezone(UTC)
    event = Event()
    event.add("uid", entry.uid)
    event.add("sequence", told.sequence)
    event.add("dtstamp", revised)
    event.add("last-modified", revised)
    event.add("dtstart", told.start.astimezone(_HERE))
    if told.end is not None:
        event.add("dtend", told.end.astimezone(_HERE))
    event.add("summary", told.title)
    event.add("status", "CANCELLED" if told.off else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if told.off else "OPAQUE")
    words = [told.notice, entry.summary, "、".join(entry.performers)]
    if text := "\n".join(part for part in words if part):
        event.add("description", text)
    where = [told.stage, clean(festival["venue"]["name"]), clean(festival["venue"]["address"])]
    if place := "，".join(dict.fromkeys(part for part in where if part)):
        event.add("location", place)
    point = festival["venue"]["point"]
    if point is not None and point["datum"] == "WGS-84":
        event.add("geo", (point["latitude"], point["longitude"]))
    event.add("categories", [part for part in (entry.kind_label, entry.act) if part])
    event.add("url", f"{address_of(festival, site)}#{entry.anchor}")
    return event
