"""Where a request comes from. Everything that counts, limits or records by address asks here.

`X-Forwarded-For` is written by whoever likes to, so it counts only behind proxies of ours (`TRUST_PROXY`), and only the
entry that the outermost of them (`PROXY_COUNT`) appended.
"""

from __future__ import annotations

import ipaddress

from django.conf import settings
from django.http import HttpRequest

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def client_address(request: HttpRequest) -> str:
    """The visitor's address in its usual form; "" where there is none (a socket file, a request made in code)."""
    found = _address(request)
    return str(found) if found else ""


def client_network(request: HttpRequest) -> str | None:
    """What one visitor can move about in: the address itself, of IPv6 its /64. None where there is no address."""
    found = _address(request)
    if found is None:
        return None
    if isinstance(found, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((int(found), 64), strict=False).network_address)
    return str(found)


def client_prefix(request: HttpRequest) -> str:
    """The network that a visitor comes from, for limits that many may share: of IPv4 the /24, of IPv6 the /64. "" where
    there is no address."""
    found = _address(request)
    if found is None:
        return ""
    length = 64 if isinstance(found, ipaddress.IPv6Address) else 24
    return str(ipaddress.ip_network((int(found), length), strict=False))


def _address(request: HttpRequest) -> Address | None:
    near = _parsed(str(request.META.get("REMOTE_ADDR", "")))
    count: int = settings.PROXY_COUNT
    if not count:
        return near
    chain = [entry.strip() for entry in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    # A shorter list did not pass all our proxies: nothing in it can be believed.
    far = _parsed(chain[-count]) if len(chain) >= count else None
    return far or near


def _parsed(text: str) -> Address | None:
    """An address, with or without a port behind it."""
    host = text
    if text.startswith("["):
        host = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        host = text.partition(":")[0]
    try:
        found = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return mapped or found
