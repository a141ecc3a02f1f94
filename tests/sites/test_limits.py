"""How often something may be done: the count itself, also by many at once."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections
from django.test import RequestFactory
from django.utils import timezone

from sites.client_address import client_prefix
from sites.domain import limits
from sites.exceptions import LimitExceeded
from sites.models import LimitWindow

MAILS = limits.Limit("mails", 3, dt.timedelta(hours=1))


@pytest.mark.django_db
def test_one_too_many_is_refused_until_the_stretch_is_over() -> None:
    now = timezone.now()
    for _ in range(3):
        limits.count(MAILS, "tan@example.cn", now=now)
    with pytest.raises(LimitExceeded) as refused:
        limits.count(MAILS, "tan@example.cn", now=now)
    assert 0 < refused.value.retry_after <= 3600
    limits.count(MAILS, "zhou@example.cn", now=now)
    limits.count(limits.Limit("codes", 3, dt.timedelta(hours=1)), "tan@example.cn", now=now)
    again = now + dt.timedelta(seconds=refused.value.retry_after)
    limits.count(MAILS, "tan@example.cn", now=again)


@pytest.mark.django_db
def test_counts_that_are_over_are_deleted_and_name_nobody() -> None:
    now = timezone.now()
    limits.count(MAILS, "tan@example.cn", now=now)
    assert "tan" not in LimitWindow.objects.get().digest
    assert limits.prune(now=now) == 0
    assert limits.prune(now=now + dt.timedelta(hours=1, seconds=1)) == 1


def test_of_many_at_once_no_more_pass_than_allowed(own_database: None) -> None:
    now = timezone.now()

    def ask(_: int) -> bool:
        try:
            limits.count(MAILS, "tan@example.cn", now=now)
        except LimitExceeded:
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(6) as pool:
        passed = list(pool.map(ask, range(24)))
    assert passed.count(True) == 3
    assert LimitWindow.objects.get().count == 3


@pytest.mark.parametrize(
    ("address", "prefix"),
    [("203.0.113.7", "203.0.113.0/24"), ("2001:db8:1:2::9", "2001:db8:1:2::/64"), ("", "")],
)
def test_neighbours_come_from_one_network(address: str, prefix: str) -> None:
    assert client_prefix(RequestFactory().get("/", REMOTE_ADDR=address)) == prefix
