"""The shape of the site: which addresses there are and what is shown at each."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from frontend_static.shelving import ItemKey
from frontend_static.source import Item, Query, Source

SLUG = r"([\w-]+)"
NUMBER = r"([1-9][0-9]{0,6})"


@dataclass(frozen=True, slots=True)
class Page:
    """A template and what it is filled with."""

    template: str
    content: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Route:
    """A form of address (a regular expression), what it shows, and all addresses of the form that a site has.

    `view` takes the source and the groups of the expression; it returns None when there is no such page.
    """

    pattern: str
    view: Callable[..., Page | None]
    addresses: Callable[[Source], Iterable[str]]

    def match(self, path: str) -> tuple[str, ...] | None:
        found = re.fullmatch(self.pattern, path)
        return None if found is None else found.groups()


def fixed(path: str, view: Callable[..., Page | None]) -> Route:
    """A page that every site has."""
    return Route(re.escape(path), view, lambda source: [path])


def scope(source: Source) -> str | None:
    """The district whose items the site gathers; the city gathers those of all districts."""
    site = source.site()
    return None if site["is_city"] else site["slug"]


def gathered(source: Source, type_: str, **facets: str) -> Query:
    """All items of a type that the site shows in its lists."""
    return Query(type_, scope(source), tuple(sorted(facets.items())))


def own(source: Source, type_: str, slug: str) -> Item | None:
    """The site's own item; those of other districts have their page on their own site."""
    return source.get(ItemKey(type_, source.site()["slug"], slug))


def own_addresses(type_: str, suffix: str = "") -> Callable[[Source], Iterable[str]]:
    """The addresses of the pages of all the site's own items of a type."""

    def addresses(source: Source) -> Iterable[str]:
        query = Query(type_, source.site()["slug"], view="line")
        return [item["path"] + suffix for item in source.select(query)]

    return addresses


def whole_site(source: Source) -> Item:
    """All of the site's own district item."""
    slug = source.site()["slug"]
    item = source.get(ItemKey("district", slug, slug))
    assert item is not None
    return item
