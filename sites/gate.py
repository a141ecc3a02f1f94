"""Layer 3 of tenancy: the gate before the admin. Every address below /admin/ and /documents/ is known here with how it
is kept, or it answers 404.

Wagtail's views were made for one team. Hiding a menu entry closes none of them, and new ones come with each release. So
whatever is not listed is denied, and so is an address that carries an argument its entry does not look at. Each room
lists its own addresses beside them; those of Wagtail stand in `cms.admin_routes`.

What is another district's answers exactly as what is not there. The city's staff pass wherever their rights let them,
but not what is kept from everybody and not what is unknown.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.defaults import page_not_found
from wagtail.models import Collection, Page

from sites.domain import reach

logger = logging.getLogger(__name__)

# Looks at a request's arguments; raises Http404 for what the person must not know of.
Check = Callable[[HttpRequest, Mapping[str, Any]], None]

_KEPT_PATHS = ("/admin/", "/documents/")
_NO_KEY = 2**63  # keys are smaller; SQLite takes no such number in a query


@dataclass(frozen=True)
class Kept:
    """How one address is kept: in words for the report, by which check, and which URL arguments that check covers.

    `how` is "open" (nobody need sign in), "own" (of the person's own account), "view" (the view itself shows what is
    the person's), "object" (the check looks at its arguments), "city" (for the city's staff), or "nobody".
    """

    how: str
    check: Check
    arguments: frozenset[str] = field(default_factory=frozenset)


_kept: dict[str, Kept] = {}


def keep(how: Kept, *names: str) -> None:
    """List addresses by their name with namespace ("wagtailadmin_pages:edit"). A name is listed once; raises
    ValueError otherwise."""
    for name in names:
        if name in _kept and _kept[name] != how:
            raise ValueError(f"{name} is listed twice")
        _kept[name] = how


def listed() -> Mapping[str, Kept]:
    """Every listed address."""
    return _kept


# --- ways to keep an address --------------------------------------------------------------------------------------------


def _pass(request: HttpRequest, values: Mapping[str, Any]) -> None:
    """Nothing to look at."""


def _refuse(request: HttpRequest, values: Mapping[str, Any]) -> None:
    raise Http404


def scoped(*arguments: str) -> Kept:
    """The view itself shows and changes only what is the person's (a `DistrictViewSet`, a view of ours)."""
    return Kept("view", _pass, frozenset(arguments))


def own(*arguments: str) -> Kept:
    """The view is about the person's own account only."""
    return Kept("own", _pass, frozenset(arguments))


def open_to_all(*arguments: str) -> Kept:
    """Nobody need sign in, and nothing of a district is there."""
    return Kept("open", _pass, frozenset(arguments))


def city(*arguments: str) -> Kept:
    """For the city's staff. They are let through before any check, so whoever comes to it is refused."""
    return Kept("city", _refuse, frozenset(arguments))


def nobody(*arguments: str) -> Kept:
    """Closed to everybody, the city's staff too: what cannot be kept apart by districts and nobody needs."""
    return Kept("nobody", _refuse, frozenset(arguments))


def objects(check: Check, *arguments: str) -> Kept:
    """The check looks at the arguments."""
    return Kept("object", check, frozenset(arguments))


def of_model(model: type[Model], *arguments: str, to_choose: bool = False) -> Kept:
    """Each argument is the key of a row of the model, which must be the person's."""
    return Kept("object", _RowCheck(model, arguments, to_choose), frozenset(arguments))


@dataclass(frozen=True)
class _RowCheck:
    """A check with equality, so that a viewset registered again lists the same."""

    model: type[Model]
    arguments: tuple[str, ...]
    to_choose: bool

    def __call__(self, request: HttpRequest, values: Mapping[str, Any]) -> None:
        for name in self.arguments:
            if name in values:
                must_reach(request, self.model, [values[name]], to_choose=self.to_choose)


def _keys(typed: Iterable[Any]) -> set[int]:
    """What of it a view might look up as a key: Django reads "+7", " 7" and "７" as 7. The rest is the view's to refuse."""
    found = set()
    for key in map(str, typed):
        with contextlib.suppress(ValueError):
            found.add(int(key))
    return {key for key in found if abs(key) < _NO_KEY}


def _must_all_be(model: type[Model], wanted: set[int], condition: Q) -> None:
    if model._default_manager.filter(condition, pk__in=wanted).count() != len(wanted):
        raise Http404


def must_reach(
    request: HttpRequest, model: type[Model], keys: Iterable[Any], *, to_choose: bool = False
) -> None:
    """Raises Http404 unless every key is that of a row that the person reaches. What is no key is the view's to
    refuse."""
    wanted = _keys(keys)
    if not wanted:
        return
    mine = reach.of(request.user)
    condition = (
        mine.collections(to_choose=to_choose)
        if issubclass(model, Collection)
        else mine.rows(model, to_choose=to_choose)
    )
    _must_all_be(model, wanted, condition)


# --- at the door --------------------------------------------------------------------------------------------------------

# References in query strings, whichever view reads them.
_QUERY_PAGES = ("parent_page_id", "child_of", "descendant_of", "ancestor_of", "target_pages[]")
_QUERY_COLLECTIONS = ("collection_id", "collection", "collection_id[]")


class Gate:
    """Decides whether a person may knock at an address."""

    def check(self, request: HttpRequest, name: str, values: Mapping[str, Any]) -> None:
        """Raises Http404 when the address is unknown, carries an argument that nobody looks at, or leads to what is
        not the person's."""
        kept = _kept.get(name)
        if kept is None or not kept.arguments.issuperset(values):
            logger.warning("refused %s: the address %s %s is not listed", request.path, name, sorted(values))
            raise Http404
        if kept.how == "nobody":
            raise Http404
        # Who is not signed in is sent to do so by Wagtail's own decorator.
        if kept.how == "open" or not request.user.is_authenticated or reach.of(request.user).is_city:
            return
        kept.check(request, values)
        self.check_query(request)

    def check_query(self, request: HttpRequest) -> None:
        """The references that travel in a query string instead of the address."""
        pages = [key for name in _QUERY_PAGES for key in request.GET.getlist(name)]
        if pages:
            must_browse(request, pages)
        collections = [key for name in _QUERY_COLLECTIONS for key in request.GET.getlist(name)]
        must_reach(request, Collection, collections, to_choose=True)


def must_explore(request: HttpRequest, keys: Iterable[Any]) -> None:
    """Raises Http404 unless each key is that of a page in the person's explorer (the root for those who serve several
    districts)."""
    wanted = _keys(keys)
    mine = reach.of(request.user)
    condition = mine.pages()
    if len(mine.districts) > 1:
        condition |= reach.ROOT
    _must_all_be(Page, wanted, condition)


def must_browse(request: HttpRequest, keys: Iterable[Any]) -> None:
    """Raises Http404 unless each key is that of a page that a chooser may show: the person's own, and what is public
    of their districts and of the city."""
    wanted = _keys(keys)
    condition = reach.of(request.user).choosable_pages() | reach.ROOT
    _must_all_be(Page, wanted, condition)


class GateMiddleware:
    """Puts the gate before every view below /admin/ and /documents/. It stands before whatever runs the view itself
    (`sites.transactions.AtomicWritesMiddleware`)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.gate = Gate()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., HttpResponseBase],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
    ) -> HttpResponseBase | None:
        """Let the request through, or answer as if nothing were there."""
        if not request.path_info.startswith(_KEPT_PATHS) or request.resolver_match is None:
            return None
        values = {**{str(n): value for n, value in enumerate(args)}, **kwargs}
        try:
            self.gate.check(request, request.resolver_match.view_name or "", values)
        except Http404 as missing:
            template = "wagtailadmin/404.html" if request.user.is_authenticated else "404.html"
            return page_not_found(request, missing, template_name=template)
        return None
