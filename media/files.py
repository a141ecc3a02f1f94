"""Pictures and documents stay where they are used."""

from __future__ import annotations

from typing import Any

from wagtail.models import Collection, Page, ReferenceIndex

from sites.models import District
from sites.ownership import InCollection, OwnedByDistrict, UnderHome, ownership_of


def stays_usable(file: Any, collection: Collection | None) -> bool:
    """Whether a file may be put into a collection: in the city's it serves everybody, in a district's only that
    district, so nothing of another may show it."""
    if collection is None or file.pk is None or file.collection_id == collection.pk:
        return True
    target = _district_of(collection)
    if target is not None and target.is_city:
        return True
    for user, _ in ReferenceIndex.get_references_to(file).group_by_source_object():
        # A page comes as the base of all pages, which says nothing of its owner.
        ownership = UnderHome() if isinstance(user, Page) else ownership_of(type(user))
        if isinstance(ownership, OwnedByDistrict) and ownership.district_of(user) != target:
            return False
    return True


def _district_of(collection: Collection) -> District | None:
    found: District | None = InCollection("").district_of(collection)
    return found
