"""When the days, zones and booths of an edition change, what is booked follows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from festival.domain import applying, availability, edition_days, slots
from festival.enums import SlotState, ZoneMode
from festival.exceptions import SlotTaken
from festival.models import Application, Booth, BoothSlot, FestivalPage, ZoneDay, ZoneRules
from tests.city import City
from tests.festival.booking import Edition

DAY = dt.timedelta(days=1)


@pytest.fixture
def edition(city: City) -> Edition:
    return Edition(city, days=2)


def move(edition: Edition, by: dt.timedelta, *, days: int = 2) -> None:
    """Publish the edition with other days."""
    page = FestivalPage.objects.get(pk=edition.festival.pk)
    assert page.starts_on
    page.starts_on += by
    page.ends_on = page.starts_on + DAY * (days - 1)
    page.save_revision().publish()
    edition.festival = FestivalPage.objects.get(pk=page.pk)


def whose(booth: Booth) -> dict[dt.date, tuple[str, int | None]]:
    rows = BoothSlot.objects.filter(booth=booth).exclude(state=SlotState.FREE)
    return {row.day: (row.state, row.application_id) for row in rows}


def test_a_new_booth_can_be_had_at_once(edition: Edition) -> None:
    zone = edition.zone(ZoneMode.OPEN)
    booth = Booth.objects.create(zone=zone, number="C99", x=10, y=300)
    assert BoothSlot.objects.filter(booth=booth).count() == 2
    assert set(ZoneDay.objects.filter(zone=zone).values_list("capacity", flat=True)) == {4}
    ZoneRules.objects.get(zone=zone).delete()
    rules = ZoneRules(zone=zone, mode=ZoneMode.OPEN, capacity=2)
    rules.save()
    assert set(ZoneDay.objects.filter(zone=zone).values_list("capacity", flat=True)) == {2}


def test_an_edition_without_rules_has_no_rows(city: City) -> None:
    page = city.festival(slug="plain", starts_on=timezone.localdate() + DAY)
    city.booth(city.zone(page))
    assert not BoothSlot.objects.filter(booth__festival=page).exists()


def test_who_has_a_booth_has_it_on_the_new_days(edition: Edition) -> None:
    first, second, third = edition.booths(ZoneMode.OPEN)
    mine = edition.submitted(ZoneMode.OPEN, address="a@example.cn", booths=(first,))
    held = edition.draft(ZoneMode.OPEN, address="b@example.cn", booths=(second,))
    ends = BoothSlot.objects.filter(booth=second).values_list("expires_at", flat=True)[0]
    move(edition, DAY * 7)
    days = slots.days_of(edition.festival)
    assert whose(first) == dict.fromkeys(days, (SlotState.CONFIRMED, mine.pk))
    assert whose(second) == dict.fromkeys(days, (SlotState.HELD, held.pk))
    assert set(BoothSlot.objects.filter(booth=second, day__in=days).values_list("expires_at", flat=True)) == {
        ends
    }
    assert {
        (row.day in days, row.confirmed) for row in ZoneDay.objects.filter(zone=edition.zone(ZoneMode.OPEN))
    } == {(True, 1), (False, 0)}
    shown = {one["number"]: one["state"] for one in availability.of(edition.festival)["booths"]}
    assert [shown[one.number] for one in (first, second, third)] == ["taken", "held", "free"]
    applying.submit(application=Application.objects.get(pk=held.pk))
    with pytest.raises(SlotTaken):
        edition.draft(ZoneMode.OPEN, address="c@example.cn", booths=(first,))


def test_days_that_stay_are_left_alone(edition: Edition) -> None:
    booth = edition.booths(ZoneMode.OPEN)[0]
    mine = edition.submitted(ZoneMode.OPEN, booths=(booth,))
    before = BoothSlot.objects.get(booth=booth, day=edition.festival.ends_on)
    move(edition, DAY)
    after = BoothSlot.objects.get(pk=before.pk)
    assert (after.generation, after.application_id) == (before.generation, mine.pk)
    assert set(whose(booth)) == set(slots.days_of(edition.festival))


def test_a_blocked_booth_stays_blocked_until_it_is_given_back(edition: Edition) -> None:
    booth = edition.booths(ZoneMode.OPEN)[0]
    slots.block(booth=booth)
    move(edition, DAY * 7, days=1)
    with pytest.raises(SlotTaken):
        edition.draft(ZoneMode.OPEN, booths=(booth,))
    slots.unblock(booth=booth)
    edition_days.follow(festival=edition.festival)
    mine = edition.draft(ZoneMode.OPEN, booths=(booth,))
    assert {slot.day for slot in slots.held_by(mine)} == set(slots.days_of(edition.festival))


def test_a_lowered_capacity_takes_no_booth_away(edition: Edition) -> None:
    zone = edition.zone(ZoneMode.OPEN)
    for n, booth in enumerate(edition.booths(ZoneMode.OPEN)[:2]):
        edition.submitted(ZoneMode.OPEN, address=f"{n}@example.cn", booths=(booth,))
    rules = ZoneRules.objects.get(zone=zone)
    rules.capacity = 1
    rules.save()
    assert set(ZoneDay.objects.filter(zone=zone).values_list("capacity", "confirmed")) == {(2, 2)}
    move(edition, DAY * 7)
    days = slots.days_of(edition.festival)
    rows = ZoneDay.objects.filter(zone=zone, day__in=days)
    assert set(rows.values_list("capacity", "confirmed")) == {(2, 2)}


def test_where_nothing_changed_little_is_asked(
    edition: Edition, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    with django_assert_max_num_queries(9):  # four of them begin and end transactions
        edition_days.follow(festival=edition.festival)
