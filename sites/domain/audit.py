"""The audit trail: sign-ins, and every change of who may do what."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest

from sites.client_address import client_address
from sites.enums import Act
from sites.models import AuditEntry, District, RoleGroup, User


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


def record_of_person(
    *,
    act: Act,
    actor: User | None,
    subject: User | None,
    request: HttpRequest | None = None,
    **details: Any,
) -> None:
    """Write what concerns a person as a whole (a sign-in): one line in the trail of each district that they have a role
    in, and one in the city's where there is none. Without `subject` it costs the same two queries, so that an answer
    does not tell by its time whether an account exists."""
    found = RoleGroup.objects.filter(group__user=subject.pk if subject else 0).order_by("district")
    districts: list[int | None] = list(found.values_list("district", flat=True).distinct())
    AuditEntry.objects.bulk_create(
        AuditEntry(
            act=act,
            actor=actor,
            actor_name=name_of(actor) if actor else "",
            district_id=district,
            subject=subject,
            subject_name=name_of(subject) if subject else "",
            address=address_of(request) if request else "",
            details=details,
        )
        for district in districts or [None]
    )


def name_of(user: User) -> str:
    """How the trail and the team call a person: the name, or the account where none was given."""
    return user.get_full_name() or user.get_username()


def address_of(request: HttpRequest) -> str:
    """The address that the request came from, as the server (or the trusted proxy before it) gives it."""
    return client_address(request)
