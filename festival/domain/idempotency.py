"""Requests that may be sent again: the answer to the first one is the answer to all with the same Idempotency-Key.

The record is written in the transaction of what the request did, so there is either both or neither. An answer may hold
the secret of a private link, so it is sealed with a key that is made from the Idempotency-Key, which is not stored.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import secrets
from collections.abc import Callable
from typing import Any

import orjson
from cryptography.fernet import Fernet
from django.db import IntegrityError, transaction
from django.utils import timezone

from festival.exceptions import KeyReused
from festival.models import FestivalPage, IdempotencyRecord
from sites.domain.bearer import digest_of

KEPT = dt.timedelta(days=7)
SHORTEST_KEY, LONGEST_KEY = 16, 80

Answer = tuple[int, Any]  # a status, and a body that is JSON


def new_key() -> str:
    """A key for a form that sends one along."""
    return secrets.token_urlsafe(24)


def known(*, scope: str, key: str, body: bytes) -> Answer | None:
    """The answer that was given to this request before, if any: (status, body). Raises KeyReused. One query."""
    found = _find(scope, digest_of(f"{scope}\n{key}"))
    if found is None:
        return None
    status, answer, _ = _answer(found, key, hashlib.sha256(body).hexdigest())
    return status, answer


def once(
    *, festival: FestivalPage, scope: str, key: str, body: bytes, do: Callable[[], Answer]
) -> tuple[int, Any, bool]:
    """Do something once for each key of a scope: (status, body, whether it was done before).

    `do` runs in a transaction; what it raises is passed on and nothing is stored, so that the same key may be tried
    again. Raises KeyReused when the key came with another body.
    """
    digest, body_hash = digest_of(f"{scope}\n{key}"), hashlib.sha256(body).hexdigest()
    if (former := _find(scope, digest)) is not None:
        return _answer(former, key, body_hash)
    try:
        with transaction.atomic():
            status, answer = do()
            IdempotencyRecord.objects.create(
                festival=festival,
                scope=scope,
                digest=digest,
                body_hash=body_hash,
                status=status,
                sealed=_box(key).encrypt(orjson.dumps(answer)).decode(),
                created_at=timezone.now(),
            )
    except IntegrityError:
        # The same request ran at the same time and was first: what was done here is undone.
        former = _find(scope, digest)
        if former is None:
            raise
        return _answer(former, key, body_hash)
    except Exception:
        # Refused because the same request, running at the same time, was first to take what both wanted.
        if (former := _find(scope, digest)) is not None:
            return _answer(former, key, body_hash)
        raise
    return status, answer, False


def _find(scope: str, digest: str) -> IdempotencyRecord | None:
    return IdempotencyRecord.objects.filter(scope=scope, digest=digest).first()


def _answer(former: IdempotencyRecord, key: str, body_hash: str) -> tuple[int, Any, bool]:
    if former.body_hash != body_hash:
        raise KeyReused("这个 Idempotency-Key 用过了，当时的内容不一样。")
    return former.status, orjson.loads(_box(key).decrypt(former.sealed.encode())), True


def _box(key: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(b"linli.idempotency\n" + key.encode()).digest()))


def prune(*, now: dt.datetime | None = None) -> int:
    """Delete records older than a week; returns how many rows."""
    deleted, _ = IdempotencyRecord.objects.filter(created_at__lt=(now or timezone.now()) - KEPT).delete()
    return deleted
