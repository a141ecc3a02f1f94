"""Motifs of handwork: what a craftsman's table shows."""

import math
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


def bamboo_weaving(ink: Inks, rnd: Random) -> str:
    """A half-woven basket with its splints standing free, a finished one, a bundle of bamboo and a knife."""
    parts = []
    for i in range(25):
        t = i / 24 * 2 - 1
        parts.append(line(f"M{t * 250:.0f} -330C{t * 300:.0f} -440 {t * 420:.0f} -520 {t * 470:.0f} {-640 + 130 * t * t:.0f}", ink.gold if i % 2 else ink.leaf, 12))
    parts.append(path("M-290 -350C-330 -200 -270 -40 -190 0H190C270 -40 330 -200 290 -350Z", ink.gold))
    for row in range(9):
        y = -324 + row * 38
        reach = 284 - 0.0016 * (y + 300) ** 2
        count = 15
        for column in range(count):
            x = -reach + reach * 2 * (column + 0.5) / count
            parts.append(sliver(x, y, 36, 11, 90 if (row + column) % 2 else 0, ink.deep if (row + column) % 2 else ink.paper))
    parts.append(line("M-300 -346C-140 -312 140 -312 300 -346", ink.deep, 22) + line("M-292 -346C-140 -316 140 -316 292 -346", ink.paper, 4))
    parts.append(placed(things.basket(ink, 260, 190), -520, 20) + line("M-640 -176C-640 -400 -400 -400 -400 -176", ink.deep, 17))
    parts += [plants.hibiscus(-560, -236, 66, ink.bloom, ink.gold, ink.paper), plants.hibiscus(-468, -246, 56, ink.bloom, ink.gold, ink.paper, 30)]
    for i in range(6):
        parts.append(rect(390, -34 - i * 36 + (i % 2) * 4, 290 - i * 14, 30, ink.leaf, 14) + sliver(520, -18 - i * 36, 190, 4, 90, ink.paper) + line(f"M{470 + i * 12} {-34 - i * 36}V{-6 - i * 36}", ink.paper, 4))
    parts.append(placed(path("M0 0H150C160 -30 150 -60 130 -64H0Z", ink.deep) + rect(-100, -56, 104, 34, ink.main, 12), 470, -236, turn=-10))
    return "".join(parts)


def umbrella(ink: Inks, rnd: Random) -> str:
    """An open oil-paper umbrella with hibiscus, a second one behind, closed."""
    parts = [placed(_parasol(ink, ink.second, ink.gold), -360, -250, scale=0.62, turn=-16)]
    parts.append(line("M40 -420L220 30", ink.deep, 20))
    parts.append(placed(_parasol(ink, ink.main, ink.gold), 60, -370, turn=14))
    closed = path("M0 -560L52 -120L0 -60L-52 -120Z", ink.second) + "".join(line(f"M0 -540L{x} -118", ink.paper, 4) for x in (-34, -12, 12, 34)) + line("M0 -60V30M0 -560V-610", ink.deep, 15) + rect(-40, -250, 80, 22, ink.gold, 6)
    parts.append(placed(closed, 560, 10, turn=16))
    return "".join(parts)


def _parasol(ink: Inks, c: str, rim: str) -> str:
    """An umbrella seen from above: sixteen ribs, rings of cuts."""
    parts = [circle(0, 0, 372, rim), teeth_round(0, 0, 370, 48, 22, c), circle(0, 0, 356, c)]
    parts += [ring(0, 0, r, ink.paper, w) for r, w in ((330, 7), (238, 5), (98, 6))]
    for i in range(16):
        x, y = polar(0, 0, 284, i * 22.5 + 11)
        parts.append(sliver(*polar(0, 0, 168, i * 22.5), 124, 7, i * 22.5, ink.paper))
        parts.append(blossom(x, y, 33, ink.paper, c, 6) if i % 2 else crescent(x, y, 28, i * 22.5 + 11, ink.paper, 0.3))
    return "".join(parts) + plants.hibiscus(0, 0, 92, rim, ink.paper, c) + ring(0, 0, 356, ink.deep, 5)


def kite(ink: Inks, rnd: Random) -> str:
    """A swallow kite with bats and flowers, its tails streaming, a reel on a string."""
    wing = "M0 -420C120 -520 330 -560 560 -480C500 -420 420 -380 330 -360C220 -340 120 -330 60 -300C60 -200 110 -90 220 60L120 0L60 90C20 -40 -20 -40 -60 90L-120 0L-220 60C-110 -90 -60 -200 -60 -300C-120 -330 -220 -340 -330 -360C-420 -380 -500 -420 -560 -480C-330 -560 -120 -520 0 -420Z"
    parts = [line("M0 -160C120 60 320 60 560 20", ink.deep, 4), f'<path d="{wing}" fill="{ink.main}" stroke="{ink.paper}" stroke-width="9"/>']
    parts.append(path("M0 -560C-74 -560 -84 -470 -56 -420C-40 -390 40 -390 56 -420C84 -470 74 -560 0 -560Z", ink.deep))
    for s in (-1, 1):
        parts.append(circle(s * 28, -490, 19, ink.paper) + circle(s * 28, -490, 9, ink.main) + crescent(s * 28, -526, 20, s * 14, ink.gold, 0.4))
        parts.append(plants.hibiscus(s * 190, -438, 66, ink.paper, ink.gold, ink.main) + blossom(s * 320, -440, 44, ink.gold, ink.main, 8) + blossom(s * 424, -456, 30, ink.paper, ink.main, 6))
        parts += [sliver(s * (90 + i * 62), -366 + abs(i - 3) * 4, 46, 9, s * 60, ink.paper) for i in range(6)]
        parts += [crescent(s * (110 + i * 70), -504 + i * 2, 24, s * 6, ink.gold, 0.3) for i in range(6)]
        parts += [sliver(s * (60 + i * 28), -170 + i * 52, 70, 9, s * -26, ink.paper) for i in range(4)]
        parts.append(line(f"M{s * 170} 20C{s * 240} 60 {s * 200} 120 {s * 280} 150", ink.gold, 12) + line(f"M{s * 90} 40C{s * 140} 90 {s * 90} 120 {s * 150} 160", ink.second, 12))
    parts.append(path("M0 -450L16 -426H-16Z", ink.gold) + petals_round(0, -300, 14, 8, 60, 17, ink.gold) + circle(0, -300, 16, ink.paper) + fret(-52, -220, 110, 34, ink.paper, 5, 2) + coin(0, -120, 34, ink.gold, ink.main))
    return placed("".join(parts), 0, -150, turn=-6, scale=1.0) + placed(rect(-80, -20, 160, 40, ink.gold, 8) + rect(-44, -52, 88, 104, ink.deep, 8) + line("M-44 -26H44M-44 0H44M-44 26H44", ink.paper, 6), 560, -70, turn=-20)


def knife_sharpening(ink: Inks, rnd: Random) -> str:
    """A sharpener's bench with its whetstone and bucket, knives and scissors fanned above like a sun."""
    parts = []
    for i in range(9):
        turn = -80 + i * 20
        c = (ink.main, ink.deep)[i % 2]
        knife = path("M-34 -250C-40 -380 -30 -500 26 -560C46 -500 44 -360 34 -250Z", c) + rect(-17, -250, 34, 100, ink.gold, 12) + sliver(4, -400, 220, 8, 2, ink.paper) + circle(0, -180, 6, ink.deep) + circle(0, -218, 6, ink.deep)
        parts.append(placed(knife, 0, -190, turn=turn))
    parts.append(rect(-420, -190, 840, 54, ink.deep, 10) + line("M-360 -150L-420 30M360 -150L420 30M-300 -150L-280 30M300 -150L280 30", ink.deep, 28) + fret(-330, -180, 670, 34, ink.paper, 5, 12))
    parts.append(path("M-150 -250C-90 -226 90 -226 150 -250V-190H-150Z", ink.mid) + line("M-150 -250C-90 -226 90 -226 150 -250", ink.main, 7))
    parts.append(placed(path("M-150 20C-60 -30 120 -40 210 -10C180 30 -40 50 -150 20Z", ink.haze) + line("M-150 20C-60 -30 120 -40 210 -10C180 30 -40 50 -150 20Z", ink.deep, 5) + rect(-270, -2, 130, 34, ink.gold, 14), 10, -270, turn=-8))
    for x in (-560, 560):
        parts.append(placed(things.basket(ink, 180, 140, ink.second), x, 30) + line(f"M{x - 80} -100C{x - 70} -220 {x + 70} -220 {x + 80} -100", ink.deep, 12))
    scissors = "".join(placed(path("M0 -40C-20 -120 -10 -240 14 -300C30 -220 26 -120 12 -36Z", ink.deep) + ring(34, 40, 38, ink.main, 16), 0, 0, turn=s * 17, flip=s > 0) for s in (-1, 1)) + circle(0, -46, 11, ink.gold)
    return "".join(parts) + placed(scissors, -560, -150, scale=0.8) + placed(scissors, 560, -150, scale=0.8, turn=8)


def shoe_repair(ink: Inks, rnd: Random) -> str:
    """A shoe on the cobbler's last, with hammer, awl, thread and a row of mended shoes."""
    last = rect(-30, -300, 60, 300, ink.deep) + path("M-160 0H160L110 -60H-110Z", ink.deep) + path("M-230 -320C-100 -344 160 -344 236 -316L210 -284H-200Z", ink.mid)
    upper = "M-330 -384C-350 -440 -300 -478 -220 -490C-140 -504 -70 -556 -30 -616C10 -600 60 -606 110 -630C170 -640 224 -636 246 -620C240 -540 262 -470 250 -384Z"
    shoe = path(upper, ink.main) + path("M-336 -388H256V-340C160 -330 120 -360 60 -350C-60 -330 -220 -336 -320 -344C-336 -350 -342 -370 -336 -388Z", ink.deep)
    shoe += path("M-30 -616C10 -600 60 -606 110 -630C170 -640 224 -636 246 -620C200 -590 40 -570 -30 -616Z", ink.deep)
    shoe += "".join(line(f"M{-196 + i * 44} {-482 - i * 24}L{-150 + i * 44} {-436 - i * 22}", ink.gold, 11) for i in range(4))
    shoe += plants.hibiscus(130, -480, 66, ink.paper, ink.gold, ink.main) + teeth((250, -392), (-330, -392), 30, 17, ink.paper) + crescent(-260, -430, 40, -24, ink.paper, 0.25)
    parts = [last, shoe]
    hammer = rect(-14, -20, 28, 330, ink.gold, 10) + path("M-110 -60H70C110 -60 120 -20 110 0H-90C-110 -10 -116 -40 -110 -60Z", ink.second) + crescent(-20, -30, 30, 0, ink.paper, 0.3)
    parts.append(placed(hammer, 470, -470, turn=36) + placed(rect(-20, 0, 40, 120, ink.main, 18) + path("M-8 0L0 -170L8 0Z", ink.deep), -480, -230, turn=-30))
    spool = rect(-66, -150, 132, 26, ink.deep, 8) + rect(-66, -26, 132, 26, ink.deep, 8) + rect(-46, -124, 92, 98, ink.gold) + "".join(line(f"M-46 {-110 + i * 19}L46 {-102 + i * 19}", ink.paper, 4) for i in range(5))
    parts.append(placed(spool, 360, 20) + line("M400 -60C470 -20 480 -120 430 -170C380 -230 300 -220 190 -300", ink.gold, 5))
    for i, (x, c) in enumerate(((-600, ink.second), (-440, ink.main), (540, ink.second), (690, ink.gold))):
        small = path("M-70 -40C-60 -80 -20 -84 0 -110C20 -100 40 -100 60 -112C70 -80 80 -50 72 -10H-72Z", c) + rect(-76, -14, 152, 18, ink.deep, 4) + blossom(26, -56, 20, ink.paper, c)
        parts.append(placed(small, x, 30, flip=bool(i % 2)))
    return "".join(parts)


def sewing(ink: Inks, rnd: Random) -> str:
    """A treadle sewing machine with a flowered cloth running through it."""
    parts = [rect(-520, -270, 1040, 34, ink.deep, 8), line("M-420 -236L-460 20M420 -236L460 20M-440 -60H440", ink.deep, 24)]
    parts.append(ring(260, -100, 104, ink.deep, 16) + petals_round(260, -100, 22, 8, 66, 15, ink.main) + circle(260, -100, 20, ink.deep) + path("M-220 0H120L90 -34H-190Z", ink.deep) + fret(-170, -28, 250, 22, ink.paper, 4, 6) + lattice(-400, -220, 190, 150, ink.main, 8, "diamond"))
    body = "M-330 -270V-300H-280V-430C-290 -560 -220 -620 -120 -620H250C340 -620 360 -580 356 -500V-330H400V-270H210V-420C210 -480 190 -500 150 -500H-140C-190 -500 -206 -470 -206 -420V-360H-240V-300H-200V-270Z"
    parts.append(path(body, ink.main) + circle(420, -520, 100, ink.deep) + ring(420, -520, 70, ink.gold, 9) + petals_round(420, -520, 12, 8, 50, 13, ink.paper))
    parts.append("".join(plants.hibiscus(x, -560, 44, ink.gold, ink.paper, ink.main, x) for x in (-60, 110)) + "".join(spiral(x, -562, 26, ink.paper, 6, 1.4) for x in (24, 200, -140)) + blossom(284, -410, 40, ink.paper, ink.main, 8) + crescent(-248, -470, 40, 290, ink.paper, 0.25))
    parts.append(line("M-222 -360V-290", ink.gold, 9) + rect(-10, -700, 46, 80, ink.gold, 6) + line("M-10 -680H36M-10 -660H36M-10 -640H36", ink.paper, 4) + line("M12 -700C-80 -760 -240 -740 -262 -610L-224 -340", ink.gold, 4))
    cloth = "M-190 -276C-300 -300 -420 -270 -560 -230C-640 -200 -650 -60 -620 60C-560 30 -520 70 -460 40C-440 -80 -420 -180 -330 -250Z"
    parts.append(path(cloth, ink.second) + "".join(blossom(x, y, r, ink.paper, ink.second, 6) for x, y, r in ((-540, -150, 40), (-560, -30, 34), (-460, -200, 30), (-500, -70, 22), (-380, -262, 18))))
    return "".join(parts)


def dough_figure(ink: Inks, rnd: Random) -> str:
    """Dough figures on sticks: a monkey king's staff, a rabbit, a flower, a rooster, set in a carved box."""
    parts = [rect(-420, -170, 840, 190, ink.deep, 10), fret(-380, -120, 780, 70, ink.paper, 8, 11), rect(-450, -196, 900, 34, ink.main, 10)]
    for x, h in ((-320, 470), (-110, 540), (120, 560), (330, 480)):
        parts.append(line(f"M{x} -180V-{h}", ink.gold, 13))
    rooster = path("M-90 0C-120 -60 -80 -120 -20 -120C0 -170 -10 -210 30 -230C70 -220 76 -180 60 -150C110 -120 100 -40 50 0Z", ink.main) + "".join(petal_tail(ink, turn) for turn in (-70, -48, -26)) + path("M20 -230C10 -260 30 -270 36 -250C44 -274 64 -264 58 -240Z", ink.gold) + circle(40, -194, 8, ink.paper) + path("M66 -196L98 -184L64 -174Z", ink.gold) + leaf(-30, -10, 90, 30, -30, ink.gold, ink.main)
    parts.append(placed(rooster, -320, -440))
    rabbit = ellipse(0, -60, 66, 70, ink.second) + circle(0, -150, 54, ink.paper) + "".join(placed(ellipse(0, -56, 18, 60, ink.paper) + sliver(0, -54, 80, 9, 0, ink.main), s * 24, -186, turn=s * 14) for s in (-1, 1)) + "".join(circle(s * 20, -154, 7, ink.deep) + blossom(s * 34, -132, 11, ink.bloom, ink.paper) for s in (-1, 1)) + line("M-10 -130Q0 -122 10 -130", ink.deep, 5) + blossom(0, -54, 34, ink.gold, ink.second, 6)
    parts.append(placed(rabbit, -110, -500))
    opera = path("M-80 0C-70 -90 -40 -110 0 -112C40 -110 70 -90 80 0Z", ink.main) + circle(0, -156, 52, ink.skin) + path("M-62 -168C-60 -240 60 -240 62 -168C30 -196 -30 -196 -62 -168Z", ink.gold) + "".join(line(f"M{s * 40} -216C{s * 110} -330 {s * 190} -300 {s * 200} -220", ink.second, 10) + circle(s * 20, -154, 6, ink.deep) for s in (-1, 1)) + "".join(circle(k * 24, -232, 12, ink.main) for k in (-2, -1, 0, 1, 2)) + line("M-12 -132Q0 -124 12 -132", ink.bloom, 6) + blossom(0, -50, 36, ink.gold, ink.main, 8)
    parts.append(placed(opera, 120, -530) + placed(plants.hibiscus(0, 0, 120, ink.bloom, ink.gold, ink.paper), 330, -530) + leaf(330, -400, 110, 36, 50, ink.leaf, ink.paper) + leaf(330, -380, 110, 36, -50, ink.leaf, ink.paper))
    for x, c in ((-560, ink.gold), (-500, ink.main), (500, ink.second), (570, ink.gold)):
        parts.append(ellipse(x, 8, 58, 38, c) + crescent(x, -4, 26, 0, ink.paper, 0.3))
    return "".join(parts)


def petal_tail(ink: Inks, turn: float) -> str:
    """One tail feather of the dough rooster."""
    return placed(path("M0 0C-26 -60 -20 -120 6 -150C24 -110 22 -50 0 0Z", ink.second) + sliver(0, -78, 90, 6, 0, ink.paper), -70, -50, turn=turn)


def sugar_painting(ink: Inks, rnd: Random) -> str:
    """A dragon poured of sugar on a marble slab, the ladle above it, a wheel of animals behind."""
    parts = [circle(0, -430, 300, ink.main), ring(0, -430, 280, ink.gold, 8), teeth_round(0, -430, 302, 52, 22, ink.main)]
    for i in range(12):
        x, y = polar(0, -430, 214, i * 30)
        parts.append(sliver(*polar(0, -430, 214, i * 30 + 15), 120, 4, i * 30 + 15, ink.gold) + blossom(x, y, 38, ink.paper, ink.main, 5 + i % 4))
    sugar, n = ink.gold, 64
    body = [(-300 + 600 * t / n, -400 + 110 * math.sin(t / n * 11) - 60 * t / n) for t in range(n + 1)]
    hx, hy = body[-1]
    d = "M" + "L".join(f"{x:.0f} {y:.0f}" for x, y in body)
    parts.append(line(d, ink.deep, 62) + line(d, sugar, 48))
    for k in range(3, n - 2, 3):
        x, y = body[k]
        parts.append(crescent(x, y, 15, 40 if k % 2 else -40, ink.deep, 0.3))
    head = path("M-60 20C-70 -60 0 -90 50 -70C70 -100 110 -100 120 -130C120 -80 110 -60 90 -50C150 -40 190 0 200 30C150 30 120 20 90 40C120 60 150 60 170 54C140 96 60 100 0 70C-30 66 -50 50 -60 20Z", sugar)
    head = f'<g stroke="{ink.deep}" stroke-width="7">{head}</g>' + circle(40, -16, 17, ink.deep) + circle(44, -20, 6, ink.paper) + spiral(150, -6, 17, ink.deep, 5, 1.3) + line("M90 -56C60 -130 0 -150 -30 -140M110 40C180 90 220 60 240 90", ink.deep, 10)
    parts.append(placed(head, hx + 10, hy + 6, scale=0.95))
    for k in range(2, n - 6):
        if k % 4 == 0:
            x, y = body[k]
            parts.insert(-1, path(f"M{x - 20:.0f} {y - 10:.0f}Q{x - 4:.0f} {y - 40:.0f} {x - 26:.0f} {y - 74:.0f}Q{x + 24:.0f} {y - 50:.0f} {x + 22:.0f} {y - 10:.0f}Z", ink.deep))
    for turn in (-150, -120, -92, -66):
        parts.append(placed(path("M0 0C-30 -40 -26 -90 6 -130C22 -90 26 -40 0 0Z", ink.deep) + sliver(0, -66, 70, 6, 0, sugar), hx - 20, hy + 4, turn=turn))
    for x, y, turn in ((-180, -300, 200), (40, -340, 170), (180, -420, 190)):
        parts.append(placed("".join(line(f"M0 0Q{k * 20} -30 {k * 34} -66", sugar, 14) for k in (-1, 0, 1)), x, y, turn=turn))
    parts.append(rect(-470, -120, 940, 130, ink.mid, 10) + rect(-500, -146, 1000, 40, ink.haze, 8) + line("M-500 -126C-300 -140 -180 -114 0 -130S340 -136 500 -120", ink.mid, 5) + fret(-430, -80, 880, 60, ink.paper, 7, 13))
    parts.append(line("M360 -210L620 -420", ink.deep, 20) + path("M250 -250C250 -170 370 -150 390 -226Z", ink.deep) + line("M270 -190C262 -176 262 -166 266 -152", ink.gold, 10))
    parts.append(path("M-640 -170H-480L-500 -60H-620Z", ink.deep) + ellipse(-560, -170, 80, 18, ink.gold) + things.steam(-560, -190, 90, ink.mid, 7))
    return "".join(parts)


def shu_embroidery(ink: Inks, rnd: Random) -> str:
    """An embroidery hoop on a stand: two carp among lotus, needles and skeins of silk beside it."""
    parts = [line("M-250 20L-150 -200M250 20L150 -200M-210 -60H210", ink.deep, 26), circle(0, -440, 346, ink.gold), circle(0, -440, 318, ink.paper), ring(0, -440, 332, ink.deep, 6), rect(-30, -812, 60, 40, ink.deep, 8)]
    for turn in (0, 180):
        fish = path("M-190 0C-150 -90 -20 -110 80 -50C100 -40 120 -24 140 0C120 24 100 40 80 50C-20 110 -150 90 -190 0Z", ink.main)
        fish += path("M130 0C170 -70 220 -90 250 -80C220 -40 220 40 250 80C220 90 170 70 130 0Z", ink.main) + "".join(sliver(196, k * 30, 80, 5, 90 + k * 24, ink.paper) for k in (-1, 0, 1))
        fish += "".join(crescent(-70 + c * 44 + (r % 2) * 22, -40 + r * 27, 17, 270, ink.paper, 0.25) for r in range(4) for c in range(4))
        fish += circle(-140, -16, 17, ink.paper) + circle(-142, -16, 8, ink.deep) + crescent(-104, 0, 44, 80, ink.paper, 0.18) + path("M-20 -84C0 -140 60 -150 90 -130C70 -100 60 -80 50 -66Z", ink.second) + path("M-40 84C-30 120 20 130 50 120C30 100 20 90 16 84Z", ink.second) + line("M-188 6C-220 20 -230 40 -226 60", ink.main, 6)
        parts.append(placed(placed(fish, 0, -128, turn=-12), 0, -440, turn=turn))
    parts.append(plants.hibiscus(0, -440, 92, ink.bloom, ink.gold, ink.paper) + "".join(leaf(*polar(0, -440, 90, t), 100, 30, t, ink.leaf, ink.paper) for t in (70, 110, 250, 290)))
    for i, (x, c) in enumerate(((-600, ink.main), (-500, ink.second), (500, ink.gold), (600, ink.main))):
        skein = path("M-46 0C-70 -80 -70 -150 -40 -200H40C70 -150 70 -80 46 0Z", c) + "".join(sliver(k, -100, 170, 4, k * 0.2, ink.paper) for k in (-28, -10, 10, 28)) + rect(-58, -126, 116, 34, ink.deep, 8)
        parts.append(placed(skein, x, 26, turn=(-6, 5, -5, 6)[i]))
    parts.append(line("M120 -300L330 -170", ink.deep, 7) + line("M330 -170C400 -120 380 -40 500 -80", ink.main, 5))
    return "".join(parts)


def pottery(ink: Inks, rnd: Random) -> str:
    """A jar on the wheel with a band of fish and waves, finished jars and bowls at both sides."""
    jar = path("M-110 -640C-90 -600 -90 -580 -130 -560C-260 -500 -300 -360 -230 -220C-200 -160 -160 -130 -150 -120H150C160 -130 200 -160 230 -220C300 -360 260 -500 130 -560C90 -580 90 -600 110 -640Z", ink.main)
    jar += ellipse(0, -640, 112, 24, ink.deep) + line("M-130 -556Q0 -520 130 -556M-236 -470Q0 -420 236 -470M-250 -290Q0 -240 250 -290", ink.paper, 8) + "".join(petals_round(x, -510, 6, 5, 26, 9, ink.paper) for x in (-120, -40, 40, 120))
    jar += plants.hibiscus(0, -366, 82, ink.paper, ink.gold, ink.main) + "".join(spiral(s * 150, -370, 50, ink.paper, 11, 1.7, 180, mirror=s > 0) for s in (-1, 1)) + teeth((170, -180), (-170, -180), 20, 44, ink.paper)
    wheel = ellipse(0, -112, 270, 42, ink.deep) + rect(-40, -100, 80, 100, ink.deep) + ellipse(0, 6, 330, 46, ink.mid) + fret(-250, -4, 510, 24, ink.deep, 5, 10)
    parts = [wheel, jar]
    for x, c, s in ((-520, ink.second, 0.62), (520, ink.gold, 0.56)):
        parts.append(placed(jar.replace(ink.main, c), x, 90, scale=s))
    for x, c in ((-350, ink.gold), (370, ink.second)):
        parts.append(path(f"M{x - 70} -80C{x - 66} -10 {x - 30} 20 {x - 24} 30H{x + 24}C{x + 30} 20 {x + 66} -10 {x + 70} -80Z", c) + ellipse(x, -80, 70, 13, ink.deep) + "".join(crescent(x + k, -36, 14, 180, ink.paper, 0.3) for k in (-34, 0, 34)))
    return "".join(parts)


def calligraphy(ink: Inks, rnd: Random) -> str:
    """The scholar's four treasures: brushes on their rack, inkstone, a scroll painted with bamboo and a moon."""
    parts = [rect(-300, -720, 440, 690, ink.paper) + rect(-320, -750, 480, 34, ink.deep, 12) + rect(-320, -40, 480, 34, ink.deep, 12) + f'<rect x="-276" y="-690" width="392" height="630" fill="none" stroke="{ink.main}" stroke-width="9"/>']
    parts.append(circle(10, -560, 84, ink.gold) + placed(plants.bamboo(ink, rnd, 520, 2), -110, -66, scale=0.98) + rect(50, -150, 50, 50, ink.main, 6) + blossom(75, -125, 19, ink.paper, ink.main, 4))
    parts.append(rect(250, -560, 420, 26, ink.deep, 8) + rect(270, -560, 24, 560, ink.deep) + rect(626, -560, 24, 560, ink.deep) + rect(230, -20, 460, 30, ink.deep, 8) + fret(310, -552, 310, 10, ink.paper, 3, 8))
    for i, x in enumerate((330, 400, 470, 540, 606)):
        h = (250, 300, 270, 330, 240)[i]
        parts.append(line(f"M{x} -534V-514", ink.deep, 4) + rect(x - 11, -514, 22, h - 90, (ink.main, ink.gold, ink.second)[i % 3], 8) + rect(x - 13, -514 + h - 110, 26, 18, ink.deep) + path(f"M{x - 15} {-514 + h - 92}H{x + 15}C{x + 24} {-514 + h - 40} {x + 6} {-514 + h - 20} {x} {-514 + h + 10}C{x - 6} {-514 + h - 20} {x - 24} {-514 + h - 40} {x - 15} {-514 + h - 92}Z", ink.deep) + sliver(x, -514 + h - 60, 50, 5, 0, ink.paper))
    parts.append(path("M320 -26C300 -90 330 -120 400 -120H540C600 -120 620 -80 600 -26Z", ink.deep) + ellipse(460, -76, 96, 24, ink.main) + crescent(460, -74, 60, 0, ink.paper, 0.12) + rect(566, -170, 44, 100, ink.gold, 6) + blossom(588, -120, 16, ink.deep, ink.gold))
    parts.append(path("M-640 30C-600 -20 -400 -20 -360 30Z", ink.second) + circle(-560, -18, 40, ink.second) + circle(-500, -66, 54, ink.second) + circle(-430, -18, 40, ink.second) + "".join(spiral(x, y, 24, ink.paper, 6, 1.3) for x, y in ((-560, -16), (-500, -60), (-432, -16))))
    return "".join(parts)


def wood_carving(ink: Inks, rnd: Random) -> str:
    """A carved window panel of a phoenix and peonies, chisels and mallet below."""
    parts = [rect(-330, -740, 660, 600, ink.deep, 8), rect(-296, -706, 592, 532, ink.main), lattice(-296, -706, 592, 532, ink.deep, 10, "step"), circle(0, -440, 216, ink.gold), ring(0, -440, 196, ink.deep, 8), teeth_round(0, -440, 216, 44, 18, ink.gold)]
    bird = path("M-20 60C-90 40 -110 -40 -60 -90C-50 -130 -20 -150 10 -140C30 -130 34 -110 20 -96C60 -60 60 20 -20 60Z", ink.main) + circle(4, -118, 7, ink.paper) + path("M26 -124L60 -118L22 -104Z", ink.deep) + "".join(line(f"M-6 -140C{-20 + k * 16} -180 {-10 + k * 26} -190 {k * 30} -186", ink.main, 8) for k in (-1, 0, 1))
    bird += "".join(placed(leaf(0, 0, 190, 28, t, ink.deep if i % 2 else ink.main, ink.gold), -30, 44) for i, t in enumerate((128, 150, 172, 196, 218))) + leaf(-40, 10, 130, 42, -60, ink.deep, ink.gold) + leaf(-20, 20, 120, 36, 62, ink.deep, ink.gold)
    parts.append(placed(bird, 10, -480, scale=1.0) + plants.hibiscus(-210, -620, 76, ink.gold, ink.main, ink.deep) + plants.hibiscus(210, -620, 76, ink.gold, ink.main, ink.deep) + plants.hibiscus(-210, -262, 76, ink.gold, ink.main, ink.deep) + plants.hibiscus(210, -262, 76, ink.gold, ink.main, ink.deep))
    for i in range(5):
        x = -600 + i * 46
        parts.append(rect(x - 15, -200 - i % 2 * 30, 30, 120, (ink.main, ink.second)[i % 2], 12) + path(f"M{x - 12} {-80 - i % 2 * 30}L{x - 15} 30H{x + 15}L{x + 12} {-80 - i % 2 * 30}Z", ink.deep) + line(f"M{x - 13} {-170 - i % 2 * 30}H{x + 13}", ink.paper, 4))
    parts.append(placed(rect(-18, -20, 36, 230, ink.gold, 10) + rect(-90, -120, 180, 110, ink.second, 16) + ring(0, -66, 34, ink.paper, 6), 510, -110, turn=24))
    for _ in range(16):
        parts.append(spiral(rnd.uniform(-320, 460), rnd.uniform(-10, 40), rnd.uniform(13, 24), ink.gold, 6, 1.2, rnd.uniform(0, 360)))
    return "".join(parts) + rect(-380, -146, 760, 30, ink.deep, 8)


def paper_cutting(ink: Inks, rnd: Random) -> str:
    """A round window flower being cut, the scissors open beside it, folded paper and scraps."""
    parts = [circle(0, -430, 350, ink.paper), circle(0, -430, 320, ink.main), teeth_round(0, -430, 318, 64, 26, ink.main), ring(0, -430, 296, ink.paper, 6)]
    for i in range(8):
        x, y = polar(0, -430, 218, i * 45)
        parts.append(blossom(x, y, 62, ink.paper, ink.main, 6) + crescent(*polar(0, -430, 262, i * 45 + 22.5), 34, i * 45 + 22.5, ink.paper, 0.3) + sliver(*polar(0, -430, 196, i * 45 + 22.5), 90, 12, i * 45 + 22.5, ink.paper))
    parts.append(circle(0, -430, 138, ink.paper) + plants.hibiscus(0, -430, 132, ink.main, ink.gold, ink.paper))
    half = path("M0 -40C-40 -170 -20 -360 30 -470C60 -330 50 -160 22 -30Z", ink.deep) + sliver(16, -250, 250, 7, 3, ink.paper) + ring(44, 74, 62, ink.second, 25)
    parts.append(placed("".join(placed(half, 0, 0, turn=s * 20, flip=s > 0) for s in (-1, 1)) + circle(0, -58, 17, ink.gold), 490, -150, turn=-24, scale=1.05))
    parts.append(placed(path("M-150 0L0 -250L150 0Z", ink.second) + "".join(crescent(x, -40, 26, 0, ink.paper, 0.3) for x in (-70, 0, 70)) + blossom(0, -118, 34, ink.paper, ink.second, 6) + teeth((150, 0), (-150, 0), 14, -22, ink.paper), -510, 20))
    for _ in range(14):
        parts.append(crescent(rnd.uniform(-360, 420), rnd.uniform(-20, 44), rnd.uniform(12, 22), rnd.uniform(0, 360), ink.main, 0.4))
    return "".join(parts)


def cloth_shoes(ink: Inks, rnd: Random) -> str:
    """A pair of stitched cloth shoes with tiger faces, soles in layers, needle and thread."""
    shoe = path("M-230 -40C-250 -170 -130 -220 -20 -190C60 -170 150 -220 210 -210C260 -150 250 -70 230 -30H-220Z", ink.main) + path("M-20 -190C60 -170 150 -220 210 -210C160 -170 60 -140 -20 -190Z", ink.deep)
    shoe += path("M-236 -44H236V0C160 14 -160 14 -236 0Z", ink.paper) + "".join(line(f"M{-220 + i * 22} {-30 + (i % 2) * 12}v10", ink.mid, 5) for i in range(21)) + line("M-236 -44H236V0C160 14 -160 14 -236 0Z", ink.deep, 6)
    shoe += plants.hibiscus(-120, -116, 62, ink.gold, ink.paper, ink.main) + "".join(sliver(x, -100, 60, 8, 20, ink.paper) for x in (0, 40, 80)) + spiral(160, -120, 34, ink.paper, 8, 1.5) + teeth((220, -54), (-220, -54), 26, 15, ink.gold)
    parts = [placed(shoe, 130, -330, scale=1.15, turn=-8, flip=True), placed(shoe, -60, -10, scale=1.5)]
    sole = path("M-70 0C-100 -120 -70 -190 -60 -280C-50 -400 60 -400 74 -280C84 -180 100 -110 70 0C50 60 -50 60 -70 0Z", ink.paper)
    sole += line("M-70 0C-100 -120 -70 -190 -60 -280C-50 -400 60 -400 74 -280C84 -180 100 -110 70 0C50 60 -50 60 -70 0Z", ink.second, 14) + "".join(circle(-50 + c * 25 + (r % 2) * 12, -300 + r * 30, 4.6, ink.second) for r in range(12) for c in range(5) if abs(-50 + c * 25 + (r % 2) * 12) < 66)
    parts.append(placed(sole, 540, -90, turn=16) + line("M470 -240L380 -400M380 -400C330 -520 480 -600 560 -540", ink.deep, 7))
    spool = rect(-60, -140, 120, 24, ink.deep, 8) + rect(-60, -24, 120, 24, ink.deep, 8) + rect(-42, -116, 84, 92, ink.main) + "".join(line(f"M-42 {-104 + i * 19}L42 {-96 + i * 19}", ink.paper, 4) for i in range(5))
    return "".join(parts) + placed(spool, -560, 20)


def clock_repair(ink: Inks, rnd: Random) -> str:
    """A wall clock opened to its wheels, small cogs, tweezers and a loupe."""
    parts = [rect(-220, -720, 440, 720, ink.deep, 30), circle(0, -470, 196, ink.paper), ring(0, -470, 190, ink.gold, 15)]
    for i in range(12):
        parts.append(sliver(*polar(0, -470, 150, i * 30), 38, 9, i * 30, ink.main))
    for x, y, r, c, count in ((-46, -500, 74, ink.main, 20), (62, -436, 56, ink.second, 16), (-36, -392, 42, ink.gold, 13)):
        parts.append(teeth_round(x, y, r - 2, count, 15, c) + circle(x, y, r, c) + petals_round(x, y, r * 0.24, 6, r * 0.56, r * 0.2, ink.paper) + circle(x, y, r * 0.13, ink.paper))
    parts.append(line("M0 -470L-50 -580M0 -470L100 -500", ink.deep, 13) + circle(0, -470, 17, ink.deep) + rect(-160, -236, 320, 206, ink.haze, 14) + line("M0 -236V-130", ink.gold, 12) + circle(0, -110, 54, ink.gold) + blossom(0, -110, 40, ink.paper, ink.gold, 8) + fret(-140, -60, 290, 24, ink.main, 5, 6))
    parts.append(path("M-250 -720C-200 -800 -60 -780 0 -850C60 -780 200 -800 250 -720Z", ink.main) + blossom(0, -770, 40, ink.paper, ink.main, 6) + "".join(spiral(s * 120, -744, 26, ink.paper, 7, 1.4, mirror=s > 0) for s in (-1, 1)))
    for x, y, r, c in ((-520, -60, 110, ink.main), (-400, 0, 58, ink.gold), (480, -30, 84, ink.second), (610, 6, 52, ink.main)):
        parts.append(teeth_round(x, y, r - 2, int(r / 3.6), 19, c) + circle(x, y, r, c) + petals_round(x, y, r * 0.3, 6, r * 0.52, r * 0.18, ink.paper) + circle(x, y, r * 0.16, ink.paper))
    parts.append(ring(430, -330, 90, ink.deep, 22) + circle(430, -330, 80, ink.tint) + crescent(430, -346, 52, -20, ink.mid, 0.2) + line("M500 -262L590 -160", ink.gold, 28) + line("M-400 -420L-560 -240M-388 -408L-600 -300", ink.deep, 13))
    return "".join(parts)


def brocade_loom(ink: Inks, rnd: Random) -> str:
    """A Shu brocade loom: posts, warp threads, a band of patterned cloth."""
    parts = [rect(-560, -700, 40, 700, ink.deep), rect(520, -700, 40, 700, ink.deep), rect(-590, -720, 1180, 44, ink.deep, 8), rect(-560, -130, 1120, 40, ink.deep), fret(-540, -710, 1090, 22, ink.gold, 4, 22)]
    for i in range(41):
        x = -480 + i * 24
        parts.append(line(f"M{x} -676L{x * 0.96:.0f} -330", (ink.main, ink.gold, ink.second)[i % 3], 4))
    parts.append(rect(-500, -560, 1000, 26, ink.gold, 8) + rect(-500, -480, 1000, 26, ink.gold, 8) + rect(-490, -340, 980, 240, ink.main))
    for row in range(3):
        for column in range(9):
            x, y = -424 + column * 106, -300 + row * 80
            parts.append(plants.hibiscus(x, y, 36, ink.gold, ink.paper, ink.main) if (row + column) % 2 else coin(x, y, 27, ink.paper, ink.main))
    parts.append(teeth((490, -340), (-490, -340), 48, 17, ink.paper) + path("M-520 -100C-560 0 -500 40 -420 20H420C500 40 560 0 520 -100Z", ink.second) + fret(-440, -70, 890, 56, ink.paper, 7, 13))
    parts.append(placed(path("M-150 0C-90 -34 90 -34 150 0C90 34 -90 34 -150 0Z", ink.deep) + rect(-56, -13, 112, 26, ink.gold, 8), 170, -400, turn=-6))
    return "".join(parts)


def appliance_repair(ink: Inks, rnd: Random) -> str:
    """An opened radio, a standing fan, screwdrivers and a coil of wire."""
    parts = [rect(-420, -380, 600, 380, ink.main, 34), rect(-390, -350, 540, 320, ink.deep, 20), circle(-250, -190, 128, ink.gold), circle(-250, -190, 112, ink.deep)]
    parts.append("".join(ring(-250, -190, r, ink.gold, 7) for r in (92, 70, 48)) + blossom(-250, -190, 36, ink.paper, ink.main, 8) + rect(-80, -320, 210, 90, ink.haze, 8) + "".join(line(f"M{-60 + i * 24} -300v{40 if i % 3 else 60}", ink.deep, 5) for i in range(8)) + line("M10 -318V-234", ink.main, 8))
    for x, c in ((-30, ink.second), (80, ink.gold)):
        parts.append(teeth_round(x, -130, 50, 18, 11, c) + circle(x, -130, 52, c) + petals_round(x, -130, 12, 6, 34, 10, ink.paper))
    parts.append(line("M-300 -380C-300 -470 60 -470 60 -380M130 -380L300 -760", ink.deep, 13) + circle(302, -764, 15, ink.main) + fret(-380, -40, 520, 20, ink.main, 4, 11))
    fan = rect(-14, -330, 28, 330, ink.deep) + path("M-140 0C-120 -50 120 -50 140 0Z", ink.second) + ring(0, -470, 182, ink.deep, 13) + "".join(placed(path("M0 0C-70 -30 -90 -130 -20 -164C50 -160 60 -60 0 0Z", ink.main) + crescent(-20, -120, 34, 10, ink.paper, 0.2), 0, -470, turn=i * 90) for i in range(4))
    fan += "".join(line(f"M0 -470L{polar(0, -470, 178, i * 30)[0]:.0f} {polar(0, -470, 178, i * 30)[1]:.0f}", ink.deep, 3) for i in range(12)) + circle(0, -470, 40, ink.gold) + blossom(0, -470, 30, ink.paper, ink.gold, 6)
    parts.append(placed(fan, 480, 20))
    for x, c, turn in ((-620, ink.second, -16), (-540, ink.gold, 8)):
        parts.append(placed(rect(-20, -230, 40, 120, c, 16) + rect(-6, -110, 12, 120, ink.deep) + path("M-12 0H12L6 30H-6Z", ink.deep) + line("M-8 -214V-126M8 -214V-126", ink.paper, 4), x, 0, turn=turn))
    parts.append("".join(ring(260, 4, r, ink.gold, 9) for r in (60, 44, 28)))
    return "".join(parts)


def palm_weaving(ink: Inks, rnd: Random) -> str:
    """A palm-leaf handbag and slippers beside a fan palm."""
    parts = []
    for i in range(13):
        turn = -84 + i * 14
        parts.append(placed(leaf(0, 0, 470, 36, 0, ink.leaf, ink.paper), 330, -160, turn=turn))
    parts.append(line("M330 20V-180", ink.leaf, 24) + line("M-330 -300C-330 -640 110 -640 110 -300", ink.deep, 24) + line("M-330 -300C-330 -640 110 -640 110 -300", ink.gold, 9))
    parts.append(path("M-390 -330H170L120 -20C110 10 -330 10 -340 -20Z", ink.gold))
    for row in range(9):
        for column in range(13):
            x, y = -350 + column * 40 + (row % 2) * 18, -290 + row * 33
            if -370 + row * 5 < x < 140 - row * 5:
                parts.append(sliver(x, y, 36, 9, 45 if (row + column) % 2 else -45, ink.deep if row in (3, 4, 5) else ink.paper))
    parts.append(rect(-404, -346, 588, 30, ink.deep, 12) + plants.hibiscus(-110, -180, 84, ink.bloom, ink.paper, ink.deep))
    for x in (-600, 560):
        slipper = path("M-130 0C-150 -60 -60 -90 20 -80C90 -70 150 -40 140 0Z", ink.gold) + path("M-140 -8H146V24C60 40 -80 40 -140 24Z", ink.deep) + path("M-110 -30C-90 -120 20 -130 60 -60C30 -30 -40 -20 -110 -30Z", ink.main) + blossom(-24, -70, 32, ink.paper, ink.main, 6)
        parts.append(placed(slipper, x, 10, flip=x > 0))
    return "".join(parts)


def woven_porcelain(ink: Inks, rnd: Random) -> str:
    """A tea set clad in fine woven bamboo, splints and a tiny knife."""
    parts = []
    for x, s, c in ((0, 1.3, ink.main), (-470, 0.8, ink.second), (480, 0.8, ink.gold)):
        cup = path("M-170 -360C-160 -120 -120 -30 -80 0H80C120 -30 160 -120 170 -360Z", c) + ellipse(0, -360, 172, 32, ink.paper) + ellipse(0, -360, 150, 22, ink.deep)
        for row in range(9):
            y = -310 + row * 32
            reach = 160 - max(0, row - 2) * 10
            for column in range(12):
                px = -reach + 2 * reach * (column + 0.5) / 12
                if (row + column) % 2:
                    cup += sliver(px, y, 30, reach / 15, 0 if row % 2 else 90, ink.paper)
        cup += path("M-60 -250H60L90 -160L0 -80L-90 -160Z", c) + blossom(0, -168, 66, ink.paper, c, 8)
        parts.append(placed(cup, x, 10, scale=s))
    parts.append("".join(line(f"M{-330 + i * 14} 40C{-300 + i * 14} -100 {-330 + i * 18} -260 {-280 + i * 24} -420", ink.leaf if i % 2 else ink.gold, 4) for i in range(9)) + things.steam(0, -480, 200, ink.mid, 13))
    return "".join(parts) + placed(path("M0 0H130C136 -26 124 -44 110 -46H0Z", ink.deep) + rect(-90, -44, 94, 30, ink.main, 12), 240, 20, turn=-8)


def lantern_making(ink: Inks, rnd: Random) -> str:
    """Lanterns in all states: a bare bamboo frame, one half papered, one done and lit."""
    frame = "".join(f'<ellipse cx="0" cy="-230" rx="{r}" ry="190" fill="none" stroke="{ink.deep}" stroke-width="8"/>' for r in (190, 130, 60)) + "".join(line(f"M{-x} {y}H{x}", ink.deep, 7) for x, y in ((110, -390), (174, -310), (190, -230), (174, -150), (110, -70))) + rect(-80, -440, 160, 26, ink.gold, 6) + rect(-80, -46, 160, 26, ink.gold, 6)
    half = path("M0 -420C110 -420 190 -330 190 -230C190 -130 110 -40 0 -40Z", ink.main) + crescent(90, -300, 40, 60, ink.paper, 0.25) + crescent(90, -160, 40, 120, ink.paper, 0.25) + blossom(80, -230, 40, ink.paper, ink.main, 6)
    parts = [placed(frame, -480, 10), placed(frame + half, 480, 10), placed(things.lantern(ink, 250), 0, -640)]
    fish = path("M-110 0C-80 -60 10 -70 70 -20C100 -40 130 -60 160 -60C140 -20 140 20 160 60C130 60 100 40 70 20C10 70 -80 60 -110 0Z", ink.second) + circle(-70, -10, 9, ink.paper) + "".join(crescent(-20 + k * 30, 0, 24, 270, ink.paper, 0.25) for k in range(3))
    return "".join(parts) + placed(fish, -330, -620, turn=-8) + placed(fish, 340, -640, turn=6, flip=True) + line("M-330 -670V-760M340 -690V-760", ink.deep, 5)
