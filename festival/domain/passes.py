"""Passes: what a stallholder shows on the day, as a QR code or by its short code.

A pass says nothing about anybody. Its token is `LINLI1:` and, in base 32, the key's mark (4 bytes), the code (8 letters),
the first day (days since 2000, 2 bytes), how many days (1 byte) and the Ed25519 signature (64 bytes) of all that, prefix
included. With the public key a telephone without a network can tell a pass from a forgery; what was revoked it knows
from the roster. Capital letters and digits only, so that the QR code stays small.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import hashlib
import io
import re
import secrets
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import segno
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.db import IntegrityError, transaction
from django.db.models import Max, Min
from django.utils import timezone

from festival.enums import ApplicationState, SlotState
from festival.exceptions import StateChanged
from festival.models import Application, FestivalPage, Pass, PassKey
from sites.pages import iso

S = ApplicationState

PREFIX = "LINLI1:"
# Without I, L, O, U, 0 and 1, which are misread.
LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 8
HAVE_ONE = {S.ALLOCATED, S.CHECKED_IN}
# Who was given up may still have come in time: a scan of before may arrive.
KEEP_IT = {S.ALLOCATED, S.CHECKED_IN, S.NO_SHOW}
_EPOCH = dt.date(2000, 1, 1)
_FIELDS = struct.Struct(">4s8sHB")


@dataclass(frozen=True)
class Token:
    """What a token says, whether or not its signature is good."""

    key_mark: str
    code: str
    first_day: dt.date
    last_day: dt.date
    signed: bytes
    signature: bytes


# --- keys ---------------------------------------------------------------------------------------------------------------


def key_of(festival: FestivalPage) -> PassKey:
    """The key pair of an edition, made when it is first asked for. One query when it is there."""
    known = PassKey.objects.filter(festival=festival).first()
    if known is not None:
        return known
    private = Ed25519PrivateKey.generate()
    try:
        with transaction.atomic():
            return PassKey.objects.create(
                festival=festival,
                public_key=private.public_key().public_bytes_raw().hex(),
                private_key=private.private_bytes_raw().hex(),
            )
    except IntegrityError:  # made by somebody else at the same time
        return PassKey.objects.get(festival=festival)


def mark_of(key: PassKey) -> str:
    """By what a token names its key: the first 4 bytes of the SHA-256 of the public half, in hexadecimal."""
    return hashlib.sha256(bytes.fromhex(key.public_key)).hexdigest()[:8]


# --- issuing and revoking -----------------------------------------------------------------------------------------------


def issue(application: Application, *, now: dt.datetime | None = None) -> Pass:
    """The good pass of an application, made when there is none. Raises StateChanged when it has no booths."""
    if application.state not in HAVE_ONE:
        raise StateChanged("还没有定下摊位，所以没有通行证。")
    known = Pass.objects.filter(application=application, revoked_at=None).first()
    if known is not None:
        return known
    slots = application.slots.filter(state=SlotState.CONFIRMED)
    days = slots.aggregate(first=Min("day"), last=Max("day"))
    if days["first"] is None:
        raise StateChanged("还没有定下摊位，所以没有通行证。")
    while True:
        code = "".join(secrets.choice(LETTERS) for _ in range(CODE_LENGTH))
        try:
            with transaction.atomic():
                return Pass.objects.create(
                    application=application,
                    festival_id=application.festival_id,
                    code=code,
                    first_day=days["first"],
                    last_day=days["last"],
                    issued_at=now or timezone.now(),
                )
        except IntegrityError:
            # Issued by somebody else at the same time; or, almost never, a code that was given out before.
            known = Pass.objects.filter(application=application, revoked_at=None).first()
            if known is not None:
                return known


def issue_missing(festival: FestivalPage, *, now: dt.datetime | None = None) -> int:
    """Make the passes of an edition that nobody asked for yet; returns how many. Two queries when none is missing."""
    having = Pass.objects.filter(festival=festival, revoked_at=None).values("application")
    lacking = Application.objects.filter(festival=festival, state__in=HAVE_ONE).exclude(pk__in=having)
    return len([issue(one, now=now) for one in lacking])


def revoke(applications: Iterable[Application], *, now: dt.datetime | None = None) -> int:
    """Revoke the good passes of applications whose booths are not theirs any more; returns how many. One query."""
    good = Pass.objects.filter(application__in=[one.pk for one in applications], revoked_at=None)
    return good.update(revoked_at=now or timezone.now())


# --- tokens -------------------------------------------------------------------------------------------------------------


def token_of(one: Pass, *, key: PassKey) -> str:
    """The token of a pass, always the same one."""
    days = (one.last_day - one.first_day).days + 1
    body = _FIELDS.pack(
        bytes.fromhex(mark_of(key)), one.code.encode(), (one.first_day - _EPOCH).days, min(days, 255)
    )
    private = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(key.private_key))
    signature = private.sign(PREFIX.encode() + body)
    return PREFIX + base64.b32encode(body + signature).decode().rstrip("=")


def read_token(text: str) -> Token | None:
    """What a token says; None for what is none."""
    encoded = text.strip().upper().removeprefix(PREFIX)
    try:
        data = base64.b32decode(encoded + "=" * (-len(encoded) % 8))
        mark, code, first, days = _FIELDS.unpack(data[: _FIELDS.size])
        letters = code.decode("ascii")
    except (binascii.Error, ValueError, struct.error):
        return None
    if len(data) != _FIELDS.size + 64 or not _is_code(letters) or not days:
        return None
    first_day = _EPOCH + dt.timedelta(days=first)
    return Token(
        key_mark=mark.hex(),
        code=letters,
        first_day=first_day,
        last_day=first_day + dt.timedelta(days=days - 1),
        signed=PREFIX.encode() + data[: _FIELDS.size],
        signature=data[_FIELDS.size :],
    )


def is_signed(token: Token, *, key: PassKey) -> bool:
    """Whether a token was signed with the key."""
    if token.key_mark != mark_of(key):
        return False
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(key.public_key)).verify(
            token.signature, token.signed
        )
    except InvalidSignature:
        return False
    return True


def code_in(text: str, *, festival: FestivalPage) -> str | None:
    """The code of what was scanned or typed: of a token that is rightly signed, or of a short code, in whatever case
    and with whatever blanks. None for anything else. One query for a token."""
    if text.strip().upper().startswith(PREFIX):
        token = read_token(text)
        key = PassKey.objects.filter(festival=festival).first()
        return token.code if token and key and is_signed(token, key=key) else None
    typed = re.sub(r"[\s\-·]", "", text).upper()
    return typed if _is_code(typed) else None


def _is_code(text: str) -> bool:
    return len(text) == CODE_LENGTH and set(text) <= set(LETTERS)


# --- showing it ---------------------------------------------------------------------------------------------------------


def portray(application: Application, *, now: dt.datetime | None = None) -> dict[str, Any]:
    """The pass of an application as JSON, for the API and for pages: its code and token, and for which booths and days.
    Raises StateChanged when there is none. Makes it when it is first asked for."""
    one = issue(application, now=now)
    token = token_of(one, key=key_of(application.festival))
    slots = application.slots.filter(state=SlotState.CONFIRMED)
    numbers = slots.order_by("booth__number").values_list("booth__number", flat=True)
    return {
        "code": one.code,
        "token": token,
        "booths": list(dict.fromkeys(numbers)),
        "zone": {"slug": application.zone.slug, "name": application.zone.name},
        "first_day": one.first_day.isoformat(),
        "last_day": one.last_day.isoformat(),
        "issued_at": iso(one.issued_at),
    }


def qr_code(token: str) -> str:
    """A token as an SVG that has no size of its own, black on white in light and dark."""
    out = io.BytesIO()
    segno.make(token, error="m", micro=False).save(
        out, kind="svg", border=4, dark="#000", light="#fff", omitsize=True, xmldecl=False, nl=False
    )
    return out.getvalue().decode()
