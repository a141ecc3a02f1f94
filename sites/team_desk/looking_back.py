"""“谁做了什么”: the history of a district, or for the city's staff of everything."""

from __future__ import annotations

from typing import Any, cast

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from sites.domain.history import History, Line, Wanted, people_in
from sites.models import District
from sites.team_desk.access import managed_district, page, require_city_staff
from sites.team_desk.forms import HistoryForm

LINES = 50


def history_of_district(request: HttpRequest, district: str) -> HttpResponse:
    return _history(request, managed_district(request, district))


def history_of_all(request: HttpRequest) -> HttpResponse:
    require_city_staff(request)
    return _history(request, None)


def _history(request: HttpRequest, district: District | None) -> HttpResponse:
    form = HistoryForm(request.GET or None, people=people_in(district))
    # What is wrong in the form is said there; the rest of it still holds.
    form.full_clean()
    asked = form.cleaned_data if form.is_bound else {}
    wanted = Wanted(
        district,
        person=asked.get("person"),
        since=asked.get("since"),
        until=asked.get("until"),
    )
    # All a paginator needs is a count and slices.
    lines: Page[Line] = Paginator(cast(Any, History(wanted)), LINES).get_page(request.GET.get("p"))
    days = [(timezone.localtime(line.at).date(), line) for line in lines]
    return page(
        request,
        "history.html",
        title="谁做了什么",
        district=district,
        tab="history",
        form=form,
        lines=lines,
        days=days,
        filtered=any((wanted.person, wanted.since, wanted.until)),
    )
