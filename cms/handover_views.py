"""The admin's pages for stories that are passed between districts."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from cms.domain import handovers
from cms.enums import HandoverState
from cms.exceptions import HandoverRefused
from cms.models import SentStory, StoryPage
from sites import previews
from sites.content_security import PUBLIC_PAGES_POLICY
from sites.domain import reach
from sites.models import District, User
from sites.pages import district_of

_SHOWN = 100


class SendForm(forms.Form):
    """To whom, and with which words."""

    targets = forms.ModelMultipleChoiceField(
        label="送给",
        queryset=District.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "请至少选一个。"},
    )
    note = forms.CharField(
        label="附言",
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="写给对方的审核员，例如：为什么值得转载。公众看不到。",
    )


class DeclineForm(forms.Form):
    """Why not."""

    reason = forms.CharField(
        label="退回理由",
        error_messages={"required": "请写一句退回的理由，对方会看到。"},
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="对方会看到这句话。",
    )


def _person(request: HttpRequest) -> User:
    # Wagtail lets nobody in here who has not signed in.
    assert isinstance(request.user, User)
    return request.user


def handover_list(request: HttpRequest) -> HttpResponse:
    """What came in and what went out, for those who decide and those who send."""
    own = reach.of(request.user)
    decides, sends = own.may(handovers.DECIDE), own.may(handovers.SEND)
    if not decides and not sends:
        raise Http404
    side = "sent" if not decides or (sends and request.GET.get("side") == "sent") else "received"
    received = handovers.received_by(request.user).select_related("district", "page")
    sent = handovers.sent_by(request.user).select_related("district")
    shown: QuerySet[Any] = sent if side == "sent" else received.prefetch_related("pictures")
    rows = list(shown[:_SHOWN])
    waiting = received.filter(state=HandoverState.WAITING).count()
    content = {
        "side": side,
        "rows": rows,
        "waiting": waiting,
        "decides": decides,
        "sends": sends,
        "several": len(own.districts) > 1,
        "most": _SHOWN if len(rows) == _SHOWN else 0,
    }
    return render(request, "cms/handovers/list.html", content)


def send_story(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose to whom a story goes, and send it."""
    story = get_object_or_404(StoryPage, pk=pk)
    district = district_of(story)
    if district is None or not handovers.may_send(request.user, story=story):
        raise Http404
    form = SendForm(request.POST or None)
    targets = form.fields["targets"]
    assert isinstance(targets, forms.ModelMultipleChoiceField)
    targets.queryset = handovers.targets_of(district)
    waiting = story.sendings.filter(state=HandoverState.WAITING)
    if request.method == "POST" and form.is_valid():
        try:
            sent, held_back = handovers.send(
                story=story,
                targets=form.cleaned_data["targets"],
                by=_person(request),
                note=form.cleaned_data["note"],
                request=request,
            )
        except HandoverRefused as refusal:
            form.add_error("targets", str(refusal))
        else:
            _say_sent(request, sent, held_back)
            return redirect("wagtailadmin_pages:edit", story.pk)
    content = {
        "form": form,
        "story": story,
        "waiting": waiting,
        "draft": story.has_unpublished_changes,
    }
    return render(request, "cms/handovers/send.html", content)


def _say_sent(request: HttpRequest, sent: list[SentStory], held_back: int) -> None:
    names = "、".join(row.target_name for row in sent)
    messages.success(request, f"已送给{names}，对方决定后会告诉你。")
    if held_back:
        messages.warning(request, f"有 {held_back} 张图片的授权已经撤回，没有送出。")


@require_safe
def received_story(request: HttpRequest, pk: int) -> HttpResponse:
    """A received story, to be decided about."""
    return _show_received(request, pk, DeclineForm())


def _show_received(request: HttpRequest, pk: int, form: DeclineForm) -> HttpResponse:
    queryset = handovers.received_by(request.user).select_related("district", "page", "decided_by")
    received = get_object_or_404(queryset, pk=pk)
    content = {
        "received": received,
        "form": form,
        "waits": received.state == HandoverState.WAITING,
        "withdrawn": received.pictures.exclude(withdrawn_at=None).select_related("copy"),
    }
    return render(request, "cms/handovers/received.html", content)


@require_safe
def received_preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The story as the public of the receiving district would see it."""
    waiting = handovers.received_by(request.user).filter(state=HandoverState.WAITING)
    received = get_object_or_404(waiting.select_related("district__site"), pk=pk)
    response = HttpResponse(previews.render_item(received.item, district=received.district))
    response["Content-Security-Policy"] = PUBLIC_PAGES_POLICY
    return response


@require_POST
def take_story(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept: the story becomes a draft, which is opened."""
    received = get_object_or_404(handovers.received_by(request.user), pk=pk)
    try:
        page = handovers.take(received=received, by=_person(request), request=request)
    except HandoverRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("received_story", pk)
    messages.success(request, "已收下，现在是一份草稿。看过、改好以后照常发布，页面上会注明出处。")
    return redirect("wagtailadmin_pages:edit", page.pk)


@require_POST
def decline_story(request: HttpRequest, pk: int) -> HttpResponse:
    """Send back with a reason."""
    received = get_object_or_404(handovers.received_by(request.user), pk=pk)
    form = DeclineForm(request.POST)
    if not form.is_valid():
        return _show_received(request, pk, form)
    try:
        handovers.decline(
            received=received, by=_person(request), reason=form.cleaned_data["reason"], request=request
        )
    except HandoverRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("received_story", pk)
    messages.success(request, f"《{received.title}》已退回，理由会告诉{received.origin_name}。")
    return redirect("handovers")


@require_POST
def withdraw_story(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back what waits."""
    sent = get_object_or_404(handovers.sent_by(request.user), pk=pk)
    try:
        handovers.withdraw(sent=sent, by=_person(request), request=request)
    except HandoverRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"送给{sent.target_name}的《{sent.title}》已撤回。")
    return redirect(f"{reverse('handovers')}?side=sent")
