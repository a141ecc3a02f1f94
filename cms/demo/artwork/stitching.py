"""Motifs of needle, loom and scissors: sewing, embroidery, brocade, cloth shoes, shoe repair, paper-cutting."""

from random import Random

from cms.demo.artwork import plants
from cms.demo.artwork.inks import Inks
from cms.demo.artwork.shapes import (
    blossom,
    circle,
    coin,
    crescent,
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


def sewing(ink: Inks, rnd: Random) -> str:
    """A treadle sewing machine with a flowered cloth running through it."""
    parts = [
        rect(-520, -270, 1040, 34, ink.deep, 8),
        line("M-420 -236L-460 20M420 -236L460 20M-440 -60H440", ink.deep, 24),
    ]
    parts.append(
        ring(260, -100, 104, ink.deep, 16)
        + petals_round(260, -100, 22, 8, 66, 15, ink.main)
        + circle(260, -100, 20, ink.deep)
        + path("M-220 0H120L90 -34H-190Z", ink.deep)
        + fret(-170, -28, 250, 22, ink.paper, 4, 6)
        + lattice(-400, -220, 190, 150, ink.main, 8, "diamond")
    )
    body = "M-330 -270V-300H-280V-430C-290 -560 -220 -620 -120 -620H250C340 -620 360 -580 356 -500V-330H400V-270H210V-420C210 -480 190 -500 150 -500H-140C-190 -500 -206 -470 -206 -420V-360H-240V-300H-200V-270Z"
    parts.append(
        path(body, ink.main)
        + circle(420, -520, 100, ink.deep)
        + ring(420, -520, 70, ink.gold, 9)
        + petals_round(420, -520, 12, 8, 50, 13, ink.paper)
    )
    parts.append(
        "".join(plants.hibiscus(x, -560, 44, ink.gold, ink.paper, ink.main, x) for x in (-60, 110))
        + "".join(spiral(x, -562, 26, ink.paper, 6, 1.4) for x in (24, 200, -140))
        + blossom(284, -410, 40, ink.paper, ink.main, 8)
        + crescent(-248, -470, 40, 290, ink.paper, 0.25)
    )
    parts.append(
        line("M-222 -360V-290", ink.gold, 9)
        + rect(-10, -700, 46, 80, ink.gold, 6)
        + line("M-10 -680H36M-10 -660H36M-10 -640H36", ink.paper, 4)
        + line("M12 -700C-80 -760 -240 -740 -262 -610L-224 -340", ink.gold, 4)
    )
    cloth = "M-190 -276C-300 -300 -420 -270 -560 -230C-640 -200 -650 -60 -620 60C-560 30 -520 70 -460 40C-440 -80 -420 -180 -330 -250Z"
    parts.append(
        path(cloth, ink.second)
        + "".join(
            blossom(x, y, r, ink.paper, ink.second, 6)
            for x, y, r in (
                (-540, -150, 40),
                (-560, -30, 34),
                (-460, -200, 30),
                (-500, -70, 22),
                (-380, -262, 18),
            )
        )
    )
    return "".join(parts)


def shu_embroidery(ink: Inks, rnd: Random) -> str:
    """An embroidery hoop on a stand: two carp among lotus, needles and skeins of silk beside it."""
    parts = [
        line("M-250 20L-150 -200M250 20L150 -200M-210 -60H210", ink.deep, 26),
        circle(0, -440, 346, ink.gold),
        circle(0, -440, 318, ink.paper),
        ring(0, -440, 332, ink.deep, 6),
        rect(-30, -812, 60, 40, ink.deep, 8),
    ]
    for turn in (0, 180):
        fish = path(
            "M-190 0C-150 -90 -20 -110 80 -50C100 -40 120 -24 140 0C120 24 100 40 80 50C-20 110 -150 90 -190 0Z",
            ink.main,
        )
        fish += path(
            "M130 0C170 -70 220 -90 250 -80C220 -40 220 40 250 80C220 90 170 70 130 0Z", ink.main
        ) + "".join(sliver(196, k * 30, 80, 5, 90 + k * 24, ink.paper) for k in (-1, 0, 1))
        fish += "".join(
            crescent(-70 + c * 44 + (r % 2) * 22, -40 + r * 27, 17, 270, ink.paper, 0.25)
            for r in range(4)
            for c in range(4)
        )
        fish += (
            circle(-140, -16, 17, ink.paper)
            + circle(-142, -16, 8, ink.deep)
            + crescent(-104, 0, 44, 80, ink.paper, 0.18)
            + path("M-20 -84C0 -140 60 -150 90 -130C70 -100 60 -80 50 -66Z", ink.second)
            + path("M-40 84C-30 120 20 130 50 120C30 100 20 90 16 84Z", ink.second)
            + line("M-188 6C-220 20 -230 40 -226 60", ink.main, 6)
        )
        parts.append(placed(placed(fish, 0, -128, turn=-12), 0, -440, turn=turn))
    parts.append(
        plants.hibiscus(0, -440, 92, ink.bloom, ink.gold, ink.paper)
        + "".join(leaf(*polar(0, -440, 90, t), 100, 30, t, ink.leaf, ink.paper) for t in (70, 110, 250, 290))
    )
    for i, (x, c) in enumerate(((-600, ink.main), (-500, ink.second), (500, ink.gold), (600, ink.main))):
        skein = (
            path("M-46 0C-70 -80 -70 -150 -40 -200H40C70 -150 70 -80 46 0Z", c)
            + "".join(sliver(k, -100, 170, 4, k * 0.2, ink.paper) for k in (-28, -10, 10, 28))
            + rect(-58, -126, 116, 34, ink.deep, 8)
        )
        parts.append(placed(skein, x, 26, turn=(-6, 5, -5, 6)[i]))
    parts.append(
        line("M120 -300L330 -170", ink.deep, 7) + line("M330 -170C400 -120 380 -40 500 -80", ink.main, 5)
    )
    return "".join(parts)


def brocade_loom(ink: Inks, rnd: Random) -> str:
    """A Shu brocade loom: posts, warp threads, a band of patterned cloth."""
    parts = [
        rect(-560, -700, 40, 700, ink.deep),
        rect(520, -700, 40, 700, ink.deep),
        rect(-590, -720, 1180, 44, ink.deep, 8),
        rect(-560, -130, 1120, 40, ink.deep),
        fret(-540, -710, 1090, 22, ink.gold, 4, 22),
    ]
    for i in range(41):
        x = -480 + i * 24
        parts.append(line(f"M{x} -676L{x * 0.96:.0f} -330", (ink.main, ink.gold, ink.second)[i % 3], 4))
    parts.append(
        rect(-500, -560, 1000, 26, ink.gold, 8)
        + rect(-500, -480, 1000, 26, ink.gold, 8)
        + rect(-490, -340, 980, 240, ink.main)
    )
    for row in range(3):
        for column in range(9):
            x, y = -424 + column * 106, -300 + row * 80
            parts.append(
                plants.hibiscus(x, y, 36, ink.gold, ink.paper, ink.main)
                if (row + column) % 2
                else coin(x, y, 27, ink.paper, ink.main)
            )
    parts.append(
        teeth((490, -340), (-490, -340), 48, 17, ink.paper)
        + path("M-520 -100C-560 0 -500 40 -420 20H420C500 40 560 0 520 -100Z", ink.second)
        + fret(-440, -70, 890, 56, ink.paper, 7, 13)
    )
    parts.append(
        placed(
            path("M-150 0C-90 -34 90 -34 150 0C90 34 -90 34 -150 0Z", ink.deep)
            + rect(-56, -13, 112, 26, ink.gold, 8),
            170,
            -400,
            turn=-6,
        )
    )
    return "".join(parts)


def cloth_shoes(ink: Inks, rnd: Random) -> str:
    """A pair of stitched cloth shoes with tiger faces, soles in layers, needle and thread."""
    shoe = path(
        "M-230 -40C-250 -170 -130 -220 -20 -190C60 -170 150 -220 210 -210C260 -150 250 -70 230 -30H-220Z",
        ink.main,
    ) + path("M-20 -190C60 -170 150 -220 210 -210C160 -170 60 -140 -20 -190Z", ink.deep)
    shoe += (
        path("M-236 -44H236V0C160 14 -160 14 -236 0Z", ink.paper)
        + "".join(line(f"M{-220 + i * 22} {-30 + (i % 2) * 12}v10", ink.mid, 5) for i in range(21))
        + line("M-236 -44H236V0C160 14 -160 14 -236 0Z", ink.deep, 6)
    )
    shoe += (
        plants.hibiscus(-120, -116, 62, ink.gold, ink.paper, ink.main)
        + "".join(sliver(x, -100, 60, 8, 20, ink.paper) for x in (0, 40, 80))
        + spiral(160, -120, 34, ink.paper, 8, 1.5)
        + teeth((220, -54), (-220, -54), 26, 15, ink.gold)
    )
    parts = [placed(shoe, 130, -330, scale=1.15, turn=-8, flip=True), placed(shoe, -60, -10, scale=1.5)]
    sole = path(
        "M-70 0C-100 -120 -70 -190 -60 -280C-50 -400 60 -400 74 -280C84 -180 100 -110 70 0C50 60 -50 60 -70 0Z",
        ink.paper,
    )
    sole += line(
        "M-70 0C-100 -120 -70 -190 -60 -280C-50 -400 60 -400 74 -280C84 -180 100 -110 70 0C50 60 -50 60 -70 0Z",
        ink.second,
        14,
    ) + "".join(
        circle(-50 + c * 25 + (r % 2) * 12, -300 + r * 30, 4.6, ink.second)
        for r in range(12)
        for c in range(5)
        if abs(-50 + c * 25 + (r % 2) * 12) < 66
    )
    parts.append(
        placed(sole, 540, -90, turn=16)
        + line("M470 -240L380 -400M380 -400C330 -520 480 -600 560 -540", ink.deep, 7)
    )
    spool = (
        rect(-60, -140, 120, 24, ink.deep, 8)
        + rect(-60, -24, 120, 24, ink.deep, 8)
        + rect(-42, -116, 84, 92, ink.main)
        + "".join(line(f"M-42 {-104 + i * 19}L42 {-96 + i * 19}", ink.paper, 4) for i in range(5))
    )
    return "".join(parts) + placed(spool, -560, 20)


def shoe_repair(ink: Inks, rnd: Random) -> str:
    """A shoe on the cobbler's last, with hammer, awl, thread and a row of mended shoes."""
    last = (
        rect(-30, -300, 60, 300, ink.deep)
        + path("M-160 0H160L110 -60H-110Z", ink.deep)
        + path("M-230 -320C-100 -344 160 -344 236 -316L210 -284H-200Z", ink.mid)
    )
    upper = "M-330 -384C-350 -440 -300 -478 -220 -490C-140 -504 -70 -556 -30 -616C10 -600 60 -606 110 -630C170 -640 224 -636 246 -620C240 -540 262 -470 250 -384Z"
    shoe = path(upper, ink.main) + path(
        "M-336 -388H256V-340C160 -330 120 -360 60 -350C-60 -330 -220 -336 -320 -344C-336 -350 -342 -370 -336 -388Z",
        ink.deep,
    )
    shoe += path(
        "M-30 -616C10 -600 60 -606 110 -630C170 -640 224 -636 246 -620C200 -590 40 -570 -30 -616Z", ink.deep
    )
    shoe += "".join(
        line(f"M{-196 + i * 44} {-482 - i * 24}L{-150 + i * 44} {-436 - i * 22}", ink.gold, 11)
        for i in range(4)
    )
    shoe += (
        plants.hibiscus(130, -480, 66, ink.paper, ink.gold, ink.main)
        + teeth((250, -392), (-330, -392), 30, 17, ink.paper)
        + crescent(-260, -430, 40, -24, ink.paper, 0.25)
    )
    parts = [last, shoe]
    hammer = (
        rect(-14, -20, 28, 330, ink.gold, 10)
        + path("M-110 -60H70C110 -60 120 -20 110 0H-90C-110 -10 -116 -40 -110 -60Z", ink.second)
        + crescent(-20, -30, 30, 0, ink.paper, 0.3)
    )
    parts.append(
        placed(hammer, 470, -470, turn=36)
        + placed(
            rect(-20, 0, 40, 120, ink.main, 18) + path("M-8 0L0 -170L8 0Z", ink.deep), -480, -230, turn=-30
        )
    )
    spool = (
        rect(-66, -150, 132, 26, ink.deep, 8)
        + rect(-66, -26, 132, 26, ink.deep, 8)
        + rect(-46, -124, 92, 98, ink.gold)
        + "".join(line(f"M-46 {-110 + i * 19}L46 {-102 + i * 19}", ink.paper, 4) for i in range(5))
    )
    parts.append(
        placed(spool, 360, 20)
        + line("M400 -60C470 -20 480 -120 430 -170C380 -230 300 -220 190 -300", ink.gold, 5)
    )
    for i, (x, c) in enumerate(((-600, ink.second), (-440, ink.main), (540, ink.second), (690, ink.gold))):
        small = (
            path("M-70 -40C-60 -80 -20 -84 0 -110C20 -100 40 -100 60 -112C70 -80 80 -50 72 -10H-72Z", c)
            + rect(-76, -14, 152, 18, ink.deep, 4)
            + blossom(26, -56, 20, ink.paper, c)
        )
        parts.append(placed(small, x, 30, flip=bool(i % 2)))
    return "".join(parts)


def paper_cutting(ink: Inks, rnd: Random) -> str:
    """A round window flower being cut, the scissors open beside it, folded paper and scraps."""
    parts = [
        circle(0, -430, 350, ink.paper),
        circle(0, -430, 320, ink.main),
        teeth_round(0, -430, 318, 64, 26, ink.main),
        ring(0, -430, 296, ink.paper, 6),
    ]
    for i in range(8):
        x, y = polar(0, -430, 218, i * 45)
        parts.append(
            blossom(x, y, 62, ink.paper, ink.main, 6)
            + crescent(*polar(0, -430, 262, i * 45 + 22.5), 34, i * 45 + 22.5, ink.paper, 0.3)
            + sliver(*polar(0, -430, 196, i * 45 + 22.5), 90, 12, i * 45 + 22.5, ink.paper)
        )
    parts.append(
        circle(0, -430, 138, ink.paper) + plants.hibiscus(0, -430, 132, ink.main, ink.gold, ink.paper)
    )
    half = (
        path("M0 -40C-40 -170 -20 -360 30 -470C60 -330 50 -160 22 -30Z", ink.deep)
        + sliver(16, -250, 250, 7, 3, ink.paper)
        + ring(44, 74, 62, ink.second, 25)
    )
    parts.append(
        placed(
            "".join(placed(half, 0, 0, turn=s * 20, flip=s > 0) for s in (-1, 1))
            + circle(0, -58, 17, ink.gold),
            490,
            -150,
            turn=-24,
            scale=1.05,
        )
    )
    parts.append(
        placed(
            path("M-150 0L0 -250L150 0Z", ink.second)
            + "".join(crescent(x, -40, 26, 0, ink.paper, 0.3) for x in (-70, 0, 70))
            + blossom(0, -118, 34, ink.paper, ink.second, 6)
            + teeth((150, 0), (-150, 0), 14, -22, ink.paper),
            -510,
            20,
        )
    )
    for _ in range(14):
        parts.append(
            crescent(
                rnd.uniform(-360, 420),
                rnd.uniform(-20, 44),
                rnd.uniform(12, 22),
                rnd.uniform(0, 360),
                ink.main,
                0.4,
            )
        )
    return "".join(parts)
