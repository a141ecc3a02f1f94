"""Proving that an e-mail address or phone is one's own, before anything is held for it.

A code of six digits goes to the address. Who sends it back gets a proof: a signed statement, good for a few hours and
for one edition. Whether an address is known, or was asked for before, shows in no answer.
"""

from __future__ import annotations

import datetime as dt
import re
import secrets
from dataclasses import dataclass

from django.core import signing
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from festival.domain import notices
from festival.enums import ContactKind
from festival.exceptions import ContactRefused, FieldsRefused
from festival.models import Application, BoothSlot, ContactCode, FestivalPage, SlotEvent
from sites.pages import district_of

CODE_LASTS = dt.timedelta(minutes=15)
PROOF_LASTS = dt.timedelta(hours=3)
# A proof may come from a machine whose clock is a little ahead, or from before a clock was set back.
CLOCKS_AGREE = dt.timedelta(minutes=1)
MOST_ATTEMPTS = 5
_SALT = "festival.contact-proof"
_MOBILE = re.compile(r"1[3-9]\d{9}")


@dataclass(frozen=True)
class Contact:
    """An address as it is compared: a lower-case e-mail address, or a mainland mobile number of eleven digits."""

    kind: ContactKind
    address: str


def read(*, kind: str, address: str) -> Contact:
    """A typed address, made comparable. Raises FieldsRefused."""
    if kind == ContactKind.PHONE:
        digits = re.sub(r"[\s\-()（）]", "", address).removeprefix("+86").removeprefix("0086")
        if not (digits.isascii() and _MOBILE.fullmatch(digits)):
            raise FieldsRefused({"contact": "请写 11 位手机号。"})
        return Contact(ContactKind.PHONE, digits)
    if kind == ContactKind.EMAIL:
        address = address.strip().lower()
        try:
            if len(address) > 254:
                raise ValidationError("too long")
            validate_email(address)
        except ValidationError:
            raise FieldsRefused({"contact": "邮箱的写法不对，例如 name@example.cn。"}) from None
        return Contact(ContactKind.EMAIL, address)
    raise FieldsRefused({"contact_kind": "请选邮箱或手机。"})


def holder_of(*, festival: FestivalPage, contact: Contact) -> str:
    """Who an applicant is, to one edition: a keyed hash, from which the address cannot be read and by which nobody is
    followed from one edition to the next."""
    text = f"{festival.pk}:{contact.kind}:{contact.address}"
    return salted_hmac("festival.holder", text, algorithm="sha256").hexdigest()


def everywhere(contact: Contact) -> str:
    """Whose codes are counted: an address over all editions, or somebody could be sent as many from each."""
    return f"{contact.kind}:{contact.address}"


@transaction.atomic
def send_code(*, festival: FestivalPage, contact: Contact, now: dt.datetime | None = None) -> None:
    """Send a fresh code to an address. The answer to the person is the same whatever the address. Raises FieldsRefused
    for a phone where the district reaches none."""
    now = now or timezone.now()
    if contact.kind not in notices.kinds_for(district_of(festival)):
        raise FieldsRefused({"contact_kind": "这个区县暂时只能用邮箱。"})
    holder = holder_of(festival=festival, contact=contact)
    code = f"{secrets.randbelow(10**6):06}"
    ContactCode.objects.create(
        festival=festival,
        holder=holder,
        digest=_digest(holder, code),
        created_at=now,
        expires_at=now + CODE_LASTS,
    )
    notices.send_code(festival=festival, contact_kind=contact.kind, address=contact.address, code=code)


def prove(*, festival: FestivalPage, contact: Contact, code: str, now: dt.datetime | None = None) -> str:
    """The proof for an address whose code is right. Raises ContactRefused, in the same words for a wrong code, one that is
    used up or too old, and an address to which none was sent.

    The count of attempts must outlive the refusal: called outside of a transaction that a refusal rolls back.
    """
    now = now or timezone.now()
    holder = holder_of(festival=festival, contact=contact)
    newest = ContactCode.objects.filter(holder=holder, used_at=None, expires_at__gt=now).order_by(
        "-created_at", "-pk"
    )
    row = newest.first()
    # Counted before it is compared, in one statement: many guesses at once are as many attempts.
    counted = row and ContactCode.objects.filter(pk=row.pk, attempts__lt=MOST_ATTEMPTS, used_at=None).update(
        attempts=F("attempts") + 1
    )
    given = _digest(holder, code.strip())
    right = constant_time_compare(given, row.digest if row else "0" * 64)
    if not (
        row and counted and right and ContactCode.objects.filter(pk=row.pk, used_at=None).update(used_at=now)
    ):
        raise ContactRefused("验证码不对，或者已经过期。可以再要一个。")
    return signing.dumps([festival.pk, str(contact.kind), contact.address, now.timestamp()], salt=_SALT)


def read_proof(proof: str, *, festival: FestivalPage, now: dt.datetime | None = None) -> Contact:
    """The address that a proof is for. Raises ContactRefused for one that is forged, too old, or of another edition."""
    now = now or timezone.now()
    try:
        edition, kind, address, at = signing.loads(proof, salt=_SALT)
        age = now.timestamp() - at
        fresh = -CLOCKS_AGREE.total_seconds() <= age <= PROOF_LASTS.total_seconds()
    except (signing.BadSignature, ValueError, TypeError):
        fresh = False
    if not fresh or edition != festival.pk:
        raise ContactRefused("联系方式的验证已经过期，请再验证一次。")
    return Contact(ContactKind(kind), address)


def _digest(holder: str, code: str) -> str:
    return salted_hmac("festival.contact-code", f"{holder}:{code}", algorithm="sha256").hexdigest()


def prune(*, now: dt.datetime | None = None) -> int:
    """Delete the codes that are good no more; returns how many rows."""
    deleted, _ = ContactCode.objects.filter(expires_at__lte=now or timezone.now()).delete()
    return deleted


def know_again(festival: FestivalPage) -> None:
    """Make the hashes of an edition's applicants anew, where their addresses are still known: after the edition came to
    an installation with another key."""
    for kind, address, old in (
        Application.objects.filter(festival=festival)
        .exclude(contact="")
        .values_list("contact_kind", "contact", "holder")
        .distinct()
    ):
        new = holder_of(festival=festival, contact=Contact(ContactKind(kind), address))
        BoothSlot.objects.filter(booth__festival=festival, holder=old).update(holder=new)
        SlotEvent.objects.filter(festival=festival, holder=old).update(holder=new)
        Application.objects.filter(festival=festival, holder=old).update(holder=new)


def rename(application: Application) -> str:
    """Give an application's booths a random name in place of the hash of the applicant's address; returns it."""
    new = secrets.token_hex(32)
    BoothSlot.objects.filter(application=application).update(holder=new)
    SlotEvent.objects.filter(
        Q(application=application)
        | Q(application=None, slot__booth__festival=application.festival_id, holder=application.holder)
    ).update(holder=new)
    return new
