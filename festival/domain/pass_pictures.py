"""A pass as a picture that any phone keeps among its photographs and any printer prints.

What must be read from it needs no Chinese type, which a server may not have: the code, the booths, the days. Where
there is one, the edition and the zone stand above them.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from functools import cache
from typing import Any

import segno
from PIL import Image, ImageDraw, ImageFont

_DOT = 12  # of the code, in pixels
_GAP = 12
_MARGIN = 40
_LARGE, _SMALL = 84, 50
# Chinese types as Linux systems bring them along (Debian: fonts-noto-cjk, fonts-wqy-microhei, fonts-droid-fallback).
_TYPES = (
    "NotoSansCJK-Regular.ttc",
    "NotoSansCJKsc-Regular.otf",
    "SourceHanSansSC-Regular.otf",
    "wqy-microhei.ttc",
    "wqy-zenhei.ttc",
    "DroidSansFallbackFull.ttf",
)


def png(shown: Mapping[str, Any], *, title: str) -> bytes:
    """The pass that `passes.portray` told of, as a PNG in black and white. `title` is the edition's."""
    code = io.BytesIO()
    segno.make(shown["token"], error="m", micro=False).save(code, kind="png", scale=_DOT, border=4)
    squares = Image.open(code).convert("1")
    written = [
        (_LARGE, f"{shown['code'][:4]} {shown['code'][4:]}"),
        (_SMALL, title),
        (_SMALL, str(shown["zone"]["name"])),
        (_SMALL, "  ".join(number for number in shown["booths"] if _can_write(number))),
        (_SMALL, _days(shown)),
    ]
    lines = [
        (height, " ".join(line.split())) for height, line in written if line.strip() and _can_write(line)
    ]
    sheet = Image.new("1", (squares.width, squares.height + sum(h + _GAP for h, _ in lines) + _MARGIN), 1)
    sheet.paste(squares, (0, 0))
    pen, top = ImageDraw.Draw(sheet), squares.height
    for height, line in lines:
        size = height
        while size > 12 and pen.textlength(line, font=_font(line, size)) > sheet.width - _MARGIN:
            size -= 2
        pen.text((sheet.width / 2, top), line, font=_font(line, size), fill=0, anchor="ma")
        top += height + _GAP
    out = io.BytesIO()
    sheet.save(out, "PNG", optimize=True)
    return out.getvalue()


def _days(shown: Mapping[str, Any]) -> str:
    first, last = (str(shown[name]).replace("-", ".") for name in ("first_day", "last_day"))
    return first if first == last else f"{first} - {last}"


def _can_write(line: str) -> bool:
    return line.isascii() or _chinese_type() is not None


def _font(line: str, size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    chinese = None if line.isascii() else _chinese_type()
    if chinese is None:
        return ImageFont.load_default(size=size)
    path, index = chinese
    return ImageFont.truetype(path, size, index=index)


@cache
def _chinese_type() -> tuple[str, int] | None:
    """The file of a Chinese type that this machine has, and which of its faces writes as in the mainland."""
    for name in _TYPES:
        try:
            path = str(ImageFont.truetype(name).path)
        except OSError:
            continue
        return path, next((n for n, face in enumerate(_faces(path)) if face.endswith(" SC")), 0)
    return None


def _faces(path: str) -> list[str]:
    faces: list[str] = []
    while True:
        try:
            faces.append(ImageFont.truetype(path, index=len(faces)).getname()[0] or "")
        except OSError:
            return faces
