"""A festival's programme: by time, what changed in it, and the files that calendars and other programs take."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from markupsafe import Markup

from frontend_static import dates, markup, timetable
from frontend_static.programme_formats import (
    as_calendar,
    as_json,
    as_xml,
    entries,
    moved_from,
    say,
    stages_told,
)
from frontend_static.routing import SLUG, Page, Route, own, own_addresses
from frontend_static.source import Item, Query, Source

_ANCHOR = r"(item-[\w-]+)"
_STAGE = r"stage-([0-9]+)"


def show_programme(source: Source, slug: str) -> Page | None:
    festival = own(source, "festival", slug)
    if festival is None:
        return None
    found = entries(festival)
    shown = {
        "festival": festival,
        "days": timetable.days(festival),
        "undated": timetable.undated(festival),
        "entries": {entry.anchor: entry for entry in found},
        "withdrawn": [entry for entry in found if entry.withdrawn],
        "calendars": set(_calendars(festival)),
    }
    return Page("programme.html", shown)


# --- what changed -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Said:
    """One change in words."""

    label: str
    title: str
    anchor: str
    text: str


def show_changes(source: Source, slug: str) -> Page | None:
    festival = own(source, "festival", slug)
    if festival is None:
        return None
    releases = [
        {**release, "said": [_said(change) for change in release["changes"]]}
        for release in festival.get("releases", [])
    ]
    known = {entry.anchor for entry in entries(festival)}
    return Page("programme_changes.html", {"festival": festival, "releases": releases, "known": known})


def _said(change: Item) -> Said:
    before, after = change["before"], change["after"]
    match change["kind"]:
        case "removed" | "cancelled":
            text = f"原定 {_at(before)}"
        case "moved":
            text = _moved(before, after)
        case "renamed":
            text = f"原名“{before['title']}”"
        case "edited":
            text = "内容有更新"
        case _:
            text = _at(after)
    return Said(change["kind_label"], change["title"], change["anchor"], text)


def _moved(before: Item, after: Item) -> str:
    starts, ends = (
        dates.moment(value) if value else None for value in (after["starts_at"], after["ends_at"])
    )
    told = moved_from(before, starts=starts, ends=ends, stage=after["stage"])
    return told or f"定在 {_at(after)}"


def _at(place: Item) -> str:
    start = dates.moment(place["starts_at"]) if place["starts_at"] else None
    return (
        say(start, None, place["stage"], day=True) if start else say(None, None, place["stage"]) or "时间待定"
    )


# --- files --------------------------------------------------------------------------------------------------------------


def _file(make: Callable[..., str | None]) -> Callable[..., Page | None]:
    """The view of a file that `make` writes from the festival, the site's address and the rest of the path."""

    def show(source: Source, slug: str, *rest: str) -> Page | None:
        festival = own(source, "festival", slug)
        if festival is None:
            return None
        text = make(festival, markup.web_address(source.site()["url"]), *rest)
        return None if text is None else Page("file.txt", {"text": Markup(text)})

    return show


def _whole(festival: Item, site: str) -> str:
    return as_calendar(festival, site=site)


def _of_stage(festival: Item, site: str, key: str) -> str | None:
    return as_calendar(festival, site=site, stage=key) if key in stages_told(festival) else None


def _of_item(festival: Item, site: str, anchor: str) -> str | None:
    found = next((entry for entry in entries(festival) if entry.anchor == anchor and entry.slot), None)
    return None if found is None else as_calendar(festival, site=site, item=found.id)


def _calendars(festival: Item) -> Iterable[str]:
    """The names of a festival's small calendars: of each stage, and of each item that has or had a time."""
    for key in stages_told(festival):
        if re.fullmatch(_STAGE, f"stage-{key}"):
            yield f"stage-{key}"
    for entry in entries(festival):
        if entry.slot and re.fullmatch(_ANCHOR, entry.anchor):
            yield entry.anchor


def _calendar_addresses(prefix: str) -> Callable[[Source], Iterable[str]]:
    def addresses(source: Source) -> Iterable[str]:
        for festival in source.select(Query("festival", source.site()["slug"], view="full")):
            for name in dict.fromkeys(_calendars(festival)):
                if name.startswith(prefix):
                    yield f"{festival['path']}programme/{name}.ics"

    return addresses


ROUTES = [
    Route(f"/festivals/{SLUG}/programme/", show_programme, own_addresses("festival", "programme/")),
    Route(
        f"/festivals/{SLUG}/programme/changes/", show_changes, own_addresses("festival", "programme/changes/")
    ),
    Route(rf"/festivals/{SLUG}/programme\.ics", _file(_whole), own_addresses("festival", "programme.ics")),
    Route(
        rf"/festivals/{SLUG}/programme\.xml",
        _file(lambda festival, site: as_xml(festival, site=site)),
        own_addresses("festival", "programme.xml"),
    ),
    Route(
        rf"/festivals/{SLUG}/programme\.json",
        _file(lambda festival, site: as_json(festival, site=site)),
        own_addresses("festival", "programme.json"),
    ),
    Route(rf"/festivals/{SLUG}/programme/{_STAGE}\.ics", _file(_of_stage), _calendar_addresses("stage-")),
    Route(rf"/festivals/{SLUG}/programme/{_ANCHOR}\.ics", _file(_of_item), _calendar_addresses("item-")),
]
