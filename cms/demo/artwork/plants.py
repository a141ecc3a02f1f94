"""Plants of Chengdu: hibiscus, bamboo, ginkgo, willow, vegetables, and the tea bush."""

from random import Random

from cms.demo.artwork.inks import Inks
from cms.demo.artwork.shapes import (
    circle,
    crescent,
    leaf,
    line,
    number,
    path,
    petals_round,
    placed,
    polar,
    rect,
    ring,
    sliver,
    teeth,
    teeth_round,
)


def hibiscus(x: float, y: float, r: float, fill: str, inner: str, cut: str, turn: float = 0) -> str:
    """芙蓉: five broad ruffled petals, a ring of inner ones, a stamen with its dots."""
    parts = []
    d = (
        "M0 0C-26 -20 -62 -52 -54 -84C-50 -100 -32 -98 -26 -108C-18 -120 -6 -112 0 -118"
        "C6 -112 18 -120 26 -108C32 -98 50 -100 54 -84C62 -52 26 -20 0 0Z"
    )
    veins = sliver(0, -66, 62, 4, 0, cut) + "".join(
        sliver(side * 17, -64, 44, 3.2, side * 18, cut) + sliver(side * 31, -72, 26, 3, side * 32, cut)
        for side in (-1, 1)
    )
    outline = f'<path d="{d}" fill="{fill}" stroke="{cut}" stroke-width="4"/>'
    edge = "".join(crescent(side * 27, -99, 11, side * 14, cut, 0.3) for side in (-1, 1))
    for i in range(5):
        parts.append(placed(outline + veins + edge, 0, 0, turn=72 * i))
    parts.append(petals_round(0, 0, 5, 5, 52, 26, inner, 36))
    parts.append(petals_round(0, 0, 16, 5, 30, 7, cut, 36))
    parts.append(circle(0, 0, 17, inner) + teeth_round(0, 0, 17, 14, 8, cut) + circle(0, 0, 9, cut))
    for i in range(5):
        px, py = polar(0, 0, 36, 72 * i)
        parts.append(circle(px, py, 4.6, cut))
    return placed("".join(parts), x, y, scale=r / 118, turn=turn)


def hibiscus_spray(ink: Inks, rnd: Random) -> str:
    """A branch rising from (0, 0) about 620 high, with three flowers, buds and lobed leaves."""
    wood, flower = ink.deep, ink.bloom
    parts = [line("M0 20C-20 -120 40 -230 -10 -360C-40 -440 10 -520 40 -590", wood, 15)]
    parts.append(
        line("M6 -190C60 -240 110 -260 150 -330", wood, 11)
        + line("M0 -330C-60 -370 -110 -380 -150 -440", wood, 10)
    )
    for x, y, turn, size in (
        (-10, -90, -64, 120), (18, -130, 60, 126), (-14, -270, -58, 110), (92, -262, 86, 104), (-96, -378, -104, 96),
        (8, -460, 62, 96), (-20, -420, -22, 92), (140, -316, 12, 84), (-140, -430, -6, 84), (30, -560, 74, 80),
    ):  # fmt: skip
        parts.append(_lobed(x, y, size, turn + rnd.uniform(-8, 8), ink.leaf, ink.paper))
    parts.append(hibiscus(-8, -345, 98, flower, ink.gold, ink.paper, rnd.uniform(-15, 15)))
    parts.append(hibiscus(160, -378, 74, flower, ink.gold, ink.paper, 30))
    parts.append(hibiscus(-158, -488, 66, flower, ink.gold, ink.paper, -20))
    for x, y, turn in ((44, -610, 14), (100, -520, 40)):
        parts.append(_bud(x, y, turn, ink))
    parts.append(line("M26 -470C60 -490 80 -500 96 -520", wood, 7))
    return "".join(parts)


def _bud(x: float, y: float, turn: float, ink: Inks) -> str:
    body = path("M0 6C-34 -4 -30 -52 0 -76C30 -52 34 -4 0 6Z", ink.bloom)
    body += sliver(0, -36, 56, 5, 0, ink.paper) + path(
        "M-26 2C-20 -26 -8 -22 0 -34C8 -22 20 -26 26 2C10 16 -10 16 -26 2Z", ink.leaf
    )
    return placed(body, x, y, turn=turn)


def _lobed(x: float, y: float, size: float, turn: float, fill: str, cut: str) -> str:
    """A hibiscus leaf: five pointed lobes with cut ribs."""
    d = "M0 0C-22 -8 -44 -4 -62 -28C-48 -34 -44 -42 -40 -52C-30 -48 -24 -54 -22 -62C-12 -70 -6 -86 0 -104"
    d += "C6 -86 12 -70 22 -62C24 -54 30 -48 40 -52C44 -42 48 -34 62 -28C44 -4 22 -8 0 0Z"
    cuts = sliver(0, -50, 80, 3.4, 0, cut)
    cuts += "".join(
        sliver(side * 22, -26, 44, 3, side * 52, cut) + sliver(side * 12, -50, 30, 2.6, side * 30, cut)
        for side in (-1, 1)
    )
    return placed(path(d, fill) + cuts, x, y, scale=size / 104, turn=turn)


def bamboo(ink: Inks, rnd: Random, height: float = 900, stalks: int = 3, colour: str = "") -> str:
    """Stalks of bamboo standing at (0, 0), with jointed cuts and bunches of leaves."""
    fill, parts, n = colour or ink.leaf, [], number
    for i in range(stalks):
        x = (i - (stalks - 1) / 2) * 74 + rnd.uniform(-10, 10)
        top, lean, thick = height * rnd.uniform(0.82, 1.0), rnd.uniform(-16, 16), rnd.uniform(17, 25)
        joints = max(5, int(top / 118))
        for j in range(joints):
            y0, y1 = -top * j / joints, -top * (j + 1) / joints + 7
            x0, x1 = x + lean * j / joints, x + lean * (j + 1) / joints
            w0, w1 = thick * (1 - 0.04 * j), thick * (1 - 0.04 * (j + 1))
            parts.append(
                path(
                    f"M{n(x0 - w0)} {n(y0)}Q{n(x0 - w0 * 0.7)} {n((y0 + y1) / 2)} {n(x1 - w1)} {n(y1)}L{n(x1 + w1)} {n(y1)}"
                    f"Q{n(x0 + w0 * 0.7)} {n((y0 + y1) / 2)} {n(x0 + w0)} {n(y0)}Z",
                    fill,
                )
            )
            parts.append(sliver(x0 - w0 * 0.32, (y0 + y1) / 2, abs(y1 - y0) * 0.62, 3.6, 0, ink.paper))
            if j and rnd.random() < 0.8:
                side = rnd.choice((-1, 1))
                parts.append(
                    bamboo_leaves(
                        x0 + side * w0,
                        y0,
                        92 + rnd.uniform(0, 34),
                        side * rnd.uniform(48, 92),
                        fill,
                        ink.paper,
                    )
                )
        parts.append(bamboo_leaves(x + lean, -top, 120, rnd.uniform(-24, 24), fill, ink.paper))
    return "".join(parts)


def bamboo_leaves(x: float, y: float, length: float, turn: float, fill: str, cut: str) -> str:
    """Three slim leaves like the character 个."""
    parts = []
    for spread, part in ((-34, 0.86), (0, 1.0), (36, 0.8)):
        d = f"M0 0C{number(length * 0.14)} {number(-length * 0.3)} {number(length * 0.08)} {number(-length * 0.7)} 0 {number(-length)}"
        d += f"C{number(-length * 0.08)} {number(-length * 0.7)} {number(-length * 0.14)} {number(-length * 0.3)} 0 0Z"
        parts.append(
            placed(
                path(d, fill) + sliver(0, -length * 0.46, length * 0.66, length * 0.022, 0, cut),
                0,
                0,
                scale=part,
                turn=spread,
            )
        )
    return placed("".join(parts), x, y, turn=turn)


def ginkgo(x: float, y: float, r: float, turn: float, fill: str, cut: str) -> str:
    """A fan of ginkgo, Chengdu's tree, falling in late autumn."""
    d = "M0 0C-8 -30 -60 -56 -92 -62C-84 -96 -46 -116 -10 -112L0 -84L10 -112C46 -116 84 -96 92 -62C60 -56 8 -30 0 0Z"
    cuts = "".join(
        sliver(s * 38, -66, 62, 2.6, s * 32, cut)
        + sliver(s * 18, -66, 66, 2.6, s * 17, cut)
        + sliver(s * 54, -60, 50, 2.4, s * 48, cut)
        for s in (-1, 1)
    )
    return placed(path(d, fill) + line("M0 0Q4 30 -6 54", fill, 7) + cuts, x, y, scale=r / 100, turn=turn)


def tree(ink: Inks, rnd: Random, height: float = 560, colour: str = "") -> str:
    """A round courtyard tree at (0, 0): trunk, and a crown of overlapping cut discs."""
    fill = colour or ink.leaf
    parts = [
        path(
            f"M-26 0C-14 {number(-height * 0.2)} -18 {number(-height * 0.4)} -10 {number(-height * 0.5)}L14 {number(-height * 0.5)}C14 {number(-height * 0.3)} 18 {number(-height * 0.16)} 32 0Z",
            ink.deep,
        )
    ]
    parts.append(sliver(2, -height * 0.22, height * 0.24, 4, 0, ink.paper))
    crown = ((0, 0.74, 0.24), (-0.2, 0.6, 0.18), (0.2, 0.6, 0.19), (-0.12, 0.86, 0.16), (0.15, 0.88, 0.15))
    for cx, cy, r in crown:
        x, y, size = cx * height, -cy * height, r * height
        parts.append(teeth_round(x, y, size * 0.97, 22, size * 0.12, fill) + circle(x, y, size, fill))
    for cx, cy, r in crown:
        x, y, size = cx * height, -cy * height, r * height
        parts.append(
            petals_round(x, y, size * 0.3, 8, size * 0.4, size * 0.1, ink.paper, rnd.uniform(0, 40))
            + ring(x, y, size * 0.82, ink.paper, 2.6)
        )
    return "".join(parts)


def willow(ink: Inks, rnd: Random, height: float = 420, colour: str = "") -> str:
    """Hanging willow twigs from (0, 0) downwards, for the upper edge of a sheet."""
    fill, parts = colour or ink.leaf, []
    for i in range(7):
        x, reach, sway = i * 44 - 132, height * rnd.uniform(0.5, 1.0), rnd.uniform(-30, 30)
        n = number
        parts.append(
            line(
                f"M{n(x)} 0C{n(x)} {n(reach * 0.4)} {n(x + sway)} {n(reach * 0.6)} {n(x + sway)} {n(reach)}",
                fill,
                4,
            )
        )
        for k in range(int(reach / 30)):
            t = (k + 1) / (reach / 30 + 1)
            px, py = x + sway * t * t, reach * t
            side = 1 if k % 2 else -1
            parts.append(leaf(px, py, 46, 8, 180 - side * 34, fill, ink.paper))
    return "".join(parts)


def cabbage(x: float, y: float, scale: float, fill: str, cut: str) -> str:
    """A head of leaf vegetable with ruffled leaves."""
    parts = []
    for turn, size in ((-64, 0.86), (64, 0.86), (-36, 1.0), (36, 1.0), (0, 1.06)):
        d = "M0 0C-16 -22 -14 -46 -34 -58C-52 -72 -38 -92 -42 -106C-28 -112 -26 -128 -10 -126C-4 -134 4 -134 10 -126C26 -128 28 -112 42 -106C38 -92 52 -72 34 -58C14 -46 16 -22 0 0Z"
        cuts = sliver(0, -58, 92, 6, 0, cut) + "".join(
            sliver(s * 16, -82, 34, 3.4, s * 38, cut) + sliver(s * 15, -104, 26, 3, s * 34, cut)
            for s in (-1, 1)
        )
        parts.append(
            placed(
                f'<path d="{d}" fill="{fill}" stroke="{cut}" stroke-width="4"/>' + cuts,
                0,
                0,
                scale=size,
                turn=turn,
            )
        )
    return placed("".join(parts), x, y, scale=scale)


def radish(x: float, y: float, scale: float, root: str, green: str, cut: str) -> str:
    """A radish half out of the earth."""
    parts = [leaf(0, -42, 96, 22, turn, green, cut) for turn in (-46, 46, -16, 18)]
    parts.append(
        path("M-34 0C-44 -34 -22 -54 0 -54C22 -54 44 -34 34 0Z", root)
        + crescent(0, -38, 16, 0, cut, 0.25)
        + crescent(0, -22, 22, 0, cut, 0.2)
    )
    return placed("".join(parts), x, y, scale=scale)


def seedlings(width: float, y: float, count: int, fill: str, cut: str) -> str:
    """A row of sprouts."""
    parts = []
    for i in range(count):
        x = -width / 2 + width * (i + 0.5) / count
        parts.append(leaf(x, y, 44, 13, -34, fill, cut) + leaf(x, y, 44, 13, 34, fill, cut))
    return "".join(parts)


def planter(x: float, y: float, w: float, h: float, fill: str, cut: str) -> str:
    """A box bed made of old boards."""
    n = number
    parts = [rect(x - w / 2, y - h, w, h, fill, 6)]
    for t in (0.34, 0.67):
        parts.append(line(f"M{n(x - w / 2 + 12)} {n(y - h + h * t)}H{n(x + w / 2 - 12)}", cut, 3.4))
    for i in range(int(w / 130) + 1):
        px = x - w / 2 + 26 + i * (w - 52) / max(1, int(w / 130))
        parts += [
            circle(px, y - h * 0.83, 4, cut),
            circle(px, y - h * 0.5, 4, cut),
            circle(px, y - h * 0.17, 4, cut),
        ]
    return "".join(parts) + teeth((x + w / 2, y - h), (x - w / 2, y - h), int(w / 22), -10, cut)
