"""What organisers write to many stallholders at once: one text, with places that are filled in for each."""

from __future__ import annotations

import re

from festival.exceptions import FieldsRefused
from festival.models import Application

# In the order in which the forms name them.
PLACES = ("摊主", "编号", "版块", "邻里节")
_PLACE = re.compile(r"[{｛]\s*([^{}｛｝]*?)\s*[}｝]")


def check(text: str) -> None:
    """Raises FieldsRefused for a place that nobody can fill in."""
    unknown = sorted({name for name in _PLACE.findall(text) if name not in PLACES})
    if unknown:
        known = "、".join(f"{{{name}}}" for name in PLACES)
        wrong = "、".join(f"{{{name}}}" for name in unknown)
        raise FieldsRefused({"text": f"没有 {wrong} 这样的占位，只有 {known}。"})


def filled(text: str, application: Application) -> str:
    """The text for one application. No query where its zone and edition are loaded. Raises FieldsRefused."""
    check(text)
    values = {
        "摊主": application.contact_name or "摊主",
        "编号": application.reference,
        "版块": application.zone.name,
        "邻里节": application.festival.title,
    }
    return _PLACE.sub(lambda found: values[found[1]], text)
