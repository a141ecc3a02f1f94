"""The last answers: a request that cannot be read, not found, and something broke."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from sites.api.problems import problem
from sites.refusals import refusal
from sites.uploads import too_large


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if isinstance(exception, RequestDataTooBig):
        return too_large(request, most=settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
    if isinstance(exception, TooManyFieldsSent | TooManyFilesSent):
        words = "一次发来的内容太多，没有接收，什么也没有改变。请分几次再发。"
    else:
        words = "发来的内容不完整或读不懂，没有接收，什么也没有改变。请重试一次。"
    return refusal(request, 400, "bad-request", "没有收到完整的内容", words)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if request.path.startswith("/api/"):
        return problem(404, "not-found", "没有找到", detail="API 里没有这个地址。", instance=request.path)
    return HttpResponse(render_to_string("404.html"), status=404)


def server_error(request: HttpRequest, *args: Any) -> HttpResponse:
    if request.path.startswith("/api/"):
        return problem(500, "server-error", "服务器出错了", detail="请稍后再试。", instance=request.path)
    return HttpResponse(render_to_string("500.html"), status=500)
