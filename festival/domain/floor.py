"""The floor of an edition as organisers see it: what every booth is, over all days, and who has it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from django.utils import timezone

from festival.enums import SlotState
from festival.models import Application, Booth, BoothSlot, FestivalPage

FREE, HELD, TAKEN, BLOCKED, UNKNOWN = "free", "held", "taken", "blocked", "unknown"
LABELS = {FREE: "空着", HELD: "保留中", TAKEN: "已定", BLOCKED: "不开放", UNKNOWN: "还没有日期"}


@dataclass
class Place:
    """A booth over all days of the edition: the most that anybody has of it, and whether every day is alike."""

    booth: Booth
    state: str = UNKNOWN
    applications: list[Application] = field(default_factory=list)
    until: dt.datetime | None = None
    some_days: bool = False

    @property
    def label(self) -> str:
        """The state in a word."""
        return LABELS[self.state] + ("（部分日子）" if self.some_days else "")


def places_of(festival: FestivalPage, *, now: dt.datetime | None = None) -> list[Place]:
    """Every booth of an edition in the order of zones and numbers. Two queries."""
    now = now or timezone.now()
    slots: dict[int, list[BoothSlot]] = {}
    rows = BoothSlot.objects.filter(booth__festival=festival).select_related("application").order_by("day")
    for slot in rows:
        slots.setdefault(slot.booth_id, []).append(slot)
    booths = Booth.objects.filter(festival=festival).select_related("zone")
    return [
        _place(booth, slots.get(booth.pk, []), now)
        for booth in booths.order_by("zone__order", "zone", "number")
    ]


_RANK = (TAKEN, HELD, BLOCKED, FREE)


def _place(booth: Booth, slots: list[BoothSlot], now: dt.datetime) -> Place:
    place = Place(booth)
    states = {_state(slot, now) for slot in slots}
    if not states:
        return place
    place.state = next(state for state in _RANK if state in states)
    place.some_days = len(states) > 1
    for slot in slots:
        if _state(slot, now) not in {TAKEN, HELD} or slot.application is None:
            continue
        if slot.expires_at is not None:
            place.until = slot.expires_at
        # Who only fills in a draft is nobody that organisers know of.
        if slot.application.submitted_at and slot.application not in place.applications:
            place.applications.append(slot.application)
    return place


def _state(slot: BoothSlot, now: dt.datetime) -> str:
    if slot.state == SlotState.CONFIRMED:
        return TAKEN
    if slot.state == SlotState.HELD:
        # A hold that ran out keeps nobody from the booth.
        return HELD if slot.expires_at is not None and slot.expires_at > now else FREE
    return BLOCKED if slot.state == SlotState.BLOCKED else FREE
