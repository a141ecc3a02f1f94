"""To which district a row belongs. Each model of ours says it beside its fields, as its
`ownership` (`owner` is the author in Wagtail's pages).

What a person sees, may refer to, takes along in an export or leaves behind on a deletion all follows from this one
statement; a model without it fails the system check in `sites.checks`.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Model, Q, QuerySet

if TYPE_CHECKING:
    from sites.models import District


NOTHING = Q(pk__in=[])


def any_of(conditions: Iterable[Q]) -> Q:
    """The conditions joined by "or"; without any, one that matches nothing (an empty Q would match all)."""
    return functools.reduce(operator.or_, conditions, NOTHING)


def _follow(row: Any, lookup: str) -> Any:
    for step in filter(None, lookup.split("__")):
        row = getattr(row, step, None)
    return row


# What leads from a district to the root of its pages, and of its files.
_HOME, _COLLECTION = "site__root_page__path", "collection__path"


def _below_roots(path: str, districts: Iterable[District], root: str) -> Q:
    """The condition that the tree node at `path` is, or is below, the `root` of one of the districts. One query."""
    from sites.models import District

    keys = districts if isinstance(districts, QuerySet) else [district.pk for district in districts]
    roots = District.objects.filter(pk__in=keys).values_list(root, flat=True)
    return any_of(Q(**{f"{path}__startswith": each}) for each in roots)


def _district_above(node: Any, root: str) -> District | None:
    """The district whose root, at the path that `root` leads to, is the tree node or above it. One query."""
    from sites.models import District

    if node is None or not node.path:
        return None
    paths = [node.path[:end] for end in range(node.steplen, len(node.path) + 1, node.steplen)]
    return District.objects.select_related("site").filter(**{f"{root}__in": paths}).first()


@dataclass(frozen=True)
class ByDistrict:
    """The row leads to its district by a foreign key. `lookup` is the way there; "" is the district itself."""

    lookup: str = "district"

    def within(self, districts: Iterable[District]) -> Q:
        """The condition that a row belongs to one of the districts (a queryset of them stays a subquery)."""
        keys = districts if isinstance(districts, QuerySet) else [district.pk for district in districts]
        return Q(**{f"{self.lookup or 'pk'}__in": keys})

    def district_of(self, row: Model) -> District | None:
        """The district of a row, or None when it leads to none."""
        found: District | None = _follow(row, self.lookup)
        return found


@dataclass(frozen=True)
class UnderHome:
    """The row is a page, or belongs to one: its district is the one below whose home page that page stands.

    `lookup` leads to the page; "" is the row itself.
    """

    lookup: str = ""

    def within(self, districts: Iterable[District]) -> Q:
        """The condition that a row belongs to one of the districts. One query for their home pages."""
        return _below_roots(f"{self.lookup}__path" if self.lookup else "path", districts, _HOME)

    def district_of(self, row: Model) -> District | None:
        """The district of a row, or None when it stands below no home page."""
        return _district_above(_follow(row, self.lookup), _HOME)


@dataclass(frozen=True)
class InCollection:
    """The row is a file: its district is the one that owns its collection, or a collection above that."""

    lookup: str = "collection"

    def within(self, districts: Iterable[District]) -> Q:
        """The condition that a row belongs to one of the districts. One query for their collections."""
        return _below_roots(f"{self.lookup}__path", districts, _COLLECTION)

    def district_of(self, row: Model) -> District | None:
        """The district of a row, or None when its collection is nobody's."""
        return _district_above(_follow(row, self.lookup), _COLLECTION)


@dataclass(frozen=True)
class OfTheCity:
    """One for the whole city: every district chooses from it, only the city's staff keep it."""


@dataclass(frozen=True)
class OfNobody:
    """No district's: technical rows, and people, who may serve several districts."""


OwnedByDistrict = ByDistrict | UnderHome | InCollection
Ownership = OwnedByDistrict | OfTheCity | OfNobody


def ownership_of(model: type[Model]) -> Ownership | None:
    """What a model says of its owner; None when it says nothing (the models of Wagtail and Django)."""
    found = getattr(model, "ownership", None)
    return found if isinstance(found, Ownership) else None
