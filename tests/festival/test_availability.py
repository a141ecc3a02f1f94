"""What the public knows of the booths."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from festival.domain import applying, availability, slots
from festival.enums import ZoneMode
from festival.models import Application, ZoneRules
from tests.city import City
from tests.festival.booking import Edition


@pytest.fixture
def edition(city: City) -> Edition:
    return Edition(city, days=2)


def zone(known: dict[str, Any], slug: str) -> dict[str, Any]:
    found: dict[str, Any] = next(one for one in known["zones"] if one["slug"] == slug)
    return found


def states(known: dict[str, Any]) -> dict[str, str]:
    return {one["number"]: one["state"] for one in known["booths"]}


def test_booths_are_free_held_taken_or_closed(
    edition: Edition, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    first, second, third = edition.booths(ZoneMode.OPEN)
    applying.submit(application=edition.draft(ZoneMode.OPEN, booths=(first,)))
    edition.draft(ZoneMode.OPEN, address="zhou@example.cn", booths=(second,))
    slots.block(booth=third)
    with django_assert_num_queries(3):
        known = availability.of(edition.festival)
    assert {number: state for number, state in states(known).items() if number.startswith("C")} == {
        "C01": "taken",
        "C02": "held",
        "C03": "closed",
    }
    assert zone(known, "open") == {
        "slug": "open", "mode": "open", "capacity": 3, "confirmed": 1, "free": 0, "waiting": 0,
    }  # fmt: skip
    assert zone(known, "allot")["free"] == 3


def test_hold_that_ran_out_is_free_at_its_very_end(edition: Edition) -> None:
    begun = timezone.now()
    edition.draft(ZoneMode.OPEN, booths=(edition.booths(ZoneMode.OPEN)[0],), now=begun)
    end = begun + slots.HOLD
    assert states(availability.of(edition.festival, now=end - dt.timedelta(seconds=1)))["C01"] == "held"
    assert states(availability.of(edition.festival, now=end))["C01"] == "free"


def test_only_a_name_that_may_be_seen_is_told(edition: Edition) -> None:
    first, second, _ = edition.booths(ZoneMode.OPEN)
    applying.submit(application=edition.draft(ZoneMode.OPEN, booths=(first,)))
    shy = availability.of(edition.festival)["booths"]
    Application.objects.update(name_is_public=True)
    edition.draft(ZoneMode.OPEN, address="zhou@example.cn", booths=(second,))
    Application.objects.update(name_is_public=True)
    named = availability.of(edition.festival)["booths"]
    assert {one["name"] for one in shy} == {""}
    assert {one["number"]: one["name"] for one in named if one["name"]} == {"C01": "谭家绳编"}


def test_zone_has_no_more_free_than_it_has_room_for(edition: Edition) -> None:
    ZoneRules.objects.filter(zone=edition.zone(ZoneMode.ALLOT)).update(capacity=2)
    slots.prepare(festival=edition.festival)
    assert zone(availability.of(edition.festival), "allot")["free"] == 2


def test_who_waits_is_counted(edition: Edition) -> None:
    for number, booth in enumerate(edition.booths(ZoneMode.OPEN)):
        applying.submit(
            application=edition.draft(ZoneMode.OPEN, address=f"stall{number}@example.cn", booths=(booth,))
        )
    applying.submit(application=edition.draft(ZoneMode.OPEN, address="late@example.cn"))
    assert zone(availability.of(edition.festival), "open")["waiting"] == 1
