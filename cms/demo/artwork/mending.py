"""Motifs of repair trades: knives, clocks, appliances."""

from random import Random

from cms.demo.artwork import things
from cms.demo.artwork.inks import Inks
from cms.demo.artwork.shapes import (
    blossom,
    circle,
    crescent,
    fret,
    line,
    path,
    petals_round,
    placed,
    polar,
    rect,
    ring,
    sliver,
    spiral,
    teeth_round,
)


def knife_sharpening(ink: Inks, rnd: Random) -> str:
    """A sharpener's bench with its whetstone and bucket, knives and scissors fanned above like a sun."""
    parts = []
    for i in range(9):
        turn = -80 + i * 20
        c = (ink.main, ink.deep)[i % 2]
        knife = (
            path("M-34 -250C-40 -380 -30 -500 26 -560C46 -500 44 -360 34 -250Z", c)
            + rect(-17, -250, 34, 100, ink.gold, 12)
            + sliver(4, -400, 220, 8, 2, ink.paper)
            + circle(0, -180, 6, ink.deep)
            + circle(0, -218, 6, ink.deep)
        )
        parts.append(placed(knife, 0, -190, turn=turn))
    parts.append(
        rect(-420, -190, 840, 54, ink.deep, 10)
        + line("M-360 -150L-420 30M360 -150L420 30M-300 -150L-280 30M300 -150L280 30", ink.deep, 28)
        + fret(-330, -180, 670, 34, ink.paper, 5, 12)
    )
    parts.append(
        path("M-150 -250C-90 -226 90 -226 150 -250V-190H-150Z", ink.mid)
        + line("M-150 -250C-90 -226 90 -226 150 -250", ink.main, 7)
    )
    parts.append(
        placed(
            path("M-150 20C-60 -30 120 -40 210 -10C180 30 -40 50 -150 20Z", ink.haze)
            + line("M-150 20C-60 -30 120 -40 210 -10C180 30 -40 50 -150 20Z", ink.deep, 5)
            + rect(-270, -2, 130, 34, ink.gold, 14),
            10,
            -270,
            turn=-8,
        )
    )
    for x in (-560, 560):
        parts.append(
            placed(things.basket(ink, 180, 140, ink.second), x, 30)
            + line(f"M{x - 80} -100C{x - 70} -220 {x + 70} -220 {x + 80} -100", ink.deep, 12)
        )
    scissors = "".join(
        placed(
            path("M0 -40C-20 -120 -10 -240 14 -300C30 -220 26 -120 12 -36Z", ink.deep)
            + ring(34, 40, 38, ink.main, 16),
            0,
            0,
            turn=s * 17,
            flip=s > 0,
        )
        for s in (-1, 1)
    ) + circle(0, -46, 11, ink.gold)
    return (
        "".join(parts)
        + placed(scissors, -560, -150, scale=0.8)
        + placed(scissors, 560, -150, scale=0.8, turn=8)
    )


def clock_repair(ink: Inks, rnd: Random) -> str:
    """A wall clock opened to its wheels, small cogs, tweezers and a loupe."""
    parts = [
        rect(-220, -720, 440, 720, ink.deep, 30),
        circle(0, -470, 196, ink.paper),
        ring(0, -470, 190, ink.gold, 15),
    ]
    for i in range(12):
        parts.append(sliver(*polar(0, -470, 150, i * 30), 38, 9, i * 30, ink.main))
    for x, y, r, c, count in (
        (-46, -500, 74, ink.main, 20),
        (62, -436, 56, ink.second, 16),
        (-36, -392, 42, ink.gold, 13),
    ):
        parts.append(
            teeth_round(x, y, r - 2, count, 15, c)
            + circle(x, y, r, c)
            + petals_round(x, y, r * 0.24, 6, r * 0.56, r * 0.2, ink.paper)
            + circle(x, y, r * 0.13, ink.paper)
        )
    parts.append(
        line("M0 -470L-50 -580M0 -470L100 -500", ink.deep, 13)
        + circle(0, -470, 17, ink.deep)
        + rect(-160, -236, 320, 206, ink.haze, 14)
        + line("M0 -236V-130", ink.gold, 12)
        + circle(0, -110, 54, ink.gold)
        + blossom(0, -110, 40, ink.paper, ink.gold, 8)
        + fret(-140, -60, 290, 24, ink.main, 5, 6)
    )
    parts.append(
        path("M-250 -720C-200 -800 -60 -780 0 -850C60 -780 200 -800 250 -720Z", ink.main)
        + blossom(0, -770, 40, ink.paper, ink.main, 6)
        + "".join(spiral(s * 120, -744, 26, ink.paper, 7, 1.4, mirror=s > 0) for s in (-1, 1))
    )
    for x, y, r, c in (
        (-520, -60, 110, ink.main),
        (-400, 0, 58, ink.gold),
        (480, -30, 84, ink.second),
        (610, 6, 52, ink.main),
    ):
        parts.append(
            teeth_round(x, y, r - 2, int(r / 3.6), 19, c)
            + circle(x, y, r, c)
            + petals_round(x, y, r * 0.3, 6, r * 0.52, r * 0.18, ink.paper)
            + circle(x, y, r * 0.16, ink.paper)
        )
    parts.append(
        ring(430, -330, 90, ink.deep, 22)
        + circle(430, -330, 80, ink.tint)
        + crescent(430, -346, 52, -20, ink.mid, 0.2)
        + line("M500 -262L590 -160", ink.gold, 28)
        + line("M-400 -420L-560 -240M-388 -408L-600 -300", ink.deep, 13)
    )
    return "".join(parts)


def appliance_repair(ink: Inks, rnd: Random) -> str:
    """An opened radio, a standing fan, screwdrivers and a coil of wire."""
    parts = [
        rect(-420, -380, 600, 380, ink.main, 34),
        rect(-390, -350, 540, 320, ink.deep, 20),
        circle(-250, -190, 128, ink.gold),
        circle(-250, -190, 112, ink.deep),
    ]
    parts.append(
        "".join(ring(-250, -190, r, ink.gold, 7) for r in (92, 70, 48))
        + blossom(-250, -190, 36, ink.paper, ink.main, 8)
        + rect(-80, -320, 210, 90, ink.haze, 8)
        + "".join(line(f"M{-60 + i * 24} -300v{40 if i % 3 else 60}", ink.deep, 5) for i in range(8))
        + line("M10 -318V-234", ink.main, 8)
    )
    for x, c in ((-30, ink.second), (80, ink.gold)):
        parts.append(
            teeth_round(x, -130, 50, 18, 11, c)
            + circle(x, -130, 52, c)
            + petals_round(x, -130, 12, 6, 34, 10, ink.paper)
        )
    parts.append(
        line("M-300 -380C-300 -470 60 -470 60 -380M130 -380L300 -760", ink.deep, 13)
        + circle(302, -764, 15, ink.main)
        + fret(-380, -40, 520, 20, ink.main, 4, 11)
    )
    fan = (
        rect(-14, -330, 28, 330, ink.deep)
        + path("M-140 0C-120 -50 120 -50 140 0Z", ink.second)
        + ring(0, -470, 182, ink.deep, 13)
        + "".join(
            placed(
                path("M0 0C-70 -30 -90 -130 -20 -164C50 -160 60 -60 0 0Z", ink.main)
                + crescent(-20, -120, 34, 10, ink.paper, 0.2),
                0,
                -470,
                turn=i * 90,
            )
            for i in range(4)
        )
    )
    fan += (
        "".join(
            line(
                f"M0 -470L{polar(0, -470, 178, i * 30)[0]:.0f} {polar(0, -470, 178, i * 30)[1]:.0f}",
                ink.deep,
                3,
            )
            for i in range(12)
        )
        + circle(0, -470, 40, ink.gold)
        + blossom(0, -470, 30, ink.paper, ink.gold, 6)
    )
    parts.append(placed(fan, 480, 20))
    for x, c, turn in ((-620, ink.second, -16), (-540, ink.gold, 8)):
        parts.append(
            placed(
                rect(-20, -230, 40, 120, c, 16)
                + rect(-6, -110, 12, 120, ink.deep)
                + path("M-12 0H12L6 30H-6Z", ink.deep)
                + line("M-8 -214V-126M8 -214V-126", ink.paper, 4),
                x,
                0,
                turn=turn,
            )
        )
    parts.append("".join(ring(260, 4, r, ink.gold, 9) for r in (60, 44, 28)))
    return "".join(parts)
