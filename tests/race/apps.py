"""What the hammered installation has beside the real one."""

from __future__ import annotations

import datetime as dt
import time
from typing import Any

from django.apps import AppConfig


class Hurried(AppConfig):
    """Holds of two seconds, so that many run out within a minute, and people who apply more often than people may."""

    name = "tests.race"
    label = "race"

    def ready(self) -> None:
        from festival.domain import gatekeeping, slots

        slots.HOLD = dt.timedelta(seconds=2)
        for act in gatekeeping.Act:
            gatekeeping.BY_CONTACT[act] = (10**6, 10**6)


class Unguarded(AppConfig):
    """Check, then write: what a claim would be without its compare-and-set."""

    name = "tests.race.unguarded"
    label = "race_unguarded"

    def ready(self) -> None:
        from festival.domain import slots
        from festival.enums import SlotState
        from festival.models import BoothSlot

        def take(slot: Any, *, application: Any, place: int, until: Any, now: Any) -> bool:
            # `claim` has read that the slot is free.
            time.sleep(0.005)  # a database on another machine
            changes = {
                "state": SlotState.HELD,
                "holder": application.holder,
                "application": application,
                "place": place,
                "expires_at": until,
                "generation": slot.generation + 1,
            }
            BoothSlot.objects.filter(pk=slot.pk).update(**changes)
            for name, value in changes.items():
                setattr(slot, name, value)
            return True

        def settle(slot: Any, *, application: Any, now: Any) -> bool:
            BoothSlot.objects.filter(pk=slot.pk).update(state=SlotState.CONFIRMED, expires_at=None)
            return True

        slots._take = take
        slots._settle = settle
