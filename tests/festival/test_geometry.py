"""Floor plans: what is a shape, and what lies in it."""

from __future__ import annotations

import math
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from festival.geometry import contains, corners, polygon
from festival.models import shape_points

SQUARE = [(0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0)]
# An L: the upper right quarter is missing.
ANGLE = [(0.0, 0.0), (10.0, 0.0), (10.0, 5.0), (5.0, 5.0), (5.0, 10.0), (0.0, 10.0)]


def test_polygon_of_points() -> None:
    assert polygon([[0, 0], [1.5, 0], [0, -2]]) == [(0, 0), (1.5, 0), (0, -2)]


@pytest.mark.parametrize(
    "value",
    [
        None,
        {},
        "0,0 1,1 2,2",
        [],
        [[0, 0], [1, 1]],
        [[0, 0], [1, 1], [2]],
        [[0, 0], [1, 1], [2, 2, 2]],
        [[0, 0], [1, 1], ["2", "2"]],
        [[0, 0], [1, 1], [None, 2]],
        [[0, 0], [1, 1], [math.inf, 2]],
        [[0, 0], [1, 1], [math.nan, 2]],
        [[0, 0], [1, 1], 3],
    ],
)
def test_what_is_no_polygon_is_refused(value: Any) -> None:
    with pytest.raises(ValidationError):
        polygon(value)


@pytest.mark.parametrize(
    ("point", "inside"),
    [
        ((5, 5), True),
        ((0, 0), True),
        ((10, 10), True),
        ((10, 5), True),
        ((5, 0), True),
        ((10.001, 5), False),
        ((-0.001, 5), False),
        ((5, -1), False),
        ((5, 11), False),
        ((20, 0), False),
    ],
)
def test_point_in_a_square(point: tuple[float, float], inside: bool) -> None:
    assert contains(SQUARE, point) is inside
    assert contains(SQUARE[::-1], point) is inside


@pytest.mark.parametrize(
    ("point", "inside"),
    [((2, 8), True), ((8, 2), True), ((5, 5), True), ((5, 8), True), ((8, 8), False), ((6, 6), False)],
)
def test_point_in_an_angle(point: tuple[float, float], inside: bool) -> None:
    assert contains(ANGLE, point) is inside


def test_corners_of_a_booth_that_stands_straight() -> None:
    assert corners(x=10, y=20, width=60, height=40, rotation=0) == [(10, 20), (70, 20), (70, 60), (10, 60)]


@pytest.mark.parametrize("rotation", [90, -270, 450])
def test_corners_of_a_booth_that_is_turned(rotation: float) -> None:
    """About its centre, clockwise: the top left corner comes to the top right."""
    found = corners(x=10, y=20, width=60, height=40, rotation=rotation)
    assert [(round(x, 6), round(y, 6)) for x, y in found] == [(60, 10), (60, 70), (20, 70), (20, 10)]


def test_booth_turned_by_half_stands_where_it_stood() -> None:
    straight = corners(x=0, y=0, width=6, height=4, rotation=0)
    turned = corners(x=0, y=0, width=6, height=4, rotation=180)
    assert {(round(x, 6), round(y, 6)) for x, y in turned} == set(straight)


@pytest.mark.parametrize(
    ("text", "points"),
    [("0,0 10,0 10,10", [[0, 0], [10, 0], [10, 10]]), ("0，0  1.5,0\n0,-2", [[0, 0], [1.5, 0], [0, -2]])],
)
def test_shape_written_as_text(text: str, points: list[list[float]]) -> None:
    assert shape_points(text) == points


@pytest.mark.parametrize("text", ["", "0,0 1,1", "a,b c,d e,f", "0,0 1,1 2", "0,0 1,1 inf,2", "0 0 1 1 2 2"])
def test_text_that_is_no_shape_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        shape_points(text)
