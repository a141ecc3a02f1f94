"""The pages about the safety of an account: the second factor, other devices, helping a colleague, and the city's rule."""

from __future__ import annotations

from typing import Any

import django_otp
import segno
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from sites.domain import audit, second_factor
from sites.domain.people import is_city_staff
from sites.domain.sessions import end_sessions
from sites.enums import Act
from sites.exceptions import CodeRefused, SecondFactorRefused
from sites.models import User
from sites.sign_in import limits
from sites.sign_in.forms import DemandForm, PasswordAndCodeForm, PasswordForm

_KEY = "second_factor_key"
_page = require_http_methods(["GET", "HEAD", "POST"])


@_page
@sensitive_post_parameters()
def second_factor_page(request: HttpRequest) -> HttpResponse:
    """Set up the second factor, or see that it is there and turn it off."""
    user = _person(request)
    if second_factor.device_of(user) is None:
        return _set_up(request, user)
    form = PasswordAndCodeForm(request.POST or None, request=request)
    if request.method == "POST" and form.is_valid() and _code_fits(form, user):
        second_factor.turn_off(user=user, request=request)
        messages.success(request, "两步验证已停用。")
        return redirect("second_factor")
    return _show(request, "second_factor", form=form, **_state(user))


def _set_up(request: HttpRequest, user: User) -> HttpResponse:
    # In the session until it is confirmed, so that reloading the page keeps the picture that was scanned.
    key = request.session.setdefault(_KEY, second_factor.new_key())
    form = PasswordAndCodeForm(request.POST or None, request=request)
    if request.method == "POST" and form.is_valid():
        try:
            device, codes = second_factor.set_up(
                user=user, key=key, code=form.cleaned_data["code"], request=request
            )
        except CodeRefused as refusal:
            form.add_error("code", str(refusal))
        else:
            del request.session[_KEY]
            django_otp.login(request, device)
            return _show(request, "codes", codes=_grouped(codes), fresh=True)
    return _show(
        request,
        "set_up",
        form=form,
        picture=_picture(second_factor.address_for_app(user=user, key=key)),
        secret=second_factor.as_text(key),
        demanded=second_factor.is_demanded_of(user),
    )


@_page
@sensitive_post_parameters()
def backup_codes_page(request: HttpRequest) -> HttpResponse:
    """Ten new backup codes in place of those that are left."""
    user = _person(request)
    if second_factor.device_of(user) is None:
        return redirect("second_factor")
    form = PasswordAndCodeForm(request.POST or None, request=request)
    if request.method == "POST" and form.is_valid() and _code_fits(form, user):
        codes = second_factor.renew_codes(user=user, request=request)
        return _show(request, "codes", codes=_grouped(codes), fresh=False)
    return _show(request, "renew_codes", form=form, **_state(user))


@_page
@sensitive_post_parameters()
def sign_out_everywhere_page(request: HttpRequest) -> HttpResponse:
    """End every session of the person but this one."""
    user = _person(request)
    form = PasswordForm(request.POST or None, request=request)
    if request.method == "POST" and form.is_valid():
        end_sessions(user)
        update_session_auth_hash(request, user)
        audit.record_of_person(
            act=Act.SIGNED_OUT, actor=user, subject=user, request=request, where="everywhere else"
        )
        messages.success(request, "其他设备都已退出登录。")
        return redirect("wagtailadmin_account")
    return _show(request, "sign_out_everywhere", form=form)


@_page
def reset_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Help a colleague who lost the telephone, or is locked out."""
    actor, subject = _person(request), get_object_or_404(User, pk=pk)
    if not second_factor.may_reset(actor=actor, subject=subject):
        raise Http404
    if request.method == "POST":
        if "unlock" in request.POST:
            limits.unlock(subject)
            messages.success(request, f"{audit.name_of(subject)}可以重新登录了。")
        else:
            try:
                second_factor.reset(actor=actor, subject=subject, request=request)
            except SecondFactorRefused as refusal:
                messages.error(request, str(refusal))
            else:
                messages.success(request, f"{audit.name_of(subject)}的两步验证已重置，所有登录也已结束。")
        return redirect(request.path)
    return _show(
        request,
        "reset",
        subject=subject,
        name=audit.name_of(subject),
        device=second_factor.device_of(subject),
        locked=limits.is_locked(subject),
    )


@_page
def rules_page(request: HttpRequest) -> HttpResponse:
    """The roles of which the city requires the second factor."""
    actor = _person(request)
    if not is_city_staff(actor):
        raise Http404
    form = DemandForm(request.POST or None, initial={"roles": sorted(second_factor.demanded_roles())})
    if request.method == "POST" and form.is_valid():
        second_factor.demand(roles=form.cleaned_data["roles"], actor=actor, request=request)
        messages.success(request, "两步验证要求已保存。")
        return redirect("second_factor_rules")
    return _show(request, "rules", form=form)


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # the admin lets nobody else in
    return request.user


def _code_fits(form: PasswordAndCodeForm, user: User) -> bool:
    try:
        second_factor.check_code(user=user, code=form.cleaned_data["code"])
    except CodeRefused as refusal:
        form.add_error("code", str(refusal))
        return False
    return True


def _state(user: User) -> dict[str, Any]:
    return {
        "device": second_factor.device_of(user),
        "left": second_factor.codes_left(user),
        "demanded": second_factor.is_demanded_of(user),
    }


def _grouped(codes: list[str]) -> list[str]:
    return [f"{code[:4]}-{code[4:]}" for code in codes]


def _picture(text: str) -> SafeString:
    """The QR code as SVG to stand in a page."""
    drawn = segno.make(text, error="m").svg_inline(
        scale=5, border=4, dark="#211a15", light="#ffffff", omitsize=True, title="两步验证的二维码"
    )
    return mark_safe(drawn)


def _show(request: HttpRequest, page: str, **context: Any) -> HttpResponse:
    response = render(request, f"sites/sign_in/{page}.html", context)
    response["Cache-Control"] = "no-store"
    return response
