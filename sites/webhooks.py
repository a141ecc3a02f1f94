"""Signed requests to programs of others, by Standard Webhooks (https://www.standardwebhooks.com/), and the care that it
takes to send any request to an address that somebody typed.

Who types an address must not reach by it what only this machine can reach. So the name is resolved here, every address
that it has is looked at, and the connection goes to one of those addresses as a number: a name that resolves to
something else a moment later changes nothing. No redirect is followed, no proxy of the environment used.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import ipaddress
import secrets
import socket
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from urllib.parse import SplitResult, urlsplit

import httpx
from django.conf import settings

from sites.exceptions import GatewayRefused

PREFIX = "whsec_"
# Seconds: to connect, for a pause within an answer, and for all of it.
CONNECT, PAUSE, WHOLE = 5.0, 10.0, 20.0
MOST_READ = 4096  # bytes of an answer

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address
# IPv6 addresses in which an IPv4 address stands: NAT64.
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


def new_secret() -> str:
    """A fresh secret of 256 bits, as Standard Webhooks writes it."""
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def signature(secret: str, *, identity: str, at: int, body: bytes) -> str:
    """The value for `webhook-signature` by one secret. `at` is in seconds since 1970."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signed = f"{identity}.{at}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def headers(keys: Sequence[str], *, identity: str, at: int, body: bytes) -> dict[str, str]:
    """The headers of one attempt: who receives it again knows it by `webhook-id`."""
    return {
        "webhook-id": identity,
        "webhook-timestamp": str(at),
        "webhook-signature": " ".join(signature(key, identity=identity, at=at, body=body) for key in keys),
        "content-type": "application/json; charset=utf-8",
        "user-agent": "Linli",
    }


@dataclass(frozen=True)
class Answer:
    """What the other side said: the beginning of its text, its headers with small letters."""

    status: int
    text: str
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Target:
    """An address that may be asked, with the numbers that its name stands for now."""

    url: SplitResult
    host: str
    port: int
    addresses: list[str]

    @property
    def name(self) -> str:
        """The value for the Host header."""
        return _bracketed(self.host) + (f":{self.url.port}" if self.url.port else "")


def check(url: str) -> Target:
    """Look at an address before a request goes there; resolves its name. Raises GatewayRefused, in words."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise GatewayRefused("网关地址的写法不对。") from None
    if (
        parts.scheme not in ("http", "https")
        or not host
        or parts.username
        or parts.password
        or parts.fragment
    ):
        raise GatewayRefused("网关地址要像 https://sms.example.cn/notices 这样，里面不能有用户名和密码。")
    inside = host in settings.GATEWAY_PRIVATE_HOSTS
    if parts.scheme != "https" and not inside:
        raise GatewayRefused("网关地址要以 https:// 开头。")
    port = port or (443 if parts.scheme == "https" else 80)
    try:
        host = host if host.isascii() else host.encode("idna").decode()
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise GatewayRefused(f"找不到 {host}，请检查网关地址。") from None
    addresses = list(dict.fromkeys(str(one[4][0]) for one in found))
    if not inside and not all(is_public(one) for one in addresses):
        raise GatewayRefused("网关地址指向内部网络，不能使用。")
    return Target(parts, host, port, addresses)


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public net: not private, of this machine, of the link, or reserved, nor one
    that stands for such an address."""
    try:
        return all(one.is_global and not one.is_multicast for one in _meant(ipaddress.ip_address(address)))
    except ValueError:
        return False  # one with a zone ("fe80::1%eth0")


def _meant(address: _Address) -> list[_Address]:
    """An address, and the IPv4 addresses that an IPv6 one is translated to."""
    meant: list[_Address] = [address]
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return [address.ipv4_mapped]
        if address.sixtofour:
            meant.append(address.sixtofour)
        if address.teredo:
            meant.extend(address.teredo)
        if address in _NAT64:
            meant.append(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    return meant


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def post(url: str, *, body: bytes, headers: dict[str, str]) -> Answer:
    """Send one request, within 20 seconds whatever the other side does. Raises GatewayRefused for an address that is
    not asked, httpx.HTTPError and TimeoutError."""
    target = check(url)
    # In a thread of its own: an event loop may run in the caller's.
    with ThreadPoolExecutor(max_workers=1) as pool:
        return pool.submit(lambda: asyncio.run(_post(target, body, headers))).result()


async def _post(target: Target, body: bytes, headers: dict[str, str]) -> Answer:
    async with (
        asyncio.timeout(WHOLE),
        httpx.AsyncClient(
            timeout=httpx.Timeout(PAUSE, connect=CONNECT), follow_redirects=False, trust_env=False
        ) as client,
    ):
        for last, address in enumerate(target.addresses, start=1 - len(target.addresses)):
            try:
                return await _post_to(client, target, address, body, headers)
            except (httpx.ConnectError, httpx.ConnectTimeout):
                if not last:
                    raise
    raise AssertionError("a name that was found has an address")


async def _post_to(
    client: httpx.AsyncClient, target: Target, address: str, body: bytes, headers: dict[str, str]
) -> Answer:
    """Connect to a number, in the name of the host: its certificate must be for that name."""
    query = f"?{target.url.query}" if target.url.query else ""
    async with client.stream(
        "POST",
        f"{target.url.scheme}://{_bracketed(address)}:{target.port}{target.url.path or '/'}{query}",
        content=body,
        headers={**headers, "host": target.name},
        extensions={"sni_hostname": target.host},
    ) as response:
        text = b""
        async for chunk in response.aiter_raw():
            text += chunk
            if len(text) >= MOST_READ:
                break
        return Answer(
            response.status_code,
            text[:MOST_READ].decode(errors="replace"),
            {name.lower(): value for name, value in response.headers.items()},
        )
