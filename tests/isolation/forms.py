"""Forms as a browser would send them, recorded from the pages that show them."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from bs4 import BeautifulSoup, Tag
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from wagtail import blocks
from wagtail.fields import StreamField

from tests.isolation.browsing import Answer

_UNSENT = {"submit", "button", "image", "reset", "file"}
# What a person retypes: a change there shows whether the form was taken.
_RETYPED = {
    "title",
    "name",
    "description",
    "comment",
    "text",
    "summary",
    "site_name",
    "hostname",
    "last_name",
}


@dataclass(frozen=True)
class Form:
    """A form of a page: where it goes, what it holds, by which buttons it is sent, what it offers to choose from."""

    page: str
    action: str
    fields: tuple[tuple[str, str], ...]
    buttons: tuple[tuple[str, str], ...] = ()
    files: tuple[str, ...] = ()
    offered: tuple[tuple[str, tuple[str, ...]], ...] = ()  # of each choice, the values of its options
    kind: str = "form"

    def with_fields(self, changed: dict[int, str], *, added: tuple[tuple[str, str], ...] = ()) -> Form:
        """The form with the fields at some places changed, and others added."""
        fields = tuple((name, changed.get(place, value)) for place, (name, value) in enumerate(self.fields))
        return replace(self, fields=(*fields, *added))

    def retyped(self) -> Form:
        """The form with its words changed."""
        return self.with_fields(
            {
                place: f"{value} retyped"
                for place, (name, value) in enumerate(self.fields)
                if name.rpartition("-")[2] in _RETYPED and value and not value.startswith("{")
            }
        )

    def data(self, button: tuple[str, str] | None = None) -> dict[str, Any]:
        """What is sent."""
        sent: dict[str, Any] = {}
        for name, value in (*self.fields, *([button] if button else [])):
            sent.setdefault(name, []).append(value)
        for name in self.files:
            sent[name] = _drawing()
        return sent


def _drawing() -> SimpleUploadedFile:
    buffer = io.BytesIO()
    Image.new("RGB", (40, 30), "#a63a28").save(buffer, "JPEG")
    return SimpleUploadedFile("drawn.jpg", buffer.getvalue(), "image/jpeg")


def forms_in(answer: Answer) -> list[Form]:
    """The forms of an answer that change something, those inside of a dialogue's JSON included."""
    html = answer.body
    if "json" in answer.content_type:
        try:
            content = json.loads(html.split("\n", 1)[0])
        except ValueError:
            return []
        html = content.get("html", "") if isinstance(content, dict) else ""
    if "<form" not in html:
        return []
    soup = BeautifulSoup(html, "lxml" if _has_lxml() else "html.parser")
    return [
        _form(tag, answer.url)
        for tag in soup.find_all("form")
        if str(tag.get("method", "")).lower() == "post"
    ]


def _has_lxml() -> bool:
    import importlib.util

    return importlib.util.find_spec("lxml") is not None


def _form(tag: Tag, page: str) -> Form:
    fields: list[tuple[str, str]] = []
    buttons: list[tuple[str, str]] = []
    files: list[str] = []
    offered: list[tuple[str, tuple[str, ...]]] = []
    for control in tag.find_all(["input", "textarea", "select", "button"]):
        name = str(control.get("name") or "")
        if not name or control.has_attr("disabled"):
            continue
        kind = str(control.get("type") or "").lower()
        value = str(control.get("value") or "")
        if control.name == "button" or kind == "submit":
            buttons.append((name, value))
        elif control.name == "select":
            options = control.find_all("option")
            offered.append((name, tuple(str(option.get("value", "")) for option in options)))
            chosen = [option for option in options if option.has_attr("selected")]
            if not chosen and not control.has_attr("multiple"):
                chosen = options[:1]
            fields += [(name, str(option.get("value", ""))) for option in chosen]
        elif control.name == "textarea":
            fields.append((name, control.get_text().removeprefix("\n")))
        elif kind == "file":
            files.append(name)
        elif kind in {"checkbox", "radio"}:
            if control.has_attr("checked"):
                fields.append((name, value or "on"))
            elif kind == "checkbox" and value:
                offered.append((name, (value,)))
        elif kind not in _UNSENT:
            fields.append((name, value))
    target = str(tag.get("action") or "") or page
    return Form(page, target, tuple(fields), tuple(buttons), tuple(files), tuple(offered))


# --- blocks, which a browser's script turns into fields ---------------------------------------------------------------


def stream_fields(page: Any) -> Iterator[tuple[str, str]]:
    """The fields of every StreamField of a page as the editor's script sends them."""
    for field in page._meta.get_fields():
        if isinstance(field, StreamField):
            yield from _block(field.stream_block, getattr(page, field.name), field.name)


def _block(block: Any, value: Any, prefix: str) -> Iterator[tuple[str, str]]:
    if isinstance(block, blocks.StreamBlock):
        yield f"{prefix}-count", str(len(value))
        for place, child in enumerate(value):
            yield from _entry(f"{prefix}-{place}", place, child.id)
            yield f"{prefix}-{place}-type", child.block_type
            yield from _block(child.block, child.value, f"{prefix}-{place}-value")
    elif isinstance(block, blocks.ListBlock):
        yield f"{prefix}-count", str(len(value))
        for place, child in enumerate(value.bound_blocks):
            yield from _entry(f"{prefix}-{place}", place, child.id)
            yield from _block(block.child_block, child.value, f"{prefix}-{place}-value")
    elif isinstance(block, blocks.StructBlock):
        for name, child in block.child_blocks.items():
            yield from _block(child, value[name], f"{prefix}-{name}")
    else:
        known = block.value_for_form(value)
        sent = block.field.widget.format_value(getattr(known, "pk", known))
        yield prefix, str(sent[0] if isinstance(sent, list) else sent or "")


def _entry(prefix: str, place: int, key: str | None) -> Iterator[tuple[str, str]]:
    yield from ((f"{prefix}-deleted", ""), (f"{prefix}-order", str(place)), (f"{prefix}-id", key or ""))
