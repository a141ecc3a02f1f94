"""What is personal goes when its time is over, and not before."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from festival.domain import applying, contacts, deciding, documents, idempotency, links, retention
from festival.enums import ApplicationState, ContactKind, ZoneMode
from festival.models import (
    Application,
    ApplicationLink,
    BookingRules,
    BoothSlot,
    ContactCode,
    FestivalPage,
    IdempotencyRecord,
    SlotEvent,
)
from tests.city import City
from tests.festival.booking import Edition

S = ApplicationState


@pytest.fixture
def edition(city: City) -> Edition:
    return Edition(city, retention_days=30)


def photo(name: str = "证件.jpg") -> SimpleUploadedFile:
    buffer = io.BytesIO()
    Image.new("RGB", (40, 30), "#a63a28").save(buffer, "JPEG")
    return SimpleUploadedFile(name, buffer.getvalue(), "image/jpeg")


def days_after(edition: Edition, days: int) -> dt.datetime:
    """Noon of so many days after the last one."""
    last = edition.festival.ends_on or edition.festival.starts_on
    assert last
    return timezone.make_aware(dt.datetime.combine(last + dt.timedelta(days=days), dt.time(12)))


def test_each_field_goes_in_its_time(
    edition: Edition, city: City, django_capture_on_commit_callbacks: Any
) -> None:
    question = edition.ask("车牌号", retention_days=1)
    long_question = edition.ask("几个人来")
    licence = edition.require("营业执照", retention_days=60)
    draft = edition.draft()
    answers = {f"question:{question.pk}": "川A12345", f"question:{long_question.pk}": "两个人"}
    applying.edit(application=draft, changes={"answers": answers, "organisation": "绳编社"})
    document = documents.hand_in(application=draft, requirement=f"document:{licence.pk}", upload=photo())
    mine = applying.submit(application=draft)
    deciding.ask(application=mine, text="谭示例请补充", actor=city.user("organiser"))
    links.make(mine)

    def night(days: int) -> Application:
        with django_capture_on_commit_callbacks(execute=True):
            retention.erase_due(days_after(edition, days))
        return Application.objects.get(pk=mine.pk)

    assert night(0).contact == night(1).contact == "tan@example.cn"
    assert set(night(1).answers) == {f"question:{question.pk}", f"question:{long_question.pk}"}
    assert set(night(2).answers) == {f"question:{long_question.pk}"}
    assert night(30).contact_name == "谭示例" and mine.messages.get().text == "谭示例请补充"
    after = night(31)
    assert (after.contact, after.contact_name, after.organisation, after.answers) == ("", "", "", {})
    assert (after.reason, mine.messages.get().text) == ("", retention.GONE)
    assert not after.links.exists() and not mine.events.exclude(reason="").exists()
    assert after.erased_at is None and default_storage.exists(document.file)
    assert night(60).documents.exists()
    last = night(61)
    assert last.erased_at and last.holder != mine.holder
    assert not last.documents.exists() and not default_storage.exists(document.file)
    # That it happened stays, and what the stall was called: that was public.
    assert list(last.events.values_list("to_state", flat=True)) == [S.SUBMITTED, S.NEEDS_INFO]
    assert last.stall_name == "谭家绳编"
    assert retention.erase_due(days_after(edition, 400)) == 0, "erased once"


def test_terms_of_the_application_count_not_the_present_rules(edition: Edition) -> None:
    mine = edition.submitted()
    BookingRules.objects.update(retention_days=1000)
    assert retention.erase_due(days_after(edition, 31)) == 1
    assert Application.objects.get(pk=mine.pk).erased_at


@pytest.mark.parametrize("end", ["withdrawn", "rejected"])
def test_what_became_nothing_goes_with_the_edition(edition: Edition, city: City, end: str) -> None:
    mine = edition.submitted()
    if end == "withdrawn":
        applying.withdraw(application=mine)
    else:
        deciding.reject(application=mine, actor=city.user("organiser"), reason="谭示例不合适")
    other = edition.submitted(address="zhou@example.cn")
    assert retention.erase_due(days_after(edition, 0)) == 0
    assert retention.erase_due(days_after(edition, 1)) == 1
    mine.refresh_from_db()
    assert (mine.state, mine.contact, mine.reason, bool(mine.erased_at)) == (end, "", "", True)
    assert Application.objects.get(pk=other.pk).contact == "zhou@example.cn"


def test_booths_stay_whose_they_were_under_a_random_name(edition: Edition) -> None:
    booth = edition.booths(ZoneMode.OPEN)[0]
    mine = edition.submitted(ZoneMode.OPEN, booths=(booth,))
    former = mine.holder
    retention.erase_due(days_after(edition, 31))
    slot = BoothSlot.objects.get(booth=booth)
    mine.refresh_from_db()
    assert slot.application == mine and slot.holder == mine.holder != former
    assert set(SlotEvent.objects.filter(slot=slot).values_list("holder", flat=True)) == {mine.holder}
    assert not SlotEvent.objects.filter(holder=former).exists()


def test_edition_that_is_put_off_keeps_everything_longer(edition: Edition) -> None:
    edition.submitted()
    due = days_after(edition, 31)
    assert edition.festival.starts_on
    later = edition.festival.starts_on + dt.timedelta(days=100)
    FestivalPage.objects.filter(pk=edition.festival.pk).update(starts_on=later, ends_on=later)
    assert retention.erase_due(due) == 0


def test_edition_without_days_counts_from_the_end_of_applications(edition: Edition) -> None:
    mine = edition.submitted()
    FestivalPage.objects.filter(pk=edition.festival.pk).update(starts_on=None, ends_on=None)
    closes = edition.rules.closes_at
    assert retention.erase_due(closes + dt.timedelta(days=30)) == 0
    assert retention.erase_due(closes + dt.timedelta(days=31)) == 1
    assert Application.objects.get(pk=mine.pk).contact == ""


def test_night_deletes_drafts_codes_answers_and_links_that_are_over(edition: Edition) -> None:
    now = timezone.now()
    draft = edition.draft()
    kept = edition.draft(address="zhou@example.cn")
    Application.objects.filter(pk=draft.pk).update(changed_at=now - documents.ABANDONED)
    contact = contacts.Contact(ContactKind.EMAIL, "li@example.cn")
    contacts.send_code(festival=edition.festival, contact=contact, now=now - dt.timedelta(hours=1))
    contacts.send_code(festival=edition.festival, contact=contact, now=now)
    idempotency.once(
        festival=edition.festival, scope="x", key="k" * 20, body=b"", do=lambda: (201, {"token": "t"})
    )
    IdempotencyRecord.objects.update(created_at=now - idempotency.KEPT)
    links.make(kept, now=now - dt.timedelta(days=90))
    ApplicationLink.objects.filter(application=kept).order_by("pk").update(expires_at=now)
    links.make(kept, now=now)
    retention.every_night(now + dt.timedelta(seconds=1))
    assert list(Application.objects.all()) == [kept]
    assert ContactCode.objects.count() == 1 and not IdempotencyRecord.objects.exists()
    assert ApplicationLink.objects.count() == 1
