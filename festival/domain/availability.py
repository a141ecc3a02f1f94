"""Which booths of an edition are to be had at this moment, as everybody may know it: never who holds one, or until when.

A booth is the stallholder's on all days of the edition, so it is as free as on its least free day that is still to come.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Count, OuterRef, Subquery
from django.utils import timezone

from festival.domain.slots import days_of
from festival.enums import ApplicationState, SlotState
from festival.models import Application, Booth, FestivalPage, Zone
from sites.pages import iso

# Whose name may stand on the public plan, if they and an organiser said so.
_SHOWN = {ApplicationState.ALLOCATED, ApplicationState.CHECKED_IN}
FREE, HELD, TAKEN, CLOSED = "free", "held", "taken", "closed"
STATES = (FREE, HELD, TAKEN, CLOSED)
# Of the days of a booth, the one of the last of these states counts.
_ORDER = (FREE, CLOSED, HELD, TAKEN)


def of(festival: FestivalPage, *, now: dt.datetime | None = None) -> dict[str, Any]:
    """The booths of an edition, and the zones that take applications, as JSON. Two queries.

    `free` is how many booths of a zone can be claimed now, `waiting` how many applications wait for one: while there are
    any, what comes free is theirs. Times are ISO 8601.
    """
    now = now or timezone.now()
    days = days_of(festival)
    today = timezone.localdate(now)
    # Of what is over, the last day stays on the plan; days on which the edition was once to be do not count.
    counted = {day for day in days if day >= min(today, days[-1])}
    zones = _zones(festival, counted)
    booths = _booths(festival, set(zones), counted, now=now)
    for key, zone in zones.items():
        states = [booth["state"] for booth in booths if booth["zone"] == key]
        room = zone["capacity"] - zone["confirmed"] - states.count(HELD)
        zone["free"] = max(0, min(states.count(FREE), room))
    return {
        "festival": festival.slug,
        "as_of": iso(now),
        "zones": list(zones.values()),
        "booths": [{name: booth[name] for name in ("number", "state", "name")} for booth in booths],
    }


def _zones(festival: FestivalPage, days: set[dt.date]) -> dict[int, dict[str, Any]]:
    """The zones that take applications, by key, each with its numbers of its fullest day to come."""
    waiting = Application.objects.filter(zone=OuterRef("pk"), state=ApplicationState.WAITLISTED)
    counted = waiting.order_by().values("zone").annotate(n=Count("pk")).values("n")
    rows = (
        Zone.objects.filter(festival=festival, rules__isnull=False, festival__booking__isnull=False)
        .annotate(waiting=Subquery(counted))
        .order_by("order", "pk")
        .values_list(
            *("pk", "slug", "rules__mode", "waiting", "days__day", "days__capacity", "days__confirmed")
        )
    )
    zones: dict[int, dict[str, Any]] = {}
    for key, slug, mode, number, day, capacity, confirmed in rows:
        zone = zones.setdefault(
            key,
            {"slug": slug, "mode": mode, "capacity": 0, "confirmed": 0, "free": 0, "waiting": number or 0},
        )
        if day not in days:
            continue
        fuller = capacity - confirmed < zone["capacity"] - zone["confirmed"]
        if fuller or zone["capacity"] == 0:
            zone.update(capacity=capacity, confirmed=confirmed)
    return zones


def _booths(
    festival: FestivalPage, open_zones: set[int], days: set[dt.date], *, now: dt.datetime
) -> list[dict[str, Any]]:
    rows = (
        Booth.objects.filter(festival=festival)
        .order_by("number", "pk")
        .values_list(
            *("pk", "number", "zone", "slots__day", "slots__state", "slots__expires_at"),
            *(
                "slots__application__" + name
                for name in ("state", "name_is_public", "name_approved", "stall_name")
            ),
        )
    )
    booths: dict[int, dict[str, Any]] = {}
    for key, number, zone, day, slot, expires_at, state, is_public, approved, stall in rows:
        booth = booths.setdefault(
            key,
            {"number": number, "zone": zone, "state": FREE if zone in open_zones else CLOSED, "name": ""},
        )
        if day not in days:
            continue
        seen = _state(slot, expires_at, now)
        if _ORDER.index(seen) > _ORDER.index(booth["state"]):
            booth["state"] = seen
        if seen == TAKEN and is_public and approved and state in _SHOWN:
            booth["name"] = stall
    return list(booths.values())


def _state(slot: str, expires_at: dt.datetime | None, now: dt.datetime) -> str:
    if slot == SlotState.HELD:
        return HELD if expires_at is not None and expires_at > now else FREE
    return {SlotState.CONFIRMED: TAKEN, SlotState.BLOCKED: CLOSED}.get(SlotState(slot), FREE)
