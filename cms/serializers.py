"""Districts, stories, craftsmen and places as the public gets them (docs/payloads.md).

They run at publish time, never on a read, and describe the schema.
"""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from rest_framework import serializers

from cms.blocks import body_payload, plain_text
from cms.domain import notices
from cms.enums import AccessFeature, CraftCategory, PlaceKind, StoryKind, Theme
from cms.models import CraftsmanPage, HomePage, PlacePage, StoryPage
from cms.notice_serializers import NoticeSerializer, notice_payload
from media.payloads import PictureSerializer, picture_payload
from sites import rich_text
from sites.models import District
from sites.serializers import (
    CommunityRefSerializer,
    DistrictRefSerializer,
    PayloadSerializer,
    PointSerializer,
    community_ref,
    district_of_page,
    district_ref,
    point,
)

SUMMARY_CHARACTERS = 90


class BlockSerializer(serializers.Serializer[Any]):
    """A block of a body; what `value` holds depends on `type` (docs/payloads.md)."""

    id = serializers.CharField()
    type = serializers.CharField()
    value = serializers.DictField()


class CityRefSerializer(DistrictRefSerializer):
    """The city, and where its portal is."""

    url = serializers.URLField()


class ContactSerializer(serializers.Serializer[Any]):
    organisation = serializers.CharField(allow_blank=True)
    phone = serializers.CharField(allow_blank=True)
    email = serializers.CharField(allow_blank=True)
    address = serializers.CharField(allow_blank=True)


class DistrictSerializer(PayloadSerializer):
    """A tenant with its home page. `accent` keeps 4.5:1 on paper, `accent_dark` on the night colour."""

    type = serializers.CharField()
    slug = serializers.CharField()
    path = serializers.CharField()
    title = serializers.CharField()
    name = serializers.CharField()
    code = serializers.CharField(allow_blank=True)
    is_city = serializers.BooleanField()
    city = CityRefSerializer(allow_null=True)
    url = serializers.URLField()
    hostnames = serializers.ListField(child=serializers.CharField())
    accent = serializers.CharField()
    accent_dark = serializers.CharField()
    site_name = serializers.CharField()
    tagline = serializers.CharField(allow_blank=True)
    intro = serializers.CharField(allow_blank=True)
    cover = PictureSerializer(allow_null=True)
    about = BlockSerializer(many=True)
    contact = ContactSerializer()
    notices = NoticeSerializer(many=True)
    updated_at = serializers.DateTimeField()

    def payload(self, source: HomePage) -> dict[str, Any]:
        district = district_of_page(source)
        city = District.objects.select_related("site").filter(is_city=True).first()
        return {
            "type": "district",
            "slug": district.slug,
            "path": "/",
            "title": district.name,
            "name": district.name,
            "code": district.code,
            "is_city": district.is_city,
            "city": {**district_ref(city), "url": city.site.root_url} if city else None,
            "url": district.site.root_url,
            "hostnames": [district.site.hostname],
            "accent": district.accent,
            "accent_dark": district.accent_dark,
            "site_name": source.site_name,
            "tagline": source.tagline,
            "intro": rich_text.public_html(source.intro, district=district),
            "cover": picture_payload(source.cover) if source.cover else None,
            "about": body_payload(source.about, district=district),
            "contact": {
                name: getattr(source, name) for name in ("organisation", "phone", "email", "address")
            },
            "notices": [
                notice_payload(notice, district=district)
                for notice in notices.shown_on(source, at=timezone.now())
            ],
            "updated_at": source.last_public_at,
        }


class CraftsmanRefSerializer(serializers.Serializer[Any]):
    """A craftsman as a story names them."""

    slug = serializers.CharField()
    name = serializers.CharField()
    path = serializers.CharField()
    crafts = serializers.ListField(child=serializers.CharField())
    summary = serializers.CharField(allow_blank=True)


class OriginSerializer(serializers.Serializer[Any]):
    """From whom a story was taken over, and where it stands there."""

    name = serializers.CharField()
    url = serializers.URLField()


class StorySerializer(PayloadSerializer):
    type = serializers.CharField()
    district = DistrictRefSerializer()
    slug = serializers.CharField()
    path = serializers.CharField()
    title = serializers.CharField()
    summary = serializers.CharField(allow_blank=True)
    kind = serializers.ChoiceField(choices=StoryKind.choices)
    kind_label = serializers.CharField()
    theme = serializers.ChoiceField(choices=Theme.choices, allow_blank=True)
    theme_label = serializers.CharField(allow_blank=True)
    community = CommunityRefSerializer(allow_null=True)
    byline = serializers.CharField(allow_blank=True)
    source = serializers.CharField(allow_blank=True)  # type: ignore[assignment]  # DRF has an attribute of this name
    reprint_note = serializers.CharField(allow_blank=True)
    origin = OriginSerializer(allow_null=True)
    tags = serializers.ListField(child=serializers.CharField())
    cover = PictureSerializer(allow_null=True)
    craftsmen = CraftsmanRefSerializer(many=True)
    body = BlockSerializer(many=True)
    featured = serializers.BooleanField()
    published_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()

    def payload(self, source: StoryPage) -> dict[str, Any]:
        return story_payload(source, district=district_of_page(source))


def story_payload(source: StoryPage, *, district: District) -> dict[str, Any]:
    """A story's item, as if it stood in `district`."""
    slug = source.slug or "draft"
    told_of = [row.craftsman for row in source.craftsmen.all() if row.craftsman_id and row.craftsman.live]
    return {
        "type": "story",
        "district": district_ref(district),
        "slug": slug,
        "path": f"/stories/{slug}/",
        "title": source.title,
        "summary": source.summary or plain_text(source.body, most=SUMMARY_CHARACTERS),
        "kind": source.kind,
        "kind_label": StoryKind(source.kind).label,
        "theme": source.theme,
        "theme_label": Theme(source.theme).label if source.theme else "",
        "community": community_ref(source.community),
        "byline": source.byline,
        "source": source.source,
        "reprint_note": source.reprint_note,
        "origin": {"name": source.origin_name, "url": source.origin_url} if source.origin_name else None,
        "tags": source.tag_list,
        "cover": picture_payload(source.cover) if source.cover else None,
        "craftsmen": [
            {
                "slug": craftsman.slug,
                "name": craftsman.title,
                "path": f"/craftsmen/{craftsman.slug}/",
                "crafts": [row.craft.name for row in craftsman.crafts.all()],
                "summary": craftsman.summary,
            }
            for craftsman in told_of
        ],
        "body": body_payload(source.body, district=district),
        "featured": source.featured,
        "published_at": source.first_public_at,
        "updated_at": source.last_public_at,
    }


class CraftSerializer(serializers.Serializer[Any]):
    slug = serializers.CharField()
    name = serializers.CharField()
    category = serializers.ChoiceField(choices=CraftCategory.choices)
    category_label = serializers.CharField()


class CaptionedSerializer(serializers.Serializer[Any]):
    image = PictureSerializer()
    caption = serializers.CharField(allow_blank=True)


class PersonalContactSerializer(serializers.Serializer[Any]):
    phone = serializers.CharField(allow_blank=True)
    wechat = serializers.CharField(allow_blank=True)
    address = serializers.CharField(allow_blank=True)


class WorkshopSerializer(serializers.Serializer[Any]):
    open = serializers.BooleanField()
    note = serializers.CharField(allow_blank=True)


class CraftsmanSerializer(PayloadSerializer):
    """A craftsman; `contact` is null unless they have consented and not withdrawn."""

    type = serializers.CharField()
    district = DistrictRefSerializer()
    slug = serializers.CharField()
    path = serializers.CharField()
    title = serializers.CharField()
    summary = serializers.CharField(allow_blank=True)
    crafts = CraftSerializer(many=True)
    community = CommunityRefSerializer(allow_null=True)
    portrait = PictureSerializer(allow_null=True)
    works = CaptionedSerializer(many=True)
    body = BlockSerializer(many=True)
    contact = PersonalContactSerializer(allow_null=True)
    workshop = WorkshopSerializer()
    is_sample = serializers.BooleanField()
    published_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()

    def payload(self, source: CraftsmanPage) -> dict[str, Any]:
        district = district_of_page(source)
        slug = source.slug or "draft"
        contact = {"phone": source.phone, "wechat": source.wechat, "address": source.address}
        return {
            "type": "craftsman",
            "district": district_ref(district),
            "slug": slug,
            "path": f"/craftsmen/{slug}/",
            "title": source.title,
            "summary": source.summary or plain_text(source.body, most=SUMMARY_CHARACTERS),
            "crafts": [
                {
                    "slug": row.craft.slug,
                    "name": row.craft.name,
                    "category": row.craft.category,
                    "category_label": CraftCategory(row.craft.category).label,
                }
                for row in source.crafts.all()
                if row.craft_id
            ],
            "community": community_ref(source.community),
            "portrait": picture_payload(source.portrait) if source.portrait else None,
            "works": [
                {"image": picture_payload(work.image), "caption": work.caption}
                for work in source.works.all()
                if work.image_id
            ],
            "body": body_payload(source.body, district=district),
            "contact": contact if source.contact_is_public() and any(contact.values()) else None,
            "workshop": {"open": source.workshop_open, "note": source.workshop_note},
            "is_sample": source.is_sample,
            "published_at": source.first_public_at,
            "updated_at": source.last_public_at,
        }


class HoursSerializer(serializers.Serializer[Any]):
    days = serializers.CharField()
    opens = serializers.CharField(allow_blank=True)
    closes = serializers.CharField(allow_blank=True)
    note = serializers.CharField(allow_blank=True)


class FeatureSerializer(serializers.Serializer[Any]):
    slug = serializers.ChoiceField(choices=AccessFeature.choices)
    name = serializers.CharField()


class AccessibilitySerializer(serializers.Serializer[Any]):
    features = FeatureSerializer(many=True)
    note = serializers.CharField(allow_blank=True)


class PlaceSerializer(PayloadSerializer):
    type = serializers.CharField()
    district = DistrictRefSerializer()
    slug = serializers.CharField()
    path = serializers.CharField()
    title = serializers.CharField()
    summary = serializers.CharField(allow_blank=True)
    kind = serializers.ChoiceField(choices=PlaceKind.choices)
    kind_label = serializers.CharField()
    community = CommunityRefSerializer(allow_null=True)
    address = serializers.CharField(allow_blank=True)
    point = PointSerializer(allow_null=True)
    phone = serializers.CharField(allow_blank=True)
    hours = HoursSerializer(many=True)
    accessibility = AccessibilitySerializer()
    cover = PictureSerializer(allow_null=True)
    body = BlockSerializer(many=True)
    is_sample = serializers.BooleanField()
    published_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()

    def payload(self, source: PlacePage) -> dict[str, Any]:
        district = district_of_page(source)
        slug = source.slug or "draft"
        return {
            "type": "place",
            "district": district_ref(district),
            "slug": slug,
            "path": f"/places/{slug}/",
            "title": source.title,
            "summary": source.summary or plain_text(source.body, most=SUMMARY_CHARACTERS),
            "kind": source.kind,
            "kind_label": PlaceKind(source.kind).label,
            "community": community_ref(source.community),
            "address": source.address,
            "point": point(source.longitude, source.latitude, source.datum),
            "phone": source.phone,
            "hours": [
                {
                    "days": row.days,
                    "opens": f"{row.opens:%H:%M}" if row.opens else "",
                    "closes": f"{row.closes:%H:%M}" if row.closes else "",
                    "note": row.note,
                }
                for row in source.hours.all()
            ],
            "accessibility": {
                "features": [
                    {"slug": slug, "name": AccessFeature(slug).label}
                    for slug in AccessFeature.values
                    if slug in source.features
                ],
                "note": source.access_note,
            },
            "cover": picture_payload(source.cover) if source.cover else None,
            "body": body_payload(source.body, district=district),
            "is_sample": source.is_sample,
            "published_at": source.first_public_at,
            "updated_at": source.last_public_at,
        }
