"""The notices of an edition: what went out, what did not, and once more."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from festival.desk import access
from festival.domain import notice_log
from festival.domain import notices as notices_domain
from festival.exceptions import BookingRefused
from sites.enums import Delivery
from sites.numerals import whole_number

ROWS = 50


@require_safe
def notices(request: HttpRequest, festival: int) -> HttpResponse:
    own = access.edition(request, festival)
    found = notice_log.of_edition(own)
    state = request.GET.get("state", "")
    if state in Delivery.values:
        found = found.filter(state=state)
    pages = Paginator(found, ROWS).get_page(request.GET.get("p"))
    return access.page(
        request,
        "notices.html",
        title="通知记录",
        festival=own,
        tab="notices",
        lines=notice_log.lines(list(pages)),
        pages=pages,
        state=state,
        states=Delivery.choices,
    )


@require_POST
def resend(request: HttpRequest, festival: int) -> HttpResponse:
    """Send one notice once more."""
    own = access.edition(request, festival)
    key = whole_number(request.POST.get("notice", "")) or 0
    found = notice_log.of_edition(own).filter(pk=key).first()
    if found is None:
        raise Http404
    try:
        notices_domain.resend(found, access.user_of(request), request=request)
    except BookingRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, "再发一次，马上就出去。")
    return redirect("booking_notices", own.pk)
