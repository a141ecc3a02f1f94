"""What must hold of booths and applications after any hour, however wild: the log, replayed, must give the rows."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

from django.db.models import Count

from festival.domain.transitions import NEXT
from festival.enums import ApplicationState, SlotAct, SlotState
from festival.models import (
    Application,
    ApplicationEvent,
    BoothSlot,
    IdempotencyRecord,
    SlotEvent,
    ZoneDay,
)
from sites.models import OutboxMessage

S = ApplicationState


def booked_twice() -> list[str]:
    """Booths that two were told they have: held by one claim for each of them, or confirmed to both."""
    problems = []
    for slot, events in _events_by_slot().items():
        owner = None
        claimed: dict[int, int | None] = {}
        for event in events:
            if event.act == SlotAct.HELD:
                first = claimed.setdefault(event.generation, event.application_id)
                if first != event.application_id:
                    problems.append(f"slot {slot} #{event.generation}: {first} and {event.application_id}")
            elif event.act == SlotAct.CONFIRMED:
                if owner is not None and owner != event.application_id:
                    problems.append(f"slot {slot}: {owner} and {event.application_id}")
                owner = event.application_id
            elif event.act == SlotAct.RELEASED:
                owner = None
    return problems


def violations() -> list[str]:
    """Every invariant that does not hold, in words. Empty is good."""
    problems = booked_twice()
    events = _events_by_slot()
    for slot in BoothSlot.objects.all():
        problems += _replayed(slot, events.get(slot.pk, []))
    problems += _counts()
    problems += _histories()
    problems += _notices()
    problems += _waitlists()
    return problems


def _events_by_slot() -> dict[int, list[SlotEvent]]:
    found: dict[int, list[SlotEvent]] = defaultdict(list)
    for event in SlotEvent.objects.order_by("slot", "pk"):
        found[event.slot_id].append(event)
    return found


def _replayed(slot: BoothSlot, events: list[SlotEvent]) -> list[str]:
    state: Any = SlotState.FREE
    generation, application, expires = 0, None, None
    problems = []

    def wrong(event: SlotEvent, what: str) -> None:
        problems.append(f"slot {slot.pk} #{event.generation} {event.act} at {event.at}: {what}")

    for event in events:
        if event.act == SlotAct.HELD:
            if event.generation != generation + 1:
                wrong(event, f"generation after {generation}")
            if state == SlotState.HELD and expires is not None and event.at < expires:
                wrong(event, "taken over before its end")
            if state in {SlotState.CONFIRMED, SlotState.BLOCKED}:
                wrong(event, f"claimed while {state}")
            state, generation = SlotState.HELD, event.generation
            application, expires = event.application_id, event.expires_at
            continue
        if event.act in {SlotAct.BLOCKED, SlotAct.UNBLOCKED}:
            state = SlotState.BLOCKED if event.act == SlotAct.BLOCKED else SlotState.FREE
            continue
        if event.generation != generation or event.application_id != application:
            wrong(event, "by somebody who does not hold it")
        if event.act == SlotAct.CONFIRMED:
            if state != SlotState.HELD or expires is None or event.at >= expires:
                wrong(event, f"confirmed while {state} until {expires}")
            state, expires = SlotState.CONFIRMED, None
        elif event.act == SlotAct.EXTENDED:
            expires = event.expires_at
        else:
            if event.act == SlotAct.EXPIRED and (expires is None or event.at < expires):
                wrong(event, f"expired before {expires}")
            state, application, expires = SlotState.FREE, None, None
    row = (slot.state, slot.generation, slot.application_id, slot.expires_at)
    if row != (state, generation, application, expires):
        problems.append(f"slot {slot.pk} is {row}, its log says {(state, generation, application, expires)}")
    return problems


def _counts() -> list[str]:
    confirmed = Counter(BoothSlot.objects.filter(state=SlotState.CONFIRMED).values_list("booth__zone", "day"))
    return [
        f"zone {row.zone_id} counts {row.confirmed}, has {confirmed[row.zone_id, row.day]}"
        for row in ZoneDay.objects.all()
        if row.confirmed != confirmed[row.zone_id, row.day]
    ]


def _histories() -> list[str]:
    problems = []
    events: dict[int, list[ApplicationEvent]] = defaultdict(list)
    for event in ApplicationEvent.objects.order_by("application", "version"):
        events[event.application_id].append(event)
    having = dict(
        BoothSlot.objects.filter(state=SlotState.CONFIRMED).values_list("application").annotate(Count("pk"))
    )
    for application in Application.objects.all():
        state: str = S.DRAFT
        for number, event in enumerate(events[application.pk], start=1):
            if event.version != number or event.from_state != state:
                problems.append(f"application {application.pk}: {event} after {state} v{number - 1}")
            elif event.to_state != state and event.to_state not in NEXT[S(state)]:
                problems.append(f"application {application.pk}: no way from {state} to {event.to_state}")
            state = event.to_state
        if (application.state, application.version) != (state, len(events[application.pk])):
            problems.append(f"application {application.pk} is not what its history says")
        if (application.state in {S.ALLOCATED, S.CHECKED_IN}) != (application.pk in having):
            problems.append(
                f"application {application.pk} is {application.state}: {having.get(application.pk)}"
            )
    return problems


# Of which states stallholders are told; a booth that is given at once is one notice, not three.
_TOLD = {S.WAITLISTED, S.OFFERED, S.ALLOCATED, S.LAPSED, S.WITHDRAWN}


def _notices() -> list[str]:
    posted = set(OutboxMessage.objects.filter(key__startswith="application:").values_list("key", flat=True))
    wanted = {
        f"application:{event.application.festival_id}:{event.application_id}:{event.version}"
        for event in ApplicationEvent.objects.filter(to_state__in=_TOLD).select_related("application")
        if event.from_state not in {event.to_state, S.DRAFT}
    }
    return [f"no notice {key}" for key in sorted(wanted - posted)]


def _waitlists() -> list[str]:
    """Nobody on a list is passed over, but who has as many booths by then as one may have."""
    problems = []
    waiting: dict[int, list[int]] = defaultdict(list)
    zones = dict(Application.objects.values_list("pk", "zone"))
    holders = dict(Application.objects.values_list("pk", "holder"))
    many = {holder for holder, count in Counter(holders.values()).items() if count > 1}
    for event in ApplicationEvent.objects.order_by("pk"):
        queue = waiting[zones[event.application_id]]
        if event.to_state == S.WAITLISTED and event.from_state != S.WAITLISTED:
            queue.append(event.application_id)
        elif event.from_state == S.WAITLISTED and event.to_state != S.WAITLISTED:
            if event.to_state == S.OFFERED:
                passed = [
                    one for one in queue[: queue.index(event.application_id)] if holders[one] not in many
                ]
                problems += [f"application {one} was passed over by {event.application_id}" for one in passed]
            queue.remove(event.application_id)
    return problems


def unmatched_requests(acknowledged: dict[str, str]) -> list[str]:
    """Applications that were lost or doubled: `acknowledged` maps Idempotency-Keys to the references that clients got."""
    problems = []
    known = set(Application.objects.values_list("reference", flat=True))
    problems += [f"lost: {reference}" for reference in acknowledged.values() if reference not in known]
    if len(set(acknowledged.values())) != len(acknowledged):
        problems.append("two keys, one application")
    records = IdempotencyRecord.objects.filter(scope__endswith="applications", status=201).count()
    if records != Application.objects.count():
        problems.append(f"{Application.objects.count()} applications for {records} requests")
    return problems
