"""What a request may bring along. A file that is too large for any form never fills memory or disk, and yet the form
that it was sent to says so, with everything else that was typed still in it."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest, HttpResponse

from sites.refusals import refusal

_MEGABYTE = 1024 * 1024


class OverlongUpload(InMemoryUploadedFile):
    """A file of which nothing was kept but its name and size: whoever looks at the size first refuses it in words."""


class BoundedUploadHandler(FileUploadHandler):
    """Stands before Django's own handlers, and lets no file pass beyond LARGEST_UPLOAD; the rest is read and dropped."""

    received = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.received = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        """The chunk for the next handler, or None when it is to be dropped."""
        self.received = start + len(raw_data)
        return raw_data if self.received <= settings.LARGEST_UPLOAD else None

    def file_complete(self, file_size: int) -> OverlongUpload | None:
        """What stands for a file that was too large; None leaves the others to the next handler."""
        if file_size <= settings.LARGEST_UPLOAD:
            return None
        return OverlongUpload(
            file=BytesIO(),
            field_name=self.field_name,
            name=self.file_name,
            content_type=self.content_type,
            size=file_size,
            charset=self.charset,
            content_type_extra=self.content_type_extra,
        )


class BodyLimitMiddleware:
    """Refuses a request whose body is beyond LARGEST_BODY before a byte of it is read."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            length = int(request.META.get("CONTENT_LENGTH") or 0)
        except ValueError:
            length = 0
        if length > settings.LARGEST_BODY:
            return too_large(request, most=settings.LARGEST_BODY)
        return self.get_response(request)


def too_large(request: HttpRequest, *, most: int) -> HttpResponse:
    """The answer 413 to a body or its form fields beyond `most` bytes."""
    megabytes = most // _MEGABYTE
    words = f"发来的内容超过了 {megabytes} MB，没有接收，什么也没有改变。请压缩或分几次再发。"
    return refusal(request, 413, "too-large", "发来的内容太大", words)
