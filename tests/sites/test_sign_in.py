"""Signing in by password: limits, lock-out, sessions that end, a new password by mail, and what the trail says of it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.contrib.sessions.models import Session
from django.core import mail
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.utils import timezone

from sites.client_address import client_address, client_network
from sites.domain import sessions
from sites.enums import Act
from sites.models import AuditEntry
from sites.sign_in import limits
from tests.city import City

pytestmark = pytest.mark.once  # shows nothing that hangs on the database

PASSWORD = "竹编-院坝-42"
NEW = "银杏-茶铺-77"


@pytest.fixture
def sign_in(city: City) -> Callable[..., HttpResponse]:
    """Give a name and a password in a browser of its own, from an address."""
    for who in ("editor", "admin", "city staff"):
        user = city.user(who)
        user.set_password(PASSWORD)
        user.email = f"{user.username}@wuhou.example"
        user.save()

    def give(
        name: str,
        password: str = PASSWORD,
        *,
        address: str = "203.0.113.7",
        client: Client | None = None,
        **more: Any,
    ) -> HttpResponse:
        client = client or city.browser()
        fields = {"username": name, "password": password, "next": "/admin/", **more}
        response: HttpResponse = client.post("/admin/login/", fields, REMOTE_ADDR=address)
        return response

    return give


def acts(city: City, district: Any = "wuhou") -> list[str]:
    """What the trail of a district says, oldest first."""
    entries = AuditEntry.objects.filter(district=city.wuhou if district == "wuhou" else district)
    return list(entries.order_by("pk").values_list("act", flat=True))


def same(response: HttpResponse) -> str:
    """A page without what is new in each: the token against forged forms."""
    return re.sub(r"[A-Za-z0-9]{64}", "", response.content.decode())


# --- limits -----------------------------------------------------------------------------------------------------------


def test_five_wrong_passwords_lock_the_account_for_that_address_and_for_other_browsers(
    sign_in: Callable[..., HttpResponse], city: City
) -> None:
    answers = [sign_in("editor", "wrong") for _ in range(5)]
    assert [one.status_code for one in answers] == [200, 200, 200, 200, 429]

    right = sign_in("editor")
    assert right.status_code == 429
    assert 0 < int(right["Retry-After"]) <= 30 * 60 + 1
    assert "分钟后" in right.content.decode()
    assert sign_in("editor", address="198.51.100.9").status_code == 302, "its owner elsewhere gets in"
    assert sign_in("admin").status_code == 302, "colleagues behind the same address get in"


def test_an_account_that_does_not_exist_is_answered_like_one_that_does(
    sign_in: Callable[..., HttpResponse],
) -> None:
    def answers(name: str) -> list[tuple[int, str]]:
        pages = [sign_in(name, "wrong") for _ in range(6)]
        return [(one.status_code, same(one).replace(name, "")) for one in pages]

    assert answers("editor") == answers("nobody")


def test_tries_from_many_addresses_lock_the_account_everywhere(sign_in: Callable[..., HttpResponse]) -> None:
    for n in range(19):
        assert sign_in("editor", "wrong", address=f"198.51.100.{n}").status_code == 200
    assert sign_in("editor", "wrong", address="198.51.100.99").status_code == 429
    assert sign_in("editor", address="192.0.2.1").status_code == 429


def test_an_address_alone_is_locked_only_after_a_hundred_tries(sign_in: Callable[..., HttpResponse]) -> None:
    AccessAttempt.objects.bulk_create(
        AccessAttempt(username=f"guess-{n}", ip_address="203.0.113.7", failures_since_start=1)
        for n in range(98)
    )
    assert sign_in("somebody", "wrong").status_code == 200
    assert sign_in("editor").status_code == 302
    assert sign_in("somebody", "wrong").status_code == 429
    assert sign_in("editor").status_code == 429
    assert sign_in("editor", address="203.0.113.8").status_code == 302


def test_a_good_sign_in_forgets_only_ones_own_mistakes(sign_in: Callable[..., HttpResponse]) -> None:
    for _ in range(4):
        sign_in("editor", "wrong")
    sign_in("admin", "wrong")
    assert sign_in("editor").status_code == 302
    assert list(AccessAttempt.objects.values_list("username", flat=True)) == ["admin"]


def test_a_lock_ends_by_itself_and_refused_tries_do_not_lengthen_it(
    sign_in: Callable[..., HttpResponse],
) -> None:
    for _ in range(5):
        sign_in("editor", "wrong")
    AccessAttempt.objects.update(attempt_time=timezone.now() - dt.timedelta(minutes=29))
    locked = sign_in("editor")
    assert locked.status_code == 429
    assert int(locked["Retry-After"]) <= 62
    AccessAttempt.objects.update(attempt_time=timezone.now() - dt.timedelta(minutes=31))
    assert sign_in("editor").status_code == 302


def test_what_no_limit_counts_any_more_is_deleted(city: City) -> None:
    for minutes in (10, 40):
        attempt = AccessAttempt.objects.create(username=f"n{minutes}", failures_since_start=1)
        AccessAttempt.objects.filter(pk=attempt.pk).update(
            attempt_time=timezone.now() - dt.timedelta(minutes=minutes)
        )
    assert limits.prune() == 1
    assert AccessAttempt.objects.get().username == "n10"


def test_no_password_stands_in_what_was_counted_or_written_down(
    sign_in: Callable[..., HttpResponse], city: City
) -> None:
    sign_in("my-secret-in-the-wrong-field", "a-wrong-password")
    sign_in("editor", "a-wrong-password")
    stored = str(list(AccessAttempt.objects.values())) + str(list(AuditEntry.objects.values()))
    assert "a-wrong-password" not in stored
    assert "my-secret-in-the-wrong-field" not in str(list(AuditEntry.objects.values()))


# --- addresses --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("proxies", "near", "forwarded", "address"),
    [
        (0, "203.0.113.7", "192.0.2.66", "203.0.113.7"),
        (1, "10.0.0.1", "192.0.2.66, 198.51.100.9", "198.51.100.9"),
        (2, "10.0.0.1", "192.0.2.66, 198.51.100.9, 10.0.0.2", "198.51.100.9"),
        (2, "10.0.0.1", "198.51.100.9", "10.0.0.1"),
        (1, "10.0.0.1", "", "10.0.0.1"),
        (1, "10.0.0.1", "not-an-address", "10.0.0.1"),
        (1, "10.0.0.1", "198.51.100.9:4711", "198.51.100.9"),
        (1, "10.0.0.1", "[2001:db8::1]:443", "2001:db8::1"),
        (0, "::ffff:203.0.113.7", "", "203.0.113.7"),
        (0, "", "", ""),
    ],
)
def test_only_proxies_of_ours_are_believed(
    settings: Any, proxies: int, near: str, forwarded: str, address: str
) -> None:
    settings.PROXY_COUNT = proxies
    request = RequestFactory().get("/", REMOTE_ADDR=near, headers={"x-forwarded-for": forwarded})
    assert client_address(request) == address


def test_addresses_of_one_visitor_count_together(settings: Any) -> None:
    networks = {
        client_network(RequestFactory().get("/", REMOTE_ADDR=one))
        for one in ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", "2001:db8:1:3::1", "203.0.113.7")
    }
    assert networks == {"2001:db8:1:2::", "2001:db8:1:3::", "203.0.113.7"}


def test_a_made_up_header_does_not_get_around_a_lock(
    sign_in: Callable[..., HttpResponse], city: City
) -> None:
    for n in range(5):
        client = Client(headers={"host": "localhost", "x-forwarded-for": f"192.0.2.{n}"})
        last = sign_in("editor", "wrong", client=client)
    assert last.status_code == 429


# --- the trail --------------------------------------------------------------------------------------------------------


def test_sign_ins_are_in_the_trail_of_ones_districts(
    sign_in: Callable[..., HttpResponse], city: City
) -> None:
    client = city.browser()
    sign_in("editor", "wrong", client=client)
    sign_in("editor", client=client)
    client.post("/admin/logout/")
    assert acts(city) == [Act.SIGN_IN_FAILED, Act.SIGNED_IN, Act.SIGNED_OUT]
    entry = AuditEntry.objects.get(act=Act.SIGNED_IN)
    assert (entry.actor_name, entry.subject_name, entry.address) == ("editor", "editor", "203.0.113.7")
    assert acts(city, city.jinjiang) == []


def test_a_lock_is_written_once_and_refusals_are_not(
    sign_in: Callable[..., HttpResponse], city: City
) -> None:
    for _ in range(8):
        sign_in("editor", "wrong")
    assert acts(city) == [Act.SIGN_IN_FAILED] * 5 + [Act.LOCKED_OUT]


def test_the_city_staffs_and_unknown_sign_ins_are_in_the_citys_trail(
    sign_in: Callable[..., HttpResponse], city: City
) -> None:
    sign_in("city-staff")
    sign_in("nobody", "wrong")
    assert acts(city, None) == [Act.SIGNED_IN, Act.SIGN_IN_FAILED]
    assert acts(city) == []


# --- sessions ---------------------------------------------------------------------------------------------------------


def test_sign_out_ends_the_session_at_the_server(sign_in: Callable[..., HttpResponse], city: City) -> None:
    client = city.browser()
    sign_in("editor", client=client)
    kept = client.cookies["sessionid"].value
    assert client.get("/admin/").status_code == 200
    client.post("/admin/logout/")
    thief = city.browser()
    thief.cookies["sessionid"] = kept
    assert thief.get("/admin/").status_code == 302
    assert not Session.objects.filter(pk=kept).exists()


def _grown_older(client: Client, **seconds: int) -> None:
    session = client.session
    for name, by in seconds.items():
        session[name] -= by
    session.save()


@pytest.mark.parametrize(
    ("name", "seconds", "status"),
    [
        ("seen_at", 119 * 60, 200),
        ("seen_at", 121 * 60, 302),
        ("signed_in_at", 11 * 3600, 200),
        ("signed_in_at", 13 * 3600, 302),
    ],
)
def test_sessions_end_when_unused_and_when_old(
    sign_in: Callable[..., HttpResponse], city: City, name: str, seconds: int, status: int
) -> None:
    client = city.browser()
    sign_in("editor", client=client)
    _grown_older(client, **{name: seconds})
    assert client.get("/admin/").status_code == status
    if status == 302:
        assert "登录已经到时" in client.get("/admin/login/").content.decode()


def test_an_editor_left_open_does_not_keep_a_session_alive(
    sign_in: Callable[..., HttpResponse], city: City
) -> None:
    story = city.story()
    client = city.browser()
    sign_in("editor", client=client)
    _grown_older(client, seen_at=600)
    before = client.session["seen_at"]
    client.post(f"/admin/editing-sessions/ping/wagtailcore/page/{story.pk}/1/", {})
    assert client.session["seen_at"] == before
    client.get("/admin/")
    assert client.session["seen_at"] > before


def test_signing_out_everywhere_else_keeps_this_browser_only(
    sign_in: Callable[..., HttpResponse], city: City
) -> None:
    here, there = city.browser(), city.browser()
    sign_in("editor", client=here)
    sign_in("editor", client=there)
    page = "/admin/account/sign-out-everywhere/"
    assert "密码不对" in here.post(page, {"password": "wrong"}).content.decode()
    assert there.get("/admin/").status_code == 200
    assert here.post(page, {"password": PASSWORD}).status_code == 302
    assert here.get("/admin/").status_code == 200
    assert there.get("/admin/").status_code == 302


def test_sessions_that_ran_out_are_cleared(city: City) -> None:
    client = city.browser("editor")
    Session.objects.update(expire_date=timezone.now() - dt.timedelta(seconds=1))
    sessions.clear_expired()
    assert not Session.objects.filter(pk=client.session.session_key).exists()


def test_cookies_are_closed_to_scripts_and_other_sites(
    sign_in: Callable[..., HttpResponse], city: City
) -> None:
    cookie = sign_in("editor").cookies["sessionid"]
    assert cookie["httponly"] and cookie["samesite"] == "Lax"


# --- passwords --------------------------------------------------------------------------------------------------------


def _account_form(client: Client) -> dict[str, str]:
    page = client.get("/admin/account/")
    fields: dict[str, str] = {}
    for panels in page.context["panels_by_tab"].values():
        for panel in panels:
            for bound in panel.get_form():
                value = bound.value()
                if value not in (None, False):
                    fields[bound.html_name] = str(value)
    return fields


def test_a_changed_password_ends_the_other_sessions_and_is_in_the_trail(
    sign_in: Callable[..., HttpResponse], city: City
) -> None:
    here, there = city.browser(), city.browser()
    sign_in("editor", client=here)
    sign_in("editor", client=there)
    fields = {**_account_form(here), "name_email-first_name": "小竹"}
    passwords = {
        "password-old_password": PASSWORD,
        "password-new_password1": NEW,
        "password-new_password2": NEW,
    }
    weak = {**passwords, "password-new_password1": "12345", "password-new_password2": "12345"}

    refused = here.post("/admin/account/", {**fields, **weak}).content.decode()
    assert "密码太短" in refused
    assert "只包含数字" in refused
    assert city.user("editor").check_password(PASSWORD)

    assert here.post("/admin/account/", {**fields, **passwords}).status_code == 302
    assert city.user("editor").check_password(NEW)
    assert here.get("/admin/").status_code == 200
    assert there.get("/admin/").status_code == 302
    assert acts(city)[-1] == Act.PASSWORD_CHANGED


def test_a_forgotten_password_is_set_anew_by_mail_once(
    sign_in: Callable[..., HttpResponse], city: City
) -> None:
    for _ in range(5):
        sign_in("editor", "wrong")
    client = city.browser()
    known, unknown = (
        client.post("/admin/password_reset/", {"email": email}, follow=True)
        for email in ("editor@wuhou.example", "nobody@wuhou.example")
    )
    assert same(known) == same(unknown)
    assert len(mail.outbox) == 1
    letter = mail.outbox[0]
    assert letter.subject == "邻里：重设密码"
    assert letter.from_email.startswith('"邻里"')
    link = re.search(r"http://localhost:\d+(/admin/password_reset/\S+)", str(letter.body))
    assert link is not None

    form = client.get(link[1], follow=True)
    address = form.redirect_chain[-1][0]
    refused = client.post(address, {"new_password1": "12345", "new_password2": "12345"})
    assert refused.status_code == 200
    assert client.post(address, {"new_password1": NEW, "new_password2": NEW}).status_code == 302
    assert sign_in("editor", NEW).status_code == 302, "the lock ended with the new password"
    assert Act.PASSWORD_CHANGED in acts(city)
    again = city.browser().get(link[1], follow=True).content.decode()
    assert "new_password1" not in again


def test_a_link_for_a_new_password_runs_out(
    sign_in: Callable[..., HttpResponse], city: City, settings: Any
) -> None:
    client = city.browser()
    client.post("/admin/password_reset/", {"email": "editor@wuhou.example"})
    link = re.search(r"(/admin/password_reset/confirm/\S+)", str(mail.outbox[0].body))
    assert link is not None
    settings.PASSWORD_RESET_TIMEOUT = -1
    assert "new_password1" not in client.get(link[1], follow=True).content.decode()
