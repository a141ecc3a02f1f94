"""The check-in page: a shell without any content, that is installed on a telephone and works without a network.

Whoever opens it without a device's link sees nothing; what it shows comes from /api/v1/checkin/ with the link's secret,
which stands in the fragment and so in no log.
"""

from __future__ import annotations

import functools
import hashlib
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.views.decorators.http import require_safe

STATIC = Path(__file__).resolve().parent.parent / "static" / "festival"
TEMPLATES = Path(__file__).resolve().parent.parent / "templates" / "festival" / "checkin"
SCRIPTS = ("checkin-pass.js", "checkin-store.js", "checkin-camera.js", "checkin.js")
FILES = ("checkin.css", "checkin-icon.svg", *SCRIPTS)
# What reads QR codes where the browser does not; the first one imports the others.
DECODER = ("vendor/qr-0.7.0/decode.js", "vendor/qr-0.7.0/index.js")


@functools.cache
def version() -> str:
    """A digest of all that the page is made of: when it changes, telephones take the new one."""
    digest = hashlib.sha256()
    for file in [*(STATIC / name for name in (*FILES, *DECODER)), *sorted(TEMPLATES.iterdir())]:
        digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def _decoder() -> list[str]:
    # Not by static(): a module names the next one as it is called in the folder, and the folder holds the version.
    return [f"{settings.STATIC_URL}festival/{name}" for name in DECODER]


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The shell, the same for everybody."""
    scripts = [f"festival/{name}" for name in SCRIPTS]
    context = {"scripts": scripts, "decoder": _decoder()[0], "version": version()}
    response = render(request, "festival/checkin/page.html", context)
    response["Cache-Control"] = "no-cache"
    response["X-Robots-Tag"] = "noindex"
    return response


@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """What a browser needs to install the page."""
    return render(
        request,
        "festival/checkin/manifest.webmanifest",
        content_type="application/manifest+json; charset=utf-8",
    )


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker, which names every file of the page as it is called now."""
    addresses = [
        "/checkin/",
        "/checkin/manifest.webmanifest",
        *(static(f"festival/{name}") for name in FILES),
        *_decoder(),
    ]
    response = render(
        request,
        "festival/checkin/worker.js",
        {"addresses": addresses, "version": version()},
        content_type="text/javascript; charset=utf-8",
    )
    response["Cache-Control"] = "no-cache"
    return response
