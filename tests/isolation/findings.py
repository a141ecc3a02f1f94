"""What a check found, one line a route, and the report that is made of it."""

from __future__ import annotations

import json
from collections import defaultdict
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


def read(folder: Path) -> tuple[list[Tally], list[Finding]]:
    """Everything that parts left."""
    tallies, findings = [], []
    for file in sorted(folder.glob("*.json")):
        content = json.loads(file.read_text("utf-8"))
        tallies.append(Tally(**content["tally"]))
        findings += [Finding(**{**one, "what": tuple(one["what"])}) for one in content["findings"]]
    return tallies, findings


def report(
    tallies: list[Tally], findings: list[Finding], *, inventory: dict[str, int], layers: list[str]
) -> str:
    """The report of `make test-isolation` in Markdown."""
    lines = ["# Isolation of the districts", ""]
    if inventory:
        lines += [f"{sum(inventory.values())} routes, by how they are kept:", ""]
        lines += [f"- {how}: {count}" for how, count in sorted(inventory.items())]
    if layers:
        lines += ["", "Protective layers, each switched off in turn:", "", *(f"- {one}" for one in layers)]
    lines += [
        "",
        "| part | persona | direction | routes | requests | seconds | words shown | keys shown | rows | forgeries | errors |",
        "|---|---|---|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    counts: dict[tuple[str, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    merged = by_route(findings)
    for one in merged:
        counts[one.persona, one.direction][one.kind] += 1
    for tally in tallies:
        found = [one for one in merged if (one.persona, one.direction) == (tally.persona, tally.direction)]
        per = {
            kind: sum(one.kind == kind for one in found if one.route)
            for kind in ("word", "key", "row", "forgery", "error")
        }
        lines.append(
            f"| {tally.part} | {tally.persona} | {tally.direction} | {tally.routes} | {tally.requests} | "
            f"{tally.seconds:.0f} | " + " | ".join(str(per[kind]) for kind in per) + " |"
        )
    lines += ["", f"{sum(one.requests for one in tallies)} requests in all, {len(merged)} findings.", ""]
    if merged:
        lines += ["## Findings", "", "```", told(findings, most=2000), "```"]
    return "\n".join(lines) + "\n"
