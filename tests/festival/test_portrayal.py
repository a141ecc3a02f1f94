"""An application as its stallholder sees it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from festival.domain import applying, deciding, slots
from festival.domain.contacts import Contact
from festival.domain.portrayal import portray
from festival.enums import ContactKind, ZoneMode
from festival.models import Application
from tests.city import City
from tests.festival.booking import Edition

pytestmark = pytest.mark.once  # shows nothing that hangs on the database


def test_a_draft_says_what_is_missing_and_until_when_its_booth_is_held(edition: Edition) -> None:
    begun = timezone.now()
    booth = edition.booths(ZoneMode.OPEN)[0]
    question = edition.ask("要用电吗")
    draft = edition.draft(ZoneMode.OPEN, booths=(booth,), now=begun)
    shown = portray(draft, now=begun)
    assert shown["hold"]["booths"] == [booth.number]
    assert dt.datetime.fromisoformat(shown["hold"]["expires_at"]) == (begun + slots.HOLD).replace(
        microsecond=0
    )
    assert list(shown["problems"]) == [f"question:{question.pk}"]
    assert shown["may"] == ["edit", "submit", "hold", "withdraw"]
    assert portray(draft, now=begun + slots.HOLD)["hold"] is None
    assert portray(draft, now=edition.rules.closes_at)["may"] == ["edit", "withdraw"]


def test_notes_and_names_of_organisers_are_not_shown(edition: Edition, city: City) -> None:
    application = edition.submitted()
    organiser = city.user("organiser")
    deciding.note(application=application, text="去年迟到过", actor=organiser)
    deciding.ask(application=application, text="请补充菜单", actor=organiser)
    shown = portray(application)
    assert [(one["by"], one["text"]) for one in shown["messages"]] == [("organiser", "请补充菜单")]
    assert [(one["state"], one["reason"]) for one in shown["history"]] == [
        ("submitted", ""),
        ("needs_info", "请补充菜单"),
    ]
    assert "去年迟到过" not in repr(shown)
    assert not any("actor" in key for one in [*shown["messages"], *shown["history"]] for key in one)
    assert shown["contact"] == "t***@example.cn"


def test_a_phone_is_masked(edition: Edition) -> None:
    contact = Contact(ContactKind.PHONE, "13800000000")
    application, _ = applying.start(
        festival=edition.festival, zone=edition.zone(ZoneMode.ALLOT), contact=contact
    )
    assert portray(application)["contact"] == "138****0000"


def test_booths_and_the_way_to_them(edition: Edition, city: City) -> None:
    application = edition.submitted(ZoneMode.PICK)
    deciding.approve(application=application, actor=city.user("organiser"))
    assert portray(application)["may"] == ["pick", "withdraw", "message"]
    booth = edition.booths(ZoneMode.PICK)[1]
    applying.pick(application=application, booths=[booth])
    shown = portray(application)
    assert (shown["booths"], shown["hold"]) == ([booth.number], None)
    assert shown["may"] == ["withdraw", "message", "pass"]


def test_a_place_on_the_waitlist_and_an_offer(edition: Edition) -> None:
    taken = [
        edition.submitted(ZoneMode.OPEN, address=f"{n}@example.cn", booths=(booth,))
        for n, booth in enumerate(edition.booths(ZoneMode.OPEN))
    ]
    waiting = edition.submitted(ZoneMode.OPEN, address="late@example.cn")
    assert portray(waiting)["waitlist_position"] == 1
    applying.withdraw(application=taken[0])
    offered = Application.objects.get(pk=waiting.pk)
    shown = portray(offered)
    assert shown["hold"] == {
        "booths": [edition.booths(ZoneMode.OPEN)[0].number],
        "expires_at": shown["offer_expires_at"],
    }
    assert shown["may"] == ["accept", "decline", "withdraw", "message"]
    assert offered.offer_expires_at is not None
    assert "accept" not in portray(offered, now=offered.offer_expires_at)["may"]


def test_a_zone_that_closed_meanwhile_is_said(edition: Edition) -> None:
    draft = edition.draft()
    edition.zone(ZoneMode.ALLOT).rules.delete()
    shown = portray(Application.objects.get(pk=draft.pk))
    assert shown["terms"] is None and list(shown["problems"]) == ["zone"]
    assert shown["may"] == ["edit", "withdraw"]


def test_as_many_queries_whatever_there_is(
    edition: Edition, city: City, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    for n in range(5):
        edition.ask(f"问题{n}", required=False)
        edition.require(f"证件{n}", required=False)
    draft = Application.objects.get(pk=edition.draft().pk)
    draft = Application.objects.select_related("festival", "zone").get(pk=draft.pk)
    with django_assert_max_num_queries(16):
        portray(draft)
