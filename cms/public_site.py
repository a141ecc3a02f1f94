"""Serving the published sites on their own hosts.

In the embedded installation this is the public's web server; behind a CDN or nginx that has the files, it is never asked.
A page costs no query: which district a host shows is known to `sites.hosts`, and the rest is files.
"""

from __future__ import annotations

import hashlib
import mimetypes
from pathlib import Path, PurePosixPath

from django.conf import settings
from django.core.files.storage import storages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.template.loader import render_to_string
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from cms.publishing.storage import cache_control
from sites.content_security import PUBLIC_PAGES_POLICY

mimetypes.add_type("application/manifest+json", ".webmanifest")
mimetypes.add_type("image/avif", ".avif")
mimetypes.add_type("image/webp", ".webp")


@require_safe
def serve_page(request: HttpRequest, path: str) -> HttpResponseBase:
    """A page: `stories/x/` is the file `stories/x/index.html`."""
    return _serve(request, f"{path}index.html")


@require_safe
def serve_file(request: HttpRequest, path: str) -> HttpResponseBase:
    """Any other file of the site; a page asked for without its closing slash is shown the way."""
    name = PurePosixPath(path).name
    if "." not in name and _read(request, f"{path}/index.html") is not None:
        return HttpResponseRedirect(f"/{path}/", status=301)
    return _serve(request, path)


def _serve(request: HttpRequest, path: str) -> HttpResponseBase:
    body = _read(request, path)
    if body is None:
        missing = _read(request, "404.html")
        return HttpResponse(missing or render_to_string("404.html"), status=404)
    etag = f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
    response = get_conditional_response(request, etag=etag)
    if response is None:
        kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
        text = kind.startswith("text/") or kind.endswith(("xml", "json", "javascript"))
        response = HttpResponse(body, content_type=f"{kind}; charset=utf-8" if text else kind)
    response["ETag"] = etag
    response["Cache-Control"] = cache_control(path)
    response["Content-Security-Policy"] = PUBLIC_PAGES_POLICY
    return response


def _read(request: HttpRequest, path: str) -> bytes | None:
    """The bytes of a published file, or None. Hidden files and anything outside the site do not exist."""
    district = request.linli_host.district_slug  # type: ignore[attr-defined]
    parts = path.split("/")
    if district is None or any(part in {"", ".."} or part.startswith(".") or "\\" in part for part in parts):
        return None
    if settings.S3_PUBLISHED_BUCKET:
        try:
            with storages["published"].open(f"{district}/{path}") as file:
                return bytes(file.read())
        except FileNotFoundError:
            return None
    try:
        return Path(settings.PUBLISHED_ROOT, district, path).read_bytes()
    except (OSError, ValueError):
        return None
