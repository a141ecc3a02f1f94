"""The views of the read API. One class serves every kind of item; what differs is in `sites.kinds`.

Queries: a list costs two (a third names a filter value that nothing has), a single item two, a page of the feed two, a
304 one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any, ClassVar
from urllib.parse import urlencode

import orjson
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.cache import get_conditional_response
from rest_framework.request import Request
from rest_framework.views import APIView

from sites import kinds
from sites.api.problems import Problem
from sites.domain import feed
from sites.exceptions import FeedRebuilt
from sites.numerals import whole_number

PAGE_SIZE = 20
MAX_PAGE_SIZE = 100
# Changes when the frame around the items changes, so that old validators fail.
FORMAT = "1"
JSON = "application/json; charset=utf-8"
NDJSON = "application/x-ndjson; charset=utf-8"


class ShelfView(APIView):
    """Base: strict parameters, the scope of a request, validators before bodies."""

    allowed: ClassVar[Sequence[str]] = ()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        for name in request.query_params:
            if name not in self.allowed:
                raise Problem(
                    400,
                    "unknown-parameter",
                    "不认识的参数",
                    f"这个地址没有参数“{name}”。",
                    parameter=name,
                    allowed=sorted(self.allowed),
                )
            if len(request.query_params.getlist(name)) > 1:
                raise Problem(
                    400, "repeated-parameter", "参数重复", f"参数“{name}”只能写一次。", parameter=name
                )

    def scope(self, district: str | None) -> feed.Scope:
        """The district or the city that is asked about; 404 for an unknown district. One query."""
        where = feed.city_scope() if district is None else feed.district_scope(district)
        if where is None:
            raise unknown_district(district or "")
        return where

    def page_size(self, request: Request) -> int:
        text = request.query_params.get("page_size", str(PAGE_SIZE))
        size = whole_number(text)
        if size is None or not 1 <= size <= MAX_PAGE_SIZE:
            raise Problem(
                400,
                "bad-value",
                "参数的值不对",
                f"page_size 是 1 到 {MAX_PAGE_SIZE} 的整数。",
                parameter="page_size",
                value=text[:80],
                maximum=MAX_PAGE_SIZE,
            )
        return size

    def conditional(self, request: Request, etag: str) -> HttpResponseBase | None:
        """The 304 that a known validator earns, or None."""
        response = get_conditional_response(request._request, etag=etag)
        if response is not None:
            response["ETag"] = etag
            response["Cache-Control"] = CACHE
        return response


CACHE = "public, max-age=0, must-revalidate"


def _answer(body: bytes, *, etag: str, keys: Iterable[str]) -> HttpResponse:
    response = HttpResponse(body, content_type=JSON)
    response["ETag"] = etag
    response["Cache-Control"] = CACHE
    response["Surrogate-Key"] = " ".join(keys)
    return response


def unknown_district(slug: str) -> Problem:
    """The answer for a district that is not there, and for one that whoever asks must not know of."""
    return Problem(404, "unknown-district", "没有这个区县", f"没有标识为“{slug}”的区县。", district=slug)


def next_url(request: Request, cursor: str | None) -> str | None:
    """The address of a list's next page."""
    if cursor is None:
        return None
    query = {**dict(request.query_params.items()), "cursor": cursor}
    return request.build_absolute_uri(f"{request.path}?{urlencode(query)}")


def bad_cursor(name: str, value: str) -> Problem:
    """The answer to a cursor that was never given out."""
    return Problem(
        400, "bad-cursor", "游标无效", f"{name} 不是这里给出的游标。", parameter=name, value=value[:80]
    )


def _unused_value(name: str, value: str) -> Problem:
    detail = f"没有内容的 {name} 是“{value[:80]}”。"
    return Problem(400, "bad-value", "参数的值不对", detail, parameter=name, value=value[:80])


class ItemListView(ShelfView):
    """A list of one kind, of a district or of the whole city."""

    kind: ClassVar[kinds.Kind]

    def get(self, request: Request, district: str | None = None) -> HttpResponseBase:
        size = self.page_size(request)
        fields = self._fields(request)
        facets = self._facets(request)
        where = self.scope(district)
        query = urlencode(sorted(request.query_params.items()))
        place = hashlib.sha256(f"{FORMAT} {request.get_host()} {request.path}?{query}".encode()).hexdigest()[
            :8
        ]
        etag = f'"{where.mark}-{place}"'
        if (unchanged := self.conditional(request, etag)) is not None:
            return unchanged
        cursor = request.query_params.get("cursor")
        try:
            page = feed.list_page(where, kind=self.kind, facets=facets, size=size, cursor=cursor)
        except feed.BadCursor:
            raise bad_cursor("cursor", cursor or "") from None
        if not page.bodies and facets:
            self._refuse_unused(where, facets)
        bodies = [_select(body, fields) for body in page.bodies] if fields else page.bodies
        following = next_url(request, page.next_cursor)
        frame = b'{"results":[' + b",".join(bodies) + b'],"next":' + orjson.dumps(following) + b"}"
        return _answer(
            frame, etag=etag, keys=[district or "city", f"{district or 'city'}/{self.kind.plural}"]
        )

    def _facets(self, request: Request) -> dict[str, str]:
        facets: dict[str, str] = {}
        for name, facet in self.kind.filters.items():
            value = request.query_params.get(name)
            if value is None:
                continue
            if facet.choices is not None and value not in dict(facet.choices):
                raise Problem(
                    400,
                    "bad-value",
                    "参数的值不对",
                    f"{name} 没有“{value[:80]}”这个值。",
                    parameter=name,
                    value=value[:80],
                    allowed=[choice for choice, _ in facet.choices],
                )
            if feed.NUL in value:
                raise _unused_value(name, value)
            facets[name] = value
        return facets

    def _refuse_unused(self, where: feed.Scope, facets: dict[str, str]) -> None:
        """An empty answer may hide a slip of the pen: name the value that nothing has."""
        open_facets = {
            name: value for name, value in facets.items() if self.kind.filters[name].choices is None
        }
        for name in feed.unused_facets(where, kind=self.kind, facets=open_facets) if open_facets else []:
            raise _unused_value(name, open_facets[name])

    def _fields(self, request: Request) -> list[str]:
        text = request.query_params.get("fields")
        return [] if text is None else chosen_fields(self.kind, text)


def chosen_fields(kind: kinds.Kind, text: str) -> list[str]:
    """The field names of a `fields` parameter. Raises Problem for one that the kind does not have."""
    known = list(kind.serializer().fields)
    names = text.split(",")
    for name in names:
        if name not in known:
            raise Problem(
                400,
                "unknown-field",
                "没有这个字段",
                f"{kind.label}没有字段“{name[:80]}”。",
                parameter="fields",
                value=name[:80],
                allowed=known,
            )
    return names


def _select(body: bytes, fields: Sequence[str]) -> bytes:
    item = orjson.loads(body)
    return orjson.dumps({name: item[name] for name in fields})


class ItemView(ShelfView):
    """One item of a district."""

    kind: ClassVar[kinds.Kind]
    allowed = ("fields",)

    def get(self, request: Request, district: str, slug: str) -> HttpResponseBase:
        text = request.query_params.get("fields")
        fields = chosen_fields(self.kind, text) if text is not None else []
        where = self.scope(district)
        found = feed.item(where, kind=self.kind, slug=slug)
        if found is None:
            raise Problem(404, "not-found", "没有找到", f"{self.kind.label}里没有“{slug}”。", slug=slug)
        tag, body = found
        etag = (
            f'"{tag}"'
            if not fields
            else f'"{tag}-{hashlib.sha256(",".join(fields).encode()).hexdigest()[:8]}"'
        )
        if (unchanged := self.conditional(request, etag)) is not None:
            return unchanged
        keys = [district, f"{district}/{self.kind.plural}/{slug}"]
        return _answer(_select(body, fields) if fields else body, etag=etag, keys=keys)


class DistrictItemView(ItemView):
    """The district itself, whose item carries the district's own slug."""

    def get(self, request: Request, district: str, slug: str = "") -> HttpResponseBase:
        return super().get(request, district, district)


class ChangesView(ShelfView):
    """The feed of changes, in order of `seq`, with tombstones."""

    allowed = ("since", "type", "page_size")

    def get(self, request: Request, district: str | None = None) -> HttpResponseBase:
        size = self.page_size(request)
        types = self._types(request)
        where = self.scope(district)
        since = request.query_params.get("since", "0")
        etag = (
            f'"{where.mark}-{hashlib.sha256(f"{FORMAT} {request.get_full_path()}".encode()).hexdigest()[:8]}"'
        )
        if (unchanged := self.conditional(request, etag)) is not None:
            return unchanged
        try:
            page = feed.changes(where, since=since, types=types, size=size)
        except feed.BadCursor:
            raise bad_cursor("since", since) from None
        except FeedRebuilt as error:
            raise Problem(410, "feed-rebuilt", "变更记录已重建", str(error), parameter="since") from None
        frame = b'{"results":[' + b",".join(page.entries) + b'],"cursor":' + orjson.dumps(page.cursor)
        frame += b',"more":' + orjson.dumps(page.more) + b"}"
        return _answer(frame, etag=etag, keys=[district or "city"])

    def _types(self, request: Request) -> list[str]:
        text = request.query_params.get("type")
        if text is None:
            return []
        known = [kind.type for kind in kinds.all_kinds()]
        for name in text.split(","):
            if name not in known:
                raise Problem(
                    400,
                    "bad-value",
                    "参数的值不对",
                    f"没有“{name[:80]}”这类内容。",
                    parameter="type",
                    value=name[:80],
                    allowed=known,
                )
        return text.split(",")


class ExportView(ShelfView):
    """Everything at once as JSON lines; the first line holds the cursor to follow on from."""

    def get(self, request: Request, district: str | None = None) -> HttpResponseBase:
        where = self.scope(district)
        response = StreamingHttpResponse(feed.export(where), content_type=NDJSON)
        response["Cache-Control"] = "no-cache"
        return response
