"""The floor plan: giving booths to approved stallholders, by dragging or by a plain form, and closing booths."""

from __future__ import annotations

import re
from typing import Any

from django.contrib import messages
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from festival.desk import access
from festival.domain import deciding, floor, slots
from festival.enums import ApplicationState, SlotState
from festival.exceptions import BookingRefused, FieldsRefused
from festival.models import Application, Booth, BoothSlot, FestivalPage, Zone, shape_points
from sites.numerals import whole_number

S = ApplicationState
# Of those who wait for a booth so many are listed; the others are found in the queue.
MOST_LISTED = 200
# So much above its booths a zone's name takes, in units of the plan.
_NAME_NEEDS = 34
_CHOSEN = re.compile(r"(\d{1,18}):(\d{1,9})")


@require_safe
def plan(request: HttpRequest, festival: int) -> HttpResponse:
    return _show(request, access.edition(request, festival), chosen=request.GET.get("application", ""))


@require_POST
def allot(request: HttpRequest, festival: int) -> HttpResponse:
    """Give a stallholder the chosen booths, in the place of those that there were."""
    own = access.edition(request, festival)
    given, keys = request.POST.get("application", ""), request.POST.getlist("booths")
    found = _CHOSEN.fullmatch(given)
    key = found[1] if found else ""
    try:
        application = _application(own, key)
        booths = _booths(own, keys)
        if len(booths) > application.booths_wanted:
            raise FieldsRefused(
                {
                    "booths": f"{application.stall_name}要 {application.booths_wanted} 个摊位，你选了 {len(booths)} 个。"
                }
            )
        deciding.allot(
            application=application,
            booths=booths,
            actor=access.user_of(request),
            version=int(found[2]) if found else None,
        )
    except BookingRefused as refused:
        return _show(request, own, chosen=key, booths=keys, problem=str(refused))
    numbers = "、".join(booth.number for booth in booths)
    messages.success(
        request, f"{application.stall_name or application.reference} → {numbers}，摊主会收到通知。"
    )
    return redirect("booking_plan", own.pk)


def _application(own: FestivalPage, key: str) -> Application:
    rows = Application.objects.filter(festival=own, submitted_at__isnull=False).select_related("zone")
    found = rows.filter(pk=int(key)).first() if key else None
    if found is None:
        raise FieldsRefused({"application": "请先选摊主。"})
    found.festival = own
    return found


def _booths(own: FestivalPage, keys: list[str]) -> list[Booth]:
    known = {whole_number(key) or 0 for key in keys}
    return list(Booth.objects.filter(festival=own, pk__in=known).order_by("number"))


@require_POST
def booth(request: HttpRequest, festival: int) -> HttpResponse:
    """Close a booth, or open it again."""
    own = access.edition(request, festival)
    found = _booths(own, [request.POST.get("booth", "")])
    if not found:
        raise Http404
    place = found[0]
    if request.POST.get("action") == "block":
        if days := slots.block(booth=place):
            messages.success(request, f"{place.number} 不再开放（{days} 天）。")
        else:
            messages.error(request, f"{place.number} 没有空着的日子，不能停用。要先收回摊位。")
    elif days := slots.unblock(booth=place):
        messages.success(request, f"{place.number} 重新开放（{days} 天）。")
    else:
        messages.warning(request, f"{place.number} 本来就开放着。")
    return redirect("booking_plan", own.pk)


def _show(
    request: HttpRequest,
    own: FestivalPage,
    *,
    chosen: str = "",
    booths: list[str] | None = None,
    problem: str = "",
) -> HttpResponse:
    places = floor.places_of(own)
    candidates = _candidates(own, chosen)
    return access.page(
        request,
        "plan.html",
        title="平面图",
        festival=own,
        tab="plan",
        status=409 if problem else 200,
        courts=[_court(zone, places) for zone in Zone.objects.filter(festival=own)],
        landmarks=_landmarks(own),
        drawn=[_drawn(place) for place in places],
        places=places,
        counts=[
            (state, label, sum(place.state == state for place in places))
            for state, label in floor.LABELS.items()
            if state != floor.UNKNOWN or any(place.state == state for place in places)
        ],
        waiting=[one for one in candidates if one.state == S.APPROVED],
        candidates=candidates,
        most_wanted=max((one.booths_wanted for one in candidates), default=1),
        chosen=chosen,
        chosen_booths=booths or [],
        problem=problem,
    )


def _candidates(own: FestivalPage, chosen: str) -> list[Application]:
    """Who may be given a booth: those who have none first, then those who may be moved."""
    confirmed = BoothSlot.objects.filter(state=SlotState.CONFIRMED).select_related("booth")
    rows = (
        Application.objects.filter(festival=own, state__in=[S.APPROVED, S.ALLOCATED])
        .select_related("zone")
        .prefetch_related(Prefetch("slots", confirmed, to_attr="confirmed_slots"))
    )
    approved = list(rows.filter(state=S.APPROVED).order_by("submitted_at", "pk")[:MOST_LISTED])
    allocated = list(rows.filter(state=S.ALLOCATED).order_by("stall_name", "pk")[: MOST_LISTED * 2])
    found: list[Application] = [*approved, *allocated]
    key = whole_number(chosen)
    if key is not None and all(one.pk != key for one in found):
        found += list(rows.filter(pk=key))
    for one in found:
        have = one.confirmed_slots  # type: ignore[attr-defined]
        one.numbers = sorted({slot.booth.number for slot in have})  # type: ignore[attr-defined]
    return found


# --- drawing ------------------------------------------------------------------------------------------------------------


def _court(zone: Zone, places: list[floor.Place]) -> dict[str, Any]:
    shape = zone.shape if isinstance(zone.shape, list) and len(zone.shape) >= 3 else []
    xs, ys = [point[0] for point in shape], [point[1] for point in shape]
    top, bottom = (min(ys), max(ys)) if ys else (0, 0)
    # The name stands above the first row of booths where there is room, else in the middle.
    room = min((place.booth.y for place in places if place.booth.zone_id == zone.pk), default=bottom) - top
    return {
        "name": zone.name,
        "colour": zone.colour,
        "points": " ".join(f"{x},{y}" for x, y in shape),
        "x": (min(xs) + max(xs)) / 2 if xs else 0,
        "y": (top + room / 2 if room > _NAME_NEEDS else (top + bottom) / 2) + 7,
    }


def _landmarks(own: FestivalPage) -> list[dict[str, Any]]:
    found = []
    for block in own.landmarks:
        points = shape_points(block.value["shape"]) if block.value["shape"] else []
        if points:
            found.append(
                {
                    "label": block.value["label"],
                    "points": " ".join(f"{x},{y}" for x, y in points),
                    "x": sum(x for x, _ in points) / len(points),
                    "y": sum(y for _, y in points) / len(points),
                }
            )
    return found


def _drawn(place: floor.Place) -> dict[str, Any]:
    booth = place.booth
    x, y = booth.x + booth.width / 2, booth.y + booth.height / 2
    who = place.applications[0] if place.applications else None
    return {
        "place": place,
        "who": who,
        "x": booth.x,
        "y": booth.y,
        "width": booth.width,
        "height": booth.height,
        "turn": f"rotate({booth.rotation} {x} {y})" if booth.rotation else "",
        "middle": x,
        "number_y": booth.y + booth.height * 0.42,
        "name_y": booth.y + booth.height * 0.8,
        "size": min(booth.height * 0.36, booth.width * 0.3),
        "small": min(booth.height * 0.26, booth.width * 0.155),
    }
