"""Motifs of neighbours at work and play: swaps, riders, soup, reading at night, junior reporters."""

from random import Random

from cms.demo.artwork import figures, things
from cms.demo.artwork.figures import Person
from cms.demo.artwork.gatherings import seated
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
    placed,
    rect,
    ring,
    sliver,
    spiral,
    teeth,
    teeth_round,
)


def swap_table(ink: Inks, rnd: Random) -> str:
    """Children behind a table of toys and books they trade."""
    parts = [things.bunting(-560, -640, 560, -640, 40, (ink.main, ink.gold, ink.second), ink.paper)]
    kids = (
        (-330, Person("child", coat="second"), 380, False),
        (-110, Person("bob", coat="gold"), 360, True),
        (120, Person("short", ("cap",), coat="main"), 390, False),
        (340, Person("child", ("ponytail",), coat="second"), 360, False),
    )
    for i, (x, person, height, flip) in enumerate(kids):
        parts.append(
            placed(
                figures.standing(
                    ink, person, height=height * 1.2, left=(-96, 300), right=(70, 230), pattern=i
                ),
                x,
                10,
                flip=flip,
            )
        )
    parts.append(placed(things.cloth_table(ink, 980, 210), 0, 24))
    parts.append(placed(_cloth_tiger(ink), -340, -208) + placed(_windmill(ink), -120, -204))
    parts.append(
        placed(_books(ink), 60, -202) + placed(_top(ink), 216, -204) + placed(_rabbit(ink), 360, -204)
    )
    parts.append(
        placed(figures.standing(ink, Person("bob", coat="main"), height=300, left=(-84, 280)), 590, 60)
    )
    return "".join(parts)


def _cloth_tiger(ink: Inks) -> str:
    parts = [
        path("M-90 0C-100 -60 -60 -90 0 -90H60C100 -90 110 -40 100 0H64L56 -26H-40L-50 0Z", ink.gold),
        circle(-70, -96, 54, ink.gold),
        circle(-108, -140, 18, ink.gold),
        circle(-36, -144, 18, ink.gold),
    ]
    parts += [
        crescent(-70, -122, 14, 0, ink.deep, 0.3),
        circle(-90, -100, 8, ink.deep),
        circle(-52, -100, 8, ink.deep),
        line("M-86 -74Q-70 -62 -56 -74", ink.deep, 5),
    ]
    parts += [sliver(x, -62, 40, 8, 12, ink.deep) for x in (0, 28, 56)] + [
        line("M100 -30C140 -50 136 -100 116 -110", ink.gold, 15),
        blossom(-70, -140, 13, ink.main, ink.gold),
    ]
    return "".join(parts)


def _windmill(ink: Inks) -> str:
    sails = "".join(
        placed(
            path("M0 0L0 -72C40 -66 52 -30 0 0Z", (ink.main, ink.second)[i % 2])
            + crescent(16, -42, 12, 30, ink.paper, 0.3),
            0,
            -150,
            turn=i * 60,
        )
        for i in range(6)
    )
    return line("M0 0V-150", ink.deep, 9) + sails + circle(0, -150, 11, ink.gold)


def _books(ink: Inks) -> str:
    parts = []
    for i, (w, c) in enumerate(((130, ink.second), (112, ink.gold), (120, ink.deep))):
        parts.append(
            rect(-w / 2, -28 * (i + 1), w, 26, c, 4)
            + line(f"M{-w / 2 + 14} {-28 * i - 15}H{w / 2 - 30}", ink.paper, 4)
        )
    return (
        "".join(parts)
        + path(
            "M-50 -86C-30 -104 -10 -104 0 -90C10 -104 30 -104 50 -86V-130C30 -144 10 -144 0 -132C-10 -144 -30 -144 -50 -130Z",
            ink.main,
        )
        + line("M0 -92V-130", ink.paper, 4)
    )


def _top(ink: Inks) -> str:
    return (
        path("M0 0L-52 -58C-50 -84 50 -84 52 -58Z", ink.main)
        + rect(-5, -110, 10, 34, ink.deep, 3)
        + line("M-42 -56Q0 -40 42 -56", ink.paper, 5)
        + crescent(0, -34, 17, 180, ink.paper, 0.3)
    )


def _rabbit(ink: Inks) -> str:
    parts = [ellipse(0, -48, 52, 50, ink.paper), circle(0, -112, 40, ink.paper)] + [
        placed(
            ellipse(0, -38, 14, 44, ink.paper) + sliver(0, -36, 58, 7, 0, ink.main), s * 20, -138, turn=s * 14
        )
        for s in (-1, 1)
    ]
    parts += [
        circle(-14, -116, 5, ink.deep),
        circle(14, -116, 5, ink.deep),
        blossom(0, -50, 26, ink.main, ink.paper),
        line("M-8 -98Q0 -92 8 -98", ink.deep, 4),
    ]
    return "".join(parts)


def riders(ink: Inks, rnd: Random) -> str:
    """Two volunteers on electric scooters with flower-cut boxes."""
    parts = []
    for x, person, c, s in (
        (-290, Person("short", ("helmet",), coat="main"), ink.second, 1.12),
        (330, Person("bun", ("helmet", "ponytail"), coat="second"), ink.main, 1.12),
    ):
        bike = [
            rect(40, -330, 190, 170, c, 10)
            + ring(135, -245, 62, ink.paper, 6)
            + blossom(135, -245, 50, ink.paper, c, 8)
            + rect(30, -346, 210, 22, ink.deep, 6)
        ]
        bike.append(
            path(
                "M-230 -130C-190 -60 -120 -60 -90 -110C-60 -150 -20 -170 60 -170H230C250 -120 230 -90 190 -80H-60C-110 -40 -210 -60 -250 -110Z",
                ink.deep,
            )
        )
        bike.append(
            line("M-190 -90L-160 -330M-200 -336L-120 -326", ink.deep, 22)
            + circle(-206, -290, 27, ink.gold)
            + crescent(-206, -290, 15, 270, ink.paper, 0.4)
        )
        for wx in (-210, 170):
            bike.append(
                circle(wx, -62, 64, ink.deep)
                + ring(wx, -62, 42, ink.paper, 6)
                + "".join(sliver(wx, -62, 76, 4, k * 45, ink.paper) for k in range(4))
                + circle(wx, -62, 12, ink.gold)
            )
        coat = getattr(ink, person.coat)
        bike.append(
            line("M20 -190L-90 -200L-96 -90", ink.deep if c != ink.deep else ink.main, 54)
            + path("M-140 -66H-70V-94C-100 -96 -130 -86 -140 -66Z", ink.gold)
        )
        bike.append(
            f'<path d="M-24 -400C-60 -380 -60 -300 -52 -170H64C80 -260 70 -360 44 -394Z" fill="{coat}" stroke="{ink.paper}" stroke-width="5"/>'
        )
        bike.append(
            "".join(blossom(bx, by, 16, ink.paper, coat) for bx, by in ((30, -320), (0, -270), (34, -226)))
            + teeth((64, -180), (-50, -180), 9, 13, ink.paper)
        )
        bike.append(
            line("M14 -366L-40 -290L-140 -322", ink.paper, 46)
            + line("M14 -366L-40 -290L-140 -322", coat, 38)
            + circle(-146, -326, 18, ink.skin)
        )
        bike.append(placed(figures.head(ink, person), -6, -456, scale=0.5))
        for k in range(3):
            bike.append(sliver(300 + k * 16, -220 + k * 60, 110, 5, 90, ink.mid))
        parts.append(placed("".join(bike), x, 10, scale=s))
    return "".join(parts)


def mutton_soup(ink: Inks, rnd: Random) -> str:
    """A great pot of mutton soup on a stove, bowls around it, a cook with a ladle."""
    parts = [
        placed(
            figures.standing(
                ink,
                Person("short", ("cap",), coat="second"),
                height=640,
                left=(-110, 300),
                right=(70, 220),
                pattern=1,
            ),
            330,
            -30,
        )
    ]
    parts.append(
        placed(
            figures.standing(
                ink, Person("bun", ("bun", "bandana"), coat="gold"), height=600, left=(-80, 260), pattern=0
            ),
            -400,
            -30,
            flip=True,
        )
    )
    parts.append(things.steam(-20, -440, 320, ink.mid, 17) + things.steam(120, -430, 220, ink.haze, 12))
    pot = (
        path("M-300 -400C-310 -220 -240 -150 -120 -140H120C240 -150 310 -220 300 -400Z", ink.deep)
        + ellipse(0, -400, 306, 44, ink.main)
        + ellipse(0, -404, 270, 31, ink.paper)
    )
    pot += "".join(
        crescent(x, -402 + (x % 3) * 4, 30, 0, ink.gold, 0.24) for x in (-170, -70, 40, 150)
    ) + "".join(leaf(x, -396, 26, 7, x, ink.leaf, ink.paper) for x in (-110, 0, 96, 190, -200))
    pot += fret(-240, -330, 500, 50, ink.paper, 6, 8) + "".join(
        path(f"M{s * 300} -360C{s * 366} -366 {s * 366} -286 {s * 290} -290Z", ink.deep) for s in (-1, 1)
    )
    pot += "".join(blossom(x, -220, 34, ink.paper, ink.deep, 6) for x in (-130, 0, 130))
    stove = (
        path("M-340 -150H340L300 40H-340Z".replace("L300 40H-340", "L310 40H-310"), ink.main)
        + "".join(rect(x, y, 96, 34, ink.mid, 3) for y in (-130, -40) for x in (-296, -180, 90, 200))
        + path("M-74 40V-70C-74 -120 74 -120 74 -70V40Z", ink.deep)
    )
    flame = "".join(
        placed(path("M0 0C-40 -20 -30 -60 0 -104C30 -60 40 -20 0 0Z", c), x, 36, scale=s)
        for x, c, s in ((-34, ink.gold, 0.9), (34, ink.gold, 0.9), (0, ink.bloom, 1.1), (0, ink.gold, 0.56))
    )
    parts.append(stove + flame + pot)
    parts.append(
        line("M236 -480L80 -412", ink.gold, 15) + path("M30 -404C30 -360 110 -360 112 -410Z", ink.gold)
    )
    for x, c in ((-560, ink.main), (-470, ink.second), (480, ink.main), (572, ink.second)):
        bowl = (
            path("M-78 -70C-74 -10 -40 0 -30 0H30C40 0 74 -10 78 -70Z", c)
            + ellipse(0, -70, 78, 13, ink.paper)
            + "".join(crescent(k, -34, 14, 180, ink.paper, 0.3) for k in (-36, 0, 36))
        )
        parts.append(placed(bowl, x, 56) + things.steam(x, -30, 70, ink.mid, 7))
    return "".join(parts)


def night_reading(ink: Inks, rnd: Random) -> str:
    """A window at night: a reading lamp, shelves, a student and a neighbour with a bowl of soup."""
    parts = [
        rect(-520, -720, 1040, 720, ink.deep, 10),
        rect(-480, -684, 960, 660, ink.haze, 4),
        circle(0, -420, 250, ink.paper),
        teeth_round(0, -420, 252, 48, 24, ink.paper),
    ]
    for s in (-1, 1):
        for row in range(4):
            y = -660 + row * 150
            parts.append(rect(s * 390 - 82, y + 116, 164, 14, ink.deep))
            x = s * 390 - 76
            while x < s * 390 + 60:
                w, h = rnd.choice((16, 20, 26)), rnd.uniform(66, 106)
                c = rnd.choice((ink.main, ink.second, ink.gold))
                parts.append(
                    rect(x, y + 116 - h, w, h, c, 2)
                    + sliver(x + w / 2, y + 116 - h / 2, h * 0.56, 2.4, 0, ink.paper)
                )
                x += w + 4
    parts.append(
        line("M0 -684V-600", ink.deep, 8)
        + path("M-130 -540C-110 -610 110 -610 130 -540Z", ink.main)
        + teeth((130, -540), (-130, -540), 16, -18, ink.gold)
        + "".join(crescent(x, -566, 18, 0, ink.paper, 0.3) for x in (-60, 0, 60))
    )
    parts.append(
        placed(
            figures.standing(
                ink, Person("short", ("glasses",), coat="second"), height=470, left=(-100, 240), pattern=1
            ),
            96,
            0,
        )
        + placed(
            figures.standing(
                ink, Person("bun", ("bun", "bandana"), coat="gold"), height=450, left=(-110, 268)
            ),
            -190,
            0,
            flip=True,
        )
    )
    parts.append(
        things.table(ink, 560, 210)
        + path(
            "M-30 -214C20 -246 60 -246 90 -224C120 -246 160 -246 210 -214V-250C160 -280 120 -280 90 -260C60 -280 20 -280 -30 -250Z",
            ink.paper,
        )
    )
    parts.append(
        line(
            "M-30 -214C20 -246 60 -246 90 -224C120 -246 160 -246 210 -214V-250C160 -280 120 -280 90 -260C60 -280 20 -280 -30 -250Z M90 -226V-260",
            ink.main,
            6,
        )
    )
    parts.append(
        path("M-130 -260C-126 -214 -100 -210 -94 -210H-46C-40 -210 -14 -214 -10 -260Z", ink.main)
        + things.steam(-70, -272, 70, ink.mid, 6)
    )
    for s in (-1, 1):
        parts.append(
            path(
                f"M{s * 520} -720H{s * 300}C{s * 330} -600 {s * 440} -560 {s * 480} -480L{s * 520} -24Z",
                ink.main,
            )
            + "".join(
                sliver(s * (400 + k * 34), -620 + k * 44, 110, 6, s * (-34 + k * 8), ink.paper)
                for k in range(3)
            )
        )
    parts.append(rect(-560, -16, 1120, 34, ink.main, 6) + fret(-540, -11, 1090, 22, ink.paper, 4, 24))
    return "".join(parts)


def reporters(ink: Inks, rnd: Random) -> str:
    """Junior reporters: one holds out a microphone to an old neighbour, one draws, one looks through a camera."""
    parts = [placed(seated(ink, Person("short", ("beard",), old=True, coat="main"), 0, (-120, 240)), 300, 0)]
    parts.append(
        placed(
            figures.standing(
                ink,
                Person("child", ("ponytail",), coat="second"),
                height=470,
                left=(-130, 330),
                right=(50, 220),
                pattern=0,
            ),
            -80,
            10,
            flip=True,
        )
    )
    mic = (
        rect(-9, 0, 18, 90, ink.deep, 6)
        + circle(0, -16, 38, ink.gold)
        + lattice(-26, -40, 52, 48, ink.deep, 4, "grid")
        + ring(0, -16, 38, ink.deep, 6)
    )
    parts.append(placed(mic, 76, -392, turn=38))
    parts.append(
        placed(
            figures.standing(
                ink,
                Person("child", ("cap",), coat="gold"),
                height=440,
                left=(-70, 390),
                right=(20, 390),
                pattern=1,
            ),
            -400,
            14,
            flip=True,
        )
    )
    camera = (
        rect(-66, -44, 132, 88, ink.deep, 12)
        + circle(0, 0, 36, ink.paper)
        + circle(0, 0, 25, ink.main)
        + crescent(0, -4, 13, 0, ink.paper, 0.3)
        + rect(-30, -62, 60, 20, ink.deep, 5)
    )
    parts.append(placed(camera, -304, -398))
    parts.append(
        placed(
            figures.standing(
                ink, Person("bob", coat="second"), height=430, left=(-90, 270), right=(-20, 290), pattern=2
            ),
            590,
            16,
        )
    )
    parts.append(
        placed(
            rect(-58, -80, 116, 100, ink.paper, 4)
            + f'<rect x="-58" y="-80" width="116" height="100" fill="none" stroke="{ink.deep}" stroke-width="7"/>'
            + blossom(0, -30, 32, ink.main, ink.paper),
            482,
            -256,
        )
    )
    for x, y, r, c in ((-180, -650, 92, ink.main), (60, -716, 70, ink.second), (-420, -640, 60, ink.gold)):
        bubble = ellipse(0, 0, r * 1.3, r * 0.86, c) + path(
            f"M{r * 0.2} {r * 0.6}L{r * 0.7} {r * 1.3}L{r * 0.8} {r * 0.4}Z", c
        )
        bubble += spiral(-r * 0.5, 0, r * 0.34, ink.paper, r * 0.09, 1.6) + blossom(
            r * 0.4, -2, r * 0.4, ink.paper, c, 6
        )
        parts.append(placed(bubble, x, y))
    return "".join(parts)
