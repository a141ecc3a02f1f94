"""Motifs of the street: gate, lanterns, bridge, old flats, train, aeroplane, brick lane."""

from random import Random

from cms.demo.artwork import figures, plants, things
from cms.demo.artwork.figures import Person
from cms.demo.artwork.inks import Inks
from cms.demo.artwork.scenery import cloud, roof, swallows, water
from cms.demo.artwork.shapes import (
    blossom,
    circle,
    coin,
    crescent,
    fret,
    lattice,
    line,
    path,
    placed,
    rect,
    ring,
    sliver,
    teeth,
    teeth_round,
)


def gate(ink: Inks, rnd: Random) -> str:
    """A courtyard gate with two roofs, carved doors, lanterns and stone drums."""
    parts = [rect(-330, -40, 660, 40, ink.deep, 4), rect(-290, -70, 580, 34, ink.mid, 4)]
    for s in (-1, 1):
        parts.append(rect(s * 400 - 130, -400, 260, 400, ink.mid))
        parts.append(
            lattice(s * 400 - 78, -330, 156, 200, ink.paper, 9, "ice")
            + ring(s * 400, -230, 112, ink.paper, 9)
        )
        parts.append(roof(s * 400, -400, 330, 92, ink.deep, ink.paper))
    parts.append(rect(-270, -520, 540, 460, ink.main))
    for s in (-1, 1):
        x = -210 if s < 0 else 8
        parts.append(rect(x, -450, 202, 384, ink.deep, 4))
        parts.append(
            rect(x + 16, -434, 170, 150, ink.main) + lattice(x + 16, -434, 170, 150, ink.paper, 7, "step")
        )
        parts.append(blossom(x + 101, -359, 24, ink.gold, ink.main, 6))
        parts.append(rect(x + 16, -268, 170, 44, ink.main) + fret(x + 24, -258, 158, 24, ink.paper, 4.5, 4))
        for row in range(3):
            for column in range(4):
                parts.append(circle(x + 32 + column * 46, -196 + row * 46, 11, ink.gold))
        parts.append(ring(-26 * -s, -150, 20, ink.gold, 7) + circle(-26 * -s, -172, 10, ink.gold))
        parts.append(rect(s * 244 - 26, -520, 52, 460, ink.deep))
        for i in range(6):
            parts.append(blossom(s * 244, -476 + i * 70, 19, ink.gold, ink.deep, 5))
    parts.append(rect(-170, -516, 340, 58, ink.gold, 6) + fret(-150, -502, 308, 30, ink.deep, 5, 7))
    parts.append(roof(0, -520, 740, 150, ink.deep, ink.paper))
    parts.append(rect(-150, -720, 300, 70, ink.main) + lattice(-140, -712, 280, 54, ink.paper, 6, "grid"))
    parts.append(roof(0, -714, 470, 110, ink.deep, ink.paper))
    for s in (-1, 1):
        parts.append(placed(things.lantern(ink, 56), s * 312, -500))
        parts.append(
            circle(s * 316, -64, 62, ink.deep)
            + ring(s * 316, -64, 44, ink.paper, 5)
            + blossom(s * 316, -64, 34, ink.paper, ink.deep, 8)
        )
        parts.append(rect(s * 316 - 62, -22, 124, 24, ink.deep, 4))
    return "".join(parts)


def lantern(ink: Inks, rnd: Random) -> str:
    """Three great lanterns on a bough of plum."""
    parts = [
        line("M-560 -690C-360 -780 -160 -720 20 -760S420 -800 580 -720", ink.deep, 24),
        line("M-240 -738C-200 -690 -190 -660 -220 -610", ink.deep, 13),
        line("M300 -776C350 -740 390 -700 380 -640", ink.deep, 13),
    ]
    parts.append(placed(things.lantern(ink, 190), 0, -752))
    parts.append(
        placed(things.lantern(ink, 128, ink.second), -360, -728)
        + placed(things.lantern(ink, 118, ink.second), 350, -782)
    )
    for x, y, r in (
        (-500, -722, 40),
        (-160, -730, 34),
        (-225, -600, 36),
        (170, -790, 42),
        (380, -630, 34),
        (520, -750, 40),
        (-60, -762, 28),
        (250, -752, 28),
        (-420, -752, 26),
    ):
        parts.append(blossom(x, y, r, ink.main, ink.paper, 5, rnd.uniform(0, 60)))
    for x, child in ((-180, Person("child", coat="gold")), (190, Person("bob", coat="second"))):
        parts.append(placed(figures.standing(ink, child, height=250, left=(-72, 230)), x, 0, flip=x < 0))
        hand = (x + (72 if x < 0 else -72) * 0.59, -232 * 0.59)
        parts.append(
            line(f"M{hand[0]:.0f} {hand[1]:.0f}l{36 if x < 0 else -36} -40", ink.deep, 6)
            + placed(things.lantern(ink, 34), hand[0] + (36 if x < 0 else -36), hand[1] - 44)
        )
    return "".join(parts)


def bridge(ink: Inks, rnd: Random) -> str:
    """A covered bridge of three arches over scaled water."""
    parts = []
    d = "M-640 -40V-250H640V-40H520A110 110 0 0 0 300 -40H150A150 150 0 0 0 -150 -40H-300A110 110 0 0 0 -520 -40Z"
    parts.append(path(d, ink.mid))
    for x, r in ((-410, 128), (0, 170), (410, 128)):
        parts.append(
            f'<path d="M{x - r} -40A{r} {r} 0 0 1 {x + r} -40" fill="none" stroke="{ink.paper}" stroke-width="7"/>'
        )
        parts.append(teeth_round(x, -40, r + 12, 15, 15, ink.paper, -90, 180))
    for x in (-590, -225, 225, 590):
        parts.append(coin(x, -150, 38, ink.paper, ink.mid))
    parts.append(rect(-660, -282, 1320, 40, ink.deep, 5) + fret(-630, -274, 1270, 22, ink.paper, 4.5, 26))
    for i in range(11):
        x = -600 + i * 120
        parts.append(rect(x - 13, -440, 26, 160, ink.main))
        if i < 10 and i not in (4, 5):
            parts.append(lattice(x + 16, -344, 88, 60, ink.main, 8, "step"))
    for x, y, w, h in ((-440, -440, 420, 96), (440, -440, 420, 96), (0, -452, 560, 120)):
        parts.append(roof(x, y, w, h, ink.deep, ink.paper))
    parts.append(
        rect(-130, -640, 260, 72, ink.main)
        + lattice(-122, -634, 244, 60, ink.paper, 6, "diamond")
        + roof(0, -640, 400, 100, ink.deep, ink.paper)
    )
    for x in (-480, -320, 320, 480):
        parts.append(placed(things.lantern(ink, 28), x, -432))
    for x, person, flip in (
        (-60, Person("short", coat="second"), True),
        (66, Person("bun", ("bun",), coat="gold"), False),
    ):
        parts.append(placed(figures.standing(ink, person, height=170, left=(-50, 200)), x, -284, flip=flip))
    parts.append(placed(water(1700, -52, 130, ink.main, ink.paper, 74), -850, 0))
    boat = (
        path("M-150 0C-110 44 110 44 160 -8C110 6 -90 10 -150 0Z", ink.deep)
        + path("M-50 0C-40 -66 50 -66 62 -4Z", ink.gold)
        + lattice(-36, -44, 84, 40, ink.deep, 4, "grid")
    )
    parts.append(placed(boat, 300, 52))
    return "".join(parts)


def flats(ink: Inks, rnd: Random) -> str:
    """An old block of flats with flower balconies, laundry and one lit window on each floor."""
    parts = [
        rect(-420, -640, 840, 640, ink.mid),
        rect(-440, -672, 880, 40, ink.deep, 4),
        rect(-90, -640, 180, 640, ink.main),
    ]
    for floor in range(5):
        y = -600 + floor * 122
        for column, x in enumerate((-380, -240, 120, 260)):
            lit = (floor + column) % 3 == 0
            parts.append(
                rect(x, y, 120, 84, ink.gold if lit else ink.deep, 4)
                + lattice(x, y, 120, 84, ink.paper, 5, ("step", "grid", "diamond")[(floor + column) % 3])
            )
            parts.append(rect(x - 10, y + 84, 140, 14, ink.deep, 3))
            if (floor * 2 + column) % 3 != 1:
                parts.append(
                    "".join(
                        blossom(x + 20 + k * 40, y + 78, 17, (ink.main, ink.gold, ink.main)[k], ink.paper)
                        for k in range(3)
                    )
                )
        if floor < 4:
            parts.append(
                rect(-52, y + 14, 104, 56, ink.haze, 4) + lattice(-52, y + 14, 104, 56, ink.main, 5, "grid")
            )
    parts.append(rect(-60, -130, 120, 130, ink.deep) + lattice(-52, -122, 104, 122, ink.paper, 5, "step"))
    parts.append(roof(0, -140, 250, 62, ink.deep, ink.paper))
    parts.append(
        line("M-420 -300C-520 -280 -580 -290 -650 -310M420 -300C520 -280 580 -290 650 -310", ink.deep, 5)
    )
    for i, x in enumerate((-480, -560, 480, 560)):
        c = (ink.main, ink.second, ink.gold, ink.main)[i]
        parts.append(
            path(f"M{x - 34} -296H{x + 34}L{x + 30} -190H{x - 30}Z", c) + blossom(x, -244, 22, ink.paper, c)
        )
    parts.append(placed(plants.tree(ink, rnd, 360), -560, 10) + placed(plants.tree(ink, rnd, 300), 570, 10))
    for x, person, flip in (
        (-250, Person("bun", ("bun",), old=True, coat="second"), True),
        (-120, Person("short", old=True, coat="deep"), False),
        (240, Person("bob", coat="main"), True),
    ):
        parts.append(placed(figures.standing(ink, person, height=270, left=(-84, 220)), x, 26, flip=flip))
    return "".join(parts)


def train(ink: Inks, rnd: Random) -> str:
    """A goods train on an embankment, flower-cut wagons, a child waving."""
    parts = [rect(-760, -60, 1520, 26, ink.deep)]
    for i in range(26):
        parts.append(rect(-750 + i * 60, -36, 36, 22, ink.deep, 3))
    loco = path("M-640 -90V-250C-640 -330 -560 -360 -480 -360H-300V-90Z", ink.main) + path(
        "M-600 -250C-596 -310 -540 -320 -500 -320V-230H-600Z", ink.haze
    )
    loco += (
        rect(-640, -180, 340, 16, ink.gold)
        + blossom(-390, -250, 46, ink.paper, ink.main, 8)
        + circle(-618, -130, 17, ink.gold)
        + teeth((-300, -100), (-640, -100), 16, 16, ink.paper)
    )
    parts.append(loco)
    for k, (x, c) in enumerate(((-280, ink.second), (60, ink.main), (400, ink.second))):
        parts.append(rect(x, -330, 320, 240, c, 6))
        for i in range(9):
            parts.append(sliver(x + 24 + i * 34, -210, 190, 4, 0, ink.paper))
        parts.append(
            circle(x + 160, -210, 80, c) + plants.hibiscus(x + 160, -210, 76, ink.paper, c, c, k * 20)
        )
        parts.append(rect(x - 20, -120, 24, 14, ink.deep))
    for x in (-590, -520, -430, -350, -230, -160, -20, 40, 110, 180, 320, 380, 450, 520, 640, 690):
        parts.append(
            circle(x, -82, 33, ink.deep) + ring(x, -82, 19, ink.paper, 5) + circle(x, -82, 7, ink.paper)
        )
    parts.append(cloud(-360, -420, 0.6, ink.mid, ink.paper) + swallows(40, -560, 0.8, ink.deep, ink.paper))
    parts.append(
        placed(figures.standing(ink, Person("child", coat="gold"), height=250, left=(-80, 350)), 240, 92)
        + placed(
            figures.standing(ink, Person("bun", ("bun",), coat="main"), height=360, left=(-76, 330)), 370, 96
        )
    )
    return placed("".join(parts), 0, 20, scale=1.15)


def aeroplane(ink: Inks, rnd: Random) -> str:
    """An aeroplane with flowers on its tail above an old tea house roof where guests sit."""
    plane = (
        path(
            "M-460 0C-450 -46 -380 -66 -300 -66H260C360 -60 440 -30 470 0C440 30 380 46 260 50H-320C-410 46 -456 30 -460 0Z",
            ink.main,
        )
        + path("M-330 -60L-420 -210H-330L-220 -64Z", ink.second)
        + path("M-40 20L-190 190H-90L160 26Z", ink.second)
        + path("M20 -60L-70 -180H0L150 -62Z", ink.deep)
    )
    plane += (
        "".join(circle(-220 + k * 54, -18, 15, ink.paper) for k in range(9))
        + path("M330 -52C390 -46 420 -30 440 -12H340Z", ink.haze)
        + blossom(-352, -150, 34, ink.paper, ink.second, 6)
        + line("M-440 18H450", ink.gold, 9)
        + "".join(sliver(-60 + k * 40, 90 - k * 14, 90, 7, 56, ink.paper) for k in range(3))
        + crescent(60, -110, 26, 30, ink.paper, 0.3)
    )
    parts = [
        placed(plane, 20, -640, turn=-9),
        cloud(-470, -520, 0.7, ink.mid, ink.paper),
        cloud(480, -420, 0.6, ink.mid, ink.paper, True),
    ]
    parts.append(
        rect(-440, -240, 880, 240, ink.haze)
        + "".join(rect(x - 17, -240, 34, 240, ink.deep) for x in (-420, -150, 150, 420))
        + "".join(lattice(x, -226, 150, 100, ink.deep, 7, "step") for x in (-380, 230))
        + roof(0, -236, 1120, 140, ink.deep, ink.paper)
    )
    for x, flip, person in (
        (-210, True, Person("short", ("cap",), old=True, coat="main")),
        (120, False, Person("balding", ("moustache",), old=True, coat="second")),
    ):
        parts.append(
            placed(things.bamboo_chair(ink), x + (46 if not flip else -46), 24, scale=0.62, flip=flip)
            + placed(figures.standing(ink, person, height=300, left=(-90, 220)), x, 26, flip=flip)
        )
    parts.append(
        placed(things.table(ink, 200, 140), -44, 30)
        + placed(things.gaiwan(ink), -44, -110, scale=0.22)
        + things.steam(-44, -205, 54, ink.mid, 5)
    )
    return "".join(parts)


def snow_street(ink: Inks, rnd: Random) -> str:
    """Snow peaks behind the brick arches of an old lane."""
    parts = []
    for x, h, w in ((-360, 620, 560), (120, 780, 700), (520, 560, 520)):
        parts.append(path(f"M{x - w / 2:.0f} 0L{x} {-h}L{x + w / 2:.0f} 0Z", ink.mid))
        parts.append(
            path(
                f"M{x - w * 0.17:.0f} {-h * 0.66:.0f}L{x} {-h}L{x + w * 0.17:.0f} {-h * 0.66:.0f}L{x + w * 0.09:.0f} {-h * 0.72:.0f}L{x + w * 0.03:.0f} {-h * 0.6:.0f}L{x - w * 0.05:.0f} {-h * 0.73:.0f}Z",
                ink.paper,
            )
        )
        parts += [sliver(x + s * w * 0.16, -h * 0.4, h * 0.34, 9, s * -22, ink.haze) for s in (-1, 1)]
    for x, w, hh, c in (
        (-470, 300, 330, ink.main),
        (-150, 300, 380, ink.deep),
        (170, 300, 350, ink.main),
        (480, 300, 400, ink.deep),
    ):
        parts.append(rect(x - w / 2, -hh, w, hh, c))
        for row in range(int(hh / 26)):
            for column in range(6):
                if (row * 7 + column * 3) % 5 == 0:
                    parts.append(
                        rect(
                            x - w / 2 + 10 + column * 48 + (row % 2) * 14,
                            -hh + 12 + row * 26,
                            34,
                            12,
                            ink.mid,
                            2,
                        )
                    )
        parts.append(
            path(f"M{x - 74} 0V-170A74 74 0 0 1 {x + 74} -170V0Z", ink.haze)
            + lattice(x - 60, -190, 120, 190, ink.deep if c == ink.main else ink.main, 7, "step")
            + teeth_round(x, -170, 78, 13, 15, ink.paper, -90, 180)
        )
        parts.append(
            roof(x, -hh, w + 50, 92, ink.deep if c == ink.main else ink.main, ink.paper)
            + placed(things.lantern(ink, 30, ink.second), x - 112, -hh + 10)
            + placed(things.lantern(ink, 30, ink.second), x + 112, -hh + 10)
        )
    parts.append(
        placed(
            figures.standing(
                ink, Person("short", ("cap",), old=True, coat="second"), height=290, left=(-80, 230)
            ),
            10,
            40,
        )
        + placed(
            figures.standing(ink, Person("child", coat="gold"), height=220, left=(-80, 260)),
            120,
            44,
            flip=True,
        )
    )
    return "".join(parts)
