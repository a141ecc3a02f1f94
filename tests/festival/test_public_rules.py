"""What the public item of an edition says of its booking follows every change of the rules."""

from __future__ import annotations

import json
from typing import Any

import pytest

from festival.enums import QuestionKind, ZoneMode
from tests.city import City
from tests.festival.booking import Edition

pytestmark = pytest.mark.once  # shows nothing that hangs on the database


def zone_of(city: City, slug: str) -> dict[str, Any]:
    zones = city.item("festivals/fair")["booking"]["zones"]
    found: dict[str, Any] = next(one for one in zones if one["mode"] == slug)
    return found


def test_categories_of_a_zone_and_zones_of_a_question(edition: Edition, city: City) -> None:
    rules = edition.zone(ZoneMode.ALLOT).rules
    assert zone_of(city, "allot")["categories"] == ["小吃", "手作"]
    rules.categories.set([edition.crafts])
    assert zone_of(city, "allot")["categories"] == ["手作"]
    rules.categories.clear()
    assert zone_of(city, "allot")["categories"] == ["小吃", "手作"]
    question = edition.ask("要几张桌子")
    assert zone_of(city, "pick")["questions"]
    question.zones = [edition.zone(ZoneMode.ALLOT)]
    question.save()
    assert not zone_of(city, "pick")["questions"] and zone_of(city, "allot")["questions"]


def test_public_item_says_how_it_is_booked(city: City, edition: Edition) -> None:
    booking = city.item("festivals/fair")["booking"]
    assert [zone["mode"] for zone in booking["zones"]] == ["allot", "pick", "open"]
    edition.ask("几盏灯", QuestionKind.NUMBER)
    assert "几盏灯" in json.dumps(city.item("festivals/fair")["booking"], ensure_ascii=False)
