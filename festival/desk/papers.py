"""A stallholder's document, opened by an organiser. It has no other address, and every opening asks for the right."""

from __future__ import annotations

from urllib.parse import quote

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from festival.desk import access
from festival.domain import documents
from festival.exceptions import FileRefused

# What a browser may show in the page; anything else is only saved.
_SHOWN = {"image/jpeg", "image/png", "image/webp"}


@require_safe
def document(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The file: a picture to be shown, anything else to be saved."""
    own = access.document(request, pk)
    try:
        response = documents.open_document(own)
    except FileRefused:
        raise Http404 from None
    if own.content_type in _SHOWN and "download" not in request.GET:
        response["Content-Disposition"] = f"inline; filename*=UTF-8''{quote(own.name)}"
    return response
