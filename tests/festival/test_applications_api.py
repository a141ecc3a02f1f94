"""An application over HTTP, for whoever has its private link: changes, steps, and what is refused."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from festival.domain import deciding, links, slots
from festival.enums import ApplicationState, ZoneMode
from festival.models import Application, BoothSlot
from tests.city import City
from tests.festival.booking import Edition
from tests.festival.booking_api import FORM, HOST, Stallholder, body, new_key, problem

pytestmark = pytest.mark.once  # shows nothing that hangs on the database

S = ApplicationState


# --- the private link -------------------------------------------------------------------------------------------------


def test_every_bad_link_is_refused_in_the_same_words(edition: Edition, city: City) -> None:
    mine = edition.draft()
    others = edition.draft(address="zhou@example.cn")
    elsewhere = city.festival(slug="elsewhere", title="别处", district=city.jinjiang)
    tan = Stallholder(edition.festival, application=mine)
    zhou = Stallholder(edition.festival, application=others)
    revoked = links.make(mine)
    assert tan.get(".", secret=revoked).status_code == 200
    links.revoke_all(mine)
    good = links.make(mine)
    expired = links.make(mine, now=timezone.now() - dt.timedelta(days=400))
    mine.links.filter(digest=links.digest_of(expired)).update(expires_at=timezone.now())

    def answers() -> Any:
        for secret in ("", "x", revoked, expired, zhou.secret, "linli_" + "x" * 40):
            yield tan.get(".", secret=secret)
        tan.reference = others.reference
        yield tan.get(".", secret=good)
        for reference in ("AAAAAAAA", "a", "%00", mine.reference.lower()):
            tan.reference = reference
            yield tan.get(".", secret=good)
        tan.reference = mine.reference
        yield tan.get(".", secret="", authorization=f"Basic {good}")
        tan.base = f"/api/v1/districts/jinjiang/festivals/{elsewhere.slug}/"
        yield tan.get(".", secret=good)
        for path in (".submit/", ".hold/", ".documents/", ".messages/"):
            yield tan.post(path, {}, secret=good)

    seen = set()
    for answer in answers():
        assert problem(answer) == (401, "bad-token")
        assert answer["WWW-Authenticate"].startswith("Bearer")
        seen.add(body(answer)["detail"])
    assert len(seen) == 1


def test_a_token_of_the_content_api_opens_nothing_here(edition: Edition, city: City) -> None:
    tan = Stallholder(edition.festival, application=edition.draft())
    # And on the public addresses a bad one is refused, never read as nobody.
    assert problem(tan.get("availability/", secret="linli_wrong")) == (401, "bad-token")


# --- changing ---------------------------------------------------------------------------------------------------------


def test_what_is_typed_is_kept_and_two_tabs_lose_nothing(edition: Edition) -> None:
    power, tables = edition.ask("要用电吗"), edition.ask("要几张桌子")
    one = Stallholder(edition.festival, application=edition.draft())
    two = Stallholder(edition.festival, application=Application.objects.get())
    assert one.patch({"answers": {f"question:{power.pk}": "要"}}).status_code == 200
    assert two.patch({"answers": {f"question:{tables.pk}": 2}, "offer": "只卖盘扣"}).status_code == 200
    shown = body(one.get("."))
    assert shown["answers"] == {f"question:{power.pk}": "要", f"question:{tables.pk}": 2}
    assert (shown["offer"], shown["stall_name"]) == ("只卖盘扣", "谭家绳编")
    assert body(one.patch({"answers": {f"question:{power.pk}": None}}))["answers"] == {
        f"question:{tables.pk}": 2
    }


def test_a_change_of_something_older_is_refused(edition: Edition, city: City) -> None:
    application = edition.submitted()
    tan = Stallholder(edition.festival, application=application)
    seen = body(tan.get("."))["version"]
    assert tan.patch({"version": seen, "offer": "只卖盘扣"}).status_code == 200
    late = tan.patch({"version": seen, "offer": "只卖绳编"})
    assert problem(late) == (409, "state-changed")
    assert body(tan.get("."))["offer"] == "只卖盘扣"
    deciding.approve(application=Application.objects.get(), actor=city.user("organiser"))
    assert problem(tan.patch({"offer": "只卖绳编"})) == (409, "state-changed")
    # How to be reached can always be said.
    assert tan.patch({"contact_name": "谭小示例"}).status_code == 200


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"state": "approved"}, "state"),
        ({"holder": "x"}, "holder"),
        ({"stall_name": "长" * 41}, "stall_name"),
        ({"stall_name": None}, "stall_name"),
        ({"stall_name": "a\x00b"}, "stall_name"),
        ({"booths_wanted": 0}, "booths_wanted"),
        ({"booths_wanted": 10**30}, "booths_wanted"),
        ({"name_is_public": "maybe"}, "name_is_public"),
        ({"answers": []}, "answers"),
        ({"answers": {"question:0": "x"}}, "question:0"),
        ({"answers": {"question:1": {"deep": 1}}}, "answers"),
        ({"answers": {"question:1": "长" * 2001}}, "answers"),
        ({"answers": {"question:1": "a\x00b"}}, "answers"),
        ({"answers": {"question:1": 1e300}}, "answers"),
        ({"version": -1}, "version"),
    ],
)
def test_fields_that_cannot_be_are_named(edition: Edition, sent: Any, field: str) -> None:
    tan = Stallholder(edition.festival, application=edition.draft())
    answer = tan.patch(sent)
    assert problem(answer) == (400, "invalid-fields")
    assert list(body(answer)["problems"]) == [field]
    assert Application.objects.get().stall_name == "谭家绳编"


def test_what_was_submitted_stays_whole(edition: Edition) -> None:
    tan = Stallholder(edition.festival, application=edition.submitted())
    answer = tan.patch({"contact_name": ""})
    assert problem(answer) == (400, "invalid-fields")
    assert body(answer)["problems"] == {"contact_name": "请写联系人。"}


# --- the steps --------------------------------------------------------------------------------------------------------


def test_a_double_click_submits_once(edition: Edition) -> None:
    tan = Stallholder(edition.festival, application=edition.draft())
    key = new_key()
    first, again = (tan.post(".submit/", key=key) for _ in range(2))
    assert body(first) == body(again) and first.status_code == again.status_code == 200
    assert problem(tan.post(".submit/")) == (409, "state-changed")
    assert problem(tan.post(".submit/", {"x": 1}, key=key)) == (400, "invalid-fields")
    assert problem(tan.post(".submit/", {}, key="bad")) == (400, "bad-idempotency-key")


def test_what_is_missing_is_said_and_nothing_is_lost(edition: Edition) -> None:
    question = edition.ask("要用电吗")
    tan = Stallholder(edition.festival)
    tan.apply("allot")
    tan.patch({"offer": "绳编"})
    answer = tan.post(".submit/")
    assert problem(answer) == (400, "invalid-fields")
    assert set(body(answer)["problems"]) == {
        *("stall_name", "category", "contact_name"),
        f"question:{question.pk}",
    }
    assert body(tan.get("."))["offer"] == "绳编"


def test_a_hold_is_exchanged_and_runs_out(edition: Edition) -> None:
    first, second, _ = edition.booths(ZoneMode.OPEN)
    tan = Stallholder(edition.festival, application=edition.draft(ZoneMode.OPEN, booths=(first,)))
    assert body(tan.post(".hold/", {"booths": [second.number]}))["hold"]["booths"] == [second.number]
    BoothSlot.objects.filter(booth=second).update(expires_at=timezone.now())
    assert problem(tan.post(".submit/")) == (409, "hold-expired")
    assert problem(tan.post(".hold/", {"booths": [first.number, second.number]})) == (409, "limit-reached")
    assert problem(tan.post(".hold/", {"booths": []})) == (400, "invalid-fields")
    assert problem(tan.post(".hold/", {})) == (400, "invalid-fields")
    slots.block(booth=first)
    assert problem(tan.post(".hold/", {"booths": [first.number]})) == (409, "booth-taken")


def test_the_waitlist_by_its_addresses(edition: Edition) -> None:
    booths = edition.booths(ZoneMode.OPEN)
    taken = [
        edition.submitted(ZoneMode.OPEN, address=f"{n}@example.cn", booths=(one,))
        for n, one in enumerate(booths)
    ]
    waiting = [edition.submitted(ZoneMode.OPEN, address=f"w{n}@example.cn") for n in range(2)]
    one, two = (Stallholder(edition.festival, application=each) for each in waiting)
    assert problem(one.post(".accept/")) == (409, "state-changed")
    Stallholder(edition.festival, application=taken[0]).post(".withdraw/", {"reason": "病了"})
    assert body(one.get("."))["may"] == ["accept", "decline", "withdraw", "message"]
    assert body(one.post(".decline/"))["state"] == S.WITHDRAWN
    accepted = two.post(".accept/")
    assert (body(accepted)["state"], body(accepted)["booths"]) == (S.ALLOCATED, [booths[0].number])


def test_a_booth_is_picked_after_approval(edition: Edition, city: City) -> None:
    application = edition.submitted(ZoneMode.PICK)
    tan = Stallholder(edition.festival, application=application)
    booth = edition.booths(ZoneMode.PICK)[0].number
    assert problem(tan.post(".pick/", {"booths": [booth]})) == (409, "state-changed")
    deciding.approve(application=application, actor=city.user("organiser"))
    assert body(tan.post(".pick/", {"booths": [booth]}))["booths"] == [booth]


def test_messages_are_written_once_it_is_submitted(edition: Edition) -> None:
    tan = Stallholder(edition.festival, application=edition.draft())
    assert problem(tan.post(".messages/", {"text": "您好"})) == (409, "state-changed")
    tan.post(".submit/")
    key = new_key()
    for _ in range(2):
        answer = tan.post(".messages/", {"text": "几点可以进场？"}, key=key)
    assert [one["text"] for one in body(answer)["messages"]] == ["几点可以进场？"]
    assert problem(tan.post(".messages/", {"text": "  "})) == (400, "invalid-fields")
    assert problem(tan.post(".messages/", {"text": "长" * 2001})) == (400, "invalid-fields")


def test_methods_that_are_not_there(edition: Edition) -> None:
    tan = Stallholder(edition.festival, application=edition.draft())
    assert problem(tan.ask("PUT", ".", {})) == (405, "method-not-allowed")
    assert problem(tan.get(".submit/")) == (405, "method-not-allowed")
    assert problem(tan.ask("POST", ".", {})) == (405, "method-not-allowed")


def test_addresses_that_are_not_there(edition: Edition) -> None:
    tan = Stallholder(edition.festival, application=edition.draft())
    tan.client = Client(headers={"host": HOST}, enforce_csrf_checks=True)
    for path in (".documents/-1/", ".documents/x/", ".approve/", "nothing/"):
        assert problem(tan.post(path, {})) == (404, "not-found")
    assert problem(tan.ask("DELETE", f".documents/{10**30}/")) == (404, "not-found")
    assert tan.patch(FORM).status_code == 200
