"""What stallholders are told: by the outbox, in the district's name, exactly once for each change."""

from __future__ import annotations

from typing import Any

from django.core.mail import EmailMessage

from festival.enums import ActorKind, ApplicationState, ContactKind
from festival.models import ApplicationEvent, FestivalPage
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
    _send(
        festival,
        kind=contact_kind,
        address=address,
        key="",
        subject=f"{festival.title}：验证码 {code}",
        text=f"您的验证码是 {code}，15 分钟内有效。\n\n不是您本人在报名，就不用理会这封信。",
    )


def tell(event: ApplicationEvent) -> None:
    """Tell the stallholder of a change of state."""
    from festival.domain import links

    application = event.application
    subject = _SUBJECTS.get(S(event.to_state))
    if subject is None or not application.contact:
        return
    if event.to_state == S.APPROVED and event.actor_kind == ActorKind.SYSTEM:
        return  # a step on the way to the booth, of which the next notice tells
    district = district_of(application.festival)
    origin = district.site.root_url if district else ""
    address = links.address_of(application, links.make(application), origin=origin)
    reason = f"\n\n{event.reason}" if event.reason else ""
    _send(
        application.festival,
        kind=ContactKind(application.contact_kind),
        address=application.contact,
        key=f"application:{application.pk}:{event.version}",
        subject=f"{application.festival.title}：{subject}",
        text=f"{application.contact_name or '摊主'}您好：\n\n{subject}（编号 {application.reference}）。{reason}\n\n"
        f"在这里查看和办理：\n{address}",
    )


def _send(
    festival: FestivalPage, *, kind: ContactKind, address: str, key: str, subject: str, text: str
) -> None:
    district = district_of(festival)
    mail: Any = EmailMessage(subject=subject, body=text, from_email=sender_of(district), to=[address])
    mail.district, mail.outbox_key = district, key
    mail.send()
