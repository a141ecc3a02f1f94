"""Rich text on its way to the public."""

from __future__ import annotations

import re

from wagtail.rich_text import expand_db_html

from sites.models import District

FEATURES = ["bold", "italic", "link", "ol", "ul"]
_BLOCK_KEY = re.compile(r' data-block-key="[^"]*"')


def public_html(source: str, *, district: District) -> str:
    """Stored rich text as the public gets it: links to pages of the same district become paths of its own site."""
    html = _BLOCK_KEY.sub("", expand_db_html(source))
    return html.replace(f'href="{district.site.root_url}/', 'href="/')
