"""The public API of the sample town as a WSGI application: what the builder knows of the rest of Linli is HTTP, and here it is.

It keeps the contract's feed rules: each item once at its newest sequence number, tombstones, paging, 410 for a cursor from the
future.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

import httpx
import orjson

from tests.frontend_static.sample_town import Item

type_of_picture = {"avif": "image/avif", "webp": "image/webp", "jpg": "image/jpeg"}


@dataclass(slots=True)
class Row:
    seq: int
    type: str
    district: str
    slug: str
    item: Item | None


@dataclass
class TownApi:
    """The town's publications and pictures; `requests` notes every address that was asked for."""

    items: Iterable[Item] = ()
    page_size_limit: int = 100
    rows: dict[tuple[str, str, str], Row] = field(default_factory=dict)
    seq: int = 0
    requests: list[str] = field(default_factory=list)
    picture: Callable[[str], bytes | None] = lambda url: f"picture {url}".encode() * 20
    broken: Callable[[str], bool] = lambda path: False
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        for item in self.items:
            self.publish(item)

    def publish(self, item: Item) -> None:
        district = item["slug"] if item["type"] == "district" else item["district"]["slug"]
        with self.lock:
            self.seq += 1
            self.rows[item["type"], district, item["slug"]] = Row(
                self.seq, item["type"], district, item["slug"], item
            )

    def delete(self, type_: str, district: str, slug: str) -> None:
        with self.lock:
            self.seq += 1
            self.rows[type_, district, slug] = Row(self.seq, type_, district, slug, None)

    def get(self, type_: str, district: str, slug: str) -> Item:
        item = self.rows[type_, district, slug].item
        assert item is not None
        return item

    def client(self) -> httpx.Client:
        return httpx.Client(transport=httpx.WSGITransport(app=self), base_url="http://api.test")

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        path = environ["PATH_INFO"].encode("latin-1").decode()
        asked = {name: values[-1] for name, values in parse_qs(environ.get("QUERY_STRING", "")).items()}
        with self.lock:
            self.requests.append(path)
            status, kind, body = self._answer(path, asked)
        start_response(status, [("Content-Type", kind), ("Content-Length", str(len(body)))])
        return [body]

    def _answer(self, path: str, asked: dict[str, str]) -> tuple[str, str, bytes]:
        if self.broken(path):
            return _problem("503 Service Unavailable", "down for a moment")
        if path.startswith("/media/"):
            content = self.picture(path)
            if content is None:
                return _problem("404 Not Found", "no such picture")
            return "200 OK", type_of_picture.get(path.rpartition(".")[2], "application/octet-stream"), content
        parts = path.strip("/").split("/")
        if parts[:2] != ["api", "v1"]:
            return _problem("404 Not Found", "no such address")
        match parts[2:]:
            case ["changes"]:
                return self._changes(asked, None)
            case ["districts", slug, "changes"]:
                return self._changes(asked, slug)
            case ["districts", slug]:
                row = self.rows.get(("district", slug, slug))
                if row is None or row.item is None:
                    return _problem("404 Not Found", "no such district")
                return "200 OK", "application/json", orjson.dumps(row.item)
        return _problem("404 Not Found", "no such address")

    def _changes(self, asked: dict[str, str], district: str | None) -> tuple[str, str, bytes]:
        unknown = asked.keys() - {"since", "type", "page_size"}
        if unknown or int(asked["page_size"]) > 100:
            return _problem("400 Bad Request", f"unknown parameter {unknown}")
        since = int(asked["since"])
        if since > self.seq:
            return _problem("410 Gone", "begin again")
        types = asked["type"].split(",") if "type" in asked else None
        rows = sorted(
            (
                row
                for row in self.rows.values()
                if row.seq > since
                and (district is None or row.district == district)
                and (types is None or row.type in types)
            ),
            key=lambda row: row.seq,
        )
        size = min(int(asked["page_size"]), self.page_size_limit)
        page = rows[:size]
        more = len(rows) > size
        results = [
            {
                "seq": row.seq,
                "type": row.type,
                "district": row.district,
                "slug": row.slug,
                "deleted": row.item is None,
                "etag": f'"{row.seq}"' if row.item else None,
                "item": row.item,
            }
            for row in page
        ]
        cursor = page[-1].seq if more else self.seq
        body = {"results": results, "cursor": str(cursor), "more": more}
        return "200 OK", "application/json", orjson.dumps(body)


def _problem(status: str, detail: str) -> tuple[str, str, bytes]:
    body = {"type": "about:blank", "title": status[4:], "status": int(status[:3]), "detail": detail}
    return status, "application/problem+json", orjson.dumps(body)
