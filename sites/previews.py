"""The editor's preview: the public site's own rendering, of a draft laid over what is public."""

from __future__ import annotations

from typing import Any

import orjson
from django.db.models import Q
from wagtail.models import Page

from frontend_static.rendering import render_page
from frontend_static.source import MemorySource, OverlaySource
from sites.domain import shelf
from sites.models import District, Publication
from sites.pages import district_of

# Enough for every list that a page shows beside its own item; a preview must not read a whole archive.
_NEWEST = 120


def render(page: Page) -> str:
    """The HTML of a page's draft as the public will see it. Raises LookupError outside every district."""
    district = district_of(page)
    if district is None:
        raise LookupError(f"page {page.pk} belongs to no district")
    return render_item(shelf.payload(page), district=district)


def render_item(item: dict[str, Any], *, district: District) -> str:
    """The HTML of an item's page as if it were public on the site of `district`."""
    base = MemorySource(district.slug, _surroundings(district))
    if item["type"] == "district":
        base.put(item)
    return render_page(OverlaySource(base, item), item["path"])


def _surroundings(district: District) -> list[dict[str, object]]:
    rows = Publication.objects.filter(deleted=False)
    if not district.is_city:
        rows = rows.filter(
            Q(district=district) | Q(district__is_city=True, type__in=["district", "festival"])
        )
    types = rows.values_list("type", flat=True).distinct()
    bodies = [
        body
        for type_ in types
        for body in rows.filter(type=type_).order_by("-seq").values_list("body", flat=True)[:_NEWEST]
    ]
    return [orjson.loads(bytes(body)) for body in bodies]
