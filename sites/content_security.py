"""What lets the admin do without inline scripts, and a header that Django does not know.

Wagtail 8 starts choosers, date fields and inline panels by `<script>` elements in the markup. Templates of the same
names below `sites/templates/wagtailadmin/` and the function here leave a mark instead, which `sites/widgets.js` finds.
With that `settings.CONTENT_SECURITY_POLICY` needs neither 'unsafe-inline' nor 'unsafe-eval' for scripts.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail import hooks
from wagtail.admin.widgets.chooser import BaseChooser

# What the pages of the public sites may do, built or answered at once: nothing from elsewhere, no frames of others.
PUBLIC_PAGES_POLICY = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'self'"
)

# What no page of ours asks a browser for.
_PERMISSIONS = "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"
# But for the one that reads passes on the day.
_WITH_CAMERA = _PERMISSIONS.replace("camera=()", "camera=(self)")
_CAMERA_PATH = "/checkin/"


class PermissionsPolicyMiddleware:
    """Says to browsers that no page here wants camera, microphone or place; the check-in page may use the camera."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        wanted = _WITH_CAMERA if request.path == _CAMERA_PATH else _PERMISSIONS
        response.headers.setdefault("Permissions-Policy", wanted)
        return response


def _render(
    self: Any, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
) -> SafeString:
    """As `BaseChooser.render`, with a mark in the place of its script."""
    if not attrs or "id" not in attrs:
        raise TypeError("BaseChooser cannot be rendered without an 'id' attribute")
    data = self.get_value_data(value)
    return format_html(
        '{}<template data-linli-start="{}" data-id="{}" data-options="{}"></template>',
        self.render_html(name, data, attrs),
        self.js_constructor,
        attrs["id"],
        json.dumps(self.get_js_init_options(attrs["id"], name, data)),
    )


# Wagtail has no setting for it, and its own widgets are made deep inside its panels and forms.
BaseChooser.render = _render


@hooks.register("insert_global_admin_js")
def start_widgets() -> str:
    return format_html('<script src="{}"></script>', static("sites/widgets.js"))
