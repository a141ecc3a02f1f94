"""What the festival refuses, in words for the person who asked.

`code` is the stable name of a refusal: the last part of its problem type in the API.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from sites.exceptions import LinliError


class BookingRefused(LinliError):
    """Base of the refusals of booking."""

    code: ClassVar[str] = "booking-refused"


class NotOpen(BookingRefused):
    """Applications are not taken now: too early, too late, or not at all for this edition."""

    code = "not-open"


class FieldsRefused(BookingRefused):
    """What was typed lacks something or cannot be right. `problems` maps the field's name to what is wrong."""

    code = "invalid-fields"

    def __init__(self, problems: Mapping[str, str]) -> None:
        self.problems = dict(problems)
        super().__init__("；".join(self.problems.values()))


class SlotTaken(BookingRefused):
    """A booth is held or taken by somebody else, or not open. `numbers` names the booths; nothing was claimed."""

    code = "booth-taken"

    def __init__(self, numbers: list[str]) -> None:
        self.numbers = numbers
        super().__init__(f"摊位 {'、'.join(numbers)} 刚刚被别人选走了，请换一个。")


class LimitReached(BookingRefused):
    """More booths than one applicant may have in this edition."""

    code = "limit-reached"


class TooManyOpen(LimitReached):
    """More applications at once than one contact may have."""


class ZoneFull(BookingRefused):
    """As many booths of the zone are confirmed as it has room for."""

    code = "zone-full"


class HoldExpired(BookingRefused):
    """A hold, or an offer, ran out before it was confirmed."""

    code = "hold-expired"


class StateChanged(BookingRefused):
    """Somebody else changed the application meanwhile, or its state does not allow what was asked."""

    code = "state-changed"


class ContactRefused(BookingRefused):
    """A code that proves no contact: wrong, too old, used up, or for another address."""

    code = "wrong-code"


class KeyReused(BookingRefused):
    """An Idempotency-Key was sent before with other content."""

    code = "idempotency-key-reused"


class FileRefused(BookingRefused):
    """An uploaded file that is not kept: its kind, its size, or what it holds."""

    code = "file-refused"


class DrawRefused(BookingRefused):
    """A draw that cannot be published, held or changed."""

    code = "draw-refused"


class CheckInRefused(BookingRefused):
    """What cannot be done on the day: a device that nobody may open, somebody who cannot be marked as not come."""

    code = "check-in-refused"


class SentByMachine(BookingRefused):
    """A form that no person can have filled in."""

    code = "sent-by-machine"


class NoticeRefused(BookingRefused):
    """A notice that cannot be sent again."""

    code = "notice-refused"
