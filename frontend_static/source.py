"""What a page may ask for while it is rendered: items and lists of items, never the network or the clock.

`Source` is the whole of what rendering knows about its surroundings. The builder answers it from its payload store,
the editor's preview from a `MemorySource` under an `OverlaySource` that holds the draft.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, Protocol, TypeAlias

from frontend_static import shelving
from frontend_static.listing import Listings
from frontend_static.shelving import Entry, ItemKey

Item: TypeAlias = dict[str, Any]
View: TypeAlias = Literal["full", "card", "line"]
Order: TypeAlias = Literal["newest", "oldest", "slug"]

__all__ = ["Facet", "Item", "ItemKey", "MemorySource", "Order", "OverlaySource", "Query", "Source", "View"]


@dataclass(frozen=True, slots=True)
class Query:
    """A list of items of one type.

    `district` None means every district that the source holds. `facets` are (name, value) pairs that must all hold; the
    names are those of `shelving.facets_of`. `beside` asks for what follows that item in the chosen order. `view` says how much
    of each item is used: `card` leaves out bodies, `line` keeps only address, title and time of change; the less a page
    uses, the fewer changes make it stale.
    """

    type: str
    district: str | None = None
    facets: tuple[tuple[str, str], ...] = ()
    order: Order = "newest"
    offset: int = 0
    limit: int | None = None
    beside: ItemKey | None = None
    view: View = "card"

    def whole(self) -> Query:
        """The same selection without order, slice or view: what decides whether an item belongs to it."""
        return Query(self.type, self.district, self.facets)


@dataclass(frozen=True, slots=True)
class Facet:
    """One value of a facet and the number of items that carry it."""

    value: str
    label: str
    count: int


class Source(Protocol):
    """What rendering asks of its surroundings. Every method is a pure reading; none may raise for a missing item."""

    def site(self) -> Item:
        """The card of the district whose site this is: what every page shows of it."""

    def get(self, key: ItemKey, view: View = "full") -> Item | None:
        """One item, or None when it is not public."""

    def exists(self, key: ItemKey) -> bool:
        """Whether the item is public, for a link that needs nothing else of it."""

    def select(self, query: Query) -> Sequence[Item]:
        """The items of a list, in its order."""

    def keys(self, query: Query) -> Sequence[ItemKey]:
        """The keys of a list, for those who enumerate addresses."""

    def count(self, query: Query) -> int:
        """How many items the selection holds, without regard to its slice."""

    def reaches(self, query: Query, number: int) -> bool:
        """Whether the selection holds at least `number` items; stays true while a list grows."""

    def tally(self, query: Query, facet: str) -> Sequence[Facet]:
        """The values of a facet within the selection, most frequent first."""


class MemorySource:
    """A source whose items are all in memory, indexed by their facets."""

    def __init__(self, district: str, items: Iterable[Item] = ()) -> None:
        self.district = district
        self.entries: dict[ItemKey, Entry] = {}
        self._listings = Listings()
        for item in items:
            self.put(item)

    # Writing

    def put(self, item: Item) -> Entry:
        """Add or replace an item; raises `UnsafePath` when its address is not the one of its type and slug."""
        entry = shelving.entry_of(item)
        self.put_entry(entry)
        return entry

    def put_entry(self, entry: Entry) -> None:
        self._listings.replace(self.entries.get(entry.key), entry)
        self.entries[entry.key] = entry

    def remove(self, key: ItemKey) -> None:
        before = self.entries.pop(key, None)
        self._listings.replace(before, None)

    # Reading

    def load(self, entry: Entry) -> Item:
        """The whole item of an entry; overridden where items rest on disk."""
        assert entry.item is not None
        return entry.item

    def site(self) -> Item:
        entry = self.entries.get(ItemKey("district", self.district, self.district))
        if entry is None:
            raise LookupError(f"the source holds no district item for {self.district!r}")
        return self._seen(entry, "card")

    def get(self, key: ItemKey, view: View = "full") -> Item | None:
        entry = self.entries.get(key)
        return None if entry is None else self._seen(entry, view)

    def exists(self, key: ItemKey) -> bool:
        return key in self.entries

    def select(self, query: Query) -> list[Item]:
        return [self._seen(entry, query.view) for entry in self.matching(query)]

    def keys(self, query: Query) -> list[ItemKey]:
        return [entry.key for entry in self.matching(query)]

    def count(self, query: Query) -> int:
        return len(self._ordered(query))

    def reaches(self, query: Query, number: int) -> bool:
        return self.count(query) >= number

    def tally(self, query: Query, facet: str) -> list[Facet]:
        if query.facets:
            some = MemorySource(self.district)
            for entry in self._ordered(query):
                some.put_entry(entry)
            return some.tally(Query(query.type), facet)
        buckets = self._listings.buckets(self.entries, query.type, query.district, facet)
        ranked = sorted(buckets, key=lambda value: (-len(buckets[value]), value))
        return [
            Facet(value, _label(buckets[value][0], facet, value), len(buckets[value])) for value in ranked
        ]

    def matching(self, query: Query) -> list[Entry]:
        """The entries of a query, sliced and in its order."""
        rows = self._ordered(query)
        if query.beside is not None:
            rows = self._after(rows, query)
        elif query.order == "newest":
            rows = rows[::-1]
        end = None if query.limit is None else query.offset + query.limit
        return rows[query.offset : end]

    def _after(self, rows: list[Entry], query: Query) -> list[Entry]:
        """What follows `query.beside`; only as many as the slice can need, since a district may have thousands."""
        assert query.beside is not None
        anchor = self.entries.get(query.beside)
        if anchor is None:
            return []
        needed = len(rows) if query.limit is None else query.offset + query.limit
        left = shelving.position(rows, anchor)
        if query.order == "newest":
            return rows[max(0, left - needed) : left][::-1]
        right = left + 1 if left < len(rows) and rows[left].key == anchor.key else left
        return rows[right : right + needed]

    def _ordered(self, query: Query) -> list[Entry]:
        """The entries of a selection from the oldest to the newest, or in the order of their slugs."""
        order = self._listings.by_slug if query.order == "slug" else self._listings.ordered
        return order(self.entries, query.type, query.district, query.facets)

    def _seen(self, entry: Entry, view: View) -> Item:
        if view == "line":
            return entry.line()
        item = self.load(entry)
        return item if view == "full" else shelving.card_of(item)


def _label(entry: Entry, facet: str, value: str) -> str:
    return next(label for have, label in entry.facets[facet] if have == value)


def belongs(entry: Entry, query: Query) -> bool:
    """Whether the entry is in the selection, without regard to its slice."""
    key = entry.key
    if key.type != query.type or (query.district is not None and key.district != query.district):
        return False
    return all(any(value == have for have, _ in entry.facets.get(name, ())) for name, value in query.facets)


class OverlaySource:
    """Another source with one item put over it: how a draft is shown among what is already public."""

    def __init__(self, base: Source, draft: Item) -> None:
        self.base = base
        self.draft = shelving.entry_of(draft)

    def site(self) -> Item:
        site = self.base.site()
        key = ItemKey("district", site["slug"], site["slug"])
        return self._seen("card") if self.draft.key == key else site

    def get(self, key: ItemKey, view: View = "full") -> Item | None:
        return self._seen(view) if key == self.draft.key else self.base.get(key, view)

    def exists(self, key: ItemKey) -> bool:
        return key == self.draft.key or self.base.exists(key)

    def select(self, query: Query) -> list[Item]:
        return self._gathered(query).select(query)

    def keys(self, query: Query) -> list[ItemKey]:
        return self._gathered(query).keys(query)

    def count(self, query: Query) -> int:
        return self._gathered(query).count(query)

    def reaches(self, query: Query, number: int) -> bool:
        return self.count(query) >= number

    def tally(self, query: Query, facet: str) -> list[Facet]:
        return self._gathered(query).tally(query, facet)

    def _gathered(self, query: Query) -> MemorySource:
        # A draft may move within a list or leave it, so the list is gathered whole and sliced anew.
        whole = replace(query, order="oldest", offset=0, limit=None, beside=None, view="full")
        gathered = MemorySource(self.base.site()["slug"], self.base.select(whole))
        gathered.remove(self.draft.key)
        if belongs(self.draft, query.whole()):
            gathered.put_entry(self.draft)
        return gathered

    def _seen(self, view: View) -> Item:
        assert self.draft.item is not None
        if view == "line":
            return self.draft.line()
        return self.draft.item if view == "full" else shelving.card_of(self.draft.item)
