"""The gate before the admin: every address below /admin/ is known here with how it is kept, or it answers 404.

Wagtail's views were made for one team. Hiding a menu entry closes none of them, and new ones come with each release. So
whatever is not listed is denied, and so is an address that carries an argument its entry does not look at. Each room
lists its own addresses beside them; those of Wagtail stand in `cms.admin_routes`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

# Looks at a request's arguments; raises Http404 for what the person must not know of.
Check = Callable[[HttpRequest, Mapping[str, Any]], None]


@dataclass(frozen=True)
class Kept:
    """How one address is kept: in words for the report, by which check, and which URL arguments that check covers."""

    how: str
    check: Check
    arguments: frozenset[str] = frozenset()


_kept: dict[str, Kept] = {}


def keep(how: Kept, *names: str) -> None:
    """List addresses by their name with namespace ("wagtailadmin_pages:edit"). A name is listed once; raises
    ValueError otherwise."""
    for name in names:
        if name in _kept:
            raise ValueError(f"{name} is listed twice")
        _kept[name] = how


def listed() -> Mapping[str, Kept]:
    """Every listed address."""
    return _kept


def scoped(*arguments: str) -> Kept:
    """The view itself shows and changes only what is the person's (a `DistrictViewSet`, a view of ours)."""
    return Kept("view", lambda request, values: None, frozenset(arguments))
