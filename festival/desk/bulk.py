"""Deciding about many: the chosen ones, the words as each stallholder will read them, and afterwards how it went."""

from __future__ import annotations

import re
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from festival.desk import access
from festival.domain import deciding_many, message_templates
from festival.domain.deciding_many import Decision
from festival.exceptions import FieldsRefused
from festival.models import FestivalPage

TITLES = {
    Decision.APPROVE: "通过申请",
    Decision.WAITLIST: "列入候补",
    Decision.ASK: "请摊主补充",
    Decision.REJECT: "不通过",
}
_CHOSEN = re.compile(r"(\d{1,18}):(\d{1,9})")


@require_POST
def bulk(request: HttpRequest, festival: int) -> HttpResponse:
    """Preview and, once confirmed, decide."""
    own = access.edition(request, festival)
    try:
        decision = Decision(request.POST.get("action", ""))
    except ValueError:
        return _nothing(request, own, "请选要办什么。")
    seen = {int(m[1]): int(m[2]) for one in request.POST.getlist("chosen") if (m := _CHOSEN.fullmatch(one))}
    text, step = request.POST.get("text", ""), request.POST.get("step", "")
    problems: dict[str, str] = {}
    if step == "confirm":
        try:
            outcomes = deciding_many.decide(
                festival=own, seen=seen, decision=decision, text=text, actor=access.user_of(request)
            )
        except FieldsRefused as refused:
            problems = refused.problems
        else:
            return access.page(
                request,
                "bulk_done.html",
                title=f"{TITLES[decision]}：结果",
                festival=own,
                tab="applications",
                decision=decision,
                done=[one for one in outcomes if one.done],
                refused=[one for one in outcomes if not one.done],
                back=_back(request, own),
            )
    elif step == "template":
        text = access.chosen_template(request, own) or text
    return _preview(request, own, decision=decision, seen=seen, text=text, problems=problems)


def _preview(
    request: HttpRequest,
    own: FestivalPage,
    *,
    decision: Decision,
    seen: dict[int, int],
    text: str,
    problems: dict[str, str],
) -> HttpResponse:
    try:
        applications = deciding_many.chosen_of(own, seen)
    except FieldsRefused as refused:
        return _nothing(request, own, str(refused))
    rows: list[dict[str, Any]] = []
    try:
        rows = [
            {"application": one, "seen": seen[one.pk], "text": message_templates.filled(text, one).strip()}
            for one in applications
        ]
    except FieldsRefused as refused:
        problems = problems | refused.problems
        rows = [{"application": one, "seen": seen[one.pk], "text": ""} for one in applications]
    return access.page(
        request,
        "bulk.html",
        title=TITLES[decision],
        festival=own,
        tab="applications",
        status=400 if problems else 200,
        decision=decision,
        rows=rows,
        text=text,
        problems=problems,
        templates=access.templates(own),
        chosen_template=request.POST.get("template", ""),
        places=[f"{{{name}}}" for name in message_templates.PLACES],
        back=_back(request, own),
        query=request.POST.get("back", ""),
    )


def _nothing(request: HttpRequest, own: FestivalPage, why: str) -> HttpResponse:
    return access.page(
        request,
        "bulk_nothing.html",
        title="没有办",
        festival=own,
        tab="applications",
        status=400,
        why=why,
        back=_back(request, own),
    )


def _back(request: HttpRequest, own: FestivalPage) -> str:
    query = request.POST.get("back", "")
    # A query string of our own list; it is put behind an address of ours whatever stands in it.
    return reverse("booking_applications", args=[own.pk]) + (f"?{query}" if query else "")
