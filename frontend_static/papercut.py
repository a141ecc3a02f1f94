"""Paper-cut (剪纸) ornaments as inline SVG: for mastheads, dividers, and stories that have no picture.

Each motif is one ink (`currentColor`) with holes; what is seen through the holes is whatever lies below. A motif is drawn once in a page
and referred to afterwards. The classic cuts are sawteeth (锯齿), crescents (月牙) and clouds (云纹).
"""

from __future__ import annotations

from functools import cache
from hashlib import blake2b
from math import cos, pi, sin

from markupsafe import Markup, escape

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


def _turned(points: list[tuple[float, float]], angle: float) -> list[tuple[float, float]]:
    s, c = sin(angle), cos(angle)
    return [(x * c - y * s, x * s + y * c) for x, y in points]


def _curve(points: list[tuple[float, float]]) -> str:
    """A closed path: a start, then cubic curves of three points each."""
    (x, y), rest = points[0], points[1:]
    return f"M{x:.1f} {y:.1f}C" + " ".join(f"{a:.1f} {b:.1f}" for a, b in rest) + "Z"


def _ring(shapes: list[list[tuple[float, float]]], count: int, offset: float = 0.0) -> str:
    return "".join(_curve(_turned(shape, offset + 2 * pi * n / count)) for n in range(count) for shape in shapes)


def _teeth(inner: float, outer: float, count: int) -> str:
    """A star of sawteeth around the centre."""
    corners = []
    for n in range(count * 2):
        radius = outer if n % 2 == 0 else inner
        corners.append(f"{radius * sin(pi * n / count):.1f} {-radius * cos(pi * n / count):.1f}")
    return "M" + "L".join(corners) + "Z"


def _disc(x: float, y: float, r: float) -> str:
    return f"M{x - r:g} {y:g}a{r:g} {r:g} 0 1 0 {2 * r:g} 0a{r:g} {r:g} 0 1 0 {-2 * r:g} 0Z"


def _peony(petals: int) -> str:
    """A round flower (团花) of hibiscus petals, each with a drop, a vein of crescents and sawteeth at its root."""
    petal = [(0, -34), (16, -40), (36, -62), (24, -84), (16, -90), (8, -86), (0, -96)]
    petal += [(-8, -86), (-16, -90), (-24, -84), (-36, -62), (-16, -40), (0, -34)]
    drop = [(0, -48), (7, -58), (6, -72), (0, -80), (-6, -72), (-7, -58), (0, -48)]
    left = [(-10, -52), (-20, -62), (-20, -74), (-15, -80), (-15, -72), (-14, -62), (-10, -52)]
    right = [(-x, y) for x, y in left]
    leaf = [(0, -70), (9, -80), (9, -90), (0, -99), (-9, -90), (-9, -80), (0, -70)]
    inner = [(0, -16), (10, -20), (13, -30), (0, -38), (-13, -30), (-10, -20), (0, -16)]
    seed = [(0, -22), (4, -26), (4, -30), (0, -33), (-4, -30), (-4, -26), (0, -22)]
    path = _ring([petal, drop, left, right], petals)
    path += _ring([leaf], petals, pi / petals)
    path += _ring([inner, seed], petals, pi / petals)
    return f'<path fill-rule="evenodd" d="{path}{_teeth(11, 15, 16)}{_disc(0, 0, 6)}"/>'


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
    for x, y, angles in ((70, 42, (60, 95, 130)), (147, 36, (-50, -85, -120)), (115, 66, (-40, -75)), (104, 100, (55, 95))):
        leaves += "".join(_leaf(x, y, 46, angle) for angle in angles)
    for x, y, angles in ((147, 104, (-60, -100)), (70, 110, (75, 110))):
        leaves += "".join(_leaf(x, y, 40, angle) for angle in angles)
    return f'<path d="{stalks}{leaves}"/><path d="M20 172q50 -10 100 0t100 0v4q-50 10 -100 0t-100 0Z"/>'


_LANTERN_RIBS = (
    "M50 26C40 40 40 84 50 98C47 84 47 40 50 26ZM50 26C53 40 53 84 50 98C60 84 60 40 50 26Z"
    "M40 27C20 40 20 84 40 97C28 84 28 40 40 27ZM60 27C72 40 72 84 60 97C80 84 80 40 60 27Z"
)

_ROOF = "M8 62C34 60 46 50 58 34L52 26H188L182 34C194 50 206 60 232 62C220 70 206 72 196 70H44C34 72 20 70 8 62Z"

_DRAWN = {
    # name: (view box, drawing)
    "lantern": (
        "0 0 100 150",
        '<path d="M48 0h4v14h-4zM32 14h36v8H32zM32 102h36v8H32z"/>'
        '<path fill-rule="evenodd" d="M32 24h36C104 36 104 88 68 100H32C-4 88 -4 36 32 24Z' + _LANTERN_RIBS + '"/>'
        '<path d="M36 112h3v26h-3zM43 112h3v32h-3zM50 112h3v36h-3zM57 112h3v32h-3zM63 112h3v26h-3z"/>',
    ),
    "gate": (
        "0 0 240 180",
        f'<path fill-rule="evenodd" d="{_ROOF}M64 40h112l4 8H60ZM54 54h132l6 6H48Z"/>'
        '<path d="M100 26c0 -10 8 -10 10 -18c4 6 16 6 20 0c2 8 10 8 10 18Z"/>'
        '<path fill-rule="evenodd" d="M52 74h136v12H52ZM60 77h10v6H60Zm18 0h10v6H78Zm18 0h10v6H96Zm18 0h10v6h-10Zm18 0h10v6h-10Z'
        'm18 0h10v6h-10Zm18 0h10v6h-10Z"/>'
        '<path fill-rule="evenodd" d="M58 90h14v82H58ZM168 90h14v82h-14ZM78 92h40v80H78ZM122 92h40v80h-40Z'
        "M84 98h28v26H84ZM128 98h28v26h-28ZM92 98l6 6l6 -6v26l-6 -6l-6 6ZM136 98l6 6l6 -6v26l-6 -6l-6 6Z"
        + _disc(110, 140, 4)
        + _disc(130, 140, 4)
        + 'M84 152h28v12H84ZM128 152h28v12h-28Z"/>'
        '<path d="M40 172h160v6H40zM28 74h3v14h-3zM209 74h3v14h-3z"/>'
        '<path fill-rule="evenodd" d="M22 88h15c12 8 12 28 0 36H22c-12 -8 -12 -28 0 -36ZM29.500 92c-5 8 -5 20 0 28c5 -8 5 -20 0 -28Z'
        'M203 88h15c12 8 12 28 0 36h-15c-12 -8 -12 -28 0 -36ZM210.500 92c-5 8 -5 20 0 28c5 -8 5 -20 0 -28Z"/>'
        '<path d="M26 126h2v16h-2zM31 126h2v16h-2zM207 126h2v16h-2zM212 126h2v16h-2z"/>',
    ),
    "bowl": (
        "0 0 240 180",
        '<path fill-rule="evenodd" d="M106 44h28l-5 10h-18ZM60 78C66 58 92 54 120 54C148 54 174 58 180 78ZM82 72c6 -8 14 -10 22 -11'
        'c-4 4 -8 7 -10 11ZM146 72c-2 -4 -6 -7 -10 -11c8 1 16 3 22 11ZM120 60l8 12h-16Z"/>'
        '<path fill-rule="evenodd" d="M54 84H186C184 122 160 144 150 148H90C80 144 56 122 54 84ZM120 92l7 14l14 -6l-6 14l14 7l-14 7l6 14'
        'l-14 -6l-7 8l-7 -8l-14 6l6 -14l-14 -7l14 -7l-6 -14l14 6ZM66 94c2 16 8 28 16 36c-2 -12 -4 -26 -4 -36Z'
        'M174 94c-2 16 -8 28 -16 36c2 -12 4 -26 4 -36Z"/>'
        '<path fill-rule="evenodd" d="M40 154H200C190 168 168 172 120 172S50 168 40 154ZM70 158l10 8h14l-8 -8ZM104 158l6 8h20l6 -8Z'
        'M154 158l-8 8h14l10 -8Z"/>'
        '<path d="M96 36c-12 -10 8 -16 0 -30c16 12 -4 20 8 30ZM120 32c-12 -10 8 -16 0 -30c16 12 -4 20 8 30ZM144 36c-12 -10 8 -16 0 -30'
        'c16 12 -4 20 8 30Z"/>',
    ),
    "bridge": (
        "0 0 240 180",
        '<path fill-rule="evenodd" d="M0 106C40 92 80 86 120 86S200 92 240 106V140H214a20 22 0 0 0 -40 0H150a30 32 0 0 0 -60 0H66'
        'a20 22 0 0 0 -40 0H0ZM8 110v6C44 102 84 96 120 96S196 102 232 116v-6C196 97 156 91 120 91S44 97 8 110Z"/>'
        '<path fill-rule="evenodd" d="M60 46C74 44 82 36 88 28H152C158 36 166 44 180 46C172 52 166 52 160 50V84H80V50C74 52 68 52 60 46Z'
        'M90 56h12v24H90ZM108 56h24v26H108ZM138 56h12v24H138ZM94 36h52l3 6H91Z"/>'
        '<path d="M92 26C104 24 108 16 112 10h16c4 6 8 14 20 16ZM118 0h4v10h-4z"/>'
        '<path d="M0 150q15 -10 30 0t30 0t30 0t30 0t30 0t30 0t30 0t30 0v5q-15 10 -30 0t-30 0t-30 0t-30 0t-30 0t-30 0t-30 0t-30 0Z'
        'M20 168q12 -8 25 0t25 0t25 0t25 0t25 0t25 0t25 0t25 0v4q-12 8 -25 0t-25 0t-25 0t-25 0t-25 0t-25 0t-25 0t-25 0Z"/>'
        f'<path fill-rule="evenodd" d="{_disc(206, 40, 20)}{_disc(206, 40, 15)}{_disc(206, 40, 10)}"/>',
    ),
    "garden": (
        "0 0 240 180",
        '<path d="M0 96C30 60 54 52 76 72C98 36 132 30 158 70C184 48 212 60 240 92V98C212 74 186 70 162 92C132 58 104 60 80 92'
        'C54 70 30 76 0 104Z"/>'
        f'<path fill-rule="evenodd" d="{_disc(190, 32, 18)}{_disc(190, 32, 11)}"/>'
        '<path d="M0 118q60 -12 120 0t120 0v6q-60 12 -120 0t-120 0Z"/>'
        + "".join(
            f'<path fill-rule="evenodd" transform="translate({x} {y}) scale({s})" d="M0 40C-26 38 -34 18 -24 6C-18 10 -16 12 -14 16'
            "C-16 4 -8 -8 0 -12C8 -8 16 4 14 16C16 12 18 10 24 6C34 18 26 38 0 40ZM0 -2C-5 6 -5 24 0 34C5 24 5 6 0 -2Z"
            'M-22 16C-20 26 -14 32 -8 34C-14 28 -18 22 -22 16ZM22 16C20 26 14 32 8 34C14 28 18 22 22 16Z"/>'
            for x, y, s in ((40, 132, 0.9), (94, 136, 1), (150, 136, 1), (204, 132, 0.9))
        ),
    ),
    "stall": (
        "0 0 240 180",
        '<path fill-rule="evenodd" d="M44 18H196L224 62H16ZM58 24L40 58h18l12 -34ZM92 24L82 58h18l4 -34ZM136 24l4 34h18l-10 -34ZM170 24l12 34'
        'h18l-18 -34Z"/>'
        '<path d="M16 64h42a21 16 0 0 1 -42 0ZM58 64h42a21 16 0 0 1 -42 0ZM100 64h40a20 16 0 0 1 -40 0ZM140 64h42a21 16 0 0 1 -42 0Z'
        'M182 64h42a21 16 0 0 1 -42 0ZM30 78h7v96h-7zM203 78h7v96h-7z"/>'
        '<path fill-rule="evenodd" d="M22 126H218V136H22ZM40 140H200V170H40ZM54 146l12 18l12 -18ZM90 146l12 18l12 -18ZM126 146l12 18l12 -18Z'
        'M162 146l12 18l12 -18Z"/>'
        f'<path fill-rule="evenodd" d="{_disc(66, 112, 11)}{_disc(66, 112, 5)}{_disc(92, 112, 11)}{_disc(92, 112, 5)}'
        'M116 124c-12 -14 -6 -26 8 -30c14 4 20 16 8 30ZM124 100c-5 6 -5 14 0 20c5 -6 5 -14 0 -20ZM152 100h40l-6 24h-28ZM160 106l2 10h20l2 -10Z"/>',
    ),
    "neighbours": (
        "0 0 240 180",
        f'<path fill-rule="evenodd" d="{_disc(62, 62, 24)}M52 58q10 -12 22 -2q-8 -2 -10 4q-6 -6 -12 -2ZM16 172C16 122 34 94 62 94'
        "C86 94 98 112 102 134L84 172ZM40 124l8 8l8 -8l8 8l8 -8v10l-8 8l-8 -8l-8 8l-8 -8ZM40 146l8 8l8 -8l8 8l8 -8v10l-8 8l-8 -8l-8 8l-8 -8Z"
        '"/>'
        f'<path fill-rule="evenodd" d="{_disc(178, 62, 24)}{_disc(178, 34, 9)}M188 58q-10 -12 -22 -2q8 -2 10 4q6 -6 12 -2ZM224 172'
        "C224 122 206 94 178 94C154 94 142 112 138 134L156 172ZM178 116l6 10l11 2l-8 8l2 11l-11 -5l-11 5l2 -11l-8 -8l11 -2Z"
        '"/>'
        '<path fill-rule="evenodd" d="M92 140H148C146 156 138 164 132 166H108C102 164 94 156 92 140ZM104 146c1 6 4 10 8 13c0 -5 -1 -9 -1 -13Z'
        'M129 146c0 4 -1 8 -1 13c4 -3 7 -7 8 -13ZM100 170h40v5h-40Z"/>'
        '<path d="M112 132c-10 -9 7 -14 0 -26c14 10 -3 17 7 26ZM128 132c-10 -9 7 -14 0 -26c14 10 -3 17 7 26Z"/>'
        '<path d="M120 70l-9 -10c-8 -9 5 -18 9 -8c4 -10 17 -1 9 8Z"/>',
    ),
    "mask": (
        "0 0 240 180",
        '<path fill-rule="evenodd" d="M120 10C168 10 186 44 182 84C180 128 150 170 120 172C90 170 60 128 58 84C54 44 72 10 120 10Z'
        "M120 22C112 34 112 46 120 56C128 46 128 34 120 22ZM110 26C88 30 74 44 72 62C86 48 100 48 112 62C106 50 106 38 110 26Z"
        "M130 26C152 30 166 44 168 62C154 48 140 48 128 62C134 50 134 38 130 26ZM70 78C84 66 102 70 112 84C98 92 82 92 70 78Z"
        "M170 78C156 66 138 70 128 84C142 92 158 92 170 78ZM116 88h8l6 28c-6 6 -14 6 -20 0ZM100 134C112 126 116 132 120 130"
        "C124 132 128 126 140 134C132 146 108 146 100 134ZM72 98C80 112 90 118 102 118C96 128 82 124 74 112ZM168 98C160 112 150 118 138 118"
        'C144 128 158 124 166 112ZM114 152h12l-6 12Z"/>'
        f'<path d="{_disc(92, 80, 5)}{_disc(148, 80, 5)}"/>'
        '<path d="M50 60C30 50 22 30 30 10C36 30 46 38 58 42ZM190 60C210 50 218 30 210 10C204 30 194 38 182 42ZM52 100C34 104 20 96 12 82'
        'C28 90 40 88 52 82ZM188 100C206 104 220 96 228 82C212 90 200 88 188 82Z"/>',
    ),
    "kite": (
        "0 0 240 180",
        '<path fill-rule="evenodd" d="M120 18C128 40 150 40 178 22C200 10 226 22 222 44C218 66 190 72 164 70C178 84 176 104 156 108'
        "C140 110 130 98 124 84L120 96L116 84C110 98 100 110 84 108C64 104 62 84 76 70C50 72 22 66 18 44C14 22 40 10 62 22"
        "C90 40 112 40 120 18ZM52 34a12 10 0 1 0 .1 0ZM188 34a12 10 0 1 0 .1 0ZM90 82a8 8 0 1 0 .1 0ZM150 82a8 8 0 1 0 .1 0Z"
        'M82 44q16 8 28 8q-10 10 -26 4ZM158 44q-16 8 -28 8q10 10 26 4Z"/>'
        '<path d="M118 96h4c0 30 -20 40 -34 50s-20 18 -16 28h-5c-4 -14 6 -24 18 -32s33 -18 33 -46Z"/>'
        '<path d="M74 132l12 -2l-4 12ZM60 156l12 -3l-3 12Z"/>',
    ),
    "person": (
        "0 0 240 180",
        f'<path fill-rule="evenodd" d="{_disc(120, 62, 32)}M104 56q16 -18 34 -2q-14 -2 -16 8q-8 -10 -18 -6ZM50 180C50 128 80 104 120 104'
        "S190 128 190 180ZM112 112h16v8h-5v10h5v6h-5v10h5v6h-5v12h-6v-12h-5v-6h5v-10h-5v-6h5v-10h-5ZM72 150l8 8l8 -8v10l-8 8l-8 -8Z"
        'M152 150l8 8l8 -8v10l-8 8l-8 -8Z"/>',
    ),
    "cloud": (
        "0 0 120 40",
        '<path fill-rule="evenodd" d="M4 32C14 32 16 22 26 22C24 10 40 4 48 14C54 2 76 4 76 18C90 12 98 24 92 30C102 30 108 32 116 36H4Z'
        'M36 28c-2 -8 8 -10 10 -4c-4 -2 -6 0 -4 4ZM66 28c-2 -10 10 -12 12 -5c-5 -2 -7 1 -5 5Z"/>',
    ),
}


@cache
def _motif(name: str) -> tuple[str, str]:
    if name == "peony":
        return "-100 -100 200 200", _peony(8)
    if name == "blossom":
        return "-100 -100 200 200", _peony(6)
    if name == "bamboo":
        return "0 0 240 180", _bamboo()
    return _DRAWN[name]


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
        return Markup(f'<svg class="{escape(css)}" viewBox="{box}" fill="currentColor" aria-hidden="true">{inner}</svg>')

    def cover(self, item: dict[str, object], css: str = "") -> Markup:
        """A whole picture in paper for an item without one, the same each time it is drawn."""
        name = motif_of(item)
        corner = self("blossom", "corner a") + self("blossom", "corner b")
        return Markup('<span class="papercover {}" aria-hidden="true">{}{}</span>').format(css, corner, self(name, "motif"))


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
