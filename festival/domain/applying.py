"""What a stallholder does: apply, change, submit, answer, pick, accept, decline, withdraw."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from festival.domain import links, notices, slots, terms, waitlist
from festival.domain.contacts import Contact, holder_of
from festival.domain.transitions import APPLICANT, SYSTEM, move
from festival.enums import ActorKind, ApplicationState, Payment, ZoneMode
from festival.exceptions import (
    FieldsRefused,
    HoldExpired,
    LimitReached,
    NotOpen,
    StateChanged,
    TooManyOpen,
    ZoneFull,
)
from festival.models import Application, ApplicationMessage, Booth, BoothSlot, FestivalPage, Zone

S = ApplicationState

# Without I, L, O, U, 0 and 1, which are misread; read out on the phone.
_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
# What a stallholder may change: anything until it is decided, and always how to be reached.
ALWAYS = ("contact_name", "organisation")
FIELDS = ("stall_name", "offer", "category", "booths_wanted", "name_is_public", "answers", *ALWAYS)
EDITABLE = {S.DRAFT, S.SUBMITTED, S.NEEDS_INFO}
# Drafts and applications that go on, of one applicant for one edition.
MOST_OPEN = 3
MOST_FOUND = 20  # the newest, of a contact that has lost its links
LIVING = {S.DRAFT, S.SUBMITTED, S.NEEDS_INFO, S.WAITLISTED, S.OFFERED, S.APPROVED, S.ALLOCATED}


@transaction.atomic
def start(
    *,
    festival: FestivalPage,
    zone: Zone,
    contact: Contact,
    booths: Sequence[Booth] = (),
    now: dt.datetime | None = None,
) -> tuple[Application, str]:
    """Begin an application for a zone; in an open zone, hold the booths for 15 minutes. Returns the draft and the secret
    of its private link.

    `contact` is proven (`contacts.read_proof`). Raises NotOpen, FieldsRefused for a zone or booths that are not of this
    edition or zone, LimitReached, SlotTaken.
    """
    now = now or timezone.now()
    rules = terms.rules_of(festival)
    terms.check_open(rules, now=now)
    if zone.festival_id != festival.pk:
        raise FieldsRefused({"zone": "没有这个版块。"})
    wanted = terms.terms_for(zone, rules=rules)
    if wanted is None:
        raise NotOpen(f"“{zone}”不在网上报名。")
    holder = holder_of(festival=festival, contact=contact)
    if Application.objects.filter(festival=festival, holder=holder, state__in=LIVING).count() >= MOST_OPEN:
        raise TooManyOpen(f"同一个联系方式最多同时有 {MOST_OPEN} 份申请，请继续办已有的，或先撤回一份。")
    application = Application.objects.create(
        festival=festival,
        reference=_new_reference(festival),
        holder=holder,
        zone=zone,
        category=wanted["categories"][0] if len(wanted["categories"]) == 1 else "",
        booths_wanted=max(1, len(booths)),
        contact_kind=contact.kind,
        contact=contact.address,
        fee=wanted["fee"],
        deposit=wanted["deposit"],
    )
    if booths:
        hold(application=application, booths=booths, now=now)
    return application, links.make(application, now=now)


def of_contact(*, festival: FestivalPage, contact: Contact) -> list[Application]:
    """What whoever reads an address has begun for an edition, the newest first: for those who lost their private link, and
    have proven the address again. One query."""
    own = Application.objects.filter(
        festival=festival, holder=holder_of(festival=festival, contact=contact), erased_at=None
    )
    return list(own.select_related("zone", "festival").order_by("-pk")[:MOST_FOUND])


def _new_reference(festival: FestivalPage) -> str:
    while True:
        reference = "".join(secrets.choice(_LETTERS) for _ in range(8))
        if not Application.objects.filter(festival=festival, reference=reference).exists():
            return reference


def terms_of(application: Application) -> dict[str, Any]:
    """The terms under which an application stands: those that it was submitted under, for a draft the present ones.
    Raises NotOpen when the zone takes no applications any more."""
    if application.terms:
        return dict(application.terms)
    present = terms.terms_for(application.zone, rules=terms.rules_of(application.festival))
    if present is None:
        raise NotOpen(f"“{application.zone}”现在不在网上报名。")
    return present


@transaction.atomic
def hold(
    *, application: Application, booths: Sequence[Booth], now: dt.datetime | None = None
) -> list[BoothSlot]:
    """Hold booths for a draft in an open zone for 15 minutes, instead of what it held. Raises NotOpen, FieldsRefused,
    SlotTaken, LimitReached, ZoneFull while others wait for this zone, StateChanged; then the former hold stands."""
    now = now or timezone.now()
    rules = terms.rules_of(application.festival)
    terms.check_open(rules, now=now)
    if application.state != S.DRAFT:
        raise StateChanged("这份申请已经提交，不能再换摊位。")
    present = terms_of(application)
    if terms.mode_of(present) != ZoneMode.OPEN:
        raise NotOpen(f"“{application.zone}”现在不能自己选摊位。")
    if waitlist.is_waited_for(application.zone):
        raise ZoneFull(f"“{application.zone}”已经有人候补，空出来的摊位先给他们。不选摊位提交，就排进候补。")
    _check_booths(application, booths, limit=present["booths_per_applicant"])
    slots.release(application=application, now=now)
    held = slots.claim(
        application=application,
        booths=booths,
        limit=present["booths_per_applicant"],
        until=now + slots.HOLD,
        now=now,
    )
    Application.objects.filter(pk=application.pk).update(booths_wanted=len(booths))
    application.booths_wanted = len(booths)
    return held


def _check_booths(application: Application, booths: Sequence[Booth], *, limit: int) -> None:
    if not booths:
        raise FieldsRefused({"booths": "请选摊位。"})
    if any(booth.zone_id != application.zone_id for booth in booths):
        raise FieldsRefused({"booths": "这个版块里没有这个摊位。"})
    if len({booth.pk for booth in booths}) != len(booths):
        raise FieldsRefused({"booths": "同一个摊位只能选一次。"})
    if len(booths) > limit:
        raise LimitReached(f"每位摊主最多 {limit} 个摊位。")


@transaction.atomic
def edit(
    *,
    application: Application,
    changes: Mapping[str, Any],
    version: int | None = None,
    now: dt.datetime | None = None,
) -> Application:
    """Store what was typed. A draft keeps anything; what was submitted must stay whole. Raises FieldsRefused,
    StateChanged (also when `version` is older than what is stored), NotOpen after the closing."""
    now = now or timezone.now()
    unknown = [name for name in changes if name not in FIELDS]
    if unknown:
        raise FieldsRefused(dict.fromkeys(unknown, "没有这一项。"))
    changed = {name: value for name, value in changes.items() if getattr(application, name) != value}
    if not changed:
        return application
    if application.state not in (EDITABLE if set(changed) - set(ALWAYS) else LIVING):
        raise StateChanged(f"申请现在是“{application.get_state_display()}”，不能再改。")
    if application.state == S.SUBMITTED:
        terms.check_open(terms.rules_of(application.festival), now=now)
    for name, value in changed.items():
        setattr(application, name, value)
    try:
        application.clean_fields(exclude=[f.name for f in Application._meta.fields if f.name not in changed])
    except ValidationError as error:
        raise FieldsRefused({name: "".join(texts) for name, texts in error.message_dict.items()}) from None
    if application.state == S.DRAFT:
        # Saved as it is typed: no line of history for each word, and of two tabs each keeps its own fields.
        if not Application.objects.filter(pk=application.pk, state=S.DRAFT).update(changed_at=now, **changed):
            raise StateChanged("这份申请刚刚提交了，请刷新后再改。")
        return application
    if wrong := terms.problems_of(application, terms=terms_of(application)):
        raise FieldsRefused(wrong)
    # Which fields, never what was in them: the history outlives the erasure of what is personal.
    details = {"fields": sorted(changed)}
    move(
        application, S(application.state), by=APPLICANT, version=version, now=now, details=details, **changed
    )
    return application


@transaction.atomic
def submit(*, application: Application, reply: str = "", now: dt.datetime | None = None) -> Application:
    """Hand in a draft, or what was asked for, with a `reply` to the organisers. An open zone's booths are the applicant's
    at once; without a hold there, the application waits for one. Raises FieldsRefused, HoldExpired, ZoneFull, NotOpen,
    StateChanged."""
    now = now or timezone.now()
    if application.state == S.NEEDS_INFO:
        if wrong := terms.problems_of(application, terms=terms_of(application)):
            raise FieldsRefused(wrong)
        if reply:  # in this transaction: of a double click the second says nothing again
            answer(application=application, text=reply)
        move(application, S.SUBMITTED, by=APPLICANT, now=now)
        return application
    if application.state != S.DRAFT:
        raise StateChanged(f"申请现在是“{application.get_state_display()}”，不用再提交。")
    terms.check_open(terms.rules_of(application.festival), now=now)
    present = terms_of(application)
    if wrong := terms.problems_of(application, terms=present):
        raise FieldsRefused(wrong)
    held = slots.held_by(application)
    due = any(float(present[name]) for name in ("fee", "deposit"))
    is_open = terms.mode_of(present) == ZoneMode.OPEN
    move(
        application,
        S.SUBMITTED,
        by=APPLICANT,
        now=now,
        tell=not is_open,
        submitted_at=now,
        terms=present,
        fee=present["fee"],
        deposit=present["deposit"],
        payment=Payment.DUE if due else Payment.NONE,
    )
    if not is_open:
        return application
    if held:
        slots.confirm(application=application, slots=held, now=now)
        move(application, S.APPROVED, by=SYSTEM, now=now, tell=False)
        move(application, S.ALLOCATED, by=SYSTEM, now=now)
    elif not waitlist.is_waited_for(application.zone) and slots.free_booths(zone=application.zone, now=now):
        raise HoldExpired("保留的时间已过，请重新选摊位。填好的内容都还在。")
    else:
        waitlist.join(application, by=SYSTEM, reason="版块已满，按提交的先后候补。", now=now)
    return application


@transaction.atomic
def pick(*, application: Application, booths: Sequence[Booth], now: dt.datetime | None = None) -> Application:
    """Take booths after approval, in a zone where stallholders pick. Raises as `hold` does, and ZoneFull."""
    now = now or timezone.now()
    own = terms_of(application)
    if application.state != S.APPROVED or terms.mode_of(own) != ZoneMode.PICK:
        raise StateChanged("现在不能选摊位。")
    _check_booths(application, booths, limit=min(own["booths_per_applicant"], application.booths_wanted))
    # The application's row first, as everybody does: who waits for whom then goes round in no circle.
    picked = move(application, S.ALLOCATED, by=APPLICANT, now=now, tell=False)
    limit = own["booths_per_applicant"]
    held = slots.claim(application=application, booths=booths, limit=limit, until=now + slots.HOLD, now=now)
    slots.confirm(application=application, slots=held, now=now)
    notices.tell(picked)  # of the booths, which are there only now
    return application


@transaction.atomic
def accept(*, application: Application, now: dt.datetime | None = None) -> Application:
    """Take the offered booths. Raises HoldExpired at the end of the offer or later, StateChanged, ZoneFull."""
    now = now or timezone.now()
    if application.state != S.OFFERED:
        raise StateChanged("现在没有等您确认的摊位。")
    if application.offer_expires_at is None or application.offer_expires_at <= now:
        raise HoldExpired("确认的时间已过，摊位已经轮到下一位。")
    move(application, S.APPROVED, by=APPLICANT, now=now, tell=False)
    slots.confirm(application=application, now=now)
    move(application, S.ALLOCATED, by=SYSTEM, now=now)
    return application


def decline(*, application: Application, now: dt.datetime | None = None) -> Application:
    """Give the offered booths back, and with them the application; the next on the waitlist is offered them."""
    if application.state != S.OFFERED:
        raise StateChanged("现在没有等您确认的摊位。")
    return withdraw(application=application, reason="没有接受候补的摊位", now=now)


@transaction.atomic
def withdraw(*, application: Application, reason: str = "", now: dt.datetime | None = None) -> Application:
    """Take an application back; its booths are free. Raises StateChanged once it has ended or the stallholder came."""
    now = now or timezone.now()
    tell = application.state != S.DRAFT
    move(application, S.WITHDRAWN, by=APPLICANT, reason=reason, now=now, tell=tell)
    waitlist.give_back(application, now=now)
    return application


@transaction.atomic
def answer(*, application: Application, text: str) -> ApplicationMessage:
    """Write to the organisers. Raises FieldsRefused for nothing, or too much, StateChanged before it is submitted."""
    if application.state == S.DRAFT:
        raise StateChanged("提交以后才能给组委会留言。")
    text = text.strip()
    if not text or len(text) > terms.LONGEST_ANSWER:
        raise FieldsRefused({"text": f"请写 1 到 {terms.LONGEST_ANSWER} 个字。"})
    return ApplicationMessage.objects.create(
        application=application, actor_kind=ActorKind.APPLICANT, text=text
    )
