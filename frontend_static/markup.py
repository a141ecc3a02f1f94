"""Pieces of HTML that need more than a template: pictures, addresses that were checked, colours, JSON-LD."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

import orjson
from markupsafe import Markup, escape

_MEDIA = re.compile(r"/media/(?:[\w-][\w.%-]*/)*[\w-][\w.%-]*")
_MEDIA_USED = re.compile(r'"(/media/[\w./%-]+)"')
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_FORMATS = (("avif", "image/avif"), ("webp", "image/webp"), ("jpeg", "image/jpeg"))


def pictures_used(html: str) -> set[str]:
    """Every picture or document of ours that the page refers to."""
    return {url for url in _MEDIA_USED.findall(html) if _MEDIA.fullmatch(url)}


def colour(value: Any, otherwise: str = "#a63a28") -> str:
    """A colour that may stand in a style sheet."""
    return value if isinstance(value, str) and _COLOUR.fullmatch(value) else otherwise


def web_address(value: Any) -> str:
    """An http(s) address, or "" for anything else, such as a script."""
    parts = urlsplit(value) if isinstance(value, str) else None
    return value if parts is not None and parts.scheme in ("http", "https") and parts.netloc else ""


def dial(value: str) -> str:
    """A telephone number as it stands in a `tel:` link."""
    return re.sub(r"[^0-9+]", "", value)


def json_ld(data: dict[str, Any]) -> Markup:
    """Structured data as a script element whose text cannot end the element."""
    kept = {name: value for name, value in data.items() if value not in (None, "", [], {})}
    text = orjson.dumps(kept).decode()
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return Markup('<script type="application/ld+json">{}</script>').format(Markup(text))


class Pictures:
    """Writes `<picture>` elements; what cannot be shown yet keeps its space in the picture's own colour."""

    def __init__(self, missing: frozenset[str]) -> None:
        self.missing = missing
        self.wanted: set[str] = set()

    def sources(self, image: dict[str, Any] | None, kind: str, widest: int = 100_000) -> list[dict[str, Any]]:
        """The renditions of one format that can be shown, narrow ones first."""
        if not image or not image["ready"]:
            return []
        rows = [row for row in image["sources"].get(kind, []) if _MEDIA.fullmatch(row["url"])]
        rows.sort(key=lambda row: row["width"])
        rows = [row for row in rows if row["width"] <= widest] or rows[:1]
        self.wanted.update(row["url"] for row in rows)
        return [row for row in rows if row["url"] not in self.missing]

    def file(self, url: str) -> str:
        """The address of a document of ours, "" when it is none or is not to be had."""
        if not _MEDIA.fullmatch(url):
            return ""
        self.wanted.add(url)
        return "" if url in self.missing else url

    def __call__(self, image: dict[str, Any], *, sizes: str, widest: int = 1600, lazy: bool = True) -> Markup:
        """The picture in all its formats. `sizes` as in HTML; no rendition wider than `widest` pixels is offered."""
        offered = {kind: self.sources(image, kind, widest) for kind, _ in _FORMATS}
        fallback = offered["jpeg"] or offered["webp"]
        width, height = int(image["width"]), int(image["height"])
        alt, ground = escape(image["alt"]), colour(image["colour"], "#d9c9a8")
        if not fallback:
            return Markup(
                f'<span class="pending" role="img" aria-label="{alt}"'
                f' style="aspect-ratio:{width}/{height};background:{ground}"></span>'
            )
        parts = [
            f'<source type="{mime}" srcset="{_srcset(offered[kind])}" sizes="{escape(sizes)}">'
            for kind, mime in _FORMATS[:2]
            if offered[kind]
        ]
        plain = fallback[min(1, len(fallback) - 1)]
        loading = 'loading="lazy"' if lazy else 'fetchpriority="high"'
        # All of it is either escaped, or was matched against what may stand there.
        return Markup(
            f'<picture>{"".join(parts)}<img src="{escape(plain["url"])}" srcset="{_srcset(fallback)}" sizes="{escape(sizes)}"'
            f' width="{width}" height="{height}" alt="{alt}" decoding="async" {loading} style="background:{ground}"></picture>'
        )


def _srcset(rows: list[dict[str, Any]]) -> str:
    return escape(", ".join(f"{row['url']} {int(row['width'])}w" for row in rows))
