"""The stallholder's own application: its form, where it stands, and what can be done with it.

Every form carries reference and secret of the private link. A wrong one, one of another edition and one that never was
are answered alike.
"""

from __future__ import annotations

import datetime as dt
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone

from festival.domain import (
    applying,
    availability,
    documents,
    gatekeeping,
    idempotency,
    links,
    passes,
    portrayal,
    terms,
)
from festival.domain.gatekeeping import Act
from festival.enums import ApplicationState
from festival.exceptions import BookingRefused, FieldsRefused, FileRefused, NotOpen, SlotTaken, StateChanged
from festival.models import Application, ApplicationDocument, Booth
from festival.views import typed as reading
from festival.views.site_pages import Edition, sent, show, stallholders_page
from frontend_static.pages import applying as pages
from sites.client_address import client_prefix
from sites.exceptions import LimitExceeded
from sites.repeating import repeated

S = ApplicationState

_LINK = re.compile(r"([0-9A-Z]{6,12})\.([\w-]{16,100})\s*$")
_UNKNOWN = "这个链接打不开：可能没有复制完整，也可能已经过期。"
_ELSEWHERE = "这份报名刚刚在别处改过。下面是您这里填的，看过没错就再保存一次。"
SAVED, TALKED = "已保存。", "发给组委会了。"


@dataclass(frozen=True)
class Own:
    """An application whose secret was shown, with the request that showed it."""

    request: HttpRequest
    edition: Edition
    application: Application
    secret: str

    @property
    def who(self) -> str:
        """Whose acts are counted."""
        return f"application:{self.application.pk}"

    def admit(self, act: Act) -> None:
        gatekeeping.admit(act, network=client_prefix(self.request), who=self.who)

    def portrayed(self) -> dict[str, Any]:
        return portrayal.portray(self.application)

    def again(self) -> Own:
        """As it is stored now."""
        fresh = Application.objects.select_related("festival", "zone").get(pk=self.application.pk)
        return Own(self.request, self.edition, fresh, self.secret)

    @property
    def link(self) -> str:
        return links.address_of(self.application, self.secret, origin=self.edition.origin)


def _find(request: HttpRequest, edition: Edition, *, reference: str, secret: str) -> Own | None:
    application = links.find(secret, festival=edition.festival, reference=reference)
    return Own(request, edition, application, secret) if application else None


def _of(request: HttpRequest, edition: Edition) -> Own | None:
    """The application that a sent form is about."""
    reference, secret = request.POST.get("reference", ""), request.POST.get("secret", "")
    if not reference and (pasted := _LINK.search(request.POST.get("link", ""))):
        reference, secret = pasted[1], pasted[2]
    return _find(request, edition, reference=reference, secret=secret)


def _ask_link(request: HttpRequest, edition: Edition, *, problem: str = "") -> HttpResponse:
    booking = edition.item.get("booking") or {}
    page = pages.step(
        "link",
        edition.item,
        link=request.POST.get("link", ""),
        contact=booking.get("contact", ""),
        problems={"link": problem} if problem else {},
    )
    return show(edition, page, request, status=404 if problem else 200)


# --- the form -----------------------------------------------------------------------------------------------


def show_own(
    request: HttpRequest, edition: Edition, *, reference: str, secret: str, notice: str = ""
) -> HttpResponse:
    """The page of an application: its form while it is a draft, else where it stands."""
    own = _find(request, edition, reference=reference, secret=secret)
    if own is None:
        return _ask_link(request, edition, problem=_UNKNOWN)
    return _show(own, notice=notice)


def _show(own: Own, **said: Any) -> HttpResponse:
    if own.application.state == S.DRAFT:
        return _form(own, **said)
    return _status(own, **said)


def _form(
    own: Own,
    *,
    refused: Exception | None = None,
    problems: dict[str, str] | None = None,
    values: dict[str, Any] | None = None,
    notice: str = "",
) -> HttpResponse:
    found = {**_problems(refused), **(problems or {})}
    page = pages.form(
        own.edition.item,
        own.portrayed(),
        secret=own.secret,
        now=timezone.now().timestamp(),
        typed=values,
        problems=found,
        notice=notice,
        link=own.link,
        zone_free=pages.is_free(availability.of(own.edition.festival), own.application.zone.slug),
    )
    return show(own.edition, page, own.request, status=_status_code(refused, found))


def _problems(refused: Exception | None) -> dict[str, str]:
    if refused is None:
        return {}
    return dict(refused.problems) if isinstance(refused, FieldsRefused) else {"page": str(refused)}


def _status_code(refused: Exception | None, problems: dict[str, str]) -> int:
    if isinstance(refused, LimitExceeded):
        return 429
    return 409 if isinstance(refused, StateChanged) else 422 if problems else 200


@stallholders_page
@sent
def form(request: HttpRequest, edition: Edition) -> HttpResponseBase:
    """Save, submit, change the booth, or see or remove a document."""
    own = _of(request, edition)
    if own is None:
        return _ask_link(request, edition, problem=_UNKNOWN)
    do, _, which = request.POST.get("do", "save").partition(":")
    if do == "back":
        return _show(own)
    if do == "hold":
        return _hold(own)
    try:
        if do == "see":
            return _document(own, which)
        own.admit(Act.EDIT)
        present = applying.terms_of(own.application)
    except (BookingRefused, LimitExceeded) as refused:
        return _form(own, refused=refused, values=_as_typed(own))
    typed = reading.read(request.POST, application=own.application, terms=present)
    version = request.POST.get("version", "")
    if own.application.state != S.DRAFT and version != str(own.application.version):
        return _form(own, refused=StateChanged(_ELSEWHERE), values=typed.values)
    problems = {**typed.problems, **_take_files(own, present)}
    own = own.again()
    try:
        if do == "remove":
            _remove(own, which)
        if typed.changes:
            edited = own.application
            repeated(lambda: applying.edit(application=edited, changes=typed.changes))
        own = own.again()
        if do == "submit" and not problems:
            return _submit(own)
    except (BookingRefused, LimitExceeded) as refused:
        return _form(own.again(), refused=refused, problems=problems, values=typed.values)
    if do == "booths":
        return _pick(own, do="hold")
    if do == "save" and not problems and own.application.state not in {S.DRAFT, S.NEEDS_INFO}:
        return _status(own, notice=SAVED)
    notice = "" if problems else "文件删掉了。" if do == "remove" else SAVED
    return _form(own, problems=problems, values=typed.values, notice=notice)


def _as_typed(own: Own) -> dict[str, Any]:
    """What was sent, where the terms by which it is read are gone or too much was sent."""
    known = {"stall_name", "offer", "category", "booths_wanted", "contact_name", "organisation"}
    return {name: value for name, value in own.request.POST.items() if name in known}


def _submit(own: Own) -> HttpResponse:
    try:
        repeated(lambda: applying.submit(application=own.again().application))
    except StateChanged as refused:
        own = own.again()
        if own.application.state == S.DRAFT:
            return _form(own, refused=refused)
        return _status(own, notice="已经提交过了，不用再交。")  # a double click
    except FieldsRefused as refused:
        return _form(own.again(), refused=refused)
    except BookingRefused as refused:
        return _form(own.again(), problems={"booths": str(refused)})
    return _status(own.again(), fresh=True)


def _take_files(own: Own, present: dict[str, Any]) -> dict[str, str]:
    """Store the files of a form, and the ends of their validity; what was refused, by the name of its field."""
    problems: dict[str, str] = {}
    wanted = [one["key"] for one in present["questions"] if one["kind"] == "file"]
    wanted += [one["key"] for one in present["documents"]]
    for key in wanted:
        upload = own.request.FILES.get(key)
        try:
            until = _day(own.request.POST.get(f"{key}:expires_on", ""))
            if upload is not None:
                own.admit(Act.UPLOAD)
                documents.hand_in(
                    application=own.application, requirement=key, upload=upload, expires_on=until
                )
            elif until is not None:
                documents.set_expiry(application=own.application, requirement=key, expires_on=until)
        except FieldsRefused as refused:
            problems[key] = next(iter(refused.problems.values()))
        except (BookingRefused, LimitExceeded) as refused:
            problems[key] = str(refused)
    return problems


def _day(text: str) -> dt.date | None:
    """A date as browsers send it. Raises FieldsRefused for what is none."""
    if not text:
        return None
    try:
        return dt.date.fromisoformat(text.strip())
    except ValueError:
        raise FieldsRefused({"expires_on": "有效期写成 2027-01-31 这样。"}) from None


def _document_of(own: Own, which: str) -> ApplicationDocument:
    found = own.application.documents.filter(pk=int(which) if which.isdecimal() else 0).first()
    if found is None:
        raise FileRefused("这个文件已经删除。")
    return found


def _remove(own: Own, which: str) -> None:
    documents.remove(application=own.application, document=_document_of(own, which))


def _document(own: Own, which: str) -> HttpResponseBase:
    return documents.open_document(_document_of(own, which))


def _booths(own: Own) -> list[Booth]:
    numbers = own.request.POST.getlist("booths")[:20]
    found = list(Booth.objects.filter(festival=own.edition.festival, number__in=numbers))
    if not found or len(found) != len(set(numbers)):
        raise FieldsRefused({"booths": "请选一个摊位。"})
    return found


def _hold(own: Own) -> HttpResponse:
    try:
        own.admit(Act.EDIT)
        repeated(lambda: applying.hold(application=own.again().application, booths=_booths(own)))
    except (BookingRefused, LimitExceeded) as refused:
        return _pick(own.again(), do="hold", refused=refused)
    return _form(own.again(), notice="摊位为您保留 15 分钟。")


def _pick(own: Own, *, do: str, refused: Exception | None = None) -> HttpResponse:
    present = applying.terms_of(own.application)
    most = present["booths_per_applicant"]
    if do == "pick":
        most = min(most, own.application.booths_wanted)
    problems = _problems(refused)
    if isinstance(refused, SlotTaken):
        problems = {"booths": str(refused)}
    page = pages.pick(
        own.edition.item,
        own.portrayed(),
        availability.of(own.edition.festival),
        secret=own.secret,
        do=do,
        most=most,
        chosen=own.request.POST.getlist("booths"),
        problems=problems,
    )
    return show(own.edition, page, own.request, status=_status_code(refused, problems))


# --- where it stands ----------------------------------------------------------------------------------------


@stallholders_page
def status(request: HttpRequest, edition: Edition) -> HttpResponseBase:
    """Ask for the private link; with it, show where the application stands, and do what its buttons say."""
    if request.method != "POST":
        return _ask_link(request, edition)
    own = _of(request, edition)
    if own is None:
        return _ask_link(request, edition, problem=_UNKNOWN)
    act = _ACTS.get(request.POST.get("do", ""))
    if act is None:
        return _show(own)
    try:
        own.admit(Act.EDIT)
        return act(own)
    except (BookingRefused, LimitExceeded) as refused:
        return _show(own.again(), refused=refused)


def _status(
    own: Own,
    *,
    refused: Exception | None = None,
    notice: str = "",
    fresh: bool = False,
    problems: dict[str, str] | None = None,
    values: dict[str, Any] | None = None,
) -> HttpResponse:
    problems = {**_problems(refused), **(problems or {})}
    page = pages.status(
        own.edition.item,
        own.portrayed(),
        secret=own.secret,
        link=own.link,
        key=secrets.token_urlsafe(24),
        problems=problems,
        notice=notice,
        fresh=fresh,
        typed=values,
        shown_pass=_pass(own),
    )
    return show(own.edition, page, own.request, status=_status_code(refused, problems))


def _pass(own: Own) -> dict[str, Any] | None:
    """The pass of whoever has a booth, made when it is first looked at."""
    if own.application.state not in portrayal.HAS_A_PASS or own.application.erased_at is not None:
        return None
    return repeated(lambda: passes.portray(own.application))


def _accept(own: Own) -> HttpResponse:
    repeated(lambda: applying.accept(application=own.again().application))
    return _status(own.again(), notice="好，这个摊位是您的了。")


def _decline(own: Own) -> HttpResponse:
    repeated(lambda: applying.decline(application=own.again().application))
    return _status(own.again(), notice="知道了，摊位已经让给下一位。")


def _withdraw(own: Own) -> HttpResponse:
    reason = own.request.POST.get("reason", "").strip()
    if len(reason) > terms.LONGEST_ANSWER // 2:
        refused = FieldsRefused({"reason": f"最多 {terms.LONGEST_ANSWER // 2} 个字。"})
        return _sure(own, "withdraw", refused=refused)
    repeated(lambda: applying.withdraw(application=own.again().application, reason=reason))
    return _status(own.again(), notice="已经撤回。")


_SURE = {
    "withdraw": ("撤回报名", "撤回以后，您的摊位和候补名次都不再保留。", "撤回"),
    "decline": ("不要这个摊位", "摊位会让给下一位，您的报名也就到此为止。", "不要了"),
}


def _sure(own: Own, do: str, *, refused: FieldsRefused | None = None) -> HttpResponse:
    title, words, yes = _SURE[do]
    page = pages.step(
        "sure",
        own.edition.item,
        application=own.portrayed(),
        secret=own.secret,
        do=do,
        title=title,
        words=words,
        yes=yes,
        reason=own.request.POST.get("reason", ""),
        problems=_problems(refused),
    )
    return show(own.edition, page, own.request, status=_status_code(refused, _problems(refused)))


def _take_pick(own: Own) -> HttpResponse:
    try:
        repeated(lambda: applying.pick(application=own.again().application, booths=_booths(own)))
    except StateChanged:
        raise
    except BookingRefused as refused:
        return _pick(own.again(), do="pick", refused=refused)
    return _status(own.again(), notice="选好了。")


def _offer_pick(own: Own) -> HttpResponse:
    if portrayal.PICK not in own.portrayed()["may"]:
        raise StateChanged("现在不能选摊位。")
    return _pick(own, do="pick")


def _edit(own: Own) -> HttpResponse:
    if portrayal.EDIT not in own.portrayed()["may"]:
        raise NotOpen(f"申请现在是“{own.application.get_state_display()}”，不能再改。")
    return _form(own)


def _say(own: Own) -> HttpResponse:
    text, key = own.request.POST.get("text", ""), own.request.POST.get("key", "")
    text = text.replace("\r\n", "\n")

    def do() -> idempotency.Answer:
        message = applying.answer(application=own.application, text=text)
        return 201, {"id": message.pk}

    try:
        own.admit(Act.MESSAGE)
        if not idempotency.SHORTEST_KEY <= len(key) <= idempotency.LONGEST_KEY:
            key = secrets.token_urlsafe(24)
        idempotency.once(
            festival=own.edition.festival,
            scope=f"page:{own.who}:message",
            key=key,
            body=orjson.dumps(text),
            do=do,
        )
    except (BookingRefused, LimitExceeded) as refused:
        return _status(own, refused=refused, values={"text": text})
    return _status(own.again(), notice=TALKED)


def _hand_in_again(own: Own) -> HttpResponse:
    present = applying.terms_of(own.application)
    if not any(own.request.FILES.get(one["key"]) for one in [*present["documents"], *present["questions"]]):
        raise FieldsRefused({"page": "请先选一个文件。"})
    problems = _take_files(own, present)
    typed = {name: value for name, value in own.request.POST.items() if name.endswith(":expires_on")}
    return _status(
        own.again(), problems=problems, values=typed, notice="" if problems else "交上去了，等组委会看。"
    )


_ACTS: dict[str, Callable[[Own], HttpResponse]] = {
    "accept": _accept,
    "ask-decline": lambda own: _sure(own, "decline"),
    "decline": _decline,
    "ask-withdraw": lambda own: _sure(own, "withdraw"),
    "withdraw": _withdraw,
    "booths": _offer_pick,
    "pick": _take_pick,
    "edit": _edit,
    "message": _say,
    "files": _hand_in_again,
}
