"""Reading the public API: the district itself, the feeds of changes, and pictures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import orjson

from frontend_static.errors import ApiUnavailable, BuildError
from frontend_static.shelving import SECTIONS, ItemKey

PAGE_SIZE = 100


@dataclass(slots=True)
class News:
    """What the feeds told since the cursors: the newest state of each item that moved, None for a removed one.

    `restarted` means that a feed no longer knew our cursor and everything was read from the beginning: what is not in
    `items` is no longer public.
    """

    items: dict[ItemKey, dict[str, Any] | None] = field(default_factory=dict)
    cursors: dict[str, str] = field(default_factory=dict)
    restarted: bool = False


class FeedForgotten(Exception):
    """The feed does not know the cursor (410), for instance after a restore of the database."""


class ApiReader:
    """Reads `/api/v1/` and `/media/` through a client whose base address is the API's origin."""

    def __init__(self, client: httpx.Client) -> None:
        self.client = client

    def district(self, slug: str) -> dict[str, Any]:
        return self._json(f"/api/v1/districts/{slug}/", {})

    def follow(self, feeds: dict[str, dict[str, str]], cursors: dict[str, str]) -> News:
        """Read every feed (address → its fixed parameters) from its cursor to its end."""
        try:
            return self._read(feeds, cursors, restarted=False)
        except FeedForgotten:
            pass
        try:
            return self._read(feeds, {}, restarted=True)
        except FeedForgotten as error:
            raise BuildError(f"{error} answers 410 even from the beginning") from None

    def _read(self, feeds: dict[str, dict[str, str]], cursors: dict[str, str], *, restarted: bool) -> News:
        news = News(restarted=restarted)
        for address, parameters in feeds.items():
            cursor = cursors.get(address, "0")
            for page in self._pages(address, parameters, cursor):
                for row in page["results"]:
                    # A feed may learn new types before this builder does; what it cannot show it need not keep.
                    if row["type"] in SECTIONS or row["type"] == "district":
                        news.items[ItemKey(row["type"], row["district"], row["slug"])] = row["item"]
                cursor = page["cursor"]
            news.cursors[address] = cursor
        return news

    def _pages(self, address: str, parameters: dict[str, str], cursor: str) -> Iterator[dict[str, Any]]:
        while True:
            asked = {**parameters, "since": cursor, "page_size": str(PAGE_SIZE)}
            page = self._json(address, asked, forgets=True)
            yield page
            if not page["more"]:
                return
            if page["cursor"] == cursor:
                raise BuildError(f"{address} says there is more but does not move past {cursor!r}")
            cursor = page["cursor"]

    def picture(self, url: str) -> bytes | None:
        """The bytes of a `/media/` address; None when the API has no such file."""
        response = self._get(url, {})
        if response.status_code in (404, 410):
            return None
        self._check(response, url)
        return response.content

    def _json(self, address: str, parameters: dict[str, str], *, forgets: bool = False) -> dict[str, Any]:
        response = self._get(address, parameters)
        if forgets and response.status_code == 410:
            raise FeedForgotten(address)
        self._check(response, address)
        try:
            payload = orjson.loads(response.content)
        except orjson.JSONDecodeError as error:
            raise ApiUnavailable(f"{address} did not answer with JSON: {error}") from None
        if not isinstance(payload, dict):
            raise ApiUnavailable(f"{address} answered with {type(payload).__name__} instead of an object")
        return payload

    def _get(self, address: str, parameters: dict[str, str]) -> httpx.Response:
        try:
            return self.client.get(address, params=parameters or None)
        except httpx.HTTPError as error:
            raise ApiUnavailable(f"{address} cannot be read: {type(error).__name__} {error}") from error

    def _check(self, response: httpx.Response, address: str) -> None:
        if response.status_code == 200:
            return
        message = f"{address} answered {response.status_code}: {_problem(response)}"
        raise ApiUnavailable(message) if response.status_code >= 500 else BuildError(message)


def _problem(response: httpx.Response) -> str:
    """The title and detail of an RFC 9457 problem, or the beginning of whatever was said instead."""
    try:
        problem = orjson.loads(response.content)
        return " ".join(str(problem[name]) for name in ("title", "detail") if problem.get(name))
    except (orjson.JSONDecodeError, AttributeError, TypeError):
        return response.text[:200]
