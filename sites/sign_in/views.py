"""Signing in: the password, then the code; and a new password by mail."""

from __future__ import annotations

import time
from typing import Any

import django_otp
from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.views import RedirectURLMixin, redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import FormView
from wagtail.admin.auth import require_admin_access
from wagtail.admin.views import account

from sites.domain import audit, second_factor
from sites.enums import Act
from sites.exceptions import CodeRefused
from sites.models import User
from sites.sign_in import limits, trail
from sites.sign_in.forms import CodeForm

_BACKEND = "django.contrib.auth.backends.ModelBackend"
_WAITING = "waits_for_code"
_WAITING_SECONDS = 10 * 60


class SignInView(account.LoginView):
    """The password. Who has a second factor is signed in by the code only, on the next page."""

    def form_valid(self, form: Any) -> HttpResponse:
        user = form.get_user()
        if second_factor.device_of(user) is None:
            response: HttpResponse = super().form_valid(form)
            return response
        session = self.request.session
        session.cycle_key()
        session[_WAITING] = {
            "user": user.pk,
            # A password changed meanwhile, or a sign-out everywhere, ends this too.
            "signed": user.get_session_auth_hash(),
            "remember": bool(form.cleaned_data.get("remember")),
            "until": int(time.time()) + _WAITING_SECONDS,
        }
        query = urlencode({"next": self.get_redirect_url() or reverse("wagtailadmin_home")})
        return HttpResponseRedirect(f"{reverse('sign_in_code')}?{query}")


@method_decorator([never_cache, sensitive_post_parameters()], name="dispatch")
class CodeView(RedirectURLMixin, FormView[CodeForm]):
    """The code, of who gave the password just now, or is signed in by a session that has not shown one."""

    template_name = "sites/sign_in/code.html"
    form_class = CodeForm
    next_page = "wagtailadmin_home"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.user = _waiting(request)
        if self.user is None:
            return redirect_to_login(self.get_success_url(), login_url=reverse("wagtailadmin_login"))
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(next=self.get_success_url(), **kwargs)

    def form_valid(self, form: CodeForm) -> HttpResponse:
        user, session = self.user, self.request.session
        assert user is not None
        try:
            second_factor.check_code(user=user, code=form.cleaned_data["code"])
        except CodeRefused as refusal:
            audit.record_of_person(
                act=Act.SIGN_IN_FAILED, actor=None, subject=user, request=self.request, step="second factor"
            )
            form.add_error("code", str(refusal))
            return self.form_invalid(form)
        waiting = session.pop(_WAITING, None)
        if waiting is None:
            session.cycle_key()
        else:
            login(self.request, user, backend=_BACKEND)
            session.set_expiry(settings.SESSION_COOKIE_AGE if waiting["remember"] else 0)
        django_otp.login(self.request, second_factor.device_of(user))
        return HttpResponseRedirect(self.get_success_url())


def _waiting(request: HttpRequest) -> User | None:
    """Who has given the password and no code yet."""
    if isinstance(request.user, User):
        return request.user if second_factor.device_of(request.user) else None
    waiting = request.session.get(_WAITING)
    if waiting is None or waiting["until"] < time.time():
        return None
    user = User.objects.filter(pk=waiting["user"], is_active=True).first()
    if user is None or user.get_session_auth_hash() != waiting["signed"]:
        return None
    return user if second_factor.device_of(user) else None


class PasswordResetConfirmView(account.PasswordResetConfirmView):
    """A new password by the link in the mail; it ends every session, and a lock of the account."""

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        limits.unlock(form.user)
        trail.password_changed(user=form.user, request=self.request)
        return response


class AccountView(account.AccountView):
    """The person's account, as Wagtail's; a changed password is written into the trail."""

    def post(self, request: HttpRequest) -> HttpResponseBase:
        assert isinstance(request.user, User)
        before = User.objects.values_list("password", flat=True).get(pk=request.user.pk)
        response: HttpResponseBase = super().post(request)
        after = User.objects.values_list("password", flat=True).get(pk=request.user.pk)
        if before != after:
            trail.password_changed(user=request.user, request=request)
        return response


account_view = never_cache(require_admin_access(AccountView.as_view()))
