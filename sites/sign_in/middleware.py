"""What is asked of a session after its sign-in: that it is not too old, and that it has its second factor."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django_otp import DEVICE_ID_SESSION_KEY

from sites.domain import second_factor
from sites.models import User
from sites.sign_in.trail import SEEN_AT, SIGNED_IN_AT

# How exact the last visit is known: a write for each request would cost more than it tells.
_SEEN_SECONDS = 60
# The editor's browser asks these by itself while nobody is there.
_UNATTENDED = frozenset({"wagtailadmin_editing_sessions:ping", "wagtailadmin_editing_sessions:release"})
# What a person needs to get in and out.
_ALWAYS = frozenset(
    {
        *(
            "wagtailadmin_login",
            "wagtailadmin_logout",
            "wagtailadmin_javascript_catalog",
            "wagtailadmin_sprite",
        ),
        *("wagtailadmin_password_reset", "wagtailadmin_password_reset_done"),
        *("wagtailadmin_password_reset_confirm", "wagtailadmin_password_reset_complete"),
        "sign_in_code",
    }
)
_TO_SET_UP = frozenset({"second_factor", "second_factor_codes"})

Next = Callable[[HttpRequest], HttpResponse]


class SessionLimitsMiddleware:
    """Ends a session that was not used for settings.SESSION_IDLE_SECONDS, or that began settings.SESSION_COOKIE_AGE
    seconds ago. Costs nothing where nobody is signed in, and one write a minute where somebody is."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: object, args: object, kwargs: object) -> None:
        if not _is_admin(request) or not request.user.is_authenticated:
            return
        now = int(timezone.now().timestamp())
        session = request.session
        began, seen = session.get(SIGNED_IN_AT, now), session.get(SEEN_AT, now)
        if now - began > settings.SESSION_COOKIE_AGE or now - seen > settings.SESSION_IDLE_SECONDS:
            logout(request)
            messages.warning(request, "登录已经到时，请重新登录。")
            return
        unattended = request.resolver_match is not None and request.resolver_match.view_name in _UNATTENDED
        if SIGNED_IN_AT not in session or (now - seen >= _SEEN_SECONDS and not unattended):
            session[SIGNED_IN_AT], session[SEEN_AT] = began, now


class SecondFactorMiddleware:
    """Keeps out of the admin who has a device and has not shown its code in this session, and who must have one and has
    none. Outside the admin such a session is nobody's. In the admin it costs one query, two for who has no device."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not _is_admin(request):
            person = request.user
            request.user = SimpleLazyObject(  # type: ignore[assignment]
                lambda: AnonymousUser() if _missing(request, person) else person
            )
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, args: object, kwargs: object
    ) -> HttpResponse | None:
        """Lead to the code, or to the set-up; scripts get a 403."""
        name = request.resolver_match.view_name if request.resolver_match else ""
        if not _is_admin(request) or name in _ALWAYS:
            return None
        missing = _missing(request, request.user)
        if not missing or (missing == "second_factor" and name in _TO_SET_UP):
            return None
        detail = (
            "请先输入两步验证的验证码。" if missing == "sign_in_code" else "你的角色要求两步验证，请先设置。"
        )
        scripted = request.headers.get("x-requested-with") == "XMLHttpRequest" or not request.accepts(
            "text/html"
        )
        if scripted or request.path_info.startswith("/admin/api/"):
            return JsonResponse({"detail": detail}, status=403, json_dumps_params={"ensure_ascii": False})
        if request.method not in {"GET", "HEAD"}:
            # A redirect would throw away what was typed; from here the browser's way back still has it.
            return render(
                request,
                "sites/sign_in/demanded.html",
                {"detail": detail, "url": reverse(missing)},
                status=403,
            )
        if missing == "sign_in_code":
            return redirect_to_login(request.get_full_path(), login_url=reverse(missing))
        return redirect(missing)


def _missing(request: HttpRequest, user: object) -> str:
    """The name of the page that the session must see first; "" when nothing is missing."""
    if not isinstance(user, User):
        return ""
    device = second_factor.device_of(user)
    if device is not None:
        shown = request.session.get(DEVICE_ID_SESSION_KEY) == device.persistent_id
        return "" if shown else "sign_in_code"
    return "second_factor" if second_factor.is_demanded_of(user) else ""


def _is_admin(request: HttpRequest) -> bool:
    return request.path_info.startswith("/admin/")
