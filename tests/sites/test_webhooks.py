"""The way to phones: signed requests to a district's gateway, which is a real small server here."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import json
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils import timezone

from sites import webhooks
from sites.domain import gateways, outbox
from sites.enums import Act, Channel, Delivery
from sites.exceptions import GatewayRefused
from sites.models import AuditEntry, NoticeGateway, OutboxMessage, User
from tests.city import City

pytestmark = pytest.mark.once  # shows nothing that hangs on the database


@dataclass
class Receiver:
    """A gateway that answers as it is told: (status, headers) one after the other, the last one for ever."""

    port: int
    server: ThreadingHTTPServer
    answers: list[tuple[int, dict[str, str]]] = field(default_factory=lambda: [(200, {})])
    requests: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    slow: float = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/notices?from=linli"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            found.requests.append(({name.lower(): value for name, value in self.headers.items()}, body))
            status, headers = found.answers[0] if len(found.answers) == 1 else found.answers.pop(0)
            self.send_response(status)
            for name, value in {**headers, "content-length": "4"}.items():
                self.send_header(name, value)
            self.end_headers()
            for one in b"said":
                time.sleep(found.slow)
                self.wfile.write(bytes([one]))
                self.wfile.flush()

        def log_message(self, *args: Any) -> None:
            """Nothing: the test has the requests."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    found = Receiver(server.server_address[1], server)
    thread = threading.Thread(target=server.serve_forever, args=[0.02], daemon=True)
    thread.start()
    yield found
    server.shutdown()
    server.server_close()


@pytest.fixture
def secret(city: City, receiver: Receiver) -> str:
    _, made = gateways.set_up(district=city.wuhou, url=receiver.url, actor=city.user("admin"))
    return made


def post(city: City, key: str = "application:1:2:3", **payload: Any) -> OutboxMessage:
    data = {"to": {"kind": "phone", "address": "13800000000"}, "text": "您的摊位定了。", **payload}
    return outbox.post(
        channel=Channel.WEBHOOK, recipient="13800000000", payload=data, key=key, district=city.wuhou
    )


def deliver() -> OutboxMessage:
    """Try what waits now, and return how the newest message is after it."""
    NoticeGateway.objects.update(resting_until=None)
    OutboxMessage.objects.update(next_attempt_at=timezone.now() - dt.timedelta(seconds=1))
    outbox.deliver_due(channel=Channel.WEBHOOK)
    return OutboxMessage.objects.latest("pk")


def is_signed_by(secret: str, headers: dict[str, str], body: bytes) -> bool:
    """What a receiver does, by the specification and with nothing of ours."""
    key = base64.b64decode(secret.split("_", 1)[1])
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    wanted = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return f"v1,{wanted}" in headers["webhook-signature"].split(" ")


# --- signatures ---------------------------------------------------------------------------------------------------------


def test_signature_of_the_specifications_example() -> None:
    body = b'{"test": 2432232314}'
    made = webhooks.signature(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        identity="msg_p5jXN8AQM9LWM0D4loKWxJek",
        at=1614265330,
        body=body,
    )
    assert made == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_message_goes_out_signed(city: City, receiver: Receiver, secret: str) -> None:
    post(city)
    row = deliver()
    assert (row.state, row.payload) == (Delivery.SENT, {})
    [(headers, body)] = receiver.requests
    assert headers["webhook-id"] == "application:1:2:3" and headers["host"] == f"127.0.0.1:{receiver.port}"
    assert abs(int(headers["webhook-timestamp"]) - time.time()) < 30
    assert is_signed_by(secret, headers, body) and not is_signed_by(webhooks.new_secret(), headers, body)
    said = json.loads(body)
    assert said["type"] == "notice" and said["data"]["to"]["address"] == "13800000000"
    assert dt.datetime.fromisoformat(said["timestamp"]) == row.created_at.replace(microsecond=0)
    stored = NoticeGateway.objects.get()
    assert secret not in stored.sealed and stored.answer == "网关回答 200：said"


def test_repetition_keeps_its_id_and_is_signed_anew(
    city: City, receiver: Receiver, secret: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    receiver.answers = [(503, {}), (200, {})]
    post(city)
    assert deliver().state == Delivery.WAITING
    later = timezone.now() + dt.timedelta(minutes=3)
    monkeypatch.setattr("sites.domain.gateways.timezone.now", lambda: later)
    assert deliver().state == Delivery.SENT
    (first, body), (second, again) = receiver.requests
    assert first["webhook-id"] == second["webhook-id"] and body == again
    assert int(second["webhook-timestamp"]) == int(later.timestamp())
    assert first["webhook-signature"] != second["webhook-signature"]
    assert is_signed_by(secret, second, again)


def test_both_secrets_sign_during_a_rotation(city: City, receiver: Receiver, secret: str) -> None:
    new = gateways.change_secret(district=city.wuhou, actor=city.user("admin"))
    post(city)
    deliver()
    headers, body = receiver.requests[-1]
    assert is_signed_by(secret, headers, body) and is_signed_by(new, headers, body)
    NoticeGateway.objects.update(former_until=timezone.now())
    post(city, key="application:1:2:4")
    deliver()
    headers, body = receiver.requests[-1]
    assert is_signed_by(new, headers, body) and not is_signed_by(secret, headers, body)


def test_secrets_that_cannot_be_read_any_more_are_replaced(
    city: City, receiver: Receiver, secret: str, settings: Any
) -> None:
    settings.SECRET_KEY = "another key than before, of a restored machine"
    post(city)
    assert "SECRET_KEY" in deliver().last_error
    new = gateways.change_secret(district=city.wuhou, actor=city.user("admin"))
    assert deliver().state == Delivery.SENT
    assert is_signed_by(new, *receiver.requests[-1])


# --- answers ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [400, 401, 404, 422])
def test_final_answers(city: City, receiver: Receiver, secret: str, status: int) -> None:
    receiver.answers = [(status, {})]
    post(city)
    row = deliver()
    assert (row.state, row.last_error) == (Delivery.DEAD, f"网关回答 {status}：said")


@pytest.mark.parametrize("status", [302, 408, 425, 429, 500, 503])
def test_answers_after_which_it_is_tried_again(
    city: City, receiver: Receiver, secret: str, status: int
) -> None:
    receiver.answers = [(status, {"location": f"http://127.0.0.1:{receiver.port}/elsewhere"})]
    post(city)
    assert deliver().state == Delivery.WAITING
    assert len(receiver.requests) == 1, "no redirect is followed"


@pytest.mark.parametrize(
    ("asked", "pause"), [("3600", 3600), ("99999999", 6 * 3600), ("soon", 30), ("-5", 30), ("²", 30)]
)
def test_retry_after_is_honoured_within_reason(
    city: City, receiver: Receiver, secret: str, asked: str, pause: int
) -> None:
    receiver.answers = [(429, {"retry-after": asked.encode().decode("latin-1")})]
    post(city)
    row = deliver()
    assert pause - 5 <= (row.next_attempt_at - timezone.now()).total_seconds() <= pause


def test_gateway_that_does_not_answer_rests_and_holds_up_nobody(
    city: City, receiver: Receiver, secret: str
) -> None:
    receiver.answers = [(500, {})]
    for n in range(5):
        post(city, key=f"application:1:2:{n}")
    deliver()
    assert len(receiver.requests) == 1, "the other four wait without a knock"
    assert OutboxMessage.objects.filter(state=Delivery.WAITING).count() == 5


def test_answer_that_drips_is_cut_off(
    city: City, receiver: Receiver, secret: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhooks, "WHOLE", 0.5)
    receiver.slow = 0.4
    post(city)
    begun = time.monotonic()
    row = deliver()
    assert time.monotonic() - begun < 3
    assert row.state == Delivery.WAITING and "Timeout" in row.last_error


def test_410_ends_the_gateway_and_tells_who_keeps_it(
    city: City, receiver: Receiver, secret: str, mailoutbox: list[EmailMessage]
) -> None:
    User.objects.filter(username__in=["admin", "organiser", "editor"]).update(email="a@example.org")
    receiver.answers = [(410, {}), (200, {})]
    post(city)
    post(city, key="application:1:2:4")
    deliver()
    gateway = NoticeGateway.objects.get()
    assert not gateway.active and "410" in gateway.ended_reason
    assert [mail.subject for mail in mailoutbox] == ["武侯区的短信网关停用了"] * 2, (
        "the admin and the organiser"
    )
    assert len(receiver.requests) == 1
    assert AuditEntry.objects.filter(act=Act.GATEWAY_ENDED, district=city.wuhou).count() == 1
    # Nothing is lost when somebody gives it another address the same day.
    gateways.set_up(district=city.wuhou, url=receiver.url, actor=city.user("admin"))
    deliver()
    assert set(OutboxMessage.objects.values_list("state", flat=True)) == {Delivery.SENT}


def test_code_that_is_too_late_is_not_sent(city: City, receiver: Receiver, secret: str) -> None:
    post(city, until=(timezone.now() - dt.timedelta(seconds=1)).isoformat())
    assert deliver().state == Delivery.DEAD
    assert not receiver.requests


# --- where no request goes ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "224.0.0.1"),
        "0.0.0.0",  # noqa: S104 - refused, not bound
        *("100.64.0.1", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "::ffff:10.0.0.1", "64:ff9b::7f00:1"),
        *("2002:7f00:1::1", "ff02::1", "::"),
    ],
)
def test_addresses_that_are_not_public(address: str) -> None:
    assert not webhooks.is_public(address)


def test_public_addresses() -> None:
    assert webhooks.is_public("1.1.1.1") and webhooks.is_public("2606:4700:4700::1111")
    assert webhooks.is_public("::ffff:1.1.1.1") and webhooks.is_public("64:ff9b::101:101")


@pytest.mark.parametrize(
    "url",
    [
        *(
            "http://sms.example.org/",
            "ftp://sms.example.org/",
            "https://user:pass@sms.example.org/",
            "https://",
        ),
        *("sms.example.org", "https://10.0.0.1/", "https://[::1]/", "https://2130706433/", "https://0x7f.1/"),
        *("https://sms.example.org:99999/", "file:///etc/passwd"),
    ],
)
def test_urls_that_are_refused(url: str, settings: Any) -> None:
    settings.GATEWAY_PRIVATE_HOSTS = []
    with pytest.raises(GatewayRefused):
        webhooks.check(url)


def test_name_with_one_private_address_among_others_is_refused(
    monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.GATEWAY_PRIVATE_HOSTS = []
    answers = [(socket.AF_INET, 1, 6, "", (one, 443)) for one in ("1.1.1.1", "192.168.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: answers)
    with pytest.raises(GatewayRefused, match="内部网络"):
        webhooks.check("https://sms.example.org/")


def test_name_that_changes_between_looking_and_connecting(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    """DNS rebinding: the second question would be answered with this machine. There is no second question."""
    settings.GATEWAY_PRIVATE_HOSTS = []
    asked: list[str] = []

    def answer(host: Any, port: Any, *args: Any, **kwargs: Any) -> Any:
        asked.append(str(host))
        # TEST-NET-3, which nobody has: is_public is told that it is.
        first = len(asked) == 1
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("203.0.113.1" if first else "127.0.0.1", port))]

    monkeypatch.setattr(webhooks, "is_public", lambda address: address == "203.0.113.1")
    monkeypatch.setattr(webhooks, "CONNECT", 0.3)
    monkeypatch.setattr(socket, "getaddrinfo", answer)
    with pytest.raises((OSError, webhooks.httpx.HTTPError)):
        webhooks.post(f"https://rebind.example.org:{receiver.port}/", body=b"{}", headers={})
    assert [host for host in asked if "rebind" in host] == ["rebind.example.org"]
    assert not receiver.requests


def test_certificate_must_be_for_the_name_and_not_for_the_number(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path
) -> None:
    settings.GATEWAY_PRIVATE_HOSTS = ["sms.example.org", "other.example.org"]
    file = _certificate(tmp_path / "sms.pem", "sms.example.org")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    receiver.server.socket = context.wrap_socket(receiver.server.socket, server_side=True)
    monkeypatch.setattr("certifi.where", lambda: str(file))
    real = socket.getaddrinfo
    monkeypatch.setattr(
        socket,
        "getaddrinfo",
        lambda host, *args, **kwargs: real(
            "127.0.0.1" if str(host).endswith("example.org") else host, *args, **kwargs
        ),
    )
    answer = webhooks.post(f"https://sms.example.org:{receiver.port}/", body=b"{}", headers={})
    assert answer.status == 200 and receiver.requests[0][0]["host"] == f"sms.example.org:{receiver.port}"
    with pytest.raises(webhooks.httpx.ConnectError, match=r"other\.example\.org"):
        webhooks.post(f"https://other.example.org:{receiver.port}/", body=b"{}", headers={})
    assert len(receiver.requests) == 1


def _certificate(file: Path, name: str) -> Path:
    """A key and a certificate that is its own authority."""
    key = ec.generate_private_key(ec.SECP256R1())
    named = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = timezone.now()
    made = (
        x509.CertificateBuilder()
        .subject_name(named)
        .issuer_name(named)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    plain = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file.write_bytes(key.private_bytes(*plain) + made.public_bytes(serialization.Encoding.PEM))
    return file


def test_private_address_is_refused_when_it_is_sent_not_only_when_it_is_typed(
    city: City, receiver: Receiver, secret: str, settings: Any
) -> None:
    settings.GATEWAY_PRIVATE_HOSTS = []
    post(city)
    assert deliver().state == Delivery.WAITING
    assert not receiver.requests


# --- in the admin -------------------------------------------------------------------------------------------------------


def test_admin_sets_up_tries_changes_and_ends_a_gateway(city: City, receiver: Receiver) -> None:
    browser = city.browser("admin")
    url = reverse("team_gateway", args=["wuhou"])
    page = browser.post(url, {"url": "https://10.0.0.8/"})
    assert "内部网络" in page.content.decode() and not NoticeGateway.objects.exists()
    page = browser.post(url, {"url": receiver.url})
    secret = page.context["secret"]
    assert secret in page.content.decode() and secret not in browser.get(url).content.decode()
    said = browser.post(reverse("team_gateway_try", args=["wuhou"]), {"phone": "13800000000"}, follow=True)
    assert "网关收下了（200）" in said.content.decode()
    assert is_signed_by(secret, *receiver.requests[-1])
    receiver.answers = [(500, {})]
    said = browser.post(reverse("team_gateway_try", args=["wuhou"]), {"phone": "13800000000"}, follow=True)
    assert "网关没有收下，回答是 500" in said.content.decode()
    assert (
        "请写 11 位手机号"
        in browser.post(reverse("team_gateway_try", args=["wuhou"]), {"phone": "12345"}).content.decode()
    )
    page = browser.post(reverse("team_gateway_secret", args=["wuhou"]))
    assert page.context["secret"] != secret
    browser.post(reverse("team_gateway_off", args=["wuhou"]))
    assert not NoticeGateway.objects.get().active
    acts = set(AuditEntry.objects.filter(district=city.wuhou).values_list("act", flat=True))
    assert acts >= {Act.GATEWAY_SET, Act.GATEWAY_SECRET_CHANGED, Act.GATEWAY_ENDED}


@pytest.mark.parametrize("who", ["organiser", "outsider", "editor"])
def test_nobody_else_finds_it(city: City, receiver: Receiver, secret: str, who: str) -> None:
    browser = city.browser(who)
    for name in ("team_gateway", "team_gateway_secret", "team_gateway_off", "team_gateway_try"):
        assert browser.post(reverse(name, args=["wuhou"]), {"phone": "13800000000"}).status_code == 404
    gateway = NoticeGateway.objects.get()
    assert gateway.active and not gateway.former_sealed and not receiver.requests
