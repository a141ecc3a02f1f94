"""Household things that several motifs share: lanterns, tables, chairs, tea ware, baskets, awnings."""

from cms.demo.artwork.inks import Inks
from cms.demo.artwork.shapes import (
    blossom,
    circle,
    coin,
    crescent,
    ellipse,
    fret,
    line,
    number,
    path,
    petals_round,
    placed,
    rect,
    sliver,
    spiral,
    teeth,
)


def lantern(ink: Inks, r: float, body: str = "") -> str:
    """A round lantern that hangs from (0, 0); its belly is 2r wide."""
    fill, n = body or ink.main, number
    parts = [line("M0 0V36", ink.deep, 6), rect(-r * 0.42, 34, r * 0.84, 20, ink.gold, 5)]
    cy = 54 + r * 0.82
    parts.append(ellipse(0, cy, r, r * 0.84, fill))
    for t in (0.36, 0.72):
        parts.append(
            f'<ellipse cx="0" cy="{n(cy)}" rx="{n(r * t)}" ry="{n(r * 0.8)}" fill="none" stroke="{ink.paper}" stroke-width="{n(r * 0.035)}"/>'
        )
    parts.append(blossom(0, cy, r * 0.36, ink.paper, fill, 6))
    parts += [
        crescent(s * r * 0.56, cy + t * r * 0.34, r * 0.13, s * 90, ink.paper, 0.3)
        for s in (-1, 1)
        for t in (-1, 1)
    ]
    parts.append(rect(-r * 0.42, cy + r * 0.78, r * 0.84, 20, ink.gold, 5))
    y = cy + r * 0.78 + 20
    for i in range(-3, 4):
        parts.append(
            line(
                f"M{n(i * r * 0.1)} {n(y)}L{n(i * r * 0.12)} {n(y + r * (0.72 - abs(i) * 0.05))}",
                ink.gold,
                max(3, r * 0.045),
            )
        )
    parts.append(circle(0, y + r * 0.1, r * 0.09, ink.deep))
    return "".join(parts)


def table(ink: Inks, width: float, height: float, fill: str = "") -> str:
    """八仙桌 standing on (0, 0): a top, a carved apron, four legs."""
    c, half = fill or ink.deep, width / 2
    parts = [rect(-half, -height, width, 30, c, 6), rect(-half + 26, -height + 30, width - 52, 62, c)]
    parts.append(fret(-half + 50, -height + 42, width - 92, 34, ink.paper, 4.5, max(4, int(width / 84))))
    for s in (-1, 1):
        parts.append(rect(s * (half - 46) - 17, -height + 90, 34, height - 90, c))
        parts.append(
            path(
                f"M{s * (half - 64)} {-height + 90}C{s * (half - 100)} {-height + 96} {s * (half - 96)} {-height + 150} {s * (half - 62)} {-height + 160}Z",
                c,
            )
        )
        parts.append(spiral(s * (half - 80), -height + 116, 13, ink.paper, 3.6, 1.2, 90, mirror=s > 0))
        parts.append(sliver(s * (half - 46), -height * 0.4, height * 0.5, 4, 0, ink.paper))
    return "".join(parts)


def cloth_table(ink: Inks, width: float, height: float, fill: str = "") -> str:
    """A table under a cloth with scallops, flowers and a fringe, on (0, 0)."""
    c, half, n = fill or ink.main, width / 2, number
    count = max(4, int(width / 110))
    step = width / count
    d = f"M{n(-half)} {n(-height)}H{n(half)}V{n(-height * 0.32)}"
    for i in range(count):
        x = half - step * i
        d += f"Q{n(x - step / 2)} {n(-height * 0.1)} {n(x - step)} {n(-height * 0.32)}"
    parts = [
        rect(-half + 24, -height + 20, 26, height - 20, ink.deep),
        rect(half - 50, -height + 20, 26, height - 20, ink.deep),
    ]
    parts.append(path(d + "Z", c) + rect(-half - 16, -height - 16, width + 32, 28, ink.deep, 8))
    for i in range(count):
        x = -half + step * (i + 0.5)
        parts.append(
            blossom(x, -height * 0.5, min(step * 0.3, height * 0.22), ink.paper, c, 6 if i % 2 else 5)
        )
        parts.append(crescent(x, -height * 0.245, step * 0.24, 180, ink.paper, 0.18))
    parts.append(teeth((half, -height + 12), (-half, -height + 12), int(width / 20), -16, ink.gold))
    return "".join(parts)


def bamboo_chair(ink: Inks, colour: str = "") -> str:
    """竹椅 on (0, 0) seen from the side, facing left, about 230 wide and 330 high."""
    c = colour or ink.gold
    parts = [
        line("M-90 0L-78 -150H96L112 0", c, 16),
        line("M70 -150C90 -230 100 -280 128 -330", c, 16),
        line("M104 -330H150", c, 15),
    ]
    parts.append(line("M-78 -150C-80 -200 -84 -220 -92 -236C-40 -250 40 -244 92 -226", c, 14))
    parts.append(line("M-84 -70H104", c, 10))
    for i in range(5):
        parts.append(line(f"M{-60 + i * 32} -150L{-66 + i * 32} -232", c, 7))
    for x, y in ((-86, -52), (106, -50), (88, -206), (116, -296)):
        parts.append(line(f"M{x - 9} {y}H{x + 9}", ink.paper, 3.6))
    return "".join(parts)


def gaiwan(ink: Inks, body: str = "") -> str:
    """盖碗 on (0, 0): saucer, bowl and lifted lid, about 420 wide and 400 high."""
    c = body or ink.main
    parts = [
        path("M-210 -34C-150 6 150 6 210 -34C180 -52 -180 -52 -210 -34Z", ink.deep),
        rect(-70, -14, 140, 14, ink.deep, 5),
    ]
    parts.append(path("M-186 -250C-180 -120 -120 -50 -84 -40H84C120 -50 180 -120 186 -250Z", c))
    parts.append(ellipse(0, -250, 186, 26, ink.gold) + ellipse(0, -250, 160, 16, ink.deep))
    parts.append(line("M-176 -208C-90 -176 90 -176 176 -208", ink.paper, 6))
    parts.append(petals_round(0, -126, 12, 8, 56, 17, ink.paper) + circle(0, -126, 13, ink.gold))
    for s in (-1, 1):
        parts.append(spiral(s * 100, -150, 26, ink.paper, 6, 1.5, 200 * s, mirror=s > 0))
        parts.append(
            sliver(s * 78, -92, 54, 8, s * 40, ink.paper) + sliver(s * 134, -176, 40, 7, s * 66, ink.paper)
        )
    parts.append(teeth((78, -58), (-78, -58), 11, 15, ink.paper))
    lid = path("M-160 0C-140 -74 -70 -92 0 -94C70 -92 140 -74 160 0C90 18 -90 18 -160 0Z", c) + ellipse(
        0, -100, 40, 16, ink.deep
    )
    lid += crescent(0, -40, 96, 0, ink.paper, 0.1) + "".join(
        blossom(x, -34, 17, ink.paper, c) for x in (-76, 0, 76)
    )
    parts.append(placed(lid, 34, -312, turn=-14))
    return "".join(parts)


def steam(x: float, y: float, height: float, colour: str, width: float = 11) -> str:
    """Three curls of steam rising from (x, y)."""
    n, parts = number, []
    for i, (dx, h) in enumerate(((-52, 0.8), (0, 1.0), (54, 0.74))):
        t = height * h
        bend = 30 if i % 2 else -30
        parts.append(
            line(
                f"M{n(x + dx)} {n(y)}C{n(x + dx + bend)} {n(y - t * 0.3)} {n(x + dx - bend)} {n(y - t * 0.55)} {n(x + dx)} {n(y - t)}",
                colour,
                width,
            )
        )
        parts.append(
            spiral(
                x + dx + (16 if i % 2 else -16),
                y - t,
                20,
                colour,
                width * 0.8,
                1.2,
                90 if i % 2 == 0 else 270,
                mirror=bool(i % 2),
            )
        )
    return "".join(parts)


def kettle(ink: Inks, colour: str = "") -> str:
    """长嘴铜壶 on (0, 0), its long spout to the left."""
    c = colour or ink.gold
    parts = [
        line("M-70 -110C-150 -130 -230 -230 -420 -262", c, 20),
        path("M-90 0C-130 -70 -110 -170 -50 -196H60C116 -170 134 -70 96 0Z", c),
    ]
    parts.append(
        line("M70 -170C170 -190 170 -60 96 -44", c, 17)
        + path("M-46 -200C-40 -226 44 -226 54 -200Z", ink.deep)
        + circle(4, -230, 13, ink.deep)
    )
    parts.append(
        blossom(2, -94, 44, ink.paper, c, 8)
        + line("M-98 -36Q0 -14 104 -36", ink.paper, 5)
        + line("M-78 -158Q0 -142 90 -158", ink.paper, 5)
    )
    return "".join(parts)


def basket(ink: Inks, width: float, height: float, colour: str = "") -> str:
    """A woven basket on (0, 0)."""
    c, n, half = colour or ink.gold, number, width / 2
    parts = [
        path(f"M{n(-half)} {n(-height)}L{n(-half * 0.76)} 0H{n(half * 0.76)}L{n(half)} {n(-height)}Z", c)
    ]
    rows, columns = max(3, int(height / 30)), max(5, int(width / 34))
    for row in range(rows):
        y = -height + height * (row + 0.5) / rows
        reach = half * (0.76 + 0.24 * (-y / height))
        for column in range(columns):
            x = -reach + 2 * reach * (column + (0.5 if row % 2 else 0.0) + 0.25) / columns
            if x < reach - 8:
                parts.append(
                    sliver(x, y, reach * 1.1 / columns, 5, 90 if (row + column) % 2 else 62, ink.paper)
                )
    parts.append(rect(-half - 10, -height - 12, width + 20, 22, ink.deep, 10))
    return "".join(parts)


def awning(ink: Inks, width: float, drop: float, first: str, second: str) -> str:
    """A striped awning whose upper edge is centred at (0, 0)."""
    n, count, parts = number, max(6, int(width / 62)), []
    step = width / count
    for i in range(count):
        x, top = -width / 2 + step * i, 0.86
        c = first if i % 2 else second
        d = f"M{n(x * top)} 0H{n((x + step) * top)}L{n(x + step)} {n(drop)}A{n(step / 2)} {n(step / 2)} 0 0 1 {n(x)} {n(drop)}Z"
        parts.append(path(d, c))
        parts.append(crescent(x + step / 2, drop + step * 0.16, step * 0.24, 180, ink.paper, 0.3))
        parts.append(sliver((x + step / 2) * 0.94, drop * 0.5, drop * 0.6, 3.6, -x * 0.02, ink.paper))
    return "".join(parts) + rect(-width * 0.44, -16, width * 0.88, 24, ink.deep, 8)


def bunting(
    x0: float, y0: float, x1: float, y1: float, sag: float, colours: tuple[str, ...], cut: str
) -> str:
    """A string of small flags with cut eyes."""
    n, count = number, max(5, int(abs(x1 - x0) / 62))
    parts = [
        line(
            f"M{n(x0)} {n(y0)}Q{n((x0 + x1) / 2)} {n((y0 + y1) / 2 + sag * 2)} {n(x1)} {n(y1)}", colours[0], 4
        )
    ]
    for i in range(count):
        t = (i + 0.5) / count
        x = x0 + (x1 - x0) * t
        y = (1 - t) ** 2 * y0 + 2 * (1 - t) * t * ((y0 + y1) / 2 + sag * 2) + t * t * y1
        c = colours[i % len(colours)]
        parts.append(
            path(
                f"M{n(x - 21)} {n(y)}H{n(x + 21)}L{n(x + 21)} {n(y + 34)}L{n(x)} {n(y + 56)}L{n(x - 21)} {n(y + 34)}Z",
                c,
            )
        )
        parts.append(blossom(x, y + 25, 14, cut, c) if i % 2 else coin(x, y + 25, 12, cut, c))
    return "".join(parts)


def stool(ink: Inks, colour: str = "") -> str:
    """A low stool on (0, 0)."""
    c = colour or ink.deep
    return rect(-70, -96, 140, 24, c, 8) + line("M-50 -76L-62 0M50 -76L62 0M-54 -34H54", c, 16)
