"""One of the hammer's processes: a crowd of stallholders that apply, submit, withdraw and accept over HTTP, as fast as it
can, and send again, with its key, whatever was not answered.

`python -m tests.race.client` reads what to do from its standard input (JSON) and prints, at its end, what it was told.
It knows HTTP only.
"""

from __future__ import annotations

import json
import random
import sys
import time
import uuid
from collections import Counter
from typing import Any

import httpx

_PATIENCE = 180  # seconds: longer than a killed server takes to come back on a machine with other work to do


class Crowd:
    """What one process does and remembers."""

    def __init__(self, plan: dict[str, Any]) -> None:
        self.plan = plan
        self.random = random.Random(plan["seed"])
        self.until = time.monotonic() + plan["seconds"]
        self.client = httpx.Client(base_url=plan["url"], timeout=30, headers={"Host": plan["host"]})
        self.acknowledged: dict[str, str] = {}
        self.answers: Counter[str] = Counter()
        self.open: list[tuple[str, str]] = []  # reference, secret
        self.asked = 0

    def go(self) -> None:
        """Until the time is up and enough was asked for: a busy machine takes longer, and hammers no less."""
        while time.monotonic() < self.until or self.asked < self.plan["at_least"]:
            step = self.random.random()
            if step < 0.55 or not self.open:
                self.apply()
            elif step < 0.75:
                self.submit_again()
            elif step < 0.9:
                self.withdraw()
            else:
                self.accept()

    def apply(self) -> None:
        person = self.random.choice(self.plan["people"])
        waits = self.random.random() < self.plan["waiting"]
        booths = [] if waits else self.random.sample(self.plan["booths"], 1)
        key = str(uuid.uuid4())
        body = {"proof": person, "zone": self.plan["zone"], "booths": booths}
        answer = self.ask("POST", "applications/", body, key=key)
        if answer.status_code != 201:
            return
        made = answer.json()
        reference, secret = made["reference"], made["token"]
        self.acknowledged[key] = reference
        if self.random.random() < 0.2:
            # Somebody's finger slips: the very same request once more is the same application.
            again = self.ask("POST", "applications/", body, key=key)
            if (again.status_code, again.json().get("reference")) != (201, reference):
                self.answers["doubled"] += 1
        self.open.append((reference, secret))
        fields = {"stall_name": "绳编", "offer": "盘扣", "category": "手作", "contact_name": "示例"}
        self.ask("PATCH", f"applications/{reference}/", fields, secret=secret)
        if self.random.random() < 0.85:
            self.ask("POST", f"applications/{reference}/submit/", {}, secret=secret, key=str(uuid.uuid4()))

    def submit_again(self) -> None:
        reference, secret = self.random.choice(self.open)
        if self.random.random() < 0.5:
            booths = self.random.sample(self.plan["booths"], 1)
            self.ask("POST", f"applications/{reference}/hold/", {"booths": booths}, secret=secret)
        self.ask("POST", f"applications/{reference}/submit/", {}, secret=secret, key=str(uuid.uuid4()))

    def withdraw(self) -> None:
        reference, secret = self.open.pop(self.random.randrange(len(self.open)))
        self.ask("POST", f"applications/{reference}/withdraw/", {}, secret=secret, key=str(uuid.uuid4()))

    def accept(self) -> None:
        reference, secret = self.random.choice(self.open)
        way = self.random.choice(["accept", "accept", "decline"])
        self.ask("POST", f"applications/{reference}/{way}/", {}, secret=secret, key=str(uuid.uuid4()))

    def ask(self, method: str, path: str, body: Any, *, secret: str = "", key: str = "") -> httpx.Response:
        """Send a request until it is answered."""
        headers = {"X-Forwarded-For": f"10.{self.random.randrange(256)}.{self.random.randrange(256)}.7"}
        if secret:
            headers["Authorization"] = f"Bearer {secret}"
        if key:
            headers["Idempotency-Key"] = key
        given_up = time.monotonic() + _PATIENCE
        while time.monotonic() < given_up:
            try:
                answer = self.client.request(method, self.plan["base"] + path, json=body, headers=headers)
            except httpx.TransportError:
                self.answers["not answered"] += 1
                time.sleep(0.25)
                continue
            self.asked += 1
            name = f"{method} {path.split('/')[-2] if path.count('/') > 2 else path.split('/')[0]}"
            self.answers[f"{name} {answer.status_code}"] += 1
            if answer.status_code >= 500:
                self.answers[f"server error: {answer.text[:200]}"] += 1
            return answer
        raise SystemExit(f"{method} {path} was never answered")


def main() -> None:
    crowd = Crowd(json.load(sys.stdin))
    crowd.go()
    json.dump({"acknowledged": crowd.acknowledged, "answers": crowd.answers}, sys.stdout)


if __name__ == "__main__":
    main()
