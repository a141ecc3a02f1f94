"""Motifs of weaving and framing: bamboo, palm, bamboo on porcelain, umbrellas, kites, lanterns."""

from random import Random

from cms.demo.artwork import plants, things
from cms.demo.artwork.inks import Inks
from cms.demo.artwork.shapes import (
    blossom,
    circle,
    coin,
    crescent,
    ellipse,
    fret,
    leaf,
    line,
    path,
    petals_round,
    placed,
    polar,
    rect,
    ring,
    sliver,
    teeth_round,
)


def bamboo_weaving(ink: Inks, rnd: Random) -> str:
    """A half-woven basket with its splints standing free, a finished one, a bundle of bamboo and a knife."""
    parts = []
    for i in range(25):
        t = i / 24 * 2 - 1
        parts.append(
            line(
                f"M{t * 250:.0f} -330C{t * 300:.0f} -440 {t * 420:.0f} -520 {t * 470:.0f} {-640 + 130 * t * t:.0f}",
                ink.gold if i % 2 else ink.leaf,
                12,
            )
        )
    parts.append(path("M-290 -350C-330 -200 -270 -40 -190 0H190C270 -40 330 -200 290 -350Z", ink.gold))
    for row in range(9):
        y = -324 + row * 38
        reach = 284 - 0.0016 * (y + 300) ** 2
        count = 15
        for column in range(count):
            x = -reach + reach * 2 * (column + 0.5) / count
            parts.append(
                sliver(
                    x,
                    y,
                    36,
                    11,
                    90 if (row + column) % 2 else 0,
                    ink.deep if (row + column) % 2 else ink.paper,
                )
            )
    parts.append(
        line("M-300 -346C-140 -312 140 -312 300 -346", ink.deep, 22)
        + line("M-292 -346C-140 -316 140 -316 292 -346", ink.paper, 4)
    )
    parts.append(
        placed(things.basket(ink, 260, 190), -520, 20)
        + line("M-640 -176C-640 -400 -400 -400 -400 -176", ink.deep, 17)
    )
    parts += [
        plants.hibiscus(-560, -236, 66, ink.bloom, ink.gold, ink.paper),
        plants.hibiscus(-468, -246, 56, ink.bloom, ink.gold, ink.paper, 30),
    ]
    for i in range(6):
        parts.append(
            rect(390, -34 - i * 36 + (i % 2) * 4, 290 - i * 14, 30, ink.leaf, 14)
            + sliver(520, -18 - i * 36, 190, 4, 90, ink.paper)
            + line(f"M{470 + i * 12} {-34 - i * 36}V{-6 - i * 36}", ink.paper, 4)
        )
    parts.append(
        placed(
            path("M0 0H150C160 -30 150 -60 130 -64H0Z", ink.deep) + rect(-100, -56, 104, 34, ink.main, 12),
            470,
            -236,
            turn=-10,
        )
    )
    return "".join(parts)


def palm_weaving(ink: Inks, rnd: Random) -> str:
    """A palm-leaf handbag and slippers beside a fan palm."""
    parts = []
    for i in range(13):
        turn = -84 + i * 14
        parts.append(placed(leaf(0, 0, 470, 36, 0, ink.leaf, ink.paper), 330, -160, turn=turn))
    parts.append(
        line("M330 20V-180", ink.leaf, 24)
        + line("M-330 -300C-330 -640 110 -640 110 -300", ink.deep, 24)
        + line("M-330 -300C-330 -640 110 -640 110 -300", ink.gold, 9)
    )
    parts.append(path("M-390 -330H170L120 -20C110 10 -330 10 -340 -20Z", ink.gold))
    for row in range(9):
        for column in range(13):
            x, y = -350 + column * 40 + (row % 2) * 18, -290 + row * 33
            if -370 + row * 5 < x < 140 - row * 5:
                parts.append(
                    sliver(
                        x,
                        y,
                        36,
                        9,
                        45 if (row + column) % 2 else -45,
                        ink.deep if row in (3, 4, 5) else ink.paper,
                    )
                )
    parts.append(
        rect(-404, -346, 588, 30, ink.deep, 12)
        + plants.hibiscus(-110, -180, 84, ink.bloom, ink.paper, ink.deep)
    )
    for x in (-600, 560):
        slipper = (
            path("M-130 0C-150 -60 -60 -90 20 -80C90 -70 150 -40 140 0Z", ink.gold)
            + path("M-140 -8H146V24C60 40 -80 40 -140 24Z", ink.deep)
            + path("M-110 -30C-90 -120 20 -130 60 -60C30 -30 -40 -20 -110 -30Z", ink.main)
            + blossom(-24, -70, 32, ink.paper, ink.main, 6)
        )
        parts.append(placed(slipper, x, 10, flip=x > 0))
    return "".join(parts)


def woven_porcelain(ink: Inks, rnd: Random) -> str:
    """A tea set clad in fine woven bamboo, splints and a tiny knife."""
    parts = []
    for x, s, c in ((0, 1.3, ink.main), (-470, 0.8, ink.second), (480, 0.8, ink.gold)):
        cup = (
            path("M-170 -360C-160 -120 -120 -30 -80 0H80C120 -30 160 -120 170 -360Z", c)
            + ellipse(0, -360, 172, 32, ink.paper)
            + ellipse(0, -360, 150, 22, ink.deep)
        )
        for row in range(9):
            y = -310 + row * 32
            reach = 160 - max(0, row - 2) * 10
            for column in range(12):
                px = -reach + 2 * reach * (column + 0.5) / 12
                if (row + column) % 2:
                    cup += sliver(px, y, 30, reach / 15, 0 if row % 2 else 90, ink.paper)
        cup += path("M-60 -250H60L90 -160L0 -80L-90 -160Z", c) + blossom(0, -168, 66, ink.paper, c, 8)
        parts.append(placed(cup, x, 10, scale=s))
    parts.append(
        "".join(
            line(
                f"M{-330 + i * 14} 40C{-300 + i * 14} -100 {-330 + i * 18} -260 {-280 + i * 24} -420",
                ink.leaf if i % 2 else ink.gold,
                4,
            )
            for i in range(9)
        )
        + things.steam(0, -480, 200, ink.mid, 13)
    )
    return "".join(parts) + placed(
        path("M0 0H130C136 -26 124 -44 110 -46H0Z", ink.deep) + rect(-90, -44, 94, 30, ink.main, 12),
        240,
        20,
        turn=-8,
    )


def umbrella(ink: Inks, rnd: Random) -> str:
    """An open oil-paper umbrella with hibiscus, a second one behind, closed."""
    parts = [placed(_parasol(ink, ink.second, ink.gold), -360, -250, scale=0.62, turn=-16)]
    parts.append(line("M40 -420L220 30", ink.deep, 20))
    parts.append(placed(_parasol(ink, ink.main, ink.gold), 60, -370, turn=14))
    closed = (
        path("M0 -560L52 -120L0 -60L-52 -120Z", ink.second)
        + "".join(line(f"M0 -540L{x} -118", ink.paper, 4) for x in (-34, -12, 12, 34))
        + line("M0 -60V30M0 -560V-610", ink.deep, 15)
        + rect(-40, -250, 80, 22, ink.gold, 6)
    )
    parts.append(placed(closed, 560, 10, turn=16))
    return "".join(parts)


def _parasol(ink: Inks, c: str, rim: str) -> str:
    """An umbrella seen from above: sixteen ribs, rings of cuts."""
    parts = [circle(0, 0, 372, rim), teeth_round(0, 0, 370, 48, 22, c), circle(0, 0, 356, c)]
    parts += [ring(0, 0, r, ink.paper, w) for r, w in ((330, 7), (238, 5), (98, 6))]
    for i in range(16):
        x, y = polar(0, 0, 284, i * 22.5 + 11)
        parts.append(sliver(*polar(0, 0, 168, i * 22.5), 124, 7, i * 22.5, ink.paper))
        parts.append(
            blossom(x, y, 33, ink.paper, c, 6) if i % 2 else crescent(x, y, 28, i * 22.5 + 11, ink.paper, 0.3)
        )
    return "".join(parts) + plants.hibiscus(0, 0, 92, rim, ink.paper, c) + ring(0, 0, 356, ink.deep, 5)


def kite(ink: Inks, rnd: Random) -> str:
    """A swallow kite with bats and flowers, its tails streaming, a reel on a string."""
    wing = "M0 -420C120 -520 330 -560 560 -480C500 -420 420 -380 330 -360C220 -340 120 -330 60 -300C60 -200 110 -90 220 60L120 0L60 90C20 -40 -20 -40 -60 90L-120 0L-220 60C-110 -90 -60 -200 -60 -300C-120 -330 -220 -340 -330 -360C-420 -380 -500 -420 -560 -480C-330 -560 -120 -520 0 -420Z"
    parts = [
        line("M0 -160C120 60 320 60 560 20", ink.deep, 4),
        f'<path d="{wing}" fill="{ink.main}" stroke="{ink.paper}" stroke-width="9"/>',
    ]
    parts.append(
        path("M0 -560C-74 -560 -84 -470 -56 -420C-40 -390 40 -390 56 -420C84 -470 74 -560 0 -560Z", ink.deep)
    )
    for s in (-1, 1):
        parts.append(
            circle(s * 28, -490, 19, ink.paper)
            + circle(s * 28, -490, 9, ink.main)
            + crescent(s * 28, -526, 20, s * 14, ink.gold, 0.4)
        )
        parts.append(
            plants.hibiscus(s * 190, -438, 66, ink.paper, ink.gold, ink.main)
            + blossom(s * 320, -440, 44, ink.gold, ink.main, 8)
            + blossom(s * 424, -456, 30, ink.paper, ink.main, 6)
        )
        parts += [
            sliver(s * (90 + i * 62), -366 + abs(i - 3) * 4, 46, 9, s * 60, ink.paper) for i in range(6)
        ]
        parts += [crescent(s * (110 + i * 70), -504 + i * 2, 24, s * 6, ink.gold, 0.3) for i in range(6)]
        parts += [sliver(s * (60 + i * 28), -170 + i * 52, 70, 9, s * -26, ink.paper) for i in range(4)]
        parts.append(
            line(f"M{s * 170} 20C{s * 240} 60 {s * 200} 120 {s * 280} 150", ink.gold, 12)
            + line(f"M{s * 90} 40C{s * 140} 90 {s * 90} 120 {s * 150} 160", ink.second, 12)
        )
    parts.append(
        path("M0 -450L16 -426H-16Z", ink.gold)
        + petals_round(0, -300, 14, 8, 60, 17, ink.gold)
        + circle(0, -300, 16, ink.paper)
        + fret(-52, -220, 110, 34, ink.paper, 5, 2)
        + coin(0, -120, 34, ink.gold, ink.main)
    )
    return placed("".join(parts), 0, -150, turn=-6, scale=1.0) + placed(
        rect(-80, -20, 160, 40, ink.gold, 8)
        + rect(-44, -52, 88, 104, ink.deep, 8)
        + line("M-44 -26H44M-44 0H44M-44 26H44", ink.paper, 6),
        560,
        -70,
        turn=-20,
    )


def lantern_making(ink: Inks, rnd: Random) -> str:
    """Lanterns in all states: a bare bamboo frame, one half papered, one done and lit."""
    frame = (
        "".join(
            f'<ellipse cx="0" cy="-230" rx="{r}" ry="190" fill="none" stroke="{ink.deep}" stroke-width="8"/>'
            for r in (190, 130, 60)
        )
        + "".join(
            line(f"M{-x} {y}H{x}", ink.deep, 7)
            for x, y in ((110, -390), (174, -310), (190, -230), (174, -150), (110, -70))
        )
        + rect(-80, -440, 160, 26, ink.gold, 6)
        + rect(-80, -46, 160, 26, ink.gold, 6)
    )
    half = (
        path("M0 -420C110 -420 190 -330 190 -230C190 -130 110 -40 0 -40Z", ink.main)
        + crescent(90, -300, 40, 60, ink.paper, 0.25)
        + crescent(90, -160, 40, 120, ink.paper, 0.25)
        + blossom(80, -230, 40, ink.paper, ink.main, 6)
    )
    parts = [
        placed(frame, -480, 10),
        placed(frame + half, 480, 10),
        placed(things.lantern(ink, 250), 0, -640),
    ]
    fish = (
        path(
            "M-110 0C-80 -60 10 -70 70 -20C100 -40 130 -60 160 -60C140 -20 140 20 160 60C130 60 100 40 70 20C10 70 -80 60 -110 0Z",
            ink.second,
        )
        + circle(-70, -10, 9, ink.paper)
        + "".join(crescent(-20 + k * 30, 0, 24, 270, ink.paper, 0.25) for k in range(3))
    )
    return (
        "".join(parts)
        + placed(fish, -330, -620, turn=-8)
        + placed(fish, 340, -640, turn=6, flip=True)
        + line("M-330 -670V-760M340 -690V-760", ink.deep, 5)
    )
