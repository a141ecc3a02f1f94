"""Serving stored files below `/media/`.

The public renditions go to everyone, admin thumbnails to those who may see the picture there, originals and
documents to nobody: an original may tell where it was taken.
"""

from __future__ import annotations

import re

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe
from wagtail.permissions import policy_registry

from media.models import Picture, PictureRendition
from media.storage import CONTENT_TYPES, IMMUTABLE, PRIVATE, suffix_of

_RENDITION = re.compile(r"renditions/([0-9a-f]{2})/(\1[0-9a-f]{38})/([1-9][0-9]{0,4})\.(avif|webp|jpg)")
_THUMBNAIL = re.compile(r"images/[^/\\\x00]+\.(avif|webp|jpg|png)")


@require_safe
def serve_media(request: HttpRequest, path: str) -> HttpResponseBase:
    """The stored file at `path`, with an ETag; 404 for whatever is not to be had here.

    A rendition costs no query: its name follows from its content, so it stays fresh and its name is its tag.
    """
    if match := _RENDITION.fullmatch(path):
        return _served(request, path, etag=f'"{match[2]}-{match[3]}-{match[4]}"', cache_control=IMMUTABLE)
    if _THUMBNAIL.fullmatch(path) and (thumbnail := _thumbnail_for(request, path)):
        return _served(request, path, etag=f'"thumbnail-{thumbnail.pk}"', cache_control=PRIVATE)
    raise Http404("没有这个文件")


def _thumbnail_for(request: HttpRequest, path: str) -> PictureRendition | None:
    """The admin thumbnail stored at that name, if the visitor may see its picture in the admin."""
    if not request.user.is_authenticated:
        return None
    thumbnail = PictureRendition.objects.select_related("image").filter(file=path).first()
    if thumbnail is None:
        return None
    policy = policy_registry.get_by_type(Picture)
    actions = ["add", "change", "delete", "choose"]
    allowed = policy.user_has_any_permission_for_instance(request.user, actions, thumbnail.image)
    return thumbnail if allowed else None


def _served(request: HttpRequest, path: str, *, etag: str, cache_control: str) -> HttpResponseBase:
    try:
        file = default_storage.open(path)
    except FileNotFoundError as error:
        raise Http404("没有这个文件") from error
    headers = {"ETag": etag, "Cache-Control": cache_control, "X-Content-Type-Options": "nosniff"}
    unchanged = get_conditional_response(request, etag=etag)
    if unchanged is not None:
        file.close()
        for name, value in headers.items():
            unchanged[name] = value
        return unchanged
    headers["Content-Length"] = str(file.size)
    return FileResponse(file, content_type=CONTENT_TYPES[suffix_of(path)], headers=headers)
