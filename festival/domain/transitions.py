"""The states of an application, and the one way from one to another.

A change is one UPDATE that asks for the state and the version that were read, with its event and its notice in the same
transaction: of two who decide at once, one is told that the other was faster.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from festival.domain import notices
from festival.enums import ActorKind, ApplicationState
from festival.exceptions import StateChanged
from festival.models import Application, ApplicationEvent
from sites.domain.audit import name_of
from sites.models import User

S = ApplicationState

_FROM_ANY = {S.WITHDRAWN, S.REVOKED}
NEXT: dict[ApplicationState, set[ApplicationState]] = {
    S.DRAFT: {S.SUBMITTED, S.WITHDRAWN},
    S.SUBMITTED: {S.NEEDS_INFO, S.APPROVED, S.REJECTED, S.WAITLISTED, *_FROM_ANY},
    S.NEEDS_INFO: {S.SUBMITTED, S.REJECTED, *_FROM_ANY},
    S.WAITLISTED: {S.OFFERED, S.REJECTED, *_FROM_ANY},
    S.OFFERED: {S.APPROVED, S.LAPSED, *_FROM_ANY},
    S.APPROVED: {S.ALLOCATED, *_FROM_ANY},
    # Back to approved: the organiser takes the stallholder off a booth to give another one.
    S.ALLOCATED: {S.CHECKED_IN, S.NO_SHOW, S.APPROVED, *_FROM_ANY},
    # A scan that was made offline in time arrives after somebody gave the stallholder up.
    S.NO_SHOW: {S.CHECKED_IN},
    S.CHECKED_IN: set(),
    S.LAPSED: set(),
    S.REJECTED: set(),
    S.WITHDRAWN: set(),
    S.REVOKED: set(),
}
ENDED = {S.LAPSED, S.REJECTED, S.WITHDRAWN, S.REVOKED, S.NO_SHOW}


@dataclass(frozen=True)
class Actor:
    """Who changes an application: the stallholder with the private link, an organiser, or the system by itself."""

    kind: ActorKind
    user: User | None = None

    @property
    def name(self) -> str:
        return name_of(self.user) if self.user else ""


APPLICANT = Actor(ActorKind.APPLICANT)
SYSTEM = Actor(ActorKind.SYSTEM)


def organiser(user: User) -> Actor:
    """An organiser as the one who acts."""
    return Actor(ActorKind.ORGANISER, user)


@transaction.atomic
def move(
    application: Application,
    to: ApplicationState,
    *,
    by: Actor,
    reason: str = "",
    version: int | None = None,
    now: dt.datetime | None = None,
    details: dict[str, Any] | None = None,
    tell: bool = True,
    **changes: Any,
) -> ApplicationEvent:
    """Bring an application into a state (or, with the one it has, write down a change of its fields).

    `version` is the one that whoever decides has seen, where it may be older than `application`; `changes` are further
    fields of the row; `tell` sends the stallholder the notice of the new state. Raises StateChanged, also for a step that
    `NEXT` does not have.
    """
    now = now or timezone.now()
    former = S(application.state)
    seen = application.version if version is None else version
    if to != former and to not in NEXT[former]:
        raise StateChanged(f"申请现在是“{former.label}”，不能改成“{S(to).label}”。")
    if to != S.WAITLISTED:
        changes.setdefault("rank", None)
    if to != S.OFFERED:
        changes.setdefault("offer_expires_at", None)
    if to != former:
        changes.setdefault("reason", reason)
    changes |= {"state": to, "version": seen + 1, "changed_at": now}
    found = Application.objects.filter(pk=application.pk, state=former, version=seen)
    if not found.update(**changes):
        raise StateChanged("这份申请刚刚有了变动，请看过最新的内容再决定。")
    for name, value in changes.items():
        setattr(application, name, value)
    event = ApplicationEvent.objects.create(
        application=application,
        at=now,
        actor_kind=by.kind,
        actor=by.user,
        actor_name=by.name,
        from_state=former,
        to_state=to,
        version=application.version,
        reason=reason,
        details=details or {},
    )
    if tell and to != former:
        notices.tell(event)
    return event
