"""How often something may be done within a stretch of time, counted in the database: it holds across processes.

Each stretch of each person is one row, and to count is one UPDATE that does it only below the limit: of many requests at
once no more pass than are allowed. What is counted must stay counted when what it was for is refused: called outside of a transaction that is rolled
back, and best outside of any, because the row stays locked until its end.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.crypto import salted_hmac

from sites.exceptions import LimitExceeded
from sites.models import LimitWindow


@dataclass(frozen=True)
class Limit:
    """`most` times within each stretch of `within`. `name` keeps the counts of different limits apart."""

    name: str
    most: int
    within: dt.timedelta


def count(limit: Limit, who: str, *, now: dt.datetime | None = None) -> None:
    """Count one more for `who`, any text that tells people apart. One query, and two more at the beginning of a stretch.
    Raises LimitExceeded; then nothing is counted, so that who goes on trying does not wait longer."""
    now = now or timezone.now()
    seconds = int(limit.within.total_seconds())
    # Each one's stretches begin at a time of their own: at the full hour nobody finds all doors open at once.
    offset = int(_digest(limit.name, who)[:8], 16) % seconds
    number, passed = divmod(int(now.timestamp()) + offset, seconds)
    row = LimitWindow.objects.filter(digest=_digest(limit.name, who, str(number)))
    if _add(row, limit.most):
        return
    new = LimitWindow(
        digest=_digest(limit.name, who, str(number)), ends_at=now + dt.timedelta(seconds=seconds - passed)
    )
    # Not get_or_create: two may begin the stretch at once.
    LimitWindow.objects.bulk_create([new], ignore_conflicts=True)
    if not _add(row, limit.most):
        raise LimitExceeded(seconds - passed)


def _add(row: QuerySet[LimitWindow], most: int) -> bool:
    return bool(row.filter(count__lt=most).update(count=F("count") + 1))


def prune(*, now: dt.datetime | None = None) -> int:
    """Delete the counts of stretches that are over; returns how many rows."""
    deleted, _ = LimitWindow.objects.filter(ends_at__lt=now or timezone.now()).delete()
    return deleted


def _digest(*parts: str) -> str:
    return salted_hmac("sites.limits", "\n".join(parts), algorithm="sha256").hexdigest()
