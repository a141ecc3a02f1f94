"""The states of an application, and the one way from one to another.

A change is one UPDATE that asks for the state and the version that were read, with its event and its notice in the same
transaction: of two who decide at once, one is told that the other was faster.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Case, Value, When
from django.utils import timezone

from festival.domain import notices, passes
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
    if former == S.ALLOCATED and to not in passes.KEEP_IT:
        passes.revoke([application], now=now)
    if tell and to != former:
        notices.tell(event)
    return event


# Of one statement that gives each row its own rank: SQLite takes a thousand values.
_BATCH = 200


@transaction.atomic
def move_all(
    applications: Sequence[Application],
    to: ApplicationState,
    *,
    by: Actor,
    reason: str = "",
    now: dt.datetime | None = None,
    details: Mapping[int, dict[str, Any]] | None = None,
    ranks: Mapping[int, int] | None = None,
) -> list[ApplicationEvent]:
    """Bring many applications of one edition into a state, as `move` does with each: all of them or none.

    `details` and `ranks` are by the application's key. Raises StateChanged. Queries: a few for every 200.
    """
    now = now or timezone.now()
    details, ranks = details or {}, ranks or {}
    groups: dict[tuple[str, int], list[Application]] = {}
    for application in applications:
        if to not in NEXT[S(application.state)]:
            raise StateChanged(f"申请现在是“{application.get_state_display()}”，不能改成“{S(to).label}”。")
        if application.state == S.ALLOCATED:
            raise StateChanged("有摊位的申请要一份一份地改。")
        groups.setdefault((application.state, application.version), []).append(application)
    events = []
    for (former, version), group in groups.items():
        for start in range(0, len(group), _BATCH):
            batch = group[start : start + _BATCH]
            own = {one.pk: ranks[one.pk] for one in batch if one.pk in ranks}
            rank = Case(*(When(pk=key, then=Value(value)) for key, value in own.items())) if own else None
            found = Application.objects.filter(
                pk__in=[one.pk for one in batch], state=former, version=version
            )
            changed = found.update(
                state=to, version=version + 1, changed_at=now, reason=reason, rank=rank, offer_expires_at=None
            )
            if changed != len(batch):
                raise StateChanged("其中一份申请刚刚有了变动，请再试一次。")
        for one in group:
            one.state, one.version, one.changed_at, one.reason = to, version + 1, now, reason
            one.rank, one.offer_expires_at = ranks.get(one.pk), None
            events.append(
                ApplicationEvent(
                    application=one,
                    at=now,
                    actor_kind=by.kind,
                    actor=by.user,
                    actor_name=by.name,
                    from_state=former,
                    to_state=to,
                    version=version + 1,
                    reason=reason,
                    details=details.get(one.pk, {}),
                )
            )
    ApplicationEvent.objects.bulk_create(events, batch_size=500)
    notices.tell_all(events)
    return events
