"""The outbox: stored with the commit, delivered at least once, tried again with growing pauses."""

from __future__ import annotations

import datetime as dt
import smtplib
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.db import IntegrityError, transaction
from django.utils import timezone

from sites import outbox_mail
from sites.domain import outbox
from sites.enums import Channel, Delivery
from sites.exceptions import DeliveryRefused
from sites.models import OutboxMessage
from tests.city import City


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The keys of what went out by e-mail, instead of e-mail."""
    gone: list[str] = []
    answer_with(monkeypatch, lambda message: gone.append(message.key))
    return gone


def answer_with(monkeypatch: pytest.MonkeyPatch, deliver: Any) -> None:
    monkeypatch.setitem(outbox._channels, Channel.EMAIL, deliver)


def post(key: str = "k", **values: Any) -> OutboxMessage:
    defaults: dict[str, Any] = {"recipient": "a@example.org", "payload": {"text": "你好"}}
    return outbox.post(channel=Channel.EMAIL, key=key, **{**defaults, **values})


def let_time_pass() -> None:
    """Whatever waits is due."""
    OutboxMessage.objects.update(next_attempt_at=timezone.now() - dt.timedelta(seconds=1))


@pytest.mark.django_db
def test_posted_twice_it_is_there_once(sent: list[str]) -> None:
    first, second = post(payload={"n": 1}), post(payload={"n": 2})
    assert (first.pk, second.payload) == (second.pk, {"n": 1})
    assert outbox.deliver_due() == 1
    assert outbox.deliver_due() == 0
    assert sent == ["k"]


@pytest.mark.django_db
def test_without_the_commit_there_is_no_message() -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        post()
        raise RuntimeError("the sender's work failed")
    assert not OutboxMessage.objects.exists()


@pytest.mark.django_db
def test_what_was_sent_keeps_no_payload(sent: list[str]) -> None:
    post(payload={"link": "https://example.org/secret"})
    outbox.deliver_due()
    [row] = OutboxMessage.objects.all()
    assert (row.state, row.payload, row.last_error) == (Delivery.SENT, {}, "")
    assert row.finished_at is not None


@pytest.mark.django_db
def test_killed_between_sending_and_saying_so_it_is_sent_again(monkeypatch: pytest.MonkeyPatch) -> None:
    class Killed(BaseException):
        """Not an Exception: nothing in the worker catches it, as nothing catches SIGKILL."""

    gone: list[str] = []

    def send_and_die(message: OutboxMessage) -> None:
        gone.append(message.key)
        raise Killed

    answer_with(monkeypatch, send_and_die)
    post()
    with pytest.raises(Killed):
        outbox.deliver_due()
    answer_with(monkeypatch, lambda message: gone.append(message.key))
    assert outbox.deliver_due() == 0, "its lease still runs"
    let_time_pass()
    assert outbox.deliver_due() == 1
    assert gone == ["k", "k"]


@pytest.mark.django_db
def test_one_whose_lease_ran_out_does_not_undo_what_another_says(sent: list[str]) -> None:
    slow = post()
    assert outbox.claim(slow)
    let_time_pass()
    assert outbox.deliver_due() == 1
    outbox._finish(slow, Delivery.DEAD, error="too late")
    assert OutboxMessage.objects.get().state == Delivery.SENT


@pytest.mark.django_db
def test_failures_are_tried_again_with_growing_pauses_and_then_given_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(message: OutboxMessage) -> None:
        raise ConnectionRefusedError("nobody listens")

    answer_with(monkeypatch, fail)
    post()
    pauses = []
    for _ in range(outbox.MOST_ATTEMPTS):
        let_time_pass()
        assert outbox.deliver_due() == 0
        row = OutboxMessage.objects.get()
        if row.state == Delivery.WAITING:
            pauses.append(round((row.next_attempt_at - timezone.now()).total_seconds()))
    assert pauses == [round(pause.total_seconds()) for pause in outbox.PAUSES]
    assert pauses == sorted(set(pauses))
    assert (row.state, row.attempts) == (Delivery.DEAD, outbox.MOST_ATTEMPTS)
    assert "nobody listens" in row.last_error
    let_time_pass()
    assert outbox.due(limit=5) == []


@pytest.mark.django_db
def test_one_failure_does_not_hold_up_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    gone: list[str] = []

    def deliver(message: OutboxMessage) -> None:
        if message.key == "bad":
            raise DeliveryRefused("550 no such person")
        gone.append(message.key)

    answer_with(monkeypatch, deliver)
    post("bad"), post("good")
    assert outbox.deliver_due() == 1
    assert gone == ["good"]
    bad = OutboxMessage.objects.get(key="bad")
    assert (bad.state, bad.attempts, bad.last_error) == (Delivery.DEAD, 1, "550 no such person")


@pytest.mark.django_db
def test_what_is_long_over_is_deleted(sent: list[str]) -> None:
    post("old")
    outbox.deliver_due()
    OutboxMessage.objects.update(finished_at=timezone.now() - dt.timedelta(days=31))
    post("new")
    outbox.deliver_due()
    post("waiting")
    assert outbox.prune(older_than=dt.timedelta(days=30)) == 1
    assert set(OutboxMessage.objects.values_list("key", flat=True)) == {"new", "waiting"}


@pytest.mark.django_db
def test_the_database_refuses_what_is_finished_and_waits() -> None:
    post()
    with pytest.raises(IntegrityError), transaction.atomic():
        OutboxMessage.objects.update(state=Delivery.SENT)


# --- mail ---------------------------------------------------------------------------------------------------------------


@pytest.fixture
def through_outbox(settings: Any) -> None:
    settings.EMAIL_BACKEND = "sites.outbox_mail.OutboxEmailBackend"


@pytest.mark.django_db
@pytest.mark.usefixtures("through_outbox")
def test_mail_is_stored_whole_and_sent_by_the_worker(city: City) -> None:
    message = EmailMultiAlternatives(
        "有人提交了一篇故事",
        "正文",
        outbox_mail.sender_of(city.wuhou),
        ["a@example.org"],
        cc=["b@example.org"],
        bcc=["c@example.org"],
        reply_to=["d@example.org"],
        headers={"Auto-Submitted": "auto-generated"},
    )
    message.attach_alternative("<p>正文</p>", "text/html")
    message.attach("名单.csv", "王小满,1\n", "text/csv")
    message.attach("图.bin", b"\x00\xff", "application/octet-stream")
    message.district = city.wuhou  # type: ignore[attr-defined]
    assert message.send() == 1
    assert mail.outbox == []
    [row] = OutboxMessage.objects.all()
    assert (row.district, row.channel, row.recipient) == (
        city.wuhou,
        Channel.EMAIL,
        "a@example.org, b@example.org, c@example.org",
    )

    assert outbox.deliver_due() == 1
    [out] = mail.outbox
    assert isinstance(out, EmailMultiAlternatives)
    assert (out.subject, out.body) == ("有人提交了一篇故事", "正文")
    assert out.recipients() == ["a@example.org", "b@example.org", "c@example.org"]
    assert "武侯区邻里" in out.from_email
    assert [tuple(one) for one in out.alternatives] == [("<p>正文</p>", "text/html")]
    assert [(name, content, kind) for name, content, kind in out.attachments] == [
        ("名单.csv", "王小满,1\n", "text/csv"),
        ("图.bin", b"\x00\xff", "application/octet-stream"),
    ]
    assert "c@example.org" not in out.message().as_string()


@pytest.mark.django_db
@pytest.mark.usefixtures("through_outbox")
def test_repeated_delivery_is_known_by_its_message_id() -> None:
    mail.send_mail("一", "正文", None, ["a@example.org"])
    row = OutboxMessage.objects.get()
    ids = []
    for _ in range(2):
        ids.append(outbox_mail.restored(row).message()["Message-ID"])
    assert ids[0] == ids[1] == row.key
    mail.send_mail("二", "正文", None, ["a@example.org"])
    assert OutboxMessage.objects.count() == 2


@pytest.mark.django_db
@pytest.mark.usefixtures("through_outbox")
def test_password_reset_waits_in_the_outbox(city: City) -> None:
    user = city.user("editor")
    user.email = "editor@example.org"
    user.set_password("linli-demo-2024")
    user.save()
    city.browser().post("/admin/password_reset/", {"email": "editor@example.org"})
    [row] = OutboxMessage.objects.all()
    assert row.recipient == "editor@example.org"
    assert "/admin/password_reset/confirm/" in row.payload["body"]


@pytest.mark.parametrize(("code", "state"), [(550, Delivery.DEAD), (451, Delivery.WAITING)])
@pytest.mark.django_db
@pytest.mark.usefixtures("through_outbox")
def test_address_that_is_refused_for_good_is_not_tried_again(
    code: int, state: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: Any, messages: Any) -> int:
        raise smtplib.SMTPRecipientsRefused({"a@example.org": (code, b"no")})

    monkeypatch.setattr(mail.backends.locmem.EmailBackend, "send_messages", refuse)
    mail.send_mail("一", "正文", None, ["a@example.org"])
    outbox.deliver_due()
    assert OutboxMessage.objects.get().state == state
