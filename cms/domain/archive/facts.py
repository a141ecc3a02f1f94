"""What an archive says of its district before any row."""

from __future__ import annotations

from typing import Any

from wagtail.models import Collection

from sites.models import District, RoleGroup


def facts(district: District, city: District | None) -> dict[str, Any]:
    """The district and its city with their sites, the district's collections and role groups, and the slugs of all
    districts by key."""
    collections = Collection.objects.descendant_of(district.collection, inclusive=True).order_by("path")
    return {
        "district": _facts_of(district),
        "city": _facts_of(city) if city else None,
        "districts": dict(District.objects.values_list("pk", "slug")),
        "groups": dict(RoleGroup.objects.filter(district=district).values_list("group_id", "role")),
        "collections": [
            {"id": one.pk, "parent": one.get_parent().pk, "name": one.name} for one in collections
        ],
    }


def _facts_of(district: District) -> dict[str, Any]:
    site = district.site
    return {
        "id": district.pk,
        **{name: getattr(district, name) for name in ("slug", "name", "code", "is_city", "order")},
        **{name: getattr(district, name) for name in ("accent", "accent_dark")},
        "collection": district.collection_id,
        "collection_name": district.collection.name,
        **{name: getattr(site, name) for name in ("hostname", "port", "site_name")},
    }
