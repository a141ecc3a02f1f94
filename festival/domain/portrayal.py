"""An application as its stallholder sees it: one portrayal, for the API and for the pages behind the private link.

Nothing of it tells more than the stallholder may know: no notes among organisers, no names of organisers, and the contact
only as far as it takes to recognise it, because a private link may have been passed on.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from festival.domain import applying, terms, waitlist
from festival.domain.transitions import NEXT
from festival.enums import ActorKind, ApplicationState, ContactKind, SlotState, ZoneMode
from festival.exceptions import NotOpen
from festival.models import Application, ApplicationDocument, BookingRules
from sites.pages import iso

S = ApplicationState

EDIT, SUBMIT, HOLD, PICK, ACCEPT, DECLINE, WITHDRAW, MESSAGE, PASS = (
    *("edit", "submit", "hold", "pick", "accept", "decline", "withdraw", "message", "pass"),
)
HAS_A_PASS = {S.ALLOCATED, S.CHECKED_IN}


def portray(application: Application, *, now: dt.datetime | None = None) -> dict[str, Any]:
    """An application as JSON. Times are ISO 8601 with the city's offset, money is text in yuan.

    `problems` is what is still missing before it can be submitted, `may` what the stallholder can do now; whoever does
    something else, or too late, is refused by the functions that do it. `hold` are the booths that are kept until
    `expires_at`, `booths` those that are the stallholder's. At most 16 queries.
    """
    now = now or timezone.now()
    rules = BookingRules.objects.filter(festival=application.festival_id).first()
    present = _terms(application)
    editable = application.state in applying.EDITABLE and application.erased_at is None
    living, confirmed = _booths(application, now=now)
    return {
        "reference": application.reference,
        "state": application.state,
        "state_label": application.get_state_display(),
        "version": application.version,
        "zone": {"slug": application.zone.slug, "name": application.zone.name},
        "category": application.category,
        "booths_wanted": application.booths_wanted,
        "stall_name": application.stall_name,
        "offer": application.offer,
        "name_is_public": application.name_is_public,
        "contact_kind": application.contact_kind,
        "contact": masked(application),
        "contact_name": application.contact_name,
        "organisation": application.organisation,
        "answers": application.answers,
        "terms": present,
        "problems": _problems(application, present) if editable else {},
        "hold": living,
        "offer_expires_at": iso(application.offer_expires_at) if application.offer_expires_at else None,
        "booths": confirmed,
        "waitlist_position": waitlist.position_of(application),
        "reason": application.reason,
        "fee": str(application.fee),
        "deposit": str(application.deposit),
        "payment": application.payment,
        "payment_label": application.get_payment_display(),
        "submitted_at": iso(application.submitted_at) if application.submitted_at else None,
        "documents": [portray_document(one) for one in application.documents.all()],
        "messages": _messages(application),
        "history": _history(application),
        "may": _may(application, present, rules, now=now),
    }


def masked(application: Application) -> str:
    """An address as far as its owner recognises it: t***@example.cn, 138****0000; "" when it was erased."""
    if not application.contact:
        return ""
    if application.contact_kind == ContactKind.PHONE:
        return f"{application.contact[:3]}****{application.contact[-4:]}"
    name, _, host = application.contact.rpartition("@")
    return f"{name[:1]}***@{host}"


def portray_document(document: ApplicationDocument) -> dict[str, Any]:
    """A handed-in file as JSON; the file itself is had by `documents.open_document`."""
    return {
        "id": document.pk,
        "requirement": document.requirement,
        "label": document.label,
        "name": document.name,
        "size": document.size,
        "expires_on": document.expires_on.isoformat() if document.expires_on else None,
        "review": document.review,
        "review_label": document.get_review_display(),
        "review_reason": document.review_reason,
    }


def _terms(application: Application) -> dict[str, Any] | None:
    try:
        return applying.terms_of(application)
    except NotOpen:
        return None


def _problems(application: Application, present: dict[str, Any] | None) -> dict[str, str]:
    if present is None:
        return {"zone": f"“{application.zone}”现在不在网上报名。"}
    return terms.problems_of(application, terms=present)


def _booths(application: Application, *, now: dt.datetime) -> tuple[dict[str, Any] | None, list[str]]:
    """What is held and did not run out, and the numbers of the booths that are the stallholder's."""
    held: set[str] = set()
    confirmed: set[str] = set()
    ends: list[dt.datetime] = []
    rows = application.slots.values_list("state", "booth__number", "expires_at")
    for state, number, expires_at in rows:
        if state == SlotState.CONFIRMED:
            confirmed.add(number)
        elif expires_at is not None and expires_at > now:
            held.add(number)
            ends.append(expires_at)
    living = {"booths": sorted(held), "expires_at": iso(min(ends))} if held else None
    return living, sorted(confirmed)


def _messages(application: Application) -> list[dict[str, Any]]:
    return [
        {
            "id": one.pk,
            "at": iso(one.at),
            "by": one.actor_kind,
            "by_label": one.get_actor_kind_display(),
            "text": one.text,
        }
        for one in application.messages.filter(internal=False)
    ]


def _history(application: Application) -> list[dict[str, Any]]:
    """The states that an application went through, and what it was told on the way; not each change of a field."""
    return [
        {
            "at": iso(one.at),
            "state": one.to_state,
            "state_label": one.get_to_state_display(),
            "reason": one.reason,
        }
        for one in application.events.all()
        if (one.from_state != one.to_state or one.reason) and not _is_a_step(one.to_state, one.actor_kind)
    ]


def _is_a_step(state: str, by: str) -> bool:
    """Whether a state was only passed through, to the one that the next row tells of."""
    return state == S.APPROVED and by != ActorKind.ORGANISER


def _may(
    application: Application,
    present: dict[str, Any] | None,
    rules: BookingRules | None,
    *,
    now: dt.datetime,
) -> list[str]:
    state = S(application.state)
    is_open = rules is not None and rules.opens_at <= now < rules.closes_at
    mode = terms.mode_of(present) if present else None
    offer_end = application.offer_expires_at if state == S.OFFERED else None
    allowed = {
        EDIT: state in {S.DRAFT, S.NEEDS_INFO} or (state == S.SUBMITTED and is_open),
        SUBMIT: state == S.NEEDS_INFO or (state == S.DRAFT and is_open and present is not None),
        HOLD: state == S.DRAFT and is_open and mode == ZoneMode.OPEN,
        PICK: state == S.APPROVED and mode == ZoneMode.PICK,
        ACCEPT: offer_end is not None and offer_end > now,
        DECLINE: offer_end is not None,
        WITHDRAW: S.WITHDRAWN in NEXT[state],
        MESSAGE: state != S.DRAFT,
        PASS: state in HAS_A_PASS,
    }
    if application.erased_at is not None:
        return []
    return [name for name, may in allowed.items() if may]
