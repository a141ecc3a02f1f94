"""Cut shapes as SVG fragments: plain forms first, then the traditional cuts (crescent, sawtooth, petal, fret)."""

import math
from collections.abc import Iterable

Point = tuple[float, float]


def number(value: float) -> str:
    """A coordinate, short enough to keep the markup small."""
    return f"{value:.1f}".removesuffix(".0").replace("-0.0", "0")


def path(d: str, fill: str, extra: str = "") -> str:
    return f'<path d="{d}" fill="{fill}" {extra}/>'


def line(d: str, colour: str, width: float, extra: str = "") -> str:
    """A stroked path with round ends, as a knife leaves it."""
    return (
        f'<path d="{d}" fill="none" stroke="{colour}" stroke-width="{number(width)}" '
        f'stroke-linecap="round" stroke-linejoin="round" {extra}/>'
    )


def polygon(points: Iterable[Point], fill: str) -> str:
    coords = " ".join(f"{number(x)},{number(y)}" for x, y in points)
    return f'<polygon points="{coords}" fill="{fill}"/>'


def circle(x: float, y: float, r: float, fill: str) -> str:
    return f'<circle cx="{number(x)}" cy="{number(y)}" r="{number(r)}" fill="{fill}"/>'


def ring(x: float, y: float, r: float, colour: str, width: float) -> str:
    return (
        f'<circle cx="{number(x)}" cy="{number(y)}" r="{number(r)}" fill="none" stroke="{colour}" '
        f'stroke-width="{number(width)}"/>'
    )


def ellipse(x: float, y: float, rx: float, ry: float, fill: str) -> str:
    return f'<ellipse cx="{number(x)}" cy="{number(y)}" rx="{number(rx)}" ry="{number(ry)}" fill="{fill}"/>'


def rect(x: float, y: float, w: float, h: float, fill: str, r: float = 0) -> str:
    return (
        f'<rect x="{number(x)}" y="{number(y)}" width="{number(w)}" height="{number(h)}" rx="{number(r)}" '
        f'fill="{fill}"/>'
    )


def placed(
    content: str, x: float = 0, y: float = 0, *, scale: float = 1, turn: float = 0, flip: bool = False
) -> str:
    """A fragment moved, turned (degrees, clockwise), scaled and, with `flip`, mirrored left to right."""
    across = -scale if flip else scale
    return (
        f'<g transform="translate({number(x)} {number(y)}) rotate({number(turn)}) '
        f'scale({across:.3f} {scale:.3f})">{content}</g>'
    )


def polar(x: float, y: float, r: float, degrees: float) -> Point:
    """The point at an angle, 0 pointing up and growing clockwise."""
    angle = math.radians(degrees - 90)
    return x + r * math.cos(angle), y + r * math.sin(angle)


def crescent(x: float, y: float, r: float, turn: float, fill: str, fat: float = 0.45) -> str:
    """月牙纹: the cut that a curved blade makes; `turn` 0 arches upwards."""
    flat = 1 + fat
    d = f"M{-r} 0A{r} {r} 0 0 1 {r} 0A{r * flat:.1f} {r * flat:.1f} 0 0 0 {-r} 0Z"
    return (
        f'<path d="{d}" fill="{fill}" transform="translate({number(x)} {number(y)}) rotate({number(turn)})"/>'
    )


def petal(x: float, y: float, length: float, width: float, turn: float, fill: str) -> str:
    """A drop with its point at (x, y), growing upwards at `turn` 0."""
    n = number
    d = f"M0 0C{n(width)} {n(-length * 0.35)} {n(width * 0.8)} {n(-length)} 0 {n(-length)}"
    d += f"C{n(-width * 0.8)} {n(-length)} {n(-width)} {n(-length * 0.35)} 0 0Z"
    return f'<path d="{d}" fill="{fill}" transform="translate({n(x)} {n(y)}) rotate({n(turn)})"/>'


def sliver(x: float, y: float, length: float, width: float, turn: float, fill: str) -> str:
    """A narrow cut pointed at both ends, centred at (x, y), upright at `turn` 0."""
    n, h = number, length / 2
    d = f"M0 {n(-h)}Q{n(width)} 0 0 {n(h)}Q{n(-width)} 0 0 {n(-h)}Z"
    return f'<path d="{d}" fill="{fill}" transform="translate({n(x)} {n(y)}) rotate({n(turn)})"/>'


def teeth(start: Point, end: Point, count: int, height: float, fill: str) -> str:
    """锯齿纹 along a line: slim curved triangles standing to its left side."""
    dx, dy = (end[0] - start[0]) / count, (end[1] - start[1]) / count
    length = math.hypot(dx, dy) or 1
    nx, ny = dy / length * height, -dx / length * height
    n, parts = number, []
    for i in range(count):
        x, y = start[0] + dx * i, start[1] + dy * i
        tip_x, tip_y = x + dx / 2 + nx, y + dy / 2 + ny
        near_x, near_y = x + dx / 2 + nx * 0.3, y + dy / 2 + ny * 0.3
        parts.append(
            f"M{n(x)} {n(y)}Q{n(near_x - dx * 0.12)} {n(near_y - dy * 0.12)} {n(tip_x)} {n(tip_y)}"
            f"Q{n(near_x + dx * 0.12)} {n(near_y + dy * 0.12)} {n(x + dx)} {n(y + dy)}Z"
        )
    return path("".join(parts), fill)


def teeth_round(
    x: float, y: float, r: float, count: int, height: float, fill: str, start: float = 0, sweep: float = 360
) -> str:
    """锯齿纹 around a circle, outwards, or inwards with a negative height."""
    n, step, parts = number, sweep / count, []
    for i in range(count):
        a = start + step * i
        (x1, y1), (x2, y2) = polar(x, y, r, a), polar(x, y, r, a + step)
        tx, ty = polar(x, y, r + height, a + step / 2)
        qx, qy = polar(x, y, r + height * 0.3, a + step * 0.42)
        ux, uy = polar(x, y, r + height * 0.3, a + step * 0.58)
        parts.append(f"M{n(x1)} {n(y1)}Q{n(qx)} {n(qy)} {n(tx)} {n(ty)}Q{n(ux)} {n(uy)} {n(x2)} {n(y2)}Z")
    return path("".join(parts), fill)


def petals_round(
    x: float, y: float, inner: float, count: int, length: float, width: float, fill: str, start: float = 0
) -> str:
    """Drops that stand around a circle and point to its centre."""
    parts = []
    for i in range(count):
        a = start + 360 / count * i
        px, py = polar(x, y, inner, a)
        parts.append(petal(px, py, length, width, a, fill))
    return "".join(parts)


def blossom(x: float, y: float, r: float, fill: str, cut: str, count: int = 5, turn: float = 0) -> str:
    """A small round flower with a cut vein in each petal and a cut eye."""
    parts = [petals_round(x, y, 0, count, r, r * 0.62, fill, turn)]
    parts.append(petals_round(x, y, r * 0.36, count, r * 0.42, r * 0.13, cut, turn))
    parts.append(circle(x, y, r * 0.2, cut) + circle(x, y, r * 0.1, fill))
    return "".join(parts)


def spiral(
    x: float,
    y: float,
    r: float,
    colour: str,
    width: float,
    turns: float = 1.6,
    start: float = 0,
    mirror: bool = False,
) -> str:
    """A curl, as cut into clouds and waves."""
    points, steps = [], int(turns * 18)
    for i in range(steps + 1):
        angle = start + (-1 if mirror else 1) * 360 * turns * i / steps
        points.append(polar(x, y, r * (1 - 0.85 * i / steps), angle))
    return line("M" + "L".join(f"{number(px)} {number(py)}" for px, py in points), colour, width)


def leaf(x: float, y: float, length: float, width: float, turn: float, fill: str, cut: str) -> str:
    """A leaf with a cut midrib and cut side veins, its stalk at (x, y)."""
    n = number
    d = f"M0 0C{n(width)} {n(-length * 0.25)} {n(width * 0.75)} {n(-length * 0.75)} 0 {n(-length)}"
    d += f"C{n(-width * 0.75)} {n(-length * 0.75)} {n(-width)} {n(-length * 0.25)} 0 0Z"
    parts = [path(d, fill), sliver(0, -length * 0.48, length * 0.8, width * 0.09, 0, cut)]
    for i in range(3):
        y0 = -length * (0.28 + 0.19 * i)
        reach = width * (0.36 - 0.07 * i)
        for side in (-1, 1):
            parts.append(
                sliver(side * reach * 0.62, y0 - reach * 0.35, reach * 0.95, width * 0.07, side * 52, cut)
            )
    return placed("".join(parts), x, y, turn=turn)


def fret(x: float, y: float, width: float, height: float, colour: str, weight: float, count: int) -> str:
    """回纹: a band of meanders."""
    n, step, h, parts = number, width / count, height, []
    for i in range(count):
        a = x + i * step
        w = step * 0.82
        parts.append(
            f"M{n(a)} {n(y + h)}L{n(a)} {n(y)}L{n(a + w)} {n(y)}L{n(a + w)} {n(y + h * 0.72)}L{n(a + w * 0.36)} "
            f"{n(y + h * 0.72)}L{n(a + w * 0.36)} {n(y + h * 0.36)}L{n(a + w * 0.66)} {n(y + h * 0.36)}"
        )
    return (
        f'<path d="{"".join(parts)}" fill="none" stroke="{colour}" stroke-width="{n(weight)}" '
        f'stroke-linecap="square" stroke-linejoin="miter"/>'
    )


def coin(x: float, y: float, r: float, fill: str, cut: str) -> str:
    """古钱纹: a round coin with its square eye and four cut arcs."""
    parts = [circle(x, y, r, fill)]
    for turn in (45, 135, 225, 315):
        px, py = polar(x, y, r * 0.72, turn)
        parts.append(sliver(px, py, r * 0.8, r * 0.26, turn + 90, cut))
    side = r * 0.44
    return "".join(parts) + rect(x - side / 2, y - side / 2, side, side, cut)


def lattice(x: float, y: float, w: float, h: float, colour: str, weight: float, kind: str = "step") -> str:
    """窗棂: the bars of a wooden window, without its frame; `kind` is step, diamond, ice or grid."""
    bars = "".join(
        "M" + "L".join(f"{number(x + w * across)} {number(y + h * down)}" for across, down in bar)
        for bar in LATTICES[kind]
    )
    return f'<path d="{bars}" fill="none" stroke="{colour}" stroke-width="{number(weight)}" stroke-linejoin="miter"/>'


def _square(inset: float) -> tuple[Point, ...]:
    a, b = inset, 1 - inset
    return ((a, a), (b, a), (b, b), (a, b), (a, a))


# Bars as points in the unit square.
LATTICES: dict[str, list[tuple[Point, ...]]] = {
    "step": [  # 步步锦
        _square(0.2),
        _square(0.36),
        *(((t, 0.0), (t, 0.2)) for t in (0.2, 0.8)),
        *(((t, 1.0), (t, 0.8)) for t in (0.2, 0.8)),
        *(((0.0, t), (0.2, t)) for t in (0.2, 0.8)),
        *(((1.0, t), (0.8, t)) for t in (0.2, 0.8)),
        ((0.5, 0.0), (0.5, 0.36)),
        ((0.5, 1.0), (0.5, 0.64)),
        ((0.0, 0.5), (0.36, 0.5)),
        ((1.0, 0.5), (0.64, 0.5)),
    ],
    "diamond": [
        bar
        for t in (0.0, 0.5)
        for bar in (
            ((t, 0.0), (1.0, 1 - t)),
            ((0.0, t), (1 - t, 1.0)),
            ((1 - t, 0.0), (0.0, 1 - t)),
            ((1.0, t), (t, 1.0)),
        )
    ],
    "ice": [  # 冰裂纹
        ((0.0, 0.3), (0.4, 0.22), (0.62, 0.0)),
        ((0.4, 0.22), (0.5, 0.55)),
        ((0.0, 0.75), (0.5, 0.55), (1.0, 0.4)),
        ((0.3, 1.0), (0.27, 0.65)),
        ((0.72, 0.48), (0.66, 1.0)),
        ((0.7, 0.75), (1.0, 0.82)),
        ((0.5, 0.12), (1.0, 0.16)),
        ((0.2, 0.26), (0.16, 0.0)),
    ],
    "grid": [  # 豆腐块
        bar for t in (0.25, 0.5, 0.75) for bar in (((t, 0.0), (t, 1.0)), ((0.0, t), (1.0, t)))
    ],
}
