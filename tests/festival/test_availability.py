"""Which booths are to be had, as everybody may know it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.utils import timezone

from festival.domain import applying, availability, deciding, slots
from festival.enums import ZoneMode
from festival.models import ZoneRules
from tests.city import City
from tests.festival.booking import Edition


def states(edition: Edition, **options: Any) -> dict[str, str]:
    return {one["number"]: one["state"] for one in availability.of(edition.festival, **options)["booths"]}


def zone(edition: Edition, mode: ZoneMode, **options: Any) -> dict[str, Any]:
    found = availability.of(edition.festival, **options)["zones"]
    return next(one for one in found if one["mode"] == mode)


def test_a_booth_is_free_held_taken_or_closed(edition: Edition) -> None:
    begun = timezone.now()
    first, second, third = edition.booths(ZoneMode.OPEN)
    edition.submitted(ZoneMode.OPEN, address="a@example.cn", booths=(first,), now=begun)
    edition.draft(ZoneMode.OPEN, address="b@example.cn", booths=(second,), now=begun)
    slots.block(booth=third)
    found = states(edition, now=begun)
    assert [found[one.number] for one in (first, second, third)] == ["taken", "held", "closed"]
    assert zone(edition, ZoneMode.OPEN, now=begun) == {
        "slug": "open",
        "mode": "open",
        "capacity": 3,
        "confirmed": 1,
        "free": 0,
        "waiting": 0,
    }
    after = begun + slots.HOLD
    assert states(edition, now=after)[second.number] == "free"
    assert zone(edition, ZoneMode.OPEN, now=after)["free"] == 1


def test_nothing_tells_who_holds_a_booth_or_until_when(edition: Edition) -> None:
    first, second, _ = edition.booths(ZoneMode.OPEN)
    mine = edition.draft(ZoneMode.OPEN, address="a@example.cn", booths=(first,))
    applying.edit(application=mine, changes={"name_is_public": True})
    shy = edition.draft(ZoneMode.OPEN, address="b@example.cn", booths=(second,))
    names = {one["number"]: one["name"] for one in availability.of(edition.festival)["booths"]}
    assert set(names.values()) == {""}
    applying.submit(application=mine)
    applying.submit(application=shy)
    # Taken at once, but nobody of the district has read the name yet.
    assert {one["name"] for one in availability.of(edition.festival)["booths"]} == {""}
    for one in (mine, shy):
        deciding.approve_name(application=one, approved=True, actor=edition.city.user("organiser"))
    found = availability.of(edition.festival)
    names = {one["number"]: one["name"] for one in found["booths"]}
    assert (names[first.number], names[second.number]) == ("谭家绳编", "")
    assert {frozenset(one) for one in found["booths"]} == {frozenset({"number", "state", "name"})}
    applying.withdraw(application=mine)
    assert {one["name"] for one in availability.of(edition.festival)["booths"]} == {""}


def test_a_zone_has_no_more_free_booths_than_its_capacity_has_room_for(edition: Edition) -> None:
    ZoneRules.objects.filter(zone=edition.zone(ZoneMode.OPEN)).update(capacity=2)
    slots.prepare(festival=edition.festival)
    assert zone(edition, ZoneMode.OPEN)["free"] == 2
    edition.draft(ZoneMode.OPEN, booths=tuple(edition.booths(ZoneMode.OPEN)[:1]))
    assert zone(edition, ZoneMode.OPEN)["free"] == 1


def test_who_waits_is_counted(edition: Edition) -> None:
    for n, booth in enumerate(edition.booths(ZoneMode.OPEN)):
        edition.submitted(ZoneMode.OPEN, address=f"{n}@example.cn", booths=(booth,))
    edition.submitted(ZoneMode.OPEN, address="late@example.cn")
    assert zone(edition, ZoneMode.OPEN)["waiting"] == 1


def test_of_several_days_the_fullest_to_come_counts(city: City) -> None:
    edition = Edition(city, days=2, starts_on=timezone.localdate())
    booth = edition.booths(ZoneMode.OPEN)[0]
    mine = edition.draft(ZoneMode.OPEN, booths=(booth,))
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    applying.submit(application=mine)
    slots.release(application=mine, from_day=tomorrow)
    assert states(edition)[booth.number] == "taken"
    assert zone(edition, ZoneMode.OPEN)["confirmed"] == 1
    assert states(edition, now=timezone.now() + dt.timedelta(days=1))[booth.number] == "free"


def test_a_zone_without_rules_is_closed(edition: Edition) -> None:
    edition.zone(ZoneMode.ALLOT).rules.delete()
    found = states(edition)
    assert {found[one.number] for one in edition.booths(ZoneMode.ALLOT)} == {"closed"}
    assert [one["slug"] for one in availability.of(edition.festival)["zones"]] == ["pick", "open"]
    edition.rules.delete()
    assert availability.of(edition.festival)["zones"] == []


def test_two_queries_however_many_booths(
    edition: Edition, django_assert_num_queries: Callable[[int], Any]
) -> None:
    for n, booth in enumerate(edition.booths(ZoneMode.OPEN)):
        edition.submitted(ZoneMode.OPEN, address=f"{n}@example.cn", booths=(booth,))
    with django_assert_num_queries(2):
        availability.of(edition.festival)
