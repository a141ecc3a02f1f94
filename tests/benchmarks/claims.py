"""Claims by compare-and-set against the same claims behind one lock for each edition: 16 stallholders at once, one
PostgreSQL.

They are served as by `web` of the Procfile: by a process for each processor, and threads in it. `python -m
tests.benchmarks.claims NUMBER` is one of the processes. It says when it is ready, is told line by line which way to claim and
from when on, and answers each with how many claims it tried and how many it got.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

_REPOSITORY = Path(__file__).resolve().parent.parent.parent
STALLHOLDERS = 16
PROCESSES = os.cpu_count() or 1
BOOTHS = 24  # in each of three zones
SECONDS = 6.0
# Seconds until a query reaches its database: on the same machine, and on another, as where web machines are many.
DISTANCES = (0.0, 0.001)

Sums = dict[str, dict[str, float]]


def compare() -> dict[float, Sums]:
    """Tried and successful claims a second of both ways, on the same rows, one way after the other, twice; by distance."""
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
        made = subprocess.run(
            [sys.executable, "-m", "tests.benchmarks.claims", "prepare"], cwd=_REPOSITORY, env=environment
        )
        if made.returncode:
            raise SystemExit(made.returncode)
        # Tests do without; here a commit reaches the disk as it does where a city's bookings lie.
        with PostgreSQL.join(run).connect() as server:
            server.autocommit = True
            for name in ("fsync", "synchronous_commit", "full_page_writes"):
                server.execute(f"ALTER SYSTEM SET {name} = on")
            server.execute("SELECT pg_reload_conf()")
        runners = [_runner(number, environment) for number in range(PROCESSES)]
        # None begins before all have imported what they need.
        for runner in runners:
            _hear(runner)
        found = {distance: _both_ways(runners, distance) for distance in DISTANCES}
        for runner in runners:
            runner.communicate()
        return found
    finally:
        run.close()


def _runner(number: int, environment: dict[str, str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.benchmarks.claims", str(number)],
        cwd=_REPOSITORY,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def _hear(runner: subprocess.Popen[str]) -> dict[str, Any]:
    assert runner.stdout
    heard: dict[str, Any] = json.loads(runner.stdout.readline() or '{"ended": true}')
    if "ended" in heard:
        raise SystemExit(f"a process ended with {runner.wait()}")
    return heard


def _both_ways(runners: list[subprocess.Popen[str]], distance: float) -> Sums:
    sums: Sums = {"lock": {"tried": 0.0, "got": 0.0}, "claim": {"tried": 0.0, "got": 0.0}}
    for way in ("lock", "claim", "claim", "lock"):
        task = json.dumps({"way": way, "begin": time.time() + 1, "distance": distance})
        for runner in runners:
            assert runner.stdin
            runner.stdin.write(f"{task}\n")
            runner.stdin.flush()
        for told in [_hear(runner) for runner in runners]:
            for what in ("tried", "got"):
                sums[way][what] += told[what] / SECONDS / 2
    return sums


def _prepare() -> None:
    from django.db import transaction

    from tests import city as builder
    from tests.festival.booking import Edition

    with transaction.atomic():
        builder.build()
        edition = Edition(builder.City(), booths=BOOTHS, booths_per_applicant=10)
        for number in range(STALLHOLDERS):
            edition.draft("open", address=f"bench{number}@example.cn")


def _work(number: int) -> None:
    from django.db import connection

    from festival.models import Application, Booth

    applications = Application.objects.select_related("festival", "zone").order_by("pk")
    own = list(applications)[number::PROCESSES]
    booths = list(Booth.objects.filter(zone=own[0].zone).select_related("zone"))
    sys.stdout.write('{"ready": true}\n')
    sys.stdout.flush()
    with ThreadPoolExecutor(len(own)) as threads:
        for line in sys.stdin:
            task = json.loads(line)

            def travel(execute: Callable[..., Any], *query: Any, distance: float = task["distance"]) -> Any:
                # Not for nothing: even a sleep of no length hands the processor to somebody else.
                if distance:
                    time.sleep(distance)
                return execute(*query)

            def claim(application: Any, way: str = task["way"], begin: float = task["begin"]) -> Counter[str]:
                with connection.execute_wrapper(travel):
                    return _claim(application, booths, way=way, begin=begin)

            json.dump(sum(threads.map(claim, own), Counter()), sys.stdout)
            sys.stdout.write("\n")
            sys.stdout.flush()


def _claim(application: Any, booths: list[Any], *, way: str, begin: float) -> Counter[str]:
    from django.db import transaction
    from django.utils import timezone

    from festival.domain import slots
    from festival.exceptions import BookingRefused
    from festival.models import BookingRules

    def lock() -> None:
        if way == "lock":
            BookingRules.objects.select_for_update().get(festival=application.festival_id)

    chance = random.Random(application.pk)
    tried = got = 0
    time.sleep(max(0.0, begin - time.time()))
    while time.time() < begin + SECONDS:
        tried += 1
        try:
            with transaction.atomic():
                lock()
                until = timezone.now() + slots.HOLD
                slots.claim(application=application, booths=[chance.choice(booths)], limit=10, until=until)
        except BookingRefused:
            # Now and then give back what one has, so that there is something to be had.
            if chance.random() < 0.1:
                with transaction.atomic():
                    lock()
                    slots.release(application=application)
            continue
        got += 1
    with transaction.atomic():
        slots.release(application=application)
    return Counter(tried=tried, got=got)


def main() -> None:
    import django

    django.setup()
    if sys.argv[1] == "prepare":
        _prepare()
    else:
        _work(int(sys.argv[1]))


if __name__ == "__main__":
    main()
