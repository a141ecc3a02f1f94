"""Floor plans: points, polygons and booths in the plan's own units, and what makes them valid."""

from __future__ import annotations

import math
from typing import Any

from django.core.exceptions import ValidationError

Point = tuple[float, float]


def polygon(value: Any) -> list[Point]:
    """A polygon from JSON `[[x, y], …]` of at least three points. Raises ValidationError."""
    if not isinstance(value, list) or len(value) < 3:
        raise ValidationError("形状至少要三个点，写成 [[x, y], [x, y], [x, y]]")
    points: list[Point] = []
    for entry in value:
        match entry:
            case [int() | float() as x, int() | float() as y] if math.isfinite(x) and math.isfinite(y):
                points.append((x, y))
            case _:
                raise ValidationError(f"“{entry}”不是一个点，点写成 [x, y]")
    return points


def validate_polygon(value: Any) -> None:
    """Field validator of a shape."""
    polygon(value)


def contains(shape: list[Point], point: Point) -> bool:
    """Whether a point is inside a polygon or on its edge (even-odd rule)."""
    x, y = point
    inside = False
    for (ax, ay), (bx, by) in zip(shape, shape[1:] + shape[:1], strict=True):
        cross = (bx - ax) * (y - ay) - (by - ay) * (x - ax)
        if abs(cross) < 1e-9 and min(ax, bx) <= x <= max(ax, bx) and min(ay, by) <= y <= max(ay, by):
            return True
        if (ay > y) != (by > y) and x < (bx - ax) * (y - ay) / (by - ay) + ax:
            inside = not inside
    return inside


def corners(*, x: float, y: float, width: float, height: float, rotation: float) -> list[Point]:
    """The corners of a booth; `rotation` in degrees clockwise about its centre, `x`, `y` its top left before that."""
    centre_x, centre_y = x + width / 2, y + height / 2
    turn = math.radians(rotation)
    cos, sin = math.cos(turn), math.sin(turn)
    halves = [
        (-width / 2, -height / 2),
        (width / 2, -height / 2),
        (width / 2, height / 2),
        (-width / 2, height / 2),
    ]
    return [(centre_x + dx * cos - dy * sin, centre_y + dx * sin + dy * cos) for dx, dy in halves]
