"""Motifs of the festival: stage, stalls, opera mask, and the map that leads there."""

from random import Random

from cms.demo.artwork import figures, plants, things
from cms.demo.artwork.figures import Person
from cms.demo.artwork.inks import Inks
from cms.demo.artwork.scenery import roof
from cms.demo.artwork.shapes import (
    blossom,
    circle,
    crescent,
    fret,
    line,
    path,
    petals_round,
    placed,
    rect,
    ring,
    sliver,
    spiral,
    teeth_round,
)


def stage(ink: Inks, rnd: Random) -> str:
    """An opera stage with drawn curtains and three performers, heads of the audience before it."""
    parts = [rect(-520, -140, 1040, 140, ink.deep, 4) + fret(-490, -104, 1000, 56, ink.paper, 8, 15)]
    parts.append(rect(-470, -560, 940, 420, ink.haze))
    parts.append(
        circle(0, -360, 160, ink.gold)
        + teeth_round(0, -360, 162, 40, 26, ink.gold)
        + petals_round(0, -360, 96, 24, 48, 12, ink.paper)
    )
    for s in (-1, 1):
        d = f"M{s * 470} -560H{s * 150}C{s * 170} -440 {s * 290} -380 {s * 380} -330C{s * 350} -260 {s * 360} -200 {s * 380} -140H{s * 470}Z"
        parts.append(path(d, ink.main))
        for i in range(5):
            parts.append(sliver(s * (230 + i * 52), -480 + i * 26, 130, 8, s * (-46 + i * 9), ink.paper))
        parts.append(
            sliver(s * 420, -230, 150, 8, 0, ink.paper) + sliver(s * 446, -260, 150, 6, 0, ink.paper)
        )
        parts.append(rect(s * 380 - 46, -346, 92, 22, ink.gold, 8))
        parts.append(
            rect(s * 492 - 30, -570, 60, 430, ink.deep)
            + "".join(blossom(s * 492, -520 + i * 82, 20, ink.gold, ink.deep, 6) for i in range(5))
        )
    cast = (
        (-170, Person("bun", ("bun", "pin"), coat="second"), (-120, 300), False),
        (10, Person("short", coat="deep"), (-104, 360), False),
        (190, Person("long", ("pin",), coat="main"), (-110, 290), True),
    )
    for i, (x, person, hand, flip) in enumerate(cast):
        parts.append(
            placed(
                figures.standing(ink, person, height=330, left=hand, right=(74, 190), pattern=i),
                x,
                -142,
                flip=flip,
            )
        )
    parts.append(rect(-540, -592, 1080, 52, ink.main, 6) + fret(-516, -582, 1050, 30, ink.paper, 5, 24))
    parts.append(roof(0, -590, 1240, 190, ink.deep, ink.paper))
    for x in (-400, -200, 0, 200, 400):
        parts.append(placed(things.lantern(ink, 34), x, -548))
    for i in range(9):
        seat = -480 + i * 120 + rnd.uniform(-14, 14)
        c = (ink.mid, ink.second, ink.gold)[i % 3]
        parts.append(
            path(f"M{seat - 66:.0f} 120C{seat - 60:.0f} 40 {seat + 60:.0f} 40 {seat + 66:.0f} 120Z", c)
            + circle(seat, 6, 38, ink.skin)
        )
        parts.append(
            path(
                f"M{seat - 40:.0f} 20C{seat - 52:.0f} -52 {seat + 52:.0f} -52 {seat + 40:.0f} 20C{seat + 20:.0f} 34 {seat - 20:.0f} 34 {seat - 40:.0f} 20Z",
                ink.main,
            )
        )
        parts.append(crescent(seat, -8, 22, 0, ink.paper, 0.2) + blossom(seat, 88, 20, ink.paper, c))
    return "".join(parts)


def stalls(ink: Inks, rnd: Random) -> str:
    """A row of festival stalls with striped awnings, goods, sellers and bunting."""
    parts = []
    for i, (x, c) in enumerate(((-400, ink.main), (0, ink.second), (400, ink.main))):
        sellers = (
            Person("short", ("cap",), coat="second"),
            Person("bun", ("bun", "bandana"), coat="gold"),
            Person("bob", coat="deep"),
        )
        stall = [rect(-172, -480, 16, 480, ink.deep), rect(156, -480, 16, 480, ink.deep)]
        stall.append(placed(figures.standing(ink, sellers[i], height=400, left=(-96, 270), pattern=i), 6, -8))
        stall.append(things.cloth_table(ink, 344, 186, c))
        if i == 0:
            for k in range(5):
                stall.append(
                    placed(things.basket(ink, 66, 44), -134 + k * 67, -200)
                    + circle(-134 + k * 67, -258, 22, (ink.main, ink.gold)[k % 2])
                    + circle(-112 + k * 67 - 40, -252, 19, ink.second)
                )
        elif i == 1:
            for k in (-96, 2, 100):
                stall.append(
                    placed(things.gaiwan(ink, ink.main), k, -200, scale=0.22)
                    + things.steam(k, -290, 60, ink.mid, 5)
                )
        else:
            for k in (-120, -58, 64, 124):
                stall.append(placed(things.lantern(ink, 26, ink.second), k, -476))
            stall.append(
                placed(things.basket(ink, 120, 74), -66, -200)
                + placed(plants.hibiscus(0, 0, 46, ink.main, ink.gold, ink.paper), -90, -290)
                + placed(plants.hibiscus(0, 0, 38, ink.gold, ink.main, ink.paper), -36, -282)
            )
            stall.append(plants.cabbage(84, -200, 0.56, ink.second, ink.paper))
        stall.append(placed(things.awning(ink, 420, 92, c, ink.gold if i == 1 else ink.haze), 0, -560))
        parts.append(placed("".join(stall), x, 0))
    parts.append(things.bunting(-620, -690, 620, -690, 34, (ink.main, ink.second, ink.gold), ink.paper))
    parts.append(
        placed(
            figures.standing(ink, Person("child", coat="gold"), height=240, right=(80, 260), pattern=1),
            -206,
            34,
            flip=True,
        )
    )
    parts.append(
        placed(
            figures.standing(
                ink, Person("bun", ("bun",), old=True, coat="deep"), height=340, left=(-86, 230), pattern=0
            ),
            206,
            34,
        )
    )
    return "".join(parts)


def opera_mask(ink: Inks, rnd: Random) -> str:
    """A Sichuan opera face with flags, plumes and beads, on a fan."""
    parts = []
    for i in range(15):
        turn = -98 + i * 14
        parts.append(
            placed(
                path("M-22 -120L-62 -560Q0 -610 62 -560L22 -120Z", (ink.gold, ink.mid)[i % 2])
                + sliver(0, -360, 300, 10, 0, ink.paper)
                + blossom(0, -520, 32, ink.paper, (ink.gold, ink.mid)[i % 2], 6),
                0,
                -180,
                turn=turn,
            )
        )
    face = "M-210 -560C-240 -380 -220 -180 -130 -70C-70 0 70 0 130 -70C220 -180 240 -380 210 -560C130 -650 -130 -650 -210 -560Z"
    parts.append(f'<path d="{face}" fill="{ink.main}" stroke="{ink.paper}" stroke-width="10"/>')
    parts.append(
        path(
            "M0 -600C-60 -520 -40 -440 -24 -380C-60 -330 -60 -250 -70 -230C-50 -200 50 -200 70 -230C60 -250 60 -330 24 -380C40 -440 60 -520 0 -600Z",
            ink.paper,
        )
    )
    parts.append(
        path("M0 -570C-26 -520 -16 -470 0 -420C16 -470 26 -520 0 -570Z", ink.main)
        + blossom(0, -496, 26, ink.gold, ink.main, 6)
    )
    for s in (-1, 1):
        parts.append(
            path(
                f"M{s * 40} -420C{s * 80} -520 {s * 170} -540 {s * 200} -500C{s * 170} -480 {s * 140} -430 {s * 60} -400Z",
                ink.deep,
            )
        )
        parts.append(
            path(
                f"M{s * 36} -360C{s * 70} -430 {s * 150} -420 {s * 190} -380C{s * 180} -310 {s * 110} -280 {s * 60} -310Z",
                ink.paper,
            )
        )
        parts.append(
            path(
                f"M{s * 52} -352C{s * 84} -392 {s * 138} -388 {s * 164} -362C{s * 140} -326 {s * 90} -322 {s * 52} -352Z",
                ink.deep,
            )
            + circle(s * 106, -360, 15, ink.paper)
            + circle(s * 106, -360, 7, ink.deep)
        )
        parts.append(
            spiral(s * 140, -210, 52, ink.paper, 13, 1.6, 180, mirror=s > 0)
            + spiral(s * 150, -470, 24, ink.paper, 6, 1.2, 90, mirror=s < 0)
        )
        parts += [
            crescent(s * (96 + i * 22), -110 - i * 34, 26, s * (110 - i * 12), ink.paper, 0.35)
            for i in range(3)
        ]
        parts.append(teeth_round(s * 106, -360, 92, 12, 20, ink.paper, 200 if s < 0 else 40, 120))
    parts.append(
        path(
            "M-34 -236C-40 -262 -20 -280 0 -280C20 -280 40 -262 34 -236C20 -224 -20 -224 -34 -236Z", ink.main
        )
    )
    parts.append(
        path(
            "M-96 -148C-50 -176 -20 -166 0 -154C20 -166 50 -176 96 -148C60 -104 -60 -104 -96 -148Z", ink.deep
        )
        + path("M-62 -146C-20 -132 20 -132 62 -146C30 -122 -30 -122 -62 -146Z", ink.gold)
    )
    crown = path(
        "M-250 -540C-270 -640 -190 -720 0 -726C190 -720 270 -640 250 -540C160 -620 -160 -620 -250 -540Z",
        ink.deep,
    )
    for i in range(7):
        x = -198 + i * 66
        y = -640 - 42 * (1 - (x / 210) ** 2)
        crown += circle(x, y, 25, ink.gold) + blossom(x, y, 17, ink.paper, ink.main, 6)
        crown += (
            line(f"M{x} {y - 30:.0f}V{y - 76:.0f}", ink.gold, 6)
            + circle(x, y - 90, 21, (ink.main, ink.second)[i % 2])
            + circle(x, y - 90, 7, ink.paper)
        )
    parts.append(crown)
    for s in (-1, 1):
        parts.append(line(f"M{s * 150} -700C{s * 260} -960 {s * 480} -900 {s * 560} -640", ink.second, 16))
        for i in range(9):
            t = i / 9
            across = s * (190 + 360 * t)
            bend = -780 - 90 * (1 - (2 * t - 0.7) ** 2) + 190 * t * t
            parts.append(sliver(across, bend, 60, 9, s * (40 + 80 * t), ink.second))
        parts.append(
            line(f"M{s * 236} -520V-150", ink.gold, 6)
            + "".join(circle(s * 236, -480 + k * 56, 13, (ink.gold, ink.second)[k % 2]) for k in range(7))
        )
        parts.append(
            path(f"M{s * 236 - 18} -120H{s * 236 + 18}L{s * 236 + 26} -20H{s * 236 - 26}Z", ink.gold)
            + "".join(sliver(s * 236 + k, -66, 84, 2.6, 0, ink.paper) for k in (-10, 0, 10))
        )
    return placed("".join(parts), 0, 30, scale=1.06)


def service_map(ink: Inks, rnd: Random) -> str:
    """An unfolded map of lanes with small houses, a tree and pins, a finger's circle around home."""
    parts = []
    panels = ((-560, -186), (-186, 186), (186, 560))
    for i, (x0, x1) in enumerate(panels):
        left, right = (0, 46) if i == 0 else ((46, 46) if i == 1 else (46, 0))
        d = f"M{x0} {-60 - left}L{x1} {-60 - right}V{-610 - right}L{x0} {-610 - left}Z"
        parts.append(
            path(d, (ink.paper, ink.tint, ink.paper)[i])
            + f'<path d="{d}" fill="none" stroke="{ink.deep}" stroke-width="8" stroke-linejoin="round"/>'
        )
    parts.append(
        line("M-550 -250C-380 -330 -240 -250 -60 -330S300 -440 552 -380", ink.main, 44)
        + line(
            "M-550 -250C-380 -330 -240 -250 -60 -330S300 -440 552 -380",
            ink.paper,
            5,
            'stroke-dasharray="24 20"',
        )
    )
    parts.append(
        line(
            "M-330 -90C-300 -260 -360 -420 -310 -600M90 -110C60 -260 130 -440 80 -650M380 -90C420 -240 340 -420 400 -600",
            ink.mid,
            24,
        )
    )
    parts.append(line("M-550 -500C-380 -470 -200 -560 20 -520S380 -560 550 -500", ink.second, 20))
    parts.append(
        ring(-10, -330, 214, ink.deep, 7)
        + ring(-10, -330, 236, ink.gold, 5)
        + teeth_round(-10, -330, 238, 60, 15, ink.gold)
    )
    for x, y, s in (
        (-450, -360, 0.7),
        (-460, -130, 0.7),
        (-180, -430, 0.8),
        (-140, -180, 0.8),
        (240, -240, 0.8),
        (250, -560, 0.7),
        (470, -200, 0.7),
        (-210, -600, 0.6),
        (480, -540, 0.6),
    ):
        house = (
            rect(-40, -56, 80, 56, ink.main)
            + roof(0, -56, 124, 44, ink.deep, ink.paper)
            + rect(-14, -36, 28, 36, ink.paper, 3)
        )
        parts.append(placed(house, x, y, scale=s * 1.2))
    parts.append(
        placed(plants.tree(ink, rnd, 150), -20, -450)
        + placed(plants.tree(ink, rnd, 120), 330, -130)
        + placed(plants.tree(ink, rnd, 110), -400, -520)
    )
    for x, y, c in (
        (-10, -300, ink.main),
        (-180, -480, ink.second),
        (240, -300, ink.second),
        (150, -430, ink.gold),
        (-140, -240, ink.gold),
    ):
        pin = (
            path("M0 0C-20 -50 -62 -76 -62 -124A62 62 0 0 1 62 -124C62 -76 20 -50 0 0Z", c)
            + circle(0, -124, 34, ink.paper)
            + blossom(0, -124, 27, c, ink.paper)
        )
        parts.append(placed(pin, x, y, scale=1.0 if c == ink.main else 0.62))
    return "".join(parts)
