"""Who has which booth on which day.

A claim is one compare-and-set UPDATE for each booth and day: it takes what is free, or held past its end, and the
number of rows it changed says whether it did. So a booth cannot be had twice whatever runs at once, no lock is waited
for, and nothing has to sweep up expired holds. The rows are never deleted: `generation` counts the claims, and only who
knows holder and generation can confirm or release. Every change writes its `SlotEvent` in the same transaction.

Times are given as `now`, so that a test can say what time it is; the default is the clock.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone

from festival.enums import SlotAct, SlotState
from festival.exceptions import HoldExpired, LimitReached, SlotTaken, ZoneFull
from festival.models import Application, Booth, BoothSlot, FestivalPage, SlotEvent, Zone, ZoneDay

HOLD = dt.timedelta(minutes=15)

_READ = ("pk", "booth", "day", "state", "generation", "expires_at")
_EMPTY = {"state": SlotState.FREE, "holder": "", "place": None, "expires_at": None, "application": None}


def days_of(festival: FestivalPage) -> list[dt.date]:
    """The days of an edition, in order; none before its first day is known."""
    if festival.starts_on is None:
        return []
    last = festival.ends_on or festival.starts_on
    return [festival.starts_on + dt.timedelta(days=n) for n in range((last - festival.starts_on).days + 1)]


def prepare(*, festival: FestivalPage) -> None:
    """Make the rows of every booth and day of an edition, and set each zone's room for each day. Harmless when run
    again: four queries, where nothing has changed. A capacity below what is confirmed stays at what is confirmed: nobody
    loses a booth by it."""
    days = days_of(festival)
    with transaction.atomic():
        zones = list(Zone.objects.filter(festival=festival).select_related("rules"))
        booths = list(Booth.objects.filter(festival=festival).values_list("pk", "zone_id"))
        counts = {zone.pk: sum(1 for _, owner in booths if owner == zone.pk) for zone in zones}
        room = {zone.pk: _capacity(zone, counts[zone.pk]) for zone in zones}
        there = set(BoothSlot.objects.filter(booth__festival=festival).values_list("booth", "day"))
        BoothSlot.objects.bulk_create(
            [
                BoothSlot(booth_id=booth, day=day)
                for booth, _ in booths
                for day in days
                if (booth, day) not in there
            ],
            ignore_conflicts=True,
        )
        rows = {(row.zone_id, row.day): row for row in ZoneDay.objects.filter(zone__festival=festival)}
        ZoneDay.objects.bulk_create(
            [
                ZoneDay(zone=zone, day=day, capacity=room[zone.pk])
                for zone in zones
                for day in days
                if (zone.pk, day) not in rows
            ],
            ignore_conflicts=True,
        )
        for (zone_key, day), row in rows.items():
            if day in days and row.capacity != room[zone_key]:
                same = ZoneDay.objects.filter(pk=row.pk)
                if not same.filter(confirmed__lte=room[zone_key]).update(capacity=room[zone_key]):
                    same.update(capacity=F("confirmed"))


def _capacity(zone: Zone, booths: int) -> int:
    rules = getattr(zone, "rules", None)
    return booths if rules is None or rules.capacity is None else int(rules.capacity)


def may_be_claimed(now: dt.datetime) -> Q:
    """The condition that a slot is free, or was held and that ran out."""
    return Q(state=SlotState.FREE) | Q(state=SlotState.HELD, expires_at__lte=now)


def claim(
    *,
    application: Application,
    booths: Sequence[Booth],
    limit: int,
    until: dt.datetime,
    from_day: dt.date | None = None,
    days: Collection[dt.date] | None = None,
    now: dt.datetime | None = None,
) -> list[BoothSlot]:
    """Hold booths for an application, on every day of the edition (or from a day on, or on some days): all of them or none.

    `limit` is how many the applicant may have on a day, held and confirmed together; `until` is when the hold runs out.
    Raises SlotTaken for booths that are not to be had, LimitReached. Queries: one read, which settles most refusals; one of
    what the applicant has; then one for each booth and day, and one for what is written down about them.
    """
    now = now or timezone.now()
    known = {booth.pk: booth for booth in booths}
    # Rows of days on which the edition was once to be stay, and nobody wants them.
    when = days_of(application.festival) if days is None else days
    if from_day is not None:
        when = [day for day in when if day >= from_day]
    wanted, taken = [], set()
    # In the order of their keys, so that two who want the same booths wait for each other in one direction only.
    rows = BoothSlot.objects.filter(booth__in=known, day__in=when).order_by("pk")
    for pk, booth, day, state, generation, expires_at in rows.values_list(*_READ):
        wanted.append(BoothSlot(pk=pk, booth=known[booth], day=day, state=state, generation=generation))
        if not _is_free(state, expires_at, now):
            taken.add(known[booth].number)
    if taken or not wanted:
        raise SlotTaken(sorted(taken or {booth.number for booth in booths}))
    places: dict[dt.date, set[int]] = {}
    has_expired = False
    own = BoothSlot.objects.filter(holder=application.holder, state__in=[SlotState.HELD, SlotState.CONFIRMED])
    for day, place, state, expires_at in own.values_list("day", "place", "state", "expires_at"):
        if _is_free(state, expires_at, now):
            has_expired = True
        else:
            places.setdefault(day, set()).add(place or 0)
    chosen = [(slot, _next_place(places.setdefault(slot.day, set()), limit=limit)) for slot in wanted]
    try:
        with transaction.atomic():
            if has_expired:
                release_expired(holder=application.holder, now=now)
            for slot, place in chosen:
                if not _take(slot, application=application, place=place, until=until, now=now):
                    taken.add(slot.booth.number)
            if taken:
                raise SlotTaken(sorted(taken))
            SlotEvent.objects.bulk_create(
                _event(slot, SlotAct.HELD, application=application, now=now, expires_at=until)
                for slot in wanted
            )
    except IntegrityError:
        # Another claim of the same applicant took a place of the limit at the same time.
        raise LimitReached("您正在另一处选摊位，请稍后再试。") from None
    return wanted


def _is_free(state: str, expires_at: dt.datetime | None, now: dt.datetime) -> bool:
    """The same as `may_be_claimed`, of what was read."""
    return state == SlotState.FREE or (
        state == SlotState.HELD and expires_at is not None and expires_at <= now
    )


def _next_place(places: set[int], *, limit: int) -> int:
    """The first free place of an applicant's day, which then is used. Raises LimitReached."""
    for place in range(1, limit + 1):
        if place not in places:
            places.add(place)
            return place
    raise LimitReached(f"每位摊主最多 {limit} 个摊位。")


def _take(
    slot: BoothSlot, *, application: Application, place: int, until: dt.datetime, now: dt.datetime
) -> bool:
    """The compare-and-set. `slot` then is as the row is."""
    changes = {
        "state": SlotState.HELD,
        "holder": application.holder,
        "application": application,
        "place": place,
        "expires_at": until,
        "generation": slot.generation + 1,
    }
    # By the generation that was read: between reading and writing somebody may have come and gone.
    found = BoothSlot.objects.filter(may_be_claimed(now), pk=slot.pk, generation=slot.generation)
    if not found.update(**changes):
        return False
    for name, value in changes.items():
        setattr(slot, name, value)
    return True


def free_booths(
    *, zone: Zone, now: dt.datetime | None = None, from_day: dt.date | None = None
) -> list[Booth]:
    """The booths of a zone that may be claimed on all days (from a day on), in the order of their numbers; no more than
    the zone's capacity has room for."""
    now = now or timezone.now()
    when = days_of(zone.festival)
    slots = BoothSlot.objects.filter(booth__zone=zone, day__in=when)
    days = ZoneDay.objects.filter(zone=zone, day__in=when)
    if from_day is not None:
        slots, days = slots.filter(day__gte=from_day), days.filter(day__gte=from_day)
    held: dict[dt.date, int] = {}
    for day in slots.filter(state=SlotState.HELD, expires_at__gt=now).values_list("day", flat=True):
        held[day] = held.get(day, 0) + 1
    room = min((row.capacity - row.confirmed - held.get(row.day, 0) for row in days), default=0)
    if room <= 0:
        return []
    taken = slots.exclude(may_be_claimed(now)).values("booth")
    free = Booth.objects.filter(zone=zone, pk__in=slots.values("booth")).exclude(pk__in=taken)
    return list(free.order_by("number")[:room])


def confirm(
    *, application: Application, slots: Sequence[BoothSlot] | None = None, now: dt.datetime | None = None
) -> list[BoothSlot]:
    """Make an application's holds its booths (by default all that it holds). All or none.

    Raises HoldExpired when one ran out, at its very end or later, or is somebody else's by now, or there is none;
    ZoneFull.
    """
    now = now or timezone.now()
    held = list(slots) if slots is not None else held_by(application)
    if not held:
        raise HoldExpired("保留的时间已过，请重新选摊位。")
    with transaction.atomic():
        for slot in sorted(held, key=lambda one: one.pk):
            if not _settle(slot, application=application, now=now):
                raise HoldExpired("保留的时间已过，请重新选摊位。")
            slot.state, slot.expires_at = SlotState.CONFIRMED, None
        _count(held, 1)
        SlotEvent.objects.bulk_create(
            _event(slot, SlotAct.CONFIRMED, application=application, now=now) for slot in held
        )
    return held


def _settle(slot: BoothSlot, *, application: Application, now: dt.datetime) -> bool:
    """The compare-and-set of a confirmation."""
    found = BoothSlot.objects.filter(
        pk=slot.pk,
        state=SlotState.HELD,
        holder=application.holder,
        application=application,
        generation=slot.generation,
        expires_at__gt=now,
    )
    return bool(found.update(state=SlotState.CONFIRMED, expires_at=None))


def held_by(application: Application) -> list[BoothSlot]:
    """The slots that an application holds, run out or not."""
    return list(application.slots.filter(state=SlotState.HELD).select_related("booth").order_by("pk"))


def extend(*, application: Application, until: dt.datetime, now: dt.datetime | None = None) -> int:
    """Let an application's living holds run longer; returns how many. Never shortens one."""
    now = now or timezone.now()
    with transaction.atomic():
        extended = []
        for slot in held_by(application):
            changed = BoothSlot.objects.filter(
                pk=slot.pk,
                state=SlotState.HELD,
                holder=application.holder,
                generation=slot.generation,
                expires_at__gt=now,
                expires_at__lt=until,
            ).update(expires_at=until)
            if changed:
                extended.append(
                    _event(slot, SlotAct.EXTENDED, application=application, now=now, expires_at=until)
                )
        SlotEvent.objects.bulk_create(extended)
    return len(extended)


def release(
    *,
    application: Application,
    from_day: dt.date | None = None,
    days: Collection[dt.date] | None = None,
    booths: Iterable[Booth] | None = None,
    now: dt.datetime | None = None,
) -> list[BoothSlot]:
    """Give back what an application holds or has (from a day on, on some days, or some booths of it); returns the slots that
    are free now. What is somebody else's by now is left alone."""
    now = now or timezone.now()
    own = application.slots.filter(state__in=[SlotState.HELD, SlotState.CONFIRMED]).select_related("booth")
    if from_day is not None:
        own = own.filter(day__gte=from_day)
    if days is not None:
        own = own.filter(day__in=days)
    if booths is not None:
        own = own.filter(booth__in=[booth.pk for booth in booths])
    with transaction.atomic():
        freed, counted, events = [], [], []
        for slot in own.order_by("pk"):
            changed = BoothSlot.objects.filter(
                pk=slot.pk, state=slot.state, holder=application.holder, generation=slot.generation
            ).update(**_EMPTY)
            if changed:
                freed.append(slot)
                if slot.state == SlotState.CONFIRMED:
                    counted.append(slot)
                events.append(_event(slot, SlotAct.RELEASED, application=application, now=now))
        _count(counted, -1)
        SlotEvent.objects.bulk_create(events)
    return freed


def release_expired(*, holder: str, now: dt.datetime | None = None) -> int:
    """Free the holds of an applicant that ran out, which still take up the places of the limit; returns how many."""
    now = now or timezone.now()
    past = BoothSlot.objects.filter(holder=holder, state=SlotState.HELD, expires_at__lte=now)
    return _free_expired(list(past.select_related("booth", "application").order_by("pk")), now=now)


def _free_expired(slots: Iterable[BoothSlot], *, now: dt.datetime) -> int:
    events = []
    with transaction.atomic():
        for slot in slots:
            changed = BoothSlot.objects.filter(
                pk=slot.pk, state=SlotState.HELD, generation=slot.generation, expires_at__lte=now
            ).update(**_EMPTY)
            if changed:
                events.append(_event(slot, SlotAct.EXPIRED, application=slot.application, now=now))
        SlotEvent.objects.bulk_create(events)
    return len(events)


def block(*, booth: Booth, now: dt.datetime | None = None) -> int:
    """Take a booth out of the booking on every day on which nobody has it; returns on how many."""
    now = now or timezone.now()
    _free_expired(
        BoothSlot.objects.filter(booth=booth, state=SlotState.HELD, expires_at__lte=now).select_related(
            "booth", "application"
        ),
        now=now,
    )
    return _switch(booth, SlotState.FREE, SlotState.BLOCKED, SlotAct.BLOCKED, now=now)


def unblock(*, booth: Booth, now: dt.datetime | None = None) -> int:
    """Give a blocked booth back to the booking; returns on how many days."""
    return _switch(booth, SlotState.BLOCKED, SlotState.FREE, SlotAct.UNBLOCKED, now=now or timezone.now())


def _switch(booth: Booth, old: SlotState, new: SlotState, act: SlotAct, *, now: dt.datetime) -> int:
    events = []
    with transaction.atomic():
        for slot in BoothSlot.objects.filter(booth=booth, state=old).select_related("booth").order_by("pk"):
            changed = BoothSlot.objects.filter(pk=slot.pk, state=old, generation=slot.generation)
            if changed.update(state=new):
                events.append(_event(slot, act, application=None, now=now))
        SlotEvent.objects.bulk_create(events)
    return len(events)


def _count(slots: Iterable[BoothSlot], by: int) -> None:
    """Keep the count of each zone and day. Raises ZoneFull when the database says that it has no more room."""
    sums: dict[tuple[int, dt.date], int] = {}
    for slot in slots:
        key = (slot.booth.zone_id, slot.day)
        sums[key] = sums.get(key, 0) + by
    for (zone, day), change in sorted(sums.items()):
        try:
            with transaction.atomic():
                ZoneDay.objects.filter(zone=zone, day=day).update(confirmed=F("confirmed") + change)
        except IntegrityError:
            raise ZoneFull("这个版块的名额已经满了。") from None


def _event(
    slot: BoothSlot,
    act: SlotAct,
    *,
    application: Application | None,
    now: dt.datetime,
    expires_at: dt.datetime | None = None,
) -> SlotEvent:
    return SlotEvent(
        slot=slot,
        festival_id=slot.booth.festival_id,
        at=now,
        act=act,
        generation=slot.generation,
        holder=application.holder if application else "",
        application=application,
        expires_at=expires_at,
    )
