"""The applications as CSV and XLSX: what stands in them, that nothing calculates, what it costs, and who took them."""

from __future__ import annotations

import csv
import io
import tracemalloc
import zipfile
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from festival.domain import applying, deciding, queue, tables
from festival.enums import QuestionKind
from festival.models import Application
from sites.enums import Act
from sites.models import AuditEntry
from tests.festival.booking import Edition
from tests.festival.desk import Desk, many

pytestmark = pytest.mark.once  # shows nothing that hangs on the database


def export(desk: Desk, kind: str = "csv", query: str = "") -> bytes:
    answer: Any = desk.browser.post(f"{desk.address('export')}?{query}", {"format": kind})
    assert answer.status_code == 200, answer.status_code
    assert answer.streaming and "no-store" in answer["Cache-Control"]
    assert f".{kind}" in answer["Content-Disposition"]
    return b"".join(answer.streaming_content)


def table_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def test_table_has_what_organisers_need(edition: Edition, desk: Desk) -> None:
    power, gone = edition.ask("要用电吗", QuestionKind.YES_NO), edition.ask("从前问的")
    draft = edition.draft()
    answers = {f"question:{power.pk}": False, f"question:{gone.pk}": "旧答案"}
    applying.edit(application=draft, changes={"answers": answers})
    application = applying.submit(application=Application.objects.get(pk=draft.pk))
    gone.delete()
    deciding.approve(application=application, actor=edition.city.user("organiser"))
    booth = edition.booths("allot")[0]
    deciding.allot(application=application, booths=[booth], actor=edition.city.user("organiser"))
    edition.draft(address="unfinished@example.cn")
    content = export(desk)
    assert content.startswith(b"\xef\xbb\xbf")
    (row,) = table_of(content)
    for name, value in {
        "编号": application.reference,
        "状态": "已定摊位",
        "版块": "手作",
        "摊位": booth.number,
        "联系人": "谭示例",
        "联系方式": "tan@example.cn",
        "要用电吗": "否",
        "其他回答": "从前问的：旧答案",
    }.items():
        assert row[name] == value, name


def test_same_filters_as_the_queue(edition: Edition, desk: Desk) -> None:
    rows = many(edition, 6)
    found = table_of(export(desk, query="payment=due&q=绳编"))
    assert [one["编号"] for one in found] == [rows[0].reference, rows[5].reference]


def test_nothing_is_calculated(edition: Edition, desk: Desk) -> None:
    begins = ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"]
    evil = {}
    for one, begin in zip(many(edition, len(begins)), begins, strict=True):
        text = evil[one.reference] = f'{begin}HYPERLINK("http://x.example","请点")'
        Application.objects.filter(pk=one.pk).update(
            stall_name=text[:40], offer=text, contact_name=text[:40], organisation=text, reason=text
        )
    for row in table_of(export(desk)):
        # Line ends are the CSV reader's.
        offer = row["卖什么、做什么"].replace("\r", "\n")
        assert offer == f"'{evil[row['编号']]}".replace("\r", "\n")
        assert not any(cell.startswith(tuple(begins)) for cell in row.values())
    with zipfile.ZipFile(io.BytesIO(export(desk, "xlsx"))) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert sheet.count("HYPERLINK") >= len(begins) * 5
    assert "<f>" not in sheet and "hyperlink " not in sheet


def test_numbers_stay_numbers(edition: Edition, desk: Desk) -> None:
    question = edition.ask("几个人", QuestionKind.NUMBER)
    (one,) = many(edition, 1)
    Application.objects.filter(pk=one.pk).update(answers={f"question:{question.pk}": -3}, fee="80.50")
    (row,) = table_of(export(desk))
    assert (row["几个人"], row["摊位费"]) == ("-3", "80.5")


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_cost_does_not_grow_with_the_applications(
    edition: Edition, desk: Desk, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            export(desk, kind)
        # Savepoints of the test's own transaction are none of a server's queries.
        return sum("SAVEPOINT" not in one["sql"] for one in captured.captured_queries)

    monkeypatch.setattr(tables, "CHUNK", 20)
    many(edition, 5)
    queries()
    few = queries()
    many(edition, 50, start=5)
    # Eight are to know who asks, as at every address of the admin.
    assert queries() == few <= 8 + 10


def test_memory_does_not_grow_with_the_applications(
    edition: Edition, monkeypatch: pytest.MonkeyPatch
) -> None:
    def peak() -> int:
        found = queue.found(edition.festival, queue.Wanted())
        tracemalloc.start()
        try:
            for _ in tables.as_csv(tables.rows(edition.festival, found)):
                pass
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    monkeypatch.setattr(tables, "CHUNK", 50)
    many(edition, 100)
    peak()
    few = peak()
    many(edition, 900, start=100)
    # Ten times as many; a list of them would take ten times as much.
    assert peak() < 3 * few


def test_each_row_has_its_own_booths_and_documents(edition: Edition, desk: Desk) -> None:
    one, _, three = many(edition, 3)
    with_booths, booths = (
        edition.submitted("open", booths=tuple(edition.booths("open")[:1])),
        edition.booths("open"),
    )
    rows = {row["编号"]: row for row in table_of(export(desk))}
    assert rows[with_booths.reference]["摊位"] == booths[0].number
    assert rows[with_booths.reference]["证件"] == rows[one.reference]["摊位"] == ""
    assert rows[three.reference]["证件"].count("（") == 1


def test_trail_says_who_took_them(edition: Edition, desk: Desk) -> None:
    many(edition, 3)
    export(desk, "xlsx", "state=rejected")
    entry = AuditEntry.objects.get(act=Act.APPLICATIONS_EXPORTED)
    assert entry.actor == edition.city.user("organiser") and entry.district == edition.city.wuhou
    assert entry.subject_name == "武侯邻里节（XLSX，1 份）"
    page = edition.city.browser("admin").get("/admin/team/districts/wuhou/history/")
    assert "导出摊位申请" in page.content.decode()


def test_unknown_format_is_refused(edition: Edition, desk: Desk) -> None:
    assert desk.post("export", format="docx").status_code == 400
    assert desk.get("export").status_code == 405
    assert not AuditEntry.objects.filter(act=Act.APPLICATIONS_EXPORTED).exists()
