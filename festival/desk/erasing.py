"""“删除个人信息”: a district's admins erase a stallholder who asks for it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.views.decorators.cache import never_cache
from wagtail import hooks

from festival.domain import erasure
from festival.exceptions import FieldsRefused
from sites import gate
from sites.models import District
from sites.team_desk import access

TITLE = "删除个人信息"


class ErasingForm(forms.Form):
    """Whom to erase; `confirmed` once the person has seen what that is."""

    who = forms.CharField(
        label="邮箱、手机号或申请编号",
        max_length=254,
        help_text="摊主报名时用的。工作人员的账号不在这里删除。",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    confirmed = forms.BooleanField(required=False)


@never_cache
def erase(request: HttpRequest, district: str) -> HttpResponse:
    """Ask whom; show what would go; erase it."""
    own = access.managed_district(request, district)
    form = ErasingForm(request.POST if request.method == "POST" else None)
    values: dict[str, Any] = {}
    if request.method == "POST" and form.is_valid():
        within = District.objects.filter(pk=own.pk)
        try:
            person = erasure.find(form.cleaned_data["who"], within=within)
        except FieldsRefused as refused:
            form.add_error("who", str(refused))
        else:
            if not person.applications:
                form.add_error("who", f"{own.name}没有找到这个人的申请。")
            elif form.cleaned_data["confirmed"]:
                count = erasure.erase_person(
                    person, within=within, actor=access.user_of(request), request=request
                )
                messages.success(request, f"删除了 {count} 份申请里的个人信息，没有用完的摊位已经放回。")
                return redirect("booking_erase", own.slug)
            else:
                values = {"person": person, "who": form.cleaned_data["who"]}
    return access.page(
        request, "festival/desk/erase.html", title=TITLE, district=own, tab="erase", form=form, **values
    )


gate.keep(gate.scoped("district"), "booking_erase")
access.add_tab("erase", TITLE, "booking_erase")


@hooks.register("register_admin_urls")
def register_erasing() -> list[URLPattern]:
    return [path("team/districts/<slug:district>/erase/", erase, name="booking_erase")]
