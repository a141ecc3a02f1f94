"""The way of an application through its states, by the doors of the domain."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.mail import EmailMessage
from django.utils import timezone

from festival.domain import applying, deciding, slots, waitlist
from festival.domain.transitions import organiser
from festival.enums import ApplicationState, SlotState, ZoneMode
from festival.exceptions import (
    FieldsRefused,
    HoldExpired,
    LimitReached,
    NotOpen,
    SlotTaken,
    StateChanged,
    ZoneFull,
)
from festival.models import Application, BoothSlot, SlotEvent, ZoneDay
from tests.city import City
from tests.festival.booking import Edition

S = ApplicationState


def states(application: Application) -> list[str]:
    return list(application.events.values_list("to_state", flat=True))


def test_organiser_approves_and_allots(edition: Edition, city: City, mailoutbox: list[EmailMessage]) -> None:
    application = edition.submitted()
    organiser = city.user("organiser")
    deciding.approve(application=application, actor=organiser, version=application.version)
    booth = edition.booths(ZoneMode.ALLOT)[0]
    deciding.allot(application=application, booths=[booth], actor=organiser)
    slot = BoothSlot.objects.get(booth=booth)
    assert (slot.state, slot.application, slot.generation) == (SlotState.CONFIRMED, application, 1)
    assert states(application) == [S.SUBMITTED, S.APPROVED, S.ALLOCATED]
    assert ZoneDay.objects.get(zone=booth.zone).confirmed == 1
    # One mail for each state that concerns the stallholder.
    assert [mail.to for mail in mailoutbox] == [["tan@example.cn"]] * 3


def test_open_zone_is_first_come(edition: Edition) -> None:
    booth = edition.booths(ZoneMode.OPEN)[0]
    mine = edition.draft(ZoneMode.OPEN, booths=(booth,))
    with pytest.raises(SlotTaken, match=booth.number):
        edition.draft(ZoneMode.OPEN, address="zhou@example.cn", booths=(booth,))
    applying.submit(application=mine)
    assert mine.state == S.ALLOCATED
    assert list(SlotEvent.objects.filter(slot__booth=booth).values_list("act", flat=True)) == [
        "held",
        "confirmed",
    ]


def test_hold_runs_out_and_what_was_typed_stays(edition: Edition) -> None:
    begun = timezone.now()
    booth = edition.booths(ZoneMode.OPEN)[0]
    mine = edition.draft(ZoneMode.OPEN, booths=(booth,), now=begun)
    late = begun + slots.HOLD
    with pytest.raises(HoldExpired):
        applying.submit(application=mine, now=late)
    mine.refresh_from_db()
    assert (mine.state, mine.offer) == (S.DRAFT, "绳编与盘扣")
    other = edition.draft(ZoneMode.OPEN, address="zhou@example.cn", booths=(booth,), now=late)
    applying.submit(application=other, now=late)
    assert BoothSlot.objects.get(booth=booth).application == other


def test_waitlist_is_offered_what_comes_free_in_its_order(edition: Edition) -> None:
    booths = edition.booths(ZoneMode.OPEN)
    taken = [
        edition.submitted(ZoneMode.OPEN, address=f"{n}@example.cn", booths=(b,)) for n, b in enumerate(booths)
    ]
    first = edition.submitted(ZoneMode.OPEN, address="first@example.cn")
    second = edition.submitted(ZoneMode.OPEN, address="second@example.cn")
    assert [(one.state, waitlist.position_of(one)) for one in (first, second)] == [
        (S.WAITLISTED, 1),
        (S.WAITLISTED, 2),
    ]
    applying.withdraw(application=taken[1])
    first.refresh_from_db()
    assert first.state == S.OFFERED and first.offer_expires_at
    assert waitlist.lapse_due(now=first.offer_expires_at) == 1
    second.refresh_from_db()
    applying.accept(application=second)
    assert BoothSlot.objects.get(booth=booths[1]).application == second
    assert Application.objects.get(pk=first.pk).state == S.LAPSED


def test_newcomer_does_not_overtake_who_waits(edition: Edition) -> None:
    begun = timezone.now()
    booths = edition.booths(ZoneMode.OPEN)
    for n, booth in enumerate(booths[1:]):
        edition.submitted(ZoneMode.OPEN, address=f"{n}@example.cn", booths=(booth,), now=begun)
    edition.draft(ZoneMode.OPEN, address="slow@example.cn", booths=(booths[0],), now=begun)
    first = edition.submitted(ZoneMode.OPEN, address="first@example.cn", now=begun)
    late = begun + slots.HOLD
    with pytest.raises(ZoneFull):
        edition.draft(ZoneMode.OPEN, address="new@example.cn", booths=(booths[0],), now=late)
    assert waitlist.fill_open_zones(now=late) == 1
    assert Application.objects.get(pk=first.pk).state == S.OFFERED


def test_waitlist_is_reordered_with_a_reason(edition: Edition, city: City) -> None:
    deciders = [edition.submitted(address=f"{n}@example.cn") for n in range(3)]
    for one in deciders:
        deciding.put_on_waitlist(application=one, actor=city.user("organiser"))
    last = Application.objects.get(pk=deciders[2].pk)
    waitlist.reorder(application=last, position=1, by=organiser(city.user("organiser")), reason="社区推荐")
    order = Application.objects.filter(state=S.WAITLISTED).order_by("rank").values_list("pk", "rank")
    assert list(order) == [(deciders[2].pk, 1), (deciders[0].pk, 2), (deciders[1].pk, 3)]


def test_limit_per_applicant_counts_all_booths(edition: Edition) -> None:
    booths = edition.booths(ZoneMode.OPEN)
    edition.draft(ZoneMode.OPEN, booths=(booths[0],))
    with pytest.raises(LimitReached):
        edition.draft(ZoneMode.OPEN, booths=(booths[1],))
    assert BoothSlot.objects.filter(state=SlotState.HELD).count() == 1


def test_two_organisers_at_once(edition: Edition, city: City) -> None:
    application = edition.submitted()
    seen = application.version
    deciding.approve(application=application, actor=city.user("organiser"), version=seen)
    again = Application.objects.get(pk=application.pk)
    with pytest.raises(StateChanged):
        deciding.reject(application=again, actor=city.user("admin"), reason="重复", version=seen)
    assert Application.objects.get(pk=application.pk).state == S.APPROVED


def test_nothing_is_taken_before_the_opening(city: City) -> None:
    opens = timezone.now() + dt.timedelta(hours=1)
    edition = Edition(city, opens_at=opens, closes_at=opens + dt.timedelta(days=1))
    with pytest.raises(NotOpen, match="开始"):
        edition.draft()
    assert edition.draft(now=opens).state == S.DRAFT


def test_what_is_missing_is_named(edition: Edition) -> None:
    question = edition.ask("要用电吗")
    document = edition.require("食品经营许可证", has_expiry=True, zones=[])
    application = edition.draft()
    with pytest.raises(FieldsRefused) as refused:
        applying.submit(application=application)
    assert set(refused.value.problems) == {f"question:{question.pk}", f"document:{document.pk}"}


def test_a_changed_rule_reaches_only_what_comes_later(edition: Edition) -> None:
    application = edition.submitted()
    edition.ask("新加的问题")
    applying.edit(application=application, changes={"offer": "只卖盘扣"})
    assert Application.objects.get(pk=application.pk).offer == "只卖盘扣"
    with pytest.raises(FieldsRefused):
        edition.submitted(address="zhou@example.cn")
