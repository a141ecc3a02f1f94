"""A picture as the API serves it: the shape `Image` of docs/payloads.md."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from media.domain.encoding import FORMATS, public_widths, size_at
from media.models import Picture, Variant
from media.storage import url_of

# Holds the space of a picture whose own colour is not known yet: a shade darker than the page's paper.
UNKNOWN_COLOUR = "#ece4d4"


def picture_payload(picture: Picture, *, alt: str = "") -> dict[str, Any]:
    """The payload of a picture. `alt` says what it shows in this place, instead of the picture's own words.

    Addresses begin with `/media/` wherever the files are kept. A picture whose consent was withdrawn is never
    ready. Costs no query.
    """
    variants: list[Variant] = (picture.variants or []) if picture.may_be_shown else []
    largest = max(variants, key=lambda variant: variant["width"], default=None)
    if largest is not None:
        width, height = largest["width"], largest["height"]
    else:
        source = (picture.width, picture.height)
        width, height = size_at(public_widths(picture.width)[-1], source=source)
    return {
        "alt": alt.strip() or picture.alt_text,
        "credit": picture.credit,
        "width": width,
        "height": height,
        "colour": picture.colour or UNKNOWN_COLOUR,
        "ready": bool(variants),
        "sources": {
            name: [
                {"width": variant["width"], "url": url_of(variant["key"])}
                for variant in sorted(variants, key=lambda variant: variant["width"])
                if variant["format"] == name
            ]
            for name in FORMATS
        }
        if variants
        else {},
    }


class SourceSerializer(serializers.Serializer[Any]):
    """One file of a picture."""

    width = serializers.IntegerField(help_text="宽度（像素）")
    url = serializers.CharField(help_text="以 /media/ 开头的地址，内容永不改变，可长期缓存")


class SourcesSerializer(serializers.Serializer[Any]):
    """The files of a picture by format, from narrow to wide; empty while they are being made."""

    avif = SourceSerializer(many=True, required=False)
    webp = SourceSerializer(many=True, required=False)
    jpeg = SourceSerializer(many=True, required=False)


@extend_schema_serializer(component_name="Image")
class PictureSerializer(serializers.Serializer[Any]):
    """A picture. Takes a `Picture`, or what `picture_payload` made of one."""

    alt = serializers.CharField(allow_blank=True, help_text="图片说明，给看不见图片的人")
    credit = serializers.CharField(allow_blank=True, help_text="供图")
    width = serializers.IntegerField(help_text="最大一张的宽度（像素），用来预留位置")
    height = serializers.IntegerField(help_text="最大一张的高度（像素）")
    colour = serializers.CharField(help_text="平均色，图片载入前填满预留的位置")
    ready = serializers.BooleanField(help_text="图片还在生成时为 false，此时 sources 为空")
    sources = SourcesSerializer()

    def to_representation(self, instance: Any) -> dict[str, Any]:
        return picture_payload(instance) if isinstance(instance, Picture) else instance
