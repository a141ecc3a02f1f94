"""Two workers share one outbox: each message goes out once."""

from __future__ import annotations

import threading
from collections import Counter

import pytest
from django.db import connections

from sites.domain import outbox
from sites.enums import Channel


def work_by_two(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Two workers who both have seen the same list before either of them begins; how often each message went out."""
    gone: list[str] = []
    monkeypatch.setitem(outbox._channels, Channel.EMAIL, lambda message: gone.append(message.key))
    for n in range(12):
        outbox.post(channel=Channel.EMAIL, recipient="a@example.org", payload={}, key=f"m{n}")
    both_have_looked = threading.Barrier(2)

    def work() -> None:
        try:
            seen = outbox.due(limit=20)
            both_have_looked.wait(timeout=20)
            for message in seen:
                if outbox.claim(message):
                    outbox.deliver(message)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return Counter(gone)


def test_two_workers_send_each_message_once(own_database: None, monkeypatch: pytest.MonkeyPatch) -> None:
    assert work_by_two(monkeypatch) == {f"m{n}": 1 for n in range(12)}


def test_two_workers_without_a_claim_would_send_each_twice(
    own_database: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "claim", lambda message: True)
    assert work_by_two(monkeypatch) == {f"m{n}": 2 for n in range(12)}
