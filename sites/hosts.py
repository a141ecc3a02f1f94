"""Which hosts are ours, and which district's site a host shows.

The list is read from the database at most every few seconds in each process, so that a public read pays no query for it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.request import split_domain_port
from wagtail.models import Site

from sites.models import District

_FRESH_SECONDS = 3.0
_UNKNOWN_SECONDS = 0.2
# Load balancers ask by address, not by name.
_ANY_HOST_PATHS = frozenset({"/healthz", "/readyz"})
# The desk, the page on which an invited person comes to it, and the one for checking in on the day.
_ADMIN_PATHS = ("/admin/", "/join/", "/checkin/")


@dataclass(frozen=True)
class Host:
    """A host that is ours: the district whose site it shows, and whether the admin is served there."""

    district_slug: str | None
    serves_admin: bool


class HostTable:
    """Host name → Host, kept for a few seconds."""

    def __init__(self) -> None:
        self._hosts: dict[str, Host] = {}
        self._addresses: dict[str, str] = {}
        self._read_at = float("-inf")

    def find(self, name: str) -> Host | None:
        """The host of that name, or None. One query at most every few seconds; a name that is not known is looked
        up again almost at once, so that a new district answers without delay."""
        age = time.monotonic() - self._read_at
        if age > _FRESH_SECONDS or (name not in self._hosts and age > _UNKNOWN_SECONDS):
            self._read()
        return self._hosts.get(name)

    def address_of(self, district: str) -> str:
        """The base address of a district's public site, without a closing slash; "" where there is no such district. No
        query behind a request, whose own host was looked up just now."""
        if district not in self._addresses and time.monotonic() - self._read_at > _UNKNOWN_SECONDS:
            self._read()
        return self._addresses.get(district, "")

    def forget(self) -> None:
        self._read_at = float("-inf")

    def _read(self) -> None:
        hosts = {name: Host(None, True) for name in [*settings.ADMIN_HOSTS, settings.PUBLIC_HOSTNAME]}
        addresses = {}
        columns = ("slug", "is_city", "site__hostname", "site__port")
        for slug, is_city, hostname, port in District.objects.values_list(*columns):
            known = hosts.get(hostname)
            hosts[hostname] = Host(slug, is_city or (known is not None and known.serves_admin))
            addresses[slug] = Site(hostname=hostname, port=port).root_url
        self._hosts, self._addresses = hosts, addresses
        self._read_at = time.monotonic()


table = HostTable()


class KnownHostMiddleware:
    """Answers 404 on a host that belongs to no district, and keeps the admin off the districts' public hosts."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path in _ANY_HOST_PATHS:
            return self.get_response(request)
        name, _ = split_domain_port(request.META.get("HTTP_HOST", request.META.get("SERVER_NAME", "")))
        host = table.find(name)
        if host is None:
            return _unknown(request, f"没有“{name}”这个网站。")
        if request.path.startswith(_ADMIN_PATHS) and not host.serves_admin:
            return _unknown(request, "管理后台不在这个网址上。")
        request.linli_host = host  # type: ignore[attr-defined]
        return self.get_response(request)


def _unknown(request: HttpRequest, detail: str) -> HttpResponse:
    from sites.api.problems import problem

    if request.path.startswith("/api/"):
        return problem(404, "unknown-host", "未知的主机", detail=detail, instance=request.path)
    return HttpResponse(detail, status=404, content_type="text/plain; charset=utf-8")
