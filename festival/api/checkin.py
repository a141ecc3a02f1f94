"""What the check-in page asks for and sends: the roster, and the scans that it gathered.

A device shows the secret of its link. Nothing here asks for a cookie, and nothing tells who a stallholder is.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import orjson
from django.http import HttpResponse, HttpResponseBase
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_aware
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotAuthenticated
from rest_framework.request import Request

from festival.api.requests import StrictJSONParser
from festival.domain import checkin
from festival.enums import ScanAnswer
from festival.models import CheckInDevice
from sites.api.problems import Problem
from sites.api.schema import ProblemSerializer
from sites.api.views import JSON, ShelfView

_TAGS = ["签到"]
# No QR code holds more. Of what is no pass, only the beginning is kept.
_LONGEST_TEXT = 8000
# What drf-spectacular takes, and more than it says of itself: a security requirement of OpenAPI.
_AUTH: Any = [{"device": []}]


def _refused(**texts: str) -> dict[Any, Any]:
    return {
        (int(status[1:]), "application/problem+json"): OpenApiResponse(ProblemSerializer, text)
        for status, text in texts.items()
    }


class KeySerializer(serializers.Serializer[Any]):
    mark = serializers.CharField(help_text="公钥 SHA-256 的前 4 个字节")
    public = serializers.CharField(help_text="Ed25519 公钥，十六进制")


class RosterPassSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    state = serializers.ChoiceField(choices=["good", "revoked", "no_show"])
    zone = serializers.CharField()
    booths = serializers.ListField(child=serializers.CharField())
    name = serializers.CharField(allow_blank=True, help_text="摊主同意公开才有")
    arrived = serializers.DictField(child=serializers.DateTimeField(), help_text="日期 → 签到的时间")


class RosterFestivalSerializer(serializers.Serializer[Any]):
    title = serializers.CharField()
    slug = serializers.CharField()


class RosterSerializer(serializers.Serializer[Any]):
    """What a device must know to work without a network."""

    festival = RosterFestivalSerializer()
    device = serializers.CharField()
    as_of = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    days = serializers.ListField(child=serializers.DateField())
    prefix = serializers.CharField()
    keys = KeySerializer(many=True)
    passes = RosterPassSerializer(many=True)


class ScanSerializer(serializers.Serializer[Any]):
    nonce = serializers.CharField(min_length=8, max_length=40, help_text="设备自己给的名字，重发时不变")
    code = serializers.CharField(
        max_length=_LONGEST_TEXT, allow_blank=True, help_text="扫到的二维码，或者手输的 8 位号"
    )
    scanned_at = serializers.DateTimeField()


class ScansSerializer(serializers.Serializer[Any]):
    sent_at = serializers.DateTimeField(required=False, help_text="发送时设备的钟，用来校正扫码的时间")
    scans = serializers.ListField(child=ScanSerializer(), max_length=checkin.MOST_AT_ONCE)


class ScanAnswerSerializer(serializers.Serializer[Any]):
    nonce = serializers.CharField()
    code = serializers.CharField()
    answer = serializers.ChoiceField(choices=ScanAnswer.choices)
    label = serializers.CharField()  # type: ignore[assignment]  # DRF has an attribute of this name
    detail = serializers.CharField(allow_blank=True)
    scanned_at = serializers.DateTimeField()
    booths = serializers.ListField(child=serializers.CharField())
    name = serializers.CharField(allow_blank=True)


class ScanAnswersSerializer(serializers.Serializer[Any]):
    results = ScanAnswerSerializer(many=True)


class DeviceView(ShelfView):
    """Base: who asks is a device, by the secret of its link."""

    authentication_classes = ()

    def device(self, request: Request, *, to_send: bool = False) -> CheckInDevice:
        """The device that asks. Raises NotAuthenticated; one query."""
        scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
        found = checkin.find_device(secret.strip(), to_send=to_send) if scheme.lower() == "bearer" else None
        if found is None:
            raise NotAuthenticated
        return found

    def get_authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="linli"'


def _answer(body: Any) -> HttpResponse:
    response = HttpResponse(orjson.dumps(body), content_type=JSON)
    response["Cache-Control"] = "no-store"
    return response


class RosterView(DeviceView):
    @extend_schema(
        operation_id="checkin_roster",
        summary="签到名单、公钥和作废的通行证",
        tags=_TAGS,
        auth=_AUTH,
        responses={
            200: RosterSerializer,
            **_refused(_400="参数有误", _401="设备的链接无效", _406="只提供 JSON"),
        },
    )
    def get(self, request: Request) -> HttpResponseBase:
        return _answer(checkin.roster(self.device(request)))


class ScansView(DeviceView):
    parser_classes = (StrictJSONParser,)

    @extend_schema(
        operation_id="checkin_scans",
        summary="送上扫到的通行证，每条都有答复；重发不会重复",
        tags=_TAGS,
        auth=_AUTH,
        request=ScansSerializer,
        responses={
            200: ScanAnswersSerializer,
            **_refused(
                _400="内容有误", _401="设备的链接无效", _406="只提供 JSON", _413="内容太大", _415="不是 JSON"
            ),
        },
    )
    def post(self, request: Request) -> HttpResponseBase:
        device = self.device(request, to_send=True)
        readings, sent_at = _read(request.data)
        rows = checkin.record_scans(device=device, readings=readings, sent_at=sent_at)
        return _answer({"results": [checkin.portray_scan(one) for one in rows]})


def _read(body: Any) -> tuple[list[checkin.Reading], dt.datetime | None]:
    """The readings in a request's body. Raises Problem that names the member that is wrong."""
    if not isinstance(body, dict):
        raise _wrong("", "内容应当是一个对象。")
    if unknown := sorted(set(body) - {"sent_at", "scans"}):
        raise _wrong(str(unknown[0])[:80], "没有这一项。")
    scans = body.get("scans")
    if not isinstance(scans, list) or len(scans) > checkin.MOST_AT_ONCE:
        raise _wrong("scans", f"应当是最多 {checkin.MOST_AT_ONCE} 条的列表。")
    readings = [_reading(one, f"scans.{n}") for n, one in enumerate(scans)]
    sent_at = _moment(body["sent_at"], "sent_at") if body.get("sent_at") is not None else None
    return readings, sent_at


def _reading(one: Any, where: str) -> checkin.Reading:
    if not isinstance(one, dict) or set(one) != {"nonce", "code", "scanned_at"}:
        raise _wrong(where, "应当有 nonce、code 和 scanned_at，没有别的。")
    nonce, code = one["nonce"], one["code"]
    if not isinstance(nonce, str) or not 8 <= len(nonce) <= 40 or "\0" in nonce:
        raise _wrong(f"{where}.nonce", "应当是 8 到 40 个字符。")
    if not isinstance(code, str) or len(code) > _LONGEST_TEXT:
        raise _wrong(f"{where}.code", f"应当是最多 {_LONGEST_TEXT} 个字符。")
    # Whatever stands in a code that somebody holds before the camera is an unknown pass, and no reason to refuse the
    # scans that come with it: the telephone would send them in vain for ever.
    return checkin.Reading(nonce, code.replace("\0", ""), _moment(one["scanned_at"], f"{where}.scanned_at"))


def _moment(value: Any, where: str) -> dt.datetime:
    try:
        moment = parse_datetime(value) if isinstance(value, str) else None
    except ValueError:
        moment = None
    if moment is None or not is_aware(moment) or not 1969 <= moment.year <= 9000:
        raise _wrong(where, "应当是带时区的时间，例如 2026-12-21T09:30:00+08:00。")
    return moment.astimezone(dt.UTC)  # PostgreSQL takes no more than 15 hours from it


def _wrong(field: str, detail: str) -> Problem:
    return Problem(400, "bad-body", "内容有误", f"{field}：{detail}" if field else detail, field=field)
