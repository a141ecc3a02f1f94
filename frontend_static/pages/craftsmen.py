"""Craftsmen: all of them, those of a craft, and each one's own page."""

from __future__ import annotations

from collections.abc import Iterable

from frontend_static import archive
from frontend_static.routing import NUMBER, SLUG, Page, Route, gathered, own, own_addresses
from frontend_static.source import Query, Source

_STORIES_SHOWN = 6


def show_craftsmen(source: Source, number: str = "") -> Page | None:
    return _list(source, gathered(source, "craftsman"), "/craftsmen/", number, title="社区匠人", craft="")


def show_craft(source: Source, craft: str, number: str = "") -> Page | None:
    query = gathered(source, "craftsman", craft=craft)
    page = _list(source, query, f"/craftsmen/craft/{craft}/", number, title="", craft=craft)
    if page is None or not page.content["shown"].items:
        return None
    crafts = page.content["shown"].items[0]["crafts"]
    page.content["title"] = next(named["name"] for named in crafts if named["slug"] == craft) + "匠人"
    return page


def _list(source: Source, query: Query, address: str, number: str, *, title: str, craft: str) -> Page | None:
    content = {"address": address, "title": title, "craft": craft}
    shown = archive.page(source, query, address, number)
    if shown is None:
        return None
    if number:
        return Page("craftsmen.html", {"shown": shown, **content})
    crafts = source.tally(gathered(source, "craftsman"), "craft")
    return Page("craftsmen.html", {"shown": shown, "crafts": crafts, "total": source.count(query), **content})


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
