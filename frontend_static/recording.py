"""What a page was made of: every reading of a source as an observation with a stamp of what was seen.

An observation is written as text (JSON), so that it can rest in the state database and be made again later. When the
stamp of one changes, the pages that made it are stale, and no others.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import orjson

from frontend_static import shelving
from frontend_static.shelving import Entry, ItemKey
from frontend_static.source import Facet, Item, MemorySource, Query, View

ABSENT = "-"


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one item; `before` or `after` is None where it was or is not public."""

    key: ItemKey
    before: Entry | None
    after: Entry | None


def _item_note(verb: str, key: ItemKey) -> str:
    return orjson.dumps([verb, *key]).decode()


@lru_cache(maxsize=65536)
def _list_note(verb: str, query: Query, extra: str | int | None = None) -> str:
    parts = [verb, query.type, query.district, query.facets, query.order, query.offset, query.limit]
    beside = None if query.beside is None else list(query.beside)
    return orjson.dumps([*parts, beside, query.view, extra]).decode()


@lru_cache(maxsize=65536)
def _read_list_note(note: str) -> tuple[str, Query, str | int | None]:
    verb, type_, district, facets, order, offset, limit, beside, view, extra = orjson.loads(note)
    pairs = tuple((name, value) for name, value in facets)
    query = Query(type_, district, pairs, order, offset, limit, ItemKey(*beside) if beside else None, view)
    return verb, query, extra


def _is_list_note(note: str) -> bool:
    return note.startswith(('["select"', '["count"', '["reaches"', '["tally"'))


def stamp_now(source: MemorySource, note: str) -> str:
    """The stamp that the observation would have if it were made now."""
    if not _is_list_note(note):
        verb, type_, district, slug = orjson.loads(note)
        entry = source.entries.get(ItemKey(type_, district, slug))
        if entry is None:
            return ABSENT
        return "+" if verb == "exists" else entry.stamp_of(verb)
    verb, query, extra = _read_list_note(note)
    if verb == "select":
        return _stamp_of_rows(source.matching(query), query.view)
    if verb == "count":
        return str(source.count(query))
    if verb == "reaches":
        assert isinstance(extra, int)
        return str(source.reaches(query, extra))
    assert isinstance(extra, str)
    return _stamp_of_tally(source.tally(query, extra))


def _stamp_of_rows(rows: list[Entry], view: View) -> str:
    return shelving.stamp(f"{row.key} {row.stamp_of(view)}".encode() for row in rows)


def _stamp_of_tally(facets: list[Facet]) -> str:
    return shelving.stamp(f"{facet.value} {facet.label} {facet.count}".encode() for facet in facets)


def group_of(note: str) -> str:
    """What a recorded list is looked up by when an item changes: its type, district and first facet."""
    if not _is_list_note(note):
        return ""
    _, query, _ = _read_list_note(note)
    name, value = query.facets[0] if query.facets else ("", "")
    return _group(query.type, query.district, name, value)


def _group(type_: str, district: str | None, name: str, value: str) -> str:
    return "\t".join((type_, district or "", name, value))


def touched(changes: list[Change]) -> tuple[set[str], set[str]]:
    """The notes about items, and the groups of notes about lists, that the changes may have altered."""
    notes: set[str] = set()
    groups: set[str] = set()
    for change in changes:
        notes.update(_item_note(verb, change.key) for verb in ("full", "card", "line", "exists"))
        for entry in (change.before, change.after):
            if entry is not None:
                groups.update(_groups_of_entry(entry))
    return notes, groups


def _groups_of_entry(entry: Entry) -> Iterator[str]:
    type_ = entry.key.type
    for district in (None, entry.key.district):
        yield _group(type_, district, "", "")
        for name, pairs in entry.facets.items():
            for value, _ in pairs:
                yield _group(type_, district, name, value)


class RecordingSource:
    """Passes every reading on to the payload store and writes down what was seen."""

    def __init__(self, store: MemorySource) -> None:
        self.store = store
        self.notes: dict[str, str] = {}

    def site(self) -> Item:
        item = self.get(ItemKey("district", self.store.district, self.store.district), "card")
        assert item is not None
        return item

    def get(self, key: ItemKey, view: View = "full") -> Item | None:
        entry = self.store.entries.get(key)
        self.notes[_item_note(view, key)] = ABSENT if entry is None else entry.stamp_of(view)
        return self.store.get(key, view)

    def exists(self, key: ItemKey) -> bool:
        found = self.store.exists(key)
        self.notes[_item_note("exists", key)] = "+" if found else ABSENT
        return found

    def select(self, query: Query) -> list[Item]:
        self.notes[_list_note("select", query)] = _stamp_of_rows(self.store.matching(query), query.view)
        return self.store.select(query)

    def keys(self, query: Query) -> list[ItemKey]:
        return [shelving.key_of(item) for item in self.select(query)]

    def count(self, query: Query) -> int:
        number = self.store.count(query)
        self.notes[_list_note("count", query.whole())] = str(number)
        return number

    def reaches(self, query: Query, number: int) -> bool:
        reached = self.store.reaches(query, number)
        self.notes[_list_note("reaches", query.whole(), number)] = str(reached)
        return reached

    def tally(self, query: Query, facet: str) -> list[Facet]:
        facets = self.store.tally(query, facet)
        self.notes[_list_note("tally", query.whole(), facet)] = _stamp_of_tally(facets)
        return facets
