"""People: a head in profile with its hair, a half-length sitter for portraits, a small standing figure for scenes."""

import math
from dataclasses import dataclass

from cms.demo.artwork.inks import Inks
from cms.demo.artwork.shapes import (
    Point,
    blossom,
    circle,
    crescent,
    ellipse,
    line,
    number,
    path,
    placed,
    rect,
    ring,
    sliver,
    spiral,
    teeth,
)

# Profile that looks left; the chin is about 110 below the middle of the head, the crown 112 above it.
FACE = (
    "M-8 -112C-52 -112 -82 -84 -86 -46C-87 -32 -84 -26 -87 -14C-90 -4 -105 15 -106 23C-106 31 -95 33 -91 36"
    "C-89 41 -98 44 -98 50C-98 54 -92 55 -92 58C-92 61 -96 64 -94 70C-92 76 -87 77 -87 85C-87 99 -76 109 -58 110"
    "C-44 111 -36 108 -30 112C-27 132 -30 152 -40 176L56 176C48 146 48 120 56 96C78 80 94 48 94 4C94 -66 52 -112 -8 -112Z"
)

HAIR = {
    "short": "M-84 -52C-92 -100 -50 -132 0 -128C66 -126 108 -78 104 -8C102 40 84 76 62 92C50 70 46 44 42 24C36 6 26 2 22 -16C18 -40 -6 -46 -36 -46C-58 -46 -74 -42 -84 -52Z",
    "bun": "M-86 -44C-94 -98 -50 -128 0 -126C66 -124 104 -78 102 -12C100 38 84 74 66 84C50 66 44 40 34 16C26 -2 22 -22 2 -34C-24 -48 -60 -30 -86 -44Z",
    "bob": "M-88 -30C-98 -100 -52 -134 0 -132C72 -130 116 -80 114 0C113 54 112 92 100 128C70 140 32 136 10 124C18 88 20 40 10 6C2 -14 -18 -24 -44 -24C-62 -24 -78 -20 -88 -30Z",
    "long": "M-86 -40C-96 -100 -52 -132 0 -130C72 -128 112 -80 112 0C112 90 128 150 118 250C86 262 62 254 48 238C52 160 36 70 18 10C8 -18 -20 -32 -46 -32C-64 -32 -78 -30 -86 -40Z",
    "balding": "M44 -98C86 -78 108 -38 104 8C102 46 86 80 64 94C50 72 46 46 44 26C40 6 40 -12 52 -26C62 -42 58 -74 44 -98Z",
    "curly": "M-84 -44C-112 -62 -98 -104 -70 -108C-66 -140 -20 -150 0 -132C26 -156 70 -142 74 -112C108 -112 124 -74 108 -50C128 -30 122 4 106 14C118 40 104 74 80 78C72 96 56 96 52 84C44 60 48 36 36 14C28 -6 28 -28 6 -36C-4 -52 -30 -40 -40 -48C-56 -36 -76 -34 -84 -44Z",
    "child": "M-86 -40C-98 -100 -54 -134 0 -132C70 -130 110 -82 106 -8C104 26 92 52 76 62C58 52 46 32 38 12C32 -8 28 -30 18 -38C0 -30 -20 -40 -34 -34C-50 -28 -66 -40 -86 -40Z",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Person:
    """Who sits or stands: `hair` names a cut and its extras, `coat` an ink."""

    hair: str = "short"
    extras: tuple[
        str, ...
    ] = ()  # cap, straw, bandana, bun, ponytail, braid, glasses, beard, moustache, pin, helmet
    old: bool = False
    coat: str = "main"


def head(ink: Inks, person: Person) -> str:
    """A head in profile looking left, its middle at (0, 0)."""
    hair_fill = ink.ash if person.old else ink.deep
    back, front = [], []
    if "ponytail" in person.extras:
        back.append(
            path(
                "M80 -40C150 -50 190 10 168 96C158 150 176 170 160 200C128 176 108 120 116 60C112 20 96 0 76 -8Z",
                hair_fill,
            )
        )
        back.append(sliver(140, 60, 150, 9, -8, ink.paper))
    if "braid" in person.extras:
        for i in range(6):
            back.append(ellipse(88 + (6 if i % 2 else -4), 84 + i * 42, 27 - i * 1.5, 27, hair_fill))
            back.append(crescent(88 + (6 if i % 2 else -4), 90 + i * 42, 15, 180, ink.paper, 0.3))
    if "bun" in person.extras:
        back.append(circle(98, -66, 46, hair_fill) + spiral(98, -66, 30, ink.paper, 5, 1.5, 40))
    front.append(path(FACE, ink.skin))
    front.append(path(HAIR[person.hair], hair_fill))
    if person.hair != "balding":
        for r, x in ((62, 26), (84, 22), (46, 34)):
            front.append(_strand(x, -20, r, ink.paper))
    front.append(_features(ink, person, hair_fill))
    front.append(_headgear(ink, person))
    return "".join(back) + "".join(front)


def _strand(x: float, y: float, r: float, cut: str) -> str:
    n = number
    return line(
        f"M{n(x - r * 0.8)} {n(y - r * 0.82)}A{n(r * 1.05)} {n(r * 1.05)} 0 0 1 {n(x + r * 0.82)} {n(y + r * 0.3)}",
        cut,
        4.2,
    )


def _features(ink: Inks, person: Person, hair: str) -> str:
    dark = ink.deep
    parts = [
        line("M-78 -12Q-66 -24 -50 -14", dark, 6.5),
        line("M-82 -36Q-66 -50 -44 -42", hair if person.old else dark, 7.5),
    ]
    parts.append(line("M-91 57Q-78 60 -69 50", ink.bloom, 6))
    parts.append(crescent(26, 10, 19, 90, dark, 0.6) + circle(19, 12, 5, dark))
    parts.append(blossom(-44, 34, 17, ink.bloom, ink.skin, 5))
    if person.old:
        parts.append(
            line("M-40 -22L-28 -27M-40 -13L-26 -13M-40 -4L-28 0", dark, 3.6)
            + line("M-64 42Q-58 56 -62 68", dark, 3.6)
        )
        parts.append(line("M-70 -70Q-50 -78 -32 -72", dark, 3.6))
    if "glasses" in person.extras:
        parts.append(
            f'<circle cx="-64" cy="-10" r="24" fill="none" stroke="{ink.gold}" stroke-width="6.5"/>'
            + line("M-40 -12L18 -6", ink.gold, 6.5)
        )
    if "moustache" in person.extras:
        parts.append(path("M-100 44C-84 36 -66 42 -58 56C-76 50 -90 52 -98 52Z", hair))
    if "beard" in person.extras:
        parts.append(
            path(
                "M-99 45C-84 40 -70 42 -60 52C-58 76 -32 96 -24 108C-40 134 -66 176 -96 190C-104 150 -96 110 -92 82C-86 74 -84 66 -74 62C-84 56 -92 54 -98 52Z",
                hair,
            )
        )
        for x, turn in ((-72, 18), (-84, 8), (-60, 30)):
            parts.append(sliver(x, 122, 76, 4, turn, ink.paper))
    return "".join(parts)


def _headgear(ink: Inks, person: Person) -> str:
    parts = []
    if "cap" in person.extras:
        parts.append(
            path(
                "M-92 -52C-100 -110 -50 -148 8 -144C74 -140 112 -96 108 -50C60 -66 -40 -70 -92 -52Z",
                ink.second,
            )
        )
        parts.append(path("M-84 -66C-112 -70 -144 -60 -158 -44C-130 -36 -100 -40 -78 -50Z", ink.second))
        parts.append(
            line("M-84 -68C-40 -84 60 -82 104 -62", ink.paper, 5) + crescent(10, -112, 30, 0, ink.paper, 0.22)
        )
    if "straw" in person.extras:
        parts.append(
            path(
                "M-190 -54C-120 -84 -70 -96 -62 -110C-48 -160 60 -166 78 -110C88 -96 150 -84 204 -46C120 -34 -90 -34 -190 -54Z",
                ink.gold,
            )
        )
        parts.append(line("M-62 -98C-20 -84 50 -84 80 -98", ink.main, 13))
        for x in range(-140, 170, 28):
            parts.append(sliver(x, -60, 34, 3, x * 0.35 + 20, ink.paper))
        parts.append(crescent(8, -130, 34, 0, ink.paper, 0.2))
    if "bandana" in person.extras:
        parts.append(
            path(
                "M-90 -46C-98 -108 -48 -140 6 -136C72 -132 112 -90 110 -20C60 -64 -30 -76 -90 -46Z",
                ink.second,
            )
        )
        parts.append(path("M100 -34C130 -30 150 0 146 40C122 30 104 4 92 -14Z", ink.second))
        for x, y in ((-46, -92), (0, -104), (48, -88), (82, -60), (-8, -74)):
            parts.append(blossom(x, y, 13, ink.paper, ink.second))
    if "helmet" in person.extras:
        parts.append(
            path(
                "M-96 -34C-110 -120 -50 -160 10 -156C86 -152 126 -92 116 -6C110 10 84 10 74 -6C60 -34 -40 -52 -96 -34Z",
                ink.main,
            )
        )
        parts.append(path("M-96 -36C-116 -38 -134 -28 -142 -14C-120 -8 -104 -14 -92 -22Z", ink.main))
        parts.append(
            line("M-84 -58C-40 -78 50 -72 102 -34", ink.paper, 6) + blossom(18, -108, 24, ink.paper, ink.main)
        )
        parts.append(line("M60 0Q30 80 -36 108", ink.deep, 8))
    if "pin" in person.extras:
        parts.append(blossom(64, -66, 26, ink.gold, ink.deep, 6))
    return "".join(parts)


def arm(
    ink: Inks, shoulder: Point, elbow: Point, hand: Point, colour: str, width: float = 92, grip: float = 0
) -> str:
    """A sleeved arm in front of the body, kept apart from it by a cut line, with a hand turned by `grip`."""
    n = number
    dx, dy = hand[0] - elbow[0], hand[1] - elbow[1]
    length = math.hypot(dx, dy) or 1
    ux, uy = dx / length, dy / length
    wrist = (hand[0] - ux * width * 0.52, hand[1] - uy * width * 0.52)
    d = f"M{n(shoulder[0])} {n(shoulder[1])}L{n(elbow[0])} {n(elbow[1])}L{n(wrist[0])} {n(wrist[1])}"
    angle = math.degrees(math.atan2(uy, ux))
    parts = [_hand(ink, hand, angle + grip, width * 0.011)]
    parts.append(line(d, ink.paper, width + 13) + line(d, colour, width))
    cuff = rect(-width * 0.3, -width * 0.6, width * 0.34, width * 1.2, ink.gold, 6)
    cuff += teeth((-width * 0.26, width * 0.52), (-width * 0.26, -width * 0.52), 7, width * 0.2, ink.deep)
    parts.append(placed(cuff, wrist[0] + ux * width * 0.32, wrist[1] + uy * width * 0.32, turn=angle))
    sx, sy = elbow[0] - shoulder[0], elbow[1] - shoulder[1]
    upper = math.degrees(math.atan2(sy, sx))
    for t, r in ((0.5, 0.26), (0.68, 0.3), (0.86, 0.26)):
        parts.append(
            crescent(shoulder[0] + sx * t, shoulder[1] + sy * t, width * r, upper + 90, ink.paper, 0.2)
        )
    for t in (0.3, 0.5):
        parts.append(crescent(elbow[0] + dx * t, elbow[1] + dy * t, width * 0.26, angle - 90, ink.paper, 0.2))
    return "".join(parts)


def _hand(ink: Inks, at: Point, turn: float, scale: float) -> str:
    """A closed hand: palm, four bent fingers, thumb."""
    parts = [ellipse(-6, 0, 36, 30, ink.skin)]
    for y in (-20, -7, 6, 19):
        parts.append(
            line(f"M10 {y}L34 {y * 0.8:.1f}", ink.paper, 18) + line(f"M4 {y}L34 {y * 0.8:.1f}", ink.skin, 14)
        )
    parts.append(line("M-12 -24Q8 -44 28 -32", ink.skin, 15))
    for y in (-13, 0, 12):
        parts.append(line(f"M14 {y}L36 {y * 0.8:.1f}", ink.deep, 2.4))
    return placed("".join(parts), at[0], at[1], turn=turn, scale=scale)


def torso(ink: Inks, person: Person, apron: bool = False) -> str:
    """The half-length body below a head at (0, 0), its chest turned to the left."""
    colour = getattr(ink, person.coat)
    d = "M-40 150C-78 184 -150 196 -182 262C-210 340 -192 520 -204 780L262 780C262 540 256 380 222 284C196 218 116 190 62 150C34 178 -12 178 -40 150Z"
    parts = [f'<path d="{d}" fill="{colour}" stroke="{ink.paper}" stroke-width="9" stroke-linejoin="round"/>']
    parts.append(line("M-20 188C-64 250 -92 330 -96 780", ink.paper, 6))
    for i in range(4):
        y = 250 + i * 108
        x = -60 - 30 * min(1, i / 1.5)
        parts.append(
            line(f"M{x - 32:.0f} {y}L{x + 36:.0f} {y - 8}", ink.gold, 10)
            + circle(x - 34, y, 10, ink.gold)
            + ring(x + 42, y - 8, 9, ink.gold, 6)
        )
    for y, r in ((420, 58), (452, 44), (484, 30)):
        parts.append(crescent(-158, y, r * 0.55, 250, ink.paper, 0.2))
    for x, y, r in (
        (70, 300, 44),
        (150, 420, 38),
        (40, 450, 32),
        (120, 560, 44),
        (20, 600, 30),
        (200, 640, 34),
    ):
        parts.append(blossom(x, y, r, ink.paper, colour, 5 if r > 35 else 6))
    for x, y, turn in (
        (120, 350, 40),
        (60, 380, -30),
        (90, 490, 20),
        (180, 510, -40),
        (60, 540, 60),
        (150, 660, 10),
        (70, 680, -50),
    ):
        parts.append(sliver(x, y, 46, 8, turn, ink.paper))
    if apron:
        parts.append(
            path(
                "M-118 300C-60 320 70 320 150 300C176 420 190 600 196 780H-184C-176 600 -150 420 -118 300Z",
                ink.second,
            )
        )
        parts.append(
            line("M-112 306C-60 326 70 326 146 306", ink.paper, 7)
            + line("M-112 300L-64 176M146 300L92 180", ink.second, 22)
        )
        parts.append(teeth((146, 322), (-112, 322), 16, 18, ink.paper))
        parts.append(blossom(20, 430, 62, ink.paper, ink.second, 8) + ring(20, 430, 80, ink.paper, 5))
    return "".join(parts)


def collar(ink: Inks) -> str:
    """The standing collar, over the neck."""
    band = "M-52 138C-36 176 50 178 70 134L76 170C46 214 -40 210 -60 176Z"
    return f'<path d="{band}" fill="{ink.gold}" stroke="{ink.paper}" stroke-width="6"/>' + line(
        "M-50 164C-30 190 44 190 70 158", ink.deep, 4
    )


def standing(
    ink: Inks,
    person: Person,
    *,
    height: float = 420,
    left: Point = (-58, 210),
    right: Point = (58, 214),
    pattern: int = 0,
) -> str:
    """A small full figure on (0, 0) looking left; `left` and `right` are where its hands are (y grows upwards)."""
    colour = getattr(ink, person.coat)
    other = ink.deep if person.coat != "deep" else ink.main
    parts = []
    for side in (-1, 1):
        parts.append(path(f"M{side * 8} -150L{side * 46} -150L{side * 40} -14H{side * 10}Z", other))
        parts.append(
            path(
                f"M{side * 24 + 20} 0H{side * 24 - 34}C{side * 24 - 34} -18 {side * 24 - 8} -22 {side * 24 + 20} -20Z",
                ink.deep,
            )
        )
        parts.append(sliver(side * 26, -80, 80, 3, 0, ink.paper))
    coat = "M-30 -318C-60 -310 -66 -280 -64 -250C-62 -200 -72 -160 -80 -112C-40 -98 40 -98 80 -112C72 -160 62 -200 64 -250C66 -280 60 -310 30 -318Z"
    parts.append(f'<path d="{coat}" fill="{colour}" stroke="{ink.paper}" stroke-width="5"/>')
    parts.append(teeth((72, -122), (-72, -122), 13, 13, ink.paper) + line("M-4 -312V-112", ink.paper, 3.6))
    if pattern % 3 == 0:
        parts.append(
            "".join(
                blossom(x, y, 16, ink.paper, colour)
                for x, y in ((34, -260), (-34, -222), (36, -190), (-36, -164))
            )
        )
    elif pattern % 3 == 1:
        parts.append(
            "".join(
                crescent(x, y, 15, 0, ink.paper, 0.3) for y in (-260, -222, -184, -152) for x in (-34, 34)
            )
        )
    else:
        parts.append("".join(sliver(x, -214, 120, 5, 0, ink.paper) for x in (-44, -24, 24, 44)))
    for side, hand in ((-1, left), (1, right)):
        shoulder = (side * 44, -290)
        at = (hand[0], -hand[1])
        bend = ((shoulder[0] + at[0]) / 2 + side * 20, (shoulder[1] + at[1]) / 2 + 16)
        d = f"M{number(shoulder[0])} {shoulder[1]}Q{number(bend[0])} {number(bend[1])} {number(at[0])} {number(at[1])}"
        parts.append(circle(at[0], at[1], 15, ink.skin) + line(d, ink.paper, 39) + line(d, colour, 32))
        parts.append(circle(at[0], at[1], 15, ink.skin))
    parts.append(placed(head(ink, person), -2, -368, scale=0.46))
    band = "M-27 -311C-18 -297 22 -297 33 -313L35 -297C22 -281 -20 -281 -32 -294Z"
    parts.append(f'<path d="{band}" fill="{ink.gold}" stroke="{ink.paper}" stroke-width="3"/>')
    return placed("".join(parts), 0, 0, scale=height / 425)
