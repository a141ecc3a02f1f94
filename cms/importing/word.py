"""Word files. Mammoth reads them; what is no Word file it can read is refused here first."""

from __future__ import annotations

import io
import re
from typing import Any
from zipfile import ZipFile

import mammoth
from bs4 import BeautifulSoup

from cms.importing.exceptions import ImportRefused
from cms.importing.pieces import Article, Heading, Paragraph, Piece
from cms.importing.walking import Walker, clean_text
from media.domain.archives import opened_archive, read_entry
from media.exceptions import ArchiveRefused

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
_LONGEST_XML = 30 * 1024 * 1024
_MOST_XML = 60 * 1024 * 1024
_BROKEN = "这个 Word 文件已损坏或不完整，打不开。请在 Word 或 WPS 里打开它，另存为 .docx 再上传。"
# Names of built-in styles are English in the file, whatever language Word speaks.
_STYLES = """
p[style-name='Title'] => h1.title:fresh
p[style-name='Subtitle'] => h3:fresh
p[style-name='Quote'] => blockquote > p:fresh
p[style-name='Intense Quote'] => blockquote > p:fresh
p[style-name='Block Text'] => blockquote > p:fresh
p[style-name='caption'] => p.caption:fresh
p[style-name='Caption'] => p.caption:fresh
"""
_END_OF_SENTENCE = re.compile(r"[。！？；：，、,;:]$")
_LONGEST_TITLE = 60


def read_word(data: bytes) -> Article:
    """A .docx as an article. Raises ImportRefused for what is none, is encrypted, broken or a bomb."""
    if data.startswith(_OLE):
        if _ENCRYPTED_PACKAGE in data:
            raise ImportRefused("这个 Word 文件设了打开密码。请在 Word 或 WPS 里去掉密码，再上传。")
        raise ImportRefused("这是旧格式的 Word 文件（.doc）。请在 Word 或 WPS 里另存为 .docx，再上传。")
    try:
        with opened_archive(io.BytesIO(data), most_entries=5000) as archive:
            _check(archive)
    except ArchiveRefused as error:
        # The same words whatever is wrong with the container; only a bomb gets its own.
        raise ImportRefused(
            str(error) if "太" in str(error) or "不安全" in str(error) else _BROKEN
        ) from error
    pictures: list[bytes] = []

    @mammoth.images.img_element
    def keep(image: Any) -> dict[str, str]:
        with image.open() as file:
            pictures.append(file.read())
        return {"src": f"word:{len(pictures) - 1}"}

    try:
        result = mammoth.convert_to_html(
            io.BytesIO(data), style_map=_STYLES, convert_image=keep, include_embedded_style_map=False
        )
    except RecursionError as error:
        raise ImportRefused("这个 Word 文件里的表格或文本框嵌套得太深，读不了。请简化后再上传。") from error
    except Exception as error:
        # Mammoth has none of its own: an odd part ends in whatever Python raises there.
        raise ImportRefused(_BROKEN) from error
    soup = BeautifulSoup(result.value, "html.parser")
    for arrow in soup.select('a[href^="#"]'):
        if arrow.get_text() == "↑":  # the way back from a footnote
            arrow.decompose()
    walker = Walker()
    pieces = walker.read(soup)
    outside = sum("external" in message.message for message in result.messages)
    title, pieces = _title_of(pieces)
    return Article(
        title=title,
        pieces=pieces,
        resources=lambda address: pictures[int(address[5:])] if address.startswith("word:") else None,
        notes=_notes(walker, outside),
    )


def _check(archive: ZipFile) -> None:
    """Refuse what Mammoth would choke on: a zip that is no Word file, endless XML, and XML that defines entities."""
    sizes = {entry.filename: entry.file_size for entry in archive.infolist()}
    if "[Content_Types].xml" not in sizes or not any(name.endswith("document.xml") for name in sizes):
        raise ImportRefused("这不是 Word 文档（.docx）。请在 Word 或 WPS 里另存为 .docx，再上传。")
    parts = [name for name in sizes if name.lower().endswith((".xml", ".rels"))]
    if max(sizes[name] for name in parts) > _LONGEST_XML or sum(sizes[name] for name in parts) > _MOST_XML:
        raise ImportRefused("这个 Word 文件的内容太多，读不了。请分成几篇再上传。")
    for name in parts:
        xml = read_entry(archive, archive.getinfo(name))
        # In any encoding that XML may have: without its zero bytes UTF-16 reads like ASCII.
        if b"<!DOCTYPE" in (plain := xml.replace(b"\x00", b"")) or b"<!ENTITY" in plain:
            raise ImportRefused("这个 Word 文件里有不该有的内容（DTD），没有接收。请另存为 .docx 再上传。")


def _notes(walker: Walker, outside: int) -> list[str]:
    notes = []
    if walker.counts["表格"]:
        notes.append(f"{walker.counts['表格']} 个表格改成了清单，请看看是否通顺。")
    if outside:
        notes.append(f"{outside} 张图片不在文件里（只是链接），没有带过来。")
    return notes


def _title_of(pieces: list[Piece]) -> tuple[str, list[Piece]]:
    """The title, and the pieces without it: the first heading if nothing but a picture is before it, else a short
    first paragraph."""
    for place, piece in enumerate(pieces[:3]):
        if isinstance(piece, Heading):
            return piece.text, pieces[:place] + pieces[place + 1 :]
        if isinstance(piece, Paragraph):
            text = clean_text(piece.text.replace("\n", " ")).strip()
            if len(text) <= _LONGEST_TITLE and not _END_OF_SENTENCE.search(text):
                return text, pieces[:place] + pieces[place + 1 :]
            break
    return "", pieces
