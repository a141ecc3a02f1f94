"""The last answers: not found, and something broke."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from sites.api.problems import problem


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if request.path.startswith("/api/"):
        return problem(404, "not-found", "没有找到", detail="API 里没有这个地址。", instance=request.path)
    return HttpResponse(render_to_string("404.html"), status=404)


def server_error(request: HttpRequest, *args: Any) -> HttpResponse:
    if request.path.startswith("/api/"):
        return problem(500, "server-error", "服务器出错了", detail="请稍后再试。", instance=request.path)
    return HttpResponse(render_to_string("500.html"), status=500)
