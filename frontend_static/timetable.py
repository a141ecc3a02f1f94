"""The programme laid out by time: a rail of hours and a column for each stage.

A grid row stands for five minutes. What overlaps on one stage is set side by side, so nothing covers anything.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from frontend_static import dates

MINUTES_PER_ROW = 5
_SUPPOSED_MINUTES = 20
_TICK_MINUTES = 30
_HEAD_ROWS = 1


@dataclass(slots=True)
class Slot:
    """A programme item in its place: rows counted from 1 below the head, columns from 2 beside the rail."""

    item: dict[str, Any]
    act: str
    stage: str
    starts: datetime
    ends: datetime
    row: int = 0
    end_row: int = 0
    column: int = 0
    end_column: int = 0


@dataclass(slots=True)
class Tick:
    label: str
    at: str
    row: int
    whole_hour: bool


@dataclass(slots=True)
class Column:
    name: str
    note: str
    column: int
    end_column: int


@dataclass(slots=True)
class Day:
    """One day of the festival; `columns` counts the lanes of all stages."""

    date: str
    slots: list[Slot]
    ticks: list[Tick]
    stages: list[Column]
    rows: int
    columns: int = 0
    hours: str = ""


def acts_in_order(festival: dict[str, Any]) -> list[dict[str, Any]]:
    """The acts with their items, untimed ones after the timed."""
    ordered = []
    for act in festival["acts"]:
        items = sorted(
            act["items"], key=lambda item: (item["starts_at"] is None, item["starts_at"] or "", item["id"])
        )
        ordered.append({**act, "items": items})
    return ordered


def undated(festival: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """Items whose time is not fixed yet, each with the title of its act."""
    return [
        (act["title"], item) for act in festival["acts"] for item in act["items"] if not item["starts_at"]
    ]


def days(festival: dict[str, Any]) -> list[Day]:
    """The timed programme, one table for each day."""
    names = {stage["id"]: stage["name"] for stage in festival["stages"]}
    slots = []
    for act in festival["acts"]:
        for item in act["items"]:
            if item["starts_at"]:
                starts, ends = _hours(item)
                slots.append(Slot(item, act["title"], names.get(item["stage"], ""), starts, ends))
    slots.sort(key=lambda slot: (slot.starts, slot.item["stage"] or 0, slot.item["id"]))
    by_day: dict[str, list[Slot]] = {}
    for slot in slots:
        by_day.setdefault(slot.starts.date().isoformat(), []).append(slot)
    return [_lay_out(date, found, festival["stages"]) for date, found in by_day.items()]


def _hours(item: dict[str, Any]) -> tuple[datetime, datetime]:
    starts = dates.moment(item["starts_at"])
    if item["ends_at"]:
        ends = dates.moment(item["ends_at"])
    else:
        ends = starts + timedelta(minutes=item["minutes"] or _SUPPOSED_MINUTES)
    return starts, max(ends, starts + timedelta(minutes=MINUTES_PER_ROW))


def _lay_out(date: str, slots: list[Slot], stages: list[dict[str, Any]]) -> Day:
    first = slots[0].starts
    first -= timedelta(
        minutes=first.minute % _TICK_MINUTES, seconds=first.second, microseconds=first.microsecond
    )
    last = max(slot.ends for slot in slots)

    def row(moment: datetime) -> int:
        return int((moment - first).total_seconds() // 60 // MINUTES_PER_ROW) + 1 + _HEAD_ROWS

    for slot in slots:
        slot.row = row(slot.starts)
        slot.end_row = max(row(slot.ends), slot.row + 1)
    column = 2
    columns: list[Column] = []
    known = {stage["name"]: stage["note"] for stage in stages}
    for name in [*known, ""]:
        here = [slot for slot in slots if slot.stage == name]
        if not here:
            continue
        lanes = _lanes(here)
        for slot, lane in lanes:
            slot.column, slot.end_column = column + lane, column + lane + 1
        width = max(lane for _, lane in lanes) + 1
        columns.append(Column(name or "其他场地", known.get(name, ""), column, column + width))
        column += width
    ticks = []
    moment = first
    while moment <= last:
        ticks.append(Tick(moment.strftime("%H:%M"), moment.isoformat(), row(moment), moment.minute == 0))
        moment += timedelta(minutes=_TICK_MINUTES)
    hours = f"{slots[0].starts:%H:%M}–{last:%H:%M}"
    return Day(date, slots, ticks, columns, max(row(last), ticks[-1].row) + 1, column - 2, hours)


def _lanes(slots: list[Slot]) -> list[tuple[Slot, int]]:
    """Give each slot the first lane that is free when it begins."""
    free_at: list[datetime] = []
    placed = []
    for slot in slots:
        lane = next((n for n, free in enumerate(free_at) if free <= slot.starts), len(free_at))
        if lane == len(free_at):
            free_at.append(slot.ends)
        free_at[lane] = slot.ends
        placed.append((slot, lane))
    return placed
