"""Personal numbers in public text: published only after somebody who may publish has said that they may be public.

What was confirmed is a line of the audit trail, which holds a digest of the number and not the number.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from typing import Any

from wagtail.models import Page

from sites.domain import audit, personal_numbers
from sites.domain.personal_numbers import PersonalNumber
from sites.enums import Act
from sites.models import AuditEntry, District, User
from sites.passages import Passage, Stored, passages


def numbers_in(model: type[Page], stored: Stored) -> Iterator[tuple[Passage, PersonalNumber]]:
    """The personal numbers of a page's text with where they stand, but for those that it makes public on purpose
    (`model.public_contact(stored)`, where a model has that)."""
    own = getattr(model, "public_contact", None)
    on_purpose = {one.digits for one in personal_numbers.find(own(stored))} if own else set()
    for passage in passages(model, stored):
        for number in personal_numbers.find(passage.plain):
            if number.digits not in on_purpose:
                yield passage, number


def unconfirmed(page: Page, stored: Stored) -> list[PersonalNumber]:
    """The numbers of a page's text, each once, that nobody has confirmed. At most one query."""
    numbers = {number.digits: number for _, number in numbers_in(page.specific_class, stored)}
    if not numbers or page.pk is None:
        return list(numbers.values())
    lines = AuditEntry.objects.filter(act=Act.NUMBER_CONFIRMED, details__page=page.pk)
    known = {digest for details in lines.values_list("details", flat=True) for digest in details["numbers"]}
    return [number for digits, number in numbers.items() if _digest(digits) not in known]


def confirm(
    page: Page, *, numbers: Iterable[PersonalNumber], user: User, district: District | None
) -> AuditEntry:
    """Record that the user has confirmed that these numbers may be public on this page."""
    told: list[PersonalNumber] = list(numbers)
    details: dict[str, Any] = {"page": page.pk, "numbers": [_digest(one.digits) for one in told]}
    masked = "、".join(f"{one.digits[:3]}****{one.digits[-2:]}" for one in told)
    return audit.record(
        act=Act.NUMBER_CONFIRMED,
        actor=user,
        district=district,
        subject_name=f"{page.title}：{masked}"[:254],
        **details,
    )


def _digest(digits: str) -> str:
    return hashlib.sha256(digits.encode()).hexdigest()[:24]
