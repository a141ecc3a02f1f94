"""Many publish at once while a reader follows the feed: the reader misses nothing.

A number that is taken must not become visible after a higher one. So its counter stays locked until the commit; the
control takes numbers the usual way, in a transaction of their own, and shows what then is lost.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, connections, transaction
from django.db.models import F

from sites.domain import shelf
from sites.models import Community, District, FeedCounter
from tests.city import City

WAITING = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
)
WRITERS = 4
EACH = 6
PATIENCE = 60.0


def in_thread(work: Callable[..., Any]) -> Callable[..., Any]:
    """The work with a connection of its own, which is closed at its end."""

    def run(*args: Any, **kwargs: Any) -> Any:
        try:
            return work(*args, **kwargs)
        finally:
            connections.close_all()

    return run


def read_on(city: City, since: str, seen: dict[str, int]) -> str:
    """One page of the feed of wuhou; its changes go into `seen`, and the cursor behind them comes back."""
    page = city.json("districts/wuhou/changes/", {"since": since, "type": "community", "page_size": 3})
    seen.update({change["slug"]: change["seq"] for change in page["results"]})
    cursor: str = page["cursor"]
    return cursor


def test_reader_who_follows_many_writers_misses_nothing(committed_city: City) -> None:
    wuhou, done, seen = committed_city.wuhou, threading.Event(), dict[str, int]()

    @in_thread
    def write(writer: int) -> None:
        chance = random.Random(writer)
        for n in range(EACH):
            with transaction.atomic():
                Community.objects.create(
                    district=wuhou, slug=f"w{writer}-{n}", name=f"{writer}-{n}", subdistrict="街道"
                )
                time.sleep(chance.random() * 0.02)  # between taking the number and the commit
            time.sleep(chance.random() * 0.01)

    @in_thread
    def read() -> None:
        since = "0"
        while True:
            last_round = done.is_set()
            since = read_on(committed_city, since, seen)
            if last_round and read_on(committed_city, since, seen) == since:
                return

    with ThreadPoolExecutor(WRITERS + 1) as pool:
        reader = pool.submit(read)
        for future in [pool.submit(write, writer) for writer in range(WRITERS)]:
            future.result(PATIENCE)
        done.set()
        reader.result(PATIENCE)

    assert set(seen) == {f"w{writer}-{n}" for writer in range(WRITERS) for n in range(EACH)}
    assert len(set(seen.values())) == WRITERS * EACH


def until_somebody_waits() -> None:
    """Wait until a connection of this PostgreSQL database waits for a lock."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with connection.cursor() as cursor:
            cursor.execute(WAITING)
            if cursor.fetchone()[0]:
                return
        time.sleep(0.02)
    pytest.fail("nobody waits for a lock")


def number_of_its_own_transaction(district: District) -> int:
    """The control: the number is committed at once, long before what carries it."""

    @in_thread
    def take() -> int:
        with transaction.atomic():
            FeedCounter.objects.filter(district=district).update(seq=F("seq") + 1)
            return FeedCounter.objects.values_list("seq", flat=True).get(district=district)

    with ThreadPoolExecutor(1) as pool:
        taken: int = pool.submit(take).result(PATIENCE)
    return taken


@pytest.mark.parametrize("locked", [True, False], ids=["locked until the commit", "control"])
def test_slow_writer_is_not_overtaken(
    committed_city: City, locked: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A slow writer takes its number first and commits last; a quick one and the reader come in between."""
    if connection.vendor == "sqlite":
        # SQLite has one writer at a time: there is nothing to overtake, and the control could not even be written.
        committed_city.story(slug="only")
        assert committed_city.row("story", "only").seq == committed_city.seq()
        return
    if not locked:
        monkeypatch.setattr(shelf, "_lock", lambda district: None)
        monkeypatch.setattr(shelf, "next_seq", number_of_its_own_transaction)
    wuhou, seen = committed_city.wuhou, dict[str, int]()
    numbered, may_commit = threading.Event(), threading.Event()

    @in_thread
    def write(slug: str, *, slow: bool) -> None:
        with transaction.atomic():
            Community.objects.create(district=wuhou, slug=slug, name=slug, subdistrict="街道")
            if slow:
                numbered.set()
                assert may_commit.wait(PATIENCE)

    with ThreadPoolExecutor(2) as pool:
        slow = pool.submit(write, "slow", slow=True)
        assert numbered.wait(PATIENCE)
        quick = pool.submit(write, "quick", slow=False)
        if not locked:
            quick.result(PATIENCE)
        else:
            until_somebody_waits()
        since = read_on(committed_city, "0", seen)
        may_commit.set()
        slow.result(PATIENCE)
        quick.result(PATIENCE)
    read_on(committed_city, since, seen)

    assert set(seen) == ({"slow", "quick"} if locked else {"quick"})


def test_story_published_while_its_community_is_renamed_shows_the_new_name(committed_city: City) -> None:
    """The rename does not know of the story yet; so the story must wait for the rename before it looks."""
    if connection.vendor == "sqlite":
        return  # one writer at a time
    community = committed_city.community("晋阳社区")
    story = committed_city.story(slug="s", publish=False)
    renamed, may_commit = threading.Event(), threading.Event()

    @in_thread
    def rename() -> None:
        with transaction.atomic():
            community.name = "晋阳新村"
            community.save()
            renamed.set()
            assert may_commit.wait(PATIENCE)

    @in_thread
    def publish() -> None:
        with transaction.atomic():
            story.community = Community.objects.get(pk=community.pk)
            story.save_revision().publish()

    with ThreadPoolExecutor(2) as pool:
        renaming = pool.submit(rename)
        assert renamed.wait(PATIENCE)
        publishing = pool.submit(publish)
        until_somebody_waits()
        may_commit.set()
        renaming.result(PATIENCE)
        publishing.result(PATIENCE)

    assert committed_city.item("stories/s")["community"]["name"] == "晋阳新村"
    assert not shelf.republish(committed_city.wuhou)
