"""What people are told by mail about stories that are passed between districts."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import Q
from django.urls import reverse

from cms.enums import HandoverState
from cms.models import ReceivedPicture, ReceivedStory, SentStory
from sites.enums import Role
from sites.models import District, User
from sites.outbox_mail import sender_of


def deciders(district: District) -> list[User]:
    """Who decides about the stories that a district receives, and can be reached by mail."""
    roles = Q(
        groups__district_role__district=district,
        groups__district_role__role__in=[Role.MODERATOR, Role.ADMIN],
    )
    if district.is_city:
        roles |= Q(groups__page_permissions__page__depth=1)
    return list(User.objects.filter(roles, is_active=True).exclude(email="").distinct().order_by("pk"))


def tell_of_arrival(received: ReceivedStory) -> None:
    """Tell the receiving district that a story has come."""
    note = f"\n\n附言：{received.note}" if received.note else ""
    _mail(
        deciders(received.district),
        district=received.district,
        key=f"handover-arrived:{received.handover}",
        subject=f"{received.origin_name}送来一个故事：{received.title}",
        body=f"{received.origin_name}把《{received.title}》送给{received.district.name}。{note}\n\n"
        f"请看过以后决定收下或者退回：\n{_address_of(received)}",
    )


def tell_of_decision(received: ReceivedStory) -> None:
    """Tell who sent a story what became of it: the decision and its reason, and nobody's name."""
    sent = SentStory.objects.select_related("sent_by", "district").filter(handover=received.handover).first()
    if sent is None or sent.sent_by is None or not sent.sent_by.is_active or not sent.sent_by.email:
        return
    if sent.state == HandoverState.TAKEN:
        subject = f"{sent.target_name}收下了《{sent.title}》"
        body = f"{sent.target_name}收下了你送去的《{sent.title}》。发布时会注明转自{sent.district.name}，并链接到原文。"
    else:
        subject = f"{sent.target_name}退回了《{sent.title}》"
        body = f"{sent.target_name}退回了你送去的《{sent.title}》。\n\n理由：{sent.reason}"
    _mail(
        [sent.sent_by],
        district=sent.district,
        key=f"handover-decided:{sent.handover}",
        subject=subject,
        body=f"{body}\n\n{settings.PUBLIC_URL}{reverse('handovers')}?side=sent",
    )


def tell_of_withdrawn_consent(copy: ReceivedPicture) -> None:
    """Tell the receiving district that a picture that came with a story must not be shown any more."""
    received = copy.received
    if received.state == HandoverState.WAITING:
        deed = "这张图片已经从送来的故事里拿掉。"
    elif copy.copy_id:
        deed = "请在图片库里找到它，把授权情况改成“已撤回”，它就不再公开。"
    else:
        return
    _mail(
        deciders(received.district),
        district=received.district,
        key=f"handover-consent:{copy.key}",
        subject=f"图片授权已撤回：{copy.title}",
        body=f"随《{received.title}》从{received.origin_name}转来的图片“{copy.title}”，授权已经撤回。\n{deed}\n\n"
        f"{_address_of(received)}",
    )


def _address_of(received: ReceivedStory) -> str:
    return f"{settings.PUBLIC_URL}{reverse('received_story', args=[received.pk])}"


def _mail(people: Iterable[User], *, district: District, key: str, subject: str, body: str) -> None:
    for person in people:
        message = EmailMessage(subject, body, sender_of(district), [person.email])
        # Read by the outbox (sites.outbox_mail): whose mail it is, and that it is stored once.
        message.district = district  # type: ignore[attr-defined]
        message.outbox_key = f"{key}:{person.pk}"  # type: ignore[attr-defined]
        message.send()
