"""Saved web pages: one HTML file, an MHTML file, or a zip of a page and its folder. Nothing is fetched."""

from __future__ import annotations

import codecs
import email
import email.policy
import io
import posixpath
import re
from dataclasses import dataclass
from urllib.parse import unquote, urljoin, urlsplit
from zipfile import ZipFile, ZipInfo

from cms.importing.exceptions import ImportRefused
from cms.importing.pieces import Resources
from media.domain.archives import name_of, opened_archive, read_entry
from media.exceptions import ArchiveRefused

_PAGES = (".html", ".htm", ".xhtml")
_DECLARED = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9_\-]{1,30})""", re.IGNORECASE)
_CHINESE = {"gb2312", "gbk", "gb_2312-80", "x-gbk", "cp936", "gb18030", "hz-gb-2312"}
_MOST_WRONG = 0.002  # of all characters; a page that was cut or mixed has some
_SAVED_FROM = re.compile(r"<!--\s*saved from url=\(\d{1,5}\)(https?://\S{1,2000})\s*-->", re.IGNORECASE)


@dataclass(frozen=True)
class WebFile:
    """A saved page: its HTML, the address it was saved from ("" if unknown), and what was saved with it."""

    html: str
    url: str
    resources: Resources


def read_page(data: bytes) -> WebFile:
    """A single HTML file; pictures can only be inside it. Raises ImportRefused."""
    if _looks_binary(data):
        raise ImportRefused("这个文件不是网页。请在浏览器里打开文章，选“另存为”，再上传存下来的文件。")
    html = decoded(data)
    return WebFile(html, _saved_from(html), lambda address: None)


def read_mhtml(data: bytes) -> WebFile:
    """A page with its pictures in one file, as Chrome, Edge and WeChat save it. Raises ImportRefused."""
    try:
        message = email.message_from_bytes(data, policy=email.policy.compat32)
        parts = [part for part in message.walk() if not part.is_multipart()]
    except (ValueError, LookupError, RecursionError) as error:
        raise ImportRefused("这个 MHTML 文件已损坏，请重新保存文章。") from error
    by_address: dict[str, bytes] = {}
    html, url = None, str(message.get("Snapshot-Content-Location") or "").strip()
    for part in parts:
        content = part.get_payload(decode=True)
        if not isinstance(content, bytes):
            continue
        place = _header(part.get("Content-Location"))
        if html is None and part.get_content_type() in {"text/html", "application/xhtml+xml"}:
            html = decoded(content, declared=str(part.get_content_charset() or ""))
            url = url or (place if place.startswith("http") else "")
            continue
        if place:
            by_address.setdefault(_plain(place), content)
        if identifier := _header(part.get("Content-ID")).strip("<>"):
            by_address.setdefault(f"cid:{identifier}", content)
    if html is None:
        raise ImportRefused("这个 MHTML 文件里没有网页，可能没有保存完整。请重新保存文章。")

    def find(address: str) -> bytes | None:
        return by_address.get(_plain(address)) or by_address.get(_plain(urljoin(url, address)))

    return WebFile(html, url or _saved_from(html), find)


def read_zip(data: bytes) -> WebFile:
    """A page and its folder of pictures in a zip. Raises ImportRefused or ArchiveRefused."""
    archive = opened_archive(io.BytesIO(data))
    entries = {posixpath.normpath(name_of(one)): one for one in archive.infolist() if not one.is_dir()}
    pages = [
        name
        for name in entries
        # Frames are saved in the page's folder; Macs add copies of every name.
        if name.lower().endswith(_PAGES) and "_files/" not in name and "__MACOSX" not in name
    ]
    if not pages:
        raise ImportRefused("压缩包里没有找到网页（.html）。请把保存的网页和它的图片文件夹一起压缩后再上传。")
    highest = min(name.count("/") for name in pages)
    page = max(
        (name for name in pages if name.count("/") == highest), key=lambda name: entries[name].file_size
    )
    html = decoded(read_entry(archive, entries[page]))
    folder = posixpath.dirname(page)
    return WebFile(html, _saved_from(html), _in_archive(archive, entries, folder))


def _in_archive(archive: ZipFile, entries: dict[str, ZipInfo], folder: str) -> Resources:
    def find(address: str) -> bytes | None:
        parts = urlsplit(address)
        if parts.scheme not in {"", "file"} or parts.netloc:
            return None
        for path in (parts.path, unquote(parts.path)):
            name = posixpath.normpath(posixpath.join(folder, path.replace("\\", "/").lstrip("/")))
            if name in entries:
                try:
                    return read_entry(archive, entries[name])
                except ArchiveRefused:
                    return None
        return None

    return find


def decoded(data: bytes, *, declared: str = "") -> str:
    """The text of a page. Most are UTF-8 or GB 18030, whatever they say. Raises ImportRefused."""
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if data.startswith(mark):
            return data.decode(encoding, "replace").lstrip("\ufeff")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    found = _DECLARED.search(data[:4096])
    said = (declared or (found[1].decode("ascii") if found else "")).lower()
    said = "gb18030" if said in _CHINESE or not _known(said) else said
    for encoding in dict.fromkeys((said, "gb18030", "utf-8")):
        text = data.decode(encoding, "replace")
        if text.count("\ufffd") <= len(text) * _MOST_WRONG:
            return text
    raise ImportRefused("认不出文件的文字编码。请用浏览器打开文章，重新“另存为”网页后再上传。")


def _known(encoding: str) -> bool:
    try:
        codecs.lookup(encoding)
    except (LookupError, ValueError):
        return False
    # Those of Python that make no text (rot13, base64) are none of a page's.
    return encoding in {"big5", "big5-hkscs", "euc-jp", "shift_jis", "euc-kr", "windows-1252", "iso-8859-1"}


def _looks_binary(data: bytes) -> bool:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return False
    return b"\x00" in data[:4096] or data.startswith((b"%PDF", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"MZ"))


def _saved_from(html: str) -> str:
    found = _SAVED_FROM.search(html[:5000])
    return found[1] if found else ""


def _header(value: object) -> str:
    return re.sub(r"\s+", "", str(value or ""))


def _plain(address: str) -> str:
    return address.partition("#")[0]
