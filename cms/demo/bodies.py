"""The demo's blocks as the StreamField stores them, with ids that are the same each time."""

from __future__ import annotations

import dataclasses
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.html import escape

from cms.demo import blocks
from cms.demo.blocks import Block
from media.models import Picture

_NAMESPACE = uuid.UUID("b6f5a1d2-8f0e-4b2e-9d7c-0a1e5c9f2d41")


def stable_id(*parts: object) -> str:
    """A block's id made from where it stands, so that loading again gives the same."""
    return str(uuid.uuid5(_NAMESPACE, "/".join(str(part) for part in parts)))


def paragraphs(texts: Sequence[str], *, where: str) -> list[dict[str, Any]]:
    """Plain paragraphs as a body."""
    return stream([blocks.Paragraph(text) for text in texts], where=where, pictures={}, items={})


def html(texts: Sequence[str]) -> str:
    """Plain paragraphs as rich text."""
    return "".join(f"<p>{escape(text)}</p>" for text in texts)


def stream(
    body: Sequence[Block], *, where: str, pictures: Mapping[str, Picture], items: Mapping[str, str]
) -> list[dict[str, Any]]:
    """A body as StreamField JSON. `pictures` by key; `items` maps "district/festival#key" to a stored reference."""
    return [
        {"id": stable_id(where, n), "type": kind, "value": value}
        for n, block in enumerate(body)
        for kind, value in [_raw(block, f"{where}/{n}", pictures, items)]
    ]


def _list(values: Sequence[dict[str, Any]], where: str) -> list[dict[str, Any]]:
    return [{"type": "item", "id": stable_id(where, n), "value": value} for n, value in enumerate(values)]


def _raw(
    block: Block, where: str, pictures: Mapping[str, Picture], items: Mapping[str, str]
) -> tuple[str, Any]:
    match block:
        case blocks.Paragraph(text):
            return "paragraph", html([text])
        case blocks.Heading(text, level):
            return "heading", {"text": text, "level": str(level)}
        case blocks.PictureBlock(picture, caption):
            return "picture", {"image": pictures[picture].pk, "caption": caption}
        case blocks.Gallery(title, images):
            shown = [{"image": pictures[one.picture].pk, "caption": one.caption} for one in images]
            return "gallery", {"title": title, "images": _list(shown, where)}
        case blocks.Timeline(title, entries):
            return "timeline", {
                "title": title,
                "entries": _list([dataclasses.asdict(e) for e in entries], where),
            }
        case blocks.Callout(title, text, tone):
            return "callout", {"title": title, "html": html([text]), "tone": tone}
        case blocks.FestivalItemBlock(festival, item):
            return "festival_item", {"item": items[f"{festival}#{item}"]}
        case blocks.Quote():
            return "quote", dataclasses.asdict(block)
        case blocks.Statistic():
            return "statistic", dataclasses.asdict(block)
