"""Two moderators decide about the same story at the same moment: one of them does, and there is one copy.

The control looks first and writes afterwards, as one would without thinking, and both of them succeed.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, connections, transaction
from django.utils import timezone

from cms.domain import handovers
from cms.enums import HandoverState
from cms.exceptions import HandoverRefused
from cms.models import ReceivedStory, SentStory, StoryPage
from tests.city import City

PATIENCE = 60.0


@pytest.fixture
def waiting(committed_city: City, settings: Any) -> ReceivedStory:
    """A story of wuhou that waits in jinjiang."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    story = committed_city.story(slug="s", cover=committed_city.picture())
    by = committed_city.user("editor")
    sent, _ = handovers.send(story=story, targets=[committed_city.jinjiang], by=by)
    return ReceivedStory.objects.get(handover=sent[0].handover)


def at_once(*deeds: Callable[[], Any]) -> list[str]:
    """Do them in transactions of their own that begin together; what each of them answered."""

    def run(deed: Callable[[], Any]) -> str:
        try:
            with transaction.atomic():
                deed()
            return "done"
        except HandoverRefused as refusal:
            return str(refusal)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return sorted(future.result(PATIENCE) for future in [pool.submit(run, deed) for deed in deeds])


def copies(city: City) -> int:
    return StoryPage.objects.descendant_of(city.home(city.jinjiang)).count()


def looked_first(meet: threading.Barrier) -> Callable[..., None]:
    """The control: both look before either writes."""

    def settle(received: ReceivedStory, *, state: HandoverState, by: Any, reason: str = "") -> None:
        row = ReceivedStory.objects.get(pk=received.pk)
        meet.wait(PATIENCE)
        if row.state != HandoverState.WAITING:
            raise HandoverRefused("晚了")
        row.state, row.decided_at, row.decided_by, row.reason = state, timezone.now(), by, reason
        row.save()

    return settle


@pytest.mark.parametrize("compared", [True, False], ids=["compare and set", "control"])
def test_two_who_take_at_once_make_one_copy(
    committed_city: City, waiting: ReceivedStory, compared: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    by = committed_city.user("outsider")
    if not compared:
        if connection.vendor == "sqlite":
            return  # one writer at a time: the control could not even be written
        # Neither copies files nor empties the row: the question is only who may decide.
        meet = threading.Barrier(2)
        monkeypatch.setattr(handovers, "_settle", looked_first(meet))
        monkeypatch.setattr(handovers, "_own_copy", lambda *args, **kwargs: committed_city.picture())

    answers = at_once(*[lambda: handovers.take(received=waiting, by=by)] * 2)

    if compared:
        assert answers == sorted(["done", f"《{waiting.title}》已收下，不能再改。"])
        assert copies(committed_city) == 1
    else:
        assert answers == ["done", "done"]
        assert copies(committed_city) == 2


def test_taken_and_withdrawn_at_once_is_one_of_both(committed_city: City, waiting: ReceivedStory) -> None:
    by, sender = committed_city.user("outsider"), committed_city.user("editor")
    sent = SentStory.objects.get()

    answers = at_once(
        lambda: handovers.take(received=waiting, by=by),
        lambda: handovers.withdraw(sent=sent, by=sender),
    )

    assert answers.count("done") == 1
    sent.refresh_from_db()
    waiting.refresh_from_db()
    assert sent.state == waiting.state != HandoverState.WAITING
    assert copies(committed_city) == (1 if sent.state == HandoverState.TAKEN else 0)


def test_same_story_sent_twice_at_once_waits_once(committed_city: City) -> None:
    story, by = committed_city.story(slug="s"), committed_city.user("editor")

    answers = at_once(*[lambda: handovers.send(story=story, targets=[committed_city.jinjiang], by=by)] * 2)

    assert answers.count("done") == 1
    assert SentStory.objects.count() == ReceivedStory.objects.count() == 1
