"""Who has come and who has not: the board of the zones, no-shows, and what organisers must settle by hand."""

from __future__ import annotations

import datetime as dt
import logging
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from festival.domain import slots, waitlist
from festival.domain.transitions import SYSTEM, Actor, move
from festival.enums import ApplicationState, ScanAnswer, SlotState
from festival.exceptions import CheckInRefused, StateChanged
from festival.models import Application, BoothSlot, CheckInScan, FestivalPage, NoShowDeadline, Zone
from sites.models import User
from sites.pages import iso

logger = logging.getLogger(__name__)

S = ApplicationState


def day_of(festival: FestivalPage, *, now: dt.datetime | None = None) -> dt.date | None:
    """The day of an edition that is meant now: today while it lasts, before it the first and after it the last day;
    None while it has no date."""
    days = slots.days_of(festival)
    if not days:
        return None
    return min(max(timezone.localdate(now or timezone.now()), days[0]), days[-1])


def board(festival: FestivalPage, *, now: dt.datetime | None = None) -> dict[str, Any]:
    """The board of the zones, in booths: `arrived` of the `expected` ones (those that somebody has), `offered` to who
    waits, `free`. Three queries."""
    now = now or timezone.now()
    day = day_of(festival, now=now)
    today = Q(day=day) if day else Q(pk__in=[])
    came = set(
        CheckInScan.objects.filter(today, festival=festival, answer=ScanAnswer.ACCEPTED).values_list(
            "application", flat=True
        )
    )
    zones: dict[int, dict[str, Any]] = {
        zone.pk: {
            "slug": zone.slug,
            "name": zone.name,
            "colour": zone.colour,
            **dict.fromkeys(("expected", "arrived", "offered", "free", "closed"), 0),
        }
        for zone in Zone.objects.filter(festival=festival)
    }
    rows = BoothSlot.objects.filter(today, booth__festival=festival)
    for owner, state, expires_at, application in rows.values_list(
        "booth__zone", "state", "expires_at", "application"
    ):
        zone = zones[owner]
        if state == SlotState.CONFIRMED:
            zone["expected"] += 1
            zone["arrived"] += application in came
        elif state == SlotState.BLOCKED:
            zone["closed"] += 1
        elif state == SlotState.HELD and expires_at and expires_at > now:
            zone["offered"] += 1
        else:
            zone["free"] += 1
    total = {
        name: sum(zone[name] for zone in zones.values())
        for name in ("expected", "arrived", "offered", "free")
    }
    return {
        "festival": festival.title,
        "day": day.isoformat() if day else None,
        "as_of": iso(now),
        "zones": list(zones.values()),
        "total": total,
    }


def missing(festival: FestivalPage, *, now: dt.datetime | None = None) -> list[dict[str, Any]]:
    """Who has booths on the day and has not come, by the numbers of the booths: {application, booths}. Two queries."""
    day = day_of(festival, now=now)
    if day is None:
        return []
    rows = BoothSlot.objects.filter(
        booth__festival=festival, day=day, state=SlotState.CONFIRMED, application__state=S.ALLOCATED
    )
    found: dict[int, dict[str, Any]] = {}
    for slot in rows.select_related("booth", "application__zone").order_by("booth__number"):
        assert slot.application is not None
        one = found.setdefault(slot.application.pk, {"application": slot.application, "booths": []})
        one["booths"].append(slot.booth.number)
    return list(found.values())


@transaction.atomic
def mark_no_show(
    *, application: Application, by: Actor, version: int | None = None, now: dt.datetime | None = None
) -> None:
    """Give up who has not come: the booths are free from this day on, and offered to who waits. Raises CheckInRefused
    before the day, StateChanged."""
    now = now or timezone.now()
    day = timezone.localdate(now)
    own = application.slots.filter(state=SlotState.CONFIRMED, day__gte=day).order_by("booth__number")
    numbers = list(dict.fromkeys(own.values_list("booth__number", flat=True)))
    if not own.filter(day=day).exists() and _is_allocated(application):
        raise CheckInRefused("今天没有这份申请的摊位，不能记为未到场。")
    details = {"booths": numbers, "from": day.isoformat()}
    move(
        application,
        S.NO_SHOW,
        by=by,
        version=version,
        now=now,
        reason="当天没有到场，摊位让给了候补的摊主。",
        details=details,
    )
    slots.release(application=application, from_day=day, now=now)
    waitlist.offer_next(zone=application.zone, now=now)


def _is_allocated(application: Application) -> bool:
    """Whether it still is, whatever is known of it here."""
    return Application.objects.filter(pk=application.pk, state=S.ALLOCATED).exists()


def set_deadline(
    *, festival: FestivalPage, at: dt.datetime, now: dt.datetime | None = None
) -> NoShowDeadline:
    """Set from when on a day of the festival who has not come is given up. Raises CheckInRefused for another day, or a
    time that is past."""
    now = now or timezone.now()
    day = timezone.localdate(at)
    if day not in slots.days_of(festival):
        raise CheckInRefused("这一天没有邻里节。")
    if at <= now:
        raise CheckInRefused("这个时间已经过了，请选晚一点的。")
    deadline, _ = NoShowDeadline.objects.update_or_create(
        festival=festival, day=day, defaults={"at": at, "swept_at": None}
    )
    return deadline


def clear_deadline(*, festival: FestivalPage, day: dt.date) -> None:
    """Give nobody up by the clock on that day. What was given up stays so."""
    NoShowDeadline.objects.filter(festival=festival, day=day, swept_at=None).delete()


def sweep_no_shows(*, now: dt.datetime | None = None) -> int:
    """Give up who has not come by a deadline that has passed; returns how many. Called outside of transactions: each is
    given up in its own. A deadline of a day that is over gives nobody up."""
    now = now or timezone.now()
    given_up = 0
    for deadline in NoShowDeadline.objects.filter(at__lte=now, swept_at=None).select_related("festival"):
        if deadline.day == timezone.localdate(now):
            for one in missing(deadline.festival, now=now):
                try:
                    mark_no_show(application=one["application"], by=SYSTEM, now=now)
                except (StateChanged, CheckInRefused):
                    continue  # came, or was decided otherwise, at this very moment
                given_up += 1
        NoShowDeadline.objects.filter(pk=deadline.pk, at=deadline.at).update(swept_at=now)
    if given_up:
        logger.info("%s stallholders did not come", given_up)
    return given_up


def conflicts(festival: FestivalPage) -> list[CheckInScan]:
    """The scans that an organiser must settle, the oldest first. One query."""
    rows = CheckInScan.objects.filter(festival=festival, answer=ScanAnswer.CONFLICT, settled_at=None)
    return list(rows.select_related("application__zone", "device"))


def settle(*, scan: CheckInScan, actor: User, now: dt.datetime | None = None) -> None:
    """Say that a conflict was settled. Raises CheckInRefused when somebody else did before."""
    open_ones = CheckInScan.objects.filter(pk=scan.pk, answer=ScanAnswer.CONFLICT, settled_at=None)
    if not open_ones.update(settled_at=now or timezone.now(), settled_by=actor):
        raise CheckInRefused("已经有人处理过了。")
