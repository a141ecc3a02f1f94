"""What the content checks find on a page, for the editor's side panel."""

from __future__ import annotations

from typing import Any

from django import template

from cms.domain.content_checks import check_page
from sites.pages import PublicPage

register = template.Library()


@register.inclusion_tag("cms/desk/findings.html")
def content_findings(page: Any) -> dict[str, Any]:
    """The findings on the newest draft of a page; of a page that was never saved, that there is nothing to look at."""
    if not isinstance(page, PublicPage):
        return {"is_saved": False, "is_checked": False, "findings": []}
    is_saved = page.pk is not None
    return {
        "is_saved": is_saved,
        "is_checked": True,
        "findings": check_page(page) if is_saved else [],
    }
