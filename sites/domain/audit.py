"""The audit trail: sign-ins, and every change of who may do what."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest

from sites.enums import Act
from sites.models import AuditEntry, District, User


def record(
    *,
    act: Act,
    actor: User | AnonymousUser | None,
    district: District | None = None,
    subject: User | None = None,
    subject_name: str = "",
    request: HttpRequest | None = None,
    **details: Any,
) -> AuditEntry:
    """Write one line, in the transaction of what it tells of.

    `district` is whose admins may read it; without one it is the city's alone. `subject` is the person it was done
    to; `subject_name` names what is no person (an address, a token, a district). `details` must be JSON and hold no
    secret.
    """
    known = actor if isinstance(actor, User) else None
    return AuditEntry.objects.create(
        act=act,
        actor=known,
        actor_name=name_of(known) if known else "",
        district=district,
        subject=subject,
        subject_name=subject_name or (name_of(subject) if subject else ""),
        address=address_of(request) if request else "",
        details=details,
    )


def name_of(user: User) -> str:
    """How the trail and the team call a person: the name, or the account where none was given."""
    return user.get_full_name() or user.get_username()


def address_of(request: HttpRequest) -> str:
    """The address that the request came from, as the server (or the trusted proxy before it) gives it."""
    return str(request.META.get("REMOTE_ADDR", ""))[:45]
