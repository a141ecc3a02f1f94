"""When the days of an edition change: whoever has a booth has it on the new days, and nobody else can be faster.

The new days' rows are made and taken in one transaction, and before it is committed nobody sees them.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections import defaultdict

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Greatest
from django.utils import timezone

from festival.domain import slots
from festival.enums import SlotState
from festival.exceptions import BookingRefused
from festival.models import Application, Booth, BoothSlot, FestivalPage, ZoneDay
from festival.models.booking import MOST_BOOTHS

logger = logging.getLogger(__name__)


@transaction.atomic
def follow(*, festival: FestivalPage, now: dt.datetime | None = None) -> None:
    """Make an edition's rows of booths and days what its days, zones and booths are now. Five queries, where nothing has
    changed. What is held or confirmed on days that are none any more goes over to those that are: each of its booths on
    each day to come, a hold until it would have ended; a blocked booth stays blocked."""
    now = now or timezone.now()
    slots.prepare(festival=festival)
    days = slots.days_of(festival)
    if not days:
        return  # without a date there is nothing to go over to
    rows = BoothSlot.objects.filter(booth__festival=festival).exclude(state=SlotState.FREE)
    stale = rows.exclude(day__in=days).filter(
        Q(day__gte=timezone.localdate(now)) | Q(state=SlotState.BLOCKED)
    )
    found = list(stale.values_list("booth", "state", "application"))
    keys = {application for _, _, application in found if application}
    for application in Application.objects.filter(pk__in=keys).select_related("festival").order_by("pk"):
        _carry_over(application, days, now=now)
    blocked = {booth for booth, state, _ in found if state == SlotState.BLOCKED}
    for booth in Booth.objects.filter(pk__in=blocked):
        slots.block(booth=booth, now=now)


def _carry_over(application: Application, days: list[dt.date], *, now: dt.datetime) -> None:
    """Take each booth of an application on the days that it lacks, then free the days that are none any more."""
    latest: dict[int, BoothSlot] = {}
    have: dict[int, set[dt.date]] = defaultdict(set)
    for slot in application.slots.exclude(state__in=[SlotState.FREE, SlotState.BLOCKED]).select_related(
        "booth"
    ):
        if slot.expires_at is None or slot.expires_at > now:
            latest[slot.booth_id] = slot
            have[slot.booth_id].add(slot.day)
    try:
        with transaction.atomic():
            for key in sorted(latest):
                former = latest[key]
                wanted = [day for day in days if day not in have[key] and day >= timezone.localdate(now)]
                if not wanted:
                    continue
                taken = slots.claim(
                    application=application,
                    booths=[former.booth],
                    limit=MOST_BOOTHS,
                    until=former.expires_at or now + slots.HOLD,
                    days=wanted,
                    now=now,
                )
                if former.state == SlotState.CONFIRMED:
                    _make_room(taken)
                    slots.confirm(application=application, slots=taken, now=now)
    except BookingRefused as refused:
        # Somebody has it there already; the old days stay, for the organisers to see and to sort out.
        logger.warning("application %s was not carried over to the new days: %s", application.pk, refused)
        return
    gone = {slot.day for slot in application.slots.all() if slot.day not in days}
    slots.release(application=application, days=gone, now=now)


def _make_room(taken: list[BoothSlot]) -> None:
    """Nobody loses a booth by a capacity that was lowered meanwhile."""
    more: dict[tuple[int, dt.date], int] = defaultdict(int)
    for slot in taken:
        more[slot.booth.zone_id, slot.day] += 1
    for (zone, day), number in more.items():
        ZoneDay.objects.filter(zone=zone, day=day).update(
            capacity=Greatest(F("capacity"), F("confirmed") + number)
        )
