"""Problem details (RFC 9457): the one shape of every refusal of the API."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

import orjson
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from rest_framework import exceptions
from rest_framework.response import Response

logger = logging.getLogger(__name__)

CONTENT_TYPE = "application/problem+json; charset=utf-8"


class Problem(exceptions.APIException):
    """A refusal with a status, a stable type, and a Chinese title and detail.

    `extra` names what was wrong (`parameter`, `value`, `allowed`, …); `headers` are sent along.
    """

    headers: Mapping[str, str] = {}

    def __init__(self, status: int, type: str, title: str, detail: str = "", **extra: Any) -> None:
        self.status_code = status
        self.type, self.title, self.text, self.extra = type, title, detail, extra
        super().__init__(detail or title)

    def with_headers(self, headers: Mapping[str, str]) -> Problem:
        """The same with headers."""
        self.headers = headers
        return self


def problem_body(
    status: int, type: str, title: str, *, detail: str = "", instance: str = "", **extra: Any
) -> dict[str, Any]:
    """The members of a problem document; `type` becomes a URN."""
    return {
        "type": f"urn:linli:problem:{type}",
        "title": title,
        "status": status,
        "detail": detail or title,
        "instance": instance,
        **extra,
    }


def problem(
    status: int, type: str, title: str, *, detail: str = "", instance: str = "", **extra: Any
) -> HttpResponse:
    """A problem document as a finished response, for places outside DRF's views."""
    body = problem_body(status, type, title, detail=detail, instance=instance, **extra)
    response = HttpResponse(orjson.dumps(body), status=status, content_type=CONTENT_TYPE)
    response["Cache-Control"] = "no-store"
    return response


_TITLES: dict[int, tuple[str, str]] = {
    400: ("bad-request", "请求有误"),
    401: ("bad-token", "令牌无效"),
    403: ("forbidden", "没有权限"),
    404: ("not-found", "没有找到"),
    405: ("method-not-allowed", "不支持这种请求方法"),
    406: ("not-acceptable", "只提供 JSON"),
    415: ("unsupported-media-type", "请求内容的格式不对"),
    429: ("too-many-requests", "请求太频繁，请稍后再试"),
}


def problem_response(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler: every refusal becomes a problem document; anything else is a 500 of Django's."""
    if isinstance(error, Http404):
        error = exceptions.NotFound()
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    if not isinstance(error, exceptions.APIException):
        return None
    instance = context["request"].path
    if isinstance(error, Problem):
        body = problem_body(
            error.status_code, error.type, error.title, detail=error.text, instance=instance, **error.extra
        )
    else:
        type_, title = _TITLES.get(error.status_code, ("error", "请求没有成功"))
        body = problem_body(error.status_code, type_, title, instance=instance)
    response = Response(body, status=error.status_code, content_type=CONTENT_TYPE)
    response["Cache-Control"] = "no-store"
    for name, value in getattr(error, "headers", {}).items():
        response[name] = value
    if isinstance(error, (exceptions.AuthenticationFailed, exceptions.NotAuthenticated)):
        response["WWW-Authenticate"] = 'Bearer realm="linli"'
    return response


@csrf_exempt  # nothing is here, whoever sends what
def not_found(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """The answer below /api/ where no route is."""
    return problem(404, "not-found", "没有找到", detail="API 里没有这个地址。", instance=request.path)
