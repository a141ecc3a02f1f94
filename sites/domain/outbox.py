"""The outbox: what must happen after a commit, kept as a row of that commit until it has happened.

`post` writes the row in the caller's transaction: no commit, no message. Workers claim what is due, deliver it and say
how it went. A claim is one compare-and-set UPDATE that also sets the moment from which somebody else may try, so that a
worker which dies in between only delays a message. Whoever dies between sending and saying so sends again: delivery is
at least once, and each channel gives the message a mark by which a repetition is known.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import F
from django.utils import timezone

from sites.enums import Channel, Delivery
from sites.exceptions import DeliveryLater, DeliveryRefused
from sites.models import District, OutboxMessage

logger = logging.getLogger(__name__)

# A worker that has not said how it went after this time is taken for dead. Longer than any channel may take.
LEASE = dt.timedelta(minutes=5)
# Waits after the first, second, … failure; the last one repeats. Twelve attempts take most of a day.
PAUSES = [dt.timedelta(minutes=m) for m in (0.5, 1, 2, 5, 10, 20, 40, 60, 120, 240, 480)]
MOST_ATTEMPTS = 12
# What somebody sits and waits for goes before whatever has waited less long than this.
AHEAD = dt.timedelta(days=1)

# Delivers one message. Raises DeliveryRefused for what is of no use to try again; any other exception is tried again.
Deliver = Callable[[OutboxMessage], None]
_channels: dict[str, Deliver] = {}


def register(channel: Channel, deliver: Deliver) -> None:
    """Say how the messages of a channel go out."""
    _channels[channel] = deliver


@dataclass(frozen=True)
class Post:
    """A message to put into the outbox. `payload` must be JSON. `is_urgent` is what is of use for minutes only: it does
    not wait behind ten thousand others."""

    channel: Channel
    recipient: str
    payload: dict[str, Any]
    key: str
    district: District | None = None
    is_urgent: bool = False


def post(
    *,
    channel: Channel,
    recipient: str,
    payload: dict[str, Any],
    key: str,
    district: District | None = None,
) -> OutboxMessage:
    """Put a message into the outbox, in the transaction of what it tells of. Posted again under its key, it stays the
    one that is there. `payload` must be JSON."""
    post_all([Post(channel, recipient, payload, key, district)])
    return OutboxMessage.objects.get(key=key)


def post_all(posts: Iterable[Post]) -> None:
    """Put many messages into the outbox, as `post` does each. One query for every few hundred."""
    now = timezone.now()
    # Not get_or_create: two transactions may post the same key at once.
    OutboxMessage.objects.bulk_create(
        [
            OutboxMessage(
                channel=one.channel,
                recipient=one.recipient,
                payload=one.payload,
                key=one.key,
                district=one.district,
                next_attempt_at=now - AHEAD if one.is_urgent else now,
            )
            for one in posts
        ],
        ignore_conflicts=True,
        batch_size=500,
    )


def due(*, limit: int, channel: Channel | None = None) -> list[OutboxMessage]:
    """What waits and may be tried now, the longest waiting first. One query."""
    waiting = OutboxMessage.objects.filter(state=Delivery.WAITING, next_attempt_at__lte=timezone.now())
    if channel is not None:
        waiting = waiting.filter(channel=channel)
    return list(waiting.select_related("district").order_by("next_attempt_at", "pk")[:limit])


def claim(message: OutboxMessage) -> bool:
    """Take a message for `LEASE`. False when somebody else was faster, or it has gone out meanwhile. One query."""
    taken = OutboxMessage.objects.filter(
        pk=message.pk, state=Delivery.WAITING, attempts=message.attempts, next_attempt_at__lte=timezone.now()
    ).update(attempts=F("attempts") + 1, next_attempt_at=timezone.now() + LEASE)
    if taken:
        message.attempts += 1
    return bool(taken)


def deliver(message: OutboxMessage) -> bool:
    """Send a claimed message and write down how it went. Says whether it was sent."""
    try:
        _channels[message.channel](message)
    except DeliveryRefused as refusal:
        _finish(message, Delivery.DEAD, error=str(refusal))
    except Exception as error:  # noqa: BLE001 - whatever a mail server may do: one message must not hold up the others
        text = f"{type(error).__name__}: {error}"[:2000]
        if message.attempts >= MOST_ATTEMPTS:
            _finish(message, Delivery.DEAD, error=text)
        else:
            pause = PAUSES[min(message.attempts, len(PAUSES)) - 1]
            if isinstance(error, DeliveryLater):
                pause = max(pause, error.pause)
            _held(message).update(next_attempt_at=timezone.now() + pause, last_error=text)
            logger.warning("%s: attempt %s failed: %s", message, message.attempts, text)
    else:
        _finish(message, Delivery.SENT)
        return True
    return False


def deliver_due(*, limit: int = 20, channel: Channel | None = None) -> int:
    """Claim and deliver what is due (of one channel, or of all); returns how many were sent. Called outside of
    transactions: a claim must be visible to the others before anything is sent."""
    return sum(deliver(message) for message in due(limit=limit, channel=channel) if claim(message))


def prune(*, older_than: dt.timedelta) -> int:
    """Delete what was sent, or given up, longer ago than that; returns how many rows."""
    deleted, _ = OutboxMessage.objects.filter(finished_at__lt=timezone.now() - older_than).delete()
    return deleted


def _held(message: OutboxMessage) -> Any:
    """The row as its claimant holds it; empty when the lease ran out and another claimed it."""
    return OutboxMessage.objects.filter(pk=message.pk, state=Delivery.WAITING, attempts=message.attempts)


def _finish(message: OutboxMessage, state: Delivery, *, error: str = "") -> None:
    changes: dict[str, Any] = {"state": state, "finished_at": timezone.now(), "last_error": error}
    if state == Delivery.SENT:
        changes["payload"] = {}
    else:
        logger.error("%s is given up: %s", message, error)
    _held(message).update(**changes)
