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
    kill: bool = True,
    seed: int = 1,
) -> Outcome:
    """Hammer for some seconds, then read what became of it."""
    plan = {
        **plan,
        "seconds": seconds,
        "url": f"http://127.0.0.1:{installation.port}",
        "host": f"localhost:{installation.port}",
    }
    clients = []
    for number in range(processes):
        client = subprocess.Popen(
            [sys.executable, "-m", "tests.race.client"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=_REPOSITORY,
        )
        assert client.stdin
        client.stdin.write(json.dumps({**plan, "seed": seed * 1000 + number}))
        client.stdin.close()
        client.stdin = None
        clients.append(client)
    killed = 0
    if kill:
        chance = random.Random(seed)
        end = time.monotonic() + seconds
        time.sleep(2)
        while time.monotonic() < end:
            killed += _kill_one(installation, chance)
            time.sleep(chance.uniform(4.0, 6.0))
    acknowledged: dict[str, str] = {}
    answers: Counter[str] = Counter()
    for client in clients:
        said, complained = client.communicate(timeout=seconds + 120)
        assert client.returncode == 0, complained
        told = json.loads(said)
        acknowledged |= told["acknowledged"]
        answers.update(told["answers"])
    checked = installation.run_python(_CHECK.format(acknowledged=json.dumps(acknowledged)))
    return Outcome(checked["twice"], checked["violations"], checked["unmatched"], answers, killed)


def _kill_one(installation: Installation, chance: random.Random) -> int:
    """End one of the web server's workers as a power cut would; its parent starts another. Where several die within
    seconds it gives up, and is started again as any process manager does."""
    if not installation.process("web").is_running:
        installation.start_process("web")
        return 0
    workers = _children(installation.process("web").pid)
    if not workers:
        return 0
    with contextlib.suppress(ProcessLookupError):
        os.kill(chance.choice(workers), signal.SIGKILL)
        return 1
    return 0


def _children(pid: int) -> list[int]:
    found = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        with contextlib.suppress(OSError):
            found += [int(child) for child in (task / "children").read_text().split()]
    return found
