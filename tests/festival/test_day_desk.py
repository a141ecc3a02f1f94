"""The organiser's pages of draws and of the day: what they do, and for whom."""

from __future__ import annotations

import datetime as dt
import json
import re

import pytest
from django.test import Client
from django.utils import timezone

from festival.domain import arrivals, checkin, passes
from festival.enums import ApplicationState, ScanAnswer, ZoneMode
from festival.models import Application, BookingRules, CheckInDevice, CheckInScan, Draw, NoShowDeadline
from tests.city import City
from tests.festival.booking import Edition

pytestmark = pytest.mark.once  # shows nothing that hangs on the database

S = ApplicationState


@pytest.fixture
def edition(city: City) -> Edition:
    return Edition(city, starts_on=timezone.localdate())


@pytest.fixture
def desk(city: City) -> Client:
    return city.browser("organiser")


def address(edition: Edition, rest: str) -> str:
    return f"/admin/booking/{edition.festival.pk}/{rest}"


def allocated(edition: Edition, *, n: int = 0) -> Application:
    booth = edition.booths(ZoneMode.OPEN)[n]
    return edition.submitted(ZoneMode.OPEN, address=f"a{n}@example.cn", booths=(booth,))


def text_of(answer: object) -> str:
    return str(answer.content.decode())  # type: ignore[attr-defined]


def test_list_is_published_and_drawn_from_the_desk(edition: Edition, desk: Client) -> None:
    mine = [edition.submitted(address=f"a{n}@example.cn") for n in range(3)]
    page = address(edition, "draws/")
    assert "截止以后才能公布" in text_of(desk.get(page))
    now = timezone.now()
    BookingRules.objects.update(opens_at=now - dt.timedelta(days=2), closes_at=now - dt.timedelta(hours=1))
    typed = {
        "zone": str(edition.zones[ZoneMode.ALLOT].pk),
        "title": "手作抽签",
        "places": "1",
        "seed_source": "明天的开奖号码",
        "seed_at": (timezone.localtime() - dt.timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M"),
    }
    refused = text_of(desk.post(page, typed))
    assert "谁也不能先知道" in refused and 'value="明天的开奖号码"' in refused
    typed["seed_at"] = (timezone.localtime() + dt.timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M")
    assert desk.post(page, typed).status_code == 302
    draw = Draw.objects.get()
    shown = text_of(desk.get(page))
    assert draw.list_hash in shown and 'name="seed"' not in shown
    hold = f"/admin/booking/draws/{draw.pk}/hold/"
    assert "时间还没有到" in text_of(desk.post(hold, {"seed": "7"}))
    # As if the hour had passed.
    Draw.objects.update(published_at=now - dt.timedelta(hours=3), seed_at=now - dt.timedelta(hours=2))
    refused = text_of(desk.post(hold, {"seed": " "}))
    assert "请写种子" in refused
    assert desk.post(hold, {"seed": "03 08"}).status_code == 302
    states = sorted(
        Application.objects.filter(pk__in=[one.pk for one in mine]).values_list("state", flat=True)
    )
    assert states == [S.APPROVED, S.WAITLISTED, S.WAITLISTED]
    assert "03 08" in text_of(desk.get(page))


def test_device_link_is_shown_once_and_ended(edition: Edition, desk: Client) -> None:
    made = desk.post(address(edition, "day/devices/"), {"name": "东门"})
    secret = re.search(r'/checkin/#([\w-]{43})"', text_of(made))
    assert secret is not None and "<svg" in text_of(made)
    assert made["Cache-Control"].startswith(("no-store", "max-age=0"))
    assert checkin.find_device(secret[1]) is not None
    day = text_of(desk.get(address(edition, "day/")))
    assert "东门" in day and secret[1] not in day
    device = CheckInDevice.objects.get()
    assert device.digest not in day
    desk.post(f"/admin/booking/devices/{device.pk}/revoke/")
    assert checkin.find_device(secret[1]) is None
    assert "请写这台设备给谁用" in text_of(desk.post(address(edition, "day/devices/"), {"name": " "}))


def test_who_has_not_come_is_given_up(edition: Edition, desk: Client) -> None:
    late, came = allocated(edition), allocated(edition, n=1)
    actor = edition.city.user("organiser")
    device, _ = checkin.make_device(festival=edition.festival, name="东门", actor=actor)
    reading = checkin.Reading("nonce-0001", passes.issue(came).code, timezone.now())
    checkin.record_scans(device=device, readings=[reading])
    page = text_of(desk.get(address(edition, "day/")))
    assert "C01" in page and "C02" not in page
    desk.post(f"/admin/booking/applications/{late.pk}/no-show/", {"version": str(late.version)})
    late.refresh_from_db()
    assert late.state == S.NO_SHOW
    desk.post(f"/admin/booking/applications/{came.pk}/no-show/")
    came.refresh_from_db()
    assert came.state == S.CHECKED_IN


def test_deadline_is_set_and_taken_away(
    edition: Edition, city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = address(edition, "day/deadline/")
    noon = timezone.localtime().replace(hour=12, minute=0, second=0, microsecond=0)
    monkeypatch.setattr(timezone, "now", lambda: noon)
    desk = city.browser("organiser")  # signed in at noon: sessions end by the clock too
    for typed in ("", "25:00", "half past ten"):
        assert "请写时间" in text_of(desk.post(path, {"at": typed}))
    assert "过了" in text_of(desk.post(path, {"at": "11:59"}))
    assert desk.post(path, {"at": "13:30"}).status_code == 302
    assert timezone.localtime(NoShowDeadline.objects.get().at).strftime("%H:%M") == "13:30"
    desk.post(path, {"clear": "1"})
    assert not NoShowDeadline.objects.exists()


def test_conflict_is_settled(edition: Edition, desk: Client) -> None:
    application = allocated(edition)
    actor = edition.city.user("organiser")
    device, _ = checkin.make_device(festival=edition.festival, name="东门", actor=actor)
    scan = CheckInScan.objects.create(
        festival=edition.festival,
        device=device,
        nonce="nonce-0001",
        code="22222222",
        application=application,
        day=timezone.localdate(),
        scanned_at=timezone.now(),
        received_at=timezone.now(),
        answer=ScanAnswer.CONFLICT,
        detail="摊位给了别人",
    )
    assert "摊位给了别人" in text_of(desk.get(address(edition, "day/")))
    desk.post(f"/admin/booking/scans/{scan.pk}/settle/")
    assert "摊位给了别人" not in text_of(desk.get(address(edition, "day/")))
    scan.refresh_from_db()
    assert scan.settled_by == actor


def test_board_shows_the_same_with_and_without_its_script(edition: Edition, desk: Client) -> None:
    allocated(edition)
    figures = json.loads(desk.get(address(edition, "board/figures/")).content)
    page = text_of(desk.get(address(edition, "board/")))
    assert figures["total"] == arrivals.board(edition.festival)["total"]
    zone = next(one for one in figures["zones"] if one["name"] == "旧书")
    assert (zone["arrived"], zone["expected"]) == (0, 1)
    assert f'data-figure="expected">{zone["expected"]}<' in page
    assert 'http-equiv="refresh"' in page


@pytest.mark.parametrize("who", ["editor", "moderator", "outsider", ""])
def test_desk_is_closed_to_others(edition: Edition, city: City, who: str) -> None:
    application = allocated(edition)
    edition.submitted()
    actor = city.user("organiser")
    device, _ = checkin.make_device(festival=edition.festival, name="东门", actor=actor)
    browser = city.browser(who)
    closed = 404 if who else 302  # sent to sign in
    for rest in ("draws/", "day/", "board/", "board/figures/"):
        assert browser.get(address(edition, rest)).status_code == closed, rest
    for path in (
        address(edition, "day/devices/"),
        address(edition, "day/deadline/"),
        f"/admin/booking/applications/{application.pk}/no-show/",
        f"/admin/booking/devices/{device.pk}/revoke/",
    ):
        assert browser.post(path, {"name": "x", "at": "23:59"}).status_code == closed, path
    application.refresh_from_db()
    device.refresh_from_db()
    assert application.state == S.ALLOCATED and device.revoked_at is None
    assert CheckInDevice.objects.count() == 1 and not NoShowDeadline.objects.exists()
