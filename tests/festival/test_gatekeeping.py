"""What keeps machines and floods away from booking."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from festival.domain import gatekeeping
from festival.domain.gatekeeping import Act, admit, check_form, form_token
from festival.exceptions import SentByMachine
from sites.exceptions import LimitExceeded


@pytest.mark.django_db
def test_a_contact_is_limited_tightly_and_a_network_generously() -> None:
    now = timezone.now()
    for _ in range(5):
        admit(Act.CODE, network="203.0.113.0/24", who="tan", now=now)
    with pytest.raises(LimitExceeded):
        admit(Act.CODE, network="203.0.113.0/24", who="tan", now=now)
    # Who asks from elsewhere is not kept out by it, and neither are the neighbours.
    admit(Act.CODE, network="198.51.100.0/24", who="tan", now=now)
    admit(Act.CODE, network="203.0.113.0/24", who="zhou", now=now)
    for n in range(14):
        admit(Act.CODE, network=f"198.51.{n}.0/24", who="tan", now=now)
    with pytest.raises(LimitExceeded):
        admit(Act.CODE, network="192.0.2.0/24", who="tan", now=now)


@pytest.mark.django_db
def test_a_network_has_a_limit_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(gatekeeping.BY_NETWORK, Act.APPLY, 3)
    now = timezone.now()
    for n in range(3):
        admit(Act.APPLY, network="203.0.113.0/24", who=f"p{n}", now=now)
    with pytest.raises(LimitExceeded):
        admit(Act.APPLY, network="203.0.113.0/24", who="p3", now=now)
    # Without an address everybody would share one.
    for n in range(5):
        admit(Act.APPLY, network="", who=f"q{n}", now=now)


def test_a_form_is_filled_in_by_a_person() -> None:
    given_out = timezone.now()
    token = form_token(form="apply", now=given_out)
    later = given_out + dt.timedelta(seconds=30)
    check_form(form="apply", token=token, trap="", now=later)
    refused = [
        {"form": "apply", "token": token, "trap": "", "now": given_out},  # at once
        {"form": "apply", "token": token, "trap": "https://example.com", "now": later},
        {"form": "code", "token": token, "trap": "", "now": later},
        {"form": "apply", "token": token + "x", "trap": "", "now": later},
        {"form": "apply", "token": "", "trap": "", "now": later},
        {"form": "apply", "token": token, "trap": "", "now": given_out + dt.timedelta(hours=13)},
        {"form": "apply", "token": token, "trap": "", "now": given_out - dt.timedelta(hours=1)},
    ]
    for one in refused:
        with pytest.raises(SentByMachine):
            check_form(**one)  # type: ignore[arg-type]
