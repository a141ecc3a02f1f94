"""An edition's programme for other programs, made from its item on the shelf: two queries, as for the item itself."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any, ClassVar

import orjson
from django.http import HttpResponse, HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request

from frontend_static.programme_formats import as_calendar, as_json, as_xml, entries, stages_told
from sites import kinds
from sites.api.problems import Problem
from sites.api.schema import ProblemSerializer
from sites.api.views import CACHE, JSON, ShelfView
from sites.domain import feed
from sites.hosts import table

# Changes when the formats change, so that old validators fail.
FORMAT = "2"
_TAGS = ["邻里节"]
_REFUSED = {
    (status, "application/problem+json"): OpenApiResponse(ProblemSerializer, text)
    for status, text in ((400, "参数有误"), (401, "令牌无效"), (404, "没有找到"))
}
Item = dict[str, Any]


class ProgrammeView(ShelfView):
    """Base: the edition that an address names, in one format. Programs may ask for whatever type they like: the address
    says which it is."""

    content_type: ClassVar[str]

    def perform_content_negotiation(self, request: Request, force: bool = False) -> tuple[Any, str]:
        return super().perform_content_negotiation(request, force=True)

    def answer(
        self, request: Request, district: str, edition: str, made: Callable[[Item, str], str]
    ) -> HttpResponseBase:
        """`made` from the edition's item and the base address of the district's site. Raises Problem."""
        where = self.scope(district)
        found = feed.item(where, kind=kinds.by_type("festival"), slug=edition)
        if found is None:
            raise Problem(404, "not-found", "没有找到", f"邻里节里没有“{edition}”。", slug=edition)
        tag, body = found
        site = table.address_of(district)
        asked = f"{FORMAT} {self.content_type} {site} {request.query_params.urlencode()}"
        etag = f'"{tag}-{hashlib.sha256(asked.encode()).hexdigest()[:8]}"'
        if (unchanged := self.conditional(request, etag)) is not None:
            return unchanged
        response = HttpResponse(made(orjson.loads(body), site), content_type=self.content_type)
        response["ETag"] = etag
        response["Cache-Control"] = CACHE
        response["Surrogate-Key"] = f"{district} {district}/festivals/{edition}"
        return response


class CalendarView(ProgrammeView):
    """The programme of an edition, of one of its stages, or one item, as iCalendar."""

    allowed = ("stage", "item")
    content_type = "text/calendar; charset=utf-8"

    @extend_schema(
        operation_id="programme_ics",
        summary="节目单（iCalendar），可以只要一个舞台或一个节目",
        tags=_TAGS,
        parameters=[
            OpenApiParameter("stage", OpenApiTypes.INT, description="只要这个舞台的：stages 里的 id"),
            OpenApiParameter("item", OpenApiTypes.STR, description="只要这一个节目：它的 id"),
        ],
        responses={(200, "text/calendar"): OpenApiTypes.STR, **_REFUSED},
    )
    def get(self, request: Request, district: str, edition: str) -> HttpResponseBase:
        stage, item = request.query_params.get("stage"), request.query_params.get("item")
        if stage is not None and item is not None:
            raise Problem(
                400,
                "one-of-both",
                "参数不能一起用",
                "stage 和 item 只能写一个。",
                allowed=sorted(self.allowed),
            )

        def made(festival: Item, site: str) -> str:
            if stage is not None:
                _check_stage(festival, stage)
            if item is not None:
                _check_item(festival, item)
            return as_calendar(festival, site=site, stage=stage, item=item)

        return self.answer(request, district, edition, made)


class ScheduleXMLView(ProgrammeView):
    """The programme as frab's schedule.xml."""

    content_type = "application/xml; charset=utf-8"

    @extend_schema(
        operation_id="programme_xml",
        summary="节目单（frab schedule.xml）",
        tags=_TAGS,
        responses={(200, "application/xml"): OpenApiTypes.STR, **_REFUSED},
    )
    def get(self, request: Request, district: str, edition: str) -> HttpResponseBase:
        return self.answer(request, district, edition, lambda festival, site: as_xml(festival, site=site))


class ScheduleJSONView(ProgrammeView):
    """The programme as frab's schedule.json."""

    content_type = JSON

    @extend_schema(
        operation_id="programme_json",
        summary="节目单（frab schedule.json）",
        tags=_TAGS,
        responses={(200, "application/json"): OpenApiTypes.OBJECT, **_REFUSED},
    )
    def get(self, request: Request, district: str, edition: str) -> HttpResponseBase:
        return self.answer(request, district, edition, lambda festival, site: as_json(festival, site=site))


def _check_stage(festival: Item, wanted: str) -> None:
    """Raises Problem for a stage that the edition never had. One that is gone still tells where its items went."""
    if wanted not in stages_told(festival):
        now = [str(stage["id"]) for stage in festival["stages"]]
        raise _unknown("stage", wanted, f"这届邻里节没有舞台“{wanted[:80]}”。", allowed=now)


def _check_item(festival: Item, wanted: str) -> None:
    """Raises Problem for an item that was never announced, and for one that never had a time."""
    found = next((entry for entry in entries(festival) if entry.id == wanted), None)
    if found is None:
        raise _unknown("item", wanted, f"这届邻里节没有节目“{wanted[:80]}”。")
    if found.slot is None:
        raise Problem(
            404, "not-timed", "时间待定", f"“{found.title}”的时间还没有定，日历里放不下它。", parameter="item"
        )


def _unknown(name: str, value: str, detail: str, **extra: Any) -> Problem:
    return Problem(400, "bad-value", "参数的值不对", detail, parameter=name, value=value[:80], **extra)
