"""Motifs of land and season: vegetable beds, hibiscus, panda, tea hills, orchard, jars in the sun."""

from random import Random

from cms.demo.artwork import figures, plants, things
from cms.demo.artwork.figures import Person
from cms.demo.artwork.inks import Inks
from cms.demo.artwork.scenery import roof
from cms.demo.artwork.shapes import (
    blossom,
    circle,
    crescent,
    ellipse,
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


def vegetable_bed(ink: Inks, rnd: Random) -> str:
    """Beds made of a bathtub, drawers and boards, full of greens; two neighbours water and pick."""
    parts = [line("M-150 -160L-60 -660L30 -160M150 -160L60 -660", ink.gold, 13)]
    for i in range(9):
        parts.append(
            leaf(-120 + i * 30, -200 - (i * 97) % 380, 96, 30, (-60, 50, -30)[i % 3], ink.leaf, ink.paper)
        )
    for x, y in ((-60, -330), (30, -430), (-20, -540), (70, -280)):
        parts.append(
            path(
                f"M{x} {y}C{x + 30} {y + 20} {x + 34} {y + 120} {x + 10} {y + 150}C{x - 20} {y + 120} {x - 20} {y + 30} {x} {y}Z",
                ink.leaf,
            )
            + sliver(x + 8, y + 76, 90, 5, -4, ink.paper)
        )
    parts.append(
        placed(
            figures.standing(
                ink, Person("bun", ("straw",), coat="main"), height=500, left=(-96, 210), pattern=0
            ),
            400,
            -30,
        )
    )
    parts.append(
        placed(
            figures.standing(
                ink,
                Person("short", ("cap",), old=True, coat="second"),
                height=520,
                left=(-110, 260),
                pattern=1,
            ),
            -430,
            -30,
            flip=True,
        )
    )
    can = (
        path("M-60 0H60L50 -100H-50Z", ink.gold)
        + line("M-56 -40L-140 -96", ink.gold, 17)
        + ellipse(-146, -100, 30, 12, ink.gold)
        + line("M40 -92C100 -110 100 -20 56 -20", ink.gold, 13)
        + blossom(0, -50, 28, ink.paper, ink.gold)
    )
    parts.append(placed(can, -250, -320, flip=True))
    tub = (
        path("M-240 -170H240C240 -60 190 0 120 0H-120C-190 0 -240 -60 -240 -170Z", ink.haze)
        + line("M-240 -170H240C240 -60 190 0 120 0H-120C-190 0 -240 -60 -240 -170Z", ink.deep, 8)
        + rect(-262, -186, 524, 26, ink.deep, 12)
        + "".join(blossom(x, -88, 34, ink.main, ink.haze, 6) for x in (-120, 0, 120))
        + circle(-140, 8, 26, ink.deep)
        + circle(140, 8, 26, ink.deep)
    )
    parts.append("".join(plants.cabbage(x, -176, 0.92, ink.leaf, ink.paper) for x in (-150, 0, 150)) + tub)
    parts.append(
        placed(
            "".join(plants.radish(x, -150, 0.8, ink.bloom, ink.leaf, ink.paper) for x in (-110, -10, 90))
            + plants.planter(0, 0, 330, 150, ink.main, ink.paper),
            -470,
            70,
        )
    )
    drawers = plants.planter(0, 0, 320, 160, ink.deep, ink.paper) + "".join(
        circle(x, -70, 12, ink.gold) for x in (-80, 80)
    )
    parts.append(
        placed(
            plants.seedlings(290, -160, 6, ink.leaf, ink.paper)
            + plants.cabbage(-70, -160, 0.6, ink.leaf, ink.paper)
            + plants.cabbage(80, -160, 0.6, ink.leaf, ink.paper)
            + drawers,
            470,
            70,
        )
    )
    return "".join(parts)


def hibiscus(ink: Inks, rnd: Random) -> str:
    """A great bush of hibiscus with two wagtails."""
    parts = []
    for x, turn, s in ((-330, -16, 1.0), (330, 16, 1.0), (0, 0, 1.24)):
        parts.append(placed(plants.hibiscus_spray(ink, rnd), x, 30, scale=s, turn=turn, flip=x > 0))
    for x, y, r, c in (
        (-10, -250, 150, ink.bloom),
        (-270, -200, 104, ink.gold),
        (262, -210, 108, ink.gold),
        (120, -460, 96, ink.bloom),
        (-440, -420, 84, ink.bloom),
        (440, -440, 84, ink.bloom),
    ):
        parts.append(
            plants.hibiscus(
                x,
                y,
                r,
                c,
                ink.paper if c == ink.gold else ink.gold,
                ink.paper if c != ink.gold else ink.deep,
                rnd.uniform(0, 70),
            )
        )
    bird = (
        path(
            "M-90 10C-60 -50 0 -60 40 -40C60 -66 100 -60 110 -36L140 -26L108 -16C90 30 20 60 -50 40L-170 70L-150 40L-190 30Z",
            ink.deep,
        )
        + circle(84, -36, 6, ink.paper)
        + leaf(-10, 6, 90, 26, -100, ink.main, ink.paper)
        + "".join(crescent(30 + k * 16, 10, 11, 120, ink.paper, 0.3) for k in (0, 1, 2))
    )
    return (
        "".join(parts) + placed(bird, -250, -640, scale=0.9) + placed(bird, 300, -680, scale=0.8, flip=True)
    )


def panda(ink: Inks, rnd: Random) -> str:
    """A panda sits and eats bamboo, flower cuts in its black fur, a cub at its side."""
    parts = [
        placed(plants.bamboo(ink, rnd, 760, 3), -420, 20),
        placed(plants.bamboo(ink, rnd, 720, 3), 470, 20),
    ]
    parts.append(placed(_panda(ink), -30, 0, scale=1.1) + placed(_panda(ink), 330, 30, scale=0.56, flip=True))
    return "".join(parts)


def _panda(ink: Inks) -> str:
    dark, n = ink.deep, ink.paper
    parts = [
        f'<path d="M-250 -60C-300 -280 -160 -420 0 -420C160 -420 300 -280 250 -60C220 20 -220 20 -250 -60Z" fill="{n}" stroke="{dark}" stroke-width="7"/>'
    ]
    parts.append(
        path(
            "M-230 -330C-120 -420 120 -420 230 -330C250 -300 262 -270 268 -236C160 -300 -160 -300 -268 -236C-262 -270 -250 -300 -230 -330Z",
            dark,
        )
        + "".join(blossom(x, -336 + abs(x) * 0.16, 24, n, dark, 6) for x in (-140, -50, 50, 140))
    )
    for s in (-1, 1):
        parts.append(
            ellipse(s * 170, -30, 120, 74, dark)
            + circle(s * 186, -28, 46, n)
            + "".join(circle(*polar(s * 186, -20, 40, t), 13, n) for t in (-50, 0, 50))
            + blossom(s * 186, -26, 30, ink.main, n, 5)
        )
        parts.append(circle(s * 150, -680, 66, dark) + crescent(s * 150, -690, 34, s * 30, n, 0.4))
    parts.append(
        f'<path d="M-216 -540C-220 -680 -100 -720 0 -720C100 -720 220 -680 216 -540C210 -420 100 -376 0 -376C-100 -376 -210 -420 -216 -540Z" fill="{n}" stroke="{dark}" stroke-width="7"/>'
    )
    for s in (-1, 1):
        parts.append(
            placed(ellipse(0, 0, 46, 62, dark), s * 92, -560, turn=s * 28)
            + circle(s * 84, -568, 17, n)
            + circle(s * 82, -568, 8, dark)
            + blossom(s * 140, -470, 25, ink.bloom, n, 5)
            + crescent(s * 104, -520, 20, s * 150, n, 0.3)
        )
    parts.append(
        path("M-34 -496C-30 -520 30 -520 34 -496C24 -476 -24 -476 -34 -496Z", dark)
        + line("M0 -480V-456M-36 -444Q-14 -430 0 -456Q14 -430 36 -444", dark, 8)
    )
    parts.append(
        line("M-250 -200L260 -420", ink.leaf, 26)
        + "".join(line(f"M{-150 + k * 130} {-243 - k * 56}l8 26", n, 5) for k in range(4))
        + plants.bamboo_leaves(250, -418, 120, 66, ink.leaf, n)
        + plants.bamboo_leaves(-240, -204, 110, -100, ink.leaf, n)
    )
    for s, x, y in ((-1, -90, -250), (1, 120, -340)):
        parts.append(
            line(f"M{s * 230} -280L{s * 200} -170L{x} {y}", n, 108)
            + line(f"M{s * 230} -280L{s * 200} -170L{x} {y}", dark, 92)
            + "".join(circle(x + k * 20 - 20, y - 38, 9, n) for k in range(3))
            + crescent(s * 190, -190, 30, s * 40, n, 0.25)
        )
    return "".join(parts) + spiral(0, -130, 60, ink.haze, 12, 1.6)


def tea_hills(ink: Inks, rnd: Random) -> str:
    """Terraces of tea with pickers in straw hats and full baskets."""
    parts = []
    for k, (y, c) in enumerate(((-400, ink.mid), (-260, ink.main), (-110, ink.deep), (60, ink.main))):
        d = f"M-800 {y + 60}C-500 {y - 130 + k * 14} -160 {y - 150} 60 {y - 60}S560 {y - 110} 800 {y - 20}V160H-800Z"
        parts.append(path(d, c))
        for i in range(22):
            x = -760 + i * 72
            top = (
                y
                + 30
                - 110 * max(0.0, 1 - abs((x + 300) / 560) ** 2)
                - 44 * max(0.0, 1 - abs((x - 420) / 460) ** 2)
            )
            parts.append(
                teeth_round(x, top + 26, 38, 13, 9, c, -90, 180)
                + circle(x, top + 26, 40, c)
                + crescent(x, top + 14, 22, 0, ink.paper, 0.2)
                + sliver(x - 15, top + 30, 22, 4, -40, ink.paper)
                + sliver(x + 15, top + 30, 22, 4, 40, ink.paper)
            )
        if k in (1, 2, 3):
            for x, coat in (
                ((-420, "gold"), (180, "second")),
                ((-120, "main"), (460, "gold")),
                ((-500, "second"), (200, "gold")),
            )[k - 1]:
                person = figures.standing(
                    ink, Person("bun", ("straw",), coat=coat), height=330, left=(-96, 190), pattern=k
                )
                parts.append(placed(person + placed(things.basket(ink, 96, 80), 46, -120), x, y + 96))
                parts.append(
                    "".join(
                        leaf(x + j * 36 - 60, y + 110, 54, 16, -30 + j * 14, c, ink.paper) for j in range(5)
                    )
                    + path(
                        f"M{x - 150} {y + 130}C{x - 90} {y + 10} {x + 90} {y + 10} {x + 150} {y + 130}Z", c
                    )
                )
    return "".join(parts)


def orchard(ink: Inks, rnd: Random) -> str:
    """A fruit tree with heavy fruit, full baskets and a picker on a ladder."""
    parts = [
        path("M-40 20C-20 -160 -60 -260 -20 -400L30 -400C20 -260 40 -140 70 20Z", ink.deep)
        + line("M0 -340C-120 -420 -220 -420 -290 -500M10 -360C100 -460 220 -440 300 -520", ink.deep, 26)
    ]
    crown = [(rnd.uniform(-430, 430), rnd.uniform(-760, -420)) for _ in range(60)]
    for x, y in crown:
        if (x / 440) ** 2 + ((y + 590) / 190) ** 2 < 1:
            parts.append(leaf(x, y, rnd.uniform(90, 120), 32, rnd.uniform(-110, 110), ink.leaf, ink.paper))
    for x, y in (
        (-330, -500),
        (-220, -620),
        (-110, -480),
        (0, -680),
        (40, -540),
        (150, -640),
        (240, -500),
        (330, -590),
        (-280, -700),
        (210, -720),
        (-60, -590),
        (-410, -580),
        (400, -500),
    ):
        parts.append(
            circle(x, y, 48, ink.fruit)
            + ring(x, y, 40, ink.paper, 3)
            + petals_round(x, y, 8, 8, 24, 7, ink.paper)
            + leaf(x, y - 44, 40, 13, 40, ink.leaf, ink.paper)
        )
    ladder = line("M-34 0L-20 -520M44 0L30 -520", ink.gold, 16) + "".join(
        line(f"M-32 {-50 - i * 66}H40", ink.gold, 12) for i in range(8)
    )
    parts.append(
        placed(ladder, 330, 20, turn=-8)
        + placed(
            figures.standing(
                ink, Person("bun", ("straw",), coat="second"), height=400, left=(-110, 350), pattern=0
            ),
            316,
            -150,
        )
    )
    for x, w in ((-420, 280), (-190, 220)):
        parts.append(
            "".join(
                circle(x + k * w * 0.2, -126 - (k % 2) * 24, 42, ink.fruit)
                + crescent(x + k * w * 0.2, -140 - (k % 2) * 24, 20, 0, ink.paper, 0.3)
                for k in (-2, -1, 0, 1, 2)
            )
            + placed(things.basket(ink, w, 130), x, 30)
        )
    parts.append(
        placed(
            figures.standing(
                ink, Person("short", ("cap",), coat="main"), height=430, left=(-80, 230), pattern=1
            ),
            -600,
            20,
            flip=True,
        )
    )
    return "".join(parts)


def sauce_jars(ink: Inks, rnd: Random) -> str:
    """Rows of bean-paste jars sunning in a courtyard, woven hats on some, a neighbour stirring."""
    parts = [
        rect(-620, -420, 1240, 340, ink.mid),
        lattice(-560, -380, 170, 190, ink.paper, 8, "ice"),
        lattice(390, -380, 170, 190, ink.paper, 8, "ice"),
        roof(0, -420, 1360, 130, ink.deep, ink.paper),
    ]
    for x in range(-270, 300, 90):
        parts.append(
            line(f"M{x} -400V-370", ink.deep, 4)
            + "".join(
                path(
                    f"M{x} {-370 + k * 34}C{x + 30} {-360 + k * 34} {x + 28} {-316 + k * 34} {x + (8 if k % 2 else -8)} {-300 + k * 34}C{x - 22} {-320 + k * 34} {x - 20} {-354 + k * 34} {x} {-370 + k * 34}Z",
                    ink.bloom,
                )
                for k in range(3)
            )
        )
    parts.append(
        placed(
            figures.standing(
                ink, Person("bun", ("bandana",), coat="second"), height=470, left=(-120, 250), pattern=0
            ),
            130,
            -40,
        )
        + line("M-20 -330L-90 -100", ink.gold, 15)
    )
    for row, (y, s, xs) in enumerate(
        ((-20, 0.8, (-480, -290, 330, 520)), (70, 1.05, (-560, -330, -90, 250, 500)))
    ):
        for i, x in enumerate(xs):
            c = (ink.main, ink.deep)[(i + row) % 2]
            jar = (
                path("M-110 -190C-130 -90 -90 -20 -60 0H60C90 -20 130 -90 110 -190Z", c)
                + ellipse(0, -190, 116, 30, ink.gold)
                + ellipse(0, -190, 96, 20, ink.bloom)
                + "".join(crescent(k, -192, 20, 0, ink.gold, 0.2) for k in (-50, 0, 50))
                + blossom(0, -94, 42, ink.paper, c, 6)
                + line("M-112 -146Q0 -120 112 -146", ink.paper, 5)
                + teeth((56, -14), (-56, -14), 9, 15, ink.paper)
            )
            if (i + row) % 3 == 1:
                jar += path(
                    "M-140 -186C-90 -220 -40 -270 0 -276C40 -270 90 -220 140 -186C60 -170 -60 -170 -140 -186Z",
                    ink.gold,
                ) + "".join(
                    sliver(k, -214 + abs(k) * 0.2, 50, 4, k * 0.5, ink.deep) for k in (-80, -40, 0, 40, 80)
                )
            parts.append(placed(jar, x, y, scale=s))
    return "".join(parts)
