"""Who enters these pages, and what frames each of them."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from wagtail.models import Page

from festival.domain import queue
from festival.models import Application, ApplicationDocument, FestivalPage, MessageTemplate
from sites.domain import reach
from sites.domain.people import districts_of
from sites.models import User
from sites.numerals import whole_number
from sites.ownership import UnderHome
from sites.pages import district_of

TITLE = "摊位预订"
# Whoever may decide about applications keeps the booking of that district's editions.
MAY = "festival.change_application"
_OWN = "_booking_desk_editions"


def user_of(request: HttpRequest) -> User:
    """Who is signed in; the admin lets nobody else in."""
    assert isinstance(request.user, User)
    return request.user


def keeps_any(request: HttpRequest) -> bool:
    """Whether the person keeps the booking of any district."""
    return reach.of(user_of(request)).may(MAY)


def editions_of(request: HttpRequest) -> QuerySet[FestivalPage]:
    """The editions whose booking the person keeps, the newest first."""
    user = user_of(request)
    found = FestivalPage.objects.order_by("-starts_on", "-pk")
    if reach.of(user).is_city:
        return found if user.has_perm(MAY) else found.none()
    return found.filter(UnderHome().within(districts_of(user, may=MAY)))


def edition(request: HttpRequest, pk: int) -> FestivalPage:
    """The edition of that key, if the person keeps its booking. Raises Http404 for every other, as for none."""
    found = editions_of(request).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def application(request: HttpRequest, pk: int) -> Application:
    """The application of that key with its edition and zone, once it was handed in. Raises Http404 as `edition`
    does."""
    found = queue.handed_in().select_related("zone").filter(pk=pk).first()
    if found is None:
        raise Http404
    found.festival = edition(request, found.festival_id)
    return found


def document(request: HttpRequest, pk: int) -> ApplicationDocument:
    """The document of that key with its application. Raises Http404 as `edition` does."""
    found = ApplicationDocument.objects.filter(pk=pk).first()
    if found is None:
        raise Http404
    found.application = application(request, found.application_id)
    return found


def templates(festival: FestivalPage) -> QuerySet[MessageTemplate]:
    """The message templates of the edition's district."""
    return MessageTemplate.objects.filter(district=district_of(festival))


def chosen_template(request: HttpRequest, festival: FestivalPage) -> str:
    """The text of the template that a form names, or "" where it names none of them."""
    key = whole_number(request.POST.get("template", "")) or 0
    found = templates(festival).filter(pk=key).first()
    return found.text if found else ""


def page(
    request: HttpRequest,
    template: str,
    *,
    title: str,
    festival: FestivalPage | None = None,
    tab: str = "",
    status: int = 200,
    **values: Any,
) -> HttpResponse:
    """A page of the desk with its trail of links and its tabs. Never cached: it shows what is personal."""
    crumbs = [{"url": reverse("booking"), "label": TITLE}]
    if festival is not None:
        crumbs.append({"url": reverse("booking_edition", args=[festival.pk]), "label": festival.title})
    if title not in {crumb["label"] for crumb in crumbs}:
        crumbs.append({"url": "", "label": title})
    context = {
        "header_title": title,
        "header_icon": "clipboard-list",
        "breadcrumbs_items": crumbs,
        "festival": festival,
        "tabs": _tabs(festival) if festival else [],
        "tab": tab,
        **values,
    }
    response = render(request, f"festival/desk/{template}", context, status=status)
    response["Cache-Control"] = "no-store"
    return response


def _tabs(festival: Page) -> list[tuple[str, str, str]]:
    """(name, label, address) of each tab."""
    return [
        (name, label, reverse(f"booking_{name}", args=[festival.pk]))
        for name, label in (
            ("edition", "概览"),
            ("applications", "申请"),
            ("waitlist", "候补"),
            ("plan", "平面图"),
            ("draws", "抽签"),
            ("day", "当天"),
            ("notices", "通知记录"),
            ("rules", "规则"),
        )
    ]
