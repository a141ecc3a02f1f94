"""Paper-cut (剪纸) ornaments as inline SVG: for mastheads, dividers, and stories that have no picture.

Each motif is one ink (`currentColor`) with holes; what is seen through the holes is whatever lies below. A motif is drawn once in a page
and referred to afterwards. The classic cuts are sawteeth (锯齿), crescents (月牙) and clouds (云纹).
"""

from __future__ import annotations

import re
from functools import cache
from hashlib import blake2b
from math import cos, pi, sin
from typing import TypeAlias

from markupsafe import Markup, escape

from frontend_static import assets

# Themes of stories (人文地景产) and kinds of places, each with its motif.
MOTIF_OF = {
    "people": "neighbours",
    "culture": "mask",
    "land": "garden",
    "scenery": "bridge",
    "industry": "stall",
    "neighbour-space": "gate",
    "service": "gate",
    "organisation": "neighbours",
    "junior-reporter": "kite",
}
_SPARE = ("bowl", "peony", "bamboo", "lantern")


Points: TypeAlias = list[tuple[float, float]]

_CENTRE = "M-6 0a6 6 0 1 0 12 0a6 6 0 1 0 -12 0Z"


def _turned(points: Points, angle: float) -> Points:
    s, c = sin(angle), cos(angle)
    return [(x * c - y * s, x * s + y * c) for x, y in points]


def _curve(points: Points) -> str:
    """A closed path: a start, then cubic curves of three points each."""
    (x, y), rest = points[0], points[1:]
    return f"M{x:.1f} {y:.1f}C" + " ".join(f"{a:.1f} {b:.1f}" for a, b in rest) + "Z"


def _ring(shapes: list[Points], count: int, offset: float = 0.0) -> str:
    return "".join(
        _curve(_turned(shape, offset + 2 * pi * n / count)) for n in range(count) for shape in shapes
    )


def _teeth(inner: float, outer: float, count: int) -> str:
    """A star of sawteeth around the centre."""
    corners = []
    for n in range(count * 2):
        radius = outer if n % 2 == 0 else inner
        corners.append(f"{radius * sin(pi * n / count):.1f} {-radius * cos(pi * n / count):.1f}")
    return "M" + "L".join(corners) + "Z"


def _peony(petals: int) -> str:
    """A round flower (团花) of hibiscus petals, each with a drop, a vein of crescents and sawteeth at its root."""
    petal: Points = [(0, -34), (16, -40), (36, -62), (24, -84), (16, -90), (8, -86), (0, -96)]
    petal += [(-8, -86), (-16, -90), (-24, -84), (-36, -62), (-16, -40), (0, -34)]
    drop: Points = [(0, -48), (7, -58), (6, -72), (0, -80), (-6, -72), (-7, -58), (0, -48)]
    left: Points = [(-10, -52), (-20, -62), (-20, -74), (-15, -80), (-15, -72), (-14, -62), (-10, -52)]
    right: Points = [(-x, y) for x, y in left]
    leaf: Points = [(0, -70), (9, -80), (9, -90), (0, -99), (-9, -90), (-9, -80), (0, -70)]
    inner: Points = [(0, -16), (10, -20), (13, -30), (0, -38), (-13, -30), (-10, -20), (0, -16)]
    seed: Points = [(0, -22), (4, -26), (4, -30), (0, -33), (-4, -30), (-4, -26), (0, -22)]
    path = _ring([petal, drop, left, right], petals)
    path += _ring([leaf], petals, pi / petals)
    path += _ring([inner, seed], petals, pi / petals)
    return f'<path fill-rule="evenodd" d="{path}{_teeth(11, 15, 16)}{_CENTRE}"/>'


def _leaf(x: float, y: float, length: float, angle: float) -> str:
    width = length * 0.14
    shape = [(0.0, 0.0), (width, length * 0.3), (width * 0.8, length * 0.7), (0.0, length)]
    shape += [(-width * 0.8, length * 0.7), (-width, length * 0.3), (0.0, 0.0)]
    return _curve([(px + x, py + y) for px, py in _turned(shape, angle * pi / 180)])


def _bamboo() -> str:
    stalks = ""
    for x, top, joints in ((70, 6, 5), (104, 30, 4), (136, 0, 5)):
        height = (168 - top) / joints
        for n in range(joints):
            y = top + n * height
            stalks += f"M{x} {y:.0f}h11l-1.5 4v{height - 11:.0f}l1.5 4h-11l1.5 -4v{11 - height:.0f}Z"
    leaves = ""
    for x, y, angles in (
        (70, 42, (60, 95, 130)),
        (147, 36, (-50, -85, -120)),
        (115, 66, (-40, -75)),
        (104, 100, (55, 95)),
    ):
        leaves += "".join(_leaf(x, y, 46, angle) for angle in angles)
    for x, y, angles in ((147, 104, (-60, -100)), (70, 110, (75, 110))):
        leaves += "".join(_leaf(x, y, 40, angle) for angle in angles)
    return f'<path d="{stalks}{leaves}"/><path d="M20 172q50 -10 100 0t100 0v4q-50 10 -100 0t-100 0Z"/>'


@cache
def _motif(name: str) -> tuple[str, str]:
    if name == "peony":
        return "-100 -100 200 200", _peony(8)
    if name == "blossom":
        return "-100 -100 200 200", _peony(6)
    if name == "bamboo":
        return "0 0 240 180", _bamboo()
    return _drawing(name)


def _drawing(name: str) -> tuple[str, str]:
    """A motif drawn by hand: its view box and what is in it."""
    text = (assets.ASSETS / "papercuts" / f"{name}.svg").read_text(encoding="utf-8")
    found = re.fullmatch(r'<svg xmlns="[^"]*" viewBox="([^"]*)">(.*)</svg>\s*', text, re.DOTALL)
    assert found is not None, f"{name}.svg is not drawn as the others are"
    return found[1], found[2].replace("\n", "")


class Papercuts:
    """The ornaments of one page; each motif is drawn at its first use and only referred to later."""

    def __init__(self) -> None:
        self._drawn: set[str] = set()

    def __call__(self, name: str, css: str = "") -> Markup:
        """An ornament without meaning of its own, hidden from screen readers."""
        box, drawing = _motif(name)
        if name in self._drawn:
            inner = f'<use href="#cut-{name}"/>'
        else:
            self._drawn.add(name)
            inner = f'<g id="cut-{name}">{drawing}</g>'
        css = f"cut {css}".strip()
        return Markup(
            f'<svg class="{escape(css)}" viewBox="{box}" fill="currentColor" aria-hidden="true">{inner}</svg>'
        )

    def cover(self, item: dict[str, object], css: str = "") -> Markup:
        """A whole picture in paper for an item without one, the same each time it is drawn."""
        name = motif_of(item)
        corner = self("blossom", "corner a") + self("blossom", "corner b")
        return Markup('<span class="papercover {}" aria-hidden="true">{}{}</span>').format(
            css, corner, self(name, "motif")
        )


def motif_of(item: dict[str, object]) -> str:
    """The motif that stands for an item: by its theme or kind, else by its name."""
    if item["type"] == "craftsman":
        return "person"
    if item["type"] == "festival":
        return "lantern"
    for value in (item.get("theme"), item.get("kind")):
        if value in MOTIF_OF:
            return MOTIF_OF[str(value)]
    number = blake2b(str(item["slug"]).encode(), digest_size=1).digest()[0]
    return _SPARE[number % len(_SPARE)]
