"""The blocks of a story's body, as the content files write them.

A plain string is a paragraph; everything else is a table with a `type`. Texts are plain text: whoever makes HTML of
them escapes them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cms.demo.toml_reading import ContentError, build


@dataclass(frozen=True, slots=True)
class Captioned:
    """A picture (by key) with its caption."""

    picture: str
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    text: str


@dataclass(frozen=True, slots=True)
class Heading:
    text: str
    level: int = 2


@dataclass(frozen=True, slots=True)
class PictureBlock:
    picture: str
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Gallery:
    title: str
    images: tuple[Captioned, ...]


@dataclass(frozen=True, slots=True)
class Quote:
    text: str
    speaker: str = ""
    role: str = ""


@dataclass(frozen=True, slots=True)
class Statistic:
    """A figure; `value` is digits as the API serves them, `as_of` a date in ISO form."""

    label: str
    value: str
    unit: str
    as_of: str
    source: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    when: str
    title: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Timeline:
    title: str
    entries: tuple[TimelineEntry, ...]


@dataclass(frozen=True, slots=True)
class Callout:
    title: str
    text: str
    tone: str = "info"


@dataclass(frozen=True, slots=True)
class FestivalItemBlock:
    """An item of a programme: `festival` is "district/slug", `item` the item's key there."""

    festival: str
    item: str


Block = (
    Paragraph | Heading | PictureBlock | Gallery | Quote | Statistic | Timeline | Callout | FestivalItemBlock
)

BLOCK_TYPES: dict[str, type[Any]] = {
    "paragraph": Paragraph,
    "heading": Heading,
    "picture": PictureBlock,
    "gallery": Gallery,
    "quote": Quote,
    "statistic": Statistic,
    "timeline": Timeline,
    "callout": Callout,
    "festival_item": FestivalItemBlock,
}


def build_blocks(body: Any, *, where: str) -> tuple[Block, ...]:
    """The blocks of one body."""
    if not isinstance(body, list) or not body:
        raise ContentError(f"{where}: a body is a list of at least one block")
    return tuple(_block(raw, where=f"{where}[{n}]") for n, raw in enumerate(body))


def _block(raw: Any, *, where: str) -> Block:
    if isinstance(raw, str):
        return Paragraph(raw.strip())
    if not isinstance(raw, Mapping) or raw.get("type") not in BLOCK_TYPES:
        raise ContentError(f"{where}: unknown block {raw!r}")
    values = {key: value for key, value in raw.items() if key != "type"}
    block: Block = build(BLOCK_TYPES[raw["type"]], values, where=where)
    if isinstance(block, Heading) and block.level not in (2, 3):
        raise ContentError(f"{where}: a heading is of level 2 or 3")
    if isinstance(block, Callout) and block.tone not in ("info", "tip", "notice"):
        raise ContentError(f"{where}: unknown tone {block.tone}")
    return block


def pictures_in(block: Block) -> tuple[str, ...]:
    """Keys of the pictures that a block shows."""
    if isinstance(block, PictureBlock):
        return (block.picture,)
    if isinstance(block, Gallery):
        return tuple(image.picture for image in block.images)
    return ()


def text_of(block: Block) -> str:
    """What a reader reads of a block, for counting and searching."""
    if isinstance(block, Paragraph | Heading):
        return block.text
    if isinstance(block, Quote):
        return block.text + block.speaker
    if isinstance(block, Callout):
        return block.title + block.text
    if isinstance(block, Timeline):
        return block.title + "".join(entry.when + entry.title + entry.text for entry in block.entries)
    if isinstance(block, Statistic):
        return block.label
    return ""
