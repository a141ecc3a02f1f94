"""The applications of an edition as a table, for spreadsheets: one row each, written as it is read."""

from __future__ import annotations

import csv
import datetime as dt
import tempfile
from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter
from typing import IO, Any

import xlsxwriter
from django.db.models import QuerySet
from django.utils import timezone

from festival.enums import QuestionKind, Review, SlotState
from festival.models import Application, ApplicationDocument, BoothSlot, FestivalPage, Question

CHUNK = 500  # rows that are read at a time
# What a spreadsheet takes for a formula when it stands first in a cell, also in the width of Chinese type.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")

Cell = str | int | float | None
_HEAD = (
    *("编号", "状态", "版块", "类别", "摊位名称", "卖什么、做什么", "要几个摊位", "摊位", "候补顺序"),
    *("联系人", "单位或团队", "联系方式", "名称可以公开", "摊位费", "押金", "付款", "付款说明"),
    *("给摊主的理由", "提交时间", "证件"),
)


def harmless(cell: Cell) -> Cell:
    """A cell that no spreadsheet calculates: text that begins as a formula gets an apostrophe before it."""
    if isinstance(cell, str) and cell.startswith(_FORMULA):
        return f"'{cell}"
    return cell


def rows(festival: FestivalPage, found: QuerySet[Application]) -> Iterator[list[Cell]]:
    """The head of the table and its rows. Memory holds a part of them. Queries: 4, however many rows there are."""
    questions = list(
        Question.objects.filter(rules__festival=festival)
        .exclude(kind=QuestionKind.FILE)
        .values_list("pk", "label")
    )
    keys = [f"question:{pk}" for pk, _ in questions]
    yield [harmless(cell) for cell in (*_HEAD, *(label for _, label in questions), "其他回答")]
    # Three cursors that are read side by side. Outside a transaction, as a streamed answer is, PostgreSQL keeps what they
    # have to give by itself: the answer may take minutes, and no transaction stays open so long.
    ordered = found.order_by("pk")
    own = ordered.order_by().values("pk")
    slots = BoothSlot.objects.filter(state=SlotState.CONFIRMED, application__in=own)
    booths = _Beside(
        slots.order_by("application_id", "booth__number").values_list("application_id", "booth__number")
    )
    documents = _Beside(
        ApplicationDocument.objects.filter(application__in=own)
        .order_by("application_id", "pk")
        .values_list("application_id", "label", "review", "expires_on")
    )
    for one in ordered.select_related("zone").iterator(chunk_size=CHUNK):
        numbers = "、".join(dict.fromkeys(number for _, number in booths.of(one.pk)))
        papers = "；".join(_document(*document) for _, *document in documents.of(one.pk))
        yield [harmless(cell) for cell in _row(one, keys, booths=numbers, documents=papers)]


class _Beside:
    """Rows of another table in the order of the applications' keys, with which each of them begins; read on as they are asked
    for."""

    def __init__(self, rows: QuerySet[Any, tuple[Any, ...]]) -> None:
        self._groups = groupby(rows.iterator(chunk_size=CHUNK), key=itemgetter(0))
        self._next = next(self._groups, None)

    def of(self, key: int) -> list[tuple[Any, ...]]:
        """Those of an application; each key is larger than the one before."""
        while self._next is not None and self._next[0] < key:
            self._next = next(self._groups, None)
        if self._next is None or self._next[0] != key:
            return []
        found = list(self._next[1])
        self._next = next(self._groups, None)
        return found


def _row(one: Application, keys: list[str], *, booths: str, documents: str) -> Iterator[Cell]:
    yield from (
        one.reference,
        one.get_state_display(),
        one.zone.name,
        one.category,
        one.stall_name,
        one.offer,
    )
    yield one.booths_wanted
    yield booths
    yield one.rank
    yield from (one.contact_name, one.organisation, one.contact)
    yield "可以" if one.name_is_public else "不可以"
    yield from (float(one.fee), float(one.deposit), one.get_payment_display(), one.payment_note, one.reason)
    yield f"{timezone.localtime(one.submitted_at):%Y-%m-%d %H:%M}" if one.submitted_at else ""
    yield documents
    yield from (_answer(one.answers.get(key)) for key in keys)
    labels = {question["key"]: question["label"] for question in one.terms.get("questions", [])}
    others = {key: value for key, value in one.answers.items() if key not in keys}
    yield "；".join(f"{labels.get(key, key)}：{_answer(value)}" for key, value in others.items())


def _document(label: str, review: str, expires_on: dt.date | None) -> str:
    ends = f"，有效期至 {expires_on}" if expires_on else ""
    return f"{label}（{Review(review).label}{ends}）"


def _answer(value: Any) -> Cell:
    if isinstance(value, bool):
        return "是" if value else "否"
    return value if isinstance(value, int | float) else str(value or "")


# --- as files -----------------------------------------------------------------------------------------------------------


class _Line:
    """A file that keeps nothing: the CSV writer's line is what `write` returns."""

    def write(self, text: str) -> str:
        return text


def as_csv(table: Iterable[list[Cell]]) -> Iterator[bytes]:
    """The table as CSV, line by line. It begins with a byte order mark, by which Excel knows UTF-8."""
    writer = csv.writer(_Line())
    yield b"\xef\xbb\xbf"
    for row in table:
        yield str(writer.writerow(["" if cell is None else cell for cell in row])).encode()


def as_xlsx(table: Iterable[list[Cell]], *, title: str) -> IO[bytes]:
    """The table as a workbook in a temporary file, which goes when it is closed. Memory holds one row at a time."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - whoever sends it closes it
    options = {
        "constant_memory": True,
        # Text stays text, whatever it looks like.
        **dict.fromkeys(("strings_to_formulas", "strings_to_urls", "strings_to_numbers"), False),
    }
    workbook = xlsxwriter.Workbook(file, options)
    sheet = workbook.add_worksheet("摊位申请")
    workbook.set_properties({"title": title})
    sheet.freeze_panes(1, 1)
    bold = workbook.add_format({"bold": True})
    for number, row in enumerate(table):
        for column, cell in enumerate(row):
            if isinstance(cell, str):
                sheet.write_string(number, column, cell, bold if number == 0 else None)
            elif cell is not None:
                sheet.write_number(number, column, cell)
    workbook.close()
    file.seek(0)
    return file
