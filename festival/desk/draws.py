"""Draws: publishing the list of a zone's entrants, and holding the draw when its seed is known."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from festival.desk import access
from festival.domain import draws as domain
from festival.enums import ApplicationState, ZoneMode
from festival.exceptions import BookingRefused, DrawRefused
from festival.models import BookingRules, Draw, FestivalPage, Zone
from festival.models.draws import MOST_PLACES
from sites.pages import district_of


class PublishForm(forms.Form):
    """What is published with a list. Nothing of it can be changed afterwards."""

    zone = forms.ChoiceField(label="版块")
    title = forms.CharField(label="名称", max_length=60, help_text="公开，例如：手作版块摊位抽签")
    places = forms.IntegerField(label="抽出几个摊位", min_value=1, max_value=MOST_PLACES)
    seed_source = forms.CharField(
        label="种子从哪里来",
        max_length=200,
        help_text="公开。要谁都查得到、现在谁也不知道，例如：12月10日福彩双色球开奖号码，红球从小到大，再加蓝球",
    )
    seed_at = forms.DateTimeField(
        label="种子什么时候公布",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text="到这个时间才能抽",
    )

    def __init__(self, *args: Any, zones: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["zone"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(zone.pk, f"{zone.name}（{zone.submitted} 份待审核）") for zone in zones]


def draws(request: HttpRequest, festival: int) -> HttpResponse:
    """The draws of an edition, and the form that publishes another list."""
    own = access.edition(request, festival)
    zones = _zones(own)
    form = PublishForm(request.POST if request.method == "POST" else None, zones=zones)
    if request.method == "POST" and form.is_valid():
        values = {name: form.cleaned_data[name] for name in ("title", "places", "seed_source", "seed_at")}
        zone = next(one for one in zones if str(one.pk) == form.cleaned_data["zone"])
        try:
            made = domain.publish_list(zone=zone, actor=access.user_of(request), **values)
        except BookingRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"名单公布了，SHA-256 是 {made.list_hash}。")
            return redirect("booking_draws", own.pk)
    rules = BookingRules.objects.filter(festival=own).first()
    return _page(request, own, form=form, zones=zones, closes_at=rules.closes_at if rules else None)


@require_POST
def hold(request: HttpRequest, pk: int) -> HttpResponse:
    """Hold a draw with the seed that was typed."""
    draw = Draw.objects.select_related("zone").filter(pk=pk).first()
    if draw is None:
        raise Http404
    own = access.edition(request, draw.festival_id)
    draw.festival = own
    seed = request.POST.get("seed", "")
    try:
        done = domain.draw(draw=draw, seed=seed, actor=access.user_of(request))
    except DrawRefused as refused:
        rules = BookingRules.objects.filter(festival=own).first()
        zones = _zones(own)
        return _page(
            request,
            own,
            form=PublishForm(zones=zones),
            zones=zones,
            closes_at=rules.closes_at if rules else None,
            wrong=draw.pk,
            problem=str(refused),
            typed=seed,
        )
    drawn = sum(1 for _, got in done.result if got)
    messages.success(request, f"抽好了：{drawn} 份抽中，{len(done.result) - drawn} 份候补，都已经通知。")
    return redirect("booking_draws", own.pk)


def _zones(festival: FestivalPage) -> list[Any]:
    """The zones in which there is something to draw: not the open ones, whose booths go to who comes first."""
    submitted = Count("applications", filter=Q(applications__state=ApplicationState.SUBMITTED))
    found = Zone.objects.filter(festival=festival, rules__isnull=False).exclude(rules__mode=ZoneMode.OPEN)
    return list(found.annotate(submitted=submitted).select_related("rules", "festival"))


def _page(request: HttpRequest, festival: FestivalPage, **values: Any) -> HttpResponse:
    rows = [
        {
            "draw": one,
            "drawn": [(reference, got) for reference, got in one.result if got],
            "waiting": sum(1 for _, got in one.result if not got),
            "open": one.can_be_drawn,
        }
        for one in reversed(domain.of_festival(festival))
    ]
    district = district_of(festival)
    public = f"{district.site.root_url}/festivals/{festival.slug}/draws/" if district else ""
    values = {
        "title": "抽签",
        "tab": "draws",
        "rows": rows,
        "public": public,
        "is_closed": values.get("closes_at") is not None and timezone.now() >= values["closes_at"],
        **values,
    }
    return access.page(request, "draws.html", festival=festival, **values)
