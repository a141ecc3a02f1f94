"""Festivals: all editions, and for each its poster, programme, zones and broadcasts."""

from __future__ import annotations

from collections.abc import Callable

from frontend_static import floor_plan, timetable
from frontend_static.pages.home import newest_carnival
from frontend_static.programme_formats import entries
from frontend_static.routing import SLUG, Page, Route, fixed, own, own_addresses
from frontend_static.source import Item, Query, Source

_BEYOND_LIMIT = 60


def show_festivals(source: Source) -> Page:
    site = source.site()
    own_editions = source.select(Query("festival", site["slug"]))
    others: list[Item] = []
    if site["is_city"]:
        everywhere = source.select(Query("festival", None, limit=_BEYOND_LIMIT + len(own_editions)))
        others = [edition for edition in everywhere if edition["district"]["slug"] != site["slug"]][
            :_BEYOND_LIMIT
        ]
    carnival = None if site["is_city"] else newest_carnival(source)
    return Page("festivals.html", {"editions": own_editions, "others": others, "carnival": carnival})


def _show(
    template: str, prepare: Callable[[Item], dict[str, object]]
) -> Callable[[Source, str], Page | None]:
    def show(source: Source, slug: str) -> Page | None:
        festival = own(source, "festival", slug)
        return None if festival is None else Page(template, {"festival": festival, **prepare(festival)})

    return show


def _overview(festival: Item) -> dict[str, object]:
    booths = sum(len(zone["booths"]) for zone in festival["zones"])
    return {
        "couplet": couplet(festival["theme"]),
        "booth_count": booths,
        "acts": timetable.acts_in_order(festival),
        "entries": {entry.anchor: entry for entry in entries(festival)},
    }


def _zones(festival: Item) -> dict[str, object]:
    return {"plan": floor_plan.draw(festival)}


def _broadcasts(festival: Item) -> dict[str, object]:
    counted = [row for row in festival["broadcasts"] if row["views"] is not None]
    return {"total": sum(row["views"] for row in counted)}


def couplet(theme: str) -> tuple[str, str] | None:
    """The two halves of a theme that can hang left and right of a gate: 微光成炬·幸福友邻."""
    for mark in "·，、 —":
        left, found, right = theme.partition(mark)
        if found and len(left) == len(right) and 2 <= len(left) <= 7:
            return left, right
    return None


ROUTES = [
    fixed("/festivals/", show_festivals),
    Route(f"/festivals/{SLUG}/", _show("festival.html", _overview), own_addresses("festival")),
    Route(f"/festivals/{SLUG}/zones/", _show("zones.html", _zones), own_addresses("festival", "zones/")),
    Route(
        f"/festivals/{SLUG}/broadcasts/",
        _show("broadcasts.html", _broadcasts),
        own_addresses("festival", "broadcasts/"),
    ),
]
