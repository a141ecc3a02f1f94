"""Documents that people download: each is what its name says, and nothing in it runs by itself."""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import IO
from zipfile import ZipFile

from media.domain.archives import name_of, opened_archive, read_entry
from media.exceptions import ArchiveRefused, DocumentRefused

# Suffix → the folder of its main part, and what people call such a file.
_OFFICE = {
    "docx": ("word/", "Word 文档"),
    "xlsx": ("xl/", "Excel 表格"),
    "pptx": ("ppt/", "PowerPoint 演示文稿"),
}
_MACROS = re.compile(r"(^|/)(vbaProject\.bin|macrosheets/|activeX/)", re.IGNORECASE)
# What a double click would run, on any system; and pages, which run scripts as if they were the sender's.
RUNS = frozenset(
    [
        *(
            "apk",
            "app",
            "bat",
            "chm",
            "cmd",
            "com",
            "command",
            "cpl",
            "deb",
            "desktop",
            "dll",
            "dmg",
            "exe",
            "gadget",
        ),
        *(
            "hta",
            "htm",
            "html",
            "inf",
            "iso",
            "jar",
            "js",
            "jse",
            "lnk",
            "msc",
            "msi",
            "msp",
            "mst",
            "pif",
            "ps1",
            "py",
        ),
        *(
            "reg",
            "rpm",
            "scf",
            "scr",
            "sct",
            "sh",
            "svg",
            "svgz",
            "sys",
            "url",
            "vb",
            "vbe",
            "vbs",
            "wsf",
            "wsh",
        ),
        *("docm", "dotm", "xlsm", "xltm", "pptm", "potm", "ppsm", "xhtml", "xll", "xlam", "ppam"),
    ]
)
_TEXT_SAMPLE = 1024 * 1024
_NOT_TEXT = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def check_document(file: IO[bytes], *, suffix: str) -> None:
    """Look at a document's bytes; the file is rewound. Raises DocumentRefused or ArchiveRefused with words for the
    form. A suffix that is not listed is not looked at: the list of those is Wagtail's."""
    try:
        if suffix == "pdf":
            _check_pdf(file)
        elif suffix in _OFFICE:
            _check_office(file, suffix)
        elif suffix == "zip":
            _check_zip(file)
        elif suffix in {"csv", "txt"}:
            _check_text(file, suffix)
    finally:
        file.seek(0)


def _check_pdf(file: IO[bytes]) -> None:
    file.seek(0)
    # From the first byte on: readers also take it further in, behind what is a page or a program to others.
    if not file.read(5) == b"%PDF-":
        raise DocumentRefused("这个文件不是 PDF，或已损坏。请重新导出后再上传。")


def _check_office(file: IO[bytes], suffix: str) -> None:
    folder, kind = _OFFICE[suffix]
    try:
        archive = opened_archive(file, most_entries=10_000)
    except ArchiveRefused as error:
        if error.is_damaged:
            raise DocumentRefused(f"这个文件不是 {kind}（.{suffix}），或已损坏，或设了密码。") from error
        raise
    with archive:
        names = [name_of(entry) for entry in archive.infolist()]
        if "[Content_Types].xml" not in names or not any(name.startswith(folder) for name in names):
            raise DocumentRefused(f"这个文件不是 {kind}（.{suffix}）。请用正确的格式另存后再上传。")
        types = read_entry(archive, archive.getinfo("[Content_Types].xml"))
        if any(_MACROS.search(name) for name in names) or b"macroEnabled" in types:
            raise DocumentRefused(
                f"这个{kind}带有宏，会在别人的电脑上运行。请另存为不带宏的 .{suffix} 再上传。"
            )


def _check_zip(file: IO[bytes]) -> None:
    with opened_archive(file, most_bytes=1024 * 1024 * 1024) as archive:
        _check_members(archive)


def _check_members(archive: ZipFile) -> None:
    for entry in archive.infolist():
        name = name_of(entry)
        if PurePath(name.rstrip(". ")).suffix.lower().removeprefix(".") in RUNS:
            raise DocumentRefused(f"压缩包里有会运行的文件“{name[:60]}”，没有接收。请去掉它再上传。")


def _check_text(file: IO[bytes], suffix: str) -> None:
    file.seek(0)
    while chunk := file.read(_TEXT_SAMPLE):
        if _NOT_TEXT.search(chunk):
            raise DocumentRefused(f"这个文件不是文本（.{suffix}）。请用正确的格式另存后再上传。")
