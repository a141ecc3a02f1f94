"""What organisers do with applications: ask, approve, refuse, put on the waitlist, allot, revoke, note.

Each function takes the `version` of the application that the organiser has seen; of two who decide at once the second is
refused with StateChanged.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from festival.domain import notices, slots, waitlist
from festival.domain.transitions import move, organiser
from festival.enums import ActorKind, ApplicationState, Payment, Review
from festival.exceptions import FieldsRefused, StateChanged
from festival.models import Application, ApplicationDocument, ApplicationMessage, Booth
from sites.domain.audit import name_of
from sites.models import User

S = ApplicationState

LONGEST_REASON = 1000


def _plain(text: str) -> str:
    """Typed text as it is kept: PostgreSQL refuses text with NUL, which a paste may bring along."""
    return text.replace("\x00", "").strip()


def _reason(text: str, *, needed: bool) -> str:
    text = _plain(text)
    if needed and not text:
        raise FieldsRefused({"reason": "请写理由，摊主会看到。"})
    if len(text) > LONGEST_REASON:
        raise FieldsRefused({"reason": f"理由最多 {LONGEST_REASON} 个字。"})
    return text


@transaction.atomic
def ask(
    *,
    application: Application,
    text: str,
    actor: User,
    version: int | None = None,
    now: dt.datetime | None = None,
) -> None:
    """Ask the stallholder for what is missing. Raises FieldsRefused, StateChanged."""
    text = _reason(text, needed=True)
    move(application, S.NEEDS_INFO, by=organiser(actor), reason=text, version=version, now=now)
    _say(application, text, actor, internal=False)


def note(*, application: Application, text: str, actor: User) -> ApplicationMessage:
    """Write down something for the other organisers; the stallholder never sees it."""
    return _say(application, _reason(text, needed=True), actor, internal=True)


@transaction.atomic
def write(*, application: Application, text: str, actor: User) -> ApplicationMessage:
    """Write to the stallholder, who is told by mail; the application stays in its state. Raises FieldsRefused."""
    message = _say(application, _reason(text, needed=True), actor, internal=False)
    notices.tell_of_message(message)
    return message


@transaction.atomic
def record_payment(
    *,
    application: Application,
    payment: Payment,
    fee: Decimal,
    deposit: Decimal,
    note: str,
    actor: User,
    version: int | None = None,
    now: dt.datetime | None = None,
) -> None:
    """Write down what is known of fee and deposit, in yuan; nothing is paid here. The stallholder reads it behind the
    private link. Raises StateChanged."""
    details = {"payment": str(payment), "fee": str(fee), "deposit": str(deposit)}
    move(
        application,
        S(application.state),
        by=organiser(actor),
        version=version,
        now=now,
        details=details,
        payment=payment,
        fee=fee,
        deposit=deposit,
        payment_note=note.strip(),
    )


def _say(application: Application, text: str, actor: User, *, internal: bool) -> ApplicationMessage:
    return ApplicationMessage.objects.create(
        application=application,
        actor_kind=ActorKind.ORGANISER,
        actor=actor,
        actor_name=name_of(actor),
        text=text,
        internal=internal,
    )


@transaction.atomic
def approve(
    *,
    application: Application,
    actor: User,
    reason: str = "",
    version: int | None = None,
    now: dt.datetime | None = None,
) -> None:
    """Take an application, and its stall's name with it. Raises StateChanged."""
    move(
        application,
        S.APPROVED,
        by=organiser(actor),
        reason=_reason(reason, needed=False),
        version=version,
        now=now,
        name_approved=True,
    )


def approve_name(
    *,
    application: Application,
    approved: bool,
    actor: User,
    version: int | None = None,
    now: dt.datetime | None = None,
) -> None:
    """Say whether the name of a stall may stand on the public plan. Who approves an application has read it; in an open
    zone nobody has until somebody says so here. Raises StateChanged."""
    details = {"name_approved": approved}
    state = S(application.state)
    move(
        application,
        state,
        by=organiser(actor),
        version=version,
        now=now,
        details=details,
        name_approved=approved,
    )


@transaction.atomic
def reject(
    *,
    application: Application,
    actor: User,
    reason: str,
    version: int | None = None,
    now: dt.datetime | None = None,
) -> None:
    """Refuse an application, with a reason. Raises FieldsRefused, StateChanged."""
    move(
        application,
        S.REJECTED,
        by=organiser(actor),
        reason=_reason(reason, needed=True),
        version=version,
        now=now,
    )


@transaction.atomic
def put_on_waitlist(
    *,
    application: Application,
    actor: User,
    reason: str = "",
    version: int | None = None,
    now: dt.datetime | None = None,
) -> None:
    """Put an application at the end of its zone's waitlist. Raises StateChanged."""
    text = _reason(reason, needed=False)
    waitlist.join(application, by=organiser(actor), reason=text, version=version, now=now)


@transaction.atomic
def revoke(
    *,
    application: Application,
    actor: User,
    reason: str,
    version: int | None = None,
    now: dt.datetime | None = None,
) -> None:
    """End an application, with a reason; its booths go to who waits. Raises FieldsRefused, StateChanged."""
    move(
        application,
        S.REVOKED,
        by=organiser(actor),
        reason=_reason(reason, needed=True),
        version=version,
        now=now,
    )
    waitlist.give_back(application, now=now)


@transaction.atomic
def allot(
    *,
    application: Application,
    booths: Sequence[Booth],
    actor: User,
    version: int | None = None,
    now: dt.datetime | None = None,
) -> None:
    """Give an approved stallholder booths, or other ones than now. Raises SlotTaken, LimitReached, ZoneFull, FieldsRefused
    for booths of another edition, StateChanged; then everything is as before."""
    now = now or timezone.now()
    if not booths or any(booth.festival_id != application.festival_id for booth in booths):
        raise FieldsRefused({"booths": "请选这届邻里节的摊位。"})
    by = organiser(actor)
    if application.state == S.ALLOCATED:
        move(application, S.APPROVED, by=by, version=version, now=now, tell=False)
        slots.release(application=application, now=now)
        version = None
    details = {"booths": sorted(booth.number for booth in booths)}
    given = move(application, S.ALLOCATED, by=by, version=version, now=now, details=details, tell=False)
    limit = max(int(application.terms.get("booths_per_applicant", 1)), application.booths_wanted)
    held = slots.claim(application=application, booths=booths, limit=limit, until=now + slots.HOLD, now=now)
    slots.confirm(application=application, slots=held, now=now)
    notices.tell(given)  # of the booths, which are there only now


@transaction.atomic
def take_off(
    *, application: Application, actor: User, version: int | None = None, now: dt.datetime | None = None
) -> None:
    """Take a stallholder off the booths, who stays approved. The booths stay free for the organiser to give: nobody is
    offered them. Raises StateChanged."""
    if application.state != S.ALLOCATED:
        raise StateChanged("这份申请现在没有摊位。")
    move(application, S.APPROVED, by=organiser(actor), version=version, now=now, tell=False)
    slots.release(application=application, now=now)


@transaction.atomic
def review(
    *,
    document: ApplicationDocument,
    verdict: Review,
    actor: User,
    reason: str = "",
    seen: Review | None = None,
    version: int | None = None,
) -> None:
    """Accept or refuse a document; a refusal needs a reason. `seen` is the state that the organiser saw, `version` that of
    the application, which another file or another end of its validity makes a new one: another since is StateChanged."""
    text = _plain(reason)[:200]
    if verdict == Review.REFUSED and not text:
        raise FieldsRefused({"reason": "请写为什么不合格，摊主会看到。"})
    own = Application.objects.select_for_update().filter(pk=document.application_id)
    if version is not None and not own.filter(version=version).exists():
        raise StateChanged("这份申请刚刚有了变动，请看过最新的证件再决定。")
    found = ApplicationDocument.objects.filter(pk=document.pk)
    if seen is not None:
        found = found.filter(review=seen)
    if not found.update(review=verdict, review_reason=text, reviewed_by=actor):
        raise StateChanged("这份证件刚刚有了变动，请看过再决定。")
    document.review, document.review_reason, document.reviewed_by = verdict, text, actor
