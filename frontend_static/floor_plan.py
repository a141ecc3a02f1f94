"""The floor plan as numbers that a template can draw: courts, landmarks and booths in the plan's own units."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

# Booth numbers must be legible on a phone: no smaller than this many CSS pixels when the plan is enlarged.
_LEGIBLE_PIXELS = 11
_MARGIN = 24
_WIDEST = 4000


@dataclass(slots=True)
class Booth:
    number: str
    offer: str
    x: float
    y: float
    width: float
    height: float
    turn: str
    centre_x: float
    centre_y: float
    type_size: float


@dataclass(slots=True)
class Court:
    """A zone's court with its booths; `view` is the part of the plan around it, `span` its width in plan units."""

    zone: dict[str, Any]
    points: str
    label_x: float
    label_y: float
    booths: list[Booth]
    view: str
    span: float


@dataclass(slots=True)
class Landmark:
    kind: str
    label: str
    points: str
    x: float
    y: float


@dataclass(slots=True)
class Plan:
    """The whole plan; `legible_width` is the width in CSS pixels at which the smallest booth number can be read."""

    width: float
    height: float
    courts: list[Court]
    landmarks: list[Landmark]
    legible_width: int


def draw(festival: dict[str, Any]) -> Plan | None:
    """The plan of an edition; None while there is none. Zones without a shape are only in the list beside it."""
    plan = festival["floor_plan"]
    if plan is None:
        return None
    courts = [_court(zone, plan) for zone in festival["zones"] if len(zone["shape"]) >= 3]
    sizes = [booth.type_size for court in courts for booth in court.booths]
    legible = plan["width"] * _LEGIBLE_PIXELS / min(sizes) if sizes else plan["width"]
    landmarks = []
    for mark in plan["landmarks"]:
        if mark["shape"]:
            x, y = _middle(mark["shape"])
            landmarks.append(Landmark(mark["kind"], mark["label"], _points(mark["shape"]), x, y))
    return Plan(plan["width"], plan["height"], courts, landmarks, min(_WIDEST, max(round(legible), 640)))


def _court(zone: dict[str, Any], plan: dict[str, Any]) -> Court:
    shape = zone["shape"]
    booths = [_booth(booth) for booth in zone["booths"]]
    left = min(x for x, _ in shape)
    top = min(y for _, y in shape)
    right = max(x for x, _ in shape)
    bottom = max(y for _, y in shape)
    left, top = max(0, left - _MARGIN), max(0, top - _MARGIN)
    right, bottom = min(plan["width"], right + _MARGIN), min(plan["height"], bottom + _MARGIN)
    x, y = _middle(shape)
    # The name stands where no booth covers it: above the first row if there is room, else in the middle.
    rows = [booth.y for booth in booths]
    label_y = (
        (min(y for _, y in shape) + min(rows)) / 2
        if rows and min(rows) - min(y for _, y in shape) > 22
        else y
    )
    return Court(
        zone,
        _points(shape),
        x,
        label_y,
        booths,
        f"{_n(left)} {_n(top)} {_n(right - left)} {_n(bottom - top)}",
        right - left,
    )


def _booth(booth: dict[str, Any]) -> Booth:
    x, y, width, height = booth["x"], booth["y"], booth["width"], booth["height"]
    centre_x, centre_y = x + width / 2, y + height / 2
    turn = f"rotate({_n(booth['rotation'])} {_n(centre_x)} {_n(centre_y)})" if booth["rotation"] else ""
    size = min(height * 0.5, width / max(2, len(booth["number"])) * 1.45)
    return Booth(
        booth["number"], booth["offer"], x, y, width, height, turn, centre_x, centre_y, round(size, 1)
    )


def _points(shape: list[list[float]]) -> str:
    return " ".join(f"{_n(x)},{_n(y)}" for x, y in shape)


def _middle(shape: list[list[float]]) -> tuple[float, float]:
    xs, ys = [x for x, _ in shape], [y for _, y in shape]
    return (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2


def _n(value: float) -> str:
    return f"{value:g}"
