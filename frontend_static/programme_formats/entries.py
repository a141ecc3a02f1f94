"""A programme's items as every format sees them, those that were taken off included."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from frontend_static import dates

Item = dict[str, Any]

_NAMESPACE = uuid.UUID("5b1d3f0e-6c0a-5a53-9f5e-4a6c2f0d8b17")
# What neither XML nor a calendar may hold, however it came into a title.
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Left:
    """A stage that an item left, and when it was last announced there. `key` is the stage's id as text."""

    key: str
    stage: str
    starts: datetime
    ends: datetime | None


@dataclass(frozen=True, slots=True)
class Entry:
    """An item with everything that is said of it outside of its act.

    `uid` stays the same for ever, `revision` counts its changes, `revised_at` is when the last one became public.
    `previous` is what was announced before (`title`, `starts_at`, `ends_at`, `stage`). `stage` is a name, "" for none,
    `stage_key` its id as text; `left` are the stages that still have to tell where the item went.
    `names` are the performers' own, `performers` the same with where they come from.
    """

    id: str
    uid: str
    anchor: str
    title: str
    kind: str
    kind_label: str
    act: str
    stage: str
    stage_key: str
    starts: datetime | None
    ends: datetime | None
    summary: str
    names: tuple[str, ...]
    performers: tuple[str, ...]
    cancelled: bool
    withdrawn: bool
    revision: int
    revised_at: str
    previous: Item | None
    left: tuple[Left, ...]

    @property
    def postponed(self) -> bool:
        """Whether the time that was announced no longer holds and there is no other yet."""
        return self.starts is None and self.previous is not None and bool(self.previous["starts_at"])

    @property
    def off(self) -> bool:
        """Whether nothing takes place at the item's time."""
        return self.cancelled or self.postponed

    @property
    def slot(self) -> tuple[datetime, datetime | None] | None:
        """Where the item stands in a calendar: its time, else the one that was announced; None without either."""
        if self.starts is not None:
            return self.starts, self.ends
        if self.previous is None or not self.previous["starts_at"]:
            return None
        return _moment(self.previous["starts_at"]), _moment(self.previous["ends_at"])

    @property
    def notice(self) -> str:
        """What changed, in words: that it is off, or from where it was moved; "" for neither."""
        if self.cancelled:
            return "已取消"
        return moved(self)

    @property
    def sequence(self) -> int:
        """The number of a calendar's version of it. Between two of them is room for the word on a stage that it left:
        higher than all that was said there, lower than what the item says itself, so that it does not win over that
        where both come into one calendar."""
        return 2 * self.revision

    @property
    def shown_title(self) -> str:
        """The title, with the word that it is off: not every program shows a state."""
        if self.cancelled:
            return f"已取消：{self.title}"
        return f"时间待定：{self.title}" if self.postponed else self.title


def stages_told(festival: Item) -> dict[str, str]:
    """The names of the stages that have something to tell, by id as text: the edition's, and those that are gone but on
    which something was announced."""
    told = {one.key: one.stage for entry in _entries(festival) for one in entry.left}
    return told | {str(stage["id"]): clean(stage["name"]) for stage in festival["stages"]}


def entries(festival: Item) -> list[Entry]:
    """The items of a festival in the order of time, those without a time last."""
    return sorted(_entries(festival), key=_in_time)


def _in_time(entry: Entry) -> tuple[bool, float, str, str]:
    slot = entry.slot
    return slot is None, slot[0].timestamp() if slot else 0.0, entry.stage, entry.id


def _entries(festival: Item) -> Iterator[Entry]:
    stages = {stage["id"]: stage["name"] for stage in festival["stages"]}
    for act in festival["acts"]:
        for item in act["items"]:
            yield entry_of(item, festival, act=act["title"], stage=stages.get(item["stage"], ""))
    # An item that was published by an earlier version of Linli knows no versions yet.
    for item in festival.get("withdrawn", []):
        yield entry_of(item, festival, act=item["act"], stage=item["stage_name"], withdrawn=True)


def entry_of(item: Item, festival: Item, *, act: str, stage: str, withdrawn: bool = False) -> Entry:
    """One item of a festival, whose `stage` is given by its name."""
    number = str(item["id"])
    own = f"{festival['district']['slug']}/{festival['slug']}/{number}"
    previous = item.get("previous")
    if previous is not None:
        previous = {**previous, "stage": clean(previous["stage"])}
    return Entry(
        id=number,
        uid=str(item.get("uid") or uuid.uuid5(_NAMESPACE, own)),
        anchor=item["anchor"],
        title=clean(item["title"]),
        kind=item["kind"],
        kind_label=item["kind_label"],
        act=clean(act),
        stage=clean(stage),
        stage_key="" if item["stage"] is None else str(item["stage"]),
        starts=_moment(item["starts_at"]) if item["starts_at"] else None,
        ends=_moment(item["ends_at"]) if item["ends_at"] else None,
        summary=clean(item["summary"]),
        names=tuple(clean(who["name"]) for who in item["performers"]),
        performers=tuple(clean(_performer(who)) for who in item["performers"]),
        cancelled=item["status"] == "cancelled",
        withdrawn=withdrawn,
        revision=item.get("revision", 0),
        revised_at=item.get("revised_at") or festival["updated_at"],
        previous=previous,
        left=tuple(_left(one) for one in item.get("left", [])),
    )


def _left(place: Item) -> Left:
    starts, ends = _moment(place["starts_at"]), _moment(place["ends_at"])
    return Left(key=str(place["stage_id"]), stage=clean(place["stage"]), starts=starts, ends=ends)


def _performer(who: Item) -> str:
    name, community = str(who["name"]), str(who["community"])
    return f"{name}（{community}）" if community and community != name else name


def _moment(value: str | None) -> Any:
    return dates.moment(value) if value else None


def clean(text: str) -> str:
    """Without the characters that neither XML nor a calendar may hold."""
    return _FORBIDDEN.sub("", text)


def address_of(festival: Item, site: str) -> str:
    """The programme's page, as an address that every reader takes: an edition's own may be Chinese."""
    return f"{site}{quote(festival['path'])}programme/"


def moved(entry: Entry) -> str:
    """“改到 15:00 第二舞台，原 14:00 主舞台”: what of the announcement changed; "" where nothing that was announced did."""
    return moved_from(entry.previous, starts=entry.starts, ends=entry.ends, stage=entry.stage)


def moved_from(former: Item | None, *, starts: datetime | None, ends: datetime | None, stage: str) -> str:
    """The same in plain values. `former` is what was announced (`starts_at`, `ends_at`, `stage`), the rest what holds."""
    if former is None or not former["starts_at"]:
        return ""
    then, then_ends = _moment(former["starts_at"]), _moment(former["ends_at"])
    if starts is None:
        return f"时间待定，原 {say(then, None, former['stage'])}"
    other_day, other_start = then.date() != starts.date(), then != starts
    other_stage = former["stage"] != stage
    if other_start or other_stage:
        now_stage, then_stage = (stage or "台下", former["stage"] or "台下") if other_stage else ("", "")
        now = say(starts if other_start else None, None, now_stage, day=other_day)
        return f"改到 {now}，原 {say(then if other_start else None, None, then_stage, day=other_day)}"
    if then_ends == ends:
        return ""
    if ends is None or then_ends is None:
        return "时长有改动"
    return f"改为 {say(starts, ends, '')}，原 {say(then, then_ends, '')}"


def say(start: datetime | None, end: datetime | None, stage: str, *, day: bool = False) -> str:
    """12月21日 15:00–15:30 第二舞台, of what there is; the day only when it is asked for."""
    parts = []
    if start is not None:
        clock = f"{start:%H:%M}–{end:%H:%M}" if end else f"{start:%H:%M}"
        parts.append(f"{start.month}月{start.day}日 {clock}" if day else clock)
    if stage:
        parts.append(stage)
    return " ".join(parts)
