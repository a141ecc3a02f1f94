"""What a check found, one line a route, and the report that is made of it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Finding:
    """One thing that must not be: a word shown, a row changed, a server error."""

    kind: str  # "word", "key", "row", "error", "forgery"
    route: str
    persona: str
    direction: str
    what: tuple[str, ...]
    example: str
    status: int = 0


@dataclass
class Tally:
    """What one part of the test did."""

    part: str
    persona: str
    direction: str
    requests: int = 0
    routes: int = 0
    seconds: float = 0.0


Part = tuple[Tally, list[Finding]]


def by_route(findings: Iterable[Finding]) -> list[Finding]:
    """One finding for each route and kind, with all that was seen there and the first example."""
    merged: dict[tuple[str, str, str, str], Finding] = {}
    for one in findings:
        key = (one.kind, one.route, one.persona, one.direction)
        known = merged.get(key)
        if known is None:
            merged[key] = one
        else:
            what = tuple(sorted({*known.what, *one.what}))
            merged[key] = Finding(**{**asdict(known), "what": what})
    return sorted(merged.values(), key=lambda one: (one.kind, one.route))


def told(findings: Iterable[Finding], *, most: int = 60) -> str:
    """Findings in lines, for a failing test."""
    lines = [
        f"{one.kind:8} {one.route}  [{one.persona} {one.direction}] {one.status} {one.example}\n"
        f"           {', '.join(one.what[:6])}{' …' if len(one.what) > 6 else ''}"
        for one in by_route(findings)
    ]
    rest = len(lines) - most
    return "\n".join([*lines[:most], *([f"… and {rest} more"] if rest > 0 else [])])


def keep(folder: Path, name: str, findings: Iterable[Finding], tally: Tally) -> None:
    """Leave what a part found where the report is put together."""
    folder.mkdir(parents=True, exist_ok=True)
    content = {"tally": asdict(tally), "findings": [asdict(one) for one in findings]}
    (folder / f"{name}.json").write_text(json.dumps(content, ensure_ascii=False), "utf-8")


def read(folder: Path) -> list[Part]:
    """Everything that parts left."""
    parts = []
    for file in sorted(folder.glob("*.json")):
        content = json.loads(file.read_text("utf-8"))
        found = [Finding(**{**one, "what": tuple(one["what"])}) for one in content["findings"]]
        parts.append((Tally(**content["tally"]), found))
    return parts


_KINDS = {
    "word": "words shown",
    "key": "keys shown",
    "row": "rows changed",
    "forgery": "forgeries stored",
    "error": "server errors",
}


def report(parts: list[Part], *, inventory: dict[str, int], layers: list[str]) -> str:
    """The report of `make test-isolation` in Markdown; a finding is a route, however often it was seen there."""
    lines = ["# Isolation of the districts", ""]
    requests = sum(tally.requests for tally, _ in parts)
    everything = [one for _, found in parts for one in found]
    totals = ", ".join(f"{label}: {_count(everything, kind)}" for kind, label in _KINDS.items())
    lines += [f"{requests:,} requests. Routes with {totals}.", ""]
    if inventory:
        lines += [f"{sum(inventory.values())} routes, by how they are kept:", ""]
        lines += [f"- {how}: {count}" for how, count in sorted(inventory.items())]
    if layers:
        lines += ["", "Protective layers, each switched off in turn:", "", *(f"- {one}" for one in layers)]
    lines += [
        "",
        f"| part | person | direction | routes | requests | seconds | {' | '.join(_KINDS.values())} |",
        f"|---|---|---|--:|--:|--:|{'--:|' * len(_KINDS)}",
    ]
    for tally, found in parts:
        counts = " | ".join(str(_count(found, kind)) for kind in _KINDS)
        lines.append(
            f"| {tally.part} | {tally.persona} | {tally.direction} | {tally.routes} | {tally.requests} | "
            f"{tally.seconds:.0f} | {counts} |"
        )
    if everything:
        lines += ["", "## Findings", "", "```", told(everything, most=2000), "```"]
    return "\n".join(lines) + "\n"


def _count(findings: Iterable[Finding], kind: str) -> int:
    return len({one.route for one in findings if one.kind == kind})
