"""The payloads that the feed brought, as a source for the builder."""

from __future__ import annotations

from frontend_static.shelving import Entry, ItemKey
from frontend_static.source import Item, MemorySource
from frontend_static.state import State

# Bodies that are kept parsed between two pages and two runs; the rest is read from the state again.
_BODIES_KEPT = 4096


class StoredSource(MemorySource):
    """The payload store: every item indexed in memory, its body read from the state when a page asks for it."""

    def __init__(self, district: str, state: State) -> None:
        super().__init__(district)
        self._state = state
        self._bodies: dict[ItemKey, Item] = {}
        for entry in state.entries():
            self.entries[entry.key] = entry

    def load(self, entry: Entry) -> Item:
        if entry.item is not None:
            return entry.item
        item = self._bodies.get(entry.key)
        if item is None:
            if len(self._bodies) >= _BODIES_KEPT:
                self._bodies.clear()
            item = self._bodies[entry.key] = self._state.body(entry.key)
        return item

    def settle(self, entries: list[Entry]) -> None:
        """Let go of bodies that are in the state by now."""
        for entry in entries:
            if entry.item is not None and len(self._bodies) < _BODIES_KEPT:
                self._bodies[entry.key] = entry.item
            entry.item = None

    def put_entry(self, entry: Entry) -> None:
        self._bodies.pop(entry.key, None)
        super().put_entry(entry)
