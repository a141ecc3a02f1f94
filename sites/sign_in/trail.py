"""Sign-ins and sign-outs in the audit trail, however they came about. Failures are written by `limits`."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.http import HttpRequest
from django.utils import timezone

from sites.domain import audit
from sites.enums import Act
from sites.models import User

SIGNED_IN_AT = "signed_in_at"
SEEN_AT = "seen_at"


def connect() -> None:
    """Listen to Django's signals."""
    user_logged_in.connect(_signed_in, dispatch_uid="trail")
    user_logged_out.connect(_signed_out, dispatch_uid="trail")


def _signed_in(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    request.session[SIGNED_IN_AT] = request.session[SEEN_AT] = int(timezone.now().timestamp())
    audit.record_of_person(act=Act.SIGNED_IN, actor=user, subject=user, request=request)


def _signed_out(sender: Any, request: HttpRequest, user: User | None, **kwargs: Any) -> None:
    if isinstance(user, User):
        audit.record_of_person(act=Act.SIGNED_OUT, actor=user, subject=user, request=request)


def password_changed(*, user: User, request: HttpRequest) -> None:
    """Write that a person has a new password now."""
    audit.record_of_person(act=Act.PASSWORD_CHANGED, actor=user, subject=user, request=request)
