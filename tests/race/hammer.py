"""The hammer: many processes book the same booths at once, while the servers are killed under them."""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

from tests.services.installation import Installation
from tests.services.run import wait_until

_REPOSITORY = Path(__file__).resolve().parent.parent.parent

# Runs inside the installation: a city, an edition that is open, and people with a proof of their address.
_PREPARE = """
from django.core import signing
from django.utils import timezone
from festival.domain import contacts
from tests import city as builder
from tests.festival.booking import Edition

builder.build()
edition = Edition(builder.City(), booths={booths})
now = timezone.now().timestamp()
people = [
    signing.dumps([edition.festival.pk, "email", f"p{{n}}@example.cn", now], salt=contacts._SALT)
    for n in range({people})
]
result = {{
    "people": people,
    "booths": [booth.number for booth in edition.booths("open")],
    "zone": edition.zone("open").slug,
    "base": f"/api/v1/districts/wuhou/festivals/{{edition.festival.slug}}/",
}}
"""
_CHECK = """
from festival.domain import waitlist
from tests.race import invariants
import json
acknowledged = json.loads({acknowledged!r})
result = {{
    "twice": invariants.booked_twice(),
    "violations": invariants.violations(),
    "unmatched": invariants.unmatched_requests(acknowledged),
}}
"""


class Outcome(NamedTuple):
    """What came of a hammering: problems in words, and how often each answer was given."""

    twice: list[str]
    violations: list[str]
    unmatched: list[str]
    answers: Counter[str]
    killed: int


def prepare(installation: Installation, *, booths: int, people: int) -> dict[str, Any]:
    """Make the edition that is booked."""
    found: dict[str, Any] = installation.run_python(_PREPARE.format(booths=booths, people=people))
    return found


def strike(
    installation: Installation,
    plan: dict[str, Any],
    *,
    processes: int,
    seconds: float,
    at_least: int,
    waiting: float = 0.1,
    kill: bool = True,
    seed: int = 1,
) -> Outcome:
    """Hammer for some seconds, and until each process was answered `at_least` so often; then read what became of it.
    `waiting` is the share of applications that ask for no booth, and so wait for one."""
    plan = {
        **plan,
        "seconds": seconds,
        "at_least": at_least,
        "waiting": waiting,
        "url": f"http://127.0.0.1:{installation.port}",
        "host": f"localhost:{installation.port}",
    }
    clients = [
        _client(installation, number, {**plan, "seed": seed * 1000 + number}) for number in range(processes)
    ]
    killed = 0
    if kill:
        chance = random.Random(seed)
        time.sleep(2)
        while any(client.poll() is None for client in clients):
            killed += _kill_one(installation, chance)
            # A machine that is slow to start a worker must not see it killed before it has served anybody.
            wait_until(lambda: _serves(installation), within=120, what="the hammered server to answer again")
            time.sleep(chance.uniform(5.0, 7.0))
    acknowledged: dict[str, str] = {}
    answers: Counter[str] = Counter()
    for number, client in enumerate(clients):
        code = client.wait(timeout=seconds + 300)
        assert code == 0, _told(installation, number, "errors").read_text()
        told = json.loads(_told(installation, number, "answers").read_text())
        acknowledged |= told["acknowledged"]
        answers.update(told["answers"])
    checked = installation.run_python(_CHECK.format(acknowledged=json.dumps(acknowledged)))
    return Outcome(checked["twice"], checked["violations"], checked["unmatched"], answers, killed)


def _client(installation: Installation, number: int, plan: dict[str, Any]) -> subprocess.Popen[str]:
    # Files, not pipes: a client that has much to tell would wait for a reader.
    with (
        _told(installation, number, "answers").open("w") as answers,
        _told(installation, number, "errors").open("w") as errors,
    ):
        client = subprocess.Popen(
            [sys.executable, "-m", "tests.race.client"],
            stdin=subprocess.PIPE,
            stdout=answers,
            stderr=errors,
            text=True,
            cwd=_REPOSITORY,
        )
    assert client.stdin
    client.stdin.write(json.dumps(plan))
    client.stdin.close()
    return client


def _told(installation: Installation, number: int, what: str) -> Path:
    return installation.var / f"client-{number}.{what}"


def _kill_one(installation: Installation, chance: random.Random) -> int:
    """End one of the web server's workers as a power cut would; its parent starts another."""
    workers = _children(installation.process("web").pid)
    if not workers:
        return 0
    with contextlib.suppress(ProcessLookupError):
        os.kill(chance.choice(workers), signal.SIGKILL)
        return 1
    return 0


def _serves(installation: Installation) -> bool:
    """Whether a worker answers. A server that gave up, because several of its workers died within seconds, is started
    again as any process manager does."""
    if not installation.process("web").is_running:
        installation.start_process("web")
    return installation.is_ready()


def _children(pid: int) -> list[int]:
    found = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        with contextlib.suppress(OSError):
            found += [int(child) for child in (task / "children").read_text().split()]
    return found
