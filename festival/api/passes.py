"""The pass of an application, for whoever has its private link."""

from __future__ import annotations

from typing import Any

import orjson
from django.db import transaction
from django.http import HttpResponse, HttpResponseBase
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotAuthenticated
from rest_framework.request import Request

from festival.api.draws import EditionView
from festival.domain import links, passes
from festival.exceptions import StateChanged
from sites.api.problems import Problem
from sites.api.schema import ProblemSerializer
from sites.api.views import JSON

# A security requirement of OpenAPI, of which drf-spectacular says less than it takes.
_AUTH: Any = [{"link": []}]


class PassZoneSerializer(serializers.Serializer[Any]):
    slug = serializers.CharField()
    name = serializers.CharField()


class PassSerializer(serializers.Serializer[Any]):
    code = serializers.CharField(help_text="没有二维码也可以报这 8 位")
    token = serializers.CharField(help_text="二维码的内容，Ed25519 签名")
    booths = serializers.ListField(child=serializers.CharField())
    zone = PassZoneSerializer()
    first_day = serializers.DateField()
    last_day = serializers.DateField()
    issued_at = serializers.DateTimeField()
    svg = serializers.CharField(help_text="二维码，一个 <svg>")


class PassView(EditionView):
    authentication_classes = ()

    @extend_schema(
        operation_id="application_pass",
        summary="通行证：二维码和 8 位号",
        tags=["摊位申请"],
        auth=_AUTH,
        responses={
            200: PassSerializer,
            **{
                (status, "application/problem+json"): OpenApiResponse(ProblemSerializer, text)
                for status, text in (
                    (400, "参数有误"),
                    (401, "链接无效"),
                    (404, "没有找到"),
                    (406, "只提供 JSON"),
                    (409, "还没有定下摊位"),
                )
            },
        },
    )
    def get(self, request: Request, district: str, edition: str, reference: str) -> HttpResponseBase:
        festival = self.festival(district, edition)
        scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
        application = (
            links.find(secret.strip(), festival=festival, reference=reference)
            if scheme.lower() == "bearer"
            else None
        )
        if application is None:
            raise NotAuthenticated
        try:
            with transaction.atomic():  # a GET runs in none, and the first one makes the pass
                shown = passes.portray(application)
        except StateChanged as refused:
            raise Problem(409, refused.code, "没有通行证", str(refused)) from None
        body = {**shown, "svg": passes.qr_code(shown["token"])}
        response = HttpResponse(orjson.dumps(body), content_type=JSON)
        response["Cache-Control"] = "no-store"
        return response

    def get_authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="linli"'
