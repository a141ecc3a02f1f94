"""Looking at a built site as a visitor's browser would: its files, and everything they refer to."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag, urlsplit

_REFERRING = {"href", "src", "poster", "srcset", "content"}


def files(out: Path) -> dict[str, bytes]:
    """Every public file of the site."""
    return {
        file.relative_to(out).as_posix(): file.read_bytes()
        for file in sorted(out.rglob("*"))
        if file.is_file() and ".linli" not in file.relative_to(out).parts
    }


class References(HTMLParser):
    """What a page links to and what it loads by itself, with the anchors that it offers."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.anchors: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if "id" in given:
            self.anchors.add(given["id"])
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        elif tag == "link" and given.get("rel") in ("icon", "manifest", "stylesheet", "preload"):
            self.loaded.append(given["href"])
        for name in ("src", "poster"):
            if name in given:
                self.loaded.append(given[name])
        if "srcset" in given:
            self.loaded += [part.split()[0] for part in given["srcset"].split(",")]
        if "style" in given:
            self.loaded += re.findall(r"url\(([^)]*)\)", given["style"])


def pages(out: Path) -> dict[str, References]:
    return {
        name: References(content.decode()) for name, content in files(out).items() if name.endswith(".html")
    }


def broken_references(out: Path) -> list[str]:
    """Links within the site, and things that pages load, that lead nowhere."""
    found = pages(out)
    present = files(out)
    broken = []
    for name, page in found.items():
        for reference in (*page.links, *page.loaded):
            parts = urlsplit(reference)
            if parts.scheme or parts.netloc:
                continue
            path, anchor = urldefrag(reference)
            target = name if not path else unquote(path).removeprefix("/")
            if target.endswith("/") or target == "":
                target += "index.html"
            if target not in present or (anchor and anchor not in found[target].anchors):
                broken.append(f"{name}: {reference}")
    return broken
