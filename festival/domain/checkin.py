"""The day: devices that read passes, what they read, and who has come.

A device works without a network for hours and sends what it read when it can. So the time of a scan is the device's,
corrected by how far its clock is off, and kept apart from when it was received; and each scan has the device's own name
(`nonce`), so that sent twice it counts once. Whatever a scan turns out to be, it is kept.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from festival.domain import passes, slots
from festival.domain.transitions import SYSTEM, move
from festival.enums import ApplicationState, ScanAnswer, SlotState
from festival.exceptions import BookingRefused, CheckInRefused
from festival.models import Application, Booth, CheckInDevice, CheckInScan, FestivalPage, Pass
from sites.domain.bearer import digest_of, new_secret
from sites.models import User
from sites.pages import iso

S = ApplicationState

# After the festival's last day: to bring home what was read without a network.
LASTS_AFTER = dt.timedelta(hours=12)
STILL_SENDS = dt.timedelta(days=7)
MOST_AT_ONCE = 200
# Clocks of telephones are right to the second, or wrong by much.
_CLOCKS_AGREE = dt.timedelta(minutes=2)


# --- devices ------------------------------------------------------------------------------------------------------------


def make_device(
    *, festival: FestivalPage, name: str, actor: User, now: dt.datetime | None = None
) -> tuple[CheckInDevice, str]:
    """A new device and the secret of its link, which is not stored. It is good until half a day after the festival's
    last day, and for a day at least. Raises CheckInRefused."""
    now = now or timezone.now()
    name = name.strip()
    if not name or len(name) > 40:
        raise CheckInRefused("请写这台设备给谁用，最多 40 个字。")
    days = slots.days_of(festival)
    if not days:
        raise CheckInRefused("这届邻里节还没有日期。")
    secret = new_secret()
    end = timezone.make_aware(dt.datetime.combine(days[-1], dt.time.max)) + LASTS_AFTER
    device = CheckInDevice.objects.create(
        festival=festival,
        name=name,
        digest=digest_of(secret),
        made_at=now,
        made_by=actor,
        expires_at=max(end, now + dt.timedelta(days=1)),
    )
    return device, secret


def find_device(
    secret: str, *, to_send: bool = False, now: dt.datetime | None = None
) -> CheckInDevice | None:
    """The device of a secret as long as it is good; `to_send` is a week longer, for what was read before. One query."""
    now = now or timezone.now()
    device = (
        CheckInDevice.objects.filter(digest=digest_of(secret), revoked_at=None)
        .select_related("festival")
        .first()
    )
    if device is None or device.expires_at + (STILL_SENDS if to_send else dt.timedelta()) <= now:
        return None
    return device


def revoke_device(*, device: CheckInDevice, now: dt.datetime | None = None) -> None:
    """End a device at once. Raises CheckInRefused when it was ended before."""
    if not CheckInDevice.objects.filter(pk=device.pk, revoked_at=None).update(
        revoked_at=now or timezone.now()
    ):
        raise CheckInRefused("这台设备已经停用了。")


# --- what a device takes along ------------------------------------------------------------------------------------------


@transaction.atomic
def roster(device: CheckInDevice, *, now: dt.datetime | None = None) -> dict[str, Any]:
    """What a device must know to work without a network: keys, passes with their booths, what is revoked, who has come.
    No personal data: a stall's name only where it is public. Seven queries, and those for passes that are made now."""
    now = now or timezone.now()
    festival = device.festival
    passes.issue_missing(festival, now=now)
    key = passes.key_of(festival)
    booths: dict[int, list[str]] = {}
    confirmed = Booth.objects.filter(festival=festival, slots__state=SlotState.CONFIRMED)
    for owner, number in confirmed.order_by("number").values_list("slots__application", "number").distinct():
        booths.setdefault(owner, []).append(number)
    arrived: dict[int, dict[str, str]] = {}
    came = CheckInScan.objects.filter(festival=festival, answer=ScanAnswer.ACCEPTED)
    for owner, day, at in came.values_list("application", "day", "scanned_at"):
        arrived.setdefault(owner or 0, {})[day.isoformat()] = iso(at)
    rows = Pass.objects.filter(festival=festival).select_related("application__zone").order_by("pk")
    CheckInDevice.objects.filter(pk=device.pk).update(seen_at=now)
    return {
        "festival": {"title": festival.title, "slug": festival.slug},
        "device": device.name,
        "as_of": iso(now),
        "expires_at": iso(device.expires_at),
        "days": [day.isoformat() for day in slots.days_of(festival)],
        "prefix": passes.PREFIX,
        "keys": [{"mark": passes.mark_of(key), "public": key.public_key}],
        "passes": [
            {
                "code": one.code,
                "state": _state_of(one),
                "zone": one.application.zone.name,
                "booths": booths.get(one.application_id, []) if one.revoked_at is None else [],
                "name": one.application.stall_name if one.application.name_is_public else "",
                "arrived": arrived.get(one.application_id, {}) if one.revoked_at is None else {},
            }
            for one in rows
        ],
    }


def _state_of(one: Pass) -> str:
    if one.revoked_at is not None:
        return "revoked"
    return "no_show" if one.application.state == S.NO_SHOW else "good"


# --- what a device read -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Reading:
    """One scan as a device sends it: `text` is a token or a typed code."""

    nonce: str
    text: str
    scanned_at: dt.datetime


def record_scans(
    *,
    device: CheckInDevice,
    readings: Sequence[Reading],
    sent_at: dt.datetime | None = None,
    now: dt.datetime | None = None,
) -> list[CheckInScan]:
    """Take what a device read, in the order of the readings; each is answered by its row. What came before under its
    nonce is answered as it was then. `sent_at` is the device's clock when it sent them."""
    now = now or timezone.now()
    off = now - sent_at if sent_at else dt.timedelta()
    if abs(off) < _CLOCKS_AGREE:
        off = dt.timedelta()
    return [_record(device, one, at=min(_shifted(one.scanned_at, off), now), now=now) for one in readings]


def _shifted(moment: dt.datetime, off: dt.timedelta) -> dt.datetime:
    try:
        return moment + off
    except OverflowError:  # a clock at the end of time
        return moment


def _record(device: CheckInDevice, reading: Reading, *, at: dt.datetime, now: dt.datetime) -> CheckInScan:
    known = _known(device, reading)
    if known is not None:
        return known
    try:
        with transaction.atomic():
            return _decide(device, reading, at=at, now=now)
    except IntegrityError:
        # The same scan, or the same pass on another device, at the same moment; the other one is there by now.
        known = _known(device, reading)
        if known is not None:
            return known
        with transaction.atomic():
            return _decide(device, reading, at=at, now=now)


def _known(device: CheckInDevice, reading: Reading) -> CheckInScan | None:
    return (
        CheckInScan.objects.filter(device=device, nonce=reading.nonce)
        .select_related("application__zone")
        .first()
    )


def _decide(device: CheckInDevice, reading: Reading, *, at: dt.datetime, now: dt.datetime) -> CheckInScan:
    code = passes.code_in(reading.text, festival=device.festival)
    found = Pass.objects.filter(festival=device.festival_id, code=code).first() if code else None
    application = None
    if found is None:
        answer, detail = ScanAnswer.UNKNOWN, "这届邻里节没有这张通行证"
    else:
        # Locked until it is decided: of two devices that read one pass at once, the second is told "repeated".
        locked = Application.objects.select_for_update(of=("self",)).select_related("festival", "zone")
        application = locked.get(pk=found.application_id)
        answer, detail = _judge(application, found, device=device, at=at, now=now)
    return CheckInScan.objects.create(
        festival=device.festival,
        device=device,
        nonce=reading.nonce,
        code=(code or reading.text.strip())[:40],
        application=application,
        day=timezone.localdate(at),
        scanned_at=at,
        received_at=now,
        answer=answer,
        detail=detail,
    )


def _judge(
    application: Application, one: Pass, *, device: CheckInDevice, at: dt.datetime, now: dt.datetime
) -> tuple[ScanAnswer, str]:
    day = timezone.localdate(at)
    if one.revoked_at is not None:
        if application.state not in passes.KEEP_IT:
            return _gone(application, one, at=at)
        if at >= one.revoked_at:
            return ScanAnswer.REVOKED, "摊位换过，请出示新的通行证"
    if not one.first_day <= day <= one.last_day:
        return ScanAnswer.CONFLICT, f"通行证是 {one.first_day:%m-%d} 到 {one.last_day:%m-%d} 的，不是这一天的"
    before = CheckInScan.objects.filter(application=application, day=day, answer=ScanAnswer.ACCEPTED)
    first = before.select_related("device").first()
    if first is not None:
        moment = timezone.localtime(first.scanned_at)
        return ScanAnswer.REPEATED, f"{moment:%H:%M} 在“{first.device.name}”签到过"
    details = {"device": device.name, "day": day.isoformat()}
    if application.state == S.CHECKED_IN:  # another day of the same festival
        return ScanAnswer.ACCEPTED, ""
    if application.state == S.NO_SHOW:
        return _come_after_all(application, at=at, now=now, details=details)
    if application.state != S.ALLOCATED:
        return _gone(application, one, at=at)
    move(application, S.CHECKED_IN, by=SYSTEM, now=at, details=details)
    return ScanAnswer.ACCEPTED, ""


def _gone(application: Application, one: Pass, *, at: dt.datetime) -> tuple[ScanAnswer, str]:
    label = application.get_state_display()
    if one.revoked_at is not None and at < one.revoked_at:
        return ScanAnswer.CONFLICT, f"扫码以后，申请变成了“{label}”"
    return ScanAnswer.REVOKED, f"申请现在是“{label}”"


def _come_after_all(
    application: Application, *, at: dt.datetime, now: dt.datetime, details: dict[str, Any]
) -> tuple[ScanAnswer, str]:
    """Who was given up has come: the booths are theirs again unless somebody has or is offered them."""
    given_up = application.events.filter(to_state=S.NO_SHOW).order_by("-version").first()
    known = given_up.details if given_up else {}
    numbers = list(known.get("booths", []))
    booths = list(Booth.objects.filter(festival=application.festival_id, number__in=numbers))
    try:
        with transaction.atomic():
            held = slots.claim(
                application=application,
                booths=booths,
                limit=max(len(booths), application.booths_wanted, 1),
                until=now + slots.HOLD,
                from_day=dt.date.fromisoformat(known["from"]) if "from" in known else timezone.localdate(at),
                now=now,
            )
            slots.confirm(application=application, slots=held, now=now)
            # Never before what it follows: the history stays in order.
            moment = max(at, given_up.at) if given_up else at
            move(
                application,
                S.CHECKED_IN,
                by=SYSTEM,
                now=moment,
                reason="",
                details=details | {"scanned_at": iso(at)},
            )
    except BookingRefused:
        application.refresh_from_db()
        return ScanAnswer.CONFLICT, f"已按未到场处理，摊位 {'、'.join(numbers)} 给了别人"
    return ScanAnswer.ACCEPTED, ""


def portray_scan(scan: CheckInScan) -> dict[str, Any]:
    """The answer to one scan as JSON."""
    own = scan.application
    numbers: list[str] = []
    if own is not None:
        confirmed = own.slots.filter(state=SlotState.CONFIRMED).order_by("booth__number")
        numbers = list(dict.fromkeys(confirmed.values_list("booth__number", flat=True)))
    return {
        "nonce": scan.nonce,
        "code": scan.code,
        "answer": scan.answer,
        "label": scan.get_answer_display(),
        "detail": scan.detail,
        "scanned_at": iso(scan.scanned_at),
        "booths": numbers,
        "name": own.stall_name if own is not None and own.name_is_public else "",
    }
