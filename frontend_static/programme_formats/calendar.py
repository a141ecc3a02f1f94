"""A programme as an iCalendar file (RFC 5545): of an edition, of one stage, of one item."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, Timezone, TimezoneStandard, vDuration

from frontend_static import dates
from frontend_static.programme_formats.entries import Entry, clean, entries

Item = dict[str, Any]

_ZONE = "Asia/Shanghai"
_HERE = ZoneInfo(_ZONE)
_FRESH = timedelta(hours=1)


def as_calendar(festival: Item, *, site: str, stage: str | None = None, item: str | None = None) -> str:
    """The calendar of an edition, of the stage of that name, or of the item with that id.

    `site` is the base address of the district's public site. What was cancelled stays in it with STATUS:CANCELLED, so
    that it disappears from the calendars that took it; what never had a time is left out.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Linli//Programme//ZH")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    name = clean(f"{festival['title']}·{stage}" if stage else festival["title"])
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", _ZONE)
    calendar.add("refresh-interval", vDuration(_FRESH), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(_FRESH))
    calendar.add("url", f"{site}{festival['path']}programme/")
    calendar.add_component(_zone())
    for entry in entries(festival):
        if (stage is None or entry.stage == stage) and (item is None or entry.id == item):
            event = _event(entry, festival, site)
            if event is not None:
                calendar.add_component(event)
    return bytes(calendar.to_ical()).decode()


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


def _event(entry: Entry, festival: Item, site: str) -> Event | None:
    if entry.slot is None:
        return None
    start, end = entry.slot
    revised = dates.moment(entry.revised_at).astimezone(UTC)
    event = Event()
    event.add("uid", entry.uid)
    event.add("sequence", entry.revision)
    event.add("dtstamp", revised)
    event.add("last-modified", revised)
    event.add("dtstart", start.astimezone(_HERE))
    if end is not None:
        event.add("dtend", end.astimezone(_HERE))
    event.add("summary", entry.shown_title)
    event.add("status", "CANCELLED" if entry.off else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if entry.off else "OPAQUE")
    told = [entry.notice, entry.summary, "、".join(entry.performers)]
    if text := "\n".join(part for part in told if part):
        event.add("description", text)
    where = [entry.stage, clean(festival["venue"]["name"]), clean(festival["venue"]["address"])]
    if place := "，".join(dict.fromkeys(part for part in where if part)):
        event.add("location", place)
    point = festival["venue"]["point"]
    if point is not None and point["datum"] == "WGS-84":
        event.add("geo", (point["latitude"], point["longitude"]))
    event.add("categories", [part for part in (entry.kind_label, entry.act) if part])
    event.add("url", f"{site}{festival['path']}programme/#{entry.anchor}")
    return event
