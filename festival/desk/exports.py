"""The applications as a file for spreadsheets. It is personal data that leaves the house: the trail says who took it."""

from __future__ import annotations

from urllib.parse import quote

from django.http import FileResponse, HttpRequest, HttpResponseBadRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_POST

from festival.desk import access
from festival.desk.queue import FilterForm
from festival.domain import queue, tables
from sites.domain.audit import record
from sites.enums import Act
from sites.pages import district_of

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_POST
def export(request: HttpRequest, festival: int) -> HttpResponseBase:
    """What the queue shows with the same filters, as CSV or XLSX."""
    own = access.edition(request, festival)
    kind = request.POST.get("format", "")
    if kind not in {"csv", "xlsx"}:
        return HttpResponseBadRequest("format: csv, xlsx")
    wanted = FilterForm(request.GET, festival=own).wanted() if request.GET else queue.Wanted()
    found = queue.found(own, wanted)
    record(
        act=Act.APPLICATIONS_EXPORTED,
        actor=access.user_of(request),
        district=district_of(own),
        subject_name=f"{own.title}（{kind.upper()}，{found.count()} 份）",
        request=request,
    )
    table = tables.rows(own, found)
    response: HttpResponseBase
    if kind == "csv":
        response = StreamingHttpResponse(tables.as_csv(table), content_type="text/csv; charset=utf-8")
    else:
        response = FileResponse(tables.as_xlsx(table, title=own.title), content_type=_XLSX)
    name = f"{own.slug}-{timezone.localdate().isoformat()}.{kind}"
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    response["Cache-Control"] = "no-store"
    return response
