"""Erasing a person: after it, no column of any table knows the address, the phone or the name."""

from __future__ import annotations

import datetime as dt
import io
import json
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from festival.domain import applying, contacts, deciding, documents, erasure, idempotency, notices
from festival.domain.contacts import Contact
from festival.enums import ApplicationState, ContactKind, ZoneMode
from festival.models import Application, BoothSlot, FestivalPage, IdempotencyRecord
from sites.domain import gateways
from sites.domain.audit import record
from sites.enums import Act, Channel
from sites.models import AuditEntry, District, NoticeGateway, OutboxMessage
from tests.city import City
from tests.festival.booking import Edition
from tests.festival.test_retention import photo

S = ApplicationState
PHONE = "13800000000"


@pytest.fixture(autouse=True)
def stored_mail(settings: Any) -> None:
    """Mails are rows, as in an installation."""
    settings.EMAIL_BACKEND = "sites.outbox_mail.OutboxEmailBackend"


def everything() -> dict[str, str]:
    """Every text of the database, by table and column: read from the database's own catalogue, not by our models."""
    found: dict[str, str] = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            columns = connection.introspection.get_table_description(cursor, table)
            names = ", ".join(connection.ops.quote_name(column.name) for column in columns)
            cursor.execute(f"SELECT {names} FROM {connection.ops.quote_name(table)}")
            for row in cursor.fetchall():
                for column, value in zip(columns, row, strict=True):
                    text = _text(value)
                    if text:
                        key = f"{table}.{column.name}"
                        found[key] = found.get(key, "") + "\n" + text
    return found


def _text(value: Any) -> str:
    if isinstance(value, bytes | memoryview):
        return bytes(value).decode(errors="replace")
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    if not isinstance(value, str):
        return ""
    if value[:1] in "[{":  # as SQLite keeps JSON, with other letters escaped
        try:
            return json.dumps(json.loads(value), ensure_ascii=False)
        except ValueError:
            return value
    return value


def where(*texts: str) -> set[str]:
    """In which columns one of the texts stands."""
    return {key for key, text in everything().items() if any(one.lower() in text.lower() for one in texts)}


def live_a_life(edition: Edition, city: City) -> Application:
    """Whatever an application may leave behind, of tan@example.cn who is 谭示例."""
    question = edition.ask("车牌号", required=False)
    licence = edition.require("营业执照", required=False)
    contact = Contact(ContactKind.EMAIL, "tan@example.cn")
    contacts.send_code(festival=edition.festival, contact=contact)
    draft = edition.draft()
    applying.edit(
        application=draft,
        changes={"organisation": "谭示例工作室", "answers": {f"question:{question.pk}": "问谭示例"}},
    )
    documents.hand_in(application=draft, requirement=f"document:{licence.pk}", upload=photo("谭示例.jpg"))
    mine = applying.submit(application=draft)
    organiser = city.user("organiser")
    deciding.ask(application=mine, text="谭示例，请补充 tan@example.cn 之外的联系方式", actor=organiser)
    applying.answer(application=mine, text="我是谭示例")
    deciding.note(application=mine, text="谭示例很好", actor=organiser)
    mine = applying.submit(application=mine)
    deciding.approve(application=mine, actor=organiser, reason="欢迎谭示例")
    deciding.allot(application=mine, booths=edition.booths(ZoneMode.ALLOT)[:1], actor=organiser)
    idempotency.once(
        festival=edition.festival,
        scope=f"application:{mine.pk}:message",
        key="k" * 20,
        body=b"",
        do=lambda: (200, {"text": "谭示例"}),
    )
    record(
        act=Act.APPLICATIONS_EXPORTED,
        actor=organiser,
        district=city.wuhou,
        subject_name="找谭示例",
        words="TAN@example.cn",
    )
    OutboxMessage.objects.filter(key__contains=":m").update(last_error="550 tan@example.cn: 谭示例 unknown")
    return Application.objects.get(pk=mine.pk)


def test_nothing_is_left_of_a_person(
    edition: Edition, city: City, django_capture_on_commit_callbacks: Any
) -> None:
    mine = live_a_life(edition, city)
    file = mine.documents.get().file
    theirs = edition.draft(address="zhou@example.cn")
    other = applying.submit(application=applying.edit(application=theirs, changes={"contact_name": "周示例"}))
    first = edition.booths(ZoneMode.ALLOT)[0]
    holder = mine.holder
    marks = ("tan@example.cn", "谭示例", "谭家绳编", holder)
    before = where(*marks)
    assert len(before) > 10, before
    assert any("outbox" in one for one in before) and any("audit" in one for one in before)
    OutboxMessage.objects.create(
        key="about",
        channel=Channel.EMAIL,
        recipient="o@example.org",
        district=city.wuhou,
        payload={"body": "谭示例（tan@example.cn）来信"},
        next_attempt_at=timezone.now(),
    )

    person = erasure.find(mine.reference.lower())
    with django_capture_on_commit_callbacks(execute=True):
        assert erasure.erase_person(person, actor=city.user("admin")) == 1

    left = where("tan@example.cn", "谭示例", holder)
    assert left == set()
    # What the other stallholder of the test typed as well.
    assert all("application" in one for one in where("谭家绳编"))
    assert not default_storage.exists(file)
    mine.refresh_from_db()
    assert (mine.state, mine.stall_name, mine.offer, bool(mine.erased_at)) == (S.WITHDRAWN, "", "", True)
    assert BoothSlot.objects.get(booth=first).state == "free"
    assert mine.events.get(to_state=S.WITHDRAWN).reason == erasure.REASON
    assert OutboxMessage.objects.get(key="about").payload == {"body": "（已删除）（（已删除））来信"}
    told = AuditEntry.objects.get(act=Act.PERSON_ERASED)
    assert (told.district, told.actor, told.details) == (city.wuhou, city.user("admin"), {"applications": 1})
    assert Application.objects.get(pk=other.pk).contact == "zhou@example.cn"
    assert OutboxMessage.objects.filter(recipient="zhou@example.cn").exists()
    assert not IdempotencyRecord.objects.filter(scope__contains=f":{mine.pk}:").exists()


def test_phone_goes_as_well(edition: Edition, city: City, settings: Any) -> None:
    settings.GATEWAY_PRIVATE_HOSTS = ["127.0.0.1"]
    gateways.set_up(district=city.wuhou, url="http://127.0.0.1:9/", actor=city.user("admin"))
    NoticeGateway.objects.update(answer=f"网关回答 400：{PHONE} 停机")
    contact = Contact(ContactKind.PHONE, PHONE)
    contacts.send_code(festival=edition.festival, contact=contact)
    application, _ = applying.start(
        festival=edition.festival, zone=edition.zone(ZoneMode.ALLOT), contact=contact
    )
    changes = {"stall_name": "张记", "offer": "糖画", "category": "手作", "contact_name": "张三丰"}
    applying.submit(application=applying.edit(application=application, changes=changes))
    assert len(where(PHONE)) >= 3
    erasure.erase_person(erasure.find("+86 138-0000-0000"))
    assert where(PHONE, "张三丰", "张记", "糖画") == set()


def test_booth_goes_to_who_waits(edition: Edition) -> None:
    booths = edition.booths(ZoneMode.OPEN)
    for n, booth in enumerate(booths):
        edition.submitted(ZoneMode.OPEN, address=f"{n}@example.cn", booths=(booth,))
    waiting = edition.submitted(ZoneMode.OPEN, address="waits@example.cn")
    erasure.erase_person(erasure.find("1@example.cn"))
    waiting.refresh_from_db()
    assert waiting.state == S.OFFERED
    assert BoothSlot.objects.get(application=waiting).booth == booths[1]


def test_draft_goes_without_a_trace(edition: Edition) -> None:
    booth = edition.booths(ZoneMode.OPEN)[0]
    edition.draft(ZoneMode.OPEN, booths=(booth,))
    erasure.erase_person(erasure.find("tan@example.cn"))
    assert not Application.objects.exists()
    assert BoothSlot.objects.get(booth=booth).state == "free"


def test_after_the_edition_the_booth_stays_in_the_books(edition: Edition) -> None:
    booth = edition.booths(ZoneMode.OPEN)[0]
    mine = edition.submitted(ZoneMode.OPEN, booths=(booth,))
    past = timezone.localdate() - dt.timedelta(days=1)
    FestivalPage.objects.filter(pk=edition.festival.pk).update(starts_on=past, ends_on=past)
    erasure.erase_person(erasure.find("tan@example.cn"))
    mine.refresh_from_db()
    slot = BoothSlot.objects.get(booth=booth)
    assert (mine.state, mine.contact, slot.application) == (S.ALLOCATED, "", mine)
    assert slot.holder == mine.holder


def test_within_a_district_another_is_not_touched(edition: Edition, city: City) -> None:
    edition.submitted()
    OutboxMessage.objects.create(
        key="theirs",
        channel=Channel.EMAIL,
        recipient="tan@example.cn",
        district=city.jinjiang,
        payload={"body": "tan@example.cn"},
        next_attempt_at=timezone.now(),
    )
    jinjiang = District.objects.filter(slug="jinjiang")
    person = erasure.find("tan@example.cn", within=jinjiang)
    assert person.applications == []
    wuhou = District.objects.filter(slug="wuhou")
    erasure.erase_person(erasure.find("tan@example.cn", within=wuhou), within=wuhou)
    assert OutboxMessage.objects.get(recipient="tan@example.cn").key == "theirs"
    assert Application.objects.get().contact == ""


def test_command_shows_asks_and_says_what_is_left(
    edition: Edition, city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = edition.submitted()
    city.story("谭示例的绳编")
    monkeypatch.setattr("builtins.input", lambda prompt: "不")
    said = io.StringIO()
    with pytest.raises(CommandError, match="什么也没有删除"):
        call_command("erase_person", "tan@example.cn", stdout=said)
    assert mine.reference in said.getvalue() and Application.objects.get().contact
    with pytest.raises(CommandError, match="没有标识"):
        call_command("erase_person", "tan@example.cn", district="nowhere", stdout=said)
    with pytest.raises(CommandError, match="没有这个人"):
        call_command("erase_person", "ABCDEFGH", stdout=said)
    call_command("erase_person", mine.reference, yes=True, stdout=said)
    assert Application.objects.get().contact == ""
    assert "还有" in said.getvalue() and "wagtailcore.Page.title" in said.getvalue()


def test_notices_of_a_person_who_is_gone_cannot_be_sent_again(edition: Edition, city: City) -> None:
    mine = edition.submitted()
    [row] = notices.of_application(mine)
    Application.objects.filter(pk=mine.pk).update(contact="")
    OutboxMessage.objects.update(state="sent", finished_at=timezone.now())
    with pytest.raises(Exception, match="联系方式已经删除"):
        notices.resend(OutboxMessage.objects.get(pk=row.pk), city.user("organiser"))


def test_admin_erases_in_the_own_district(edition: Edition, city: City) -> None:
    mine = edition.submitted()
    url = reverse("booking_erase", args=["wuhou"])
    browser = city.browser("admin")
    assert browser.get(url).status_code == 200
    assert "没有找到" in browser.post(url, {"who": "nobody@example.cn"}).content.decode()
    page = browser.post(url, {"who": "tan@example.cn"}).content.decode()
    assert mine.reference in page and Application.objects.get().contact
    done = browser.post(url, {"who": "tan@example.cn", "confirmed": "on"}, follow=True)
    assert "删除了" in done.content.decode() and Application.objects.get().contact == ""
    assert AuditEntry.objects.get(act=Act.PERSON_ERASED).actor == city.user("admin")


@pytest.mark.parametrize("who", ["organiser", "outsider", "editor"])
def test_nobody_else_erases(edition: Edition, city: City, who: str) -> None:
    edition.submitted()
    url = reverse("booking_erase", args=["wuhou"])
    answer = city.browser(who).post(url, {"who": "tan@example.cn", "confirmed": "on"})
    assert answer.status_code == 404 and Application.objects.get().contact
