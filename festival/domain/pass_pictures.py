"""A pass as a picture that any phone keeps among its photographs and any printer prints.

The writing is what needs no Chinese type, which a server may not have: the code, the booths, the days.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

import segno
from PIL import Image, ImageDraw, ImageFont

_DOT = 12  # of the code, in pixels
_GAP = 12
_MARGIN = 40
_LARGE, _SMALL = 84, 50


def png(shown: Mapping[str, Any]) -> bytes:
    """The pass that `passes.portray` told of, as a PNG in black and white."""
    code = io.BytesIO()
    segno.make(shown["token"], error="m", micro=False).save(code, kind="png", scale=_DOT, border=4)
    squares = Image.open(code).convert("1")
    written = [
        (_LARGE, f"{shown['code'][:4]} {shown['code'][4:]}"),
        *[(_SMALL, line) for line in (_plain(shown["booths"]), _days(shown)) if line],
    ]
    fonts = {height: ImageFont.load_default(size=height) for height in (_LARGE, _SMALL)}
    below = sum(height + _GAP for height, _ in written)
    sheet = Image.new("1", (squares.width, squares.height + below + _MARGIN), 1)
    sheet.paste(squares, (0, 0))
    pen, top = ImageDraw.Draw(sheet), squares.height
    for height, line in written:
        while height > 12 and pen.textlength(line, font=fonts[height]) > sheet.width - _MARGIN:
            height -= 2
            fonts.setdefault(height, ImageFont.load_default(size=height))
        pen.text((sheet.width / 2, top), line, font=fonts[height], fill=0, anchor="ma")
        top += height + _GAP
    out = io.BytesIO()
    sheet.save(out, "PNG", optimize=True)
    return out.getvalue()


def _plain(booths: list[str]) -> str:
    return "  ".join(number for number in booths if number.isascii())


def _days(shown: Mapping[str, Any]) -> str:
    first, last = (str(shown[name]).replace("-", ".") for name in ("first_day", "last_day"))
    return first if first == last else f"{first} - {last}"
