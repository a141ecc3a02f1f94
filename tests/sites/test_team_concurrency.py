"""Two act on one team at the same moment: an admin stays, and an invitation is taken once.

The control leaves the lock out and shows what then happens. SQLite has one writer at a time, so there is nothing to
overtake there.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.core import mail
from django.db import connection, connections, transaction

from sites.domain import invitations, team
from sites.enums import Role
from sites.exceptions import InvitationRefused, TeamRefused
from sites.models import RoleGroup, User
from tests.city import City
from tests.sites.test_invitations import invite

WAITING = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
)
PATIENCE = 60.0


def in_thread(work: Callable[[], Any]) -> Callable[[], Any]:
    """The work with a connection of its own, which is closed at its end."""

    def run() -> Any:
        try:
            return work()
        finally:
            connections.close_all()

    return run


def somebody_waits() -> None:
    """Wait until a connection of this database waits for a lock."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with connection.cursor() as cursor:
            cursor.execute(WAITING)
            if cursor.fetchone()[0]:
                return
        time.sleep(0.02)
    pytest.fail("nobody waits for a lock")


def overlap(first: Callable[[], Any], second: Callable[[], Any], *, locked: bool) -> list[str]:
    """Run the first and keep its transaction open until the second waits for it (locked) or is through. What each was
    refused with, or ""."""
    done, may_commit = threading.Event(), threading.Event()

    @in_thread
    def slow() -> str:
        with transaction.atomic():
            said = _said(first)
            done.set()
            assert may_commit.wait(PATIENCE)
        return said

    with ThreadPoolExecutor(2) as pool:
        earlier = pool.submit(slow)
        assert done.wait(PATIENCE)
        later = pool.submit(in_thread(lambda: _said(second)))
        if locked:
            somebody_waits()
        else:
            later.result(PATIENCE)
        may_commit.set()
        return [earlier.result(PATIENCE), later.result(PATIENCE)]


def _said(work: Callable[[], Any]) -> str:
    try:
        work()
    except (TeamRefused, InvitationRefused) as refused:
        return str(refused)
    return ""


@pytest.mark.parametrize("locked", [True, False], ids=["locked", "control"])
def test_two_admins_who_remove_each_other_leave_one(
    committed_city: City, locked: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    city, wuhou = committed_city, committed_city.wuhou
    group = RoleGroup.objects.get(district=wuhou, role=Role.ADMIN).group
    one, two = city.user("admin"), User.objects.create_user("second", last_name="第二位")
    two.groups.add(group)

    def dismiss(person: User, actor: User) -> Callable[[], None]:
        return lambda: team.remove(district=wuhou, person=person, actor=actor)

    if connection.vendor == "sqlite":
        said = [_said(dismiss(two, one)), _said(dismiss(one, two))]
        assert [bool(text) for text in said] == [False, True]
        return
    if not locked:
        monkeypatch.setattr(team, "lock", lambda district: None)
    said = overlap(dismiss(two, one), dismiss(one, two), locked=locked)
    assert list(group.user_set.all()) == ([one] if locked else [])
    assert said == (["", "你已经不是武侯区的管理员，不能改这个团队。"] if locked else ["", ""])


@pytest.mark.parametrize("locked", [True, False], ids=["locked", "control"])
def test_two_admins_who_resign_at_once_leave_one(
    committed_city: City, locked: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if connection.vendor == "sqlite":
        return  # one writer at a time
    city, wuhou = committed_city, committed_city.wuhou
    group = RoleGroup.objects.get(district=wuhou, role=Role.ADMIN).group
    one, two = city.user("admin"), User.objects.create_user("second")
    two.groups.add(group)
    if not locked:
        monkeypatch.setattr(team, "lock", lambda district: None)

    def resign(person: User) -> Callable[[], None]:
        return lambda: team.change(district=wuhou, person=person, roles=[Role.EDITOR], actor=person)

    said = overlap(resign(one), resign(two), locked=locked)
    assert group.user_set.count() == (1 if locked else 0)
    assert ["唯一的管理员" in text for text in said] == [False, locked]


def test_link_that_is_used_twice_at_once_is_used_once(committed_city: City, settings: Any) -> None:
    if connection.vendor == "sqlite":
        return  # one writer at a time
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    mail.outbox = []
    secret = invite(committed_city)

    def join(name: str) -> Callable[[], Any]:
        return lambda: invitations.join(secret=secret, name=name, password="x")

    said = overlap(join("甲"), join("乙"), locked=True)
    assert said == ["", "这份邀请已经用过、被撤回或过期了。"]
    assert list(User.objects.filter(email="li@example.org").values_list("last_name", flat=True)) == ["甲"]
