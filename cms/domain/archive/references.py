"""Finding and changing the rows that a text names: StreamField, rich text, and the content of a draft.

Which rows a text names is asked of Wagtail itself (`extract_references`); what is not found again on the walk through
the stored form stops an export, so that nothing is taken along that would point elsewhere afterwards.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from typing import Any, Protocol, runtime_checkable

from django.db import models
from modelcluster.fields import ParentalKey
from modelcluster.models import get_all_child_relations
from wagtail import blocks
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page
from wagtail.rich_text import extract_references_from_rich_text
from wagtail.rich_text.rewriters import FIND_A_TAG, FIND_EMBED_TAG

from cms.domain.archive.inventory import root_of
from media.exceptions import ArchiveRefused


@dataclass(frozen=True)
class Link:
    """What a link to a row becomes that is not taken along: the plain address that it showed ("" for none)."""

    href: str


# Told of each named row (its root model and key); says its new key, or a Link in its place, or None to leave it out.
Visit = Callable[[type[models.Model], int], "int | Link | None"]


@runtime_checkable
class NamesRows(Protocol):
    """A block whose stored form names a row in a way of its own."""

    def rewrite_references(self, value: Any, visit: Visit) -> Any:
        """The stored form with every row renamed as `visit` says."""


def rewrite_html(html: str, visit: Visit) -> str:
    """Rich text with every named row changed; everything else stays as it is, byte for byte."""

    def tag(match: re.Match[str]) -> str:
        text = match.group(0)
        for model, key, _, _ in extract_references_from_rich_text(text):
            old = _number(key)
            new = visit(root_of(model), old) if old is not None else None
            if isinstance(new, int):
                text = re.sub(rf'(\sid=)"{re.escape(str(key))}"', rf'\g<1>"{new}"', text)
            elif text.startswith("<a"):
                href = new.href if isinstance(new, Link) else ""
                text = f'<a href="{escape(href)}">' if href else "<a>"
            else:
                text = ""
        return text

    return FIND_EMBED_TAG.sub(tag, FIND_A_TAG.sub(tag, html))


def rewrite_block(block: blocks.Block, value: Any, visit: Visit) -> Any:
    """The stored form of a block's value with every named row changed. Raises ArchiveRefused for a kind of block that
    names rows in a way unknown here."""
    if isinstance(block, NamesRows):
        return block.rewrite_references(value, visit)
    if isinstance(block, blocks.RichTextBlock):
        return rewrite_html(value, visit) if isinstance(value, str) else value
    if isinstance(block, blocks.ChooserBlock):
        key = _number(value)
        new = visit(root_of(block.model_class), key) if key is not None else None
        return new if isinstance(new, int) else None
    if isinstance(block, blocks.BaseStructBlock):
        if not isinstance(value, dict):
            return value
        return {
            name: rewrite_block(block.child_blocks[name], one, visit) if name in block.child_blocks else one
            for name, one in value.items()
        }
    if isinstance(block, blocks.ListBlock):
        return [_item(block.child_block, one, visit) for one in value or []]
    if isinstance(block, blocks.BaseStreamBlock):
        return [
            {**one, "value": rewrite_block(block.child_blocks[one["type"]], one["value"], visit)}
            if one.get("type") in block.child_blocks
            else one
            for one in value or []
        ]
    if type(block).extract_references is not blocks.Block.extract_references:
        raise ArchiveRefused(f"归档还不知道怎样带走“{type(block).__name__}”里指向的内容")
    return value


def _item(block: blocks.Block, one: Any, visit: Visit) -> Any:
    if isinstance(one, dict) and set(one) <= {"type", "value", "id"} and "value" in one:
        return {**one, "value": rewrite_block(block, one["value"], visit)}
    return rewrite_block(block, one, visit)  # as lists were stored long ago


def rewrite_field(field: models.Field, value: Any, visit: Visit) -> Any:
    """The stored form of a field's value (a list for a StreamField) with every named row changed."""
    if isinstance(field, StreamField):
        return rewrite_block(field.stream_block, value, visit)
    if isinstance(field, RichTextField):
        return rewrite_html(value, visit) if isinstance(value, str) else value
    return value


def named_in(field: models.Field, value: Any) -> set[tuple[type[models.Model], int]]:
    """The rows that Wagtail finds named in a field's value as it is on an instance."""
    if not hasattr(field, "extract_references"):
        return set()
    keys = ((root_of(model), _number(key)) for model, key, _, _ in field.extract_references(value))
    return {(model, key) for model, key in keys if key is not None}


def rewrite_draft(
    model: type[models.Model], content: dict[str, Any], *, visit: Visit, child: Visit
) -> dict[str, Any]:
    """The content of a revision with every named row changed. `child` says the new key of a child row; of a row that
    is not there it says None, and it is made with the draft."""
    made = dict(content)
    for field in model._meta.concrete_fields:
        name = field.name
        if name not in content:
            continue
        value = content[name]
        if isinstance(field, StreamField) and isinstance(value, str):
            made[name] = json.dumps(
                rewrite_field(field, json.loads(value or "[]"), visit), ensure_ascii=False
            )
        elif isinstance(field, RichTextField):
            made[name] = rewrite_field(field, value, visit)
        elif isinstance(field, models.ForeignKey) and not isinstance(field, ParentalKey):
            key = _number(value)
            found = visit(root_of(field.related_model), key) if key is not None else None
            made[name] = found if isinstance(found, int) else None
    for relation in get_all_child_relations(model):
        name = relation.get_accessor_name()
        if not isinstance(content.get(name), list):
            continue
        rows = []
        for row in content[name]:
            key = _number(row.get("pk"))
            related = relation.related_model
            new = rewrite_draft(related, row, visit=visit, child=child)
            new["pk"] = child(root_of(related), key) if key is not None else None
            if not _lacks_required(related, new):
                rows.append(new)
        made[name] = rows
    return made


def _lacks_required(model: type[models.Model], row: dict[str, Any]) -> bool:
    """Whether what a child row stands for did not come along."""
    return any(
        row.get(field.name) is None
        for field in model._meta.concrete_fields
        if isinstance(field, models.ForeignKey) and not isinstance(field, ParentalKey) and not field.null
    )


def _number(value: Any) -> int | None:
    try:
        return int(value)
    except (TypeError, ValueError):
        return None


def address_of(page: Page | None) -> Link:
    """Where a page is seen, for a link to it from text that leaves it behind."""
    return Link((page.full_url or "") if page is not None else "")
