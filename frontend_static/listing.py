"""Sorted lists of entries by type, district and facet, kept in order while items come and go.

A list is made when it is first asked for and from then on changed in place, so that one changed story among thousands costs a few
bisections and no sorting.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from typing import TypeAlias

from frontend_static.shelving import Entry, ItemKey, by_age, by_slug

Rows: TypeAlias = list[Entry]

_DISTRICT = "district"  # no facet of any item has this name


class Listings:
    """For each type: all its entries from the oldest to the newest, and the same in buckets by district and facet."""

    def __init__(self) -> None:
        # (type, district or None for all, facet or None for no facet) → value of the facet → entries
        self._buckets: dict[tuple[str, str | None, str | None], dict[str, Rows]] = {}
        self._by_slug: dict[tuple[str, str | None, tuple[tuple[str, str], ...]], Rows] = {}

    def replace(self, before: Entry | None, after: Entry | None) -> None:
        """Take one entry out of the lists and put another in."""
        changed = before or after
        if changed is None:
            return
        type_ = changed.key.type
        for name, buckets in self._buckets.items():
            if name[0] == type_:
                for entry, put in ((before, False), (after, True)):
                    if entry is not None and name[1] in (None, entry.key.district):
                        _move(buckets, _values(entry, name[2]), entry, put=put)
        for named in [named for named in self._by_slug if named[0] == type_]:
            del self._by_slug[named]

    def ordered(
        self,
        entries: dict[ItemKey, Entry],
        type_: str,
        district: str | None,
        facets: tuple[tuple[str, str], ...],
    ) -> Rows:
        """The entries of a selection from the oldest to the newest; not to be changed by the caller."""
        if not facets:
            name = None if district is None else _DISTRICT
            return self.buckets(entries, type_, None, name).get(district or "", [])
        (name, value), *others = facets
        rows = self.buckets(entries, type_, district, name).get(value, [])
        return (
            [row for row in rows if all(value in _values(row, facet) for facet, value in others)]
            if others
            else rows
        )

    def by_slug(
        self,
        entries: dict[ItemKey, Entry],
        type_: str,
        district: str | None,
        facets: tuple[tuple[str, str], ...],
    ) -> Rows:
        """The entries of a selection in the order of their districts and slugs."""
        named = (type_, district, facets)
        if named not in self._by_slug:
            self._by_slug[named] = sorted(self.ordered(entries, *named), key=by_slug)
        return self._by_slug[named]

    def buckets(
        self, entries: dict[ItemKey, Entry], type_: str, district: str | None, facet: str | None
    ) -> dict[str, Rows]:
        """The values of a facet within a district, each with its entries from the oldest to the newest."""
        name = (type_, district, facet)
        found = self._buckets.get(name)
        if found is None:
            found = self._buckets[name] = {}
            rows: Iterable[Entry]
            if facet is None:
                rows = sorted((entry for entry in entries.values() if entry.key.type == type_), key=by_age)
            else:
                rows = self.ordered(entries, type_, district, ())
            for entry in rows:
                for value in _values(entry, facet):
                    found.setdefault(value, []).append(entry)
        return found


def _values(entry: Entry, facet: str | None) -> list[str]:
    if facet is None:
        return [""]
    if facet == _DISTRICT:
        return [entry.key.district]
    # An item may name the same thing twice; it is listed once.
    return list(dict.fromkeys(value for value, _ in entry.facets.get(facet, ())))


def _move(buckets: dict[str, Rows], values: list[str], entry: Entry, *, put: bool) -> None:
    for value in values:
        rows = buckets.setdefault(value, [])
        at = bisect_left(rows, by_age(entry), key=by_age)
        if put:
            rows.insert(at, entry)
        else:
            assert rows[at].key == entry.key
            del rows[at]
            if not rows:
                del buckets[value]
