"""From an article to a draft on a district's shelf."""

from __future__ import annotations

import html
import json
import re
import uuid
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

from django.db import transaction
from wagtail.models import Page

from cms.importing import article as articles
from cms.importing import files, word
from cms.importing.exceptions import ImportRefused, PictureLeftOut
from cms.importing.pictures import PictureKeeper
from cms.importing.pieces import Article, Caption, Figure, Heading, Listing, Paragraph, Piece, Quote
from cms.models import StoryPage
from media.models import Picture
from sites.models import Community, District, User

MOST_BYTES = 20 * 1024 * 1024
SUFFIXES = (".docx", ".html", ".htm", ".mhtml", ".mht", ".zip")
_LONGEST_HEADING = 60
_LONGEST_CAPTION = 200
_OTHER_FORMATS = {
    ".doc": "这是旧格式的 Word 文件（.doc）。请在 Word 或 WPS 里另存为 .docx，再上传。",
    ".docm": "这个 Word 文件带有宏。请在 Word 或 WPS 里另存为 .docx，再上传。",
    ".wps": "这是 WPS 自己的格式。请在 WPS 里另存为 .docx，再上传。",
    ".pdf": "PDF 里的文字和图片取不完整。请用原来的 Word 文件，或把文字复制到 Word 里再上传。",
    ".rtf": "请在 Word 或 WPS 里把它另存为 .docx，再上传。",
    ".webarchive": "请用 Chrome 或 Edge 打开文章，另存为“网页，单个文件（.mhtml）”，再上传。",
}
# Words below a picture that nothing marks as such: authors begin them so.
_CAPTION = re.compile(r"^(?:[▲△▼▽↑↓◎■]|图\s*[0-9一二三四五六七八九十]*\s*[:：/／|、．.]|图为|（图|图片来源)")
_LONGEST_GUESSED_CAPTION = 80
_LONGEST_GUESSED_HEADING = 30
_ENDS_SENTENCE = re.compile(r"[。！？；：，、,.!?;:…”）)]$")


@dataclass
class Imported:
    """A draft, and what the editor must know of it."""

    page: StoryPage
    pictures: list[Picture]
    silent: int  # pictures that still need their words
    notes: list[str]


@dataclass
class _Body:
    """The blocks as they grow."""

    blocks: list[dict[str, Any]] = field(default_factory=list)
    paragraphs: list[str] = field(default_factory=list)

    def add(self, type_: str, value: Any) -> None:
        self.end_paragraphs()
        self.blocks.append({"type": type_, "value": value, "id": str(uuid.uuid4())})

    def end_paragraphs(self) -> None:
        if self.paragraphs:
            text, self.paragraphs = "".join(self.paragraphs), []
            self.add("paragraph", text)


def read(*, name: str, data: bytes) -> Article:
    """What a file tells, by its suffix. Raises ImportRefused or ArchiveRefused with words for the form."""
    suffix = PurePath(name).suffix.lower()
    if not data:
        raise ImportRefused("这个文件是空的，请重新选择。")
    if suffix == ".docx":
        found = word.read_word(data)
    elif suffix in {".html", ".htm"}:
        # WeChat and some browsers name an MHTML file .html.
        is_mhtml = re.match(rb"(?i)(from|mime-version|content-type)\s*:", data.lstrip()[:200]) is not None
        found = articles.read_article(files.read_mhtml(data) if is_mhtml else files.read_page(data))
    elif suffix in {".mhtml", ".mht"}:
        found = articles.read_article(files.read_mhtml(data))
    elif suffix == ".zip":
        found = articles.read_article(files.read_zip(data))
    else:
        raise ImportRefused(
            _OTHER_FORMATS.get(suffix, "只能导入 Word 文档（.docx）和保存的网页（.html、.mhtml、.zip）。")
        )
    if not any(isinstance(piece, Paragraph | Listing | Quote | Figure) for piece in found.pieces):
        raise ImportRefused("文件里没有正文，没有东西可以导入。")
    found.title = (found.title or PurePath(name).stem).strip()[:255] or "未命名的故事"
    return found


def import_story(
    *, article: Article, shelf: Page, district: District, user: User, community: Community | None
) -> Imported:
    """Make a draft of an article on the shelf, with its pictures in the district's collection, or nothing at all."""
    is_from_web = bool(article.reprint_note)
    keeper = PictureKeeper(
        district=district,
        user=user,
        title=article.title,
        credit=article.source if is_from_web else "",
        note=f"随文章导入。{article.reprint_note}" if is_from_web else "",
    )
    try:
        with transaction.atomic():
            notes = list(article.notes)
            cover, blocks = _blocks(article, keeper, notes)
            note = article.reprint_note
            if len(note) > 160:
                notes.append(f"原文网址太长，没有写进“转载说明”：{note.rpartition('：')[2]}")
                note = note.partition("，原文：")[0]
            page = StoryPage(
                title=article.title,
                owner=user,
                community=community,
                cover=cover,
                body=json.dumps(blocks),
                byline=article.byline[:60],
                source=article.source[:80],
                reprint_note=note[:160],
                live=False,
            )
            shelf.add_child(instance=page)
            page.save_revision(user=user, log_action=True)
    except BaseException:
        keeper.undo()
        raise
    if keeper.stills:
        notes.append(f"{keeper.stills} 张动图只带来了第一帧。")
    silent = sum(not picture.alt_text for picture in keeper.pictures)
    return Imported(page, keeper.pictures, silent, notes)


def _blocks(
    article: Article, keeper: PictureKeeper, notes: list[str]
) -> tuple[Picture | None, list[dict[str, Any]]]:
    pieces = _captioned(_with_headings(article.pieces))
    levels = sorted({piece.level for piece in pieces if isinstance(piece, Heading)})
    body = _Body()
    cover: Picture | None = None
    number = 0
    last_words = ""
    for piece in pieces:
        if isinstance(piece, Figure):
            number += 1
            place = f"第 {number} 张图片（{f'在“{last_words[-16:]}”之后' if last_words else '在文章开头'}）"
            picture = _picture(piece, article, keeper, place, notes)
            if picture is None:
                continue
            is_first, cover = cover is None, cover or picture
            if not is_first or body.blocks or body.paragraphs:
                body.add("picture", {"image": picture.pk, "caption": piece.caption})
            elif piece.caption:
                # At the very top it would be seen twice, one below the other; and a cover has no caption.
                notes.append(f"开头的图片成了题图，它原来的图注是：{piece.caption}")
            continue
        if isinstance(piece, Heading):
            if len(piece.text) <= _LONGEST_HEADING:
                body.add("heading", {"text": piece.text, "level": "2" if piece.level == levels[0] else "3"})
            else:
                body.paragraphs.append(f"<p><b>{html.escape(piece.text, quote=False)}</b></p>")
        elif isinstance(piece, Quote):
            body.add("quote", {"text": piece.text, "speaker": piece.speaker, "role": ""})
        elif isinstance(piece, Listing):
            body.paragraphs.append(piece.html)
        elif isinstance(piece, Caption):
            body.paragraphs.append(f"<p>{html.escape(piece.text, quote=False)}</p>")
        else:
            body.paragraphs.append(f"<p>{piece.html}</p>")
        last_words = _words(piece) or last_words
    body.end_paragraphs()
    return cover, body.blocks


def _picture(
    figure: Figure, article: Article, keeper: PictureKeeper, place: str, notes: list[str]
) -> Picture | None:
    """The stored picture of a figure; None where there is none, and then a note says so unless nobody would miss it."""
    reason = ""
    for address in figure.sources:
        data = article.resources(address)
        if not data:
            continue
        try:
            picture = keeper.keep(data, alt=figure.alt)
        except PictureLeftOut as left_out:
            reason = str(left_out)
            continue
        if picture is not None:
            return picture
        reason = "decoration"
    others = [
        one for one in figure.sources if not one.startswith("inside:") and article.resources(one) is None
    ]
    if reason == "decoration" and not others:
        return None
    if reason in {"", "decoration"}:
        reason = "不在文件里，没有去网上取"
        if remote := next((one for one in others if one.startswith(("http://", "https://"))), ""):
            reason += f"，原地址：{remote[:200]}"
    notes.append(f"{place}没有带过来：{reason}。")
    return None


def _words(piece: Piece) -> str:
    """What a piece says, in one line."""
    if isinstance(piece, Listing):
        text = html.unescape(re.sub("<[^>]+>", "", re.sub("<(?:li|br/)>", " ", piece.html)))
    else:
        text = getattr(piece, "text", "")
    return " ".join(text.split())


def _with_headings(pieces: list[Piece]) -> list[Piece]:
    """Short bold paragraphs as headings, a step below the real ones: neither WeChat nor hurried people mark them."""
    lowest = max((piece.level for piece in pieces if isinstance(piece, Heading)), default=0)
    made: list[Piece] = []
    for place, piece in enumerate(pieces):
        is_last = place == len(pieces) - 1
        if (
            isinstance(piece, Paragraph)
            and piece.is_bold
            and not is_last
            and 1 < len(piece.text) <= _LONGEST_GUESSED_HEADING
            and not _ENDS_SENTENCE.search(piece.text)
            and not _CAPTION.match(piece.text)
        ):
            made.append(Heading(piece.text.replace("\n", " "), lowest + 1))
        else:
            made.append(piece)
    return made


def _captioned(pieces: list[Piece]) -> list[Piece]:
    """Pictures with the words that stand right below them as their captions."""
    made: list[Piece] = []
    for piece in pieces:
        last = made[-1] if made else None
        is_caption = isinstance(piece, Caption) or (
            isinstance(piece, Paragraph)
            and len(piece.text) <= _LONGEST_GUESSED_CAPTION
            and _CAPTION.match(piece.text) is not None
        )
        if is_caption and isinstance(last, Figure) and not last.caption:
            text = " ".join(getattr(piece, "text", "").split()).lstrip("▲△▼▽↑↓◎■ ")
            if len(text) <= _LONGEST_CAPTION:
                made[-1] = Figure(last.sources, alt=last.alt, caption=text)
                continue
        made.append(piece)
    return made
