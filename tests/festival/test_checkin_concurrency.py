"""One pass at several gates at the same moment: in a file of its own, with real commits."""

from __future__ import annotations

import threading

from django.db import connections, transaction
from django.utils import timezone

from festival.domain import checkin, passes
from festival.enums import ApplicationState, ScanAnswer, ZoneMode
from festival.models import CheckInScan
from tests.city import City
from tests.festival.booking import Edition

_GATES = 6


def test_one_pass_at_many_gates_is_one_arrival(committed_city: City) -> None:
    edition = Edition(committed_city, starts_on=timezone.localdate())
    booth = edition.booths(ZoneMode.OPEN)[0]
    application = edition.submitted(ZoneMode.OPEN, booths=(booth,))
    actor = committed_city.user("organiser")
    devices = [
        checkin.make_device(festival=edition.festival, name=f"{n} 号门", actor=actor)[0]
        for n in range(_GATES)
    ]
    code = passes.issue(application).code
    together = threading.Barrier(_GATES)
    failed: list[BaseException] = []

    def scan(number: int) -> None:
        reading = checkin.Reading(f"nonce-{number:04}", code, timezone.now())
        try:
            together.wait()
            # Twice: a telephone that did not get the answer sends again.
            for _ in range(2):
                with transaction.atomic():
                    checkin.record_scans(device=devices[number], readings=[reading])
        except BaseException as error:  # noqa: BLE001 - told by the test itself
            failed.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=scan, args=[n]) for n in range(_GATES)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    answers = sorted(CheckInScan.objects.values_list("answer", flat=True))
    assert answers == [ScanAnswer.ACCEPTED, *[ScanAnswer.REPEATED] * (_GATES - 1)]
    assert application.events.filter(to_state=ApplicationState.CHECKED_IN).count() == 1
