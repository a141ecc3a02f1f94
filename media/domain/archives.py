"""Zip files that somebody sent, looked at before anything in them is unfolded."""

from __future__ import annotations

import lzma
import re
import stat
import zlib
from typing import IO
from zipfile import BadZipFile, LargeZipFile, ZipFile, ZipInfo

from media.exceptions import ArchiveRefused

_MEGABYTE = 1024 * 1024
MOST_ENTRIES = 2000
MOST_UNFOLDED = 200 * _MEGABYTE
_DRIVE = re.compile(r"[A-Za-z]:")
_IN_UTF8 = 0x800
_ENCRYPTED = 0x1
_UNREADABLE = (
    BadZipFile,
    LargeZipFile,
    OSError,
    EOFError,
    ValueError,
    NotImplementedError,
    zlib.error,
    lzma.LZMAError,
)


def opened_archive(
    file: IO[bytes], *, most_entries: int = MOST_ENTRIES, most_bytes: int = MOST_UNFOLDED
) -> ZipFile:
    """The archive in a file. Its table of contents has been checked, nothing is unfolded yet.

    `most_bytes` is what it may hold when unfolded; Python reads no more of an entry than the table says. Raises
    ArchiveRefused for what is no zip from its first byte on, is encrypted, holds too much, or has names that lead out
    of it.
    """
    file.seek(0)
    if file.read(2) != b"PK":
        raise ArchiveRefused("这不是一个完好的压缩包，请重新压缩或重新下载后再上传。", is_damaged=True)
    file.seek(0)
    try:
        archive = ZipFile(file)
    except _UNREADABLE as error:
        raise ArchiveRefused(
            "压缩包已损坏或不完整，请重新压缩或重新下载后再上传。", is_damaged=True
        ) from error
    entries = archive.infolist()
    if len(entries) > most_entries:
        raise ArchiveRefused(f"压缩包里的文件太多，最多 {most_entries} 个。")
    if sum(entry.file_size for entry in entries) > most_bytes:
        raise ArchiveRefused(f"压缩包解开后太大，最多 {most_bytes // _MEGABYTE} MB。")
    for entry in entries:
        if entry.flag_bits & _ENCRYPTED:
            raise ArchiveRefused("压缩包设了密码，请先去掉密码再上传。")
        if leads_out(name_of(entry)) or stat.S_ISLNK(entry.external_attr >> 16):
            raise ArchiveRefused(
                f"压缩包里有不安全的文件名“{name_of(entry)[:60]}”（指向压缩包外面），没有接收。"
            )
    return archive


def name_of(entry: ZipInfo) -> str:
    """The name of an entry with "/" between its parts. Chinese Windows writes GBK and does not say so."""
    name = entry.filename
    if not entry.flag_bits & _IN_UTF8 and not name.isascii():
        raw = name.encode("cp437", "replace")
        for encoding in ("utf-8", "gb18030"):
            try:
                name = raw.decode(encoding)
            except UnicodeDecodeError:
                continue
            break
    return name.replace("\\", "/")


def leads_out(name: str) -> bool:
    """Whether a name, unfolded into a folder, would be written outside it."""
    return name.startswith("/") or bool(_DRIVE.match(name)) or ".." in name.split("/") or "\x00" in name


def read_entry(archive: ZipFile, entry: ZipInfo) -> bytes:
    """The content of an entry. Raises ArchiveRefused when it is damaged."""
    try:
        return archive.read(entry)
    except (*_UNREADABLE, RuntimeError) as error:
        words = f"压缩包里的“{name_of(entry)[:60]}”已损坏，请重新压缩后再上传。"
        raise ArchiveRefused(words, is_damaged=True) from error
