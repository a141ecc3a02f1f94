"""Geometry of the demo floor plans: a court (院坝) with its booths around or beside an open middle.

The content names each court by centre, size and turn; the polygon and the booths follow from that, so that no booth is
typed by hand and none can leave its court.
"""

import math
from dataclasses import dataclass

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Booth:
    """One booth; x and y are the top left corner before rotation about the booth's centre."""

    number: str
    x: float
    y: float
    width: float
    height: float
    rotation: float
    offer: str

    def corners(self) -> list[Point]:
        """The four corners after rotation."""
        cx, cy = self.x + self.width / 2, self.y + self.height / 2
        half_w, half_h = self.width / 2, self.height / 2
        return [
            turned((cx + sx * half_w, cy + sy * half_h), about=(cx, cy), degrees=self.rotation)
            for sx, sy in ((-1, -1), (1, -1), (1, 1), (-1, 1))
        ]


@dataclass(frozen=True, slots=True)
class Court:
    """How a zone lies on the plan: a rectangle with cut corners, turned about its centre.

    `columns` × `rows` booth places fill it; with `open_middle` only the outermost places are booths and the middle
    stays free, as in a courtyard.
    """

    centre: tuple[float, float]
    columns: int
    rows: int
    rotation: float = 0.0
    open_middle: bool = True
    booth_width: float = 62.0
    booth_height: float = 44.0
    gap_x: float = 12.0
    gap_y: float = 9.0
    margin: float = 17.0
    cut: float = 20.0

    def shape(self) -> tuple[Point, ...]:
        """The court's polygon."""
        half_w = self.columns * (self.booth_width + self.gap_x) / 2 - self.gap_x / 2 + self.margin
        half_h = self.rows * (self.booth_height + self.gap_y) / 2 - self.gap_y / 2 + self.margin
        cut = self.cut
        corners = [
            (-half_w + cut, -half_h),
            (half_w - cut, -half_h),
            (half_w, -half_h + cut),
            (half_w, half_h - cut),
            (half_w - cut, half_h),
            (-half_w + cut, half_h),
            (-half_w, half_h - cut),
            (-half_w, -half_h + cut),
        ]
        return tuple(_rounded(self._placed(corner)) for corner in corners)

    @property
    def places(self) -> int:
        """How many booths stand in it."""
        return len(self._places())

    def booths(self, *, prefix: str, offers: tuple[str, ...]) -> tuple[Booth, ...]:
        """Booths numbered clockwise from the top left, one for each offer."""
        places = self._places()
        if len(places) != len(offers):
            raise ValueError(f"zone {prefix}: {len(places)} places but {len(offers)} offers")
        booths = []
        for n, ((x, y), offer) in enumerate(zip(places, offers, strict=True), start=1):
            cx, cy = _rounded(self._placed((x, y)))
            booths.append(
                Booth(
                    number=f"{prefix}{n:02d}",
                    x=round(cx - self.booth_width / 2, 1),
                    y=round(cy - self.booth_height / 2, 1),
                    width=self.booth_width,
                    height=self.booth_height,
                    rotation=self.rotation,
                    offer=offer,
                )
            )
        return tuple(booths)

    def _placed(self, point: Point) -> Point:
        x, y = self.centre
        return turned((point[0] + x, point[1] + y), about=self.centre, degrees=self.rotation)

    def _places(self) -> list[Point]:
        """Centres of the booth places about (0, 0), clockwise for an open middle and row by row otherwise."""
        last_column, last_row = self.columns - 1, self.rows - 1
        if self.open_middle:
            cells = [(column, 0) for column in range(self.columns)]
            cells += [(last_column, row) for row in range(1, last_row)]
            cells += [(column, last_row) for column in range(last_column, -1, -1)]
            cells += [(0, row) for row in range(last_row - 1, 0, -1)]
        else:
            cells = [(column, row) for row in range(self.rows) for column in range(self.columns)]
        pitch_x, pitch_y = self.booth_width + self.gap_x, self.booth_height + self.gap_y
        return [
            ((column - last_column / 2) * pitch_x, (row - last_row / 2) * pitch_y) for column, row in cells
        ]


def turned(point: Point, *, about: Point, degrees: float) -> Point:
    """`point` turned clockwise (y points down) about another."""
    angle = math.radians(degrees)
    dx, dy = point[0] - about[0], point[1] - about[1]
    return (
        about[0] + dx * math.cos(angle) - dy * math.sin(angle),
        about[1] + dx * math.sin(angle) + dy * math.cos(angle),
    )


def _rounded(point: Point) -> Point:
    return (round(point[0], 1), round(point[1], 1))
