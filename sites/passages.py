"""What a page says and shows, piece by piece with its place, read from the page's stored form without a query.

The stored form (`page.serializable_data()`, `revision.content`) is the same for a draft, a public page and a form that was
just sent, and reading it touches no other row. So a hundred drafts are looked through for the price of loading them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.html import strip_tags
from modelcluster.models import get_all_child_relations
from wagtail import blocks
from wagtail.fields import RichTextField, StreamField
from wagtail.images.blocks import ImageChooserBlock
from wagtail.models import Page

Stored = Mapping[str, Any]


@dataclass(frozen=True)
class Passage:
    """A text (`html` says whether it is rich text) or a picture of a page.

    `place` says in words where it stands; `field` is its form field or relation, `block` the id of the block of a
    StreamField that it stands in, `kind` that block's type.
    """

    place: str
    field: str
    text: str = ""
    html: bool = False
    picture: int | None = None
    block: str = ""
    kind: str = ""

    @property
    def plain(self) -> str:
        """The text as a reader sees it."""
        if not self.html:
            return self.text
        # A tag between two digits divides no number, the end of a paragraph does.
        return strip_tags(self.text.replace("</p>", "\n").replace("<br/>", "\n").replace("</li>", "\n"))


def stream(stored: Stored, name: str) -> list[dict[str, Any]]:
    """The raw blocks of a StreamField."""
    value = stored.get(name) or []
    return json.loads(value) if isinstance(value, str) else list(value)


def passages(model: type[models.Model], stored: Stored) -> Iterator[Passage]:
    """Everything that a page of `model` says and shows, in the order of its fields, then its child rows.

    What the model names in `contact_fields` is left out: it is meant to be a telephone number.
    """
    yield from _of_row(model, stored)
    for relation in get_all_child_relations(model):
        name, row_model = relation.get_accessor_name(), relation.related_model
        if not _is_ours(row_model):
            continue
        for number, row in enumerate(stored.get(name, []), start=1):
            for passage in _of_row(row_model, row):
                place = f"{row_model._meta.verbose_name}第{number}项·{passage.place}"
                yield Passage(place, name, passage.text, passage.html, passage.picture)


def _is_ours(model: type[models.Model]) -> bool:
    return hasattr(model, "ownership")


def _of_row(model: type[models.Model], stored: Stored) -> Iterator[Passage]:
    left_out = set(getattr(model, "contact_fields", ()))
    for field in model._meta.get_fields():
        name = field.name
        if name in left_out or name == "slug" or not isinstance(field, models.Field):
            continue
        if field.model is Page and name != "title":
            continue
        label = str(field.verbose_name)
        if isinstance(field, StreamField):
            yield from _of_stream(field.stream_block, stream(stored, name), field=name, label=label)
        elif isinstance(field, models.ForeignKey):
            if field.related_model._meta.label == "media.Picture" and stored.get(name):
                yield Passage(label, name, picture=int(stored[name]))
        elif (
            isinstance(field, (models.CharField, models.TextField)) and not field.choices and stored.get(name)
        ):
            html = isinstance(field, RichTextField)
            yield Passage("标题" if name == "title" else label, name, str(stored[name]), html)


def _of_stream(
    block: blocks.StreamBlock, raw: list[dict[str, Any]], *, field: str, label: str
) -> Iterator[Passage]:
    for number, child in enumerate(raw, start=1):
        known = block.child_blocks.get(child["type"])
        if known is None:
            continue
        place = f"{label}第{number}块（{known.label}）"
        for passage in _of_block(known, child["value"], place=place):
            yield Passage(
                passage.place,
                field,
                passage.text,
                passage.html,
                passage.picture,
                str(child.get("id") or ""),
                str(child["type"]),
            )


def _of_block(block: blocks.Block, raw: Any, *, place: str) -> Iterator[Passage]:
    if isinstance(block, blocks.StreamBlock):
        yield from _of_stream(block, raw or [], field="", label=place)
    elif isinstance(block, blocks.StructBlock):
        for name, child in block.child_blocks.items():
            yield from _of_block(child, (raw or {}).get(name), place=place)
    elif isinstance(block, blocks.ListBlock):
        for item in raw or []:
            value = item["value"] if isinstance(item, dict) and item.get("type") == "item" else item
            yield from _of_block(block.child_block, value, place=place)
    elif isinstance(block, ImageChooserBlock):
        if raw:
            yield Passage(place, "", picture=int(raw))
    elif isinstance(block, blocks.RichTextBlock):
        if raw:
            yield Passage(place, "", str(raw), html=True)
    elif isinstance(block, (blocks.CharBlock, blocks.TextBlock)) and raw:
        yield Passage(place, "", str(raw))
