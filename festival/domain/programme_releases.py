"""The versions of a programme: what changed for the public since the one before, item by item.

An item is known by the id that its block keeps as long as it lives. What was announced once is never silently gone: an
item that is taken off its page stays in every later version, as cancelled, with its last known data; one that goes to
another stage leaves word on the one where it was awaited.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from django.utils import timezone

from festival.enums import ItemStatus, ProgrammeChange
from festival.models import FestivalPage, ProgrammeRelease
from festival.programme import item_payload
from sites.models import User
from sites.pages import iso

# The public form of an item (`item_payload`) with `act`, `stage_name`, `uid` (the same in every format for ever),
# `withdrawn` (taken off the page), `revision` (how often it changed), `revised_at` (when it last did; null in a draft),
# `previous` (the `Place` that was announced before the present one, or null; one with a time if there ever was one) and
# `left` (of each stage that it left the last `Place` there, with the stage's id as `stage_id`).
Entry: TypeAlias = dict[str, Any]
# What is announced of an item: title, starts_at, ends_at, stage (by name).
Place: TypeAlias = dict[str, Any]

_COMPARED = ("title", "kind", "stage_name", "starts_at", "minutes", "summary", "status", "performers", "act")


@dataclass(frozen=True)
class Programme:
    """A programme with its history: every item by its id, what was taken off, and the versions, the newest first."""

    entries: dict[str, Entry] = field(default_factory=dict)
    withdrawn: list[Entry] = field(default_factory=list)
    releases: list[dict[str, Any]] = field(default_factory=list)


def release(
    *, festival: FestivalPage, actor: User | None = None, now: dt.datetime | None = None
) -> ProgrammeRelease | None:
    """Write the next version if the programme is not as the newest one says; None where nothing changed.

    Belongs into the transaction that makes the programme public, behind the lock on its district's shelf.
    """
    now = now or timezone.now()
    newest = festival.releases.order_by("-version").first()
    entries, changes = _advance(_snapshot(newest), _entries(festival), at=iso(now))
    if not changes:
        return None
    return ProgrammeRelease.objects.create(
        festival=festival,
        version=newest.version + 1 if newest else 1,
        released_at=now,
        released_by=actor,
        snapshot=entries,
        # The first version is the programme itself, not a list of additions.
        changes=changes if newest else [],
    )


def programme_of(page: FestivalPage) -> Programme:
    """The programme of a page as it stands in memory, held against what was released. Two queries."""
    releases = list(page.releases.order_by("-version").defer("snapshot")) if page.pk else []
    newest = ProgrammeRelease.objects.filter(pk=releases[0].pk).first() if releases else None
    entries, _ = _advance(_snapshot(newest), _entries(page), at=None)
    return Programme(
        entries={entry["id"]: entry for entry in entries if not entry["withdrawn"]},
        withdrawn=sorted(
            (entry for entry in entries if entry["withdrawn"]),
            key=lambda entry: (entry["starts_at"] or "9", entry["id"]),
        ),
        releases=[
            {"version": one.version, "released_at": iso(one.released_at), "changes": one.changes}
            for one in releases
        ],
    )


def history(entry: Entry, *, stages: dict[str, int]) -> dict[str, Any]:
    """What an entry adds to the public form of its item; `stages` are those that the edition has now, by name."""
    known = {name: entry[name] for name in ("uid", "revision", "revised_at", "previous")}
    left = [{**one, "stage_id": _stage_now(one["stage_id"], one["stage"], stages)} for one in _left(entry)]
    return {**known, "left": left}


def public_withdrawn(entry: Entry, *, stages: dict[str, int]) -> dict[str, Any]:
    """An entry that stands in no act any more; `stages` are those that the edition still has, by name."""
    known = {name: value for name, value in entry.items() if name != "withdrawn"}
    now = _stage_now(entry["stage"], entry["stage_name"], stages)
    on = now if now in stages.values() else None
    # Its stage may have gone with it: who followed that stage is told as well.
    gone = {**entry, "left": [*_left(entry), *_left_behind(entry)]} if on is None else entry
    return {**known, **history({**gone, "stage": on}, stages=stages), "stage": on}


def _stage_now(key: int | None, name: str, stages: dict[str, int]) -> int | None:
    """The key of a stage that was once announced. Made anew under its name, it has another one."""
    return stages.get(name, key)


def _snapshot(newest: ProgrammeRelease | None) -> list[Entry]:
    return newest.snapshot if newest else []


def _entries(page: FestivalPage) -> list[Entry]:
    """The items of a page, without their history."""
    stages = {stage.name: stage.pk for stage in page.stages.all()}
    return [
        {
            **item_payload(child.id, child.value, stages=stages),
            "act": act.value["title"] or "",
            "stage_name": child.value["stage"] or "",
            "uid": str(uuid.uuid5(page.translation_key, child.id)),
            "withdrawn": False,
        }
        for act in page.programme
        for child in act.value["items"].bound_blocks
    ]


# --- comparing ----------------------------------------------------------------------------------------------------------


def _advance(
    before: Iterable[Entry], now: Iterable[Entry], *, at: str | None
) -> tuple[list[Entry], list[dict[str, Any]]]:
    """The entries of the next version, and what changed. `at` is its time."""
    known = {entry["id"]: entry for entry in before}
    entries: list[Entry] = []
    changes: list[dict[str, Any]] = []
    for item in now:
        former = known.pop(item["id"], None)
        if former is None:
            entries.append({**item, "revision": 0, "revised_at": at, "previous": None, "left": []})
            changes.append(_change(ProgrammeChange.ADDED, None, item))
            continue
        kinds = _kinds(former, item)
        entry = {**item, **{name: former[name] for name in ("uid", "revision", "revised_at", "previous")}}
        if _is_moved(former, item):
            entry["previous"] = _announced(former)
        left = _left(former)
        if _is_on_another_stage(former, item):
            left = [*left, *_left_behind(former)]
        entry["left"] = [one for one in left if not _is_on(one, item)]
        if kinds:
            entry |= {"revision": former["revision"] + 1, "revised_at": at}
        entries.append(entry)
        changes += [_change(kind, former, item) for kind in kinds]
    for former in known.values():
        if former["withdrawn"]:
            entries.append(former)
            continue
        gone = {"withdrawn": True, "status": ItemStatus.CANCELLED.value, "revision": former["revision"] + 1}
        entries.append({**former, **gone, "revised_at": at})
        changes.append(_change(ProgrammeChange.REMOVED, former, None))
    return entries, changes


def _kinds(former: Entry, item: Entry) -> list[ProgrammeChange]:
    """What the public is told of an item that changed; nothing of one that did not."""
    was_off, is_off = former["status"] == ItemStatus.CANCELLED, item["status"] == ItemStatus.CANCELLED
    kinds = []
    if was_off and not is_off:
        kinds.append(ProgrammeChange.RESTORED)
    if is_off and not was_off:
        kinds.append(ProgrammeChange.CANCELLED)
    if former["title"] != item["title"]:
        kinds.append(ProgrammeChange.RENAMED)
    if not is_off and _is_moved(former, item):
        kinds.append(ProgrammeChange.MOVED)
    differs = former["withdrawn"] or any(former[name] != item[name] for name in _COMPARED)
    return kinds or ([ProgrammeChange.EDITED] if differs else [])


def _is_moved(former: Entry, item: Entry) -> bool:
    """Whether an item is announced for another time or stage. A stage that was renamed, or made anew under its name, is
    the same."""
    return _is_on_another_stage(former, item) or any(
        former[name] != item[name] for name in ("starts_at", "minutes")
    )


def _is_on_another_stage(former: Entry, item: Entry) -> bool:
    return bool(former["stage"] != item["stage"] and former["stage_name"] != item["stage_name"])


def _change(kind: ProgrammeChange, before: Entry | None, after: Entry | None) -> dict[str, Any]:
    item = after or before
    assert item is not None
    return {
        "kind": kind.value,
        "kind_label": kind.label,
        "item": item["id"],
        "anchor": item["anchor"],
        "title": item["title"],
        "before": _place(before) if before else None,
        "after": _place(after) if after else None,
    }


def _place(entry: Entry) -> Place:
    named = {name: entry[name] for name in ("title", "starts_at", "ends_at")}
    return {**named, "stage": entry["stage_name"]}


# --- where it was awaited -----------------------------------------------------------------------------------------------


def _announced(entry: Entry) -> Place:
    """What people last noted down: where it was announced, or where it had been as long as it had a time."""
    former: Place | None = entry["previous"]
    if entry["starts_at"] is None and former is not None and former["starts_at"]:
        return former
    return _place(entry)


def _left(entry: Entry) -> list[Place]:
    left: list[Place] = entry.get("left", [])  # a version from before such words were kept
    return left


def _left_behind(entry: Entry) -> list[Place]:
    """The word that an item leaves on its stage when it goes; none where no calendar showed it."""
    noted = _announced(entry)
    if entry["stage"] is None or not noted["starts_at"]:
        return []
    return [{**noted, "stage": entry["stage_name"], "stage_id": entry["stage"]}]


def _is_on(one: Place, item: Entry) -> bool:
    """Whether an item is on the stage that it once left."""
    return one["stage_id"] == item["stage"] or one["stage"] == item["stage_name"]
