"""What the pages of the stallholder's way share: the edition that an address names, and answers with the site's look.

Nothing here is known by a cookie. Who may see or change an application is told by its private link's secret alone, which
a form carries hidden in its body, so a page of somebody else's cannot send a form in a stallholder's name: that is why
these views are exempt from the CSRF check, whose cookie would be the only one of the public site.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

import orjson
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters

from festival.domain import editions
from festival.models import FestivalPage
from frontend_static.rendering import answer as set_page
from frontend_static.routing import Page
from frontend_static.source import Item, MemorySource
from sites.content_security import PUBLIC_PAGES_POLICY
from sites.models import District, Publication
from sites.repeating import own_transactions

View = Callable[..., HttpResponseBase]


@dataclass(frozen=True)
class Edition:
    """A public edition on its district's own host. `item` is what the public site knows of it."""

    festival: FestivalPage
    district: District
    item: Item
    source: MemorySource

    @property
    def base(self) -> str:
        """Where the stallholder's way begins."""
        return f"{self.item['path']}apply/"

    @property
    def origin(self) -> str:
        return str(self.district.site.root_url)


def find_edition(request: HttpRequest, slug: str) -> Edition:
    """The public edition of the host's district. Raises Http404. Three queries."""
    host: Any = getattr(request, "linli_host", None)
    own = host.district_slug if host else None
    festival = editions.find_live(district=own, slug=slug) if own else None
    if festival is None:
        raise Http404
    district = District.objects.select_related("site").get(slug=own)
    shown = Q(type="district", slug=own) | Q(type="festival", slug=slug)
    rows = Publication.objects.filter(shown, district=district, deleted=False)
    items = {type_: orjson.loads(bytes(body)) for type_, body in rows.values_list("type", "body")}
    if len(items) < 2:
        raise Http404
    return Edition(festival, district, items["festival"], MemorySource(district.slug, [items["district"]]))


def stallholders_page(view: View) -> View:
    """A page of the stallholder's way: `view` takes the request and the edition. It runs in no transaction, so that what
    limits count stays counted; what changes something opens its own."""

    @wraps(view)
    def shown(request: HttpRequest, edition: str, **values: Any) -> HttpResponseBase:
        # PostgreSQL refuses text with NUL, which no browser sends.
        request.GET, request.POST = _without_nul(request.GET), _without_nul(request.POST)  # type: ignore[assignment]
        return view(request, find_edition(request, edition), **values)

    return own_transactions(csrf_exempt(sensitive_post_parameters()(shown)))


def _without_nul(fields: QueryDict) -> QueryDict:
    if not any("\x00" in value for values in fields.lists() for value in values[1]):
        return fields
    clean = QueryDict(mutable=True)
    for name, values in fields.lists():
        clean.setlist(name, [str(value).replace("\x00", "") for value in values])
    return clean


def sent(view: View) -> View:
    """A step that a form is sent to. Whoever only opens its address, by a reload or a bookmark, begins at the beginning."""

    @wraps(view)
    def shown(request: HttpRequest, edition: Edition, **values: Any) -> HttpResponseBase:
        if request.method != "POST":
            return HttpResponseRedirect(edition.base)
        return view(request, edition, **values)

    return shown


def show(edition: Edition, page: Page, request: HttpRequest, *, status: int = 200) -> HttpResponse:
    """A page that nobody stores, not even the browser's disk: it may show what is private."""
    response = HttpResponse(set_page(edition.source, page, request.path), status=status)
    response["Cache-Control"] = "no-store"
    response["Content-Security-Policy"] = PUBLIC_PAGES_POLICY
    response["Referrer-Policy"] = "same-origin"
    if request.method == "POST" or not request.path.endswith("/apply/"):
        response["X-Robots-Tag"] = "noindex"
    return response
