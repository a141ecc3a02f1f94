"""What writes runs in one transaction; what only reads opens none.

Wagtail sends its publish signals outside any transaction, and on SQLite every transaction takes the write lock. So each
unsafe request is wrapped here, and no GET is.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import SimpleTemplateResponse
from django.utils.http import url_has_allowed_host_and_scheme

from sites.exceptions import LinliError

_SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


class AtomicWritesMiddleware:
    """Runs the view of an unsafe request in a transaction, and undoes it when the answer is a server error."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., HttpResponseBase],
        args: list[Any],
        kwargs: dict[str, Any],
    ) -> HttpResponseBase | None:
        if request.method in _SAFE:
            return None
        try:
            with transaction.atomic():
                response = view(request, *args, **kwargs)
                if isinstance(response, SimpleTemplateResponse) and not response.is_rendered:
                    response = response.render()
                if response.status_code >= 500:
                    transaction.set_rollback(True)
                return response
        except LinliError as refusal:
            if not request.path.startswith("/admin/"):
                raise
            # A rule said no below a form (a bulk action, an approval): say why, on the page it was asked from.
            messages.error(request, str(refusal))
            origin = request.headers.get("Referer", "")
            here = url_has_allowed_host_and_scheme(origin, allowed_hosts={request.get_host()})
            return HttpResponseRedirect(origin if here else "/admin/")
