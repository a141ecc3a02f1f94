"""An application whose private link was shown, and the pages that show it.

Every form carries reference and secret of the private link. A wrong one, one of another edition and one that never was
are answered alike.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from festival.domain import (
    applying,
    availability,
    gatekeeping,
    idempotency,
    links,
    pass_pictures,
    passes,
    portrayal,
)
from festival.domain.gatekeeping import Act
from festival.enums import ApplicationState
from festival.exceptions import FieldsRefused, SlotTaken, StateChanged
from festival.models import Application, Booth
from festival.views.site_pages import Edition, show
from frontend_static.pages import applying as pages
from sites.client_address import client_prefix
from sites.exceptions import LimitExceeded
from sites.repeating import repeated

S = ApplicationState

_LINK = re.compile(r"([0-9A-Z]{6,12})\.([\w-]{16,100})\s*$")
UNKNOWN = "这个链接打不开：可能没有复制完整，也可能已经过期。"


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


def find(request: HttpRequest, edition: Edition, *, reference: str, secret: str) -> Own | None:
    application = links.find(secret, festival=edition.festival, reference=reference)
    return Own(request, edition, application, secret) if application else None


def application_of(request: HttpRequest, edition: Edition) -> Own | None:
    """The application that a sent form is about."""
    reference, secret = request.POST.get("reference", ""), request.POST.get("secret", "")
    if not reference and (pasted := _LINK.search(request.POST.get("link", ""))):
        reference, secret = pasted[1], pasted[2]
    return find(request, edition, reference=reference, secret=secret)


def ask_link(request: HttpRequest, edition: Edition, *, problem: str = "") -> HttpResponse:
    booking = edition.item.get("booking") or {}
    page = pages.step(
        "link",
        edition.item,
        link=request.POST.get("link", ""),
        contact=booking.get("contact", ""),
        problems={"link": problem} if problem else {},
    )
    return show(edition, page, request, status=404 if problem else 200)


def problems_of(refused: Exception | None) -> dict[str, str]:
    if refused is None:
        return {}
    return dict(refused.problems) if isinstance(refused, FieldsRefused) else {"page": str(refused)}


def status_code(refused: Exception | None, problems: dict[str, str]) -> int:
    if isinstance(refused, LimitExceeded):
        return 429
    return 409 if isinstance(refused, StateChanged) else 422 if problems else 200


def show_own(
    request: HttpRequest, edition: Edition, *, reference: str, secret: str, notice: str = ""
) -> HttpResponse:
    """The page of an application: its form while it is a draft, else where it stands."""
    own = find(request, edition, reference=reference, secret=secret)
    if own is None:
        return ask_link(request, edition, problem=UNKNOWN)
    return show_either(own, notice=notice)


def show_either(own: Own, **said: Any) -> HttpResponse:
    if own.application.state == S.DRAFT:
        return show_form(own, **said)
    return show_status(own, **said)


def show_form(
    own: Own,
    *,
    refused: Exception | None = None,
    problems: dict[str, str] | None = None,
    values: dict[str, Any] | None = None,
    notice: str = "",
) -> HttpResponse:
    found = {**problems_of(refused), **(problems or {})}
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
    return show(own.edition, page, own.request, status=status_code(refused, found))


def show_status(
    own: Own,
    *,
    refused: Exception | None = None,
    notice: str = "",
    fresh: bool = False,
    problems: dict[str, str] | None = None,
    values: dict[str, Any] | None = None,
) -> HttpResponse:
    problems = {**problems_of(refused), **(problems or {})}
    page = pages.status(
        own.edition.item,
        own.portrayed(),
        secret=own.secret,
        link=own.link,
        key=idempotency.new_key(),
        problems=problems,
        notice=notice,
        fresh=fresh,
        typed=values,
        shown_pass=_pass(own),
    )
    return show(own.edition, page, own.request, status=status_code(refused, problems))


def _pass(own: Own) -> dict[str, Any] | None:
    """The pass of whoever has a booth, made when it is first looked at; with its picture in the page itself, so that it
    is kept without asking anybody again, by any browser, with or without scripts."""
    if own.application.state not in portrayal.HAS_A_PASS or own.application.erased_at is not None:
        return None
    shown = repeated(lambda: passes.portray(own.application))
    picture = base64.b64encode(pass_pictures.png(shown, title=own.edition.festival.title)).decode()
    return {**shown, "picture": f"data:image/png;base64,{picture}"}


def show_booths(own: Own, *, do: str, refused: Exception | None = None) -> HttpResponse:
    present = applying.terms_of(own.application)
    most = present["booths_per_applicant"]
    if do == "pick":
        most = min(most, own.application.booths_wanted)
    problems = problems_of(refused)
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
    return show(own.edition, page, own.request, status=status_code(refused, problems))


def booths_of(own: Own) -> list[Booth]:
    numbers = own.request.POST.getlist("booths")[:20]
    found = list(Booth.objects.filter(festival=own.edition.festival, number__in=numbers))
    if not found or len(found) != len(set(numbers)):
        raise FieldsRefused({"booths": "请选一个摊位。"})
    return found
