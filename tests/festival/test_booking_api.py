"""Booking over HTTP: the way from the code in a mail to the booth, and what is refused on it."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.utils import timezone

from festival.domain import contacts, gatekeeping
from festival.domain.gatekeeping import Act
from festival.enums import ApplicationState, SlotState, ZoneMode
from festival.models import Application, BookingRules, BoothSlot, ContactCode, FestivalPage
from sites.models import LimitWindow
from tests.city import City
from tests.festival.booking import Edition
from tests.festival.booking_api import FORM, Stallholder, body, new_key, problem

pytestmark = pytest.mark.once  # shows nothing that hangs on the database

S = ApplicationState
TAN = {"kind": "email", "address": "tan@example.cn"}


# --- the whole way ----------------------------------------------------------------------------------------------------


def test_from_the_code_to_the_booth(
    edition: Edition, tan: Stallholder, mailoutbox: list[EmailMessage]
) -> None:
    booth = edition.booths(ZoneMode.OPEN)[0].number
    assert tan.post("contact-codes/", TAN).status_code == 202
    code = re.search(r"\d{6}", str(mailoutbox[-1].body))
    assert code
    proven = tan.post("contact-proofs/", {**TAN, "address": " Tan@Example.CN ", "code": code[0]})
    assert proven.status_code == 200
    begun = tan.post(
        "applications/",
        {"proof": body(proven)["proof"], "zone": "open", "booths": [booth]},
        key=new_key(),
    )
    assert begun.status_code == 201 and begun["Cache-Control"] == "no-store"
    made = body(begun)
    tan.reference, tan.secret = made["reference"], made["token"]
    assert made["link"].endswith(f"/festivals/fair/apply/status/#{tan.reference}.{tan.secret}")
    assert made["hold"]["booths"] == [booth] and made["contact"] == "t***@example.cn"
    assert body(tan.patch(FORM))["problems"] == {}
    done = tan.post(".submit/", {})
    assert (done.status_code, body(done)["state"], body(done)["booths"]) == (200, S.ALLOCATED, [booth])
    assert body(tan.get("."))["history"][-1]["state"] == S.ALLOCATED
    assert BoothSlot.objects.get(booth__number=booth).state == SlotState.CONFIRMED


def test_no_answer_sets_a_cookie_or_is_kept(edition: Edition, tan: Stallholder) -> None:
    answers = [tan.post("contact-codes/", TAN), tan.apply("open"), tan.get("."), tan.patch(FORM)]
    answers.append(tan.post("contact-codes/", {}))
    for answer in answers:
        assert answer["Cache-Control"] == "no-store" and not answer.cookies
        assert not answer.has_header("Access-Control-Allow-Origin")


# --- availability -----------------------------------------------------------------------------------------------------


def test_availability_has_a_validator_and_three_queries(
    edition: Edition, tan: Stallholder, django_assert_num_queries: Callable[[int], Any]
) -> None:
    tan.get("availability/")  # which host is whose is read once
    with django_assert_num_queries(3):
        answer = tan.get("availability/")
    assert (answer["Cache-Control"], answer.status_code) == ("public, max-age=5", 200)
    known = {"if-none-match": answer["ETag"]}
    assert tan.get("availability/", **known).status_code == 304
    tan.apply("open", booths=[edition.booths(ZoneMode.OPEN)[0].number])
    again = tan.get("availability/", secret="", **known)
    assert again.status_code == 200
    assert "tan" not in again.content.decode() and tan.reference not in again.content.decode()


@pytest.mark.parametrize(
    ("district", "slug", "expected"),
    [
        ("nowhere", "fair", (404, "unknown-district")),
        ("jinjiang", "fair", (404, "not-found")),
        ("wuhou", "nothing", (404, "not-found")),
        ("wuhou%00", "fair", (404, "unknown-district")),
        ("wuhou", "fa%00ir", (404, "not-found")),
    ],
)
def test_editions_that_are_not_there(
    edition: Edition, tan: Stallholder, district: str, slug: str, expected: tuple[int, str]
) -> None:
    tan.base = f"/api/v1/districts/{district}/festivals/{slug}/"
    assert problem(tan.get("availability/")) == expected
    assert problem(tan.post("contact-codes/", TAN)) == expected


def test_a_draft_of_an_edition_is_not_there(edition: Edition, tan: Stallholder) -> None:
    FestivalPage.objects.filter(pk=edition.festival.pk).update(live=False)
    assert problem(tan.get("availability/")) == (404, "not-found")


# --- the proof of an address ------------------------------------------------------------------------------------------


def test_a_code_is_asked_for_in_the_same_words_whoever_asks(edition: Edition, tan: Stallholder) -> None:
    edition.submitted()
    known, unknown = (
        tan.post("contact-codes/", {"kind": "email", "address": one})
        for one in ("tan@example.cn", "nobody@example.cn")
    )
    assert set(body(known)) == set(body(unknown)) == {"expires_at"}
    assert known.status_code == unknown.status_code == 202


def test_wrong_codes_are_counted_although_they_are_refused(edition: Edition, tan: Stallholder) -> None:
    tan.post("contact-codes/", TAN)
    for _ in range(contacts.MOST_ATTEMPTS):
        assert problem(tan.post("contact-proofs/", {**TAN, "code": "000000x"})) == (400, "wrong-code")
    row = ContactCode.objects.get()
    assert row.attempts == contacts.MOST_ATTEMPTS
    right = next(
        code for code in (f"{n:06}" for n in range(10**6)) if contacts._digest(row.holder, code) == row.digest
    )
    assert problem(tan.post("contact-proofs/", {**TAN, "code": right})) == (400, "wrong-code")


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"kind": "email", "address": "tan"}, "address"),
        ({"kind": "phone", "address": "12345"}, "address"),
        ({"kind": "fax", "address": "1"}, "kind"),
        ({"kind": "phone", "address": "13800000000"}, "kind"),  # no gateway here
        ({"kind": "email"}, "address"),
        ({"kind": "email", "address": "tan@example.cn", "website": "x"}, "website"),
        ({"kind": "email", "address": {"a": 1}}, "address"),
    ],
)
def test_what_is_wrong_is_named(tan: Stallholder, sent: Any, field: str) -> None:
    answer = tan.post("contact-codes/", sent)
    assert problem(answer) == (400, "invalid-fields")
    assert list(body(answer)["problems"]) == [field]


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b'"x"', b'{"kind": "\\ud800"}', b"\xff", b"NaN", b"null"])
def test_what_is_no_object_is_refused(tan: Stallholder, raw: bytes) -> None:
    assert tan.ask("POST", "contact-codes/", raw=raw).status_code == 400


def test_what_is_too_large_or_no_json_is_refused(tan: Stallholder) -> None:
    large = json.dumps({**TAN, "note": "x" * 300_000}).encode()
    assert problem(tan.ask("POST", "contact-codes/", raw=large)) == (413, "too-large")
    form = tan.client.post(f"{tan.base}contact-codes/", TAN)
    assert problem(form) == (415, "unsupported-media-type")  # type: ignore[arg-type]


def test_unknown_parameters_are_named(tan: Stallholder) -> None:
    assert problem(tan.get("availability/?zone=open")) == (400, "unknown-parameter")


def test_nothing_is_sent_before_the_opening_and_after_the_closing(
    city: City, mailoutbox: list[EmailMessage]
) -> None:
    opens = timezone.now() + dt.timedelta(hours=1)
    edition = Edition(city, opens_at=opens, closes_at=opens + dt.timedelta(days=1))
    tan = Stallholder(edition.festival)
    assert problem(tan.post("contact-codes/", TAN)) == (409, "not-open")
    assert problem(tan.apply("open")) == (409, "not-open")
    BookingRules.objects.all().delete()
    assert problem(tan.post("contact-codes/", TAN)) == (409, "not-open")
    assert mailoutbox == []


# --- beginning --------------------------------------------------------------------------------------------------------


def test_the_same_key_is_the_same_application(edition: Edition, tan: Stallholder) -> None:
    key = new_key()
    sent = {"proof": tan.proof(), "zone": "allot"}
    first, second = (tan.post("applications/", sent, key=key) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert body(first)["token"] == body(second)["token"]
    assert second["Idempotent-Replayed"] == "true" and not first.has_header("Idempotent-Replayed")
    assert Application.objects.count() == 1
    other = tan.post("applications/", {**sent, "zone": "pick"}, key=key)
    assert problem(other) == (422, "idempotency-key-reused")
    # A key is of one edition's applications, not of a stallholder's other steps.
    tan.reference, tan.secret = body(first)["reference"], body(first)["token"]
    assert tan.post(".withdraw/", {"reason": "病了"}, key=key).status_code == 200


@pytest.mark.parametrize("key", ["", "short", "x" * 81, "with a space in it"])
def test_an_application_needs_a_good_key(tan: Stallholder, key: str) -> None:
    answer = tan.post("applications/", {"proof": tan.proof(), "zone": "allot"}, key=key)
    assert problem(answer) == (400, "bad-idempotency-key")


def test_a_refused_request_may_be_tried_again_with_its_key(edition: Edition, tan: Stallholder) -> None:
    booth = edition.booths(ZoneMode.OPEN)[0]
    edition.draft(ZoneMode.OPEN, address="zhou@example.cn", booths=(booth,))
    key = new_key()
    taken = tan.apply("open", booths=[booth.number], key=key)
    assert problem(taken) == (409, "booth-taken") and body(taken)["booths"] == [booth.number]
    assert Application.objects.count() == 1
    BoothSlot.objects.filter(booth=booth).update(expires_at=timezone.now())
    assert tan.apply("open", booths=[booth.number], key=key).status_code == 201


def test_proofs_that_are_not_good(edition: Edition, tan: Stallholder, city: City) -> None:
    other = city.festival(slug="other", title="另一届")
    now = timezone.now()

    def made(at: dt.datetime) -> str:
        told = [edition.festival.pk, "email", "tan@example.cn", at.timestamp()]
        return contacts.signing.dumps(told, salt=contacts._SALT)

    good = tan.proof()
    bad = [
        good[:-1] + ("a" if good[-1] != "a" else "b"),
        Stallholder(other).proof(),
        made(now - contacts.PROOF_LASTS - dt.timedelta(seconds=1)),
        made(now + dt.timedelta(minutes=5)),
        contacts.signing.dumps([1], salt=contacts._SALT),
        contacts.signing.dumps("x", salt=contacts._SALT),
        "x",
    ]
    for proof in bad:
        answer = tan.post("applications/", {"proof": proof, "zone": "allot"}, key=new_key())
        assert problem(answer) == (400, "wrong-code")
    # Another machine's clock, or this one's before it was set back, was a little ahead.
    ahead = {"proof": made(now + dt.timedelta(seconds=30)), "zone": "allot"}
    assert tan.post("applications/", ahead, key=new_key()).status_code == 201


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"zone": "nowhere"}, "zone"),
        ({"zone": "open", "booths": ["Z99"]}, "booths"),
        ({"zone": "open", "booths": ["C01", "C01"]}, "booths"),
        ({"zone": "open", "booths": ["A01"]}, "booths"),  # of another zone
        ({"zone": "open", "booths": "C01"}, "booths"),
        ({"zone": "open", "booths": ["C01\x00"]}, "booths"),
        ({"zone": "open", "state": "approved"}, "state"),
    ],
)
def test_zones_and_booths_that_are_not_there(tan: Stallholder, sent: Any, field: str) -> None:
    answer = tan.post("applications/", {"proof": tan.proof(), **sent}, key=new_key())
    assert problem(answer) == (400, "invalid-fields")
    assert list(body(answer)["problems"]) == [field]
    assert Application.objects.count() == 0


# --- limits -----------------------------------------------------------------------------------------------------------


def test_too_many_codes_for_one_address(edition: Edition, mailoutbox: list[EmailMessage]) -> None:
    tan = Stallholder(edition.festival)
    other = Edition(edition.city, district=edition.city.jinjiang)
    tight, _ = gatekeeping.BY_CONTACT[Act.CODE]
    for _ in range(tight):
        assert tan.post("contact-codes/", TAN).status_code == 202
    answer = tan.post("contact-codes/", TAN)
    assert problem(answer) == (429, "too-many-requests")
    assert 0 < int(answer["Retry-After"]) == body(answer)["retry_after"] <= 3600
    # Nobody's mailbox is filled by going from district to district.
    elsewhere = Stallholder(other.festival, district="jinjiang")
    assert problem(elsewhere.post("contact-codes/", TAN)) == (429, "too-many-requests")
    # A neighbour behind the same carrier is not kept out.
    assert tan.post("contact-codes/", {**TAN, "address": "zhou@example.cn"}).status_code == 202
    assert len(mailoutbox) == tight + 1


@pytest.mark.parametrize(
    ("act", "path", "sent"),
    [
        (Act.PROOF, "contact-proofs/", {**TAN, "code": "000000"}),
        (Act.MESSAGE, ".messages/", {"text": "您好"}),
        (Act.EDIT, ".hold/", {"booths": ["C01"]}),
    ],
)
def test_each_act_has_its_limit(
    edition: Edition, monkeypatch: pytest.MonkeyPatch, act: Act, path: str, sent: Any
) -> None:
    monkeypatch.setitem(gatekeeping.BY_CONTACT, act, (1, 2))
    tan = Stallholder(edition.festival, application=edition.submitted())
    secret = tan.secret if path.startswith(".") else ""
    assert tan.post(path, sent, secret=secret).status_code != 429
    assert problem(tan.post(path, sent, secret=secret)) == (429, "too-many-requests")


def test_what_is_sent_again_is_not_counted_again(
    edition: Edition, tan: Stallholder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(gatekeeping.BY_CONTACT, Act.APPLY, (1, 2))
    key, sent = new_key(), {"proof": tan.proof(), "zone": "allot"}
    for _ in range(3):
        assert tan.post("applications/", sent, key=key).status_code == 201
    assert problem(tan.post("applications/", sent, key=new_key())) == (429, "too-many-requests")
    assert LimitWindow.objects.count() == 3  # by contact and network, by contact, by network
