"""Portraits of craftsmen: a sitter in profile behind a table, before a moon gate, with work and tool."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from cms.demo.artwork import festivity, figures, mending, modelling, plants, scenery, stitching, weaving
from cms.demo.artwork.figures import Person
from cms.demo.artwork.inks import Inks, mixed
from cms.demo.artwork.shapes import (
    Point,
    circle,
    ellipse,
    fret,
    lattice,
    line,
    path,
    placed,
    rect,
    ring,
    sliver,
    teeth_round,
)

# Elbow and hand of the far arm, then of the near arm.
POSES: dict[str, tuple[Point, Point, Point, Point]] = {
    "work": ((-236, 500), (-330, 440), (214, 560), (-70, 640)),
    "raise": ((-270, 430), (-330, 262), (222, 560), (-60, 630)),
    "low": ((-240, 540), (-350, 590), (230, 540), (-110, 590)),
    "hold": ((-226, 520), (-300, 520), (206, 520), (-170, 430)),
}


@dataclass(frozen=True, slots=True)
class Sitter:
    """One portrait: who sits, what lies on the table, what is in the hand."""

    person: Person
    work: Callable[[Inks, Random], str]
    tool: str = "none"
    pose: str = "work"
    apron: bool = False
    flip: bool = False
    plant: str = "bamboo"
    size: float = 0.47


SITTERS: dict[str, Sitter] = {
    "portrait-bamboo-weaver": Sitter(Person("bun", ("bun",), True, "second"), weaving.bamboo_weaving, "splint", "low", True),
    "portrait-embroiderer": Sitter(Person("bun", ("bun", "pin", "glasses")), stitching.shu_embroidery, "needle", "raise", plant="hibiscus", flip=True, size=0.5),
    "portrait-sugar-painter": Sitter(Person("short", ("cap",), True, "deep"), modelling.sugar_painting, "ladle", "raise", True, plant="ginkgo"),
    "portrait-dough-modeller": Sitter(Person("short", coat="second"), modelling.dough_figure, "knife", "work", plant="willow", flip=True),
    "portrait-cobbler": Sitter(Person("short", ("glasses",), True, "deep"), stitching.shoe_repair, "hammer", "raise", True, plant="tree"),
    "portrait-sharpener": Sitter(Person("balding", ("beard",), True, "main"), mending.knife_sharpening, "knife", "low", True, flip=True, plant="ginkgo"),
    "portrait-tailor": Sitter(Person("bob", coat="second"), stitching.sewing, "scissors", "raise", plant="hibiscus", size=0.44),
    "portrait-kite-maker": Sitter(Person("short", ("moustache",), coat="deep"), weaving.kite, "brush", "work", plant="willow", flip=True, size=0.46),
    "portrait-potter": Sitter(Person("short", ("bandana", "moustache"), coat="main"), modelling.pottery, "none", "low", True, plant="tree", size=0.46),
    "portrait-young-potter": Sitter(Person("bun", ("ponytail",), coat="main"), modelling.pottery, "brush", "work", True, plant="bamboo", flip=True, size=0.46),
    "portrait-calligrapher": Sitter(Person("balding", ("beard", "glasses"), True, "deep"), modelling.calligraphy, "brush", "raise", plant="bamboo", flip=True, size=0.44),
    "portrait-carver": Sitter(Person("short", ("moustache",), True, "second"), modelling.wood_carving, "chisel", "work", True, plant="tree", size=0.44),
    "portrait-paper-cutter": Sitter(Person("bun", ("bun", "glasses"), True, "main"), stitching.paper_cutting, "scissors", "hold", plant="hibiscus", flip=True, size=0.48),
    "portrait-shoemaker": Sitter(Person("bun", ("bandana",), coat="second"), stitching.cloth_shoes, "needle", "raise", plant="bamboo", size=0.48),
    "portrait-clockmaker": Sitter(Person("balding", ("glasses", "moustache"), coat="main"), mending.clock_repair, "driver", "work", plant="ginkgo", flip=True, size=0.48),
    "portrait-brocade-weaver": Sitter(Person("bun", ("braid", "pin"), coat="main"), stitching.brocade_loom, "none", "low", plant="hibiscus", size=0.46),
    "portrait-umbrella-maker": Sitter(Person("curly", coat="second"), weaving.umbrella, "brush", "raise", plant="willow", size=0.5),
    "portrait-lantern-maker": Sitter(Person("short", ("cap",), coat="second"), weaving.lantern_making, "brush", "work", True, plant="tree", flip=True, size=0.48),
    "portrait-mask-painter": Sitter(Person("long", ("pin",), coat="deep"), festivity.opera_mask, "brush", "raise", plant="willow", size=0.42),
    "portrait-palm-weaver": Sitter(Person("bun", ("straw",), True, "main"), weaving.palm_weaving, "splint", "low", True, plant="tree", flip=True, size=0.48),
    "portrait-porcelain-weaver": Sitter(Person("bob", ("glasses",), coat="main"), weaving.woven_porcelain, "splint", "work", True, plant="bamboo", size=0.48),
    "portrait-quilter": Sitter(Person("curly", ("glasses",), True, "gold"), stitching.sewing, "needle", "hold", plant="hibiscus", flip=True, size=0.44),
    "portrait-mender": Sitter(Person("short", ("cap", "moustache"), coat="main"), mending.appliance_repair, "driver", "work", True, plant="ginkgo", size=0.46),
    "portrait-map-drawer": Sitter(Person("bob", ("glasses", "pin"), coat="second"), festivity.service_map, "brush", "raise", plant="tree", flip=True, size=0.44),
}  # fmt: skip


def portrait(sitter: Sitter, ink: Inks, width: int, height: int, seed: str) -> str:
    """The fragments of a portrait, without its document; drawn for 1200 × 1500 and scaled to fit."""
    rnd = Random(seed)
    scale = min(width / 1200, height / 1500)
    left, top = (width / scale - 1200) / 2, height / scale - 1500
    wide, high = 1200 + 2 * left, 1500 + max(0.0, top)
    inner = [
        rect(-left, 0, wide, high, mixed(ink.haze, ink.main, 0.1)),
        _wall(ink, -left, wide),
        circle(600, 620, 500, ink.paper),
    ]
    inner.append(
        teeth_round(600, 620, 500, 64, 26, ink.main)
        + ring(600, 620, 502, ink.main, 24)
        + ring(600, 620, 474, ink.mid, 6)
    )
    inner.append(_garden(sitter, ink, rnd))
    person = (
        figures.torso(ink, sitter.person, sitter.apron)
        + figures.head(ink, sitter.person)
        + figures.collar(ink)
    )
    elbow_far, hand_far, elbow_near, hand_near = POSES[sitter.pose]
    coat = getattr(ink, sitter.person.coat)
    far = placed(_tool(ink, sitter.tool), hand_far[0], hand_far[1]) + figures.arm(
        ink, (-150, 296), elbow_far, hand_far, coat
    )
    near = figures.arm(ink, (196, 316), elbow_near, hand_near, coat)
    body = placed(person, 730, 470, scale=1.12)
    table = _table(ink, -left, wide, high)
    work = placed(sitter.work(ink, rnd), 330, 1236, scale=sitter.size)
    arms = placed(far + near, 730, 470, scale=1.12)
    # Hands that work low lie before the work; a raised tool is behind it.
    front = work + arms if sitter.pose in ("low", "hold") else arms + work
    figure = body + table + front
    inner.append(placed(figure, 1200, 0, flip=True) if sitter.flip else figure)
    shift = f'<g transform="scale({scale:.4f}) translate({left:.1f} 0)">{"".join(inner)}</g>'
    return shift + scenery.frame(width, height, ink.main, ink.paper, rnd)


def _wall(ink: Inks, left: float, wide: float) -> str:
    """A lattice behind the moon gate."""
    cells = [
        lattice(
            left + i * wide / 6, j * wide / 6, wide / 6, wide / 6, mixed(ink.haze, ink.main, 0.3), 7, "step"
        )
        for i in range(6)
        for j in range(7)
    ]
    return "".join(cells)


def _garden(sitter: Sitter, ink: Inks, rnd: Random) -> str:
    """What is seen through the gate."""
    light = mixed(ink.paper, ink.leaf, 0.34)
    parts = ['<clipPath id="moon"><circle cx="600" cy="620" r="470"/></clipPath><g clip-path="url(#moon)">']
    parts.append(scenery.sun(800 if sitter.flip else 400, 360, 150, ink.haze, ink.paper))
    parts.append(placed(scenery.hills(1200, 1100, 520, ink.tint, ink.paper, rnd, 4), 0, 0))
    for x in (210, 980):
        flip = x > 600
        if sitter.plant == "bamboo":
            parts.append(placed(plants.bamboo(ink, rnd, 900, 2, light), x, 1160, flip=flip))
        elif sitter.plant == "tree":
            parts.append(placed(plants.tree(ink, rnd, 820, light), x, 1180, flip=flip))
        elif sitter.plant == "willow":
            parts.append(placed(plants.willow(ink, rnd, 620, light), x + 20, 110, flip=flip, scale=1.1))
        elif sitter.plant == "ginkgo":
            parts.append(
                "".join(
                    plants.ginkgo(
                        x + rnd.uniform(-90, 100),
                        220 + k * 96,
                        rnd.uniform(44, 70),
                        rnd.uniform(-80, 80),
                        mixed(ink.paper, ink.gold, 0.6),
                        ink.paper,
                    )
                    for k in range(9)
                )
            )
        else:
            parts.append(placed(plants.hibiscus_spray(ink, rnd), x, 1080, flip=flip, scale=1.15))
    return "".join(parts) + "</g>"


def _table(ink: Inks, left: float, wide: float, high: float) -> str:
    top = 1216
    return (
        rect(left, top, wide, high - top, ink.deep)
        + rect(left, top, wide, 22, ink.main)
        + fret(left + 60, top + 96, wide - 110, 72, ink.gold, 9, int(wide / 86))
        + line(f"M{left} {top + 62}H{left + wide}M{left} {top + 200}H{left + wide}", ink.gold, 5)
    )


def _tool(ink: Inks, kind: str) -> str:
    """The tool in the far hand, its grip at (0, 0), reaching up and left."""
    if kind == "needle":
        return line("M10 10L-90 -120", ink.deep, 8) + line(
            "M-90 -120C-160 -180 -60 -240 -140 -300C-190 -330 -220 -200 -250 -140", ink.bloom, 6
        )
    if kind == "knife":
        return placed(
            rect(-18, -60, 36, 120, ink.gold, 12)
            + path("M-20 -60C-30 -160 -20 -210 14 -240C26 -190 26 -120 20 -60Z", ink.deep)
            + sliver(0, -140, 110, 6, 4, ink.paper),
            0,
            0,
            turn=-34,
        )
    if kind == "brush":
        return placed(
            rect(-11, -210, 22, 270, ink.gold, 9)
            + rect(-13, 50, 26, 20, ink.deep)
            + path("M-15 70H15C22 110 6 130 0 160C-6 130 -22 110 -15 70Z", ink.deep)
            + circle(0, -214, 13, ink.bloom),
            0,
            0,
            turn=22,
        )
    if kind == "hammer":
        return placed(
            rect(-14, -180, 28, 240, ink.gold, 10)
            + path("M-90 -240H60C100 -240 110 -210 100 -180H-70C-90 -190 -96 -214 -90 -240Z", ink.deep)
            + sliver(0, -210, 90, 6, 90, ink.paper),
            0,
            0,
            turn=-22,
        )
    if kind == "ladle":
        return (
            line("M40 40L-150 -110", ink.deep, 17)
            + path("M-220 -120C-220 -60 -130 -40 -110 -110Z", ink.deep)
            + line("M-196 -80C-204 -40 -200 0 -206 50", ink.gold, 9)
        )
    if kind == "scissors":
        half = path("M0 -10C-20 -90 -10 -190 18 -250C32 -180 28 -90 14 -6Z", ink.deep) + ring(
            28, 40, 32, ink.gold, 13
        )
        return placed(
            "".join(placed(half, 0, 0, turn=s * 15, flip=s > 0) for s in (-1, 1))
            + circle(0, -20, 9, ink.gold),
            0,
            0,
            turn=-40,
        )
    if kind == "chisel":
        return placed(
            rect(-17, -100, 34, 130, ink.gold, 14)
            + path("M-12 30L-16 150H16L12 30Z", ink.deep)
            + line("M-15 -70H15", ink.deep, 5),
            0,
            0,
            turn=14,
        )
    if kind == "splint":
        return "".join(
            line(
                f"M30 0C-60 {-40 - k * 12} -140 {-150 - k * 30} {-240 - k * 20} {-170 + k * 74}",
                ink.leaf if k % 2 else ink.gold,
                9,
            )
            for k in range(3)
        )
    if kind == "driver":
        return placed(
            rect(-18, -110, 36, 120, ink.bloom, 14)
            + rect(-6, 10, 12, 120, ink.deep)
            + line("M-7 -94V-10M7 -94V-10", ink.paper, 4),
            0,
            0,
            turn=18,
        )
    return ellipse(0, 0, 1, 1, ink.skin)
