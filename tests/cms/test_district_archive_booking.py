"""A booked edition in an archive: applications, booths and their histories arrive exactly, with their files."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from cms.domain.archive import exporting
from cms.domain.archive.importing import import_district
from cms.domain.district_deletion import delete_district
from festival.domain import applying, contacts, documents, slots
from festival.domain.contacts import Contact
from festival.enums import ContactKind, ZoneMode
from festival.exceptions import LimitReached
from festival.models import (
    Application,
    ApplicationDocument,
    ApplicationEvent,
    ApplicationLink,
    ApplicationMessage,
    BookingRules,
    Booth,
    BoothSlot,
    ContactCode,
    DocumentRequirement,
    FestivalPage,
    Question,
    SlotEvent,
    ZoneDay,
    ZoneRules,
)
from media.exceptions import ArchiveRefused
from tests.city import City
from tests.festival.booking import Edition, make_busy
from tests.filled_district import export, members_of

_KEYS = {"id", "festival_id", "zone_id", "holder", "application_id", "booth_id", "slot_id"}
_PEOPLE = {"actor_id", "reviewed_by_id"}


def _plain(row: Any, *, left: set[str] = frozenset()) -> dict[str, Any]:  # type: ignore[assignment]
    """A row without what is another number in another installation."""
    values = {one.attname: getattr(row, one.attname) for one in row._meta.concrete_fields}
    return {name: value for name, value in values.items() if name not in _KEYS | _PEOPLE | left}


def _named(value: Any, names: dict[str, str]) -> Any:
    """JSON with the keys of questions and documents as their labels."""
    text = json.dumps(value, ensure_ascii=False, default=str, sort_keys=True)
    for key, label in names.items():
        text = text.replace(f'"{key}"', f'"{label}"')
    return json.loads(text)


def _all_of_it() -> dict[str, Any]:
    """Everything of the one booked edition, by names instead of keys."""
    festival = FestivalPage.objects.get(slug="fair")
    names = {f"question:{one.pk}": one.label for one in Question.objects.filter(rules__festival=festival)}
    wanted = DocumentRequirement.objects.filter(rules__festival=festival)
    names |= {f"document:{one.pk}": one.label for one in wanted}
    applications = []
    for one in Application.objects.filter(festival=festival).order_by("reference"):
        values = _plain(one)
        assert one.terms == {} or one.terms.pop("zone") == one.zone_id
        own = {
            "zone": one.zone.slug,
            "by": one.holder
            == contacts.holder_of(
                festival=festival, contact=Contact(ContactKind(one.contact_kind), one.contact)
            ),
            "events": [_plain(event) for event in ApplicationEvent.objects.filter(application=one)],
            "who": [
                event.actor.username if event.actor else "" for event in one.events.select_related("actor")
            ],
            "messages": [_plain(message) for message in ApplicationMessage.objects.filter(application=one)],
            "files": [
                {
                    **_plain(file, left={"file"}),
                    "content": default_storage.open(file.file).read().decode("latin-1"),
                }
                for file in ApplicationDocument.objects.filter(application=one)
            ],
        }
        applications.append(_named({**values, **own}, names))
    booths = []
    for slot in BoothSlot.objects.filter(booth__festival=festival).order_by("booth__number", "day"):
        events = [
            {
                **_plain(event),
                "of": event.application.reference if event.application else "",
                "by": event.holder == (event.application.holder if event.application else ""),
            }
            for event in SlotEvent.objects.filter(slot=slot)
        ]
        mine = slot.application
        booths.append(
            _named(
                {
                    **_plain(slot),
                    "booth": slot.booth.number,
                    "of": mine.reference if mine else "",
                    "by": slot.holder == (mine.holder if mine else ""),
                    "events": events,
                },
                {},
            )
        )
    rules = BookingRules.objects.get(festival=festival)
    return {
        "applications": applications,
        "booths": booths,
        "rules": _plain(rules),
        "zones": [
            (one.zone.slug, one.mode, sorted(one.categories.values_list("name", flat=True)))
            for one in ZoneRules.objects.filter(zone__festival=festival).order_by("zone__slug")
        ],
        "days": sorted(
            (one.zone.slug, one.day, one.capacity, one.confirmed)
            for one in ZoneDay.objects.filter(zone__festival=festival)
        ),
        "asked": [
            (one.label, sorted(zone.slug for zone in one.zones.all()))
            for model in (Question, DocumentRequirement)
            for one in model.objects.filter(rules__festival=festival).order_by("sort_order", "pk")
        ],
    }


@pytest.fixture
def edition(city: City) -> Edition:
    busy = Edition(city, days=2)
    make_busy(busy, city.user("organiser"))
    return busy


def _move(city: City, on_commit: Any, archive: bytes) -> None:
    with on_commit(execute=True):
        delete_district(city.wuhou, actor=None)
    assert not Application.objects.exists() and not BoothSlot.objects.exists()
    assert not list(default_storage.listdir(documents.FOLDER)[1]), "the files went with their rows"


def test_booking_arrives_exactly(
    edition: Edition, city: City, django_capture_on_commit_callbacks: Any, settings: Any
) -> None:
    before = _all_of_it()
    states = {one["state"] for one in before["applications"]}
    assert states >= {"draft", "submitted", "needs_info", "waitlisted", "offered", "allocated", "withdrawn"}
    archive = export(city.wuhou)
    _move(city, django_capture_on_commit_callbacks, archive)
    # Somebody else has the numbers by then.
    taken = Edition(city, district=city.jinjiang)
    for model in (Question, DocumentRequirement):
        model.objects.bulk_create(
            model(pk=key, rules=taken.rules, label="别人的", purpose="别的") for key in range(1, 200)
        )
    settings.SECRET_KEY = "the key of another installation, which hashes addresses in another way"
    FestivalPage.objects.filter(pk=taken.festival.pk).update(slug="theirs")
    import_district(io.BytesIO(archive))
    assert _all_of_it() == before
    assert not ApplicationLink.objects.exists() and not ContactCode.objects.exists()


def test_life_goes_on_where_it_arrived(
    edition: Edition, city: City, django_capture_on_commit_callbacks: Any
) -> None:
    archive = export(city.wuhou)
    _move(city, django_capture_on_commit_callbacks, archive)
    import_district(io.BytesIO(archive))
    offered = Application.objects.select_related("festival", "zone").get(state="offered")
    applying.accept(application=offered)
    assert offered.slots.filter(state="confirmed").count() == 2, "one booth on two days"
    # Who comes again with the same address is the same applicant, and has as many booths as one may have.
    again, _ = applying.start(
        festival=offered.festival,
        zone=offered.festival.zones.get(slug=ZoneMode.PICK),
        contact=Contact(ContactKind.EMAIL, offered.contact),
    )
    booths = list(Booth.objects.filter(zone=again.zone, number="B02"))
    with pytest.raises(LimitReached):
        slots.claim(application=again, booths=booths, limit=1, until=timezone.now() + slots.HOLD)


def test_archive_holds_no_key_to_an_application(edition: Edition, city: City) -> None:
    members = members_of(export(city.wuhou))
    everything = b"".join(members.values())
    for link in ApplicationLink.objects.all():
        assert link.digest.encode() not in everything
    file = ApplicationDocument.objects.all()[0]
    assert members[f"files/festival.applicationdocument/{file.pk}/file"].startswith(b"%PDF")


def test_lost_file_stops_the_export_before_its_first_byte(edition: Edition, city: City) -> None:
    default_storage.delete(ApplicationDocument.objects.all()[0].file)
    with pytest.raises(ArchiveRefused, match="不见了"):
        next(exporting.pieces(city.wuhou))
