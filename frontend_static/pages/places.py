"""Places: neighbour spaces, services and organisations."""

from __future__ import annotations

from collections.abc import Iterable

from frontend_static import archive
from frontend_static.routing import NUMBER, SLUG, Page, Route, gathered, own, own_addresses
from frontend_static.source import Query, Source


def show_places(source: Source, number: str = "") -> Page | None:
    return _list(source, gathered(source, "place"), "/places/", number, title="邻里去处", kind="")


def show_kind(source: Source, kind: str, number: str = "") -> Page | None:
    query = gathered(source, "place", kind=kind)
    page = _list(source, query, f"/places/kind/{kind}/", number, title="", kind=kind)
    if page is None or not page.content["shown"].items:
        return None
    page.content["title"] = page.content["shown"].items[0]["kind_label"]
    return page


def _list(source: Source, query: Query, address: str, number: str, *, title: str, kind: str) -> Page | None:
    content = {"address": address, "title": title, "kind": kind}
    shown = archive.page(source, query, address, number)
    if shown is None:
        return None
    if number:
        return Page("places.html", {"shown": shown, **content})
    kinds = source.tally(gathered(source, "place"), "kind")
    return Page("places.html", {"shown": shown, "kinds": kinds, "total": source.count(query), **content})


def show_place(source: Source, slug: str) -> Page | None:
    place = own(source, "place", slug)
    return None if place is None else Page("place.html", {"place": place})


def _list_addresses(source: Source) -> Iterable[str]:
    yield from archive.addresses(source, gathered(source, "place"), "/places/")
    for kind in source.tally(gathered(source, "place"), "kind"):
        yield from archive.addresses(
            source, gathered(source, "place", kind=kind.value), f"/places/kind/{kind.value}/"
        )


def _nothing_more(source: Source) -> Iterable[str]:
    return ()


ROUTES = [
    Route("/places/", show_places, _list_addresses),
    Route(f"/places/page/{NUMBER}/", show_places, _nothing_more),
    Route(f"/places/kind/{SLUG}/", show_kind, _nothing_more),
    Route(f"/places/kind/{SLUG}/page/{NUMBER}/", show_kind, _nothing_more),
    Route(f"/places/{SLUG}/", show_place, own_addresses("place")),
]
