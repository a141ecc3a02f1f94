"""One application on one screen, and everything that is decided there.

Whoever decides sends the version that they saw. What is refused is shown on the same screen with what was typed, and with
the application as it is now. The screen is one form with many buttons, so each of them brings along what was typed beside
the others, and nothing of that is lost by what one of them does.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.validators import MinValueValidator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from festival.desk import access
from festival.desk.portrait import portrait
from festival.domain import deciding, message_templates
from festival.enums import ApplicationState, Payment, Review
from festival.exceptions import BookingRefused, FieldsRefused, StateChanged
from festival.models import Application
from sites.numerals import whole_number

_DONE = {
    "approve": "通过了，摊主会收到通知。",
    "waitlist": "列入候补了，摊主会收到通知。",
    "ask": "发给摊主了，等补充。",
    "reject": "定为不通过，摊主会收到理由。",
    "revoke": "取消了，摊位放出来给候补的人。",
    "name": "名称可以登在公开的摊位图上了。",
    "no_name": "名称不再公开。",
    "take_off": "收回了摊位，这份申请仍是已通过。",
}
# The deeds that tell the stallholder what was written in the box of words.
_WORDY = {"approve", "waitlist", "ask", "reject", "revoke"}
# Where a session keeps what was typed beside a deed that was done, until the screen is shown again.
_BESIDE = "booking_typed_beside"
# By the name of its field, what was typed.
Typed = dict[str, str]


class PaymentForm(forms.ModelForm[Application]):
    """What is known of the fee; nothing is paid here."""

    class Meta:
        model = Application
        fields = ("payment", "fee", "deposit", "payment_note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("fee", "deposit"):
            self.fields[name].validators.append(MinValueValidator(0))

    def as_sent(self) -> dict[str, str]:
        """What a browser sends of this form where nobody types anything, by the field's name."""
        return {name: _line(self[name].value()) for name in self.fields}


@require_safe
def application(request: HttpRequest, pk: int) -> HttpResponse:
    own = access.application(request, pk)
    return _show(request, own, typed=request.session.pop(_BESIDE, {}).get(str(pk)))


@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve, put on the waitlist, ask, refuse, revoke or take off the booths."""
    own = access.application(request, pk)
    action, text = request.POST.get("action", ""), request.POST.get("text", "")
    if action == "template":
        return _show(request, own, typed=_typed(request) | {"text": _from_template(request, own, text)})
    try:
        words = message_templates.filled(text, own) if action in _WORDY else ""
        _act(request, own, action, words, _version(request))
    except BookingRefused as refused:
        return _refused(request, pk, refused, field="text" if action in _WORDY else "action")
    said = f"{own.stall_name or own.reference}：{_DONE[action]}"
    return _done(request, pk, said, told={"text"} if action in _WORDY else set())


def _act(request: HttpRequest, own: Application, action: str, words: str, version: int) -> None:
    actor = access.user_of(request)
    if action == "approve":
        deciding.approve(application=own, actor=actor, reason=words, version=version)
    elif action == "waitlist":
        deciding.put_on_waitlist(application=own, actor=actor, reason=words, version=version)
    elif action == "ask":
        deciding.ask(application=own, text=words, actor=actor, version=version)
    elif action == "reject":
        deciding.reject(application=own, actor=actor, reason=words, version=version)
    elif action == "revoke":
        deciding.revoke(application=own, actor=actor, reason=words, version=version)
    elif action in {"name", "no_name"}:
        deciding.approve_name(application=own, approved=action == "name", actor=actor, version=version)
    elif action == "take_off":
        deciding.take_off(application=own, actor=actor, version=version)
    else:
        raise FieldsRefused({"action": "请选要办什么。"})


@require_POST
def payment(request: HttpRequest, pk: int) -> HttpResponse:
    own = access.application(request, pk)
    form = PaymentForm(request.POST, instance=own)
    if not form.is_valid():
        shown = access.application(request, pk)
        return _show(request, shown, typed=_typed(request), payment_form=form, status=400)
    values = dict(form.cleaned_data)
    own = access.application(request, pk)  # the form has put what was typed on the other one
    try:
        deciding.record_payment(
            application=own,
            payment=Payment(values["payment"]),
            fee=values["fee"],
            deposit=values["deposit"],
            note=values["payment_note"],
            actor=access.user_of(request),
            version=_version(request),
        )
    except BookingRefused as refused:
        return _refused(request, pk, refused, field="payment", payment_form=form)
    return _done(request, pk, "付款情况记下了。", told=set(form.fields))


@require_POST
def write(request: HttpRequest, pk: int) -> HttpResponse:
    """A message to the stallholder, or a note among organisers."""
    own = access.application(request, pk)
    text, internal = request.POST.get("message", ""), request.POST.get("kind") == "note"
    do = deciding.note if internal else deciding.write
    try:
        do(application=own, text=text, actor=access.user_of(request))
    except BookingRefused as refused:
        return _refused(request, pk, refused, field="message")
    said = "备注记下了，只有组织者看得到。" if internal else "发给摊主了。"
    return _done(request, pk, said, told={"message"})


@require_POST
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """Say of a document whether it will do."""
    document = access.document(request, pk)
    own, field = document.application, f"document-{pk}"
    try:
        seen = Review(request.POST.get(f"seen-{pk}", ""))
        verdict = Review(request.POST.get("verdict", ""))
    except ValueError:
        return _refused(request, own.pk, FieldsRefused({"verdict": "请选合格或不合格。"}), field=field)
    try:
        deciding.review(
            document=document,
            verdict=verdict,
            actor=access.user_of(request),
            reason=request.POST.get(field, ""),
            seen=seen,
            version=_version(request),
        )
    except BookingRefused as refused:
        return _refused(request, own.pk, refused, field=field)
    return _done(request, own.pk, f"{document.label}：{verdict.label}。", told={field})


# --- what was typed -----------------------------------------------------------------------------------------------------


def _typed(request: HttpRequest) -> Typed:
    """Everything that was typed on the screen: words, reasons beside documents, and what was changed of the payment."""
    sent = request.POST
    typed = {
        name: text
        for name, text in sent.items()
        if isinstance(text, str) and text and (name in {"text", "message"} or name.startswith("document-"))
    }
    # Only what was changed: meanwhile somebody else may have written down the rest.
    for name in PaymentForm.base_fields:
        if name in sent and f"shown-{name}" in sent and _line(sent[name]) != _line(sent[f"shown-{name}"]):
            typed[name] = sent[name]
    return typed


def _line(value: object) -> str:
    """A value as it stands in a form, whatever ends its lines."""
    return "" if value is None else str(value).replace("\r\n", "\n")


def _done(request: HttpRequest, pk: int, said: str, *, told: set[str]) -> HttpResponse:
    """The screen again, after a deed that took the fields of `told` along."""
    beside = {name: text for name, text in _typed(request).items() if name not in told and text.strip()}
    if beside:
        request.session[_BESIDE] = {str(pk): beside}
        said += "旁边写的还没有发出或记下，都还在原处。"
    messages.success(request, said)
    return redirect("booking_application", pk)


def _version(request: HttpRequest) -> int:
    version = whole_number(request.POST.get("version", ""), digits=9)
    if version is None:
        raise StateChanged("请重新打开这份申请再决定。")
    return version


def _from_template(request: HttpRequest, own: Application, typed: str) -> str:
    text = access.chosen_template(request, own.festival)
    return message_templates.filled(text, own) if text else typed


def _refused(
    request: HttpRequest,
    pk: int,
    refused: BookingRefused,
    *,
    field: str,
    payment_form: PaymentForm | None = None,
) -> HttpResponse:
    """The screen again: the application as it is now, with what was typed beside why it was refused."""
    status = 409 if isinstance(refused, StateChanged) else 400
    return _show(
        request,
        access.application(request, pk),
        typed=_typed(request),
        problems={field: str(refused)},
        payment_form=payment_form,
        status=status,
    )


def _show(
    request: HttpRequest,
    own: Application,
    *,
    typed: Typed | None = None,
    problems: dict[str, str] | None = None,
    payment_form: PaymentForm | None = None,
    status: int = 200,
) -> HttpResponse:
    typed = typed or {}
    stored = PaymentForm(instance=own)
    unsaved = {name: typed[name] for name in stored.fields if name in typed}
    return access.page(
        request,
        "application.html",
        title=f"{own.stall_name or '（没有名称）'} {own.reference}",
        festival=own.festival,
        tab="applications",
        status=status,
        application=own,
        portrait=portrait(own, typed=typed, problems=problems or {}),
        typed=typed,
        problems=problems or {},
        templates=access.templates(own.festival),
        payment_form=payment_form or PaymentForm(instance=own, initial=unsaved),
        payment_shown=stored.as_sent(),
        reviews=Review,
        ended=own.state in _OVER,
    )


_OVER = {
    ApplicationState.LAPSED,
    ApplicationState.REJECTED,
    ApplicationState.WITHDRAWN,
    ApplicationState.REVOKED,
}
