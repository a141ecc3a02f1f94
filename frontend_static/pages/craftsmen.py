"""Craftsmen: all of them, those of a craft, and each one's own page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from frontend_static import archive
from frontend_static.routing import NUMBER, SLUG, Page, Route, gathered, own, own_addresses
from frontend_static.source import Query, Source

_STORIES_SHOWN = 6


def show_craftsmen(source: Source, number: str = "") -> Page | None:
    return _list(source, gathered(source, "craftsman"), "/craftsmen/", number, title="社区匠人", craft="")


def show_craft(source: Source, craft: str, number: str = "") -> Page | None:
    query = gathered(source, "craftsman", craft=craft)
    newest = source.select(replace(query, limit=1))
    if not newest:
        return None
    name = next(named["name"] for named in newest[0]["crafts"] if named["slug"] == craft)
    return _list(source, query, f"/craftsmen/craft/{craft}/", number, title=f"{name}匠人", craft=craft)


def _list(source: Source, query: Query, address: str, number: str, *, title: str, craft: str) -> Page | None:
    content = {"address": address, "title": title, "craft": craft}
    if number:
        shown = archive.numbered(source, query, address, int(number))
        return None if shown is None else Page("craftsmen.html", {"shown": shown, **content})
    return Page(
        "craftsmen.html",
        {
            "shown": archive.front(source, query, address),
            "crafts": source.tally(gathered(source, "craftsman"), "craft"),
            "total": source.count(query),
            **content,
        },
    )


def show_craftsman(source: Source, slug: str) -> Page | None:
    craftsman = own(source, "craftsman", slug)
    if craftsman is None:
        return None
    stories = Query("story", source.site()["slug"], (("craftsman", slug),), limit=_STORIES_SHOWN)
    return Page("craftsman.html", {"craftsman": craftsman, "stories": source.select(stories)})


def _list_addresses(source: Source) -> Iterable[str]:
    yield from archive.addresses(source, gathered(source, "craftsman"), "/craftsmen/")
    for craft in source.tally(gathered(source, "craftsman"), "craft"):
        query = gathered(source, "craftsman", craft=craft.value)
        yield from archive.addresses(source, query, f"/craftsmen/craft/{craft.value}/")


def _nothing_more(source: Source) -> Iterable[str]:
    return ()


ROUTES = [
    Route("/craftsmen/", show_craftsmen, _list_addresses),
    Route(f"/craftsmen/page/{NUMBER}/", show_craftsmen, _nothing_more),
    Route(f"/craftsmen/craft/{SLUG}/", show_craft, _nothing_more),
    Route(f"/craftsmen/craft/{SLUG}/page/{NUMBER}/", show_craft, _nothing_more),
    Route(f"/craftsmen/{SLUG}/", show_craftsman, own_addresses("craftsman")),
]
