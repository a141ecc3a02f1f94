"""Motifs of shaping: dough, sugar, clay, wood, ink."""

import math
from random import Random

from cms.demo.artwork import plants, things
from cms.demo.artwork.inks import Inks
from cms.demo.artwork.shapes import (
    blossom,
    circle,
    crescent,
    ellipse,
    fret,
    lattice,
    leaf,
    line,
    path,
    petals_round,
    placed,
    polar,
    rect,
    ring,
    sliver,
    spiral,
    teeth,
    teeth_round,
)


def dough_figure(ink: Inks, rnd: Random) -> str:
    """Dough figures on sticks: a monkey king's staff, a rabbit, a flower, a rooster, set in a carved box."""
    parts = [
        rect(-420, -170, 840, 190, ink.deep, 10),
        fret(-380, -120, 780, 70, ink.paper, 8, 11),
        rect(-450, -196, 900, 34, ink.main, 10),
    ]
    for x, h in ((-320, 470), (-110, 540), (120, 560), (330, 480)):
        parts.append(line(f"M{x} -180V-{h}", ink.gold, 13))
    rooster = (
        path(
            "M-90 0C-120 -60 -80 -120 -20 -120C0 -170 -10 -210 30 -230C70 -220 76 -180 60 -150C110 -120 100 -40 50 0Z",
            ink.main,
        )
        + "".join(petal_tail(ink, turn) for turn in (-70, -48, -26))
        + path("M20 -230C10 -260 30 -270 36 -250C44 -274 64 -264 58 -240Z", ink.gold)
        + circle(40, -194, 8, ink.paper)
        + path("M66 -196L98 -184L64 -174Z", ink.gold)
        + leaf(-30, -10, 90, 30, -30, ink.gold, ink.main)
    )
    parts.append(placed(rooster, -320, -440))
    rabbit = (
        ellipse(0, -60, 66, 70, ink.second)
        + circle(0, -150, 54, ink.paper)
        + "".join(
            placed(
                ellipse(0, -56, 18, 60, ink.paper) + sliver(0, -54, 80, 9, 0, ink.main),
                s * 24,
                -186,
                turn=s * 14,
            )
            for s in (-1, 1)
        )
        + "".join(
            circle(s * 20, -154, 7, ink.deep) + blossom(s * 34, -132, 11, ink.bloom, ink.paper)
            for s in (-1, 1)
        )
        + line("M-10 -130Q0 -122 10 -130", ink.deep, 5)
        + blossom(0, -54, 34, ink.gold, ink.second, 6)
    )
    parts.append(placed(rabbit, -110, -500))
    opera = (
        path("M-80 0C-70 -90 -40 -110 0 -112C40 -110 70 -90 80 0Z", ink.main)
        + circle(0, -156, 52, ink.skin)
        + path("M-62 -168C-60 -240 60 -240 62 -168C30 -196 -30 -196 -62 -168Z", ink.gold)
        + "".join(
            line(f"M{s * 40} -216C{s * 110} -330 {s * 190} -300 {s * 200} -220", ink.second, 10)
            + circle(s * 20, -154, 6, ink.deep)
            for s in (-1, 1)
        )
        + "".join(circle(k * 24, -232, 12, ink.main) for k in (-2, -1, 0, 1, 2))
        + line("M-12 -132Q0 -124 12 -132", ink.bloom, 6)
        + blossom(0, -50, 36, ink.gold, ink.main, 8)
    )
    parts.append(
        placed(opera, 120, -530)
        + placed(plants.hibiscus(0, 0, 120, ink.bloom, ink.gold, ink.paper), 330, -530)
        + leaf(330, -400, 110, 36, 50, ink.leaf, ink.paper)
        + leaf(330, -380, 110, 36, -50, ink.leaf, ink.paper)
    )
    for x, c in ((-560, ink.gold), (-500, ink.main), (500, ink.second), (570, ink.gold)):
        parts.append(ellipse(x, 8, 58, 38, c) + crescent(x, -4, 26, 0, ink.paper, 0.3))
    return "".join(parts)


def petal_tail(ink: Inks, turn: float) -> str:
    """One tail feather of the dough rooster."""
    return placed(
        path("M0 0C-26 -60 -20 -120 6 -150C24 -110 22 -50 0 0Z", ink.second)
        + sliver(0, -78, 90, 6, 0, ink.paper),
        -70,
        -50,
        turn=turn,
    )


def sugar_painting(ink: Inks, rnd: Random) -> str:
    """A dragon poured of sugar on a marble slab, the ladle above it, a wheel of animals behind."""
    parts = [
        circle(0, -430, 300, ink.main),
        ring(0, -430, 280, ink.gold, 8),
        teeth_round(0, -430, 302, 52, 22, ink.main),
    ]
    for i in range(12):
        x, y = polar(0, -430, 214, i * 30)
        parts.append(
            sliver(*polar(0, -430, 214, i * 30 + 15), 120, 4, i * 30 + 15, ink.gold)
            + blossom(x, y, 38, ink.paper, ink.main, 5 + i % 4)
        )
    sugar, n = ink.gold, 64
    body = [(-300 + 600 * t / n, -400 + 110 * math.sin(t / n * 11) - 60 * t / n) for t in range(n + 1)]
    hx, hy = body[-1]
    d = "M" + "L".join(f"{x:.0f} {y:.0f}" for x, y in body)
    parts.append(line(d, ink.deep, 62) + line(d, sugar, 48))
    for k in range(3, n - 2, 3):
        x, y = body[k]
        parts.append(crescent(x, y, 15, 40 if k % 2 else -40, ink.deep, 0.3))
    head = path(
        "M-60 20C-70 -60 0 -90 50 -70C70 -100 110 -100 120 -130C120 -80 110 -60 90 -50C150 -40 190 0 200 30C150 30 120 20 90 40C120 60 150 60 170 54C140 96 60 100 0 70C-30 66 -50 50 -60 20Z",
        sugar,
    )
    head = (
        f'<g stroke="{ink.deep}" stroke-width="7">{head}</g>'
        + circle(40, -16, 17, ink.deep)
        + circle(44, -20, 6, ink.paper)
        + spiral(150, -6, 17, ink.deep, 5, 1.3)
        + line("M90 -56C60 -130 0 -150 -30 -140M110 40C180 90 220 60 240 90", ink.deep, 10)
    )
    parts.append(placed(head, hx + 10, hy + 6, scale=0.95))
    for k in range(2, n - 6):
        if k % 4 == 0:
            x, y = body[k]
            parts.insert(
                -1,
                path(
                    f"M{x - 20:.0f} {y - 10:.0f}Q{x - 4:.0f} {y - 40:.0f} {x - 26:.0f} {y - 74:.0f}Q{x + 24:.0f} {y - 50:.0f} {x + 22:.0f} {y - 10:.0f}Z",
                    ink.deep,
                ),
            )
    for turn in (-150, -120, -92, -66):
        parts.append(
            placed(
                path("M0 0C-30 -40 -26 -90 6 -130C22 -90 26 -40 0 0Z", ink.deep)
                + sliver(0, -66, 70, 6, 0, sugar),
                hx - 20,
                hy + 4,
                turn=turn,
            )
        )
    for x, y, turn in ((-180, -300, 200), (40, -340, 170), (180, -420, 190)):
        parts.append(
            placed(
                "".join(line(f"M0 0Q{k * 20} -30 {k * 34} -66", sugar, 14) for k in (-1, 0, 1)),
                x,
                y,
                turn=turn,
            )
        )
    parts.append(
        rect(-470, -120, 940, 130, ink.mid, 10)
        + rect(-500, -146, 1000, 40, ink.haze, 8)
        + line("M-500 -126C-300 -140 -180 -114 0 -130S340 -136 500 -120", ink.mid, 5)
        + fret(-430, -80, 880, 60, ink.paper, 7, 13)
    )
    parts.append(
        line("M360 -210L620 -420", ink.deep, 20)
        + path("M250 -250C250 -170 370 -150 390 -226Z", ink.deep)
        + line("M270 -190C262 -176 262 -166 266 -152", ink.gold, 10)
    )
    parts.append(
        path("M-640 -170H-480L-500 -60H-620Z", ink.deep)
        + ellipse(-560, -170, 80, 18, ink.gold)
        + things.steam(-560, -190, 90, ink.mid, 7)
    )
    return "".join(parts)


def pottery(ink: Inks, rnd: Random) -> str:
    """A jar on the wheel with a band of fish and waves, finished jars and bowls at both sides."""
    jar = path(
        "M-110 -640C-90 -600 -90 -580 -130 -560C-260 -500 -300 -360 -230 -220C-200 -160 -160 -130 -150 -120H150C160 -130 200 -160 230 -220C300 -360 260 -500 130 -560C90 -580 90 -600 110 -640Z",
        ink.main,
    )
    jar += (
        ellipse(0, -640, 112, 24, ink.deep)
        + line("M-130 -556Q0 -520 130 -556M-236 -470Q0 -420 236 -470M-250 -290Q0 -240 250 -290", ink.paper, 8)
        + "".join(petals_round(x, -510, 6, 5, 26, 9, ink.paper) for x in (-120, -40, 40, 120))
    )
    jar += (
        plants.hibiscus(0, -366, 82, ink.paper, ink.gold, ink.main)
        + "".join(spiral(s * 150, -370, 50, ink.paper, 11, 1.7, 180, mirror=s > 0) for s in (-1, 1))
        + teeth((170, -180), (-170, -180), 20, 44, ink.paper)
    )
    wheel = (
        ellipse(0, -112, 270, 42, ink.deep)
        + rect(-40, -100, 80, 100, ink.deep)
        + ellipse(0, 6, 330, 46, ink.mid)
        + fret(-250, -4, 510, 24, ink.deep, 5, 10)
    )
    parts = [wheel, jar]
    for x, c, s in ((-520, ink.second, 0.62), (520, ink.gold, 0.56)):
        parts.append(placed(jar.replace(ink.main, c), x, 90, scale=s))
    for x, c in ((-350, ink.gold), (370, ink.second)):
        parts.append(
            path(
                f"M{x - 70} -80C{x - 66} -10 {x - 30} 20 {x - 24} 30H{x + 24}C{x + 30} 20 {x + 66} -10 {x + 70} -80Z",
                c,
            )
            + ellipse(x, -80, 70, 13, ink.deep)
            + "".join(crescent(x + k, -36, 14, 180, ink.paper, 0.3) for k in (-34, 0, 34))
        )
    return "".join(parts)


def wood_carving(ink: Inks, rnd: Random) -> str:
    """A carved window panel of a phoenix and peonies, chisels and mallet below."""
    parts = [
        rect(-330, -740, 660, 600, ink.deep, 8),
        rect(-296, -706, 592, 532, ink.main),
        lattice(-296, -706, 592, 532, ink.deep, 10, "step"),
        circle(0, -440, 216, ink.gold),
        ring(0, -440, 196, ink.deep, 8),
        teeth_round(0, -440, 216, 44, 18, ink.gold),
    ]
    bird = (
        path(
            "M-20 60C-90 40 -110 -40 -60 -90C-50 -130 -20 -150 10 -140C30 -130 34 -110 20 -96C60 -60 60 20 -20 60Z",
            ink.main,
        )
        + circle(4, -118, 7, ink.paper)
        + path("M26 -124L60 -118L22 -104Z", ink.deep)
        + "".join(
            line(f"M-6 -140C{-20 + k * 16} -180 {-10 + k * 26} -190 {k * 30} -186", ink.main, 8)
            for k in (-1, 0, 1)
        )
    )
    bird += (
        "".join(
            placed(leaf(0, 0, 190, 28, t, ink.deep if i % 2 else ink.main, ink.gold), -30, 44)
            for i, t in enumerate((128, 150, 172, 196, 218))
        )
        + leaf(-40, 10, 130, 42, -60, ink.deep, ink.gold)
        + leaf(-20, 20, 120, 36, 62, ink.deep, ink.gold)
    )
    parts.append(
        placed(bird, 10, -480, scale=1.0)
        + plants.hibiscus(-210, -620, 76, ink.gold, ink.main, ink.deep)
        + plants.hibiscus(210, -620, 76, ink.gold, ink.main, ink.deep)
        + plants.hibiscus(-210, -262, 76, ink.gold, ink.main, ink.deep)
        + plants.hibiscus(210, -262, 76, ink.gold, ink.main, ink.deep)
    )
    for i in range(5):
        x = -600 + i * 46
        parts.append(
            rect(x - 15, -200 - i % 2 * 30, 30, 120, (ink.main, ink.second)[i % 2], 12)
            + path(
                f"M{x - 12} {-80 - i % 2 * 30}L{x - 15} 30H{x + 15}L{x + 12} {-80 - i % 2 * 30}Z", ink.deep
            )
            + line(f"M{x - 13} {-170 - i % 2 * 30}H{x + 13}", ink.paper, 4)
        )
    parts.append(
        placed(
            rect(-18, -20, 36, 230, ink.gold, 10)
            + rect(-90, -120, 180, 110, ink.second, 16)
            + ring(0, -66, 34, ink.paper, 6),
            510,
            -110,
            turn=24,
        )
    )
    for _ in range(16):
        parts.append(
            spiral(
                rnd.uniform(-320, 460),
                rnd.uniform(-10, 40),
                rnd.uniform(13, 24),
                ink.gold,
                6,
                1.2,
                rnd.uniform(0, 360),
            )
        )
    return "".join(parts) + rect(-380, -146, 760, 30, ink.deep, 8)


def calligraphy(ink: Inks, rnd: Random) -> str:
    """The scholar's four treasures: brushes on their rack, inkstone, a scroll painted with bamboo and a moon."""
    parts = [
        rect(-300, -720, 440, 690, ink.paper)
        + rect(-320, -750, 480, 34, ink.deep, 12)
        + rect(-320, -40, 480, 34, ink.deep, 12)
        + f'<rect x="-276" y="-690" width="392" height="630" fill="none" stroke="{ink.main}" stroke-width="9"/>'
    ]
    parts.append(
        circle(10, -560, 84, ink.gold)
        + placed(plants.bamboo(ink, rnd, 520, 2), -110, -66, scale=0.98)
        + rect(50, -150, 50, 50, ink.main, 6)
        + blossom(75, -125, 19, ink.paper, ink.main, 4)
    )
    parts.append(
        rect(250, -560, 420, 26, ink.deep, 8)
        + rect(270, -560, 24, 560, ink.deep)
        + rect(626, -560, 24, 560, ink.deep)
        + rect(230, -20, 460, 30, ink.deep, 8)
        + fret(310, -552, 310, 10, ink.paper, 3, 8)
    )
    for i, x in enumerate((330, 400, 470, 540, 606)):
        h = (250, 300, 270, 330, 240)[i]
        parts.append(
            line(f"M{x} -534V-514", ink.deep, 4)
            + rect(x - 11, -514, 22, h - 90, (ink.main, ink.gold, ink.second)[i % 3], 8)
            + rect(x - 13, -514 + h - 110, 26, 18, ink.deep)
            + path(
                f"M{x - 15} {-514 + h - 92}H{x + 15}C{x + 24} {-514 + h - 40} {x + 6} {-514 + h - 20} {x} {-514 + h + 10}C{x - 6} {-514 + h - 20} {x - 24} {-514 + h - 40} {x - 15} {-514 + h - 92}Z",
                ink.deep,
            )
            + sliver(x, -514 + h - 60, 50, 5, 0, ink.paper)
        )
    parts.append(
        path("M320 -26C300 -90 330 -120 400 -120H540C600 -120 620 -80 600 -26Z", ink.deep)
        + ellipse(460, -76, 96, 24, ink.main)
        + crescent(460, -74, 60, 0, ink.paper, 0.12)
        + rect(566, -170, 44, 100, ink.gold, 6)
        + blossom(588, -120, 16, ink.deep, ink.gold)
    )
    parts.append(
        path("M-640 30C-600 -20 -400 -20 -360 30Z", ink.second)
        + circle(-560, -18, 40, ink.second)
        + circle(-500, -66, 54, ink.second)
        + circle(-430, -18, 40, ink.second)
        + "".join(spiral(x, y, 24, ink.paper, 6, 1.3) for x, y in ((-560, -16), (-500, -60), (-432, -16)))
    )
    return "".join(parts)
