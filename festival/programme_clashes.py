"""What in a programme cannot happen: two items on one stage at once, one performer in two places at once, an item on no
day of the edition, an item that ends before it starts.

Rules over plain values, the same for a page as it is typed and for a draft as it is stored. A cancelled item takes no
place and nobody's time; an item without a time is not settled yet. One without a length counts for the moment it begins.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.utils import timezone

# So many are told one by one; who has more begins with these.
MOST_TOLD = 30


@dataclass(frozen=True)
class Appearance:
    """An item as far as it takes a place and people's time. Performers are (name, community)."""

    title: str
    starts_at: dt.datetime | None
    minutes: int | None = None
    stage: str = ""
    performers: tuple[tuple[str, str], ...] = ()
    cancelled: bool = False

    @property
    def ends_at(self) -> dt.datetime | None:
        """The end, None where the start or the length is open."""
        if self.starts_at is None or not self.minutes:
            return None
        try:
            return self.starts_at + dt.timedelta(minutes=self.minutes)
        except OverflowError:  # typed as the last day of the calendar; the edition's days refuse it
            return None

    @property
    def when(self) -> str:
        """12月21日 10:00–10:30"""
        if self.starts_at is None:
            return "时间待定"
        start, end = _local(self.starts_at), self.ends_at
        day = f"{start.month}月{start.day}日 {start:%H:%M}"
        return f"{day}–{_local(end):%H:%M}" if end else day


@dataclass(frozen=True)
class Clash:
    """One thing that cannot be. `code` is stage, performer, outside or backwards; `text` names items and times."""

    code: str
    text: str


def _local(moment: dt.datetime) -> dt.datetime:
    try:
        return timezone.localtime(moment)
    except OverflowError:
        return moment


def clashes(appearances: Iterable[Appearance], *, first: dt.date | None, last: dt.date | None) -> list[Clash]:
    """Everything that cannot be in a programme, in the order of time. `first` and `last` are the edition's days; without
    `first` no day is asked for. More than `MOST_TOLD` overlaps are counted and not told."""
    timed = [one for one in appearances if one.starts_at is not None and not one.cancelled]
    found = [*_backwards(timed), *_outside(timed, first, last or first)]
    sound = sorted((one for one in timed if not _is_backwards(one)), key=_begin)
    overlapping = list(_overlapping(sound))
    told = [clash for pair in overlapping for clash in _between(*pair)]
    if len(told) > MOST_TOLD:
        rest = len(told) - MOST_TOLD
        told = [*told[:MOST_TOLD], Clash("more", f"此外还有 {rest} 处冲突，改好上面这些以后会接着列出。")]
    return found + told


def _begin(one: Appearance) -> dt.datetime:
    assert one.starts_at is not None
    return one.starts_at


def _is_backwards(one: Appearance) -> bool:
    return one.minutes is not None and one.minutes < 0


def _backwards(timed: Sequence[Appearance]) -> Iterator[Clash]:
    for one in timed:
        if _is_backwards(one):
            yield Clash("backwards", f"节目“{one.title}”（{one.when}）在开始以前就结束了。")


def _outside(timed: Sequence[Appearance], first: dt.date | None, last: dt.date | None) -> Iterator[Clash]:
    if first is None or last is None:
        return
    for one in timed:
        if not first <= _local(_begin(one)).date() <= last:
            yield Clash("outside", f"节目“{one.title}”的时间不在邻里节期间（{one.when}）。")


def _overlapping(timed: Sequence[Appearance]) -> Iterator[tuple[Appearance, Appearance]]:
    """The pairs that share a moment, of items in the order of their beginning."""
    running: list[Appearance] = []
    for one in timed:
        # What only has a beginning takes that moment: it meets what begins then, or runs on then.
        running = [
            other
            for other in running
            if _begin(other) == _begin(one) or (other.ends_at or _begin(other)) > _begin(one)
        ]
        for other in running:
            yield other, one
        running.append(one)


def _between(one: Appearance, other: Appearance) -> Iterator[Clash]:
    if one.stage and one.stage == other.stage:
        yield Clash(
            "stage",
            f"“{one.stage}”上两个节目时间重叠：“{one.title}”（{one.when}）和“{other.title}”（{other.when}）。",
        )
        return
    for name, community in _shared(one, other):
        who = f"{name}（{community}）" if community else name
        yield Clash(
            "performer",
            f"演出者“{who}”同时在两处：“{one.title}”（{_where(one)}）和“{other.title}”（{_where(other)}）。",
        )


def _where(one: Appearance) -> str:
    return f"{one.stage}，{one.when}" if one.stage else one.when


def _shared(one: Appearance, other: Appearance) -> list[tuple[str, str]]:
    theirs = set(other.performers)
    return [who for who in dict.fromkeys(one.performers) if who in theirs and who[0]]
