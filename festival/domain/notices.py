"""What stallholders are told: by the outbox, in the district's name, once for each change.

Who applied with an e-mail address gets a mail, who applied with a phone a request to the district's gateway. Each notice
carries a private link of its own, because of links only hashes are kept.
"""

from __future__ import annotations

import bisect
import datetime as dt
import re
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.mail import EmailMessage, EmailMultiAlternatives, get_connection
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe

from festival.domain import links
from festival.domain.notice_texts import Facts, Text, is_told, text_of, text_of_code, text_of_message
from festival.enums import ApplicationState, ContactKind, SlotState
from festival.exceptions import NoticeRefused
from festival.models import (
    Application,
    ApplicationEvent,
    ApplicationMessage,
    BookingRules,
    BoothSlot,
    FestivalPage,
)
from sites.domain import gateways, outbox
from sites.domain.audit import record
from sites.enums import Act, Channel, Delivery
from sites.models import District, OutboxMessage, User
from sites.outbox_mail import sender_of
from sites.pages import district_of, iso

S = ApplicationState
# A mail, or a message for a gateway.
_Notice = EmailMessage | outbox.Post

CODE_MINUTES = 15
# Up to so many applications are named in a query; of more, all of the edition are read.
_FEW = 200
_KEY = re.compile(r"application:(\d+):(\d+):(m?)(\d+)(?::again:(\d+))?")


def kinds_for(district: District | None) -> list[ContactKind]:
    """By what the stallholders of a district can be reached. One query."""
    return [ContactKind.EMAIL, ContactKind.PHONE] if gateways.works(district) else [ContactKind.EMAIL]


# --- telling ----------------------------------------------------------------------------------------------------------


def send_code(*, festival: FestivalPage, contact_kind: ContactKind, address: str, code: str) -> None:
    """Send the code that proves an address."""
    house = _house(festival)
    until = timezone.now() + dt.timedelta(minutes=CODE_MINUTES)
    post = house.post(
        kind=contact_kind,
        address=address,
        # A key of its own: each code is a message of its own, and nobody can be told by it.
        key=f"code:{festival.pk}:{secrets.token_hex(12)}",
        text=text_of_code(code, minutes=CODE_MINUTES),
        template="code",
        values={"code": code, "minutes": str(CODE_MINUTES)},
        until=until,
    )
    _post([post])


def tell(event: ApplicationEvent) -> None:
    """Tell the stallholder of a change of state."""
    tell_all([event])


def tell_all(events: Sequence[ApplicationEvent]) -> None:
    """Tell the stallholders of one edition of changes of state. A few queries for every few hundred."""
    told = [
        event
        for event in events
        if event.application.contact and is_told(to_state=event.to_state, by=event.actor_kind)
    ]
    if told:
        _post(_notices(told))


def tell_of_message(message: ApplicationMessage) -> None:
    """Tell the stallholder of what an organiser wrote. Not of notes among organisers, nor of one's own."""
    if message.application.contact and not message.internal:
        _post([_notice_of_message(message)])


def _post(notices: Iterable[_Notice]) -> None:
    """Put them into the outbox: mails by way of Django's backend, which does that."""
    mails, posts = [], []
    for one in notices:
        if isinstance(one, EmailMessage):
            mails.append(one)
        else:
            posts.append(one)
    if mails:
        get_connection().send_messages(mails)
    if posts:
        outbox.post_all(posts)


def _notices(events: Sequence[ApplicationEvent], *, again: str = "", note: str = "") -> list[_Notice]:
    festival = events[0].application.festival
    house = _house(festival)
    facts = _facts(festival, events, rules=house.rules)
    secrets_ = links.make_all([event.application for event in events])
    now = timezone.now()
    notices = []
    for event, one, secret in zip(events, facts, secrets_, strict=True):
        application = event.application
        values = {
            "zone": one.zone,
            "state": event.to_state,
            "booths": "、".join(one.booths),
            "position": str(one.place or ""),
            "reason": one.reason,
            "deadline": iso(one.offer_ends) if one.offer_ends else "",
        }
        notices.append(
            house.to(
                application,
                key=_key(festival, application, str(event.version)) + again,
                text=text_of(one, now=now),
                template=event.to_state,
                values=values,
                link=links.address_of(application, secret, origin=house.origin),
                note=note,
            )
        )
    return notices


def _notice_of_message(message: ApplicationMessage, *, again: str = "") -> _Notice:
    application = message.application
    house = _house(application.festival)
    return house.to(
        application,
        key=_key(application.festival, application, f"m{message.pk}") + again,
        text=text_of_message(reference=application.reference, text=message.text),
        template="message",
        values={},
        link=links.address_of(application, links.make(application), origin=house.origin),
    )


def _key(festival: FestivalPage, application: Application, what: str) -> str:
    return f"application:{festival.pk}:{application.pk}:{what}"


# --- the facts of a text ----------------------------------------------------------------------------------------------


def _facts(
    festival: FestivalPage, events: Sequence[ApplicationEvent], *, rules: BookingRules | None
) -> list[Facts]:
    applications = [event.application for event in events]
    states = {event.to_state for event in events}
    booths = _booths(festival, applications) if states & {S.ALLOCATED, S.OFFERED} else {}
    ranks = _ranks(applications) if S.WAITLISTED in states else {}
    before = _allotted_before(festival, events) if S.ALLOCATED in states else set()
    found = []
    for event in events:
        application = event.application
        own = booths.get(application.pk, [])
        kept = application.terms
        queue = ranks.get(application.zone_id, [])
        found.append(
            Facts(
                reference=application.reference,
                zone=kept.get("zone_name") or application.zone.name,
                mode=kept.get("mode", ""),
                from_state=event.from_state,
                to_state=event.to_state,
                by=event.actor_kind,
                reason=event.reason.strip(),
                booths=[number for number, _ in own],
                booths_zone=own[0][1] if own else "",
                place=bisect.bisect_right(queue, application.rank) if application.rank else None,
                again=event.pk in before,
                offer_ends=application.offer_expires_at,
                closes=rules.closes_at if rules else None,
                first_day=festival.starts_on,
                last_day=festival.ends_on,
                payment=application.payment,
                fee=Decimal(application.fee),
                deposit=Decimal(application.deposit),
            )
        )
    return found


def _among(festival: FestivalPage, applications: Sequence[Application]) -> Q:
    if len(applications) > _FEW:
        return Q(application__festival=festival)
    return Q(application__in=[one.pk for one in applications])


def _booths(festival: FestivalPage, applications: Sequence[Application]) -> dict[int, list[tuple[str, str]]]:
    """Of each application (booth's number, zone's name), in order."""
    rows = BoothSlot.objects.filter(
        _among(festival, applications), state__in=[SlotState.HELD, SlotState.CONFIRMED]
    )
    found: dict[int, dict[tuple[str, str], None]] = {}
    named = rows.order_by("booth__number").values_list("application", "booth__number", "booth__zone__name")
    for application, number, zone in named:
        found.setdefault(application, {})[number, zone] = None
    return {application: list(own) for application, own in found.items()}


def _ranks(applications: Sequence[Application]) -> dict[int, list[int]]:
    zones = {one.zone_id for one in applications}
    waiting = Application.objects.filter(zone__in=zones, rank__isnull=False).order_by("rank")
    found: dict[int, list[int]] = {}
    for zone, rank in waiting.values_list("zone", "rank"):
        found.setdefault(zone, []).append(rank or 0)
    return found


def _allotted_before(festival: FestivalPage, events: Sequence[ApplicationEvent]) -> set[int]:
    """Those of the events (by their keys) whose applications had booths before."""
    own = {event.application_id: event for event in events}
    earlier = ApplicationEvent.objects.filter(
        _among(festival, [event.application for event in events]), to_state=S.ALLOCATED
    ).exclude(from_state=S.ALLOCATED)
    return {
        own[application].pk
        for application, version in earlier.values_list("application", "version")
        if application in own and version < own[application].version
    }


# --- letters ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _House:
    """In whose name an edition's notices go out."""

    festival: FestivalPage
    district: District | None
    rules: BookingRules | None

    @property
    def origin(self) -> str:
        return self.district.site.root_url if self.district else ""

    def to(self, application: Application, *, values: dict[str, str], **post: Any) -> _Notice:
        """A notice to the stallholder of an application."""
        return self.post(
            kind=ContactKind(application.contact_kind),
            address=application.contact,
            name=application.contact_name,
            values={"reference": application.reference, **values},
            **post,
        )

    def post(
        self,
        *,
        kind: ContactKind,
        address: str,
        key: str,
        text: Text,
        template: str,
        values: dict[str, str],
        name: str = "",
        link: str = "",
        note: str = "",
        until: dt.datetime | None = None,
    ) -> _Notice:
        if kind == ContactKind.EMAIL:
            return self._mail(
                address, key, text, name=name, link=link, note=note, is_urgent=until is not None
            )
        short = f"{self.festival.title}：{text.short}{note}" + (f"查看和办理：{link}" if link else "")
        data = {
            "to": {"kind": str(kind), "address": address},
            "template": template,
            "values": {"festival": self.festival.title, **values, "link": link},
            "text": short,
            "district": self.district.slug if self.district else "",
            "festival": self.festival.slug,
            **({"until": iso(until)} if until else {}),
        }
        return outbox.Post(Channel.WEBHOOK, address, data, key, self.district, is_urgent=until is not None)

    def _mail(
        self, address: str, key: str, text: Text, *, name: str, link: str, note: str, is_urgent: bool
    ) -> EmailMessage:
        lines = [*text.lines, *([note] if note else [])]
        plain = [
            f"{name or '您好'}{'，您好：' if name else '：'}",
            *lines,
            *(["\n".join(f"    {line}" for line in text.quote.splitlines())] if text.quote else []),
            *text.after,
            *([f"查看和办理：\n{link}"] if link else []),
            "\n".join(self._footer(bool(link))),
        ]
        mail: Any = EmailMultiAlternatives(
            subject=f"{self.festival.title}：{text.subject}",
            body="\n\n".join(plain) + "\n",
            from_email=sender_of(self.district),
            to=[address],
        )
        html = _page(plain[0], lines, text, link=link, footer=self._footer(bool(link)))
        mail.attach_alternative(html, "text/html")
        mail.district, mail.outbox_key, mail.is_urgent = self.district, key, is_urgent
        return mail

    def _footer(self, has_link: bool) -> list[str]:
        contact = self.rules.contact if self.rules else ""
        return [
            *(["有这个链接就能查看和修改您的申请，请不要转发。"] if has_link else []),
            *([f"有问题请联系：{contact}"] if contact else []),
            f"{self.district.name} {self.festival.title}" if self.district else self.festival.title,
        ]


def _house(festival: FestivalPage) -> _House:
    return _House(festival, district_of(festival), BookingRules.objects.filter(festival=festival).first())


_PARAGRAPH = '<p style="margin:0 0 14px">{}</p>'


def _page(greeting: str, lines: Iterable[str], text: Text, *, link: str, footer: Iterable[str]) -> str:
    """The mail as HTML: nothing is fetched for it from anywhere."""
    quote = format_html(
        '<blockquote style="margin:0 0 14px;padding:8px 14px;border-left:3px solid #a63a28;white-space:pre-wrap">'
        "{}</blockquote>",
        text.quote,
    )
    button = format_html(
        '<p style="margin:22px 0"><a href="{}" style="background:#a63a28;color:#fff;padding:11px 22px;'
        'border-radius:6px;text-decoration:none;display:inline-block">查看和办理</a></p>'
        '<p style="margin:0 0 14px;font-size:13px;color:#666;word-break:break-all">打不开的话，把这个地址抄到浏览器里：{}</p>',
        link,
        link,
    )
    return format_html(
        '<!doctype html><html lang="zh-Hans"><meta charset="utf-8"><body style="margin:0;padding:24px;'
        "font:16px/1.7 -apple-system,'PingFang SC','Microsoft YaHei',sans-serif;color:#222\">"
        '<div style="max-width:560px">{}{}{}{}{}<hr style="border:0;border-top:1px solid #ddd;margin:24px 0 14px">'
        '<p style="margin:0;font-size:13px;color:#666">{}</p></div></body></html>',
        format_html(_PARAGRAPH, greeting),
        format_html_join("", _PARAGRAPH, ((line,) for line in lines)),
        quote if text.quote else "",
        format_html_join("", _PARAGRAPH, ((line,) for line in text.after)),
        button if link else "",
        format_html_join(mark_safe("<br>"), "{}", ((line,) for line in footer)),
    )


# --- once more --------------------------------------------------------------------------------------------------------


def of_edition(festival: FestivalPage) -> QuerySet[OutboxMessage]:
    """The notices to an edition's stallholders, the newest first, as long as the outbox keeps them. No codes."""
    found = OutboxMessage.objects.filter(key__startswith=f"application:{festival.pk}:")
    return found.order_by("-created_at", "-pk")


def of_application(application: Application) -> QuerySet[OutboxMessage]:
    """The notices about one application, the newest first."""
    prefix = f"application:{application.festival_id}:{application.pk}:"
    return OutboxMessage.objects.filter(key__startswith=prefix).order_by("-created_at", "-pk")


@dataclass(frozen=True)
class Named:
    """What the key of a notice says: of which application, the number of the event or message that it tells of, and the
    how manieth time it is sent once more (0 at first)."""

    application: int
    is_message: bool
    number: int
    again: int


def named(key: str) -> Named | None:
    """Read the key of a notice; None for every other key."""
    found = _KEY.fullmatch(key)
    return found and Named(int(found[2]), bool(found[3]), int(found[4]), int(found[5] or 0))


@transaction.atomic
def resend(message: OutboxMessage, actor: User, *, request: HttpRequest | None = None) -> None:
    """Send a notice of the log once more: composed anew, with a fresh private link, to the address that the application
    has now. Raises NoticeRefused while it is still on its way, and when there is nobody left to tell.

    The caller has asked whether `actor` may. Clicked twice, it is sent once.
    """
    key = _KEY.fullmatch(message.key)
    application = (
        key and Application.objects.select_related("festival", "zone").filter(pk=int(key[2])).first()
    )
    if key is None or not application:
        raise NoticeRefused("这条通知不能重发。")
    if not application.contact:
        raise NoticeRefused("这份申请的联系方式已经删除，不能再通知。")
    first = f"application:{key[1]}:{key[2]}:{key[3]}{key[4]}"
    sent = OutboxMessage.objects.filter(Q(key=first) | Q(key__startswith=f"{first}:again:"))
    if sent.filter(state=Delivery.WAITING).exists():
        raise NoticeRefused("这条通知还在发送，不用再发。")
    numbers = [int(one[5] or 0) for one in map(_KEY.fullmatch, sent.values_list("key", flat=True)) if one]
    again = f":again:{max(numbers, default=0) + 1}"
    notice = _again(application, is_message=bool(key[3]), number=int(key[4]), again=again)
    _post([notice])
    record(
        act=Act.NOTICE_RESENT,
        actor=actor,
        district=district_of(application.festival),
        subject_name=application.reference,
        request=request,
    )


def _again(application: Application, *, is_message: bool, number: int, again: str) -> _Notice:
    if is_message:
        written = ApplicationMessage.objects.filter(
            application=application, pk=number, internal=False
        ).first()
        if written is None:
            raise NoticeRefused("这条留言已经不在了，不能重发。")
        written.application = application
        return _notice_of_message(written, again=again)
    event = ApplicationEvent.objects.filter(application=application, version=number).first()
    if event is None or not is_told(to_state=event.to_state, by=event.actor_kind):
        raise NoticeRefused("这条通知不能重发。")
    event.application = application
    stale = application.state != event.to_state
    note = f"这份申请现在是“{application.get_state_display()}”。" if stale else ""
    return _notices([event], again=again, note=note)[0]
