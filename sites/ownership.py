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


def _any_of(conditions: Iterable[Q]) -> Q:
    # An empty set of districts must match nothing, and an empty Q would match all.
    return functools.reduce(operator.or_, conditions, Q(pk__in=[]))


def _chosen(districts: Iterable[District]) -> QuerySet[District]:
    from sites.models import District

    if isinstance(districts, QuerySet):
        return District.objects.filter(pk__in=districts)
    return District.objects.filter(pk__in=[district.pk for district in districts])


def _follow(row: Any, lookup: str) -> Any:
    for step in filter(None, lookup.split("__")):
        row = getattr(row, step, None)
    return row


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
        path = f"{self.lookup}__path" if self.lookup else "path"
        roots = _chosen(districts).values_list("site__root_page__path", flat=True)
        return _any_of(Q(**{f"{path}__startswith": root}) for root in roots)

    def district_of(self, row: Model) -> District | None:
        """The district of a row, or None when it stands below no home page."""
        return _district_above(_follow(row, self.lookup), "site__root_page__path")


@dataclass(frozen=True)
class InCollection:
    """The row is a file: its district is the one that owns its collection, or a collection above that."""

    lookup: str = "collection"

    def within(self, districts: Iterable[District]) -> Q:
        """The condition that a row belongs to one of the districts. One query for their collections."""
        roots = _chosen(districts).values_list("collection__path", flat=True)
        return _any_of(Q(**{f"{self.lookup}__path__startswith": root}) for root in roots)

    def district_of(self, row: Model) -> District | None:
        """The district of a row, or None when its collection is nobody's."""
        return _district_above(_follow(row, self.lookup), "collection__path")


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
