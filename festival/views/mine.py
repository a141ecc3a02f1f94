"""What a stallholder does with an application: fill in its form, and press the buttons of where it stands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from festival.domain import (
    applying,
    documents,
    idempotency,
    portrayal,
    terms,
)
from festival.domain.gatekeeping import Act
from festival.enums import ApplicationState
from festival.exceptions import BookingRefused, FieldsRefused, FileRefused, NotOpen, StateChanged
from festival.models import ApplicationDocument
from festival.views import typed as reading
from festival.views.own import (
    UNKNOWN,
    Own,
    application_of,
    ask_link,
    booths_of,
    problems_of,
    show_booths,
    show_either,
    show_form,
    show_status,
    status_code,
)
from festival.views.site_pages import Edition, sent, show, stallholders_page
from frontend_static.pages import applying as pages
from sites.exceptions import LimitExceeded
from sites.numerals import whole_number
from sites.repeating import repeated

S = ApplicationState
_ELSEWHERE = "这份报名刚刚在别处改过。下面是您这里填的，看过没错就再保存一次。"
SAVED, TALKED = "已保存。", "发给组委会了。"
HANDED_IN = "已经提交过了，不用再交。"
TALKED_MORE = "发给组委会了。补好以后，还要从“去补充”再提交一次。"


# --- the form -----------------------------------------------------------------------------------------------


@stallholders_page
@sent
def form(request: HttpRequest, edition: Edition) -> HttpResponseBase:
    """Save, submit, change the booth, or see or remove a document."""
    own = application_of(request, edition)
    if own is None:
        return ask_link(request, edition, problem=UNKNOWN)
    do, _, which = request.POST.get("do", "save").partition(":")
    if do == "back":
        return show_either(own)
    if do == "hold":
        return _hold(own)
    try:
        if do == "see":
            return _document(own, which)
        present = applying.terms_of(own.application)
    except BookingRefused as refused:
        return show_form(own, refused=refused, values=_as_typed(own))
    typed = reading.read(request.POST, application=own.application, terms=present)
    try:
        own.admit(Act.EDIT)
    except LimitExceeded as refused:
        return show_form(own, refused=refused, values=typed.values)
    version = request.POST.get("version", "")
    if own.application.state != S.DRAFT and version != str(own.application.version):
        if do == "submit" and _is_handed_in(own, typed):
            return show_status(own, notice=HANDED_IN)  # a double click
        return show_form(own, refused=StateChanged(_ELSEWHERE), values=typed.values)
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
            return _submit(own, values=typed.values)
    except (BookingRefused, LimitExceeded) as refused:
        return show_form(own.again(), refused=refused, problems=problems, values=typed.values)
    if do == "booths":
        return show_booths(own, do="hold")
    if do == "save" and not problems and own.application.state not in {S.DRAFT, S.NEEDS_INFO}:
        return show_status(own, notice=SAVED)
    notice = "" if problems else "文件删掉了。" if do == "remove" else SAVED
    return show_form(own, problems=problems, values=typed.values, notice=notice)


def _is_handed_in(own: Own, typed: reading.Typed) -> bool:
    """Whether what was sent is what is submitted already."""
    application = own.application
    same = all(getattr(application, name) == value for name, value in typed.changes.items())
    return application.state != S.NEEDS_INFO and same and not typed.problems


def _as_typed(own: Own) -> dict[str, Any]:
    """What was sent, where the terms by which it is read are gone."""
    known = {"stall_name", "offer", "category", "booths_wanted", "contact_name", "organisation"}
    return {name: value for name, value in own.request.POST.items() if name in known}


def _submit(own: Own, *, values: dict[str, Any]) -> HttpResponse:
    try:
        repeated(lambda: applying.submit(application=own.again().application, reply=values.get("text", "")))
    except StateChanged as refused:
        own = own.again()
        if own.application.state == S.DRAFT:
            return show_form(own, refused=refused)
        return show_status(own, notice=HANDED_IN)  # a double click
    except FieldsRefused as refused:
        return show_form(own.again(), refused=refused, values=values)
    except BookingRefused as refused:
        return show_form(own.again(), problems={"booths": str(refused)})
    return show_status(own.again(), fresh=True)


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
    found = documents.find(application=own.application, key=whole_number(which) or 0)
    if found is None:
        raise FileRefused("这个文件已经删除。")
    return found


def _remove(own: Own, which: str) -> None:
    documents.remove(application=own.application, document=_document_of(own, which))


def _document(own: Own, which: str) -> HttpResponseBase:
    return documents.open_document(_document_of(own, which))


def _hold(own: Own) -> HttpResponse:
    try:
        own.admit(Act.EDIT)
        repeated(lambda: applying.hold(application=own.again().application, booths=booths_of(own)))
    except (BookingRefused, LimitExceeded) as refused:
        return show_booths(own.again(), do="hold", refused=refused)
    return show_form(own.again(), notice="摊位为您保留 15 分钟。")


# --- where it stands ----------------------------------------------------------------------------------------


@stallholders_page
def status(request: HttpRequest, edition: Edition) -> HttpResponseBase:
    """Ask for the private link; with it, show where the application stands, and do what its buttons say."""
    if request.method != "POST":
        return ask_link(request, edition)
    own = application_of(request, edition)
    if own is None:
        return ask_link(request, edition, problem=UNKNOWN)
    act = _ACTS.get(request.POST.get("do", ""))
    if act is None:
        return show_either(own)
    try:
        own.admit(Act.EDIT)
        return act(own)
    except (BookingRefused, LimitExceeded) as refused:
        return show_either(own.again(), refused=refused)


def _accept(own: Own) -> HttpResponse:
    repeated(lambda: applying.accept(application=own.again().application))
    return show_status(own.again(), notice="好，这个摊位是您的了。")


def _decline(own: Own) -> HttpResponse:
    repeated(lambda: applying.decline(application=own.again().application))
    return show_status(own.again(), notice="知道了，摊位已经让给下一位。")


def _withdraw(own: Own) -> HttpResponse:
    reason = own.request.POST.get("reason", "").strip()
    if len(reason) > terms.LONGEST_ANSWER // 2:
        refused = FieldsRefused({"reason": f"最多 {terms.LONGEST_ANSWER // 2} 个字。"})
        return _sure(own, "withdraw", refused=refused)
    repeated(lambda: applying.withdraw(application=own.again().application, reason=reason))
    return show_status(own.again(), notice="已经撤回。")


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
        problems=problems_of(refused),
    )
    return show(own.edition, page, own.request, status=status_code(refused, problems_of(refused)))


def _take_pick(own: Own) -> HttpResponse:
    try:
        repeated(lambda: applying.pick(application=own.again().application, booths=booths_of(own)))
    except StateChanged:
        raise
    except BookingRefused as refused:
        return show_booths(own.again(), do="pick", refused=refused)
    return show_status(own.again(), notice="选好了。")


def _offer_pick(own: Own) -> HttpResponse:
    if portrayal.PICK not in own.portrayed()["may"]:
        raise StateChanged("现在不能选摊位。")
    return show_booths(own, do="pick")


def _edit(own: Own) -> HttpResponse:
    if portrayal.EDIT not in own.portrayed()["may"]:
        raise NotOpen(f"申请现在是“{own.application.get_state_display()}”，不能再改。")
    return show_form(own)


def _say(own: Own) -> HttpResponse:
    text, key = own.request.POST.get("text", ""), own.request.POST.get("key", "")
    text = text.replace("\r\n", "\n")

    def do() -> idempotency.Answer:
        message = applying.answer(application=own.application, text=text)
        return 201, {"id": message.pk}

    try:
        own.admit(Act.MESSAGE)
        if not idempotency.SHORTEST_KEY <= len(key) <= idempotency.LONGEST_KEY:
            key = idempotency.new_key()
        idempotency.once(
            festival=own.edition.festival,
            scope=f"page:{own.who}:message",
            key=key,
            body=orjson.dumps(text),
            do=do,
        )
    except (BookingRefused, LimitExceeded) as refused:
        return show_status(own, refused=refused, values={"text": text})
    asked = own.application.state == S.NEEDS_INFO
    return show_status(own.again(), notice=TALKED_MORE if asked else TALKED)


def _hand_in_again(own: Own) -> HttpResponse:
    present = applying.terms_of(own.application)
    if not any(own.request.FILES.get(one["key"]) for one in [*present["documents"], *present["questions"]]):
        raise FieldsRefused({"page": "请先选一个文件。"})
    problems = _take_files(own, present)
    typed = {name: value for name, value in own.request.POST.items() if name.endswith(":expires_on")}
    return show_status(
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
