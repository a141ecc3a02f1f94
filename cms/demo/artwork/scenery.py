"""What stands around a motif: sun, clouds, hills, roofs, water, ground and the frame of the sheet."""

import math
from random import Random

from cms.demo.artwork.shapes import (
    blossom,
    circle,
    crescent,
    fret,
    line,
    number,
    path,
    petals_round,
    placed,
    polygon,
    rect,
    ring,
    sliver,
    spiral,
    teeth,
    teeth_round,
)


def sun(x: float, y: float, r: float, disc: str, cut: str) -> str:
    """A disc with a crown of teeth and a cut ring of drops: sun or lantern light."""
    return (
        teeth_round(x, y, r * 1.03, 48, r * 0.13, disc)
        + circle(x, y, r, disc)
        + ring(x, y, r * 0.93, cut, r * 0.014)
        + petals_round(x, y, r * 0.79, 36, r * 0.1, r * 0.03, cut)
    )


def cloud(x: float, y: float, scale: float, fill: str, cut: str, flip: bool = False) -> str:
    """祥云: three curls on a flat foot."""
    d = (
        "M-170 0C-205 0 -205 -46 -168 -48C-176 -92 -112 -112 -92 -78C-80 -132 8 -132 14 -74"
        "C40 -104 92 -86 84 -48C120 -58 134 -22 112 -6C150 -14 190 -10 214 0Z"
    )
    parts = [
        path(d, fill),
        spiral(-136, -40, 24, cut, 7, 1.4, 200),
        spiral(-38, -66, 34, cut, 7, 1.6, 180),
        spiral(56, -48, 26, cut, 7, 1.4, 170, mirror=True),
        sliver(150, -6, 80, 3, 88, cut),
        sliver(-70, -14, 110, 4, 90, cut),
        sliver(40, -12, 60, 4, 90, cut),
    ]
    return placed("".join(parts), x, y, scale=scale, flip=flip)


def hills(width: float, base: float, height: float, fill: str, cut: str, rnd: Random, peaks: int = 4) -> str:
    """A ridge of round hills, each with cut contour crescents."""
    n = number
    step = width / (peaks - 1)
    d, cuts = f"M{n(-step)} {n(base)}", []
    for i in range(-1, peaks + 1):
        x = i * step + rnd.uniform(-0.15, 0.15) * step
        top = base - height * rnd.uniform(0.55, 1.0)
        half = step * rnd.uniform(0.72, 0.95)
        d += f"M{n(x - half)} {n(base)}C{n(x - half * 0.5)} {n(base)} {n(x - half * 0.45)} {n(top)} {n(x)} {n(top)}"
        d += f"C{n(x + half * 0.45)} {n(top)} {n(x + half * 0.5)} {n(base)} {n(x + half)} {n(base)}Z"
        rise = base - top
        for k in range(3):
            y = top + rise * (0.16 + 0.2 * k)
            cuts.append(
                crescent(x + half * 0.02 * k, y + rise * 0.04, half * (0.16 + 0.12 * k), 0, cut, 0.16)
            )
    return path(d, fill) + "".join(cuts)


def roof(x: float, y: float, w: float, h: float, fill: str, cut: str) -> str:
    """A tiled roof with lifted eaves, its eaves line centred at (x, y)."""
    n, half, top = number, w / 2, w * 0.34
    lift = h * 0.34
    d = (
        f"M{n(-half)} {n(-lift)}Q{n(-half * 0.82)} {n(-h * 0.1)} {n(-top)} {n(-h)}L{n(top)} {n(-h)}"
        f"Q{n(half * 0.82)} {n(-h * 0.1)} {n(half)} {n(-lift)}Q{n(half * 0.94)} {n(h * 0.1)} {n(half * 0.8)} {n(h * 0.1)}"
        f"L{n(-half * 0.8)} {n(h * 0.1)}Q{n(-half * 0.94)} {n(h * 0.1)} {n(-half)} {n(-lift)}Z"
    )
    parts = [path(d, fill)]
    tiles = max(5, int(w / 46))
    for i in range(1, tiles):
        t = i / tiles * 2 - 1
        x0, x1 = t * top * 0.96, t * half * 0.8
        parts.append(
            line(
                f"M{n(x0)} {n(-h * 0.86)}Q{n(x0 * 1.12)} {n(-h * 0.35)} {n(x1)} {n(-h * 0.06)}",
                cut,
                max(2.2, h * 0.022),
            )
        )
    parts.append(rect(-top * 1.08, -h * 1.1, top * 2.16, h * 0.16, fill, h * 0.05))
    parts.append(
        path(
            f"M{n(-top * 1.08)} {n(-h)}C{n(-top * 1.2)} {n(-h * 1.05)} {n(-top * 1.22)} {n(-h * 1.3)} {n(-top * 1.1)} {n(-h * 1.34)}"
            f"C{n(-top * 1.14)} {n(-h * 1.18)} {n(-top)} {n(-h * 1.12)} {n(-top * 0.9)} {n(-h * 1.08)}Z",
            fill,
        )
    )
    parts.append(
        path(
            f"M{n(top * 1.08)} {n(-h)}C{n(top * 1.2)} {n(-h * 1.05)} {n(top * 1.22)} {n(-h * 1.3)} {n(top * 1.1)} {n(-h * 1.34)}"
            f"C{n(top * 1.14)} {n(-h * 1.18)} {n(top)} {n(-h * 1.12)} {n(top * 0.9)} {n(-h * 1.08)}Z",
            fill,
        )
    )
    parts.append(blossom(0, -h * 1.14, h * 0.17, fill, cut))
    parts.append(teeth((half * 0.78, h * 0.1), (-half * 0.78, h * 0.1), tiles * 2, h * 0.09, fill))
    return placed("".join(parts), x, y)


def skyline(width: float, base: float, height: float, fill: str, cut: str, rnd: Random) -> str:
    """Far houses of the old town, and a tower or two, as one flat strip."""
    parts, x = [], -60.0
    while x < width + 60:
        w = rnd.uniform(0.5, 0.95) * height
        tall = rnd.uniform(0.35, 0.75) * height
        kind = rnd.random()
        if kind < 0.14:
            parts.append(_pagoda(x + w * 0.3, base, w * 0.6, height * rnd.uniform(0.95, 1.15), fill, cut))
            x += w * 0.7
            continue
        if kind < 0.34:
            h = height * rnd.uniform(0.75, 1.05)
            parts.append(rect(x, base - h, w * 0.42, h, fill, 4))
            for row in range(int(h / 34)):
                for column in range(3):
                    parts.append(
                        rect(x + w * (0.06 + 0.115 * column), base - h + 18 + row * 34, w * 0.07, 18, cut)
                    )
            x += w * 0.5
            continue
        parts.append(rect(x + w * 0.1, base - tall, w * 0.8, tall, fill))
        parts.append(roof(x + w * 0.5, base - tall, w * 1.05, w * 0.26, fill, cut))
        for column in range(3):
            parts.append(
                rect(x + w * (0.2 + 0.22 * column), base - tall * 0.72, w * 0.13, tall * 0.3, cut, 2)
            )
        x += w * 0.98
    return "".join(parts)


def _pagoda(x: float, base: float, w: float, h: float, fill: str, cut: str) -> str:
    parts, floors = [], 4
    for i in range(floors):
        y = base - h * 0.78 * (i + 1) / floors
        narrow = 1 - 0.16 * i
        parts.append(rect(x - w * 0.3 * narrow, y, w * 0.6 * narrow, h * 0.8 / floors, fill))
        parts.append(rect(x - w * 0.08, y + h * 0.08, w * 0.16, h * 0.07, cut, 2))
        parts.append(roof(x, y, w * 1.0 * narrow, h * 0.09, fill, cut))
    parts.append(polygon([(x - 5, base - h * 0.84), (x + 5, base - h * 0.84), (x, base - h)], fill))
    return "".join(parts)


def ground(width: float, top: float, bottom: float, fill: str, cut: str, rnd: Random) -> str:
    """A bank of earth with cut grass, stones and small flowers."""
    n = number
    d = f"M0 {n(top + 14)}Q{n(width * 0.25)} {n(top - 16)} {n(width * 0.5)} {n(top)}T{n(width)} {n(top + 6)}V{n(bottom)}H0Z"
    parts, depth = [path(d, fill)], bottom - top
    for _ in range(int(width / 46)):
        x, y = rnd.uniform(30, width - 30), top + depth * rnd.uniform(0.2, 0.85)
        kind = rnd.random()
        if kind < 0.5:
            for turn in (-26, 0, 26):
                parts.append(sliver(x + turn * 0.28, y - 4, depth * 0.16, 3.4, turn, cut))
        elif kind < 0.75:
            parts.append(crescent(x, y, rnd.uniform(12, 26), rnd.uniform(-12, 12), cut, 0.22))
        else:
            parts.append(blossom(x, y, rnd.uniform(9, 15), cut, fill))
    return "".join(parts)


def tiles(width: float, top: float, bottom: float, fill: str, cut: str) -> str:
    """A courtyard paved with slabs that widen towards the viewer."""
    n, parts = number, [rect(0, top, width, bottom - top, fill)]
    vanish = top - (bottom - top) * 2.4
    for i in range(-12, 37):
        x = i * width / 24
        reach = width / 2 + (x - width / 2) * (top - vanish) / (bottom - vanish)
        parts.append(line(f"M{n(reach)} {n(top + 5)}L{n(x)} {n(bottom)}", cut, 3))
    for t in (0.0, 0.16, 0.4, 0.74):
        y = top + 5 + (bottom - top) * t
        parts.append(line(f"M0 {n(y)}H{n(width)}", cut, 3 + 2 * t))
    return "".join(parts)


def water(width: float, top: float, bottom: float, fill: str, cut: str, unit: float = 66) -> str:
    """鱼鳞水: rows of nested arcs."""
    n, parts = number, [rect(0, top, width, bottom - top, fill)]
    rows = int((bottom - top) / (unit * 0.42)) + 2
    for row in range(rows):
        y = top + 16 + row * unit * 0.42
        for i in range(int(width / unit) + 2):
            x = i * unit - (unit / 2 if row % 2 else 0)
            for k in (0.46, 0.31, 0.15):
                parts.append(
                    f"M{n(x - unit * k)} {n(y)}A{n(unit * k)} {n(unit * k)} 0 0 1 {n(x + unit * k)} {n(y)}"
                )
    arcs = "".join(part for part in parts[1:])
    crest = "".join(
        f"M{n(i * unit)} {n(top + 2)}Q{n(i * unit + unit / 2)} {n(top - 15)} {n((i + 1) * unit)} {n(top + 2)}"
        for i in range(int(width / unit) + 1)
    )
    clip = f"w{int(top)}{int(bottom)}"
    return (
        f'<clipPath id="{clip}"><rect x="0" y="{n(top - 16)}" width="{n(width)}" height="{n(bottom - top + 16)}"/></clipPath>'
        f'<g clip-path="url(#{clip})">{parts[0]}{path(crest, fill)}{line(arcs, cut, 3.2)}</g>'
    )


def swallows(x: float, y: float, scale: float, fill: str, cut: str, count: int = 3) -> str:
    """Swallows on the wing."""
    d = (
        "M-8 8C-40 -6 -70 -34 -104 -40C-66 -52 -30 -34 -6 -14C10 -40 44 -66 82 -66C56 -44 34 -20 18 2"
        "C34 8 46 14 56 26C40 24 30 24 18 22C-4 34 -34 52 -72 58C-56 50 -44 42 -36 34C-46 36 -58 38 -72 36C-50 28 -28 20 -8 8Z"
    )
    one = (
        path(d, fill)
        + sliver(-46, -28, 60, 4, -64, cut)
        + sliver(44, -40, 50, 4, 52, cut)
        + circle(28, 14, 3, cut)
    )
    return "".join(
        placed(
            one,
            x + i * 128 * scale,
            y + (58 * scale if i % 2 else 0),
            scale=scale * (1 - 0.16 * i),
            turn=-8 + 10 * i,
        )
        for i in range(count)
    )


def frame(width: float, height: float, colour: str, paper: str, rnd: Random) -> str:
    """The border of the sheet: a edge of teeth, a cut line and ornamented corners."""
    n, edge = number, 34.0
    outer = f"M0 0H{n(width)}V{n(height)}H0Z"
    inner = f"M{edge} {edge}V{n(height - edge)}H{n(width - edge)}V{edge}Z"
    parts = [f'<path d="{outer}{inner}" fill="{paper}" fill-rule="evenodd"/>']
    x0, y0, x1, y1 = edge, edge, width - edge, height - edge
    parts.append(line(f"M{n(x0)} {n(y0)}H{n(x1)}V{n(y1)}H{n(x0)}Z", colour, 7))
    for (ax, ay), (bx, by) in (
        ((x1, y0), (x0, y0)),
        ((x0, y1), (x1, y1)),
        ((x0, y0), (x0, y1)),
        ((x1, y1), (x1, y0)),
    ):
        count = int(math.hypot(bx - ax, by - ay) / 17)
        parts.append(teeth((ax, ay), (bx, by), count, -13, colour))
    for cx, cy, turn in ((x0, y0, 0), (x1, y0, 90), (x1, y1, 180), (x0, y1, 270)):
        parts.append(placed(_corner(colour, paper), cx, cy, turn=turn))
    return "".join(parts)


def _corner(colour: str, paper: str) -> str:
    """角花 for the top left corner."""
    d = "M-6 -6H168C150 20 128 22 112 20C116 44 92 62 68 54C66 66 60 68 54 68C62 92 44 116 20 112C22 128 20 150 -6 168Z"
    return (
        path(d, colour)
        + blossom(42, 42, 34, paper, colour, 6)
        + spiral(92, 22, 15, paper, 4.5, 1.3, 200)
        + spiral(22, 92, 15, paper, 4.5, 1.3, 250, mirror=True)
        + crescent(130, 9, 15, 0, paper, 0.3)
        + crescent(9, 130, 15, 270, paper, 0.3)
    )


def band(width: float, y: float, height: float, fill: str, cut: str) -> str:
    """A ribbon of meanders across the sheet."""
    return rect(0, y, width, height, fill) + fret(
        16, y + height * 0.24, width - 24, height * 0.52, cut, height * 0.1, int(width / 58)
    )
