"""Motifs of neighbours around a table: tea, the lending board, the neighbour room, health, the open ledger."""

from random import Random

from cms.demo.artwork import figures, plants, things
from cms.demo.artwork.figures import Person
from cms.demo.artwork.inks import Inks
from cms.demo.artwork.scenery import roof
from cms.demo.artwork.shapes import (
    blossom,
    circle,
    coin,
    crescent,
    leaf,
    line,
    path,
    placed,
    rect,
    ring,
    sliver,
    teeth,
    teeth_round,
)


def seated(ink: Inks, person: Person, pattern: int = 0, hand: tuple[float, float] = (-150, 262)) -> str:
    """A neighbour on a bamboo chair at (0, 0), facing left."""
    colour = getattr(ink, person.coat)
    other = ink.deep if person.coat != "deep" else ink.main
    parts = [things.bamboo_chair(ink)]
    parts.append(
        line("M40 -168L-92 -176L-104 -20", other, 58)
        + path("M-140 0H-76V-24C-96 -30 -124 -22 -140 0Z", ink.deep)
    )
    parts.append(sliver(-98, -100, 90, 4, 4, ink.paper) + sliver(-30, -172, 80, 4, 88, ink.paper))
    coat = "M-20 -376C-58 -362 -66 -320 -62 -270C-58 -220 -60 -180 -66 -140H96C104 -220 98 -320 62 -362C50 -376 30 -380 20 -378Z"
    parts.append(f'<path d="{coat}" fill="{colour}" stroke="{ink.paper}" stroke-width="5"/>')
    for i, (x, y) in enumerate(((44, -300), (10, -250), (56, -220), (20, -180), (70, -170))):
        parts.append(
            blossom(x, y, 17, ink.paper, colour)
            if pattern % 2 == 0
            else crescent(x, y, 16, i * 20, ink.paper, 0.3)
        )
    reach, lift = hand
    d = f"M24 -336L-10 -240L{reach} {-lift}"
    parts.append(
        circle(reach, -lift, 18, ink.skin)
        + line(d, ink.paper, 46)
        + line(d, colour, 38)
        + circle(reach, -lift, 17, ink.skin)
    )
    parts.append(placed(figures.head(ink, person), -4, -430, scale=0.5))
    return "".join(parts)


def teabowl(ink: Inks, rnd: Random) -> str:
    """A great gaiwan with curling steam, a copper kettle, and sunflower seeds."""
    parts = [things.steam(0, -560, 250, ink.mid, 15)]
    parts.append(placed(things.gaiwan(ink), 0, 0, scale=1.42))
    parts.append(placed(things.kettle(ink), 500, -10, scale=1.15))
    parts.append(placed(things.gaiwan(ink, ink.second), -470, -6, scale=0.66))
    for _ in range(18):
        parts.append(
            leaf(
                rnd.uniform(-660, -300) + 20,
                rnd.uniform(14, 60),
                34,
                9,
                rnd.uniform(0, 360),
                ink.deep,
                ink.paper,
            )
        )
    return "".join(parts)


def tea_table(ink: Inks, rnd: Random) -> str:
    """Neighbours at a square table under a tree, tea bowls before them, one pouring from a long spout."""
    parts = [placed(plants.tree(ink, rnd, 800), 0, -20)]
    parts.append(placed(seated(ink, Person("short", ("glasses",), old=True, coat="main"), 0), 330, 0))
    parts.append(placed(seated(ink, Person("bun", ("bun",), coat="second"), 1), -330, 0, flip=True))
    parts.append(things.table(ink, 460, 240))
    for x in (-150, 0, 150):
        parts.append(
            placed(things.gaiwan(ink, (ink.main, ink.second)[x == 0]), x, -240, scale=0.3)
            + things.steam(x, -370, 60, ink.mid, 6)
        )
    parts.append(
        placed(
            figures.standing(
                ink,
                Person("short", ("cap",), coat="gold"),
                height=520,
                left=(-96, 330),
                right=(60, 250),
                pattern=1,
            ),
            590,
            20,
        )
    )
    parts.append(placed(things.kettle(ink, ink.deep), 500, -330, scale=0.44))
    parts.append(placed(seated(ink, Person("bob", coat="deep"), 0), -580, 24, flip=True))
    return "".join(parts)


def lending_board(ink: Inks, rnd: Random) -> str:
    """A roofed board in a courtyard, hung with tools to lend; one neighbour brings a ladder, one takes a drill."""
    parts = [
        rect(-384, -620, 34, 620, ink.deep),
        rect(350, -620, 34, 620, ink.deep),
        rect(-410, -560, 820, 420, ink.main, 8),
    ]
    parts.append(rect(-384, -534, 768, 368, ink.haze, 4) + roof(0, -590, 1000, 130, ink.deep, ink.paper))
    parts.append(teeth((384, -534), (-384, -534), 38, -18, ink.main))
    hooks = ((-300, ink.deep), (-150, ink.second), (0, ink.deep), (150, ink.second), (300, ink.deep))
    for i, (x, c) in enumerate(hooks):
        parts.append(circle(x, -486, 11, ink.gold) + placed(_tool(ink, i, c), x, -470))
    for i in range(10):
        x = -342 + i * 76
        c = (ink.gold, ink.paper)[i % 2]
        parts.append(
            rect(x - 28, -258, 56, 72, c, 3)
            + line(f"M{x - 16} -236H{x + 16}M{x - 16} -220H{x + 10}M{x - 16} -204H{x + 14}", ink.main, 4)
            + circle(x, -256, 6, ink.deep)
        )
    parts.append(
        placed(
            figures.standing(
                ink, Person("short", coat="second"), height=460, left=(-60, 330), right=(96, 280), pattern=1
            ),
            -520,
            20,
            flip=True,
        )
    )
    ladder = line("M-30 0L-30 -460M40 0L40 -460", ink.gold, 16) + "".join(
        line(f"M-30 {-50 - i * 66}H40", ink.gold, 12) for i in range(7)
    )
    parts.append(placed(ladder, -648, 10, turn=7))
    parts.append(
        placed(
            figures.standing(
                ink,
                Person("bun", ("bun", "pin"), old=True, coat="gold"),
                height=440,
                left=(-110, 300),
                pattern=0,
            ),
            520,
            20,
        )
    )
    drill = (
        rect(-70, -28, 104, 44, ink.second, 10)
        + rect(4, 6, 34, 62, ink.second, 8)
        + rect(-116, -14, 50, 14, ink.deep, 3)
        + crescent(-16, -6, 18, 0, ink.paper, 0.3)
    )
    parts.append(placed(drill, 398, -304))
    return "".join(parts)


def _tool(ink: Inks, index: int, c: str) -> str:
    """A lent thing that hangs from (0, 0)."""
    if index == 0:  # hammer
        return (
            rect(-9, 0, 18, 150, ink.gold, 5)
            + path("M-56 20H50L64 8V60H-30C-44 60 -56 44 -56 20Z", c)
            + sliver(0, 100, 60, 3, 0, c)
        )
    if index == 1:  # saw
        return (
            path("M-40 0H40V44H-40Z", ink.deep)
            + rect(-20, 12, 40, 18, ink.haze, 8)
            + path("M-40 44H40L14 178H-6Z", c)
            + teeth((-8, 178), (-40, 44), 10, 12, c)
        )
    if index == 2:  # umbrella, folded
        return (
            line("M0 0V20", c, 8)
            + path("M0 14L34 120L0 176L-34 120Z", ink.main)
            + line("M0 30V150M-14 70L-8 150M14 70L8 150", ink.paper, 4)
            + line("M0 170V186", c, 8)
        )
    if index == 3:  # pot
        return (
            line("M0 0V64", c, 12)
            + circle(0, 112, 60, c)
            + ring(0, 112, 44, ink.paper, 5)
            + blossom(0, 112, 32, ink.paper, c, 6)
        )
    blade = path("M-38 92H38V140C38 168 16 186 0 192C-16 186 -38 168 -38 140Z", c)  # a spade
    return (
        line("M-22 8H22M0 8V96", ink.gold, 13)
        + blade
        + crescent(0, 138, 20, 180, ink.paper, 0.3)
        + sliver(0, 114, 40, 4, 90, ink.paper)
    )


def neighbour_room(ink: Inks, rnd: Random) -> str:
    """A ground-floor room: shelves, a round lamp, a long table where old and young sit."""
    parts = [rect(-600, -560, 220, 560, ink.deep, 4)]
    for row in range(4):
        y = -540 + row * 136
        parts.append(rect(-586, y, 192, 120, ink.haze))
        x = -578
        while x < -410:
            w, h = rnd.choice((16, 22, 28)), rnd.uniform(66, 110)
            c = rnd.choice((ink.main, ink.second, ink.gold, ink.mid))
            parts.append(
                rect(x, y + 120 - h, w, h, c, 2)
                + sliver(x + w / 2, y + 120 - h / 2, h * 0.6, 2.6, 0, ink.paper)
            )
            x += w + 4
    for x in (-190, 0, 190):
        parts.append(placed(things.lantern(ink, 66 if x else 84, ink.gold if x else ink.main), x, -780))
    parts.append(
        placed(
            figures.standing(
                ink, Person("bun", ("bun",), old=True, coat="second"), height=430, left=(-90, 250), pattern=0
            ),
            -250,
            0,
            flip=True,
        )
    )
    parts.append(
        placed(
            figures.standing(ink, Person("child", coat="gold"), height=330, left=(-84, 260), pattern=1),
            -70,
            0,
        )
    )
    parts.append(
        placed(
            figures.standing(
                ink,
                Person("short", ("glasses",), old=True, coat="deep"),
                height=450,
                left=(-90, 250),
                pattern=2,
            ),
            100,
            0,
        )
    )
    parts.append(
        placed(
            figures.standing(
                ink, Person("child", ("ponytail",), coat="main"), height=320, left=(-84, 260), pattern=0
            ),
            270,
            0,
        )
    )
    parts.append(things.cloth_table(ink, 720, 190))
    parts.append(
        placed(things.gaiwan(ink, ink.second), -250, -204, scale=0.26)
        + rect(-120, -222, 120, 14, ink.paper, 3)
        + rect(-110, -236, 110, 14, ink.second, 3)
    )
    board = rect(90, -216, 150, 12, ink.gold, 3) + "".join(
        circle(108 + k * 28, -224, 11, (ink.deep, ink.main)[k % 2]) for k in range(5)
    )
    parts.append(
        board
        + placed(plants.hibiscus(0, 0, 50, ink.bloom, ink.gold, ink.paper), 320, -290)
        + path("M296 -204C280 -250 300 -262 320 -262C340 -262 360 -250 344 -204Z", ink.second)
    )
    parts.append(placed(seated(ink, Person("bob", coat="second"), 1, (-120, 300)), 540, 14))
    parts.append(
        path("M330 -330L420 -350V-290L330 -270ZM420 -350L510 -330V-270L420 -290Z", ink.paper)
        + line("M420 -350V-290", ink.deep, 5)
        + line("M330 -330L420 -350L510 -330V-270L420 -290L330 -270Z", ink.deep, 5)
    )
    return "".join(parts)


def health_circle(ink: Inks, rnd: Random) -> str:
    """Neighbours in a half circle; one winds the cuff of a blood pressure gauge, one holds a notebook."""
    parts = [
        placed(seated(ink, Person("bun", ("bun",), old=True, coat="main"), 0), 250, 0),
        placed(seated(ink, Person("short", ("glasses",), old=True, coat="second"), 1), -250, 0, flip=True),
    ]
    parts.append(
        placed(seated(ink, Person("balding", old=True, coat="gold"), 0), 560, 20)
        + placed(seated(ink, Person("curly", coat="deep"), 1), -560, 20, flip=True)
    )
    parts.append(things.table(ink, 330, 230))
    gauge = (
        rect(-70, -130, 140, 130, ink.second, 10)
        + circle(0, -74, 44, ink.paper)
        + teeth_round(0, -74, 40, 16, -10, ink.deep)
        + line("M0 -74L20 -98", ink.main, 6)
        + line("M70 -30C120 -20 120 -70 160 -50", ink.deep, 8)
    )
    parts.append(placed(gauge, -20, -230))
    heart = path(
        "M0 0C-150 -100 -150 -220 -70 -220C-30 -220 -10 -190 0 -166C10 -190 30 -220 70 -220C150 -220 150 -100 0 0Z",
        ink.main,
    )
    heart += (
        placed(plants.hibiscus(0, 0, 58, ink.paper, ink.gold, ink.main), 0, -128)
        + teeth_round(0, -128, 176, 40, 20, ink.gold)
        + ring(0, -128, 172, ink.gold, 6)
    )
    return "".join(parts) + placed(heart, 0, -500, scale=1.05)


def ledger(ink: Inks, rnd: Random) -> str:
    """An open account book on a stand, abacus before it, neighbours reading it from both sides."""
    parts = [
        placed(
            figures.standing(ink, Person("short", coat="second"), height=520, left=(-100, 320), pattern=1),
            500,
            10,
        ),
        placed(
            figures.standing(
                ink,
                Person("bun", ("bun", "glasses"), old=True, coat="gold"),
                height=490,
                left=(-100, 320),
                pattern=0,
            ),
            -500,
            10,
            flip=True,
        ),
    ]
    parts.append(
        placed(
            figures.standing(ink, Person("bob", coat="deep"), height=500, left=(-90, 300), pattern=2), 650, 30
        )
        + things.table(ink, 760, 220)
    )
    for s in (-1, 1):
        parts.append(
            path(
                f"M0 -270C{s * 90} -330 {s * 260} -330 {s * 360} -290V-640C{s * 260} -690 {s * 90} -690 0 -630Z",
                ink.paper,
            )
        )
        parts.append(
            line(
                f"M0 -270C{s * 90} -330 {s * 260} -330 {s * 360} -290V-640C{s * 260} -690 {s * 90} -690 0 -630Z",
                ink.main,
                12,
            )
        )
        for i in range(6):
            x = s * (54 + i * 50)
            parts.append(line(f"M{x} {-610 - 20 * (i in (1, 2, 3))}V{-350 + 20 * (i in (4, 5))}", ink.mid, 4))
            parts += [
                blossom(
                    x + s * 25,
                    -590 + k * 58 + (i * 7) % 12,
                    14,
                    (ink.main, ink.second, ink.gold)[(i + k) % 3],
                    ink.paper,
                )
                for k in range(4)
                if (i + k) % 4
            ]
    parts.append(line("M0 -270V-630", ink.main, 10))
    abacus = (
        rect(-220, -268, 440, 16, ink.deep, 4)
        + rect(-220, -246, 440, 46, ink.gold, 6)
        + rect(-220, -230, 440, 6, ink.deep)
    )
    abacus += "".join(circle(-196 + k * 28, -238 if k % 3 else -214, 9, ink.deep) for k in range(15))
    return (
        "".join(parts)
        + abacus
        + coin(-320, -250, 30, ink.gold, ink.deep)
        + coin(316, -250, 30, ink.gold, ink.deep)
        + coin(280, -230, 22, ink.gold, ink.deep)
    )
