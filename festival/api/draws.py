"""The draws of an edition, for everybody who wants to check them. They change twice in their lives."""

from __future__ import annotations

import hashlib

import orjson
from django.http import HttpResponse, HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from festival.domain import draws, editions
from festival.models import Draw, FestivalPage
from festival.serializers import DrawnSerializer, DrawSerializer
from sites.api.problems import Problem
from sites.api.rendering import PlainJSONRenderer
from sites.api.schema import ProblemSerializer
from sites.api.views import JSON, ShelfView

_TAGS = ["抽签"]
_REFUSED = {
    (status, "application/problem+json"): OpenApiResponse(ProblemSerializer, text)
    for status, text in ((400, "参数有误"), (401, "令牌无效"), (404, "没有找到"), (406, "没有这种格式"))
}


class DrawListSerializer(serializers.Serializer[object]):
    results = DrawSerializer(many=True)


class EntrantSerializer(serializers.Serializer[object]):
    reference = serializers.CharField()
    wanted = serializers.IntegerField()


class WholeDrawSerializer(DrawSerializer):
    """A draw with all that it takes to check it."""

    entrants = EntrantSerializer(many=True)
    left = serializers.DictField(child=serializers.CharField(), help_text="抽签时已经不在的：编号 → 状态")
    result = DrawnSerializer(many=True)


class EditionView(ShelfView):
    """Base: the edition that an address names."""

    def festival(self, district: str, edition: str) -> FestivalPage:
        """The live edition. Raises Problem; one query."""
        found = editions.find_live(district=district, slug=edition)
        if found is None:
            raise Problem(404, "not-found", "没有找到", f"没有邻里节“{edition[:80]}”。", slug=edition[:80])
        return found


class DrawView(EditionView):
    """Base: the draw that an address names, and answers with a validator."""

    def draw(self, district: str, edition: str, number: int) -> Draw:
        found = draws.find(festival=self.festival(district, edition), number=number)
        if found is None:
            raise Problem(404, "not-found", "没有找到", f"没有第 {number} 次抽签。")
        return found

    def answer(self, request: Request, body: bytes, content_type: str = JSON) -> HttpResponseBase:
        etag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
        if (unchanged := self.conditional(request, etag)) is not None:
            return unchanged
        response = HttpResponse(body, content_type=content_type)
        response["ETag"] = etag
        response["Cache-Control"] = "public, max-age=0, must-revalidate"
        return response


class DrawList(DrawView):
    @extend_schema(
        operation_id="draws",
        summary="一届邻里节的抽签",
        tags=_TAGS,
        responses={200: DrawListSerializer, **_REFUSED},
    )
    def get(self, request: Request, district: str, edition: str) -> HttpResponseBase:
        found = draws.of_festival(self.festival(district, edition))
        return self.answer(request, orjson.dumps({"results": [draws.summary(one) for one in found]}))


class DrawDetail(DrawView):
    @extend_schema(
        operation_id="draw",
        summary="一次抽签：名单、名单的 SHA-256、种子和结果",
        tags=_TAGS,
        responses={200: WholeDrawSerializer, **_REFUSED},
    )
    def get(self, request: Request, district: str, edition: str, number: int) -> HttpResponseBase:
        return self.answer(request, orjson.dumps(draws.whole(self.draw(district, edition, number))))


class PlainText(BaseRenderer):
    """Lets the list be asked for as what it is. The view answers with bytes that are ready; what comes here is a problem."""

    media_type = "text/plain"
    format = "txt"

    def render(self, data: object, media_type: str | None = None, context: object = None) -> bytes:
        return orjson.dumps(data)


class DrawEntrants(DrawView):
    # JSON first: refusals are problem documents.
    renderer_classes = (PlainJSONRenderer, PlainText)

    @extend_schema(
        operation_id="draw_entrants",
        summary="一次抽签的名单，它的 SHA-256 就是公布的那个",
        tags=_TAGS,
        responses={(200, "text/plain"): OpenApiTypes.STR, **_REFUSED},
    )
    def get(self, request: Request, district: str, edition: str, number: int) -> HttpResponseBase:
        text = self.draw(district, edition, number).entrants
        return self.answer(request, text.encode(), "text/plain; charset=utf-8")
