"""“短信网关”: the way from a district to people's phones, kept by its admins."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from sites.domain import gateways
from sites.exceptions import GatewayRefused
from sites.models import District
from sites.repeating import own_transactions
from sites.team_desk.access import managed_district, page, user_of
from sites.team_desk.forms import GatewayForm, GatewayTryForm


@own_transactions
@never_cache
def show(request: HttpRequest, district: str) -> HttpResponse:
    """The gateway as it is, the form for its address, and once there is a new one the page with its secret."""
    own = managed_district(request, district)
    known = gateways.of(own)
    form = GatewayForm(request.POST or None, initial={"url": known.url if known else ""})
    if request.method == "POST" and form.is_valid():
        try:
            gateway, secret = gateways.set_up(
                district=own, url=form.cleaned_data["url"], actor=user_of(request), request=request
            )
        except GatewayRefused as refused:
            form.add_error("url", str(refused))
        else:
            if secret:
                return _secret(request, own, secret)
            messages.success(request, f"网关换到了 {gateway.url}，密钥还是原来的。")
            return redirect("team_gateway", own.slug)
    return _page(request, own, form=form)


@require_POST
@never_cache
def change_secret(request: HttpRequest, district: str) -> HttpResponse:
    own = managed_district(request, district)
    try:
        secret = gateways.change_secret(district=own, actor=user_of(request), request=request)
    except GatewayRefused as refused:
        messages.error(request, str(refused))
        return redirect("team_gateway", own.slug)
    return _secret(request, own, secret)


@require_POST
def switch_off(request: HttpRequest, district: str) -> HttpResponse:
    own = managed_district(request, district)
    try:
        gateways.switch_off(district=own, actor=user_of(request), request=request)
    except GatewayRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, "网关停用了。新的摊主暂时只能用邮箱报名。")
    return redirect("team_gateway", own.slug)


@own_transactions
@require_POST
def try_out(request: HttpRequest, district: str) -> HttpResponse:
    """Send one message now, and say what the gateway answered."""
    own = managed_district(request, district)
    form = GatewayTryForm(request.POST)
    if form.is_valid():
        try:
            said = gateways.try_out(district=own, phone=form.cleaned_data["phone"], actor=user_of(request))
        except GatewayRefused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, said)
        return redirect("team_gateway", own.slug)
    return _page(request, own, try_form=form)


def _secret(request: HttpRequest, district: District, secret: str) -> HttpResponse:
    return page(
        request,
        "gateway_secret.html",
        title="网关密钥",
        district=district,
        tab="gateway",
        secret=secret,
        rotates=bool((known := gateways.of(district)) and known.former_sealed),
    )


def _page(request: HttpRequest, district: District, **given: Any) -> HttpResponse:
    known = gateways.of(district)
    rotating = bool(known and known.former_until and known.former_until > timezone.now())
    defaults: dict[str, forms.Form] = {
        "form": GatewayForm(initial={"url": known.url if known else ""}),
        "try_form": GatewayTryForm(),
    }
    return page(
        request,
        "gateway.html",
        title="短信网关",
        district=district,
        tab="gateway",
        gateway=known,
        rotating=rotating,
        **{**defaults, **given},
    )
