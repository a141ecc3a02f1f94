"""How often a wrong password may be tried, and the page that says when to try again.

django-axes counts in the database, so a limit holds across processes and machines. It knows one limit for all; ours
differ: few tries for an account from one address, more for an account from everywhere, and many for an address alone,
behind which a telephone carrier may have a whole town. Accounts that do not exist are counted and locked like any other.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from axes.helpers import get_client_username, get_cool_off
from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from sites.domain import audit
from sites.enums import Act
from sites.models import User

# In the order of settings.AXES_LOCKOUT_PARAMETERS; tries within settings.AXES_COOLOFF_TIME.
LIMITS = {
    ("username", "ip_address"): 5,
    ("username",): 20,
    ("ip_address",): 100,
}


class LimitsHandler(AxesDatabaseHandler):
    """Counts wrong passwords by our limits and writes them into the audit trail."""

    def get_failures(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        """How much of the most used limit is used up, in per cent: settings.AXES_FAILURE_LIMIT is 100."""
        return max(
            (attempts.aggregate(n=Sum("failures_since_start"))["n"] or 0) * 100 // limit
            for attempts, limit in self.limited(request, credentials)
        )

    def limited(
        self, request: HttpRequest, credentials: dict[str, Any] | None = None
    ) -> list[tuple[QuerySet[AccessAttempt], int]]:
        """What was tried lately that counts for this request, with the limit of each."""
        found = zip(LIMITS.items(), self.get_user_attempts(request, credentials), strict=True)
        return [
            (attempts, limit)
            for (parameters, limit), attempts in found
            # Without an address (a socket file) everybody would share one.
            if request.axes_ip_address or parameters == ("username",)  # type: ignore[attr-defined]
        ]

    def user_login_failed(
        self, sender: Any, credentials: dict[str, Any], request: HttpRequest | None = None, **kwargs: Any
    ) -> None:
        """Count a wrong password. What is refused because of a lock is neither counted nor written down: it could
        lengthen the lock and flood the trail."""
        refused = bool(getattr(request, "axes_locked_out", False))
        super().user_login_failed(sender, credentials, request, **kwargs)
        if request is None or refused:
            return
        name = get_client_username(request, credentials) or ""
        # Somebody who types the password into the field of the name must not find it in the trail.
        subject = User.objects.filter(username=name).first()
        acts = [Act.SIGN_IN_FAILED]
        if request.axes_locked_out:  # type: ignore[attr-defined]
            acts.append(Act.LOCKED_OUT)
        for act in acts:
            audit.record_of_person(act=act, actor=None, subject=subject, request=request)

    def reset_user_attempts(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        """After a good sign-in: forget what this account got wrong from this address. What others tried elsewhere, or
        on other accounts from here, stays counted."""
        mine = self.filter_user_attempts(request, credentials)[0]
        deleted, _ = mine.delete()
        return int(deleted)


def unlock(user: User) -> int:
    """Forget every wrong password for an account; returns how many rows."""
    deleted, _ = AccessAttempt.objects.filter(username=user.get_username()).delete()
    return int(deleted)


def is_locked(user: User) -> bool:
    """Whether the account as a whole, or from some address, takes no password at the moment. Two queries."""
    recent = AccessAttempt.objects.filter(
        username=user.get_username(), attempt_time__gte=timezone.now() - settings.AXES_COOLOFF_TIME
    )
    counts = list(
        recent.values("ip_address").annotate(n=Sum("failures_since_start")).values_list("n", flat=True)
    )
    return sum(counts) >= LIMITS[("username",)] or any(
        n >= LIMITS[("username", "ip_address")] for n in counts
    )


def prune() -> int:
    """Delete what no limit counts any more; it holds names and addresses. Returns how many rows."""
    deleted, _ = AccessAttempt.objects.filter(
        attempt_time__lt=timezone.now() - settings.AXES_COOLOFF_TIME
    ).delete()
    return int(deleted)


def locked_until(request: HttpRequest, credentials: dict[str, Any] | None) -> dt.datetime:
    """When the next try will be let through, if nothing is tried meanwhile."""
    cool_off = get_cool_off(request) or dt.timedelta()
    ends = timezone.now()
    for attempts, limit in LimitsHandler().limited(request, credentials):
        rows = list(attempts.order_by("attempt_time").values_list("attempt_time", "failures_since_start"))
        counted = sum(failures for _, failures in rows)
        for at, failures in rows:
            if counted < limit:
                break
            counted -= failures
            ends = max(ends, at + cool_off)
    return ends


def lockout_response(
    request: HttpRequest, original: HttpResponse | None = None, credentials: dict[str, Any] | None = None
) -> HttpResponse:
    """The page in place of the sign-in: settings.AXES_LOCKOUT_CALLABLE."""
    until = locked_until(request, credentials)
    seconds = max(1, int((until - timezone.now()).total_seconds()) + 1)
    response = render(
        request,
        "sites/sign_in/locked.html",
        {"until": until + dt.timedelta(minutes=1), "minutes": -(-seconds // 60)},
        status=429,
    )
    response["Retry-After"] = str(seconds)
    return response
