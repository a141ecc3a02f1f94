"""The day over HTTP: scans that come late, twice and from several devices, and who has not come."""

from __future__ import annotations

import datetime as dt
import json
import re
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from festival.domain import applying, arrivals, checkin, deciding, passes, slots
from festival.domain.transitions import SYSTEM, organiser
from festival.enums import ApplicationState, ScanAnswer, SlotState, ZoneMode
from festival.exceptions import CheckInRefused, StateChanged
from festival.models import Application, BoothSlot, CheckInDevice, CheckInScan, NoShowDeadline
from tests.city import CITY_HOST, City
from tests.festival.booking import Edition

S = ApplicationState


@pytest.fixture
def edition(city: City) -> Edition:
    return Edition(city, starts_on=timezone.localdate(), days=2, offer_hours=48)


class Device:
    """A telephone at the gate."""

    def __init__(self, edition: Edition, name: str = "东门") -> None:
        user = edition.city.user("organiser")
        self.row, self.secret = checkin.make_device(festival=edition.festival, name=name, actor=user)
        self.client = Client(headers={"host": CITY_HOST, "authorization": f"Bearer {self.secret}"})
        self.sent = 0

    def roster(self) -> dict[str, Any]:
        response = self.client.get("/api/v1/checkin/roster/")
        assert response.status_code == 200, response.content.decode()
        found: dict[str, Any] = response.json()
        return found

    def reading(self, text: str, at: dt.datetime | None = None) -> dict[str, str]:
        self.sent += 1
        nonce = f"{self.row.pk}-nonce-{self.sent}"
        return {"nonce": nonce, "code": text, "scanned_at": (at or timezone.now()).isoformat()}

    def post(self, *readings: Any, **more: Any) -> HttpResponse:
        body = json.dumps({"scans": readings, **more})
        response: HttpResponse = self.client.post(
            "/api/v1/checkin/scans/", body, content_type="application/json"
        )
        return response

    def send(self, *readings: dict[str, str], **more: Any) -> list[dict[str, Any]]:
        response = self.post(*readings, **more)
        assert response.status_code == 200, response.content.decode()
        found: list[dict[str, Any]] = json.loads(response.content)["results"]
        return found

    def scan(self, text: str, at: dt.datetime | None = None) -> str:
        return str(self.send(self.reading(text, at))[0]["answer"])


@pytest.fixture
def gate(edition: Edition) -> Device:
    return Device(edition)


def allocated(edition: Edition, *, n: int = 0, address: str = "tan@example.cn") -> Application:
    booth = edition.booths(ZoneMode.OPEN)[n]
    return edition.submitted(ZoneMode.OPEN, address=address, booths=(booth,))


def code_of(application: Application) -> str:
    return passes.issue(application).code


def test_scan_checks_in_at_the_time_of_the_scan(edition: Edition, gate: Device) -> None:
    application = allocated(edition)
    at = timezone.now() - dt.timedelta(minutes=40)
    token = passes.token_of(passes.issue(application), key=passes.key_of(edition.festival))
    (answer,) = gate.send(gate.reading(token, at))
    assert (answer["answer"], answer["booths"]) == (ScanAnswer.ACCEPTED, ["C01"])
    application.refresh_from_db()
    event = application.events.get(to_state=S.CHECKED_IN)
    assert (application.state, event.at, event.details["device"]) == (S.CHECKED_IN, at, "东门")
    scan = CheckInScan.objects.get()
    assert scan.scanned_at == at < scan.received_at


def test_scan_that_is_sent_again_counts_once(edition: Edition, gate: Device) -> None:
    reading = gate.reading(code_of(allocated(edition)))
    first, again = gate.send(reading), gate.send(reading, reading)
    assert again == first * 2
    assert first[0]["answer"] == ScanAnswer.ACCEPTED
    assert CheckInScan.objects.count() == 1


def test_second_scan_is_told_apart_on_any_device(edition: Edition, gate: Device) -> None:
    code, other = code_of(allocated(edition)), Device(edition, "西门")
    assert gate.scan(code) == ScanAnswer.ACCEPTED
    (answer,) = other.send(other.reading(code))
    assert answer["answer"] == ScanAnswer.REPEATED and "东门" in answer["detail"]
    # And the database keeps it so.
    with pytest.raises(IntegrityError), transaction.atomic():
        CheckInScan.objects.filter(answer=ScanAnswer.REPEATED).update(answer=ScanAnswer.ACCEPTED)


def test_second_day_is_another_arrival(edition: Edition, gate: Device) -> None:
    application = allocated(edition)
    code, now = code_of(application), timezone.now()
    for days, answer in ((0, ScanAnswer.ACCEPTED), (1, ScanAnswer.ACCEPTED), (2, ScanAnswer.CONFLICT)):
        at = now + dt.timedelta(days=days)
        reading = checkin.Reading(f"nonce-{days}", code, at)
        (scan,) = checkin.record_scans(device=gate.row, readings=[reading], now=at)
        assert scan.answer == answer
    assert application.events.filter(to_state=S.CHECKED_IN).count() == 1


def test_revoked_unknown_and_changed_passes_are_refused(edition: Edition, gate: Device, city: City) -> None:
    gone, moved = allocated(edition), allocated(edition, n=1, address="zhou@example.cn")
    codes = code_of(gone), code_of(moved)
    applying.withdraw(application=gone)
    deciding.allot(application=moved, booths=[edition.booths(ZoneMode.OPEN)[2]], actor=city.user("organiser"))
    answers = gate.send(*(gate.reading(text) for text in (*codes, "22222222", "LINLI1:AAAA", "你好")))
    assert [one["answer"] for one in answers] == ["revoked", "revoked", "unknown", "unknown", "unknown"]
    assert "新的通行证" in answers[1]["detail"]
    assert gate.scan(code_of(moved)) == ScanAnswer.ACCEPTED
    assert CheckInScan.objects.count() == 6  # nothing that was read is lost


def test_scan_before_a_withdrawal_that_arrives_after_it_is_for_the_organiser(
    edition: Edition, gate: Device, city: City
) -> None:
    application = allocated(edition)
    code, at = code_of(application), timezone.now() - dt.timedelta(minutes=5)
    applying.withdraw(application=application)
    assert gate.scan(code, at) == ScanAnswer.CONFLICT
    (scan,) = arrivals.conflicts(edition.festival)
    arrivals.settle(scan=scan, actor=city.user("organiser"))
    assert arrivals.conflicts(edition.festival) == []
    with pytest.raises(CheckInRefused):
        arrivals.settle(scan=scan, actor=city.user("organiser"))


def test_wrong_clock_of_a_device_is_put_right(edition: Edition, gate: Device) -> None:
    code, now = code_of(allocated(edition)), timezone.now()
    # Read ten minutes ago, by a telephone that lives in the year 2000.
    odd = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
    reading = gate.reading(code, odd - dt.timedelta(minutes=10))
    (answer,) = gate.send(reading, sent_at=odd.isoformat())
    assert answer["answer"] == ScanAnswer.ACCEPTED
    moment = CheckInScan.objects.get().scanned_at
    assert abs(moment - (now - dt.timedelta(minutes=10))) < dt.timedelta(seconds=30)


def test_no_show_frees_the_booth_for_who_waits(edition: Edition, gate: Device, city: City) -> None:
    late, *_ = [allocated(edition, n=n, address=f"a{n}@example.cn") for n in range(3)]
    waiting = edition.submitted(ZoneMode.OPEN, address="w@example.cn")
    assert waiting.state == S.WAITLISTED
    code, now = code_of(late), timezone.now()
    arrivals.mark_no_show(application=late, by=organiser(city.user("organiser")), now=now)
    waiting.refresh_from_db()
    assert (late.state, waiting.state) == (S.NO_SHOW, S.OFFERED)
    assert waiting.offer_expires_at == now + dt.timedelta(minutes=30)
    # The scan was made in time, but the booth is promised by now.
    (answer,) = gate.send(gate.reading(code, now - dt.timedelta(minutes=1)))
    assert answer["answer"] == ScanAnswer.CONFLICT and "C01" in answer["detail"]
    late.refresh_from_db()
    assert late.state == S.NO_SHOW
    applying.accept(application=waiting)
    assert set(BoothSlot.objects.filter(booth__number="C01").values_list("application", flat=True)) == {
        waiting.pk
    }


def test_scan_of_before_the_no_show_wins_a_booth_that_nobody_has(edition: Edition, gate: Device) -> None:
    application = allocated(edition)
    code, at = code_of(application), timezone.now() - dt.timedelta(minutes=3)
    arrivals.mark_no_show(application=application, by=SYSTEM)
    assert not BoothSlot.objects.filter(application=application).exists()
    assert gate.scan(code, at) == ScanAnswer.ACCEPTED
    application.refresh_from_db()
    assert application.state == S.CHECKED_IN
    assert [slot.state for slot in application.slots.all()] == [SlotState.CONFIRMED] * 2
    assert gate.scan(code) == ScanAnswer.REPEATED


def test_deadline_gives_up_who_has_not_come(edition: Edition, gate: Device) -> None:
    came, late = allocated(edition), allocated(edition, n=1, address="zhou@example.cn")
    gate.scan(code_of(came))
    now = timezone.now()
    arrivals.set_deadline(festival=edition.festival, at=now + dt.timedelta(seconds=1), now=now)
    assert arrivals.sweep_no_shows(now=now) == 0
    assert arrivals.sweep_no_shows(now=now + dt.timedelta(seconds=2)) == 1
    assert arrivals.sweep_no_shows(now=now + dt.timedelta(seconds=3)) == 0
    states = dict(Application.objects.values_list("pk", "state"))
    assert (states[came.pk], states[late.pk]) == (S.CHECKED_IN, S.NO_SHOW)
    with pytest.raises(CheckInRefused, match="过了"):
        arrivals.set_deadline(festival=edition.festival, at=now - dt.timedelta(seconds=1), now=now)
    with pytest.raises(CheckInRefused, match="没有邻里节"):
        arrivals.set_deadline(festival=edition.festival, at=now + dt.timedelta(days=5), now=now)
    assert NoShowDeadline.objects.get().swept_at is not None


def test_nobody_is_given_up_before_the_day(city: City) -> None:
    edition = Edition(city)
    application = allocated(edition)
    with pytest.raises(CheckInRefused, match="今天没有"):
        arrivals.mark_no_show(application=application, by=SYSTEM)
    application.refresh_from_db()
    assert application.state == S.ALLOCATED


def test_two_organisers_give_up_one_stallholder_once(edition: Edition, city: City) -> None:
    application = allocated(edition)
    stale = Application.objects.get(pk=application.pk)
    by = organiser(city.user("organiser"))
    arrivals.mark_no_show(application=application, by=by)
    with pytest.raises(StateChanged):
        arrivals.mark_no_show(application=stale, by=by)


def test_roster_tells_what_is_needed_and_nobody(edition: Edition, gate: Device) -> None:
    application, shy = allocated(edition), allocated(edition, n=1, address="zhou@example.cn")
    Application.objects.filter(pk=application.pk).update(name_is_public=True)
    roster = gate.roster()
    by_booth = {one["booths"][0]: one for one in roster["passes"]}
    assert by_booth["C01"]["name"] == "谭家绳编" and by_booth["C02"]["name"] == ""
    assert roster["keys"][0]["public"] == passes.key_of(edition.festival).public_key
    assert passes.key_of(edition.festival).private_key not in json.dumps(roster)
    text = json.dumps(roster, ensure_ascii=False)
    assert "example.cn" not in text and "谭示例" not in text and shy.reference not in text
    gate.scan(by_booth["C02"]["code"])
    applying.withdraw(application=application)
    known = {one["code"]: one for one in gate.roster()["passes"]}
    assert known[by_booth["C01"]["code"]]["state"] == "revoked"
    assert list(known[by_booth["C02"]["code"]]["arrived"]) == [timezone.localdate().isoformat()]


def test_roster_costs_the_same_for_many(edition: Edition, gate: Device) -> None:
    allocated(edition)
    gate.roster()
    with CaptureQueriesContext(connection) as one:
        gate.roster()
    for n in (1, 2):
        allocated(edition, n=n, address=f"a{n}@example.cn")
    gate.roster()
    with CaptureQueriesContext(connection) as many:
        gate.roster()
    assert len(many) == len(one)


@pytest.mark.parametrize("how", ["none", "wrong", "revoked", "expired"])
def test_device_without_a_good_link_is_refused(edition: Edition, gate: Device, how: str) -> None:
    code = code_of(allocated(edition))
    if how == "revoked":
        checkin.revoke_device(device=gate.row)
    elif how == "expired":
        past = timezone.now() - dt.timedelta(days=8)
        CheckInDevice.objects.filter(pk=gate.row.pk).update(expires_at=past)
    else:
        header = {"none": "", "wrong": "Bearer xyz"}[how]
        gate.client = Client(headers={"host": CITY_HOST, "authorization": header})
    for response in (gate.client.get("/api/v1/checkin/roster/"), gate.post(gate.reading(code))):
        assert response.status_code == 401
        assert json.loads(response.content)["type"] == "urn:linli:problem:bad-token"
    assert not CheckInScan.objects.exists()


def test_expired_device_may_still_bring_home_what_it_read(edition: Edition, gate: Device) -> None:
    code, at = code_of(allocated(edition)), timezone.now() - dt.timedelta(minutes=2)
    CheckInDevice.objects.update(expires_at=timezone.now() - dt.timedelta(minutes=1))
    assert gate.client.get("/api/v1/checkin/roster/").status_code == 401
    assert gate.scan(code, at) == ScanAnswer.ACCEPTED


@pytest.mark.parametrize(
    ("scan", "field"),
    [
        ({"nonce": "short", "code": "22222222", "scanned_at": "2026-12-21T09:30:00+08:00"}, "scans.0.nonce"),
        ({"nonce": "long-enough", "code": None, "scanned_at": "2026-12-21T09:30:00+08:00"}, "scans.0.code"),
        ({"nonce": "long-enough", "code": "2", "scanned_at": "2026-12-21T09:30:00"}, "scans.0.scanned_at"),
        ({"nonce": "long-enough", "code": "2", "scanned_at": "2026-13-41T09:30:00Z"}, "scans.0.scanned_at"),
        ({"nonce": "long-enough", "code": "2"}, "scans.0"),
        ("22222222", "scans.0"),
    ],
)
def test_what_no_device_sends_is_named(gate: Device, scan: Any, field: str) -> None:
    response = gate.post(scan)
    assert response.status_code == 400
    assert json.loads(response.content)["field"] == field


@pytest.mark.parametrize(
    "text",
    ["https://example.cn/" + "长" * 3000, "", " ", "a\0b", "\x1f"],
    ids=["long", "none", "blank", "nul", "sep"],
)
def test_strange_code_before_the_camera_keeps_no_scan_from_arriving(
    edition: Edition, gate: Device, text: str
) -> None:
    strange, good = gate.reading(text), gate.reading(code_of(allocated(edition)))
    answers = gate.send(strange, good)
    assert [one["answer"] for one in answers] == [ScanAnswer.UNKNOWN, ScanAnswer.ACCEPTED]
    assert gate.send(strange, good) == answers


def test_body_that_no_database_can_hold_is_refused(gate: Device) -> None:
    at = timezone.now().isoformat()
    lone = {"nonce": "\ud800-nonce", "code": "2", "scanned_at": at}
    for raw in ("[" * 100_000, json.dumps({"scans": [lone]})):
        address = "/api/v1/checkin/scans/"
        response = gate.client.post(address, raw, content_type="application/json")
        assert response.status_code == 400 and response.json()["type"].endswith("bad-request")
    # A clock half a day and more from Greenwich is one, too.
    far = timezone.now().astimezone(dt.timezone(dt.timedelta(hours=23))).isoformat()
    reading = {"nonce": "far-away", "code": "2", "scanned_at": far}
    assert gate.send(reading, sent_at=far)[0]["answer"] == ScanAnswer.UNKNOWN


def test_pass_of_another_districts_edition_is_unknown(edition: Edition, gate: Device, city: City) -> None:
    other = Edition(city, starts_on=timezone.localdate(), district=city.jinjiang)
    strange = allocated(other)
    token = passes.token_of(passes.issue(strange), key=passes.key_of(other.festival))
    assert gate.scan(token) == gate.scan(code_of(strange)) == ScanAnswer.UNKNOWN
    strange.refresh_from_db()
    assert strange.state == S.ALLOCATED
    assert len(gate.roster()["passes"]) == 0


def test_board_counts_booths(edition: Edition, gate: Device) -> None:
    application = allocated(edition)
    allocated(edition, n=1, address="zhou@example.cn")
    slots.block(booth=edition.booths(ZoneMode.ALLOT)[0])
    gate.scan(code_of(application))
    with CaptureQueriesContext(connection) as queries:
        board = arrivals.board(edition.festival)
    assert len(queries) == 3
    counted = {zone["name"]: (zone["arrived"], zone["expected"], zone["free"]) for zone in board["zones"]}
    assert counted == {"手作": (0, 0, 2), "小吃": (0, 0, 3), "旧书": (1, 2, 1)}
    assert board["total"] == {"arrived": 1, "expected": 2, "offered": 0, "free": 6}
    (one,) = arrivals.missing(edition.festival)
    assert one["booths"] == ["C02"]


def test_page_is_on_the_admins_host_and_alone_may_use_the_camera(city: City) -> None:
    answer = city.browser().get("/checkin/")
    assert answer.status_code == 200
    assert "camera=(self)" in answer["Permissions-Policy"]
    assert "script-src 'self'" in answer["Content-Security-Policy"]
    for path in ("/admin/login/", "/checkin/worker.js"):
        assert "camera=()" in city.browser().get(path)["Permissions-Policy"]
    for path in ("/checkin/", "/checkin/worker.js", "/checkin/manifest.webmanifest"):
        assert city.browser(host="wuhou.localhost").get(path).status_code == 404


def test_worker_keeps_every_file_that_the_page_asks_for(city: City) -> None:
    page = city.browser().get("/checkin/").content.decode()
    worker = city.browser().get("/checkin/worker.js")
    assert worker["Content-Type"].startswith("text/javascript")
    text = worker.content.decode()
    kept = set(json.loads(re.search(r"const FILES = (\[.*?\]);", text)[1]))  # type: ignore[index]
    asked = set(re.findall(r'(?:src|href|data-decoder)="(/[^"]+)"', page))
    assert asked and asked <= kept
    manifest = json.loads(city.browser().get("/checkin/manifest.webmanifest").content)
    assert manifest["scope"] == "/checkin/"
    assert {icon["src"] for icon in manifest["icons"]} <= kept
