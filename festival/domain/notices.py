"""What stallholders are told: by the outbox, in the district's name, exactly once for each change."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.mail import EmailMessage, get_connection

from festival.enums import ActorKind, ApplicationState, ContactKind
from festival.models import ApplicationEvent, FestivalPage
from sites.models import District
from sites.outbox_mail import sender_of
from sites.pages import district_of

S = ApplicationState

_SUBJECTS = {
    S.SUBMITTED: "已收到您的摊位申请",
    S.NEEDS_INFO: "您的摊位申请需要补充",
    S.WAITLISTED: "您的摊位申请进入候补",
    S.OFFERED: "有摊位了，请尽快确认",
    S.APPROVED: "您的摊位申请已通过",
    S.ALLOCATED: "您的摊位定下来了",
    S.LAPSED: "候补摊位已过期",
    S.REJECTED: "您的摊位申请未通过",
    S.WITHDRAWN: "您的摊位申请已撤回",
    S.REVOKED: "您的摊位已被取消",
}


def send_code(*, festival: FestivalPage, contact_kind: ContactKind, address: str, code: str) -> None:
    """Send the code that proves an address."""
    mail = _mail(
        festival,
        district_of(festival),
        address=address,
        key="",
        subject=f"{festival.title}：验证码 {code}",
        text=f"您的验证码是 {code}，15 分钟内有效。\n\n不是您本人在报名，就不用理会这封信。",
    )
    mail.send()


def tell(event: ApplicationEvent) -> None:
    """Tell the stallholder of a change of state."""
    tell_all([event])


def tell_all(events: Sequence[ApplicationEvent]) -> None:
    """Tell the stallholders of one edition of changes of state. A few queries for every few hundred."""
    from festival.domain import links

    told = [event for event in events if _is_told(event)]
    if not told:
        return
    festival = told[0].application.festival
    district = district_of(festival)
    origin = district.site.root_url if district else ""
    secrets = links.make_all([event.application for event in told])
    mails = []
    for event, secret in zip(told, secrets, strict=True):
        application = event.application
        subject = _SUBJECTS[S(event.to_state)]
        address = links.address_of(application, secret, origin=origin)
        reason = f"\n\n{event.reason}" if event.reason else ""
        mails.append(
            _mail(
                festival,
                district,
                address=application.contact,
                key=f"application:{application.pk}:{event.version}",
                subject=f"{festival.title}：{subject}",
                text=f"{application.contact_name or '摊主'}您好：\n\n{subject}（编号 {application.reference}）。"
                f"{reason}\n\n在这里查看和办理：\n{address}",
            )
        )
    get_connection().send_messages(mails)


def _is_told(event: ApplicationEvent) -> bool:
    if S(event.to_state) not in _SUBJECTS or not event.application.contact:
        return False
    # A step on the way to the booth, of which the next notice tells.
    return not (event.to_state == S.APPROVED and event.actor_kind == ActorKind.SYSTEM)


def _mail(
    festival: FestivalPage, district: District | None, *, address: str, key: str, subject: str, text: str
) -> EmailMessage:
    mail: Any = EmailMessage(subject=subject, body=text, from_email=sender_of(district), to=[address])
    mail.district, mail.outbox_key = district, key
    return mail
