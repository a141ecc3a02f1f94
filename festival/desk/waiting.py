"""The waitlist of a zone: who is next, moving somebody with a reason, and offering what is free."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from festival.desk import access
from festival.domain import slots, waitlist
from festival.domain.transitions import organiser
from festival.enums import ApplicationState, SlotState
from festival.exceptions import BookingRefused, StateChanged
from festival.models import Application, BoothSlot, FestivalPage, Zone
from sites.numerals import whole_number

S = ApplicationState
ROWS = 100


@require_safe
def lists(request: HttpRequest, festival: int) -> HttpResponse:
    own = access.edition(request, festival)
    return _show(request, own, _zone(own, request.GET.get("zone", "")))


@require_POST
def offer(request: HttpRequest, festival: int) -> HttpResponse:
    """Offer the free booths of a zone now."""
    own = access.edition(request, festival)
    zone = _zone(own, request.POST.get("zone", ""))
    if zone is None:
        raise Http404
    offered = waitlist.offer_next(zone=zone)
    if offered:
        names = "、".join(one.stall_name or one.reference for one in offered)
        messages.success(request, f"已经通知：{names}。")
    else:
        messages.warning(request, f"“{zone}”现在没有可以给候补的空摊位，或者没有人在等，所以没有通知谁。")
    return redirect(_address(own, zone))


@require_POST
def rank(request: HttpRequest, pk: int) -> HttpResponse:
    """Move somebody on the list, with a reason."""
    application = access.application(request, pk)
    own, zone = application.festival, application.zone
    reason = request.POST.get("reason", "").strip()
    place = waitlist.position_of(application)
    problem = ""
    try:
        if place is None:
            raise StateChanged("这份申请刚刚离开了候补名单。")
        wanted = _position(request, place)
        if not reason:
            problem = "请写为什么调整顺序，摊主会看到。"
        elif len(reason) > _LONGEST:
            problem = f"理由最多 {_LONGEST} 个字。"
        elif wanted is None:
            problem = "请写要移到第几位。"
        else:
            waitlist.reorder(
                application=application,
                position=wanted,
                by=organiser(access.user_of(request)),
                reason=reason,
                version=_version(request),
            )
            messages.success(
                request, f"{application.stall_name or application.reference}现在是第 {wanted} 位。"
            )
            return redirect(_address(own, zone))
    except BookingRefused as refused:
        problem = str(refused)
    return _show(request, own, zone, wrong=application, problem=problem, typed=reason)


_LONGEST = 200


def _position(request: HttpRequest, place: int) -> int | None:
    """The place that was asked for: by a button one up or down, or as a number."""
    move = request.POST.get("move", "")
    if move in {"up", "down"}:
        return max(place - 1, 1) if move == "up" else place + 1
    return whole_number(request.POST.get("position", ""), digits=6)


def _version(request: HttpRequest) -> int | None:
    return whole_number(request.POST.get("version", ""), digits=9)


def _zone(own: FestivalPage, key: str) -> Zone | None:
    """The zone that was asked for, or else the first on whose list somebody waits, or the first."""
    zones = list(_zones(own))
    if key:
        found = next((zone for zone in zones if str(zone.pk) == key), None)
        if found is None:
            raise Http404
        return found
    return next((zone for zone in zones if zone.waiting), zones[0] if zones else None)


def _zones(own: FestivalPage) -> Any:
    waiting = Count("applications", filter=Q(applications__state=S.WAITLISTED))
    return Zone.objects.filter(festival=own).annotate(waiting=waiting)


def _address(own: FestivalPage, zone: Zone) -> str:
    return f"{reverse('booking_waitlist', args=[own.pk])}?zone={zone.pk}"


def _promised(zone: Zone | None) -> int:
    """How many booths of a zone who was approved still waits for: they are not offered."""
    wanted = Application.objects.filter(zone=zone, state=S.APPROVED).aggregate(n=Sum("booths_wanted"))
    return int(wanted["n"] or 0)


def _left(until: dt.datetime | None) -> str:
    """How long an offer still stands, as people say it: Django's own words for it are not Chinese as it is spoken."""
    minutes = int((until - timezone.now()).total_seconds() // 60) if until else 0
    if minutes < 1:
        return "马上到时"
    days, hours = divmod(minutes // 60, 24)
    if days:
        return f"还有 {days} 天" + (f" {hours} 小时" if hours else "")
    parts = ((hours, "小时"), (minutes % 60, "分钟"))
    return "还有 " + " ".join(f"{number} {unit}" for number, unit in parts if number)


def _page_of(application: Application) -> int:
    place = waitlist.position_of(application)
    return (place - 1) // ROWS + 1 if place else 1


def _show(
    request: HttpRequest,
    own: FestivalPage,
    zone: Zone | None,
    *,
    wrong: Application | None = None,
    problem: str = "",
    typed: str = "",
) -> HttpResponse:
    list_of_zone = Application.objects.filter(zone=zone, state=S.WAITLISTED).order_by("rank")
    pages = Paginator(list_of_zone, ROWS)
    # Who was just moved, or could not be, is on the page that is shown.
    at = request.GET.get("p") or (_page_of(wrong) if wrong else 1)
    rows = pages.get_page(at)
    offers = list(Application.objects.filter(zone=zone, state=S.OFFERED).order_by("offer_expires_at"))
    held = BoothSlot.objects.filter(state=SlotState.HELD, application__in=[one.pk for one in offers])
    numbers: dict[int, set[str]] = {}
    for application, number in held.values_list("application", "booth__number"):
        numbers.setdefault(application or 0, set()).add(number)
    free = len(slots.free_booths(zone=zone)) if zone else 0
    return access.page(
        request,
        "waitlist.html",
        title="候补",
        festival=own,
        tab="waitlist",
        status=400 if problem else 200,
        zones=list(_zones(own)),
        zone=zone,
        waiting=list(enumerate(rows, start=rows.start_index())),
        pages=rows,
        last=pages.count,
        offers=[(one, sorted(numbers.get(one.pk, ())), _left(one.offer_expires_at)) for one in offers],
        free=free,
        promised=min(free, _promised(zone)),
        wrong=wrong,
        problem=problem,
        typed=typed,
    )
