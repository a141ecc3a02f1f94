"""The document of a notice, for as long as the notice stands. No other document is public."""

from __future__ import annotations

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_safe

from cms.domain import notices


@require_safe
def serve_notice_document(request: HttpRequest, digest: str, suffix: str) -> HttpResponseBase:
    """The document whose content has that SHA-1, as a download. One query; 404 for all but those of current notices."""
    document = notices.public_document(digest, at=timezone.now())
    if document is None or document.file_extension.lower() != suffix:
        raise Http404("没有这个文件")
    try:
        file = default_storage.open(document.file.name)
    except FileNotFoundError as error:
        raise Http404("没有这个文件") from error
    headers = {
        "Cache-Control": "public, max-age=300",
        "ETag": f'"{digest}"',
        "X-Content-Type-Options": "nosniff",
    }
    name = f"{document.title}.{suffix}"
    return FileResponse(
        file, as_attachment=True, filename=name, content_type=document.content_type, headers=headers
    )
