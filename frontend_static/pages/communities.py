"""Communities: grouped by subdistrict in a district, by district in the city; and each one's own page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any

from frontend_static import archive
from frontend_static.pages.home import districts
from frontend_static.routing import NUMBER, SLUG, Page, Route, gathered, own
from frontend_static.source import Item, Query, Source

_NEIGHBOURS_SHOWN = 24


def by_subdistrict(communities: Sequence[Item]) -> list[tuple[str, list[Item]]]:
    """Communities under the names of their subdistricts; those without one come last."""
    ordered = sorted(
        communities, key=lambda item: (not item["subdistrict"], item["subdistrict"], item["slug"])
    )
    return [(name, list(group)) for name, group in groupby(ordered, key=lambda item: item["subdistrict"])]


def show_communities(source: Source) -> Page:
    site = source.site()
    content: dict[str, Any] = {"total": source.count(gathered(source, "community"))}
    if site["is_city"]:
        content["districts"] = [
            (district, by_subdistrict(communities))
            for district in (site, *districts(source))
            if (communities := source.select(Query("community", district["slug"], order="slug")))
        ]
        return Page("communities_of_city.html", content)
    communities = source.select(Query("community", site["slug"], order="slug"))
    content["groups"] = by_subdistrict(communities)
    content["told"] = {
        facet.value: facet.count for facet in source.tally(gathered(source, "story"), "community")
    }
    return Page("communities.html", content)


def show_community(source: Source, slug: str, number: str = "") -> Page | None:
    community = own(source, "community", slug)
    if community is None:
        return None
    address = community["path"]
    stories = _own(source, "story", slug)
    if number:
        shown = archive.numbered(source, stories, address, int(number))
        return None if shown is None else Page("community.html", {"community": community, "shown": shown})
    return Page(
        "community.html",
        {
            "community": community,
            "shown": archive.front(source, stories, address),
            "craftsmen": source.select(replace(_own(source, "craftsman", slug), limit=_NEIGHBOURS_SHOWN)),
            "places": source.select(replace(_own(source, "place", slug), limit=_NEIGHBOURS_SHOWN)),
        },
    )


def _own(source: Source, type_: str, community: str) -> Query:
    return Query(type_, source.site()["slug"], (("community", community),))


def _addresses(source: Source) -> Iterable[str]:
    for community in source.select(Query("community", source.site()["slug"], view="line")):
        yield from archive.addresses(source, _own(source, "story", community["slug"]), community["path"])


def _listed(source: Source) -> Iterable[str]:
    return ["/communities/"]


def _nothing_more(source: Source) -> Iterable[str]:
    return ()


ROUTES = [
    Route("/communities/", show_communities, _listed),
    Route(f"/communities/{SLUG}/", show_community, _addresses),
    Route(f"/communities/{SLUG}/page/{NUMBER}/", show_community, _nothing_more),
]
