"""What the addresses of booking take and answer: read from requests by these serializers, and described by them."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, TypeVar

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import serializers

from festival.domain import availability, terms
from festival.enums import (
    ActorKind,
    ApplicationState,
    ContactKind,
    Payment,
    Review,
    ZoneMode,
)
from festival.models import Application
from festival.models.booking import MOST_BOOTHS
from festival.serializers import ZoneTermsSerializer
from sites.api.schema import ProblemSerializer

View = TypeVar("View", bound=type)

_TAGS = ["摊位报名"]


def _length(field: str) -> int:
    return int(Application._meta.get_field(field).max_length or 0)  # type: ignore[union-attr]


# --- what is sent -----------------------------------------------------------------------------------------------------


class ContactCodeSerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=ContactKind.choices)
    address = serializers.CharField(max_length=254, help_text="邮箱，或大陆手机号")


class ContactProofSerializer(ContactCodeSerializer):
    code = serializers.CharField(max_length=12, help_text="收到的 6 位数字")


class BoothsSerializer(serializers.Serializer[Any]):
    booths = serializers.ListField(
        child=serializers.CharField(max_length=8), max_length=MOST_BOOTHS, help_text="摊位的编号"
    )


class StartSerializer(serializers.Serializer[Any]):
    proof = serializers.CharField(max_length=1000, help_text="contact-proofs 给出的证明")
    zone = serializers.CharField(max_length=40, help_text="版块的 slug")
    booths = serializers.ListField(
        child=serializers.CharField(max_length=8),
        max_length=MOST_BOOTHS,
        required=False,
        help_text="开放选位的版块里要保留的摊位的编号",
    )


class AnswersField(serializers.DictField):
    """Answers by the key of their question. What is in them is checked when the application is submitted; that they can be
    kept at all, here."""

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        answers: dict[str, Any] = super().to_internal_value(data)
        for value in answers.values():
            if isinstance(value, str) and (len(value) > terms.LONGEST_ANSWER or "\x00" in value):
                raise serializers.ValidationError(f"每个回答最多 {terms.LONGEST_ANSWER} 个字。")
            if isinstance(value, int | float) and not (math.isfinite(value) and abs(value) < 10**15):
                raise serializers.ValidationError("数字太大了。")
            if isinstance(value, dict | list):
                raise serializers.ValidationError("回答是文字、数字、是或否。")
        return answers


class ChangesSerializer(serializers.Serializer[Any]):
    version = serializers.IntegerField(
        required=False, min_value=0, max_value=2**31 - 1, help_text="看到的版本；已经变了就不改"
    )
    stall_name = serializers.CharField(max_length=_length("stall_name"), allow_blank=True, required=False)
    offer = serializers.CharField(max_length=_length("offer"), allow_blank=True, required=False)
    category = serializers.CharField(max_length=_length("category"), allow_blank=True, required=False)
    booths_wanted = serializers.IntegerField(min_value=1, max_value=MOST_BOOTHS, required=False)
    name_is_public = serializers.BooleanField(required=False)
    contact_name = serializers.CharField(max_length=_length("contact_name"), allow_blank=True, required=False)
    organisation = serializers.CharField(max_length=_length("organisation"), allow_blank=True, required=False)
    answers = AnswersField(
        required=False,
        child=serializers.JSONField(allow_null=True),
        help_text="问题的 key → 文字、数字、是或否；只写要改的，null 是收回",
    )


class WithdrawSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=1000, allow_blank=True, required=False)


class MessageSerializer(serializers.Serializer[Any]):
    text = serializers.CharField(max_length=terms.LONGEST_ANSWER)


class NothingSerializer(serializers.Serializer[Any]):
    """An empty object, or no body at all."""


class HandInSerializer(serializers.Serializer[Any]):
    requirement = serializers.CharField(max_length=40, help_text="document:… 或 question:…")
    file = serializers.FileField(
        allow_empty_file=True, max_length=1000, help_text="JPG、PNG 或 PDF，不超过 10 MB"
    )
    expires_on = serializers.DateField(required=False)


# --- what is answered -------------------------------------------------------------------------------------------------


class ZoneAvailabilitySerializer(serializers.Serializer[Any]):
    slug = serializers.CharField()
    mode = serializers.ChoiceField(choices=ZoneMode.choices)
    capacity = serializers.IntegerField()
    confirmed = serializers.IntegerField()
    free = serializers.IntegerField(help_text="现在能选的摊位数")
    waiting = serializers.IntegerField(help_text="候补的申请数")


class BoothAvailabilitySerializer(serializers.Serializer[Any]):
    number = serializers.CharField()
    state = serializers.ChoiceField(choices=availability.STATES)
    name = serializers.CharField(allow_blank=True, help_text="定下摊位、同意公开的摊主")


class AvailabilitySerializer(serializers.Serializer[Any]):
    festival = serializers.CharField()
    as_of = serializers.DateTimeField()
    zones = ZoneAvailabilitySerializer(many=True)
    booths = BoothAvailabilitySerializer(many=True)


class CodeSentSerializer(serializers.Serializer[Any]):
    expires_at = serializers.DateTimeField(help_text="验证码有效到什么时候")


class ProofSerializer(serializers.Serializer[Any]):
    proof = serializers.CharField()
    expires_at = serializers.DateTimeField()


class ApplicationZoneSerializer(serializers.Serializer[Any]):
    slug = serializers.CharField()
    name = serializers.CharField()


class HoldSerializer(serializers.Serializer[Any]):
    booths = serializers.ListField(child=serializers.CharField())
    expires_at = serializers.DateTimeField()


class DocumentSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    requirement = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # DRF has an attribute of this name
    name = serializers.CharField()
    size = serializers.IntegerField(help_text="字节")
    expires_on = serializers.DateField(allow_null=True)
    review = serializers.ChoiceField(choices=Review.choices)
    review_label = serializers.CharField()
    review_reason = serializers.CharField(allow_blank=True)


class ApplicationMessageSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    at = serializers.DateTimeField()
    by = serializers.ChoiceField(choices=ActorKind.choices)
    by_label = serializers.CharField()
    text = serializers.CharField()


class HistorySerializer(serializers.Serializer[Any]):
    at = serializers.DateTimeField()
    state = serializers.ChoiceField(choices=ApplicationState.choices)
    state_label = serializers.CharField()
    reason = serializers.CharField(allow_blank=True)


class ApplicationSerializer(serializers.Serializer[Any]):
    """An application as its stallholder sees it."""

    reference = serializers.CharField()
    state = serializers.ChoiceField(choices=ApplicationState.choices)
    state_label = serializers.CharField()
    version = serializers.IntegerField()
    zone = ApplicationZoneSerializer()
    category = serializers.CharField(allow_blank=True)
    booths_wanted = serializers.IntegerField()
    stall_name = serializers.CharField(allow_blank=True)
    offer = serializers.CharField(allow_blank=True)
    name_is_public = serializers.BooleanField()
    contact_kind = serializers.ChoiceField(choices=ContactKind.choices)
    contact = serializers.CharField(allow_blank=True, help_text="遮住了一部分")
    contact_name = serializers.CharField(allow_blank=True)
    organisation = serializers.CharField(allow_blank=True)
    answers = serializers.DictField(child=serializers.JSONField())
    terms = ZoneTermsSerializer(allow_null=True, help_text="提交时的规则；还没提交就是现在的")
    problems = serializers.DictField(child=serializers.CharField(), help_text="提交前还缺什么：字段 → 说明")
    hold = HoldSerializer(allow_null=True, help_text="正在保留的摊位")
    offer_expires_at = serializers.DateTimeField(allow_null=True)
    booths = serializers.ListField(child=serializers.CharField(), help_text="定下的摊位")
    waitlist_position = serializers.IntegerField(allow_null=True)
    reason = serializers.CharField(allow_blank=True)
    fee = serializers.DecimalField(max_digits=8, decimal_places=2)
    deposit = serializers.DecimalField(max_digits=8, decimal_places=2)
    payment = serializers.ChoiceField(choices=Payment.choices)
    payment_label = serializers.CharField()
    submitted_at = serializers.DateTimeField(allow_null=True)
    documents = DocumentSerializer(many=True)
    messages = ApplicationMessageSerializer(many=True)
    history = HistorySerializer(many=True)
    may = serializers.ListField(child=serializers.CharField(), help_text="现在能做什么")


class StartedSerializer(ApplicationSerializer):
    """A new application with its private link, whose secret is told only this once."""

    token = serializers.CharField(help_text="私人链接的密钥：Authorization: Bearer …")
    link = serializers.CharField(help_text="私人链接")


# --- the document of the API ------------------------------------------------------------------------------------------


class RefusedFieldsSerializer(ProblemSerializer):
    """A problem document that may name fields."""

    problems = serializers.DictField(
        child=serializers.CharField(), required=False, help_text="字段 → 哪里不对"
    )
    booths = serializers.ListField(child=serializers.CharField(), required=False, help_text="选不到的摊位")
    retry_after = serializers.IntegerField(required=False, help_text="几秒以后再试")


class PrivateLinkScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """The secret of an application's private link."""

    target_class = "festival.api.applications.PrivateLink"
    name = "link"

    def get_security_definition(self, auto_schema: Any) -> Any:
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "一份摊位申请的私人链接里的密钥（# 后面、点号以后的部分）。",
        }


_REFUSED = {
    400: "内容或参数有误",
    401: "令牌无效",
    404: "没有找到",
    406: "只提供 JSON",
    409: "现在不能这样做：不在报名时间、摊位被选走、到了上限、保留到期或申请有了变动",
    413: "内容太大",
    415: "内容的格式不对",
    422: "Idempotency-Key 用过，当时的内容不一样",
    429: "太频繁，Retry-After 是要等的秒数",
}
_READS = (400, 401, 404, 406)
_SENDS = (*_READS, 409, 413, 415, 429)


def _refused(*statuses: int) -> dict[Any, Any]:
    return {
        (status, "application/problem+json"): OpenApiResponse(RefusedFieldsSerializer, _REFUSED[status])
        for status in statuses
    }


def _key(*, required: bool) -> OpenApiParameter:
    return OpenApiParameter(
        "Idempotency-Key",
        {"type": "string", "minLength": 16, "maxLength": 80, "pattern": r"^[\x21-\x7e]+$"},
        "header",
        required=required,
        description="每次操作随机生成，重发时不变：重发得到同一个答复，什么也不会做两遍。",
    )


def _step(name: str) -> Callable[[View], View]:
    """The schema of `applications/{reference}/{name}/`."""

    def decorate(view: View) -> View:
        schema = extend_schema(
            operation_id=f"application_{name}",
            summary=_SUMMARIES[name],
            tags=_TAGS,
            parameters=[_key(required=False)],
            request=view.shape,  # type: ignore[attr-defined]
            responses={200: ApplicationSerializer, **_refused(*_SENDS, 422)},
        )
        return extend_schema_view(post=schema)(view)

    return decorate


_SUMMARIES = {
    "hold": "把摊位保留 15 分钟（开放选位的版块，提交以前）",
    "submit": "提交；补充以后再提交也是它",
    "withdraw": "撤回，让出摊位",
    "pick": "通过以后选摊位",
    "accept": "接受候补到的摊位",
    "decline": "不要候补到的摊位，申请也就撤回",
    "messages": "给组织者留言",
}


def _of(method: str, **schema: Any) -> dict[str, Any]:
    return {method: extend_schema(tags=_TAGS, **schema)}


_SCHEMAS: dict[str, dict[str, Any]] = {
    "availability": _of(
        "get",
        operation_id="availability",
        summary="摊位现在的情况",
        responses={200: AvailabilitySerializer, **_refused(*_READS)},
    ),
    "contact_codes": _of(
        "post",
        operation_id="contact_code",
        summary="把验证码发到邮箱或手机；不管是谁的，答复都一样",
        request=ContactCodeSerializer,
        responses={202: CodeSentSerializer, **_refused(*_SENDS)},
    ),
    "contact_proofs": _of(
        "post",
        operation_id="contact_proof",
        summary="用验证码换一份联系方式的证明",
        request=ContactProofSerializer,
        responses={200: ProofSerializer, **_refused(*_SENDS)},
    ),
    "apply": _of(
        "post",
        operation_id="application_start",
        summary="开始一份申请；在开放选位的版块里同时保留摊位",
        parameters=[_key(required=True)],
        request=StartSerializer,
        responses={201: StartedSerializer, **_refused(*_SENDS, 422)},
    ),
    "application": {
        **_of(
            "get",
            operation_id="application",
            summary="一份申请",
            responses={200: ApplicationSerializer, **_refused(*_READS)},
        ),
        **_of(
            "patch",
            operation_id="application_change",
            summary="修改，一边填一边存",
            request=ChangesSerializer,
            responses={200: ApplicationSerializer, **_refused(*_SENDS)},
        ),
    },
    "documents": _of(
        "post",
        operation_id="document_hand_in",
        summary="交一个文件，替换以前交的",
        request={"multipart/form-data": HandInSerializer},
        responses={201: DocumentSerializer, **_refused(*_SENDS)},
    ),
    "document": {
        **_of(
            "get",
            operation_id="document",
            summary="下载交过的一个文件",
            responses={(200, "application/octet-stream"): OpenApiTypes.BINARY, **_refused(*_READS)},
        ),
        **_of(
            "delete",
            operation_id="document_remove",
            summary="收回一个文件",
            responses={204: None, **_refused(*_READS, 409)},
        ),
    },
}


def describe(name: str) -> Callable[[View], View]:
    """A view with its schema: one of `_SCHEMAS`, or a step of an application."""
    if name in _SUMMARIES:
        return _step(name)
    return lambda view: extend_schema_view(**_SCHEMAS[name])(view)
