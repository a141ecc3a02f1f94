"""Every address that the OpenAPI document names, asked with what a machine makes up from it: nothing that it can send is
answered by a server error, and no answer is one that the document does not have.

The addresses of booking are also asked as somebody would who has a private link, so that what is made up comes further
than to the first refusal.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from festival.domain import deciding, gatekeeping
from festival.enums import QuestionKind, ZoneMode
from tests.city import City
from tests.festival.booking import Edition
from tests.festival.booking_api import HOST, Stallholder, new_key

pytestmark = pytest.mark.once  # shows nothing that hangs on the database

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "openapi.json"
SCHEMA = schemathesis.openapi.from_dict(json.loads(DOCUMENT.read_text("utf-8")))
OPERATIONS = {
    f"{one.method.upper()} {one.path.removeprefix('/api/v1/')}": one
    for one in (found.ok() for found in SCHEMA.get_all_operations())
}
EDITION = "districts/{district}/festivals/{edition}/"
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
# The same every time: a test that fails today fails tomorrow.
FEW = settings(
    max_examples=6,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(autouse=True)
def one_connection() -> Iterator[None]:
    """A request neither opens nor closes a connection: it works in the test's transaction."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def edition(city: City, monkeypatch: pytest.MonkeyPatch) -> Edition:
    for act in gatekeeping.Act:
        monkeypatch.setitem(gatekeeping.BY_NETWORK, act, 10**6)
        monkeypatch.setitem(gatekeeping.BY_CONTACT, act, (10**6, 10**6))
    edition = Edition(city)
    edition.ask("要用电吗", kind=QuestionKind.YES_NO, required=False)
    edition.require("执照", has_expiry=True, required=False)
    return edition


@pytest.fixture
def stallholders(edition: Edition, city: City) -> list[Stallholder]:
    """Who is in the middle of each part of the way."""
    organiser = city.user("organiser")
    booths = edition.booths(ZoneMode.OPEN)
    drafts = [
        edition.draft(ZoneMode.OPEN, address="a@example.cn", booths=(booths[0],)),
        edition.draft(ZoneMode.ALLOT, address="b@example.cn"),
    ]
    picking = edition.submitted(ZoneMode.PICK, address="c@example.cn")
    deciding.approve(application=picking, actor=organiser)
    asked = edition.submitted(address="d@example.cn")
    deciding.ask(application=asked, text="请补充", actor=organiser)
    has = edition.submitted(ZoneMode.OPEN, address="e@example.cn", booths=(booths[1],))
    return [Stallholder(edition.festival, application=one) for one in (*drafts, picking, asked, has)]


def answers(case: Any, **headers: str) -> None:
    """Ask, in a transaction that is undone, and look at the answer."""
    with transaction.atomic():
        response = case.call(
            app=get_wsgi_application(), base_url=f"http://{HOST}", headers={"Host": HOST, **headers}
        )
        transaction.set_rollback(True)
    case.validate_response(response, checks=CHECKS)


def ask_all(ways: dict[str, Callable[[], None]]) -> None:
    """Ask each address in its way, and tell of all that went wrong."""
    wrong = []
    for name, ask in ways.items():
        try:
            ask()
        except Exception as error:  # noqa: BLE001 - whatever an address does, the others are asked too
            error.add_note(name)
            wrong.append(error)
    if wrong:
        raise ExceptionGroup("answers that should not be", wrong)


def test_what_is_made_up_from_the_document(edition: Edition) -> None:
    def way(operation: Any) -> Callable[[], None]:
        @FEW
        @given(case=operation.as_strategy())
        def ask(case: Any) -> None:
            answers(case)

        return ask

    ask_all({name: way(one) for name, one in OPERATIONS.items()})


def test_what_is_made_up_by_somebody_who_may(edition: Edition, stallholders: list[Stallholder]) -> None:
    numbers = [booth.number for mode in ZoneMode for booth in edition.booths(mode)]
    likely: dict[str, st.SearchStrategy[Any]] = {
        "proof": st.just(stallholders[0].proof("new@example.cn")),
        "zone": st.sampled_from([*edition.zones]),
        "booths": st.lists(st.sampled_from(numbers), max_size=2),
        "version": st.integers(0, 3),
        "kind": st.just("email"),
        "address": st.emails(),
    }

    def way(name: str, operation: Any) -> Callable[[], None]:
        @FEW
        @given(case=operation.as_strategy(), data=st.data())
        def ask(case: Any, data: st.DataObject) -> None:
            one = data.draw(st.sampled_from(stallholders))
            known = {"district": "wuhou", "edition": "fair", "reference": one.reference}
            case.path_parameters = {**case.path_parameters, **_only(known, case.path_parameters)}
            if isinstance(case.body, dict):
                for field in case.body:
                    if field in likely and data.draw(st.booleans()):
                        case.body[field] = data.draw(likely[field])
            secret = {"Authorization": f"Bearer {one.secret}"} if "{reference}" in name else {}
            answers(case, **{"Idempotency-Key": new_key(), **secret})

        return ask

    ask_all({name: way(name, one) for name, one in OPERATIONS.items() if EDITION in name})


def _only(known: dict[str, str], wanted: Any) -> dict[str, str]:
    return {name: value for name, value in known.items() if name in (wanted or {})}
