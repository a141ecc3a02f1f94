"""Lays a motif on its sheet: sky, far layer, ground, motif, plants at the sides, frame."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from cms.demo.artwork import plants, scenery
from cms.demo.artwork.inks import Inks, mixed
from cms.demo.artwork.shapes import circle, lattice, placed, rect, ring, teeth_round

Draw = Callable[[Inks, Random], str]


@dataclass(frozen=True, slots=True)
class Motif:
    """How to draw a motif and what belongs around it.

    `draw` works about (0, 0) on the ground, about 1200 wide and 780 high. `sky` is day, sun or night; `far` is roofs,
    hills, both, room or none; `base` is earth, court, table or none; `sides` are the plants left and right;
    `wide_sides` stand in for none where a wide sheet outdoors leaves room.
    """

    draw: Draw
    sky: str = "day"
    far: str = "roofs"
    base: str = "court"
    sides: tuple[str, str] = ("bamboo", "hibiscus")
    scale: float = 1.0
    rise: float = 0.0
    wide_sides: tuple[str, str] = ("bamboo", "hibiscus")


def sheet(motif: Motif, ink: Inks, width: int, height: int, seed: str) -> str:
    """The whole picture as an SVG document."""
    rnd = Random(seed)
    ground_y = height * (0.84 if height < width * 0.65 else 0.8)
    fit = min(width / 1600, ground_y / 930)
    parts = [_sky(motif.sky, ink, width, height, ground_y, rnd)]
    if motif.far == "room":
        parts.append(_room(ink, width, ground_y, rnd))
    elif motif.far != "none":
        parts.append(_far(motif, ink, width, ground_y, rnd))
    parts.append(_base(motif, ink, width, height, ground_y, rnd))
    main = placed(
        motif.draw(ink, rnd), width / 2, ground_y + 26 - motif.rise * fit, scale=motif.scale * fit * 1.02
    )
    parts.append(main + _sides(motif, ink, width, height, fit, rnd))
    parts.append(scenery.frame(width, height, ink.main, ink.paper, rnd))
    return document("".join(parts), ink, width, height)


def document(content: str, ink: Inks, width: int, height: int) -> str:
    """The SVG document around finished fragments."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}">'
        f'<rect width="{width}" height="{height}" fill="{ink.paper}"/>{content}</svg>'
    )


def _sky(kind: str, ink: Inks, width: float, height: float, ground_y: float, rnd: Random) -> str:
    cx, r = width / 2 + rnd.uniform(-0.06, 0.06) * width, min(height * 0.4, width * 0.34)
    cy = ground_y - r * 1.12
    if kind == "night":
        night = mixed(ink.deep, ink.main, 0.3)
        parts = [rect(0, 0, width, height, night)]
        for _ in range(int(width / 46)):
            x, y = rnd.uniform(60, width - 60), rnd.uniform(50, ground_y * 0.7)
            parts.append(circle(x, y, rnd.choice((2.6, 3.4, 5)), ink.gold))
        parts.append(
            teeth_round(cx, cy, r * 1.02, 60, r * 0.1, ink.gold)
            + circle(cx, cy, r * 1.03, ink.gold)
            + circle(cx, cy, r, ink.paper)
        )
        parts.append(ring(cx, cy, r * 0.94, ink.gold, 4))
        cloud_fill, cloud_cut = mixed(ink.deep, ink.main, 0.62), ink.paper
    elif kind == "sun":
        parts = [rect(0, 0, width, height, ink.haze), scenery.sun(cx, cy, r, ink.paper, ink.mid)]
        cloud_fill, cloud_cut = ink.paper, ink.mid
    else:
        parts = [rect(0, 0, width, height, ink.tint), scenery.sun(cx, cy, r, ink.haze, ink.paper)]
        cloud_fill, cloud_cut = ink.mid, ink.paper
    for side in (0.2, 0.8):
        size = rnd.uniform(0.62, 0.9) * width / 1600
        parts.append(
            scenery.cloud(
                width * (side + rnd.uniform(-0.04, 0.04)),
                height * rnd.uniform(0.16, 0.3),
                size,
                cloud_fill,
                cloud_cut,
                side > 0.5,
            )
        )
    return "".join(parts)


def _far(motif: Motif, ink: Inks, width: float, ground_y: float, rnd: Random) -> str:
    night = motif.sky == "night"
    first = mixed(ink.deep, ink.main, 0.5) if night else mixed(ink.haze, ink.main, 0.14)
    second = mixed(ink.deep, ink.main, 0.72) if night else mixed(ink.haze, ink.main, 0.32)
    cut = mixed(first, ink.paper, 0.5)
    parts = []
    if motif.far in ("hills", "both"):
        parts.append(scenery.hills(width, ground_y + 30, ground_y * 0.5, first, cut, rnd, 4))
        if motif.far == "hills":
            parts.append(
                scenery.hills(
                    width, ground_y + 30, ground_y * 0.27, second, mixed(second, ink.paper, 0.5), rnd, 5
                )
            )
    if motif.far in ("roofs", "both"):
        parts.append(
            scenery.skyline(width, ground_y + 30, ground_y * 0.3, second, mixed(second, ink.paper, 0.55), rnd)
        )
    return "".join(parts)


def _room(ink: Inks, width: float, ground_y: float, rnd: Random) -> str:
    """A wall with two lattice windows and a skirting board."""
    parts = [
        rect(0, 0, width, ground_y + 30, ink.haze),
        circle(width / 2, ground_y * 0.52, ground_y * 0.46, ink.paper),
    ]
    parts.append(
        teeth_round(width / 2, ground_y * 0.52, ground_y * 0.46, 56, -22, ink.mid)
        + ring(width / 2, ground_y * 0.52, ground_y * 0.465, ink.mid, 12)
    )
    w, h, kind = width * 0.17, ground_y * 0.5, rnd.choice(("step", "diamond", "ice", "grid"))
    for x in (width * 0.065, width * 0.935 - w):
        y = ground_y * 0.17
        parts.append(rect(x, y, w, h, ink.paper) + lattice(x, y, w, h, ink.mid, 9, kind))
        parts.append(
            f'<rect x="{x:.0f}" y="{y:.0f}" width="{w:.0f}" height="{h:.0f}" fill="none" stroke="{ink.mid}" stroke-width="16"/>'
        )
    parts.append(rect(0, ground_y - 26, width, 30, ink.mid))
    return "".join(parts)


def _base(motif: Motif, ink: Inks, width: float, height: float, ground_y: float, rnd: Random) -> str:
    if motif.base == "earth":
        return scenery.ground(width, ground_y, height, mixed(ink.deep, ink.main, 0.42), ink.mid, rnd)
    if motif.base == "court":
        return scenery.tiles(width, ground_y, height, mixed(ink.deep, ink.main, 0.55), ink.deep)
    if motif.base == "water":
        return scenery.water(width, ground_y, height, ink.main, ink.paper, 74)
    if motif.base == "table":
        top = rect(0, ground_y, width, height - ground_y, ink.main)
        return (
            top
            + scenery.band(width, ground_y + 34, 74, ink.deep, ink.gold)
            + rect(0, ground_y, width, 14, ink.deep)
        )
    return ""


def _sides(motif: Motif, ink: Inks, width: float, height: float, fit: float, rnd: Random) -> str:
    parts = []
    roomy = width > height * 1.6 and not any(motif.sides) and motif.base in ("court", "earth")
    for index, kind in enumerate(motif.wide_sides if roomy and motif.far != "room" else motif.sides):
        x = width * (0.07 if index == 0 else 0.93)
        flip = index == 1
        if kind == "bamboo":
            parts.append(placed(plants.bamboo(ink, rnd, 860, 3), x, height + 20, scale=fit, flip=flip))
        elif kind == "hibiscus":
            parts.append(
                placed(
                    plants.hibiscus_spray(ink, rnd),
                    x - (14 if flip else -14),
                    height - 10,
                    scale=fit * 1.0,
                    flip=flip,
                )
            )
        elif kind == "tree":
            parts.append(placed(plants.tree(ink, rnd, 560), x, height - 30, scale=fit, flip=flip))
        elif kind == "willow":
            parts.append(placed(plants.willow(ink, rnd, 520), x, 20, scale=fit, flip=flip))
        elif kind == "ginkgo":
            for k in range(9):
                parts.append(
                    plants.ginkgo(
                        x + rnd.uniform(-70, 70) * fit,
                        height * (0.3 + 0.072 * k),
                        rnd.uniform(40, 66) * fit,
                        rnd.uniform(-80, 80),
                        ink.gold,
                        ink.deep,
                    )
                )
    return "".join(parts)
