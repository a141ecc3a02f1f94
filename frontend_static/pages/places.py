"""Places: neighbour spaces, services and organisations."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from frontend_static import archive
from frontend_static.routing import NUMBER, SLUG, Page, Route, gathered, own, own_addresses
from frontend_static.source import Query, Source


def show_places(source: Source, number: str = "") -> Page | None:
    return _list(source, gathered(source, "place"), "/places/", number, title="邻里去处", kind="")


def show_kind(source: Source, kind: str, number: str = "") -> Page | None:
    query = gathered(source, "place", kind=kind)
    newest = source.select(replace(query, limit=1))
    if not newest:
        return None
    return _list(source, query, f"/places/kind/{kind}/", number, title=newest[0]["kind_label"], kind=kind)


def _list(source: Source, query: Query, address: str, number: str, *, title: str, kind: str) -> Page | None:
    content = {"address": address, "title": title, "kind": kind}
    if number:
        shown = archive.numbered(source, query, address, int(number))
        return None if shown is None else Page("places.html", {"shown": shown, **content})
    return Page(
        "places.html",
        {
            "shown": archive.front(source, query, address),
            "kinds": source.tally(gathered(source, "place"), "kind"),
            "total": source.count(query),
            **content,
        },
    )


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
