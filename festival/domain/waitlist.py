"""Who is next when a booth comes free: the waitlist of a zone, in the order of its ranks, and its offers.

An offer holds the free booths for the first on the list until it ends; it is a promise that can be kept. When it is
declined or runs out, the next one is offered them.
"""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import F, Max, Sum
from django.utils import timezone

from festival.domain import slots
from festival.domain.transitions import SYSTEM, Actor, move
from festival.enums import ApplicationState, ZoneMode
from festival.exceptions import LimitReached, SlotTaken, StateChanged
from festival.models import Application, BookingRules, FestivalPage, Zone, ZoneRules

S = ApplicationState

# How long an offer stands that does not end before the festival begins.
LAST_DAYS_OFFER = dt.timedelta(hours=2)
ON_THE_DAY_OFFER = dt.timedelta(minutes=30)


def lock(zone: Zone) -> None:
    """Let one transaction at a time change the order of a zone's waitlist. Claims do not wait for it."""
    ZoneRules.objects.select_for_update().filter(zone=zone).first()


@transaction.atomic
def join(
    application: Application,
    *,
    by: Actor,
    reason: str = "",
    version: int | None = None,
    now: dt.datetime | None = None,
) -> Application:
    """Put an application at the end of its zone's waitlist. Raises StateChanged."""
    lock(application.zone)
    last = Application.objects.filter(zone=application.zone).aggregate(last=Max("rank"))["last"] or 0
    move(application, S.WAITLISTED, by=by, reason=reason, version=version, now=now, rank=last + 1)
    return application


@transaction.atomic
def reorder(
    *,
    application: Application,
    position: int,
    by: Actor,
    reason: str,
    version: int | None = None,
    now: dt.datetime | None = None,
) -> None:
    """Put a waiting application at a position (from 1) of its list, with the reason that the stallholder reads.
    Raises StateChanged when it does not wait, or is not of the `version` that the organiser saw. However long the
    list, as many queries."""
    lock(application.zone)
    list_of_zone = Application.objects.filter(zone=application.zone, state=S.WAITLISTED)
    ranks = dict(list_of_zone.order_by("rank").values_list("pk", "rank"))
    own = ranks.get(application.pk)
    if own is None:
        raise StateChanged("这份申请不在候补名单里。")
    place = min(max(position, 1), len(ranks)) - 1
    ordered = [rank or 0 for rank in ranks.values()]
    target, top = ordered[place], ordered[-1]
    between = (target, own - 1) if target < own else (own + 1, target)
    # Away and back: ranks are unique at every moment.
    list_of_zone.filter(pk=application.pk).update(rank=2 * top + 2)
    list_of_zone.filter(rank__range=between).update(rank=F("rank") + top)
    step = 1 if target < own else -1
    list_of_zone.filter(rank__range=(top + 1, 2 * top)).update(rank=F("rank") - top + step)
    details = {"position": place + 1}
    move(
        application,
        S.WAITLISTED,
        by=by,
        reason=reason,
        version=version,
        now=now,
        details=details,
        rank=target,
    )


def is_waited_for(zone: Zone) -> bool:
    """Whether somebody waits for a booth of the zone: what comes free there is theirs first."""
    return Application.objects.filter(zone=zone, state=S.WAITLISTED).exists()


def promised(zone: Zone) -> int:
    """How many booths of a zone those will get who were approved, or drawn, and have none yet."""
    approved = Application.objects.filter(zone=zone, state=S.APPROVED)
    return int(approved.aggregate(booths=Sum("booths_wanted"))["booths"] or 0)


def position_of(application: Application) -> int | None:
    """The place of an application on its waitlist, from 1; None when it does not wait."""
    if application.rank is None:
        return None
    return Application.objects.filter(zone=application.zone_id, rank__lte=application.rank).count()


def offer_end(*, festival: FestivalPage, now: dt.datetime) -> dt.datetime:
    """When an offer made now runs out: the hours of the rules, but shorter right before and during the festival."""
    hours = BookingRules.objects.values_list("offer_hours", flat=True).get(festival=festival)
    end = now + dt.timedelta(hours=hours)
    days = slots.days_of(festival)
    if not days:
        return end
    first = timezone.make_aware(dt.datetime.combine(days[0], dt.time.min))
    if end <= first:
        return end
    return now + (ON_THE_DAY_OFFER if now >= first else min(LAST_DAYS_OFFER, dt.timedelta(hours=hours)))


@transaction.atomic
def offer_next(*, zone: Zone, now: dt.datetime | None = None) -> list[Application]:
    """Offer the free booths of a zone to those who wait, in their order; returns who was offered. Whoever wants more booths
    than are free is offered what there is: nobody is passed over."""
    now = now or timezone.now()
    lock(zone)
    offered = []
    kept = promised(zone)
    for application in Application.objects.filter(zone=zone, state=S.WAITLISTED).order_by("rank"):
        free = slots.free_booths(zone=zone, now=now, from_day=timezone.localdate(now))
        free = free[: max(len(free) - kept, 0)]
        if not free:
            break
        until = offer_end(festival=application.festival, now=now)
        try:
            with transaction.atomic():
                slots.claim(
                    application=application,
                    booths=free[: application.booths_wanted],
                    limit=int(application.terms["booths_per_applicant"]),
                    until=until,
                    now=now,
                    from_day=timezone.localdate(now),
                )
                move(application, S.OFFERED, by=SYSTEM, now=now, offer_expires_at=until)
        except SlotTaken:
            break  # somebody was faster; when that hold ends, the next round offers it
        except LimitReached:
            continue  # has as many booths by now as one may have
        offered.append(application)
    return offered


@transaction.atomic
def give_back(application: Application, *, now: dt.datetime | None = None) -> None:
    """Free what an application holds or has, and offer it to who waits."""
    if slots.release(application=application, now=now):
        offer_next(zone=application.zone, now=now)


def lapse_due(*, now: dt.datetime | None = None) -> int:
    """End the offers that ran out, and offer their booths to the next; returns how many ended. Called outside of
    transactions: each offer ends in its own."""
    now = now or timezone.now()
    due = Application.objects.filter(state=S.OFFERED, offer_expires_at__lte=now).select_related(
        "zone", "festival"
    )
    ended = 0
    for application in due.order_by("offer_expires_at", "pk"):
        try:
            with transaction.atomic():
                move(application, S.LAPSED, by=SYSTEM, reason="没有在期限内确认。", now=now)
                give_back(application, now=now)
        except StateChanged:
            continue  # accepted or withdrawn at this very moment
        ended += 1
    return ended


def fill_open_zones(*, now: dt.datetime | None = None) -> int:
    """Offer what came free in open zones without anybody's doing, when holds ran out; returns how many were offered. In
    other zones the organisers give such booths."""
    now = now or timezone.now()
    zones = Zone.objects.filter(rules__mode=ZoneMode.OPEN, applications__state=S.WAITLISTED).distinct()
    return sum(len(offer_next(zone=zone, now=now)) for zone in zones if slots.free_booths(zone=zone, now=now))
