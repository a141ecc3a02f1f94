"""The numbers of an edition's booking, for the organiser's overview."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count, F, Sum
from django.db.models.functions import TruncDate
from django.utils import timezone

from festival.domain import queue, slots
from festival.enums import ApplicationState, Payment, Review
from festival.models import Application, ApplicationDocument, BookingRules, FestivalPage, Zone, ZoneDay

S = ApplicationState
# States in which an application still asks for booths, or has them.
_GOING_ON = (S.SUBMITTED, S.NEEDS_INFO, S.WAITLISTED, S.OFFERED, S.APPROVED, S.ALLOCATED, S.CHECKED_IN)
# Longer than this the plot by days shows the last ones only.
MOST_DAYS = 60


@dataclass(frozen=True)
class ZoneFigures:
    """A zone: its room on its fullest day, and how many applications of it are how far."""

    zone: Zone
    capacity: int
    confirmed: int
    submitted: int
    waiting: int
    approved: int
    total: int

    @property
    def free(self) -> int:
        return max(self.capacity - self.confirmed, 0)

    @property
    def percent(self) -> int:
        """How full the zone is, from 0 to 100."""
        return round(100 * self.confirmed / self.capacity) if self.capacity else 0


@dataclass(frozen=True)
class Figures:
    """Everything on the overview. `days` are the applications handed in on each day up to the closing."""

    total: int
    states: list[tuple[str, str, int]]
    zones: list[ZoneFigures]
    categories: list[tuple[str, int]]
    documents: list[tuple[str, int]]
    payments: list[tuple[str, int, float]]
    days: list[tuple[dt.date, int]]
    opens_at: dt.datetime | None
    closes_at: dt.datetime | None
    is_closed: bool
    days_to_closing: int | None
    days_to_festival: int | None
    is_over: bool


def of_edition(festival: FestivalPage, *, now: dt.datetime | None = None) -> Figures:
    """The numbers as they are. Eight queries, however many applications."""
    now = now or timezone.now()
    today = timezone.localdate(now)
    last = festival.ends_on or festival.starts_on
    rules = BookingRules.objects.filter(festival=festival).first()
    rows = queue.all_of(festival).order_by()
    by_zone: dict[tuple[int, str], int] = {
        (zone, state): many for zone, state, many in rows.values_list("zone", "state").annotate(n=Count("pk"))
    }
    states: dict[str, int] = {}
    for (_, state), many in by_zone.items():
        states[state] = states.get(state, 0) + many
    days = dict(
        rows.annotate(day=TruncDate("submitted_at")).values_list("day").annotate(n=Count("pk")).order_by()
    )
    return Figures(
        total=sum(states.values()),
        states=[(one.value, str(one.label), states[one.value]) for one in S if one.value in states],
        zones=_zones(festival, by_zone),
        categories=[
            (name or "没有写", many)
            for name, many in rows.values_list("category").annotate(n=Count("pk")).order_by("-n", "category")
        ],
        documents=_documents(festival),
        payments=_payments(festival),
        days=_days(days, rules, today),
        opens_at=rules.opens_at if rules else None,
        closes_at=rules.closes_at if rules else None,
        is_closed=bool(rules and now >= rules.closes_at),
        days_to_closing=(timezone.localdate(rules.closes_at) - today).days if rules else None,
        days_to_festival=(festival.starts_on - today).days if festival.starts_on else None,
        is_over=bool(last and last < today),
    )


def _zones(festival: FestivalPage, by_zone: Mapping[tuple[int, str], int]) -> list[ZoneFigures]:
    fullest: dict[int, ZoneDay] = {}
    for row in ZoneDay.objects.filter(zone__festival=festival, day__in=slots.days_of(festival)):
        known = fullest.get(row.zone_id)
        if known is None or row.capacity - row.confirmed < known.capacity - known.confirmed:
            fullest[row.zone_id] = row
    found = []
    for zone in Zone.objects.filter(festival=festival):
        day = fullest.get(zone.pk)
        counts = {state: many for (key, state), many in by_zone.items() if key == zone.pk}
        found.append(
            ZoneFigures(
                zone=zone,
                capacity=day.capacity if day else 0,
                confirmed=day.confirmed if day else 0,
                submitted=counts.get(S.SUBMITTED, 0) + counts.get(S.NEEDS_INFO, 0),
                waiting=counts.get(S.WAITLISTED, 0) + counts.get(S.OFFERED, 0),
                approved=counts.get(S.APPROVED, 0),
                total=sum(counts.values()),
            )
        )
    return found


def _documents(festival: FestivalPage) -> list[tuple[str, int]]:
    """The documents of applications that go on, by what the organisers said of them."""
    rows = ApplicationDocument.objects.filter(
        application__festival=festival,
        application__submitted_at__isnull=False,
        application__state__in=_GOING_ON,
    )
    counted = dict(rows.order_by().values_list("review").annotate(n=Count("pk")))
    return [(str(one.label), counted.get(one.value, 0)) for one in Review]


def _payments(festival: FestivalPage) -> list[tuple[str, int, float]]:
    """How many applications with a booth, and how much money (fee and deposit, in yuan), by payment."""
    rows = Application.objects.filter(festival=festival, state__in=[S.APPROVED, S.ALLOCATED, S.CHECKED_IN])
    found = rows.order_by().values("payment").annotate(n=Count("pk"), sum=Sum(F("fee") + F("deposit")))
    counted = {row["payment"]: (row["n"], float(row["sum"] or 0)) for row in found}
    return [(str(one.label), *counted[one.value]) for one in Payment if one.value in counted]


def _days(
    counted: Mapping[dt.date, int], rules: BookingRules | None, today: dt.date
) -> list[tuple[dt.date, int]]:
    if not counted and rules is None:
        return []
    first = min([*counted, timezone.localdate(rules.opens_at) if rules else today])
    last = max([*counted, min(today, timezone.localdate(rules.closes_at)) if rules else today])
    first = max(first, last - dt.timedelta(days=MOST_DAYS - 1))
    span = max((last - first).days + 1, 0)
    return [
        (day, counted.get(day, 0)) for day in (first + dt.timedelta(days=number) for number in range(span))
    ]
