"""What stallholders are told, by mail and by the gateway: in whole sentences, once, with a link that works."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from festival.domain import applying, contacts, deciding, links, notices, transitions, waitlist
from festival.domain.contacts import Contact
from festival.enums import ApplicationState, ContactKind, ZoneMode
from festival.exceptions import FieldsRefused, NoticeRefused
from festival.models import Application, ApplicationEvent, ZoneRules
from sites.domain import gateways, outbox
from sites.enums import Act, Channel, Delivery
from sites.models import AuditEntry, OutboxMessage
from tests.city import City
from tests.festival.booking import Edition
from tests.festival.booking_api import Stallholder

pytestmark = pytest.mark.once  # shows nothing that hangs on the database

S = ApplicationState
PHONE = Contact(ContactKind.PHONE, "13800000000")


@pytest.fixture
def edition(city: City) -> Edition:
    return Edition(city, contact="028-0000 0000（工作日）")


@pytest.fixture
def stored(settings: Any) -> None:
    """Mails are rows, as in an installation."""
    settings.EMAIL_BACKEND = "sites.outbox_mail.OutboxEmailBackend"


@pytest.fixture
def gateway(city: City, settings: Any) -> None:
    """A gateway at which nobody knocks in these tests."""
    settings.GATEWAY_PRIVATE_HOSTS = ["127.0.0.1"]
    gateways.set_up(district=city.wuhou, url="http://127.0.0.1:9/", actor=city.user("admin"))


def by_phone(edition: Edition, **values: Any) -> Application:
    application, _ = applying.start(
        festival=edition.festival, zone=edition.zone(ZoneMode.ALLOT), contact=PHONE
    )
    changes = {"stall_name": "张记", "offer": "糖画", "category": "手作", "contact_name": "张示例", **values}
    return applying.submit(application=applying.edit(application=application, changes=changes))


def opened(edition: Edition, text: str) -> Application | None:
    """What the private link in a text opens."""
    [(origin, reference, secret)] = set(
        re.findall(r"(http://[^/\s]+)/festivals/fair/apply/status/#([0-9A-Z]+)\.([\w-]+)", text)
    )
    assert origin == "http://wuhou.localhost:8000"
    return links.find(secret, festival=edition.festival, reference=reference)


# --- words --------------------------------------------------------------------------------------------------------------


def test_way_to_a_booth_in_mails(edition: Edition, city: City, mailoutbox: list[EmailMessage]) -> None:
    organiser = city.user("organiser")
    mine = edition.submitted()
    deciding.ask(application=mine, text="请写清楚要不要用电。\n谢谢！", actor=organiser)
    mine = applying.submit(application=mine)
    deciding.put_on_waitlist(application=mine, actor=organiser)
    waitlist.offer_next(zone=mine.zone)
    mine = applying.accept(application=Application.objects.get(pk=mine.pk))
    booth = edition.booths(ZoneMode.PICK)[1]
    deciding.allot(application=mine, booths=[booth], actor=organiser)
    deciding.revoke(application=mine, actor=organiser, reason="场地调整")

    assert [mail.subject.split("：", 1)[1] for mail in mailoutbox] == [
        "已收到您的摊位申请",
        "您的摊位申请需要补充",
        "已收到您补充的内容",
        "您的摊位申请进入候补",
        f"有摊位了，请在{_moment(edition, mine)}前确认",
        "您的摊位定了：A01",
        f"您的摊位换到了 {booth.number}",
        "您的摊位申请被取消了",
    ]
    for mail in mailoutbox:
        assert mail.from_email == '"武侯区邻里" <linli@localhost>' and mail.to == ["tan@example.cn"]
        assert mail.body.startswith("谭示例，您好：\n\n") and mine.reference in mail.body
        assert "028-0000 0000（工作日）" in mail.body and "None" not in mail.body
        assert opened(edition, mail.body) == mine
        assert isinstance(mail, EmailMultiAlternatives)
        [(html, kind)] = mail.alternatives
        assert kind == "text/html" and "谭示例，您好：" in html
        assert opened(edition, str(html)) == mine
    asked = mailoutbox[1].body
    assert "    请写清楚要不要用电。\n    谢谢！" in asked and "再提交一次" in asked
    assert "排在第 1 位" in mailoutbox[3].body
    assert "“小吃”的 B02" in mailoutbox[6].body
    assert "场地调整" in mailoutbox[7].body


def _moment(edition: Edition, application: Application) -> str:
    from festival.domain.notice_texts import moment

    sent = ApplicationEvent.objects.get(application=application, to_state=S.OFFERED)
    end = moment(sent.at + dt.timedelta(hours=48))
    assert re.fullmatch(r"\d+月\d+日（周.）\d\d:\d\d", end)
    return end


def test_what_people_typed_is_text_in_the_html(
    edition: Edition, city: City, mailoutbox: list[EmailMessage]
) -> None:
    mine = edition.submitted()
    reason = '<script>alert(1)</script> & "引号" {0} %s'
    deciding.reject(application=mine, actor=city.user("organiser"), reason=reason)
    mail: Any = mailoutbox[-1]
    assert reason in mail.body
    assert "<script>" not in mail.alternatives[0][0] and "&lt;script&gt;" in mail.alternatives[0][0]


def test_each_state_has_its_next_step(edition: Edition, city: City, mailoutbox: list[EmailMessage]) -> None:
    organiser = city.user("organiser")
    picks = edition.submitted(ZoneMode.PICK, address="a@example.cn")
    deciding.approve(application=picks, actor=organiser)
    assert "选摊位，先选先得" in mailoutbox[-1].body
    waits = edition.submitted(address="b@example.cn")
    deciding.approve(application=waits, actor=organiser, reason="材料很齐")
    assert "由组委会安排" in mailoutbox[-1].body and "材料很齐" in mailoutbox[-1].body
    applying.withdraw(application=waits)
    assert "如果不是您本人撤回的" in mailoutbox[-1].body
    ZoneRules.objects.filter(zone=edition.zone(ZoneMode.OPEN)).update(fee="120.00", deposit="50.50")
    edition.submitted(ZoneMode.OPEN, address="c@example.cn", booths=(edition.booths(ZoneMode.OPEN)[0],))
    assert "摊位费 120 元，押金 50.5 元" in mailoutbox[-1].body


def test_offer_that_lapsed_is_told(edition: Edition, city: City, mailoutbox: list[EmailMessage]) -> None:
    mine = edition.submitted()
    deciding.put_on_waitlist(application=mine, actor=city.user("organiser"))
    waitlist.offer_next(zone=mine.zone)
    waitlist.lapse_due(now=timezone.now() + dt.timedelta(hours=49))
    assert mailoutbox[-1].subject.endswith("为您保留的摊位过期了")
    assert "重新申请" in mailoutbox[-1].body


def test_organisers_words_are_sent_and_notes_are_not(
    edition: Edition, city: City, mailoutbox: list[EmailMessage]
) -> None:
    mine = edition.submitted()
    deciding.note(application=mine, text="内部的话", actor=city.user("organiser"))
    deciding.write(application=mine, text="请八点到场。", actor=city.user("organiser"))
    applying.answer(application=mine, text="好的")
    assert len(mailoutbox) == 2
    assert "    请八点到场。" in mailoutbox[-1].body and opened(edition, mailoutbox[-1].body) == mine


# --- once ---------------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("stored")
def test_event_told_twice_is_one_message(edition: Edition) -> None:
    mine = edition.submitted()
    notices.tell(ApplicationEvent.objects.select_related("application__festival").get(application=mine))
    row = OutboxMessage.objects.get()
    assert row.key == f"application:{edition.festival.pk}:{mine.pk}:{mine.version}"
    assert row.recipient == "tan@example.cn"
    assert [row] == list(notices.of_edition(edition.festival)) == list(notices.of_application(mine))


@pytest.mark.usefixtures("stored")
def test_each_code_is_a_message_of_its_own_and_in_no_log(edition: Edition) -> None:
    contact = Contact(ContactKind.EMAIL, "tan@example.cn")
    for _ in range(2):
        contacts.send_code(festival=edition.festival, contact=contact)
    first, second = OutboxMessage.objects.order_by("pk")
    assert first.key != second.key
    assert re.search(r"验证码是 \d{6}，15 分钟", second.payload["body"])
    assert not notices.of_edition(edition.festival).exists()


@pytest.mark.usefixtures("stored", "gateway")
def test_code_does_not_wait_behind_what_many_are_told(edition: Edition, city: City) -> None:
    many = [edition.submitted(address=f"{n}@example.cn") for n in range(3)]
    transitions.move_all(many, S.REJECTED, by=transitions.organiser(city.user("organiser")), reason="满")
    by_phone(edition)
    for kind, address in (("email", "zhou@example.cn"), ("phone", "13900000000")):
        asked = {"kind": kind, "address": address}
        assert Stallholder(edition.festival).post("contact-codes/", asked).status_code == 202
    for channel in (Channel.EMAIL, Channel.WEBHOOK):
        first, *others = outbox.due(limit=5, channel=channel)
        assert first.key.startswith("code:") and others


def test_many_are_told_by_few_queries(edition: Edition, city: City, mailoutbox: list[EmailMessage]) -> None:
    many = [edition.submitted(address=f"{n}@example.cn") for n in range(12)]
    asked = []
    for some in (many[:2], many[2:]):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            transitions.move_all(
                some, S.REJECTED, by=transitions.organiser(city.user("organiser")), reason="满"
            )
        asked.append(len(queries))
    assert asked[0] == asked[1] <= 12
    assert [mail.to for mail in mailoutbox[-10:]] == [[f"{n}@example.cn"] for n in range(2, 12)]


# --- phones -------------------------------------------------------------------------------------------------------------


def test_without_a_gateway_only_mail(edition: Edition, city: City) -> None:
    with pytest.raises(FieldsRefused, match="这个区县暂时只能用邮箱"):
        contacts.send_code(festival=edition.festival, contact=PHONE)
    assert not OutboxMessage.objects.exists()
    assert city.item("festivals/fair")["booking"]["contact_kinds"] == ["email"]


@pytest.mark.usefixtures("gateway")
def test_public_item_says_that_phones_are_reached(edition: Edition, city: City) -> None:
    assert city.item("festivals/fair")["booking"]["contact_kinds"] == ["email", "phone"]
    gateways.switch_off(district=city.wuhou, actor=city.user("admin"))
    assert city.item("festivals/fair")["booking"]["contact_kinds"] == ["email"]


@pytest.mark.usefixtures("gateway")
def test_notices_to_a_phone(edition: Edition, city: City, mailoutbox: list[EmailMessage]) -> None:
    contacts.send_code(festival=edition.festival, contact=PHONE)
    mine = by_phone(edition)
    deciding.put_on_waitlist(application=mine, actor=city.user("organiser"))
    waitlist.offer_next(zone=mine.zone)
    code, told, _, offered = OutboxMessage.objects.order_by("pk")
    assert not mailoutbox and {code.channel, told.channel} == {Channel.WEBHOOK}
    assert code.district == city.wuhou and code.recipient == PHONE.address
    assert code.payload["to"] == {"kind": "phone", "address": PHONE.address}
    assert code.payload["template"] == "code" and code.payload["values"]["code"] in code.payload["text"]
    until = dt.datetime.fromisoformat(code.payload["until"]) - timezone.now()
    assert dt.timedelta(minutes=14) < until <= dt.timedelta(minutes=15)
    assert told.payload["template"] == "submitted" and "张示例" not in str(told.payload)
    assert told.payload["values"]["reference"] == mine.reference
    assert told.payload["text"].startswith(f"{edition.festival.title}：您在“手作”的摊位申请收到了")
    assert opened(edition, told.payload["text"]) == mine
    assert offered.payload["values"]["booths"] == "A01"
    assert dt.datetime.fromisoformat(offered.payload["values"]["deadline"]).utcoffset()


# --- once more ----------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("stored")
def test_resent_it_is_composed_anew(edition: Edition, city: City) -> None:
    organiser = city.user("organiser")
    mine = edition.submitted()
    [first] = notices.of_edition(edition.festival)
    with pytest.raises(NoticeRefused, match="还在发送"):
        notices.resend(first, organiser)
    outbox.claim(first)
    outbox._finish(first, Delivery.SENT)
    deciding.approve(application=mine, actor=organiser)
    notices.resend(OutboxMessage.objects.get(pk=first.pk), organiser)
    again = notices.of_edition(edition.festival)[0]
    assert again.key == f"{first.key}:again:1"
    body = again.payload["body"]
    assert "摊位申请收到了" in body and "这份申请现在是“已通过”。" in body
    assert opened(edition, body) == mine
    with pytest.raises(NoticeRefused, match="还在发送"):
        notices.resend(again, organiser)
    OutboxMessage.objects.update(state=Delivery.DEAD, finished_at=timezone.now())
    notices.resend(OutboxMessage.objects.get(pk=again.pk), organiser)
    assert OutboxMessage.objects.filter(key=f"{first.key}:again:2").exists()
    told = AuditEntry.objects.filter(act=Act.NOTICE_RESENT, district=city.wuhou, actor=organiser)
    assert {one.subject_name for one in told} == {mine.reference} and told.count() == 2


@pytest.mark.usefixtures("stored")
def test_message_is_resent_and_what_is_no_notice_is_not(edition: Edition, city: City) -> None:
    organiser = city.user("organiser")
    mine = edition.submitted()
    deciding.write(application=mine, text="请八点到场。", actor=organiser)
    OutboxMessage.objects.update(state=Delivery.SENT, payload={}, finished_at=timezone.now())
    message = notices.of_application(mine)[0]
    notices.resend(message, organiser)
    assert "请八点到场。" in notices.of_application(mine)[0].payload["body"]
    code = outbox.post(channel=Channel.EMAIL, recipient="x", payload={}, key="code:1:abc")
    with pytest.raises(NoticeRefused):
        notices.resend(code, organiser)
