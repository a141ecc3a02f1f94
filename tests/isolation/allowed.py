"""What may be seen although it is another district's, each with its reason. Empty is best."""

from __future__ import annotations

import re

from tests.isolation.routes import Route
from tests.isolation.rows import Change

# (name of the route, pattern of the word or key, why)
ALLOWED: tuple[tuple[str, str, str], ...] = (
    (
        "send_story",
        r"7\d{6}",
        "the districts to which a story may be sent are named, and chosen by their keys",
    ),
)


def is_allowed(route: Route, word: str) -> bool:
    """Whether a word or key of another district may stand in an answer of a route."""
    return any(name == route.name and re.fullmatch(pattern, word) for name, pattern, _ in ALLOWED)


# (name of the route, pattern of the change as it is told, why)
ALLOWED_CHANGES: tuple[tuple[str, str, str], ...] = ()


def is_allowed_change(route: Route, change: Change) -> bool:
    """Whether a row may have been changed in this way."""
    return any(
        name == route.name and re.fullmatch(pattern, str(change)) for name, pattern, _ in ALLOWED_CHANGES
    )
