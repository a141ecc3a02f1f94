"""How the addresses of booking read what is sent to them, and refuse it: strictly, and naming what was wrong."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import IO, Any

import orjson
from rest_framework import exceptions, serializers
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response

from festival.domain import editions, gatekeeping, idempotency
from festival.exceptions import BookingRefused, FieldsRefused, SlotTaken
from festival.models import Booth, FestivalPage
from sites.api.problems import Problem
from sites.api.views import ShelfView, unknown_district
from sites.client_address import client_prefix
from sites.exceptions import LimitExceeded
from sites.models import District
from sites.numerals import whole_number
from sites.repeating import own_transactions

LARGEST_BODY = 256 * 1024  # bytes; a form with all its answers is a tenth of it
_KEY = re.compile(rf"[\x21-\x7e]{{{idempotency.SHORTEST_KEY},{idempotency.LONGEST_KEY}}}")

# What a refusal of the domain is over HTTP: by its code, the status and the title.
REFUSALS = {
    "not-open": (409, "现在不能报名"),
    "invalid-fields": (400, "填写的内容有误"),
    "booth-taken": (409, "摊位刚被选走"),
    "limit-reached": (409, "已经到了上限"),
    "zone-full": (409, "版块已满"),
    "hold-expired": (409, "保留的时间已过"),
    "state-changed": (409, "申请已经有了变动"),
    "wrong-code": (400, "验证没有通过"),
    "idempotency-key-reused": (422, "Idempotency-Key 已经用过"),
    "file-refused": (400, "文件没有接收"),
}


class StrictJSONParser(BaseParser):
    """JSON as the standard has it: text that no database and no answer could hold is refused as malformed."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        try:
            return orjson.loads(stream.read())
        except orjson.JSONDecodeError:
            raise exceptions.ParseError from None


class BookingView(ShelfView):
    """Base: the edition, bodies, refusals. What it writes it writes in transactions of its own, so that what is counted
    against a limit stays counted."""

    parser_classes: Sequence[type[BaseParser]] = (StrictJSONParser,)

    @classmethod
    def as_view(cls, **initkwargs: Any) -> Any:
        return own_transactions(super().as_view(**initkwargs))

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        self.edition = self.find_edition(**kwargs)
        super().initial(request, *args, **kwargs)

    def find_edition(self, district: str, edition: str, **kwargs: Any) -> FestivalPage:
        """The live edition that the address names. One query. Raises Problem."""
        found = editions.find_live(district=district, slug=edition)
        if found is not None:
            return found
        if "\x00" in district or not District.objects.filter(slug=district).exists():
            raise unknown_district(district)
        raise Problem(404, "not-found", "没有找到", f"邻里节里没有“{edition}”。", slug=edition)

    def handle_exception(self, exc: Exception) -> Response:
        return super().handle_exception(as_problem(exc))

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        final = super().finalize_response(request, response, *args, **kwargs)
        if not final.has_header("Cache-Control"):
            final["Cache-Control"] = "no-store"
        return final

    def body(self, request: Request, shape: type[serializers.Serializer[Any]]) -> dict[str, Any]:
        """What was sent, as `shape` says; only what is in it. Raises Problem, FieldsRefused."""
        check_size(request)
        _ = (
            request._request.body
        )  # read before it is parsed, it can be had again: an Idempotency-Key is for these bytes
        sent = request.data
        if not isinstance(sent, Mapping):
            raise Problem(400, "bad-request", "请求有误", "请求的内容应当是一个 JSON 对象。")
        return self.read(shape, sent)

    def read(self, shape: type[serializers.Serializer[Any]], sent: Mapping[str, Any]) -> dict[str, Any]:
        """The fields of `sent` that it has. Raises FieldsRefused."""
        reader = shape(data=sent)
        unknown = [name for name in sent if name not in reader.fields]
        if unknown:
            raise FieldsRefused(dict.fromkeys((name[:80] for name in unknown), "没有这一项。"))
        if not reader.is_valid():
            raise FieldsRefused({name: "".join(_texts(errors)) for name, errors in reader.errors.items()})
        return {name: value for name, value in reader.validated_data.items() if name in sent}

    def admit(self, request: Request, act: gatekeeping.Act, who: str) -> None:
        """Count an act of whoever asks. Raises LimitExceeded."""
        gatekeeping.admit(act, network=client_prefix(request._request), who=who)

    def booths(self, numbers: list[str]) -> list[Booth]:
        """The booths of the edition that were named. Raises FieldsRefused."""
        found = {one.number: one for one in Booth.objects.filter(festival=self.edition, number__in=numbers)}
        unknown = [number for number in numbers if number not in found]
        if unknown:
            raise FieldsRefused({"booths": f"没有摊位 {'、'.join(unknown)}。"})
        if len(set(numbers)) != len(numbers):
            raise FieldsRefused({"booths": "同一个摊位只能选一次。"})
        return [found[number] for number in numbers]


def check_size(request: Request, *, most: int = LARGEST_BODY) -> None:
    """Refuse a body that is too large before it is read. Raises Problem."""
    length = whole_number(request.META.get("CONTENT_LENGTH") or "0")
    if length is None or length > most:
        raise Problem(413, "too-large", "发来的内容太大", f"最多 {most // 1024} KB，没有接收。")


def _texts(errors: Any) -> list[str]:
    """The sentences in what a serializer says of a field, however deep."""
    if isinstance(errors, Mapping):
        return [text for one in errors.values() for text in _texts(one)]
    if isinstance(errors, list):
        return [text for one in errors for text in _texts(one)]
    return [str(errors)]


def as_problem(error: Exception) -> Exception:
    """A refusal of the domain as a problem document; anything else as it is."""
    if isinstance(error, LimitExceeded):
        headers = {"Retry-After": str(error.retry_after)}
        return Problem(
            429, "too-many-requests", "操作太频繁", str(error), retry_after=error.retry_after
        ).with_headers(headers)
    if not isinstance(error, BookingRefused):
        return error
    status, title = REFUSALS.get(error.code, (409, "没有办成"))
    extra: dict[str, Any] = {}
    if isinstance(error, FieldsRefused):
        extra["problems"] = error.problems
    elif isinstance(error, SlotTaken):
        extra["booths"] = error.numbers
    return Problem(status, error.code, title, str(error), **extra)


def idempotency_key(request: Request, *, required: bool) -> str | None:
    """The Idempotency-Key of a request. Raises Problem for a malformed one, and where it is missing but required."""
    key = request.headers.get("Idempotency-Key")
    if key is None and not required:
        return None
    if key is None or not _KEY.fullmatch(key):
        raise Problem(
            400,
            "bad-idempotency-key",
            "缺少 Idempotency-Key" if key is None else "Idempotency-Key 不对",
            f"请求头 Idempotency-Key 是 {idempotency.SHORTEST_KEY} 到 {idempotency.LONGEST_KEY} 个可见的"
            " ASCII 字符，每次操作随机生成，重发时不变。",
            parameter="Idempotency-Key",
        )
    return key
