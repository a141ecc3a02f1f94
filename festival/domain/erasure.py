"""Erasing a person: everything that is known of a stallholder, wherever it lies, at the person's word.

What stays is that somebody applied and what became of it. The trail says that a person was erased, and not who.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import models, transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from festival.domain import contacts, notices, retention, slots, waitlist
from festival.domain.applying import LIVING
from festival.domain.contacts import Contact, holder_of
from festival.domain.transitions import SYSTEM, move
from festival.enums import ApplicationState, ContactKind
from festival.exceptions import FieldsRefused
from festival.models import (
    Application,
    ApplicationDocument,
    ContactCode,
    FestivalPage,
    IdempotencyRecord,
)
from sites.domain.audit import record
from sites.enums import Act
from sites.models import AuditEntry, District, NoticeGateway, OutboxMessage, User
from sites.ownership import UnderHome
from sites.pages import district_of

S = ApplicationState

REASON = "按本人要求删除个人信息"
_PERSONAL = ("contact", "contact_name", "organisation", "stall_name", "offer")
# An answer that is sent again is stored in the transaction that made the application.
_SAME_MOMENT = dt.timedelta(seconds=10)


@dataclass(frozen=True)
class Person:
    """Somebody whose applications are known: all with the same address. `contact` is None when it was erased before."""

    contact: Contact | None
    applications: list[Application] = field(default_factory=list)

    @property
    def names(self) -> list[str]:
        """What the person was called, the longest first."""
        found = {
            text.strip()
            for one in self.applications
            for text in (one.contact_name, one.organisation, one.stall_name)
        }
        return sorted((text for text in found if len(text) > 1), key=len, reverse=True)

    @property
    def files(self) -> int:
        """How many files the person handed in. One query."""
        return ApplicationDocument.objects.filter(
            application__in=[one.pk for one in self.applications]
        ).count()


def find(who: str, *, within: QuerySet[District] | None = None) -> Person:
    """The person with an e-mail address, a phone number, or an application's reference, as the districts know them (all
    districts by default). Raises FieldsRefused for what is none of the three; for somebody unknown there are no
    applications."""
    who = who.strip()
    if not who:
        raise FieldsRefused({"who": "请写邮箱、手机号或申请编号。"})
    editions = FestivalPage.objects.all()
    if within is not None:
        editions = editions.filter(UnderHome().within(within))
    known = Application.objects.filter(festival__in=editions).select_related("festival", "zone")
    contact = _contact(who)
    if contact is None:
        by_reference = list(known.filter(reference=who.upper()))
        first = next((one for one in by_reference if one.contact), None)
        if first is None:
            return Person(None, by_reference)
        contact = Contact(ContactKind(first.contact_kind), first.contact)
    # By the hash as well: of an application whose address was erased already, something else may be left.
    booked = editions.filter(booking__isnull=False)
    holders = [holder_of(festival=one, contact=contact) for one in booked]
    own = Q(contact_kind=contact.kind, contact=contact.address) | Q(holder__in=holders)
    return Person(contact, list(known.filter(own).order_by("pk")))


def _contact(who: str) -> Contact | None:
    kind = ContactKind.EMAIL if "@" in who else ContactKind.PHONE
    try:
        return contacts.read(kind=kind, address=who)
    except FieldsRefused:
        if kind == ContactKind.EMAIL:
            raise
        return None


@transaction.atomic
def erase_person(
    person: Person,
    *,
    within: QuerySet[District] | None = None,
    actor: User | None = None,
    request: HttpRequest | None = None,
    now: dt.datetime | None = None,
) -> int:
    """Erase what is known of a person in the districts (all by default); returns of how many applications. Booths that
    are still to be used are given back, to who waits for them. The files go after the commit.

    Accounts of people who work here are none of this.
    """
    now = now or timezone.now()
    districts: dict[int, tuple[District, int]] = {}
    texts = [*([person.contact.address] if person.contact else []), *person.names]
    for application in person.applications:
        district = district_of(application.festival)
        if district is not None:
            before = districts.get(district.pk, (district, 0))[1]
            districts[district.pk] = (district, before + 1)
        _erase_application(application, now=now)
    _erase_codes(person, within=within)
    own = list(within.values_list("pk", flat=True)) if within is not None else None
    _clean_outbox(person, texts, districts=own)
    _clean_trail(person, texts, districts=own)
    for district, count in districts.values():
        record(act=Act.PERSON_ERASED, actor=actor, district=district, request=request, applications=count)
    return len(person.applications)


def _erase_application(application: Application, *, now: dt.datetime) -> None:
    kept = Application.objects.select_for_update(of=("self",)).select_related("festival", "zone")
    row = kept.get(pk=application.pk)
    _forget_answers(row)
    if row.state == S.DRAFT:
        freed = slots.release(application=row, now=now)
        zone = row.zone
        contacts.rename(row)
        notices.of_application(row).delete()
        row.delete()
        if freed:
            waitlist.offer_next(zone=zone, now=now)
        return
    last_day = row.festival.ends_on or row.festival.starts_on
    to_come = last_day is None or last_day >= timezone.localdate(now)
    leaving = None
    if row.state in LIVING and to_come:
        leaving = move(row, S.WITHDRAWN, by=SYSTEM, reason=REASON, now=now, tell=False)
        waitlist.give_back(row, now=now)
    papers = list(row.documents.all())
    everything = retention.Due(
        row, list(_PERSONAL), list(row.answers), documents=papers, traces=True, whole=True
    )
    retention.erase(everything, now=now)
    Application.objects.filter(pk=row.pk).update(name_is_public=False)
    if leaving is not None:
        row.events.filter(pk=leaving.pk).update(reason=REASON)


def _forget_answers(application: Application) -> None:
    """Sealed answers to requests of this person. Whose they are stands in the scope, or follows from the moment."""
    moment = application.created_at
    key = f"application:{application.pk}"
    scopes = Q(scope__contains=f"{key}:") | Q(scope__endswith=key) | Q(scope__contains=application.reference)
    scopes |= Q(scope__contains=application.holder)
    begun = Q(created_at__gte=moment, created_at__lt=moment + _SAME_MOMENT)
    IdempotencyRecord.objects.filter(scopes | begun, festival=application.festival_id).delete()


def _erase_codes(person: Person, *, within: QuerySet[District] | None) -> None:
    if person.contact is None:
        return
    editions = FestivalPage.objects.filter(booking__isnull=False)
    if within is not None:
        editions = editions.filter(UnderHome().within(within))
    holders = [holder_of(festival=one, contact=person.contact) for one in editions]
    ContactCode.objects.filter(holder__in=holders).delete()


# --- what tells of it elsewhere -----------------------------------------------------------------------------------------


def _clean_outbox(person: Person, texts: list[str], *, districts: list[int] | None) -> None:
    """Whatever is or was on its way to the person, and what others were told that names the address."""
    if person.contact is None:
        return
    address = person.contact.address
    rows = OutboxMessage.objects.all()
    if districts is not None:
        rows = rows.filter(district__in=districts)
    # Nobody's sign-in hangs on what is deleted here: an account with the same address gets its mail.
    if not User.objects.filter(email__iexact=address).exists():
        rows.filter(recipient__iexact=address).delete()
    rows.filter(key__startswith="code:", recipient__iexact=address).delete()
    telling = Q(recipient__icontains=address) | Q(last_error__icontains=address) | ~Q(payload={})
    for row in rows.filter(telling).iterator(chunk_size=200):
        if (
            address
            not in json.dumps([row.recipient, row.payload, row.last_error], ensure_ascii=False).lower()
        ):
            continue
        row.payload, row.last_error = scrubbed(row.payload, texts), scrubbed(row.last_error, texts)
        row.save(update_fields=["payload", "last_error"])
    # The last words of a gateway, which may repeat the number.
    gateways = NoticeGateway.objects.filter(answer__icontains=address)
    if districts is not None:
        gateways = gateways.filter(district__in=districts)
    for gateway in gateways:
        NoticeGateway.objects.filter(pk=gateway.pk).update(answer=scrubbed(gateway.answer, texts))


def _clean_trail(person: Person, texts: list[str], *, districts: list[int] | None) -> None:
    """The lines of the trail that name the address, and those about the booking that name the person."""
    rows = AuditEntry.objects.all()
    if districts is not None:
        rows = rows.filter(district__in=districts)
    about = Q(act__in=[Act.APPLICATIONS_EXPORTED, Act.NOTICE_RESENT])
    if person.contact is not None:
        about |= Q(subject_name__icontains=person.contact.address) | Q(
            details__icontains=person.contact.address
        )
    for row in rows.filter(about).iterator(chunk_size=200):
        name, details = scrubbed(row.subject_name, texts), scrubbed(row.details, texts)
        if (name, details) != (row.subject_name, row.details):
            AuditEntry.objects.filter(pk=row.pk).update(subject_name=name, details=details)


def scrubbed(value: Any, texts: Iterable[str]) -> Any:
    """A text, or JSON, without the given texts in it, however they are capitalised."""
    if isinstance(value, str):
        for text in texts:
            at = value.lower().find(text.lower())
            while at >= 0:
                value = value[:at] + retention.GONE + value[at + len(text) :]
                at = value.lower().find(text.lower(), at + len(retention.GONE))
        return value
    if isinstance(value, dict):
        return {scrubbed(key, texts): scrubbed(one, texts) for key, one in value.items()}
    if isinstance(value, list):
        return [scrubbed(one, texts) for one in value]
    return value


def still_named(text: str) -> Iterator[tuple[str, int]]:
    """Where in the whole database a text stands: (table and column, in how many rows), by looking at every column that
    can hold one. For whoever keeps the machine: what people typed into pages is theirs to change."""
    escaped = json.dumps(text)[1:-1]  # as SQLite keeps JSON
    for model in apps.get_models(include_auto_created=True):
        for column in model._meta.concrete_fields:
            if isinstance(column, models.JSONField):
                asked = Q(**{f"{column.name}__icontains": text}) | Q(**{f"{column.name}__icontains": escaped})
            elif isinstance(column, models.CharField | models.TextField) and not column.choices:
                asked = Q(**{f"{column.name}__icontains": text})
            else:
                continue
            if count := model._base_manager.filter(asked).count():
                yield f"{model._meta.label}.{column.name}", count
