"""The day itself: who has not come, what must be settled, the devices that check in, and the board for the tent."""

from __future__ import annotations

import datetime as dt
from typing import Any

import segno
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from festival.desk import access
from festival.domain import arrivals, checkin
from festival.domain.transitions import organiser
from festival.exceptions import BookingRefused, CheckInRefused
from festival.models import CheckInDevice, CheckInScan, FestivalPage, NoShowDeadline
from sites.numerals import whole_number


@require_safe
def day(request: HttpRequest, festival: int) -> HttpResponse:
    return _show(request, access.edition(request, festival))


@require_POST
def deadline(request: HttpRequest, festival: int) -> HttpResponse:
    """Set, or take away, from when on today who has not come is given up."""
    own = access.edition(request, festival)
    today = arrivals.day_of(own)
    typed = request.POST.get("at", "").strip()
    if today is None:
        raise Http404
    if "clear" in request.POST:
        arrivals.clear_deadline(festival=own, day=today)
        messages.success(request, "不按时间处理了，要你自己一份一份地记。")
        return redirect("booking_day", own.pk)
    try:
        at = timezone.make_aware(dt.datetime.combine(today, dt.time.fromisoformat(typed)))
        arrivals.set_deadline(festival=own, at=at)
    except (ValueError, CheckInRefused) as refused:
        problem = str(refused) if isinstance(refused, CheckInRefused) else "请写时间，例如 10:30。"
        return _show(request, own, problem=problem, typed=typed)
    messages.success(request, f"{today.month}月{today.day}日 {typed} 以后，还没有到的就算未到场。")
    return redirect("booking_day", own.pk)


@require_POST
def no_show(request: HttpRequest, pk: int) -> HttpResponse:
    """Give up one stallholder who has not come."""
    application = access.application(request, pk)
    try:
        arrivals.mark_no_show(
            application=application,
            by=organiser(access.user_of(request)),
            version=whole_number(request.POST.get("version", ""), digits=9),
        )
    except BookingRefused as refused:
        messages.error(request, str(refused))
    else:
        name = application.stall_name or application.reference
        messages.success(request, f"“{name}”记为未到场；空出的摊位先给候补的摊主。")
    return redirect("booking_day", application.festival_id)


@require_POST
def settle(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that a scan that could not be decided was settled."""
    scan = CheckInScan.objects.filter(pk=pk).first()
    if scan is None:
        raise Http404
    own = access.edition(request, scan.festival_id)
    try:
        arrivals.settle(scan=scan, actor=access.user_of(request))
    except CheckInRefused as refused:
        messages.warning(request, str(refused))
    return redirect("booking_day", own.pk)


@never_cache
@require_POST
def make_device(request: HttpRequest, festival: int) -> HttpResponse:
    """A new device; its link is on the answer to this request and never again."""
    own = access.edition(request, festival)
    name = request.POST.get("name", "")
    try:
        device, secret = checkin.make_device(festival=own, name=name, actor=access.user_of(request))
    except CheckInRefused as refused:
        return _show(request, own, device_problem=str(refused), device_typed=name)
    link = f"{settings.PUBLIC_URL}/checkin/#{secret}"
    code = segno.make(link, error="m", micro=False)
    values: dict[str, Any] = {
        "device": device,
        "link": link,
        "code": code.svg_inline(border=4, omitsize=True, light="#fff"),
    }
    return access.page(request, "device.html", title="签到设备的链接", festival=own, tab="day", **values)


@require_POST
def revoke_device(request: HttpRequest, pk: int) -> HttpResponse:
    """End a device at once."""
    device = CheckInDevice.objects.filter(pk=pk).first()
    if device is None:
        raise Http404
    own = access.edition(request, device.festival_id)
    try:
        checkin.revoke_device(device=device)
    except CheckInRefused as refused:
        messages.warning(request, str(refused))
    else:
        messages.success(request, f"“{device.name}”停用了，不能再签到，也不能再发送。")
    return redirect("booking_day", own.pk)


@never_cache
@require_safe
def board(request: HttpRequest, festival: int) -> HttpResponse:
    """The board for a screen in the tent, without the admin around it."""
    own = access.edition(request, festival)
    return render(request, "festival/desk/board.html", {"festival": own, "board": arrivals.board(own)})


@never_cache
@require_safe
def board_figures(request: HttpRequest, festival: int) -> HttpResponse:
    """The board's figures, for its script."""
    return JsonResponse(arrivals.board(access.edition(request, festival)))


def _show(request: HttpRequest, festival: FestivalPage, **values: Any) -> HttpResponse:
    now = timezone.now()
    today = arrivals.day_of(festival, now=now)
    known = NoShowDeadline.objects.filter(festival=festival, day=today).first() if today else None
    rows = CheckInDevice.objects.filter(festival=festival)
    devices = [
        {
            "device": one,
            "state": "已停用" if one.revoked_at else "已过期" if one.expires_at <= now else "",
        }
        for one in rows
    ]
    values = {
        "today": today,
        "is_today": today == timezone.localdate(now),
        "board": arrivals.board(festival, now=now),
        "missing": arrivals.missing(festival, now=now),
        "conflicts": arrivals.conflicts(festival),
        "deadline": known,
        "devices": devices,
        **values,
    }
    return access.page(request, "day.html", title="当天", festival=festival, tab="day", **values)
