"""How an item is indexed: its key, its facets, its place in an order, and stamps that tell whether it changed.

The address of an item is fixed by its type and slug. An item that claims another one is refused, so that no slug can lead
a file outside the output folder.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Any, NamedTuple, TypeAlias

import orjson

from frontend_static.errors import UnsafePath

SECTIONS = {
    "story": "stories",
    "craftsman": "craftsmen",
    "community": "communities",
    "place": "places",
    "festival": "festivals",
}

# Left out of a card: what only the item's own page shows. A change of these alone leaves lists as they are.
NOT_ON_CARDS = {
    "district": ("about", "intro", "notices"),
    "story": ("body",),
    "craftsman": ("body", "works"),
    "place": ("body",),
    "festival": (
        "body",
        "stages",
        "acts",
        "withdrawn",
        "releases",
        "broadcasts",
        "floor_plan",
        "zones",
        "draws",
    ),
}

_SLUG = re.compile(r"[\w-]{1,200}")


class ItemKey(NamedTuple):
    """What names an item among all districts."""

    type: str
    district: str
    slug: str


Facets: TypeAlias = dict[str, tuple[tuple[str, str], ...]]


@dataclass(slots=True)
class Entry:
    """One item as the index knows it; `item` may rest elsewhere.

    `moment` orders the item among its kind: seconds since 1970 of its publication, or of a festival's first day.
    """

    key: ItemKey
    stamp: str
    card_stamp: str
    moment: float
    path: str
    title: str
    updated_at: str
    facets: Facets
    item: dict[str, Any] | None = None

    def line(self) -> dict[str, Any]:
        """The least that can be said of the item."""
        type_, district, slug = self.key
        return {
            "type": type_,
            "district": {"slug": district},
            "slug": slug,
            "path": self.path,
            "title": self.title,
            "updated_at": self.updated_at,
        }

    def stamp_of(self, view: str) -> str:
        """The stamp of as much of the item as the view shows."""
        if view == "full":
            return self.stamp
        return self.card_stamp if view == "card" else f"{self.path} {self.title} {self.updated_at}"


def by_age(entry: Entry) -> tuple[float, str, str]:
    return (entry.moment, entry.key.district, entry.key.slug)


def by_slug(entry: Entry) -> tuple[str, str]:
    return (entry.key.district, entry.key.slug)


def position(rows: list[Entry], entry: Entry) -> int:
    """Where the entry stands, or would stand, among entries that are ordered by age."""
    return bisect_left(rows, by_age(entry), key=by_age)


def stamp(parts: Iterable[bytes]) -> str:
    """A short digest that differs when the content differs."""
    digest = blake2b(digest_size=12)
    for part in parts:
        digest.update(part)
        digest.update(b"\0")
    return digest.hexdigest()


def key_of(item: dict[str, Any]) -> ItemKey:
    """The key of a payload; a district is its own district."""
    district = item["slug"] if item["type"] == "district" else item["district"]["slug"]
    return ItemKey(item["type"], district, item["slug"])


def path_of(key: ItemKey) -> str:
    """The address of an item on its district's site. Raises `UnsafePath` for a slug that is no plain name."""
    if not _SLUG.fullmatch(key.slug) or not _SLUG.fullmatch(key.district):
        raise UnsafePath(
            f"{key.type} {key.slug!r} of {key.district!r}: a slug is letters, digits, - and _ only"
        )
    if key.type == "district":
        return "/"
    return f"/{SECTIONS[key.type]}/{key.slug}/"


def entry_of(item: dict[str, Any]) -> Entry:
    """Index a payload. Raises `UnsafePath` when the address it claims is not the one of its type and slug."""
    key = key_of(item)
    path = path_of(key)
    if item["path"] != path:
        raise UnsafePath(
            f"{key.type} {key.slug!r} of {key.district!r} claims {item['path']!r} instead of {path!r}"
        )
    return Entry(
        key=key,
        stamp=stamp([orjson.dumps(item, option=orjson.OPT_SORT_KEYS)]),
        card_stamp=stamp([orjson.dumps(card_of(item), option=orjson.OPT_SORT_KEYS)]),
        moment=_moment(item),
        path=path,
        title=item["title"],
        updated_at=item.get("updated_at") or "",
        facets=facets_of(item),
        item=item,
    )


def card_of(item: dict[str, Any]) -> dict[str, Any]:
    """The item without what only its own page shows; without `updated_at`, which changes when nothing visible does."""
    hidden = NOT_ON_CARDS.get(item["type"], ())
    return {name: value for name, value in item.items() if name != "updated_at" and name not in hidden}


def _moment(item: dict[str, Any]) -> float:
    # Editions are ordered by when they take place, not by when somebody typed them in.
    if item["type"] == "festival":
        return datetime.fromisoformat(f"{item['starts_on']}T00:00:00+08:00").timestamp()
    published = item.get("published_at")
    return datetime.fromisoformat(published).timestamp() if published else 0.0


def facets_of(item: dict[str, Any]) -> Facets:
    """The (value, label) pairs by which an item can be asked for."""
    pairs: dict[str, list[tuple[str, str]]] = {}
    for name in ("kind", "theme"):
        if item.get(name) and f"{name}_label" in item:
            pairs[name] = [(item[name], item[f"{name}_label"])]
    if community := item.get("community"):
        pairs["community"] = [(community["slug"], community["name"])]
    if item.get("featured"):
        pairs["featured"] = [("yes", "")]
    if item["type"] == "story":
        pairs["craftsman"] = [(person["slug"], person["name"]) for person in item["craftsmen"]]
    if item["type"] == "craftsman":
        pairs["craft"] = [(craft["slug"], craft["name"]) for craft in item["crafts"]]
        pairs["category"] = list(dict.fromkeys((c["category"], c["category_label"]) for c in item["crafts"]))
    if item["type"] == "community":
        pairs["subdistrict"] = [(item["subdistrict"], item["subdistrict"])]
    if item["type"] == "festival":
        # Each has a calendar of its own, so that addresses come and go with them.
        acts = [*item["acts"], {"items": item.get("withdrawn", [])}]
        pairs["stage"] = [(str(stage["id"]), "") for stage in item["stages"]]
        pairs["programme"] = [
            (f"{one['anchor']}{'' if _had_time(one) else '-open'}", "")
            for act in acts
            for one in act["items"]
        ]
    if item["type"] == "district":
        pairs["city"] = [("yes" if item["is_city"] else "no", "")]
    # Values become parts of addresses, so what is no plain name is no facet; subdistricts are only ever compared.
    return {
        name: tuple(
            (value, label) for value, label in values if name == "subdistrict" or _SLUG.fullmatch(value)
        )
        for name, values in pairs.items()
    }


def _had_time(item: dict[str, Any]) -> bool:
    previous = item.get("previous")
    return bool(item["starts_at"] or (previous and previous["starts_at"]))
