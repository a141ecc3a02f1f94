"""The second factor: a code from the person's telephone (TOTP), with ten backup codes for the day it is lost.

django-otp keeps the devices, refuses a code that was used, and makes each wrong code wait longer. A person has at most
one device; setting up a new one takes the place of the old.
"""

from __future__ import annotations

import time
from base64 import b32encode
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django_otp.oath import TOTP
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice
from django_otp.util import random_hex

from sites.domain import audit
from sites.domain.people import is_city_staff
from sites.domain.sessions import end_sessions
from sites.enums import Act, Role
from sites.exceptions import CodeRefused, SecondFactorRefused
from sites.models import RoleGroup, SecondFactorRule, User

BACKUP_CODES = 10
# A wrong code waits 1, 2, 4 … seconds. Without an end, whoever knows the password could shut the person out for days.
LONGEST_WAIT_FAILURES = 11  # 17 minutes


@dataclass(frozen=True)
class Demand:
    """A role of which the city may require the second factor."""

    role: str
    label: str


DEMANDS = [
    *(Demand(role.value, role.label) for role in Role),
    Demand(SecondFactorRule.CITY_STAFF, "市级管理员"),
]


def device_of(user: User) -> TOTPDevice | None:
    """The person's device, or None. One query."""
    return TOTPDevice.objects.filter(user=user.pk, confirmed=True).order_by("-pk").first()


def is_demanded_of(user: User) -> bool:
    """Whether one of the person's roles must have the second factor. One query, for city staff three."""
    wanted = set(SecondFactorRule.objects.values_list("role", flat=True))
    if not wanted:
        return False
    if RoleGroup.objects.filter(group__user=user.pk, role__in=wanted).exists():
        return True
    return SecondFactorRule.CITY_STAFF in wanted and is_city_staff(user)


def new_key() -> str:
    """A fresh secret, in hexadecimal, as it is stored."""
    return random_hex(20)


def as_text(key: str) -> str:
    """The secret as authenticator apps take it by hand: base 32, in groups of four."""
    plain = b32encode(bytes.fromhex(key)).decode()
    return " ".join(plain[start : start + 4] for start in range(0, len(plain), 4))


def address_for_app(*, user: User, key: str) -> str:
    """The otpauth: address that the QR code holds. The issuer is settings.OTP_TOTP_ISSUER."""
    address: str = TOTPDevice(user=user, key=key).config_url
    return address


@transaction.atomic
def set_up(*, user: User, key: str, code: str, request: HttpRequest) -> tuple[TOTPDevice, list[str]]:
    """Make the secret the person's device, once a code of it was given; returns it with new backup codes.

    Raises CodeRefused for a wrong code; then everything stays as it was.
    """
    User.objects.select_for_update().get(pk=user.pk)  # two windows at once: one device remains
    device = TOTPDevice(user=user, key=key, name="手机", confirmed=True)
    clock = TOTP(device.bin_key, device.step, device.t0, device.digits)
    clock.time = time.time()
    digits = _digits(code)
    if not digits or not clock.verify(int(digits), tolerance=device.tolerance):
        raise CodeRefused("验证码不对。请等手机上换一个新的再试；一直不对，就看看手机的时间准不准。")
    TOTPDevice.objects.filter(user=user).delete()
    device.last_t = clock.t()  # the code just used is used up
    device.drift = clock.drift
    device.save()
    codes = _new_codes(user)
    audit.record_of_person(act=Act.SECOND_FACTOR_SET, actor=user, subject=user, request=request)
    return device, codes


@transaction.atomic
def renew_codes(*, user: User, request: HttpRequest) -> list[str]:
    """Ten new backup codes in place of the old ones, to be shown once."""
    codes = _new_codes(user)
    audit.record_of_person(
        act=Act.SECOND_FACTOR_SET, actor=user, subject=user, request=request, what="backup codes"
    )
    return codes


def codes_left(user: User) -> int:
    """How many backup codes were not used yet. One query."""
    return StaticToken.objects.filter(device__user=user.pk).count()


def check_code(*, user: User, code: str) -> None:
    """Use up a code of the person's telephone, or one of the backup codes.

    Raises CodeRefused for a wrong or used code and while one must wait. What was tried stays counted, so the caller must
    not undo the transaction.
    """
    if problem := _problem_of(user, code):
        raise CodeRefused(problem)


@transaction.atomic
def _problem_of(user: User, code: str) -> str:
    # Says it and does not raise: that would undo the counting of wrong codes.
    digits = _digits(code)
    # Six figures come from the telephone; the backup codes have eight letters and figures.
    model = TOTPDevice if digits else StaticDevice
    device = model.objects.select_for_update().filter(user=user.pk, confirmed=True).order_by("-pk").first()
    if device is None:
        return "验证码不对。"
    allowed, why = device.verify_is_allowed()
    if not allowed:
        until = timezone.localtime(why["locked_until"])
        return f"试得太勤了。请在 {until:%H:%M:%S} 以后再试。"
    if device.verify_token(digits or _backup_code(code)):
        return ""
    if device.throttling_failure_count > LONGEST_WAIT_FAILURES:
        device.throttling_failure_count = LONGEST_WAIT_FAILURES
        device.save()
    return "验证码不对，或者已经用过。每个验证码只能用一次，请等手机上换一个新的。"


@transaction.atomic
def turn_off(*, user: User, request: HttpRequest) -> None:
    """Take away the person's device and codes; whoever calls this has checked password and code."""
    _remove(user)
    audit.record_of_person(act=Act.SECOND_FACTOR_REMOVED, actor=user, subject=user, request=request)


def may_reset(*, actor: User, subject: User) -> bool:
    """Whether somebody may help a person who lost telephone and codes: the city's staff anybody, a district's admin
    whoever has a role in that district and is not of the city's staff. Never oneself: that is what `turn_off` is for."""
    if actor.pk == subject.pk:
        return False
    if is_city_staff(actor):
        return True
    mine = RoleGroup.objects.filter(role=Role.ADMIN, group__user=actor.pk).values("district")
    return RoleGroup.objects.filter(district__in=mine, group__user=subject.pk).exists() and not is_city_staff(
        subject
    )


@transaction.atomic
def reset(*, actor: User, subject: User, request: HttpRequest) -> None:
    """Take away a person's device, backup codes and sessions. They sign in again with the password, and set up anew
    where their role demands it. Raises SecondFactorRefused for who may not, and where there is nothing to take away."""
    if not may_reset(actor=actor, subject=subject):
        raise SecondFactorRefused("你不能重置这个人的两步验证。")
    if not _remove(subject):
        raise SecondFactorRefused("这个人没有启用两步验证。")
    end_sessions(subject)
    audit.record_of_person(act=Act.SECOND_FACTOR_REMOVED, actor=actor, subject=subject, request=request)


def demanded_roles() -> set[str]:
    """The roles that must have the second factor. One query."""
    return set(SecondFactorRule.objects.values_list("role", flat=True))


@transaction.atomic
def demand(*, roles: Iterable[str], actor: User, request: HttpRequest) -> None:
    """Require the second factor of exactly these roles. Raises SecondFactorRefused for who is not city staff and for an
    unknown role."""
    wanted = set(roles)
    if not is_city_staff(actor):
        raise SecondFactorRefused("只有市级管理员能改两步验证要求。")
    if unknown := wanted - {one.role for one in DEMANDS}:
        raise SecondFactorRefused(f"没有这个角色：{'、'.join(sorted(unknown))}")
    before = demanded_roles()
    if wanted == before:
        return
    SecondFactorRule.objects.exclude(role__in=wanted).delete()
    SecondFactorRule.objects.bulk_create(SecondFactorRule(role=role) for role in sorted(wanted - before))
    audit.record(act=Act.SECOND_FACTOR_RULE, actor=actor, request=request, roles=sorted(wanted))


def _digits(code: str) -> str:
    """The six figures of a code, as people type them ("123 456"); "" when they are none."""
    plain = "".join(code.split())
    return plain if len(plain) == 6 and plain.isascii() and plain.isdigit() else ""


def _backup_code(code: str) -> str:
    return "".join(code.split()).replace("-", "").lower()[:16]


def _new_codes(user: User) -> list[str]:
    StaticDevice.objects.filter(user=user).delete()
    device = StaticDevice.objects.create(user=user, name="备用码", confirmed=True)
    codes = [StaticToken.random_token() for _ in range(BACKUP_CODES)]
    StaticToken.objects.bulk_create(StaticToken(device=device, token=code) for code in codes)
    return codes


def _remove(user: User) -> bool:
    """Whether there was anything to take away."""
    deleted, _ = TOTPDevice.objects.filter(user=user).delete()
    StaticDevice.objects.filter(user=user).delete()
    return bool(deleted)
