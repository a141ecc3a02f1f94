"""The rules of an edition's booking: when, what is asked, and how the booths of each zone are had."""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django import forms
from django.contrib import messages
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel, ObjectList

from festival.desk import access
from festival.domain import slots
from festival.enums import QuestionKind
from festival.models import BookingRules, BoothCategory, FestivalPage, Zone, ZoneRules
from sites import shelving
from sites.domain import shelf
from sites.references import GuardedForm

_LEAST_CHOICES = 2
_STALE = "你打开这一页以后，有人改过这些规则。你填的还没有存；再按一次保存，就以你填的为准。"


def _of_zones(form_class: Any, zones: QuerySet[Zone]) -> Any:
    """The form of a question or document that offers the zones of its own edition only."""

    class Limited(form_class):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self.fields["zones"].queryset = zones

        def clean(self) -> Any:
            cleaned = super().clean()
            choices = [line for line in (self.cleaned_data.get("choices") or "").splitlines() if line.strip()]
            if self.cleaned_data.get("kind") == QuestionKind.CHOICE and len(choices) < _LEAST_CHOICES:
                self.add_error("choices", "请至少写两个可选的答案，一行一个。")
            return cleaned

    return Limited


def _of_other_names(form_class: Any, rules: BookingRules) -> Any:
    """The form of a category that refuses the name of a stored one, which this page may not even show: somebody may have
    added it meanwhile."""
    stored = dict(BoothCategory.objects.filter(rules=rules.pk).values_list("name", "pk"))

    class Named(form_class):
        def clean_name(self) -> str:
            name: str = self.cleaned_data["name"]
            if stored.get(name, self.instance.pk) != self.instance.pk:
                raise forms.ValidationError(f"已经有类别“{name}”。")
            return name

    return Named


class RulesForm(GuardedForm, WagtailAdminModelForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zones = Zone.objects.filter(festival=self.instance.festival_id)
        for name in ("questions", "documents"):
            self.formsets[name].form = _of_zones(self.formsets[name].form, zones)
        self.formsets["categories"].form = _of_other_names(self.formsets["categories"].form, self.instance)

    def clean(self) -> Any:
        cleaned = super().clean()
        opens, closes = self.cleaned_data.get("opens_at"), self.cleaned_data.get("closes_at")
        if opens and closes and opens >= closes:
            self.add_error("closes_at", "截止报名必须晚于开始报名。")
        return cleaned


_ASKED = (
    *("label", "help_text"),
    FieldRowPanel([FieldPanel("required"), FieldPanel("retention_days")]),
    "purpose",
    FieldPanel("zones", widget=forms.CheckboxSelectMultiple, help_text="都不选就是所有版块"),
)


@functools.cache
def _panel() -> Any:
    handler = ObjectList(
        [
            MultiFieldPanel(
                [
                    FieldRowPanel([FieldPanel("opens_at"), FieldPanel("closes_at")]),
                    FieldRowPanel([FieldPanel("booths_per_applicant"), FieldPanel("offer_hours")]),
                ],
                "什么时候、每人几个",
            ),
            MultiFieldPanel(
                [FieldPanel("terms"), FieldPanel("contact"), FieldPanel("retention_days")], "写给摊主"
            ),
            InlinePanel("categories", heading="摊位类别", label="类别", panels=[FieldPanel("name")]),
            InlinePanel(
                "questions",
                heading="要问的问题",
                label="问题",
                panels=[FieldRowPanel([FieldPanel("kind"), FieldPanel("choices")]), *_ASKED],
            ),
            InlinePanel(
                "documents", heading="要交的证件", label="证件", panels=[FieldPanel("has_expiry"), *_ASKED]
            ),
        ],
        base_form_class=RulesForm,
    )
    return handler.bind_to_model(BookingRules)


def rules(request: HttpRequest, festival: int) -> HttpResponse:
    """The rules of the whole edition, made by the first save."""
    own = access.edition(request, festival)
    instance = _stored(request, BookingRules.objects.filter(festival=own)).first() or BookingRules(
        festival=own
    )
    is_new = instance.pk is None
    state = _state_of(None if is_new else instance.serializable_data())
    panel = _panel()
    form = panel.get_form_class()(
        request.POST if request.method == "POST" else None, instance=instance, for_user=request.user
    )
    is_stale = _is_stale(request, state)
    if is_stale and form.is_valid():
        form.add_error(None, _STALE)
    if request.method == "POST" and form.is_valid():
        with _together(own):
            form.save()
        if is_new:
            messages.success(request, "规则存好了。接下来定每个版块怎样报名。")
            return redirect("booking_zone_rules", own.pk)
        messages.success(request, "规则存好了。已经提交的申请仍按提交时的规则办。")
        return redirect("booking_rules", own.pk)
    bound = panel.get_bound_panel(instance=instance, request=request, form=form)
    return access.page(
        request,
        "rules.html",
        title="规则",
        festival=own,
        tab="rules",
        status=_status(request, is_stale),
        state=state,
        panel=bound,
        media=bound.media + form.media,
        form=form,
        is_new=is_new,
        submitted=_submitted(own),
        part="edition",
    )


def _stored(request: HttpRequest, rows: QuerySet[Any]) -> QuerySet[Any]:
    """Rows of rules; of two organisers who store them at once the second waits for the first."""
    return rows.select_for_update(of=("self",)) if request.method == "POST" else rows


def _state_of(rules: Any) -> str:
    """What a form sends back, so that nobody writes over what somebody else has stored meanwhile."""
    stored = json.dumps(rules, cls=DjangoJSONEncoder, sort_keys=True)
    return hashlib.sha256(stored.encode()).hexdigest()[:16]


def _is_stale(request: HttpRequest, state: str) -> bool:
    return request.method == "POST" and request.POST.get("state", state) != state


def _status(request: HttpRequest, is_stale: bool) -> int:
    if request.method != "POST":
        return 200
    return 409 if is_stale else 400


@contextmanager
def _together(own: FestivalPage) -> Iterator[None]:
    """Store many rows of rules as one change: afterwards the booths have their rows, also of an edition that is not
    public yet, and its public item is written once."""
    with transaction.atomic():
        with shelving.paused():
            yield
        slots.prepare(festival=own)
        shelf.refresh(own)


def _submitted(own: FestivalPage) -> int:
    return own.applications.filter(submitted_at__isnull=False).count()


# --- zones ------------------------------------------------------------------------------------------------------------


class ZoneRulesForm(forms.ModelForm[ZoneRules]):
    """The rules of one zone; without the tick it takes no applications."""

    takes = forms.BooleanField(label="在网上报名", required=False)

    class Meta:
        model = ZoneRules
        fields = ("mode", "capacity", "categories", "fee", "deposit", "note")
        widgets = {"categories": forms.CheckboxSelectMultiple}

    def __init__(self, *args: Any, categories: QuerySet[BoothCategory], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["categories"].queryset = categories  # type: ignore[attr-defined]
        self.fields["takes"].initial = self.instance.pk is not None


def zone_rules(request: HttpRequest, festival: int) -> HttpResponse:
    """The rules of every zone of an edition, on one page."""
    own = access.edition(request, festival)
    # Whoever stores rules of zones holds the edition's: a zone may have none yet.
    if _stored(request, BookingRules.objects.filter(festival=own)).first() is None:
        messages.warning(request, "先定整届的报名规则，再定每个版块的。")
        return redirect("booking_rules", own.pk)
    zones = list(
        Zone.objects.filter(festival=own)
        .select_related("rules")
        .prefetch_related("booths", "rules__categories")
    )
    state = _state_of([_of_zone(zone) for zone in zones])
    categories = BoothCategory.objects.filter(rules__festival=own)
    forms_ = [
        ZoneRulesForm(
            request.POST if request.method == "POST" else None,
            prefix=f"zone-{zone.pk}",
            instance=getattr(zone, "rules", None) or ZoneRules(zone=zone),
            categories=categories,
        )
        for zone in zones
    ]
    is_stale = _is_stale(request, state)
    if request.method == "POST" and _are_good(forms_) and not is_stale:
        with _together(own):
            for form in forms_:
                _keep(form)
        messages.success(request, "各版块的规则存好了。已经提交的申请仍按提交时的规则办。")
        return redirect("booking_zone_rules", own.pk)
    wrong = [
        zone.name
        for zone, form in zip(zones, forms_, strict=True)
        if form.data.get(form.add_prefix("takes")) and form.errors
    ]
    return access.page(
        request,
        "zone_rules.html",
        title="各版块的规则",
        festival=own,
        tab="rules",
        status=_status(request, is_stale),
        state=state,
        stale=_STALE if is_stale else "",
        rows=[(zone, form, zone.booths.count()) for zone, form in zip(zones, forms_, strict=True)],
        submitted=_submitted(own),
        part="zones",
        wrong=wrong,
    )


def _of_zone(zone: Zone) -> Any:
    rules = getattr(zone, "rules", None)
    if rules is None:
        return [zone.pk, None]
    fields = {field.attname: getattr(rules, field.attname) for field in rules._meta.concrete_fields}
    return [zone.pk, fields, sorted(category.pk for category in rules.categories.all())]


def _are_good(forms_: list[ZoneRulesForm]) -> bool:
    # Of all, so that each says what is wrong. A zone that takes no applications is not looked at.
    wrong = [form for form in forms_ if form.data.get(form.add_prefix("takes")) and not form.is_valid()]
    return not wrong


def _keep(form: ZoneRulesForm) -> None:
    if form.data.get(form.add_prefix("takes")):
        form.save()
    elif form.instance.pk is not None:
        form.instance.delete()
