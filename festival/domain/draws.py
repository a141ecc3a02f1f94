"""Draws that nobody can steer and everybody can check.

First the list of entrants is published with its SHA-256, and with the name of something that will be known on a later
day only (the numbers of a public lottery): the seed. When it is known, the order follows from both by SHA-256. Whoever
has the list and the seed gets the same order; `docs/verify_draw.py` does so without anything of ours.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone

from festival.domain import slots, terms, waitlist
from festival.domain.transitions import Actor, move, move_all, organiser
from festival.enums import ApplicationState
from festival.exceptions import DrawRefused
from festival.models import Application, Draw, FestivalPage, Zone
from festival.models.draws import MOST_PLACES
from sites.domain import shelf
from sites.models import User
from sites.pages import iso

S = ApplicationState


# --- what is computed ---------------------------------------------------------------------------------------------------


def list_text(entrants: Sequence[tuple[str, int]]) -> str:
    """The canonical list: one line for each entrant, reference and booths wanted, in the order of the references."""
    return "".join(f"{reference} {wanted}\n" for reference, wanted in sorted(entrants))


def entrants_of(text: str) -> list[tuple[str, int]]:
    """The entrants of a canonical list."""
    pairs = (line.split(" ") for line in text.splitlines())
    return [(reference, int(wanted)) for reference, wanted in pairs]


def hash_of(text: str) -> str:
    """The SHA-256 of a list, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def order_of(
    entrants: Sequence[tuple[str, int]], *, seed: str, list_hash: str, left: Mapping[str, str], places: int
) -> list[tuple[str, int]]:
    """The entrants that had not left in the order of the draw, each with the places it got. The last one to get any
    may get fewer than it wants: nobody is passed over."""
    standing = [(reference, wanted) for reference, wanted in entrants if reference not in left]
    standing.sort(key=lambda one: hashlib.sha256(f"{seed}\n{list_hash}\n{one[0]}".encode()).hexdigest())
    result = []
    for reference, wanted in standing:
        got = min(wanted, places)
        places -= got
        result.append((reference, got))
    return result


# --- publishing and drawing ---------------------------------------------------------------------------------------------


@transaction.atomic
def publish_list(
    *,
    zone: Zone,
    title: str,
    places: int,
    seed_source: str,
    seed_at: dt.datetime,
    actor: User,
    now: dt.datetime | None = None,
) -> Draw:
    """Freeze and publish the list of a zone's submitted applications, with the seed that will decide.

    `seed_source` says where anybody will read the seed, `seed_at` from when on it can be known. Raises DrawRefused:
    before the closing, without entrants, with a seed that may be known already, or beside a draw of the zone that
    was not held yet.
    """
    now = now or timezone.now()
    festival, title, seed_source = zone.festival, title.strip(), seed_source.strip()
    rules = terms.rules_of(festival)
    if now < rules.closes_at:
        raise DrawRefused("报名还没有截止，截止以后才能公布抽签名单。")
    if not title or not seed_source:
        raise DrawRefused("请写抽签的名称，和种子从哪里来。")
    if seed_at <= now:
        raise DrawRefused("种子要在公布名单以后才会有，谁也不能先知道：请选一个以后的时间。")
    if not 1 <= places <= MOST_PLACES:
        raise DrawRefused(f"抽出的摊位是 1 到 {MOST_PLACES} 个。")
    waitlist.lock(zone)
    entering = Application.objects.filter(zone=zone, state=S.SUBMITTED)
    entrants = list(entering.values_list("reference", "booths_wanted"))
    if not entrants:
        raise DrawRefused("这个版块没有已提交的申请，没有可以抽的。")
    free = len(slots.free_booths(zone=zone, now=now)) - waitlist.promised(zone)
    if places > free:
        raise DrawRefused(f"这个版块现在能抽的只有 {max(free, 0)} 个摊位。")
    text = list_text(entrants)
    number = (Draw.objects.filter(festival=festival).aggregate(last=Max("number"))["last"] or 0) + 1
    try:
        with transaction.atomic():
            return Draw.objects.create(
                festival=festival,
                number=number,
                zone=zone,
                title=title,
                places=places,
                seed_source=seed_source,
                seed_at=seed_at,
                entrants=text,
                list_hash=hash_of(text),
                published_at=now,
                published_by=actor,
            )
    except IntegrityError:
        raise DrawRefused("这个版块已经有一次抽签公布了名单、还没有抽。") from None


@transaction.atomic
def draw(*, draw: Draw, seed: str, actor: User, now: dt.datetime | None = None) -> Draw:
    """Hold a draw with its seed: the first get the places and are approved, the others wait in the order of the draw.

    Who is not submitted any more (withdrawn, decided otherwise) has left and is named as such. Raises DrawRefused:
    drawn before, before the seed's time, without a seed, or while an entrant was asked for something. Queries: a few
    for every 200 entrants.
    """
    now = now or timezone.now()
    seed = " ".join(seed.split())
    if draw.drawn_at is not None:
        raise DrawRefused("这次已经抽过了，结果不能改。")
    if now < draw.seed_at:
        raise DrawRefused("种子公开的时间还没有到。")
    if not seed or len(seed) > 200:
        raise DrawRefused("请写种子，最多 200 个字。")
    waitlist.lock(draw.zone)
    entrants = entrants_of(draw.entrants)
    standing, others = _applications(draw)
    asked = [
        reference
        for reference, _ in entrants
        if getattr(standing.get(reference), "state", "") == S.NEEDS_INFO
    ]
    if asked:
        some = "、".join(asked[:5]) + ("等" if len(asked) > 5 else "")
        raise DrawRefused(f"有 {len(asked)} 份申请还在等补充（{some}），先处理好再抽。")
    left = {
        reference: others.get(reference, S.WITHDRAWN)
        for reference, _ in entrants
        if reference not in standing
    }
    result = order_of(entrants, seed=seed, list_hash=draw.list_hash, left=left, places=draw.places)
    changes = {"seed": seed, "drawn_at": now, "drawn_by": actor, "left": left, "result": result}
    if not Draw.objects.filter(pk=draw.pk, drawn_at=None).update(**changes):
        raise DrawRefused("这次已经抽过了，结果不能改。")
    _decide(draw, standing, result, by=organiser(actor), now=now)
    draw = Draw.objects.select_related("festival", "zone").get(pk=draw.pk)
    shelf.refresh(draw)
    return draw


def _applications(draw: Draw) -> tuple[dict[str, Application], dict[str, str]]:
    """The zone's applications that wait for a decision, by their references and locked until the draw is held; and the
    state of all others. Two queries."""
    waiting = [S.SUBMITTED, S.NEEDS_INFO]
    found = Application.objects.filter(zone=draw.zone_id)
    locked = found.select_for_update(of=("self",)).filter(state__in=waiting).order_by("pk")
    standing = {one.reference: one for one in locked.defer("answers")}
    for one in standing.values():
        one.festival, one.zone = draw.festival, draw.zone
    others = found.exclude(state__in=waiting).values_list("reference", "state")
    return standing, dict(others)


def _decide(
    draw: Draw,
    applications: Mapping[str, Application],
    result: Sequence[tuple[str, int]],
    *,
    by: Actor,
    now: dt.datetime,
) -> None:
    places = {reference: (n, got) for n, (reference, got) in enumerate(result, start=1)}
    details = {
        applications[reference].pk: {"draw": draw.number, "rank": n, "places": got}
        for reference, (n, got) in places.items()
    }
    drawn = [applications[reference] for reference, got in result if got]
    waiting = [applications[reference] for reference, got in result if not got]
    as_wanted = [one for one in drawn if places[one.reference][1] == one.booths_wanted]
    text = f"抽签“{draw.title}”抽中。"
    move_all(as_wanted, S.APPROVED, by=by, reason=text, now=now, details=details)
    wanted = dict(entrants_of(draw.entrants))
    for one in drawn:
        got = places[one.reference][1]
        if one.state == S.APPROVED:
            continue
        # The list counts, not what somebody wrote since.
        less = f"名额只剩 {got} 个，所以是 {got} 个摊位。" if got < wanted[one.reference] else ""
        move(one, S.APPROVED, by=by, reason=text + less, now=now, details=details[one.pk], booths_wanted=got)
    last = Application.objects.filter(zone=draw.zone_id).aggregate(last=Max("rank"))["last"] or 0
    ranks = {one.pk: last + n for n, one in enumerate(waiting, start=1)}
    text = f"抽签“{draw.title}”没有抽到名额，按抽签的顺序候补。"
    move_all(waiting, S.WAITLISTED, by=by, reason=text, now=now, details=details, ranks=ranks)


# --- checking -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Verification:
    """What became of checking a draw. `problems` is empty when everything follows from list and seed."""

    entrants: int
    problems: list[str] = field(default_factory=list)


def verify(draw: Draw) -> Verification:
    """Compute a draw again from its list and its seed, and compare."""
    problems = []
    try:
        entrants = entrants_of(draw.entrants)
    except ValueError:
        return Verification(0, ["名单的写法不对"])
    if list_text(entrants) != draw.entrants:
        problems.append("名单不是按规定写的")
    if len({reference for reference, _ in entrants}) != len(entrants):
        problems.append("名单里有重复的编号")
    if hash_of(draw.entrants) != draw.list_hash:
        problems.append("名单的 SHA-256 与公布的不一样")
    if draw.drawn_at is not None:
        expected = order_of(
            entrants, seed=draw.seed, list_hash=draw.list_hash, left=draw.left, places=draw.places
        )
        if [tuple(one) for one in draw.result] != expected:
            problems.append("结果与名单和种子算出来的不一样")
    return Verification(len(entrants), problems)


# --- what the public reads ----------------------------------------------------------------------------------------------


def of_festival(festival: FestivalPage) -> list[Draw]:
    """The draws of an edition without their lists, in order. One query."""
    rows = Draw.objects.filter(festival=festival).select_related("zone", "festival")
    return list(rows.defer("entrants").order_by("number"))


def find(*, festival: FestivalPage, number: int) -> Draw | None:
    """One draw of an edition. One query."""
    return Draw.objects.filter(festival=festival, number=number).select_related("zone", "festival").first()


def summary(draw: Draw) -> dict[str, Any]:
    """A draw without its list, as JSON: what stands in the festival's payload and in the list of draws."""
    return {
        "number": draw.number,
        "title": draw.title,
        "zone": {"slug": draw.zone.slug, "name": draw.zone.name},
        "places": draw.places,
        "seed_source": draw.seed_source,
        "seed_at": iso(draw.seed_at),
        "list_hash": draw.list_hash,
        "published_at": iso(draw.published_at),
        "seed": draw.seed,
        "drawn_at": iso(draw.drawn_at) if draw.drawn_at else None,
        "drawn": [{"reference": reference, "places": got} for reference, got in draw.result if got],
    }


def whole(draw: Draw) -> dict[str, Any]:
    """Everything that is needed to check a draw, as JSON."""
    return summary(draw) | {
        "entrants": [{"reference": reference, "wanted": n} for reference, n in entrants_of(draw.entrants)],
        "left": draw.left,
        "result": [{"reference": reference, "places": got} for reference, got in draw.result],
    }
