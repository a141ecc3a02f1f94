"""From HTML of any origin to pieces. Every mark of the result is written here anew, so nothing of the source that is
not understood, and nothing that could run, gets through."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from urllib.parse import unquote, urljoin, urlsplit

from bs4.element import CData, NavigableString, PageElement, Tag

from cms.importing.pieces import Caption, Figure, Heading, Listing, Paragraph, Piece, Quote

LONGEST_QUOTE = 400
ADDRESSES = "data-linli"  # of a picture: all places where it may be found, each quoted, by spaces
_DEEPEST = 150  # elements in each other; what is deeper is read as plain text
_DEEPEST_LIST = 4
_LONGEST_CELL = 120
_SILENT = {
    *(
        "script",
        "style",
        "noscript",
        "template",
        "head",
        "title",
        "meta",
        "link",
        "base",
        "object",
        "embed",
        "applet",
    ),
    *(
        "canvas",
        "map",
        "svg",
        "math",
        "button",
        "input",
        "select",
        "option",
        "textarea",
        "nav",
        "source",
        "track",
    ),
    *("param", "frame", "frameset"),
}
# What plays: left out, and counted, so that the editor learns of it. `mp…` are WeChat's own.
_PLAYERS = {
    "video": "视频",
    "iframe": "视频",
    "mpvideosnap": "视频",
    "mp-common-videosnap": "视频",
    "audio": "音频",
    "mpvoice": "音频",
    "mp-common-mpaudio": "音频",
    "qqmusic": "音频",
}
_INLINE = {
    *(
        "a",
        "abbr",
        "acronym",
        "b",
        "bdi",
        "bdo",
        "big",
        "cite",
        "code",
        "data",
        "del",
        "dfn",
        "em",
        "font",
        "i",
        "ins",
    ),
    *(
        "kbd",
        "label",
        "mark",
        "q",
        "ruby",
        "rb",
        "rt",
        "rp",
        "s",
        "samp",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
    ),
    *("sup", "time", "tt", "u", "var", "wbr", "picture"),
}
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_BOLD = re.compile(r"font-weight\s*:\s*(bold|bolder|[6-9]00)", re.IGNORECASE)
_ITALIC = re.compile(r"font-style\s*:\s*(italic|oblique)", re.IGNORECASE)
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_SPACES = re.compile(r"[ \t\r\n\f\u00a0]+")
# Invisible, or refused by databases: control characters, zero width, direction marks, lone surrogates.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff\ufffc\ud800-\udfff]"
)
_IDEOGRAPH = r"\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f"
_BROKEN_LINE = re.compile(rf"(?<=[{_IDEOGRAPH}])[ \t]*\r?\n\s*(?=[{_IDEOGRAPH}])")
_SPEAKER = re.compile(r"^\s*(?:——|—|--)\s*(.{1,40})$")
_LINKS = ("http", "https", "mailto", "tel")


@dataclass(frozen=True)
class _Look:
    bold: bool = False
    italic: bool = False
    href: str = ""


@dataclass(frozen=True)
class _Run:
    text: str
    look: _Look


def clean_text(text: str) -> str:
    """Text without invisible characters, each run of spaces one space, and no space where a Chinese line was broken."""
    text = _BROKEN_LINE.sub("", _UNSEEN.sub("", text))
    return _SPACES.sub(" ", text)


def safe_link(address: str, *, base: str = "") -> str:
    """The address as it may stand in a link, or "": scripts, files and places in the page are nobody's to visit."""
    address = _UNSEEN.sub("", address).strip()
    if not address or address.startswith("#"):
        return ""
    try:
        full = urljoin(base, address) if base else address
        parts = urlsplit(full)
    except ValueError:
        return ""
    if parts.scheme.lower() not in _LINKS or any(letter.isspace() or letter in "\"'<>" for letter in full):
        return ""
    return full if parts.netloc or parts.scheme.lower() in {"mailto", "tel"} else ""


class Walker:
    """Collects the pieces of a tree. `base` is the address that relative links are seen from; "" drops those."""

    def __init__(self, *, base: str = "") -> None:
        self.base = base
        self.pieces: list[Piece] = []
        self.counts: Counter[str] = Counter()  # what was left out or changed, by its name
        self._runs: list[_Run] = []
        self._list_depth = 0

    def read(self, root: Tag) -> list[Piece]:
        """The pieces below `root`, in order."""
        self._visit_all(root.children, _Look(), 0)
        self._flush()
        return self.pieces

    # --- the walk -----------------------------------------------------------------------------------------------------

    def _visit_all(self, nodes: Iterable[PageElement], look: _Look, depth: int) -> None:
        for node in nodes:
            if isinstance(node, Tag):
                self._visit(node, look, depth + 1)
            elif type(node) in (NavigableString, CData):
                self._say(str(node), look)

    def _visit(self, tag: Tag, look: _Look, depth: int) -> None:
        name = tag.name.lower()
        if name in _SILENT or self._is_hidden(tag):
            return
        if name in _PLAYERS:
            self.counts[_PLAYERS[name]] += 1
        elif depth > _DEEPEST:
            self._say(tag.get_text(" "), look)
        elif name == "br":
            self._runs.append(_Run("\n", look))
        elif name == "img":
            self._figure(tag)
        elif name in _INLINE:
            self._visit_all(tag.children, self._look_of(tag, look), depth)
        else:
            self._flush()
            self._visit_block(tag, name, look, depth)
            self._flush()

    def _visit_block(self, tag: Tag, name: str, look: _Look, depth: int) -> None:
        if name in _HEADINGS:
            self._heading(tag, _HEADINGS[name], depth)
        elif name in {"ul", "ol"}:
            self._list(tag, look, depth)
        elif name == "table":
            self._table(tag, look, depth)
        elif name == "blockquote":
            self._quote(tag, depth)
        elif name == "figcaption" or "caption" in tag.get_attribute_list("class"):
            inner = self._inside(tag, depth)
            self.pieces += [Caption(one.text) if isinstance(one, Paragraph) else one for one in inner]
        else:
            self._visit_all(tag.children, self._look_of(tag, look), depth)

    def _is_hidden(self, tag: Tag) -> bool:
        return tag.has_attr("hidden") or bool(_HIDDEN.search(str(tag.get("style") or "")))

    def _look_of(self, tag: Tag, look: _Look) -> _Look:
        name, style = tag.name.lower(), str(tag.get("style") or "")
        if name in {"b", "strong"} or _BOLD.search(style):
            look = replace(look, bold=True)
        if name in {"i", "em", "cite"} or _ITALIC.search(style):
            look = replace(look, italic=True)
        if name == "a":
            look = replace(look, href=safe_link(str(tag.get("href") or ""), base=self.base))
        return look

    def _inside(self, tag: Tag, depth: int, *, list_depth: int | None = None) -> list[Piece]:
        """The pieces of a tag by themselves."""
        inner = Walker(base=self.base)
        inner.counts = self.counts
        inner._list_depth = self._list_depth if list_depth is None else list_depth
        inner._visit_all(tag.children, _Look(), depth)
        inner._flush()
        return inner.pieces

    # --- paragraphs ---------------------------------------------------------------------------------------------------

    def _say(self, text: str, look: _Look) -> None:
        if text := clean_text(text):
            self._runs.append(_Run(text, look))

    def _flush(self) -> None:
        runs, self._runs = _tidied(self._runs), []
        if runs:
            said = [run for run in runs if run.text.strip()]
            self.pieces.append(
                Paragraph(
                    html=_marked_up(runs),
                    text="".join(run.text for run in runs).strip(),
                    is_bold=all(run.look.bold for run in said),
                )
            )

    # --- what is more than a paragraph --------------------------------------------------------------------------------

    def _figure(self, tag: Tag) -> None:
        self._flush()
        # ADDRESSES is set by whoever knows where this kind of page keeps them.
        marked = str(tag.get(ADDRESSES) or "")
        found = [unquote(one) for one in marked.split()] if marked else [str(tag.get("src") or "")]
        alt = clean_text(str(tag.get("alt") or "")).strip()
        if any(found):
            self.pieces.append(Figure(tuple(one for one in found if one), alt=alt))

    def _heading(self, tag: Tag, level: int, depth: int) -> None:
        inner = self._inside(tag, depth)
        text = " ".join(one.text.replace("\n", " ") for one in inner if isinstance(one, Paragraph))
        if text:
            self.pieces.append(Heading(text, level))
        self.pieces += [one for one in inner if not isinstance(one, Paragraph)]

    def _quote(self, tag: Tag, depth: int) -> None:
        inner = self._inside(tag, depth)
        lines = [one.text for one in inner if isinstance(one, Paragraph)]
        if len(lines) < len(inner) or not lines:
            self.pieces += inner
            return
        speaker = _SPEAKER.match(lines[-1]) if len(lines) > 1 else None
        text = "\n".join(lines[:-1] if speaker else lines)
        if len(text) > LONGEST_QUOTE:
            self.pieces += inner
        else:
            self.pieces.append(Quote(text, speaker=speaker[1].strip() if speaker else ""))

    def _list(self, tag: Tag, look: _Look, depth: int) -> None:
        if tag.find(["img", "table", "blockquote", "figure", *_HEADINGS]) is not None:
            # A list used for laying out a page.
            for child in tag.find_all(True, recursive=False):
                self._flush()
                self._visit_all(child.children, look, depth + 1)
                self._flush()
            return
        items = []
        for child in tag.find_all(True, recursive=False):
            if child.name in _SILENT or self._is_hidden(child):
                continue
            as_item = child.name == "li"
            inner = self._inside(child if as_item else _around(child), depth, list_depth=self._list_depth + 1)
            if inner:
                items.append(f"<li>{_in_item(inner)}</li>")
        if items:
            name = tag.name
            # Deeper ones stand beside the others: no editor can show them.
            if self._list_depth >= _DEEPEST_LIST:
                texts = [re.sub("<[^>]+>", "", one) for one in items]
                self.pieces.append(Paragraph("；".join(texts), html.unescape("；".join(texts))))
            else:
                self.pieces.append(Listing(f"<{name}>{''.join(items)}</{name}>"))

    def _table(self, tag: Tag, look: _Look, depth: int) -> None:
        rows = [
            list(row.find_all(["td", "th"], recursive=False))
            for row in tag.find_all("tr")
            if row.find_parent("table") is tag
        ]
        cells = [cell for row in rows for cell in row]
        texts = [[clean_text(cell.get_text(" ")).strip() for cell in row] for row in rows]
        plain = tag.find(["img", "table", "ul", "ol", "blockquote"]) is None
        if (
            not plain
            or max(map(len, rows), default=0) < 2
            or any(len(t) > _LONGEST_CELL for row in texts for t in row)
        ):
            # A table used for laying out a page.
            for cell in cells:
                self._flush()
                self._visit_all(cell.children, self._look_of(cell, look), depth + 1)
                self._flush()
            return
        headed = len(texts) > 1 and (
            all(cell.name == "th" for cell in rows[0]) or (len(texts[0]) > 2 and all(texts[0]))
        )
        heads = texts[0] if headed else []
        lines = [_line_of_table(row, heads) for row in (texts[1:] if headed else texts) if any(row)]
        if lines:
            self.counts["表格"] += 1
            self.pieces.append(Listing("<ul>" + "".join(f"<li>{line}</li>" for line in lines) + "</ul>"))


def _around(child: Tag) -> Tag:
    """A tag that stands in a list without being an item, such as a list right inside another."""
    wrapper = Tag(name="li")
    wrapper.append(child.__copy__())
    return wrapper


def _in_item(pieces: list[Piece]) -> str:
    """The inside of a list item: its paragraphs as lines, and the lists in it behind them."""
    lines = [one.html for one in pieces if isinstance(one, Paragraph)]
    lines += [html.escape(one.text) for one in pieces if isinstance(one, Quote | Caption | Heading)]
    return "<br/>".join(lines) + "".join(one.html for one in pieces if isinstance(one, Listing))


def _line_of_table(row: list[str], heads: list[str]) -> str:
    escaped = [html.escape(text, quote=False) for text in row]
    if heads and len(row) > 1:
        named = zip(heads, escaped, strict=False)
        pairs = [
            f"{html.escape(head, quote=False)}：{text}" if head else text for head, text in named if text
        ]
        return "；".join(pairs)
    if len(row) == 2 and all(row):
        return f"<b>{escaped[0].rstrip('：:')}</b>：{escaped[1]}"
    return "，".join(text for text in escaped if text)


def _tidied(runs: list[_Run]) -> list[_Run]:
    """Runs without the empty space at both ends and around line breaks."""
    while runs and not runs[0].text.strip():
        runs = runs[1:]
    while runs and not runs[-1].text.strip():
        runs = runs[:-1]
    if not runs:
        return []
    # Not only of spaces: Chinese paragraphs are often pushed in by hand with two wide ones.
    runs = [replace(runs[0], text=runs[0].text.lstrip()), *runs[1:]]
    tidy: list[_Run] = []
    for run in runs:
        last = tidy[-1].text if tidy else ""
        text = run.text
        if run.text != "\n" and last.endswith((" ", "\n")):
            text = text.lstrip(" ")
        if run.text == "\n" and last == "\n":
            continue
        if text:
            tidy.append(replace(run, text=text))
    tidy[-1] = replace(tidy[-1], text=tidy[-1].text.rstrip())
    return tidy


def _marked_up(runs: list[_Run]) -> str:
    parts: list[str] = []
    for run in _merged(runs):
        text = html.escape(run.text, quote=False).replace("\n", "<br/>")
        if run.text.strip():
            text = f"<i>{text}</i>" if run.look.italic else text
            text = f"<b>{text}</b>" if run.look.bold else text
            text = f'<a href="{html.escape(run.look.href)}">{text}</a>' if run.look.href else text
        parts.append(text)
    return "".join(parts)


def _merged(runs: list[_Run]) -> list[_Run]:
    merged: list[_Run] = []
    for run in runs:
        if merged and merged[-1].look == run.look:
            merged[-1] = replace(run, text=merged[-1].text + run.text)
        else:
            merged.append(run)
    return merged
