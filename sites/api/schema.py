"""Describes the views to drf-spectacular: parameters, answers and refusals, from the kinds themselves."""

from __future__ import annotations

import functools
from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import (
    OpenApiParameter,
    OpenApiResponse,
    extend_schema,
    extend_schema_view,
    inline_serializer,
)
from rest_framework import serializers

from sites import kinds
from sites.api.drafts import DraftView
from sites.api.views import MAX_PAGE_SIZE, PAGE_SIZE, ShelfView
from sites.enums import DraftState


class ProblemSerializer(serializers.Serializer[Any]):
    """A problem document (RFC 9457)."""

    type = serializers.CharField(help_text="稳定的错误类型，urn:linli:problem:…")
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    instance = serializers.CharField()


class ChangeSerializer(serializers.Serializer[Any]):
    """One change: the item as it is now, or null where it is gone."""

    seq = serializers.IntegerField()
    type = serializers.CharField()
    district = serializers.CharField()
    slug = serializers.CharField()
    deleted = serializers.BooleanField()
    etag = serializers.CharField(allow_null=True)
    item = serializers.DictField(allow_null=True)


class ChangesPageSerializer(serializers.Serializer[Any]):
    """A page of the feed; `cursor` is the next `since`, `more` says that there is more already."""

    results = ChangeSerializer(many=True)
    cursor = serializers.CharField()
    more = serializers.BooleanField()


class DraftSerializer(serializers.Serializer[Any]):
    """A page that is not public as it stands; `slug` is the address of its draft."""

    type = serializers.CharField()
    slug = serializers.CharField()
    title = serializers.CharField()
    state = serializers.ChoiceField(choices=DraftState.choices)
    changed_at = serializers.DateTimeField(help_text="最后一次修改")


class DraftListSerializer(serializers.Serializer[Any]):
    """A page of the list of drafts, the newest change first."""

    results = DraftSerializer(many=True)
    next = serializers.URLField(allow_null=True)


class BearerTokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """A district's API token: asked for by the drafts, welcome everywhere."""

    target_class = "sites.api.authentication.BearerToken"
    name = "token"

    def get_security_requirement(self, auto_schema: Any) -> Any:
        required = isinstance(auto_schema.view, DraftView)
        return {self.name: []} if required else [{}, {self.name: []}]

    def get_security_definition(self, auto_schema: Any) -> Any:
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "区县管理员在后台“我们的团队 › 接口令牌”里创建的令牌。",
        }


@functools.cache
def _page_of(kind_type: str) -> Any:
    """The list of a kind; made once, so that both scopes share one component."""
    kind = kinds.by_type(kind_type)
    name = f"{kind.serializer.__name__.removesuffix('Serializer')}List"
    return inline_serializer(
        name, {"results": kind.serializer(many=True), "next": serializers.URLField(allow_null=True)}
    )


def only_ours(endpoints: list[Any]) -> list[Any]:
    """Preprocessing hook: the schema holds the public API, not the admin's own."""
    return [endpoint for endpoint in endpoints if endpoint[0].startswith("/api/v1/")]


def _refused(*statuses: int) -> dict[Any, Any]:
    texts = {
        400: "参数有误",
        401: "令牌无效",
        403: "令牌不能做这件事",
        404: "没有找到",
        410: "变更记录已重建，请从头开始",
    }
    return {
        (status, "application/problem+json"): OpenApiResponse(ProblemSerializer, texts[status])
        for status in statuses
    }


def _query(name: str, help_text: str, **more: Any) -> OpenApiParameter:
    return OpenApiParameter(name, more.pop("type", OpenApiTypes.STR), "query", description=help_text, **more)


_size = _query(
    "page_size",
    f"每页条数，1 到 {MAX_PAGE_SIZE}，默认 {PAGE_SIZE}",
    type={"type": "integer", "minimum": 1, "maximum": 100},
)
_fields = _query("fields", "只要这些字段，用逗号隔开")


def described(view: type[ShelfView], kind: kinds.Kind | None, shape: str, *, city: bool) -> type[ShelfView]:
    """The view with its schema. `shape` is list, detail, changes or export."""
    where = "全市" if city else "一个区县"
    prefix = "city_" if city else ""
    if shape == "list" and kind is not None:
        page = _page_of(kind.type)
        filters = [
            _query(field, facet.help, enum=[value for value, _ in facet.choices] if facet.choices else None)
            for field, facet in kind.filters.items()
        ]
        schema = extend_schema(
            operation_id=f"{prefix}{kind.plural}",
            summary=f"{kind.label}列表（{where}）",
            tags=[kind.label],
            parameters=[_size, _query("cursor", "上一页给出的游标"), _fields, *filters],
            responses={200: page, **_refused(*([400, 401] if city else [400, 401, 404]))},
        )
    elif shape == "detail" and kind is not None:
        schema = extend_schema(
            operation_id=f"{kind.type}",
            summary=f"一条{kind.label}",
            tags=[kind.label],
            parameters=[_fields],
            responses={200: kind.serializer, **_refused(400, 401, 404)},
        )
    elif shape == "changes":
        schema = extend_schema(
            operation_id=f"{prefix}changes",
            summary=f"变更记录（{where}）",
            tags=["变更与导出"],
            parameters=[
                _size,
                _query("since", "上次给出的 cursor，0 是开头"),
                _query("type", "只要这些类型，用逗号隔开"),
            ],
            responses={200: ChangesPageSerializer, **_refused(400, 401, 404, 410)},
        )
    else:
        schema = extend_schema(
            operation_id=f"{prefix}export",
            summary=f"全部内容（{where}），每行一条",
            tags=["变更与导出"],
            responses={(200, "application/x-ndjson"): OpenApiTypes.STR, **_refused(400, 401, 404)},
        )
    return extend_schema_view(get=schema)(view)


def described_drafts(view: type[DraftView], kind: kinds.Kind, *, many: bool) -> type[DraftView]:
    """The view of a kind's drafts, or of one of them, with its schema."""
    if many:
        schema = extend_schema(
            operation_id=f"{kind.type}_drafts",
            summary=f"{kind.label}的草稿",
            tags=["草稿"],
            parameters=[_size, _query("cursor", "上一页给出的游标")],
            responses={200: DraftListSerializer, **_refused(400, 401, 403, 404)},
        )
    else:
        schema = extend_schema(
            operation_id=f"{kind.type}_draft",
            summary=f"一条{kind.label}的草稿，和发布以后的样子一样",
            tags=["草稿"],
            responses={200: kind.serializer, **_refused(400, 401, 403, 404)},
        )
    return extend_schema_view(get=schema)(view)
