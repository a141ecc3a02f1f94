"""Which booths of an edition are to be had at this moment, as everybody may know it: never who holds one, or until when.

A booth is the stallholder's on all days of the edition, so it is as free as on its least free day that is still to come.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone

from festival.domain.slots import days_of
from festival.enums import ApplicationState, SlotState
from festival.models import Booth, BoothSlot, FestivalPage, Zone, ZoneDay
from sites.pages import iso

# Whose name may stand on the public plan, if they said so.
SHOWN = {ApplicationState.ALLOCATED, ApplicationState.CHECKED_IN}
FREE, HELD, TAKEN, CLOSED = "free", "held", "taken", "closed"
STATES = (FREE, HELD, TAKEN, CLOSED)
_RANK = {state: rank for rank, state in enumerate(STATES)}


def of(festival: FestivalPage, *, now: dt.datetime | None = None) -> dict[str, Any]:
    """The booths of an edition and the zones that take applications, as JSON. Two queries, and one more where a zone has
    rules of its own for its capacity. Times are ISO 8601."""
    now = now or timezone.now()
    days = days_of(festival)
    # Once it is over, its last day stays on the plan.
    from_day = min(timezone.localdate(now), days[-1]) if days else timezone.localdate(now)
    zones = _zones(festival, from_day)
    booths = _booths(festival, {zone["pk"] for zone in zones}, from_day, now=now)
    return {
        "festival": festival.slug,
        "as_of": iso(now),
        "zones": [_zone(zone, booths) for zone in zones],
        "booths": [
            {"number": booth["number"], "state": booth["state"], "name": booth["name"]} for booth in booths
        ],
    }


def _zones(festival: FestivalPage, from_day: dt.date) -> list[dict[str, Any]]:
    """The zones that take applications, each with its room on its fullest day to come."""
    waiting = Q(applications__state=ApplicationState.WAITLISTED)
    zones = (
        Zone.objects.filter(festival=festival, rules__isnull=False, festival__booking__isnull=False)
        .annotate(waiting=Count("applications", filter=waiting))
        .order_by("order", "pk")
        .values("pk", "slug", "rules__mode", "waiting")
    )
    rows = {
        zone["pk"]: {**zone, "capacity": 0, "confirmed": 0, "room": None} for zone in zones
    }
    days = ZoneDay.objects.filter(zone__festival=festival, day__gte=from_day)
    for zone, capacity, confirmed in days.values_list("zone", "capacity", "confirmed"):
        row = rows.get(zone)
        if row is not None and (row["room"] is None or capacity - confirmed < row["room"]):
            row.update(capacity=capacity, confirmed=confirmed, room=capacity - confirmed)
    return list(rows.values())
