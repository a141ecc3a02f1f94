"""Running something in a transaction again that the database ended to break a deadlock.

Two requests may wait for each other: one publishes many pages and holds the district's feed, the other has written one of
those pages and waits for the feed. PostgreSQL ends one of them; it is run again from its beginning.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.db import OperationalError, transaction

ViewFunction = TypeVar("ViewFunction", bound=Callable[..., Any])
Result = TypeVar("Result")

# How often a request is run that PostgreSQL ended to break a deadlock.
ATTEMPTS = 3
_DEADLOCK = "40P01"  # SQLSTATE deadlock_detected


def own_transactions(view: ViewFunction) -> ViewFunction:
    """A view that the middleware runs in no transaction."""
    view.own_transactions = True  # type: ignore[attr-defined]
    return view


def repeated(do: Callable[[], Result], *, before_next: Callable[[], None] = lambda: None) -> Result:
    """Run `do` in a transaction, again from its beginning when PostgreSQL ended it to break a deadlock."""
    for _ in range(ATTEMPTS - 1):
        try:
            with transaction.atomic():
                return do()
        except OperationalError as error:
            if getattr(error.__cause__, "sqlstate", "") != _DEADLOCK:
                raise
            before_next()
    with transaction.atomic():
        return do()
