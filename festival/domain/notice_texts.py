"""What stallholders are told, in words: one text for each state that concerns them, as a mail and as a short message."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils import timezone

from festival.enums import ActorKind, ApplicationState, Payment, ZoneMode

S = ApplicationState
_WEEKDAYS = "一二三四五六日"


@dataclass(frozen=True)
class Facts:
    """What a text is made of. `booths` are the numbers of the booths that the application has or is offered, `place` its
    place on the waitlist, `again` whether it had a booth before this one."""

    reference: str
    zone: str
    mode: str
    from_state: str
    to_state: str
    by: str
    reason: str = ""
    booths: list[str] = field(default_factory=list)
    booths_zone: str = ""
    place: int | None = None
    again: bool = False
    offer_ends: dt.datetime | None = None
    closes: dt.datetime | None = None
    first_day: dt.date | None = None
    last_day: dt.date | None = None
    payment: str = Payment.NONE
    fee: Decimal = Decimal(0)
    deposit: Decimal = Decimal(0)


@dataclass(frozen=True)
class Text:
    """A notice: what happened, what the organisers wrote (`quote`), and what to do next. `short` is all of that as one
    message for a phone, to which the link is added."""

    subject: str
    lines: list[str]
    short: str
    quote: str = ""
    after: list[str] = field(default_factory=list)


def moment(at: dt.datetime) -> str:
    """12月21日（周六）14:05, by the city's clock."""
    local = timezone.localtime(at)
    return f"{day(local.date())}{local:%H:%M}"


def day(on: dt.date) -> str:
    """12月21日（周六）"""
    return f"{on.month}月{on.day}日（周{_WEEKDAYS[on.weekday()]}）"


def is_told(*, to_state: str, by: str) -> bool:
    """Whether stallholders are told of a change into a state. What the system approves is a step on the way to the
    booth, of which the next notice tells."""
    return to_state in _TEXTS and not (to_state == S.APPROVED and by == ActorKind.SYSTEM)


def text_of(facts: Facts, *, now: dt.datetime) -> Text:
    """The text for a change of state that `is_told`."""
    return _TEXTS[S(facts.to_state)](facts, now)


def text_of_message(*, reference: str, text: str) -> Text:
    """The text for what an organiser wrote to a stallholder."""
    return Text(
        subject="组委会给您留言了",
        lines=[f"关于您的摊位申请（编号 {reference}），组委会写道："],
        quote=text,
        after=["要回复的话，请打开下面的链接。"],
        short=f"关于您的摊位申请（编号 {reference}），组委会给您留言了。",
    )


def text_of_code(code: str, *, minutes: int) -> Text:
    """The text for a code that proves an address."""
    return Text(
        subject=f"验证码 {code}",
        lines=[
            f"您的验证码是 {code}，{minutes} 分钟内有效。",
            "请不要告诉别人。不是您本人在报名，不用理会。",
        ],
        short=f"您的验证码是 {code}，{minutes} 分钟内有效，请不要告诉别人。",
    )


def _submitted(facts: Facts, now: dt.datetime) -> Text:
    if facts.from_state == S.NEEDS_INFO:
        return Text(
            subject="已收到您补充的内容",
            lines=[
                f"您为摊位申请（编号 {facts.reference}）补充的内容收到了。",
                "组委会接着审核，有了结果就告诉您。",
            ],
            short=f"您为摊位申请（编号 {facts.reference}）补充的内容收到了，组委会接着审核。",
        )
    change = []
    if facts.closes and facts.closes > now:
        change = [f"{moment(facts.closes)} 报名截止以前，您还可以修改。不想参加了，随时可以撤回。"]
    return Text(
        subject="已收到您的摊位申请",
        lines=[
            f"您在“{facts.zone}”的摊位申请收到了，编号 {facts.reference}。",
            "组委会尽快审核，有了结果就告诉您。",
        ],
        after=change,
        short=f"您在“{facts.zone}”的摊位申请收到了，编号 {facts.reference}。组委会尽快审核。",
    )


def _needs_info(facts: Facts, now: dt.datetime) -> Text:
    return Text(
        subject="您的摊位申请需要补充",
        lines=[f"您的摊位申请（编号 {facts.reference}）还差一点内容，组委会写道："],
        quote=facts.reason,
        after=["请打开下面的链接补充，然后再提交一次。"],
        short=f"您的摊位申请（编号 {facts.reference}）需要补充内容，请打开链接查看，补充后再提交一次。",
    )


def _waitlisted(facts: Facts, now: dt.datetime) -> Text:
    place = f"，现在排在第 {facts.place} 位" if facts.place else ""
    said = facts.by == ActorKind.ORGANISER and bool(facts.reason)
    return Text(
        subject="您的摊位申请进入候补",
        lines=[
            f"您在“{facts.zone}”的摊位申请（编号 {facts.reference}）进入候补名单{place}。",
            *(["组委会写道："] if said else []),
        ],
        quote=facts.reason if said else "",
        after=["有摊位空出来，会按顺序通知您，并为您保留一段时间，请留意。", "不想再等了，随时可以撤回。"],
        short=f"您的摊位申请（编号 {facts.reference}）进入候补名单{place}。有摊位空出来会按顺序通知您。",
    )


def _offered(facts: Facts, now: dt.datetime) -> Text:
    booths = "、".join(facts.booths)
    end = moment(facts.offer_ends) if facts.offer_ends else ""
    return Text(
        subject=f"有摊位了，请在{end}前确认" if end else "有摊位了，请尽快确认",
        lines=[
            f"“{facts.zone}”空出了摊位{' ' + booths if booths else ''}，为您保留到{end}（申请编号 {facts.reference}）。",
            "要不要这个摊位，请在这之前打开下面的链接确认。",
        ],
        after=["到时还没有确认，摊位会轮到下一位。"],
        short=f"“{facts.zone}”空出了摊位{' ' + booths if booths else ''}，为您保留到{end}，请在这之前打开链接确认。",
    )


def _approved(facts: Facts, now: dt.datetime) -> Text:
    picks = facts.mode == ZoneMode.PICK
    following = (
        "现在可以打开下面的链接选摊位，先选先得。"
        if picks
        else "具体是哪个摊位由组委会安排，定下来再通知您。"
    )
    return Text(
        subject="您的摊位申请通过了",
        lines=[
            f"您在“{facts.zone}”的摊位申请（编号 {facts.reference}）通过了。",
            *(["组委会写道："] if facts.reason else []),
        ],
        quote=facts.reason,
        after=[following],
        short=f"您的摊位申请（编号 {facts.reference}）通过了。"
        + ("请打开链接选摊位，先选先得。" if picks else "摊位定下来再通知您。"),
    )


def _allocated(facts: Facts, now: dt.datetime) -> Text:
    booths = "、".join(facts.booths)
    zone = facts.booths_zone or facts.zone
    days = _days(facts)
    due = _due(facts) if facts.payment == Payment.DUE else ""
    return Text(
        subject=f"您的摊位{'换到了' if facts.again else '定了：'}{' ' if facts.again else ''}{booths}",
        lines=[
            f"您的摊位{'换了，现在' if facts.again else ''}是“{zone}”的 {booths}（申请编号 {facts.reference}）。",
            *([f"邻里节的时间是{days}。"] if days else []),
            *([due] if due else []),
            *(["组委会写道："] if facts.reason else []),
        ],
        quote=facts.reason,
        after=[
            "到场时出示通行证签到；打开下面的链接，可以把它存到手机。来不了的话，请早一点撤回，让给候补的邻居。"
        ],
        short=f"您的摊位{'换了，现在' if facts.again else ''}是“{zone}”的 {booths}。"
        f"{'时间是' + days + '。' if days else ''}打开链接可以下载通行证。",
    )


def _days(facts: Facts) -> str:
    if facts.first_day is None:
        return ""
    if facts.last_day is None or facts.last_day == facts.first_day:
        return day(facts.first_day)
    return f"{day(facts.first_day)}到{day(facts.last_day)}"


def _due(facts: Facts) -> str:
    parts = [
        f"{name} {amount.normalize():f} 元"
        for name, amount in (("摊位费", facts.fee), ("押金", facts.deposit))
        if amount
    ]
    return f"{'，'.join(parts)}，请按组委会说的办法缴纳。" if parts else ""


def _lapsed(facts: Facts, now: dt.datetime) -> Text:
    again = []
    if facts.closes and facts.closes > now:
        again = [f"还想参加的话，可以在{moment(facts.closes)} 报名截止以前重新申请。"]
    return Text(
        subject="为您保留的摊位过期了",
        lines=[
            "为您保留的摊位没有在期限内确认，已经轮到下一位。",
            f"您的申请（编号 {facts.reference}）到此结束。",
        ],
        after=again,
        short=f"为您保留的摊位没有在期限内确认，已经轮到下一位，您的申请（编号 {facts.reference}）到此结束。",
    )


def _rejected(facts: Facts, now: dt.datetime) -> Text:
    return Text(
        subject="您的摊位申请没有通过",
        lines=[f"很抱歉，您的摊位申请（编号 {facts.reference}）没有通过。组委会写道："],
        quote=facts.reason,
        short=f"很抱歉，您的摊位申请（编号 {facts.reference}）没有通过，理由请打开链接查看。",
    )


def _withdrawn(facts: Facts, now: dt.datetime) -> Text:
    return Text(
        subject="您的摊位申请已经撤回",
        lines=[f"您的摊位申请（编号 {facts.reference}）已经按您的意思撤回。"],
        after=["如果不是您本人撤回的，请马上联系组委会。"],
        short=f"您的摊位申请（编号 {facts.reference}）已经撤回。如果不是您本人撤回的，请马上联系组委会。",
    )


def _revoked(facts: Facts, now: dt.datetime) -> Text:
    return Text(
        subject="您的摊位申请被取消了",
        lines=[f"很抱歉，您的摊位申请（编号 {facts.reference}）被组委会取消了，理由是："],
        quote=facts.reason,
        short=f"很抱歉，您的摊位申请（编号 {facts.reference}）被组委会取消了，理由请打开链接查看。",
    )


_TEXTS: dict[ApplicationState, Callable[[Facts, dt.datetime], Text]] = {
    S.SUBMITTED: _submitted,
    S.NEEDS_INFO: _needs_info,
    S.WAITLISTED: _waitlisted,
    S.OFFERED: _offered,
    S.APPROVED: _approved,
    S.ALLOCATED: _allocated,
    S.LAPSED: _lapsed,
    S.REJECTED: _rejected,
    S.WITHDRAWN: _withdrawn,
    S.REVOKED: _revoked,
}
