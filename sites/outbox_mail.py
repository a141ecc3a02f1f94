"""Mail by way of the outbox: whatever Django, Wagtail or Linli sends is stored first, and sent by the worker.

`settings.EMAIL_BACKEND` names the backend here; the one that really sends is `settings.OUTBOX_EMAIL_BACKEND`.
"""

from __future__ import annotations

import base64
import email.utils
import smtplib
from collections.abc import Sequence
from email.mime.base import MIMEBase
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend

from sites.domain import outbox
from sites.enums import Channel
from sites.exceptions import DeliveryRefused
from sites.models import District, OutboxMessage


class OutboxEmailBackend(BaseEmailBackend):
    """Stores mails in the transaction of whoever sends them.

    A message may carry attributes of ours: `district`, whose mail it is, `outbox_key`, under which it is stored once
    however often it is sent, and `is_urgent`. Raises TypeError for an attachment that is a ready-made MIME part.
    """

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        posts = [_post(message) for message in email_messages if message.recipients()]
        outbox.post_all(posts)
        return len(posts)


def sender_of(district: District | None) -> str:
    """The From of a notice: the district's name before the installation's address."""
    name = f"{district.name}邻里" if district else settings.WAGTAIL_SITE_NAME
    _, address = email.utils.parseaddr(settings.DEFAULT_FROM_EMAIL)
    # Not formataddr, which encodes: Django does that once, when the mail is made.
    return '"{}" <{}>'.format(name.replace('"', ""), address)


def _post(message: EmailMessage) -> outbox.Post:
    headers = {str(name): str(value) for name, value in message.extra_headers.items()}
    # Fixed here and not at sending: a reader's mail program knows a repeated delivery by it.
    if not any(name.lower() == "message-id" for name in headers):
        headers["Message-ID"] = email.utils.make_msgid(domain=settings.PUBLIC_HOSTNAME)
    if not any(name.lower() == "date" for name in headers):
        headers["Date"] = email.utils.formatdate()
    identity = next(value for name, value in headers.items() if name.lower() == "message-id")
    return outbox.Post(
        channel=Channel.EMAIL,
        recipient=", ".join(message.recipients()),
        payload={
            "subject": str(message.subject),
            "body": str(message.body),
            "subtype": message.content_subtype,
            "from": str(message.from_email),
            **{name: list(getattr(message, name)) for name in ("to", "cc", "bcc", "reply_to")},
            "headers": headers,
            "alternatives": [list(one) for one in getattr(message, "alternatives", [])],
            "attachments": [_stored(attachment) for attachment in message.attachments],
        },
        key=getattr(message, "outbox_key", "") or identity,
        district=getattr(message, "district", None),
        is_urgent=getattr(message, "is_urgent", False),
    )


def _stored(attachment: Any) -> list[str | None]:
    if isinstance(attachment, MIMEBase):
        raise TypeError("attach a file by its name, content and type")
    name, content, kind = attachment
    raw = content.encode() if isinstance(content, str) else bytes(content)
    return [name, base64.b64encode(raw).decode(), kind]


def restored(message: OutboxMessage) -> EmailMessage:
    """The mail as it was posted."""
    stored = message.payload
    mail = EmailMultiAlternatives(
        subject=stored["subject"],
        body=stored["body"],
        from_email=stored["from"],
        headers=stored["headers"],
        **{name: stored[name] for name in ("to", "cc", "bcc", "reply_to")},
    )
    mail.content_subtype = stored["subtype"]
    for content, kind in stored["alternatives"]:
        mail.attach_alternative(content, kind)
    for name, content, kind in stored["attachments"]:
        mail.attach(name, base64.b64decode(content), kind)
    return mail


def deliver(message: OutboxMessage) -> None:
    """Send one stored mail through the real backend. Raises DeliveryRefused when the mail server will never take it."""
    try:
        get_connection(settings.OUTBOX_EMAIL_BACKEND).send_messages([restored(message)])
    except smtplib.SMTPRecipientsRefused as refusal:
        if all(code >= 500 for code, _ in refusal.recipients.values()):
            raise DeliveryRefused(f"邮件服务器不收：{refusal}") from refusal
        raise
