"""The second factor: setting it up, signing in with it, backup codes, who must have it, and who may take it away."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest
from django.http import HttpResponse
from django.test import Client
from django_otp.oath import totp
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from sites.domain import second_factor
from sites.enums import Act, Role
from sites.models import AuditEntry, SecondFactorRule, User
from tests.city import City

pytestmark = pytest.mark.once  # shows nothing that hangs on the database

PASSWORD = "竹编-院坝-42"
PAGE = "/admin/account/second-factor/"


class Phone:
    """An authenticator app that holds one secret, in hexadecimal."""

    def __init__(self, key: str) -> None:
        self.key = bytes.fromhex(key)

    def code(self, *, later: int = 0) -> str:
        """The code of now, or of so many half minutes later."""
        return f"{totp(self.key, t0=-30 * later):06d}"


@pytest.fixture(autouse=True)
def _passwords(city: City) -> None:
    for who in ("editor", "admin", "outsider", "city staff"):
        user = city.user(who)
        user.set_password(PASSWORD)
        user.save()


@pytest.fixture
def give_device(city: City) -> Callable[..., tuple[Phone, list[str]]]:
    """Give somebody of the cast a device, and backup codes."""

    def give(who: str = "editor") -> tuple[Phone, list[str]]:
        device = TOTPDevice.objects.create(user=city.user(who), confirmed=True)
        return Phone(device.key), second_factor._new_codes(city.user(who))

    return give


def sign_in(client: Client, name: str = "editor", **more: str) -> HttpResponse:
    """Give the password."""
    response: HttpResponse = client.post("/admin/login/", {"username": name, "password": PASSWORD, **more})
    return response


def give_code(client: Client, code: str, **more: str) -> HttpResponse:
    """Give the code on the page after the password."""
    response: HttpResponse = client.post("/admin/login/code/", {"code": code, **more})
    return response


def inside(client: Client) -> bool:
    """Whether a browser gets to the desk."""
    return bool(client.get("/admin/").status_code == 200)


# --- setting up -------------------------------------------------------------------------------------------------------


def test_a_device_is_set_up_by_password_and_a_code_of_it(city: City) -> None:
    client = city.browser("editor")
    page = client.get(PAGE).content.decode()
    assert "<svg" in page
    secret = re.search(r'linli-secret">([A-Z2-7 ]+)<', page)
    assert secret is not None
    phone = Phone(client.session["second_factor_key"])
    assert second_factor.as_text(phone.key.hex()) == secret[1]

    wrong = client.post(PAGE, {"password": "wrong", "code": phone.code()}).content.decode()
    assert "密码不对" in wrong and secret[1] in wrong
    wrong = client.post(PAGE, {"password": PASSWORD, "code": "000000"}).content.decode()
    assert "验证码不对" in wrong and secret[1] in wrong
    assert not TOTPDevice.objects.exists()

    done = client.post(PAGE, {"password": PASSWORD, "code": phone.code()}).content.decode()
    codes = re.findall(r"<code>([a-z2-7]{4}-[a-z2-7]{4})</code>", done)
    assert len(codes) == 10
    assert inside(client), "the browser in which it was set up need not sign in again"
    assert codes[0] not in client.get(PAGE).content.decode()
    entry = AuditEntry.objects.get(act=Act.SECOND_FACTOR_SET)
    assert (entry.district, entry.actor_name) == (city.wuhou, "editor")


def test_other_browsers_must_show_a_code_as_soon_as_there_is_a_device(
    city: City, give_device: Callable[..., tuple[Phone, list[str]]]
) -> None:
    client = city.browser("editor")
    assert inside(client)
    phone, _ = give_device()
    answer = client.get("/admin/pages/")
    assert answer.status_code == 302
    assert answer["Location"] == "/admin/login/code/?next=/admin/pages/"
    assert give_code(client, phone.code(), next="/admin/pages/")["Location"] == "/admin/pages/"
    assert inside(client)


# --- signing in -------------------------------------------------------------------------------------------------------


def test_password_and_code_sign_in_together_and_not_alone(
    city: City, give_device: Callable[..., tuple[Phone, list[str]]]
) -> None:
    phone, _ = give_device()
    client = city.browser()
    answer = sign_in(client, next="/admin/account/")
    assert answer["Location"] == "/admin/login/code/?next=%2Fadmin%2Faccount%2F"
    assert not inside(client)
    assert "_auth_user_id" not in client.session
    assert "验证码不对" in give_code(client, "000000").content.decode()
    TOTPDevice.objects.update(throttling_failure_timestamp=None, throttling_failure_count=0)
    assert give_code(client, phone.code(), next="/admin/account/")["Location"] == "/admin/account/"
    assert inside(client)
    trail = list(AuditEntry.objects.order_by("pk").values_list("act", "district__slug"))
    assert trail == [(Act.SIGN_IN_FAILED, "wuhou"), (Act.SIGNED_IN, "wuhou")]
    alone = city.browser()
    assert give_code(alone, phone.code(later=1))["Location"].startswith("/admin/login/?next=")


def test_a_code_is_good_once(city: City, give_device: Callable[..., tuple[Phone, list[str]]]) -> None:
    phone, _ = give_device()
    code = phone.code()
    first, second = city.browser(), city.browser()
    for client in (first, second):
        sign_in(client)
    assert give_code(first, code).status_code == 302
    assert "已经用过" in give_code(second, code).content.decode()
    assert not inside(second)


def test_wrong_codes_must_wait_longer_and_longer_but_not_for_ever(
    city: City, give_device: Callable[..., tuple[Phone, list[str]]]
) -> None:
    phone, _ = give_device()
    client = city.browser()
    sign_in(client)
    give_code(client, "000000")
    assert "试得太勤了" in give_code(client, phone.code()).content.decode(), "even the right one waits"
    device = TOTPDevice.objects.get()
    device.throttling_failure_count = 40
    device.throttling_failure_timestamp = None
    device.save()
    give_code(client, "000000")
    assert TOTPDevice.objects.get().throttling_failure_count == second_factor.LONGEST_WAIT_FAILURES


def test_a_backup_code_is_good_once_in_place_of_the_telephone(
    city: City, give_device: Callable[..., tuple[Phone, list[str]]]
) -> None:
    _, codes = give_device()
    first, second = city.browser(), city.browser()
    for client in (first, second):
        sign_in(client)
    typed = f"{codes[3][:4]}-{codes[3][4:]}".upper()
    assert give_code(first, typed).status_code == 302
    assert inside(first)
    assert "验证码不对" in give_code(second, typed).content.decode()
    assert StaticToken.objects.count() == 9


def test_who_waits_for_a_code_is_forgotten_when_the_password_changes(
    city: City, give_device: Callable[..., tuple[Phone, list[str]]]
) -> None:
    phone, _ = give_device()
    client = city.browser()
    sign_in(client)
    user = city.user("editor")
    user.set_password("银杏-茶铺-77")
    user.save()
    assert give_code(client, phone.code())["Location"].startswith("/admin/login/?next=")


def test_the_code_does_not_lead_to_other_sites(
    city: City, give_device: Callable[..., tuple[Phone, list[str]]]
) -> None:
    phone, _ = give_device()
    client = city.browser()
    sign_in(client)
    assert give_code(client, phone.code(), next="https://evil.example/")["Location"] == "/admin/"


# --- changing and turning off -----------------------------------------------------------------------------------------


def test_turning_off_asks_for_password_and_code(
    city: City, give_device: Callable[..., tuple[Phone, list[str]]]
) -> None:
    phone, codes = give_device()
    client = city.browser()
    sign_in(client)
    give_code(client, phone.code())
    assert "密码不对" in client.post(PAGE, {"password": "wrong", "code": codes[0]}).content.decode()
    assert "验证码不对" in client.post(PAGE, {"password": PASSWORD, "code": "aaaa-aaaa"}).content.decode()
    assert TOTPDevice.objects.exists()
    time.sleep(1.05)  # the wait after one wrong code
    assert client.post(PAGE, {"password": PASSWORD, "code": codes[0]}).status_code == 302
    assert not TOTPDevice.objects.exists() and not StaticToken.objects.exists()
    assert AuditEntry.objects.get(act=Act.SECOND_FACTOR_REMOVED).subject_name == "editor"
    assert inside(client)


def test_new_backup_codes_take_the_place_of_the_old(
    city: City, give_device: Callable[..., tuple[Phone, list[str]]]
) -> None:
    phone, codes = give_device()
    client = city.browser()
    sign_in(client)
    give_code(client, phone.code())
    answer = client.post(f"{PAGE}codes/", {"password": PASSWORD, "code": codes[0]})
    assert "no-store" in answer["Cache-Control"]
    fresh = set(re.findall(r"<code>([a-z2-7]{4}-[a-z2-7]{4})</code>", answer.content.decode()))
    assert len(fresh) == 10
    assert {code.replace("-", "") for code in fresh} == set(
        StaticToken.objects.values_list("token", flat=True)
    )
    assert not fresh & {f"{code[:4]}-{code[4:]}" for code in codes}


# --- who must -----------------------------------------------------------------------------------------------------


def test_a_role_that_must_have_it_is_led_to_the_set_up_before_anything_else(city: City) -> None:
    SecondFactorRule.objects.create(role=Role.EDITOR)
    client = city.browser("editor")
    for path in ("/admin/", "/admin/pages/", "/admin/account/", "/admin/images/"):
        assert client.get(path)["Location"] == PAGE, path
    for answer in (
        client.get("/admin/pages/", headers={"x-requested-with": "XMLHttpRequest"}),
        client.get("/admin/api/main/pages/", headers={"accept": "application/json"}),
    ):
        assert answer.status_code == 403
        assert answer.json() == {"detail": "你的角色要求两步验证，请先设置。"}
    posted = client.post("/admin/account/", {})
    assert posted.status_code == 403
    assert PAGE in posted.content.decode()

    assert client.get(PAGE).status_code == 200
    phone = Phone(client.session["second_factor_key"])
    client.post(PAGE, {"password": PASSWORD, "code": phone.code()})
    assert inside(client)
    assert inside(city.browser("moderator")), "nothing is asked of the other roles"
    assert client.post("/admin/logout/").status_code == 302


def test_the_citys_staff_can_be_made_to_have_it(city: City) -> None:
    SecondFactorRule.objects.create(role=SecondFactorRule.CITY_STAFF)
    assert city.browser("city staff").get("/admin/")["Location"] == PAGE
    assert inside(city.browser("editor"))


def test_the_city_chooses_the_roles(city: City) -> None:
    page = "/admin/second-factor/rules/"
    staff = city.browser("city staff")
    assert "second-factor/rules" in staff.get("/admin/").content.decode()
    assert staff.post(page, {"roles": ["admin", "organiser"]}).status_code == 302
    assert second_factor.demanded_roles() == {"admin", "organiser"}
    assert staff.post(page, {"roles": ["admin"]}).status_code == 302
    assert second_factor.demanded_roles() == {"admin"}
    assert staff.post(page, {"roles": ["nobody"]}).status_code == 200
    assert second_factor.demanded_roles() == {"admin"}
    told = AuditEntry.objects.filter(act=Act.SECOND_FACTOR_RULE).order_by("pk")
    assert [entry.details["roles"] for entry in told] == [["admin", "organiser"], ["admin"]]
    SecondFactorRule.objects.all().delete()
    for who in ("editor", "admin"):
        client = city.browser(who)
        assert client.get(page).status_code == 404
        assert client.post(page, {"roles": ["editor"]}).status_code == 404
        assert "second-factor/rules" not in client.get("/admin/").content.decode()
    assert second_factor.demanded_roles() == set()


# --- help -------------------------------------------------------------------------------------------------------------


def test_an_admin_resets_a_colleagues_device_and_ends_the_sessions(
    city: City, give_device: Callable[..., tuple[Phone, list[str]]]
) -> None:
    phone, _ = give_device()
    colleague = city.browser()
    sign_in(colleague)
    give_code(colleague, phone.code())
    page = f"/admin/second-factor/reset/{city.user('editor').pk}/"
    admin = city.browser("admin")
    assert "重置两步验证" in admin.get(page).content.decode()
    assert admin.post(page, {"reset": "1"}).status_code == 302
    assert not TOTPDevice.objects.exists()
    assert not inside(colleague)
    entry = AuditEntry.objects.get(act=Act.SECOND_FACTOR_REMOVED)
    assert (entry.actor_name, entry.subject_name, entry.district) == ("admin", "editor", city.wuhou)
    assert "没有启用" in admin.get(page).content.decode()


@pytest.mark.parametrize(
    ("who", "whose"),
    [
        ("outsider", "editor"),
        ("editor", "moderator"),
        ("admin", "city staff"),
        ("admin", "outsider"),
        ("admin", "admin"),
    ],
)
def test_nobody_else_may_reset_a_device_or_learn_of_it(
    city: City, give_device: Callable[..., tuple[Phone, list[str]]], who: str, whose: str
) -> None:
    client = city.browser(who)
    give_device(whose)
    if who == whose:
        client = city.browser()
        SecondFactorRule.objects.all().delete()
        phone = Phone(TOTPDevice.objects.get().key)
        sign_in(client, "admin")
        give_code(client, phone.code())
    page = f"/admin/second-factor/reset/{city.user(whose).pk}/"
    assert client.get(page).status_code == 404
    assert client.post(page, {"reset": "1"}).status_code == 404
    assert client.get("/admin/second-factor/reset/999999/").status_code == 404
    assert TOTPDevice.objects.exists()


def test_an_admin_unlocks_a_colleague(city: City) -> None:
    client = city.browser()
    for _ in range(5):
        client.post("/admin/login/", {"username": "editor", "password": "wrong"})
    assert sign_in(client).status_code == 429
    page = f"/admin/second-factor/reset/{city.user('editor').pk}/"
    admin = city.browser("admin")
    assert "解除锁定" in admin.get(page).content.decode()
    admin.post(page, {"unlock": "1"})
    assert "没有锁定" in admin.get(page).content.decode()
    assert sign_in(client).status_code == 302


def test_outside_the_admin_a_session_without_its_code_is_nobodys(
    city: City, give_device: Callable[..., tuple[Phone, list[str]]]
) -> None:
    from django.test import RequestFactory

    from sites.sign_in.middleware import SecondFactorMiddleware

    seen: list[bool] = []

    def view(request: object) -> HttpResponse:
        seen.append(request.user.is_authenticated)  # type: ignore[attr-defined]
        return HttpResponse()

    user = User.objects.get(username="editor")
    for path in ("/documents/1/x/", "/admin/"):
        for with_device in (False, True):
            TOTPDevice.objects.all().delete()
            if with_device:
                give_device()
            request = RequestFactory().get(path)
            request.user, request.session = user, {}  # type: ignore[assignment]
            SecondFactorMiddleware(view)(request)
    assert seen == [True, False, True, True]
