"""Shapes that every room's items share, and the community's own item."""

from __future__ import annotations

from typing import Any

from django.db.models import Model
from rest_framework import serializers

from sites.enums import CommunityKind
from sites.models import Community, District
from sites.pages import PublicPage, district_of


class DistrictRefSerializer(serializers.Serializer[Any]):
    """A district as other items name it."""

    slug = serializers.CharField()
    name = serializers.CharField()


class CommunityRefSerializer(serializers.Serializer[Any]):
    """A community as other items name it."""

    slug = serializers.CharField()
    name = serializers.CharField()
    subdistrict = serializers.CharField()
    path = serializers.CharField()


class PointSerializer(serializers.Serializer[Any]):
    """A place on earth in degrees; GCJ-02 and WGS-84 differ by 100 to 700 m."""

    longitude = serializers.FloatField()
    latitude = serializers.FloatField()
    datum = serializers.ChoiceField(choices=["GCJ-02", "WGS-84"])


def district_ref(district: District) -> dict[str, str]:
    return {"slug": district.slug, "name": district.name}


def community_ref(community: Community | None) -> dict[str, str] | None:
    if community is None:
        return None
    return {
        "slug": community.slug,
        "name": community.name,
        "subdistrict": community.subdistrict,
        "path": f"/communities/{community.slug}/",
    }


def point(longitude: Any, latitude: Any, datum: str) -> dict[str, Any] | None:
    if longitude is None or latitude is None:
        return None
    return {"longitude": float(longitude), "latitude": float(latitude), "datum": datum}


def district_of_page(page: PublicPage) -> District:
    """The district of a page that is being made public. Raises LookupError outside every district."""
    district = district_of(page)
    if district is None:
        raise LookupError(f"page {page.pk} belongs to no district")
    return district


def made_of(serializer: serializers.Serializer[Any]) -> list[str]:
    """The names of a serializer's fields, in their order."""
    return [str(name) for name in serializer.fields]


class PayloadSerializer(serializers.Serializer[Any]):
    """Base of items: the fields declare the shape for the schema, `payload` makes it."""

    def payload(self, source: Any) -> dict[str, Any]:
        """The item of a source, with every declared field."""
        raise TypeError(f"{type(self).__name__} makes no payload")

    def to_representation(self, instance: Model) -> dict[str, Any]:
        made = self.payload(instance)
        if made.keys() != self.fields.keys():
            odd = sorted(made.keys() ^ self.fields.keys())
            raise TypeError(f"{type(self).__name__} declares other fields than it makes: {', '.join(odd)}")
        return {name: made[name] for name in made_of(self)}


class CommunitySerializer(PayloadSerializer):
    type = serializers.CharField()
    district = DistrictRefSerializer()
    slug = serializers.CharField()
    path = serializers.CharField()
    title = serializers.CharField()
    name = serializers.CharField()
    subdistrict = serializers.CharField()
    kind = serializers.ChoiceField(choices=CommunityKind.choices)
    code = serializers.CharField(allow_blank=True)

    def payload(self, source: Community) -> dict[str, Any]:
        return {
            "type": "community",
            "district": district_ref(source.district),
            "slug": source.slug,
            "path": f"/communities/{source.slug}/",
            "title": source.name,
            "name": source.name,
            "subdistrict": source.subdistrict,
            "kind": source.kind,
            "code": source.code,
        }
