"""What writes runs in one transaction; what only reads opens none.

Wagtail sends its publish signals outside any transaction, and on SQLite every transaction takes the write lock. So each
unsafe request is wrapped here, and no GET is.

A view that says `own_transactions` opens its own by `repeated`: what it counts or refuses before stays written.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import SimpleTemplateResponse
from django.utils.datastructures import MultiValueDictKeyError
from django.utils.http import url_has_allowed_host_and_scheme

from sites.exceptions import LinliError
from sites.refusals import refusal
from sites.repeating import repeated

logger = logging.getLogger(__name__)

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
            if getattr(view, "own_transactions", False):
                return view(request, *args, **kwargs)
            return repeated(lambda: _run(request, view, args, kwargs), before_next=lambda: _rewind(request))
        except MultiValueDictKeyError as missing:
            raise _incomplete(missing) from missing
        except ProtectedError as used:
            return refusal(request, 409, "in-use", "还在用，不能删除", _who_uses(used))
        except IntegrityError:
            # The forms ask before the database does; what comes this far was typed twice at once, or by no form.
            logger.exception("a write was refused by the database")
            return refusal(request, 409, "conflict", "没有保存", _CONFLICT)
        except LinliError as no:
            if not request.path.startswith("/admin/"):
                raise
            # A rule said no below a form (a bulk action, an approval): say why, on the page it was asked from.
            messages.error(request, str(no))
            origin = request.headers.get("Referer", "")
            here = url_has_allowed_host_and_scheme(origin, allowed_hosts={request.get_host()})
            return HttpResponseRedirect(origin if here else "/admin/")

    def process_exception(self, request: HttpRequest, error: Exception) -> None:
        """The same for requests that only read."""
        if isinstance(error, MultiValueDictKeyError):
            raise _incomplete(error) from error


_CONFLICT = (
    "有人刚刚改了同样的内容，或者有两处互相冲突。什么也没有改变；请按浏览器的“返回”，看一看再保存一次。"
)


def _who_uses(used: ProtectedError) -> str:
    """What keeps a row from being deleted. Only the kinds: not everything that uses it is the person's to see."""
    kinds = sorted({str(row._meta.verbose_name) for row in used.protected_objects})
    return f"还有{'、'.join(kinds)}在用它，所以没有删除，什么也没有改变。请先在那里换掉它。"


def _incomplete(missing: MultiValueDictKeyError) -> BadRequest:
    """Wagtail's views read some fields without looking whether they came: that is the sender's mistake, not ours."""
    return BadRequest(f"the request lacks {missing}")


def _run(
    request: HttpRequest, view: Callable[..., HttpResponseBase], args: list[Any], kwargs: dict[str, Any]
) -> HttpResponseBase:
    response = view(request, *args, **kwargs)
    if isinstance(response, SimpleTemplateResponse) and not response.is_rendered:
        response = response.render()
    if response.status_code >= 500:
        transaction.set_rollback(True)
    return response


def _rewind(request: HttpRequest) -> None:
    for _, files in request.FILES.lists():
        for file in files:
            file.seek(0)
