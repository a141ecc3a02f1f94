"""A district's gateway to people's phones: how it is set up, and how messages of the outbox go through it.

The gateway belongs to the district's own people or to whoever they pay, and its secret signs every request. One that
does not answer rests for a while, so that it holds up nobody else's messages; one that answers 410 is over.
"""

from __future__ import annotations

import base64
import datetime as dt
import email.utils
import hashlib
import json
import secrets
from typing import Any
from urllib.parse import urlsplit

import httpx
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from sites import webhooks
from sites.domain import team
from sites.domain.audit import record
from sites.enums import Act, Role
from sites.exceptions import DeliveryLater, DeliveryRefused, GatewayRefused
from sites.models import District, NoticeGateway, OutboxMessage, User
from sites.outbox_mail import sender_of

# How long the former secret signs beside the new one.
ROTATION = dt.timedelta(days=1)
# After a failure nobody knocks for so long; of what Retry-After asks no more is honoured.
REST = dt.timedelta(seconds=30)
LONGEST_REST = dt.timedelta(hours=6)
# Answers that may be another one later, beside those from 500 on.
_TRY_AGAIN = {408, 425, 429}
_GONE = 410


# --- setting it up ----------------------------------------------------------------------------------------------------


def of(district: District | None) -> NoticeGateway | None:
    """A district's gateway, in use or not. One query."""
    return NoticeGateway.objects.filter(district=district).first() if district is not None else None


def works(district: District | None) -> bool:
    """Whether a district reaches phones. One query."""
    return district is not None and NoticeGateway.objects.filter(district=district, active=True).exists()


def set_up(
    *, district: District, url: str, actor: User, request: HttpRequest | None = None
) -> tuple[NoticeGateway, str]:
    """Give a district a gateway, or its gateway another address; it is in use then. Returns the secret of a new one, ""
    for one that keeps its own. Raises GatewayRefused. Called outside of transactions, because it asks for a name."""
    webhooks.check(url)
    with transaction.atomic():
        _may(actor, district)
        gateway = NoticeGateway.objects.select_for_update().filter(district=district).first()
        secret = ""
        if gateway is None:
            secret = webhooks.new_secret()
            gateway = NoticeGateway(district=district, sealed=_seal(secret))
        gateway.url, gateway.active, gateway.ended_reason, gateway.resting_until = url, True, "", None
        gateway.save()
        host = urlsplit(url).hostname or ""
        record(act=Act.GATEWAY_SET, actor=actor, district=district, subject_name=host, request=request)
    return gateway, secret


@transaction.atomic
def change_secret(*, district: District, actor: User, request: HttpRequest | None = None) -> str:
    """A new secret. The former one signs beside it for a day. Raises GatewayRefused."""
    _may(actor, district)
    gateway = NoticeGateway.objects.select_for_update().filter(district=district).first()
    if gateway is None:
        raise GatewayRefused("还没有设置网关。")
    secret = webhooks.new_secret()
    try:
        secrets_of(gateway)
        gateway.former_sealed, gateway.former_until = gateway.sealed, timezone.now() + ROTATION
    except DeliveryLater:
        gateway.former_sealed, gateway.former_until = "", None  # nobody can sign with it any more
    gateway.sealed = _seal(secret)
    gateway.save()
    record(act=Act.GATEWAY_SECRET_CHANGED, actor=actor, district=district, request=request)
    return secret


@transaction.atomic
def switch_off(*, district: District, actor: User, request: HttpRequest | None = None) -> None:
    """End the use of a gateway; `set_up` begins it again. Raises GatewayRefused."""
    _may(actor, district)
    gateway = NoticeGateway.objects.select_for_update().filter(district=district, active=True).first()
    if gateway is None:
        raise GatewayRefused("网关已经停用了。")
    _end(gateway, "在后台停用")
    record(act=Act.GATEWAY_ENDED, actor=actor, district=district, request=request)


def _may(actor: User, district: District) -> None:
    team.lock(district)
    if not team.manages(actor, district):
        raise GatewayRefused(f"你不是{district.name}的管理员，不能设置短信网关。")


def _end(gateway: NoticeGateway, reason: str) -> None:
    gateway.active, gateway.ended_reason = False, reason
    gateway.save(update_fields=["active", "ended_reason"])


def _seal(secret: str) -> str:
    return _box().encrypt(secret.encode()).decode()


def _box() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet(
        [
            Fernet(base64.urlsafe_b64encode(hashlib.sha256(b"linli.gateway\n" + key.encode()).digest()))
            for key in keys
        ]
    )


def secrets_of(gateway: NoticeGateway, *, now: dt.datetime | None = None) -> list[str]:
    """The secrets that sign now, the newest first. Raises DeliveryLater when they cannot be read, because SECRET_KEY
    is another one now."""
    now = now or timezone.now()
    sealed = [gateway.sealed]
    if gateway.former_sealed and gateway.former_until and gateway.former_until > now:
        sealed.append(gateway.former_sealed)
    try:
        return [_box().decrypt(one.encode()).decode() for one in sealed]
    except InvalidToken:
        raise DeliveryLater("网关的密钥读不出来了（SECRET_KEY 变过），请在后台更换密钥。") from None


# --- sending ----------------------------------------------------------------------------------------------------------


def deliver(message: OutboxMessage) -> None:
    """Send one message of the outbox through its district's gateway. Raises DeliveryRefused for what it will never take,
    or what is too late to be of use, DeliveryLater."""
    until = message.payload.get("until")
    if until and dt.datetime.fromisoformat(until) <= timezone.now():
        raise DeliveryRefused("已经过时，没有发出。")
    gateway = of(message.district)
    if gateway is None or not gateway.active:
        raise DeliveryLater("这个区县现在没有在用的短信网关。")
    now = timezone.now()
    if gateway.resting_until and gateway.resting_until > now:
        raise DeliveryLater(f"网关刚才没有应答：{gateway.answer}", pause=gateway.resting_until - now)
    try:
        answer = _send(gateway, message.key, _body(message.payload, at=message.created_at))
    except (httpx.HTTPError, OSError, GatewayRefused) as error:
        text = _in_words(error)
        _note(gateway, text, rest=REST)
        raise DeliveryLater(text) from error
    _judge(gateway, answer)


def _body(data: dict[str, Any], *, at: dt.datetime) -> bytes:
    whole = {"type": "notice", "timestamp": at.isoformat(timespec="seconds"), "data": data}
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":")).encode()


def _send(gateway: NoticeGateway, identity: str, body: bytes) -> webhooks.Answer:
    at = int(timezone.now().timestamp())
    signed = webhooks.headers(secrets_of(gateway), identity=identity, at=at, body=body)
    return webhooks.post(gateway.url, body=body, headers=signed)


def _in_words(error: Exception) -> str:
    """Why nothing was answered, for people, and in brackets for whoever looks after the gateway."""
    if isinstance(error, GatewayRefused):
        return str(error)
    if "certificate" in str(error).lower():
        said = "网关的证书不对"
    elif isinstance(error, TimeoutError | httpx.TimeoutException):
        said = "网关没有按时应答"
    elif isinstance(error, httpx.ConnectError):
        said = "连接不上网关"
    else:
        said = "和网关的连接断了"
    return f"{said}（{type(error).__name__}{'：' if str(error) else ''}{error}）"[:250]


def _judge(gateway: NoticeGateway, answer: webhooks.Answer) -> None:
    """Take an answer for what it is. Raises as `deliver` does."""
    said = " ".join(answer.text.split())[:200]
    text = f"网关回答 {answer.status}" + (f"：{said}" if said else "")
    if 200 <= answer.status < 300:
        _note(gateway, text)
        return
    if answer.status == _GONE:
        _gone(gateway, text)
        raise DeliveryLater(text)
    if 400 <= answer.status < 500 and answer.status not in _TRY_AGAIN:
        _note(gateway, text)
        raise DeliveryRefused(text)
    pause = _asked_pause(answer.headers.get("retry-after", ""))
    _note(gateway, text, rest=max(pause, REST))
    raise DeliveryLater(text, pause=pause)


def _asked_pause(value: str) -> dt.timedelta:
    """What Retry-After asks for, in seconds or as a date; nothing for anything else."""
    try:
        asked = (
            dt.timedelta(seconds=int(value))
            if value.strip().isdecimal()
            else email.utils.parsedate_to_datetime(value) - timezone.now()
        )
    except (ValueError, TypeError, OverflowError):
        return dt.timedelta(0)
    return min(max(asked, dt.timedelta(0)), LONGEST_REST)


def _note(gateway: NoticeGateway, answer: str, *, rest: dt.timedelta | None = None) -> None:
    now = timezone.now()
    # Not of one that has another address by now.
    NoticeGateway.objects.filter(pk=gateway.pk, url=gateway.url).update(
        answer=answer[:300], answered_at=now, resting_until=now + rest if rest else None
    )


@transaction.atomic
def _gone(gateway: NoticeGateway, text: str) -> None:
    """The other side is over: nothing goes there any more, and who keeps the district is told. Once, of many at a time."""
    if not NoticeGateway.objects.filter(pk=gateway.pk, active=True, url=gateway.url).update(active=False):
        return
    _note(gateway, text)
    _end(gateway, "网关回答 410，已经不再使用")
    district = gateway.district
    record(act=Act.GATEWAY_ENDED, actor=None, district=district, status=_GONE)
    roles = [Role.ADMIN, Role.ORGANISER]
    keepers = User.objects.filter(
        groups__district_role__district=district, groups__district_role__role__in=roles, is_active=True
    )
    for keeper in keepers.exclude(email="").distinct():
        mail: Any = EmailMessage(
            subject=f"{district.name}的短信网关停用了",
            body=f"短信网关（{urlsplit(gateway.url).hostname}）回答说它已经不再使用（410），系统不再往那里发送。\n\n"
            "用手机号报名的摊主暂时收不到通知，新的摊主暂时只能用邮箱报名。还没有发出的通知会保留大约一天。\n"
            "请区县管理员在“我们的团队 › 短信网关”里换一个地址。",
            from_email=sender_of(district),
            to=[keeper.email],
        )
        mail.district = district
        mail.send()


def try_out(*, district: District, phone: str, actor: User) -> str:
    """Send one message to a phone at once, and return the answer in words. Raises GatewayRefused when it was not taken.
    Called outside of transactions: it may take 20 seconds."""
    if not team.manages(actor, district):
        raise GatewayRefused(f"你不是{district.name}的管理员，不能试发。")
    gateway = of(district)
    if gateway is None:
        raise GatewayRefused("还没有设置网关。")
    now = timezone.now()
    text = f"这是{district.name}邻里的一条试发短信。收到就说明网关接通了。"
    data = {
        "to": {"kind": "phone", "address": phone},
        "template": "test",
        "values": {"district": district.name},
        "text": text,
        "district": district.slug,
    }
    try:
        answer = _send(gateway, f"test:{secrets.token_hex(8)}", _body(data, at=now))
    except (httpx.HTTPError, OSError) as error:
        _note(gateway, f"{type(error).__name__}：{error}")
        raise GatewayRefused(
            f"网关没有应答（{type(error).__name__}）。请检查地址，或者问问管网关的人。"
        ) from error
    except DeliveryLater as later:
        raise GatewayRefused(str(later)) from later
    said = " ".join(answer.text.split())[:200]
    _note(gateway, f"网关回答 {answer.status}" + (f"：{said}" if said else ""))
    if not 200 <= answer.status < 300:
        raise GatewayRefused(f"网关没有收下，回答是 {answer.status}。{said}")
    return f"网关收下了（{answer.status}）。请看看手机有没有收到。"
