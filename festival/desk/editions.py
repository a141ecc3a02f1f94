"""Which edition, and its overview: figures, and the same as plots that are drawn here."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from festival.desk import access
from festival.domain import figures
from festival.models import BookingRules
from sites.domain import reach

# The plot by days, in its own units.
_WIDTH, _HEIGHT, _FOOT, _HEAD = 720, 200, 34, 28


@require_safe
def editions(request: HttpRequest) -> HttpResponse:
    """The editions whose booking one keeps; who keeps one only goes straight there."""
    if not access.keeps_any(request):
        raise Http404
    found = list(access.editions_of(request)[:200])
    if len(found) == 1 and not reach.of(access.user_of(request)).is_city:
        return redirect("booking_edition", found[0].pk)
    ruled = set(BookingRules.objects.filter(festival__in=found).values_list("festival", flat=True))
    return access.page(
        request,
        "editions.html",
        title=access.TITLE,
        editions=[(one, one.pk in ruled) for one in found],
    )


@require_safe
def overview(request: HttpRequest, festival: int) -> HttpResponse:
    own = access.edition(request, festival)
    found = figures.of_edition(own)
    return access.page(
        request,
        "overview.html",
        title="概览",
        festival=own,
        tab="edition",
        figures=found,
        bars=_bars(found),
        most=max((many for _, many in found.days), default=0),
        width=_WIDTH,
        height=_HEIGHT,
        foot=_HEIGHT - _FOOT,
    )


def _bars(found: figures.Figures) -> list[dict[str, Any]]:
    """The bars of the plot by days."""
    most = max((many for _, many in found.days), default=0)
    step = _WIDTH / len(found.days) if found.days else 0
    room = _HEIGHT - _FOOT - _HEAD
    every = max(len(found.days) // 6, 1)
    bar = min(step * 0.76, 48)
    return [
        {
            "day": day,
            "many": many,
            "x": f"{(number + 0.5) * step - bar / 2:.1f}",
            "middle": f"{(number + 0.5) * step:.1f}",
            "width": f"{bar:.1f}",
            "y": f"{_HEIGHT - _FOOT - (room * many / most if most else 0):.1f}",
            "height": f"{room * many / most if most else 0:.1f}",
            "labelled": number % every == 0,
        }
        for number, (day, many) in enumerate(found.days)
    ]
