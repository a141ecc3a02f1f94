"""Long lists in pages that stay put.

Pages are counted from the oldest item, so a full page never changes when something new arrives. The front page takes what is
left over together with the newest full page: between one and two pages' worth.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from frontend_static.source import Item, Query, Source

PER_PAGE = 24


@dataclass(frozen=True, slots=True)
class ListPage:
    """What one page of a long list shows, and the addresses of its neighbours ("" where there is none)."""

    items: list[Item]
    number: int
    newer: str
    older: str


def _filed(total: int) -> int:
    """How many numbered pages there are beside the front page."""
    return max(0, total // PER_PAGE - 1)


def front(source: Source, query: Query, address: str) -> ListPage:
    """The front page of a list at its own address."""
    total = source.count(query)
    filed = _filed(total)
    items = source.select(replace(query, order="newest", offset=0, limit=total - filed * PER_PAGE))
    return ListPage(list(items), 0, "", f"{address}page/{filed}/" if filed else "")


def numbered(source: Source, query: Query, address: str, number: int) -> ListPage | None:
    """Page `number` counted from the oldest, newest item first; None when there is no such page (yet)."""
    if number < 1 or not source.reaches(query, (number + 1) * PER_PAGE):
        return None
    items = source.select(replace(query, order="oldest", offset=(number - 1) * PER_PAGE, limit=PER_PAGE))
    newer = f"{address}page/{number + 1}/" if source.reaches(query, (number + 2) * PER_PAGE) else address
    return ListPage(list(items)[::-1], number, newer, f"{address}page/{number - 1}/" if number > 1 else "")


def page(source: Source, query: Query, address: str, number: str) -> ListPage | None:
    """The front page when `number` is "", else the numbered page."""
    return numbered(source, query, address, int(number)) if number else front(source, query, address)


def addresses(source: Source, query: Query, address: str) -> Iterator[str]:
    """The front page and every numbered page."""
    yield address
    for number in range(1, _filed(source.count(query)) + 1):
        yield f"{address}page/{number}/"
