"""The city's notices as a district's item shows them (docs/payloads.md)."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from cms.enums import NoticeKind
from cms.models import Notice
from media.payloads import PictureSerializer, picture_payload
from sites import rich_text
from sites.models import District
from sites.pages import iso


class NoticeLinkSerializer(serializers.Serializer[Any]):
    url = serializers.URLField()
    text = serializers.CharField()


class NoticeDocumentSerializer(serializers.Serializer[Any]):
    title = serializers.CharField()
    url = serializers.CharField(help_text="以 /media/ 开头的地址，内容永不改变")
    bytes = serializers.IntegerField()


class NoticeSerializer(serializers.Serializer[Any]):
    """A notice of the city that a home page shows now."""

    id = serializers.IntegerField()
    title = serializers.CharField()
    kind = serializers.ChoiceField(choices=NoticeKind.choices)
    kind_label = serializers.CharField()
    html = serializers.CharField(allow_blank=True)
    link = NoticeLinkSerializer(allow_null=True)
    document = NoticeDocumentSerializer(allow_null=True)
    image = PictureSerializer(allow_null=True)
    starts_at = serializers.DateTimeField(allow_null=True)
    ends_at = serializers.DateTimeField(allow_null=True)


def notice_payload(notice: Notice, *, district: District) -> dict[str, Any]:
    """A notice as a district's home page shows it."""
    document = notice.document
    return {
        "id": notice.pk,
        "title": notice.title,
        "kind": notice.kind,
        "kind_label": NoticeKind(notice.kind).label,
        "html": rich_text.public_html(notice.text, district=district),
        "link": {"url": notice.link_url, "text": notice.link_text or "看详情"} if notice.link_url else None,
        "document": {
            "title": document.title,
            "url": f"/media/notices/{document.get_file_hash()}.{document.file_extension.lower()}",
            "bytes": document.get_file_size() or 0,
        }
        if document
        else None,
        "image": picture_payload(notice.picture) if notice.picture else None,
        "starts_at": iso(notice.starts_at) if notice.starts_at else None,
        "ends_at": iso(notice.ends_at) if notice.ends_at else None,
    }
