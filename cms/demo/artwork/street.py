"""Motifs of street and square: gate, lanterns, bridge, stage, stalls, old flats, train, mask, map."""

from random import Random

from cms.demo.artwork import figures, plants, things
from cms.demo.artwork.figures import Person
from cms.demo.artwork.inks import Inks
from cms.demo.artwork.scenery import cloud, roof, water
from cms.demo.artwork.shapes import (
    blossom,
    circle,
    coin,
    crescent,
    fret,
    lattice,
    line,
    path,
    petals_round,
    placed,
    rect,
    ring,
    sliver,
    spiral,
    teeth,
    teeth_round,
)


def gate(ink: Inks, rnd: Random) -> str:
    """A courtyard gate with two roofs, carved doors, lanterns and stone drums."""
    parts = [rect(-330, -40, 660, 40, ink.deep, 4), rect(-290, -70, 580, 34, ink.mid, 4)]
    for s in (-1, 1):
        parts.append(rect(s * 400 - 130, -400, 260, 400, ink.mid))
        parts.append(lattice(s * 400 - 78, -330, 156, 200, ink.paper, 9, "ice") + ring(s * 400, -230, 112, ink.paper, 9))
        parts.append(roof(s * 400, -400, 330, 92, ink.deep, ink.paper))
    parts.append(rect(-270, -520, 540, 460, ink.main))
    for s in (-1, 1):
        x = -210 if s < 0 else 8
        parts.append(rect(x, -450, 202, 384, ink.deep, 4))
        parts.append(rect(x + 16, -434, 170, 150, ink.main) + lattice(x + 16, -434, 170, 150, ink.paper, 7, "step"))
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
        parts.append(circle(s * 316, -64, 62, ink.deep) + ring(s * 316, -64, 44, ink.paper, 5) + blossom(s * 316, -64, 34, ink.paper, ink.deep, 8))
        parts.append(rect(s * 316 - 62, -22, 124, 24, ink.deep, 4))
    return "".join(parts)


def lantern(ink: Inks, rnd: Random) -> str:
    """Three great lanterns on a bough of plum."""
    parts = [line("M-560 -690C-360 -780 -160 -720 20 -760S420 -800 580 -720", ink.deep, 24), line("M-240 -738C-200 -690 -190 -660 -220 -610", ink.deep, 13), line("M300 -776C350 -740 390 -700 380 -640", ink.deep, 13)]
    parts.append(placed(things.lantern(ink, 190), 0, -752))
    parts.append(placed(things.lantern(ink, 128, ink.second), -360, -728) + placed(things.lantern(ink, 118, ink.second), 350, -782))
    for x, y, r in ((-500, -722, 40), (-160, -730, 34), (-225, -600, 36), (170, -790, 42), (380, -630, 34), (520, -750, 40), (-60, -762, 28), (250, -752, 28), (-420, -752, 26)):
        parts.append(blossom(x, y, r, ink.main, ink.paper, 5, rnd.uniform(0, 60)))
    for x, child in ((-180, Person("child", coat="gold")), (190, Person("bob", coat="second"))):
        parts.append(placed(figures.standing(ink, child, height=250, left=(-72, 230)), x, 0, flip=x < 0))
        hand = (x + (72 if x < 0 else -72) * 0.59, -232 * 0.59)
        parts.append(line(f"M{hand[0]:.0f} {hand[1]:.0f}l{36 if x < 0 else -36} -40", ink.deep, 6) + placed(things.lantern(ink, 34), hand[0] + (36 if x < 0 else -36), hand[1] - 44))
    return "".join(parts)


def bridge(ink: Inks, rnd: Random) -> str:
    """A covered bridge of three arches over scaled water."""
    parts = []
    d = "M-640 -40V-250H640V-40H520A110 110 0 0 0 300 -40H150A150 150 0 0 0 -150 -40H-300A110 110 0 0 0 -520 -40Z"
    parts.append(path(d, ink.mid))
    for x, r in ((-410, 128), (0, 170), (410, 128)):
        parts.append(f'<path d="M{x - r} -40A{r} {r} 0 0 1 {x + r} -40" fill="none" stroke="{ink.paper}" stroke-width="7"/>')
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
    parts.append(rect(-130, -640, 260, 72, ink.main) + lattice(-122, -634, 244, 60, ink.paper, 6, "diamond") + roof(0, -640, 400, 100, ink.deep, ink.paper))
    for x in (-480, -320, 320, 480):
        parts.append(placed(things.lantern(ink, 28), x, -432))
    for x, person, flip in ((-60, Person("short", coat="second"), True), (66, Person("bun", ("bun",), coat="gold"), False)):
        parts.append(placed(figures.standing(ink, person, height=170, left=(-50, 200)), x, -284, flip=flip))
    parts.append(placed(water(1700, -52, 130, ink.main, ink.paper, 74), -850, 0))
    boat = path("M-150 0C-110 44 110 44 160 -8C110 6 -90 10 -150 0Z", ink.deep) + path("M-50 0C-40 -66 50 -66 62 -4Z", ink.gold) + lattice(-36, -44, 84, 40, ink.deep, 4, "grid")
    parts.append(placed(boat, 300, 52))
    return "".join(parts)


def stage(ink: Inks, rnd: Random) -> str:
    """An opera stage with drawn curtains and three performers, heads of the audience before it."""
    parts = [rect(-520, -140, 1040, 140, ink.deep, 4) + fret(-490, -104, 1000, 56, ink.paper, 8, 15)]
    parts.append(rect(-470, -560, 940, 420, ink.haze))
    parts.append(circle(0, -360, 160, ink.gold) + teeth_round(0, -360, 162, 40, 26, ink.gold) + petals_round(0, -360, 96, 24, 48, 12, ink.paper))
    for s in (-1, 1):
        d = f"M{s * 470} -560H{s * 150}C{s * 170} -440 {s * 290} -380 {s * 380} -330C{s * 350} -260 {s * 360} -200 {s * 380} -140H{s * 470}Z"
        parts.append(path(d, ink.main))
        for i in range(5):
            parts.append(sliver(s * (230 + i * 52), -480 + i * 26, 130, 8, s * (-46 + i * 9), ink.paper))
        parts.append(sliver(s * 420, -230, 150, 8, 0, ink.paper) + sliver(s * 446, -260, 150, 6, 0, ink.paper))
        parts.append(rect(s * 380 - 46, -346, 92, 22, ink.gold, 8))
        parts.append(rect(s * 492 - 30, -570, 60, 430, ink.deep) + "".join(blossom(s * 492, -520 + i * 82, 20, ink.gold, ink.deep, 6) for i in range(5)))
    cast = ((-170, Person("bun", ("bun", "pin"), coat="second"), (-120, 300), False), (10, Person("short", coat="deep"), (-104, 360), False), (190, Person("long", ("pin",), coat="main"), (-110, 290), True))
    for i, (x, person, hand, flip) in enumerate(cast):
        parts.append(placed(figures.standing(ink, person, height=330, left=hand, right=(74, 190), pattern=i), x, -142, flip=flip))
    parts.append(rect(-540, -592, 1080, 52, ink.main, 6) + fret(-516, -582, 1050, 30, ink.paper, 5, 24))
    parts.append(roof(0, -590, 1240, 190, ink.deep, ink.paper))
    for x in (-400, -200, 0, 200, 400):
        parts.append(placed(things.lantern(ink, 34), x, -548))
    for i in range(9):
        x = -480 + i * 120 + rnd.uniform(-14, 14)
        c = (ink.mid, ink.second, ink.gold)[i % 3]
        parts.append(path(f"M{x - 66:.0f} 120C{x - 60:.0f} 40 {x + 60:.0f} 40 {x + 66:.0f} 120Z", c) + circle(x, 6, 38, ink.skin))
        parts.append(path(f"M{x - 40:.0f} 20C{x - 52:.0f} -52 {x + 52:.0f} -52 {x + 40:.0f} 20C{x + 20:.0f} 34 {x - 20:.0f} 34 {x - 40:.0f} 20Z", ink.main))
        parts.append(crescent(x, -8, 22, 0, ink.paper, 0.2) + blossom(x, 88, 20, ink.paper, c))
    return "".join(parts)


def stalls(ink: Inks, rnd: Random) -> str:
    """A row of festival stalls with striped awnings, goods, sellers and bunting."""
    parts = []
    for i, (x, c) in enumerate(((-400, ink.main), (0, ink.second), (400, ink.main))):
        sellers = (Person("short", ("cap",), coat="second"), Person("bun", ("bun", "bandana"), coat="gold"), Person("bob", coat="deep"))
        stall = [rect(-172, -480, 16, 480, ink.deep), rect(156, -480, 16, 480, ink.deep)]
        stall.append(placed(figures.standing(ink, sellers[i], height=400, left=(-96, 270), pattern=i), 6, -8))
        stall.append(things.cloth_table(ink, 344, 186, c))
        if i == 0:
            for k in range(5):
                stall.append(placed(things.basket(ink, 66, 44), -134 + k * 67, -200) + circle(-134 + k * 67, -258, 22, (ink.main, ink.gold)[k % 2]) + circle(-112 + k * 67 - 40, -252, 19, ink.second))
        elif i == 1:
            for k in (-96, 2, 100):
                stall.append(placed(things.gaiwan(ink, ink.main), k, -200, scale=0.22) + things.steam(k, -290, 60, ink.mid, 5))
        else:
            for k in (-120, -58, 64, 124):
                stall.append(placed(things.lantern(ink, 26, ink.second), k, -476))
            stall.append(placed(things.basket(ink, 120, 74), -66, -200) + placed(plants.hibiscus(0, 0, 46, ink.main, ink.gold, ink.paper), -90, -290) + placed(plants.hibiscus(0, 0, 38, ink.gold, ink.main, ink.paper), -36, -282))
            stall.append(plants.cabbage(84, -200, 0.56, ink.second, ink.paper))
        stall.append(placed(things.awning(ink, 420, 92, c, ink.gold if i == 1 else ink.haze), 0, -560))
        parts.append(placed("".join(stall), x, 0))
    parts.append(things.bunting(-620, -690, 620, -690, 34, (ink.main, ink.second, ink.gold), ink.paper))
    parts.append(placed(figures.standing(ink, Person("child", coat="gold"), height=240, right=(80, 260), pattern=1), -206, 34, flip=True))
    parts.append(placed(figures.standing(ink, Person("bun", ("bun",), old=True, coat="deep"), height=340, left=(-86, 230), pattern=0), 206, 34))
    return "".join(parts)


def flats(ink: Inks, rnd: Random) -> str:
    """An old block of flats with flower balconies, laundry and one lit window on each floor."""
    parts = [rect(-420, -640, 840, 640, ink.mid), rect(-440, -672, 880, 40, ink.deep, 4), rect(-90, -640, 180, 640, ink.main)]
    for floor in range(5):
        y = -600 + floor * 122
        for column, x in enumerate((-380, -240, 120, 260)):
            lit = (floor + column) % 3 == 0
            parts.append(rect(x, y, 120, 84, ink.gold if lit else ink.deep, 4) + lattice(x, y, 120, 84, ink.paper, 5, ("step", "grid", "diamond")[(floor + column) % 3]))
            parts.append(rect(x - 10, y + 84, 140, 14, ink.deep, 3))
            if (floor * 2 + column) % 3 != 1:
                parts.append("".join(blossom(x + 20 + k * 40, y + 78, 17, (ink.main, ink.gold, ink.main)[k], ink.paper) for k in range(3)))
        if floor < 4:
            parts.append(rect(-52, y + 14, 104, 56, ink.haze, 4) + lattice(-52, y + 14, 104, 56, ink.main, 5, "grid"))
    parts.append(rect(-60, -130, 120, 130, ink.deep) + lattice(-52, -122, 104, 122, ink.paper, 5, "step"))
    parts.append(roof(0, -140, 250, 62, ink.deep, ink.paper))
    parts.append(line("M-420 -300C-520 -280 -580 -290 -650 -310M420 -300C520 -280 580 -290 650 -310", ink.deep, 5))
    for i, x in enumerate((-480, -560, 480, 560)):
        c = (ink.main, ink.second, ink.gold, ink.main)[i]
        parts.append(path(f"M{x - 34} -296H{x + 34}L{x + 30} -190H{x - 30}Z", c) + blossom(x, -244, 22, ink.paper, c))
    parts.append(placed(plants.tree(ink, rnd, 360), -560, 10) + placed(plants.tree(ink, rnd, 300), 570, 10))
    for x, person, flip in ((-250, Person("bun", ("bun",), old=True, coat="second"), True), (-120, Person("short", old=True, coat="deep"), False), (240, Person("bob", coat="main"), True)):
        parts.append(placed(figures.standing(ink, person, height=270, left=(-84, 220)), x, 26, flip=flip))
    return "".join(parts)


def train(ink: Inks, rnd: Random) -> str:
    """A goods train on an embankment, flower-cut wagons, a child waving."""
    parts = [rect(-760, -60, 1520, 26, ink.deep)]
    for i in range(26):
        parts.append(rect(-750 + i * 60, -36, 36, 22, ink.deep, 3))
    loco = path("M-640 -90V-250C-640 -330 -560 -360 -480 -360H-300V-90Z", ink.main) + path("M-600 -250C-596 -310 -540 -320 -500 -320V-230H-600Z", ink.haze)
    loco += rect(-640, -180, 340, 16, ink.gold) + blossom(-390, -250, 46, ink.paper, ink.main, 8) + circle(-618, -130, 17, ink.gold) + teeth((-300, -100), (-640, -100), 16, 16, ink.paper)
    parts.append(loco)
    for k, (x, c) in enumerate(((-280, ink.second), (60, ink.main), (400, ink.second))):
        parts.append(rect(x, -330, 320, 240, c, 6))
        for i in range(9):
            parts.append(sliver(x + 24 + i * 34, -210, 190, 4, 0, ink.paper))
        parts.append(circle(x + 160, -210, 80, c) + plants.hibiscus(x + 160, -210, 76, ink.paper, c, c, k * 20))
        parts.append(rect(x - 20, -120, 24, 14, ink.deep))
    for x in (-590, -520, -430, -350, -230, -160, -20, 40, 110, 180, 320, 380, 450, 520, 640, 690):
        parts.append(circle(x, -82, 33, ink.deep) + ring(x, -82, 19, ink.paper, 5) + circle(x, -82, 7, ink.paper))
    parts.append(placed(cloud(0, 0, 0.6, ink.mid, ink.paper), -360, -420))
    parts.append(placed(figures.standing(ink, Person("child", coat="gold"), height=250, left=(-80, 350)), 240, 92) + placed(figures.standing(ink, Person("bun", ("bun",), coat="main"), height=360, left=(-76, 330)), 370, 96))
    return placed("".join(parts), 0, 20, scale=1.15)


def opera_mask(ink: Inks, rnd: Random) -> str:
    """A Sichuan opera face with flags, plumes and beads, on a fan."""
    parts = []
    for i in range(15):
        turn = -98 + i * 14
        parts.append(placed(path("M-22 -120L-62 -560Q0 -610 62 -560L22 -120Z", (ink.gold, ink.mid)[i % 2]) + sliver(0, -360, 300, 10, 0, ink.paper) + blossom(0, -520, 32, ink.paper, (ink.gold, ink.mid)[i % 2], 6), 0, -180, turn=turn))
    face = "M-210 -560C-240 -380 -220 -180 -130 -70C-70 0 70 0 130 -70C220 -180 240 -380 210 -560C130 -650 -130 -650 -210 -560Z"
    parts.append(f'<path d="{face}" fill="{ink.main}" stroke="{ink.paper}" stroke-width="10"/>')
    parts.append(path("M0 -600C-60 -520 -40 -440 -24 -380C-60 -330 -60 -250 -70 -230C-50 -200 50 -200 70 -230C60 -250 60 -330 24 -380C40 -440 60 -520 0 -600Z", ink.paper))
    parts.append(path("M0 -570C-26 -520 -16 -470 0 -420C16 -470 26 -520 0 -570Z", ink.main) + blossom(0, -496, 26, ink.gold, ink.main, 6))
    for s in (-1, 1):
        parts.append(path(f"M{s * 40} -420C{s * 80} -520 {s * 170} -540 {s * 200} -500C{s * 170} -480 {s * 140} -430 {s * 60} -400Z", ink.deep))
        parts.append(path(f"M{s * 36} -360C{s * 70} -430 {s * 150} -420 {s * 190} -380C{s * 180} -310 {s * 110} -280 {s * 60} -310Z", ink.paper))
        parts.append(path(f"M{s * 52} -352C{s * 84} -392 {s * 138} -388 {s * 164} -362C{s * 140} -326 {s * 90} -322 {s * 52} -352Z", ink.deep) + circle(s * 106, -360, 15, ink.paper) + circle(s * 106, -360, 7, ink.deep))
        parts.append(spiral(s * 140, -210, 52, ink.paper, 13, 1.6, 180, mirror=s > 0) + spiral(s * 150, -470, 24, ink.paper, 6, 1.2, 90, mirror=s < 0))
        parts += [crescent(s * (96 + i * 22), -110 - i * 34, 26, s * (110 - i * 12), ink.paper, 0.35) for i in range(3)]
        parts.append(teeth_round(s * 106, -360, 92, 12, 20, ink.paper, 200 if s < 0 else 40, 120))
    parts.append(path("M-34 -236C-40 -262 -20 -280 0 -280C20 -280 40 -262 34 -236C20 -224 -20 -224 -34 -236Z", ink.main))
    parts.append(path("M-96 -148C-50 -176 -20 -166 0 -154C20 -166 50 -176 96 -148C60 -104 -60 -104 -96 -148Z", ink.deep) + path("M-62 -146C-20 -132 20 -132 62 -146C30 -122 -30 -122 -62 -146Z", ink.gold))
    crown = path("M-250 -540C-270 -640 -190 -720 0 -726C190 -720 270 -640 250 -540C160 -620 -160 -620 -250 -540Z", ink.deep)
    for i in range(7):
        x = -198 + i * 66
        y = -640 - 42 * (1 - (x / 210) ** 2)
        crown += circle(x, y, 25, ink.gold) + blossom(x, y, 17, ink.paper, ink.main, 6)
        crown += line(f"M{x} {y - 30:.0f}V{y - 76:.0f}", ink.gold, 6) + circle(x, y - 90, 21, (ink.main, ink.second)[i % 2]) + circle(x, y - 90, 7, ink.paper)
    parts.append(crown)
    for s in (-1, 1):
        parts.append(line(f"M{s * 150} -700C{s * 260} -960 {s * 480} -900 {s * 560} -640", ink.second, 16))
        for i in range(9):
            t = i / 9
            x = s * (190 + 360 * t)
            y = -780 - 90 * (1 - (2 * t - 0.7) ** 2) + 190 * t * t
            parts.append(sliver(x, y, 60, 9, s * (40 + 80 * t), ink.second))
        parts.append(line(f"M{s * 236} -520V-150", ink.gold, 6) + "".join(circle(s * 236, -480 + k * 56, 13, (ink.gold, ink.second)[k % 2]) for k in range(7)))
        parts.append(path(f"M{s * 236 - 18} -120H{s * 236 + 18}L{s * 236 + 26} -20H{s * 236 - 26}Z", ink.gold) + "".join(sliver(s * 236 + k, -66, 84, 2.6, 0, ink.paper) for k in (-10, 0, 10)))
    return placed("".join(parts), 0, 30, scale=1.06)


def service_map(ink: Inks, rnd: Random) -> str:
    """An unfolded map of lanes with small houses, a tree and pins, a finger's circle around home."""
    parts = []
    panels = ((-560, -186), (-186, 186), (186, 560))
    for i, (x0, x1) in enumerate(panels):
        left, right = (0, 46) if i == 0 else ((46, 46) if i == 1 else (46, 0))
        d = f"M{x0} {-60 - left}L{x1} {-60 - right}V{-610 - right}L{x0} {-610 - left}Z"
        parts.append(path(d, (ink.haze, ink.tint, ink.haze)[i]) + f'<path d="{d}" fill="none" stroke="{ink.deep}" stroke-width="8" stroke-linejoin="round"/>')
    parts.append(line("M-550 -250C-380 -330 -240 -250 -60 -330S300 -440 552 -380", ink.main, 44) + line("M-550 -250C-380 -330 -240 -250 -60 -330S300 -440 552 -380", ink.paper, 5, 'stroke-dasharray="24 20"'))
    parts.append(line("M-330 -90C-300 -260 -360 -420 -310 -600M90 -110C60 -260 130 -440 80 -650M380 -90C420 -240 340 -420 400 -600", ink.mid, 24))
    parts.append(line("M-550 -500C-380 -470 -200 -560 20 -520S380 -560 550 -500", ink.second, 20))
    parts.append(ring(-10, -330, 214, ink.deep, 7) + ring(-10, -330, 236, ink.gold, 5) + teeth_round(-10, -330, 238, 60, 15, ink.gold))
    for x, y, s in ((-450, -360, 0.7), (-460, -130, 0.7), (-180, -430, 0.8), (-140, -180, 0.8), (240, -240, 0.8), (250, -560, 0.7), (470, -200, 0.7), (-210, -600, 0.6), (480, -540, 0.6)):
        house = rect(-40, -56, 80, 56, ink.main) + roof(0, -56, 124, 44, ink.deep, ink.paper) + rect(-14, -36, 28, 36, ink.paper, 3)
        parts.append(placed(house, x, y, scale=s * 1.2))
    parts.append(placed(plants.tree(ink, rnd, 150), -20, -450) + placed(plants.tree(ink, rnd, 120), 330, -130) + placed(plants.tree(ink, rnd, 110), -400, -520))
    for x, y, c in ((-10, -300, ink.main), (-180, -480, ink.second), (240, -300, ink.second), (150, -430, ink.gold), (-140, -240, ink.gold)):
        pin = path("M0 0C-20 -50 -62 -76 -62 -124A62 62 0 0 1 62 -124C62 -76 20 -50 0 0Z", c) + circle(0, -124, 34, ink.paper) + blossom(0, -124, 27, c, ink.paper)
        parts.append(placed(pin, x, y, scale=1.0 if c == ink.main else 0.62))
    return "".join(parts)
