"""Claims by compare-and-set against the same claims behind one lock for each edition: 16 processes, one PostgreSQL.

`python -m tests.benchmarks.claims WAY NUMBER` is one of the processes: it says when it is ready, is told when to begin,
and prints how many claims it tried and how many it got.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path

_REPOSITORY = Path(__file__).resolve().parent.parent.parent
PROCESSES = 16
BOOTHS = 24  # in each of three zones
SECONDS = 6.0


def compare() -> dict[str, dict[str, float]]:
    """Tried and successful claims a second of both ways, on the same rows, one way after the other, twice."""
    from tests.services.databases import migrated_database
    from tests.services.postgresql import PostgreSQL
    from tests.services.run import Run

    run = Run.open()
    try:
        environment = {
            **os.environ,
            "DATABASE_URL": migrated_database(run, "postgresql"),
            "DJANGO_SETTINGS_MODULE": "cms.settings.test",
            "VAR_DIR": str(run.folder / "var"),
        }
        _call(["-m", "tests.benchmarks.claims", "prepare"], environment)
        # Tests do without; here a commit reaches the disk as it does where a city's bookings lie.
        with PostgreSQL.join(run).connect() as server:
            server.autocommit = True
            for name in ("fsync", "synchronous_commit", "full_page_writes"):
                server.execute(f"ALTER SYSTEM SET {name} = on")
            server.execute("SELECT pg_reload_conf()")
        sums: dict[str, dict[str, float]] = {}
        for way in ("lock", "claim", "claim", "lock"):
            tried, got = _race(way, environment)
            row = sums.setdefault(way, {"tried": 0.0, "got": 0.0})
            row["tried"] += tried / SECONDS / 2
            row["got"] += got / SECONDS / 2
        return sums
    finally:
        run.close()


def _call(arguments: list[str], environment: dict[str, str]) -> str:
    done = subprocess.run(
        [sys.executable, *arguments], cwd=_REPOSITORY, env=environment, capture_output=True, text=True
    )
    if done.returncode:
        raise SystemExit(done.stdout + done.stderr)
    return done.stdout


def _race(way: str, environment: dict[str, str]) -> tuple[int, int]:
    runners = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.benchmarks.claims", way, str(number)],
            cwd=_REPOSITORY,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in range(PROCESSES)
    ]
    # Importing takes sixteen of them long on few cores; none begins before all have.
    for runner in runners:
        assert runner.stdout and runner.stdout.readline(), "a process ended before it was ready"
    begin = time.time() + 1
    for runner in runners:
        assert runner.stdin
        runner.stdin.write(f"{begin}\n")
        runner.stdin.flush()
    told = [json.loads(runner.communicate()[0]) for runner in runners]
    return sum(one["tried"] for one in told), sum(one["got"] for one in told)


def _prepare() -> None:
    from django.db import transaction

    from tests import city as builder
    from tests.festival.booking import Edition

    with transaction.atomic():
        builder.build()
        edition = Edition(builder.City(), booths=BOOTHS, booths_per_applicant=10)
        for number in range(PROCESSES):
            edition.draft("open", address=f"bench{number}@example.cn")


def _run(way: str, number: int) -> None:
    from django.db import transaction
    from django.utils import timezone

    from festival.domain import slots
    from festival.exceptions import BookingRefused
    from festival.models import Application, BookingRules, Booth

    application = Application.objects.select_related("festival", "zone").order_by("pk")[number]
    booths = list(Booth.objects.filter(zone=application.zone).select_related("zone"))
    chance = random.Random(number)
    tried = got = 0
    print("ready", flush=True)  # noqa: T201
    begin = float(sys.stdin.readline())
    time.sleep(max(0.0, begin - time.time()))
    while time.time() < begin + SECONDS:
        tried += 1
        try:
            with transaction.atomic():
                if way == "lock":
                    BookingRules.objects.select_for_update().get(festival=application.festival_id)
                until = timezone.now() + slots.HOLD
                slots.claim(application=application, booths=[chance.choice(booths)], limit=10, until=until)
        except BookingRefused:
            # Now and then give back what one has, so that there is something to be had.
            if chance.random() < 0.1:
                with transaction.atomic():
                    if way == "lock":
                        BookingRules.objects.select_for_update().get(festival=application.festival_id)
                    slots.release(application=application)
            continue
        got += 1
    with transaction.atomic():
        slots.release(application=application)
    json.dump({"tried": tried, "got": got}, sys.stdout)


def main() -> None:
    import django

    django.setup()
    if sys.argv[1] == "prepare":
        _prepare()
    else:
        _run(sys.argv[1], int(sys.argv[2]))


if __name__ == "__main__":
    main()
