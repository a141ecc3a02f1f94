"""What a story from elsewhere is made of, before it becomes blocks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Paragraph:
    """A paragraph. `html` is what stands inside its <p>, made by us and safe; `text` is the same without marks."""

    html: str
    text: str
    is_bold: bool = False


@dataclass(frozen=True)
class Listing:
    """A whole <ul> or <ol>, made by us and safe."""

    html: str


@dataclass(frozen=True)
class Heading:
    """A heading; `level` is the level of the source (1 is the highest), not yet one of ours."""

    text: str
    level: int


@dataclass(frozen=True)
class Quote:
    text: str
    speaker: str = ""


@dataclass(frozen=True)
class Caption:
    """Words that the source marks as those of the picture beside them."""

    text: str


@dataclass(frozen=True)
class Figure:
    """A picture in its place. `sources` are the addresses by which it may be found, best first."""

    sources: tuple[str, ...]
    alt: str = ""
    caption: str = ""


Piece = Paragraph | Listing | Heading | Quote | Caption | Figure

# Gives the bytes at an address, or None when the file does not hold them. Asks nobody.
Resources = Callable[[str], bytes | None]


@dataclass
class Article:
    """A story as its source tells it. `notes` say what could not be taken over, in words for the editor."""

    title: str
    pieces: list[Piece]
    resources: Resources
    byline: str = ""
    source: str = ""
    reprint_note: str = ""
    notes: list[str] = field(default_factory=list)
