"""Numbers as people, forms and addresses send them."""

from __future__ import annotations

LONGEST_KEY = 18  # figures of a primary key; any number of so many fits into the database's 64 bits


def whole_number(text: str, *, digits: int = LONGEST_KEY) -> int | None:
    """The number in a text of one to `digits` ASCII figures; None for anything else, so that nobody is surprised by what
    `int()` also reads ("+7", "7_0", "７") or by more than a column holds."""
    plain = text.isascii() and text.isdecimal() and len(text) <= digits
    return int(text) if plain else None
