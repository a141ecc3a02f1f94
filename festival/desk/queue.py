"""The queue: every application of an edition that was handed in, filtered, searched and paged."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.views.decorators.http import require_safe

from festival.desk import access
from festival.domain import queue
from festival.enums import ApplicationState, Payment, Review
from festival.models import Application, BoothCategory, FestivalPage, Zone

ROWS = 50


class _Day(forms.DateField):
    """A day of this century: the calendar's very ends cannot be reckoned with."""

    def __init__(self, *, label: str) -> None:
        super().__init__(
            label=label,
            required=False,
            widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            validators=[
                MinValueValidator(dt.date(2000, 1, 1), "请写 2000 年以后的日期"),
                MaxValueValidator(dt.date(2100, 1, 1), "请写 2100 年以前的日期"),
            ],
        )


class FilterForm(forms.Form):
    """What the queue is narrowed to. Nothing of it is needed."""

    q = forms.CharField(
        label="搜索",
        required=False,
        max_length=80,
        widget=forms.TextInput(attrs={"placeholder": "编号、摊位、卖什么、联系人、单位、邮箱或手机"}),
    )
    zone = forms.ChoiceField(label="版块", required=False)
    state = forms.ChoiceField(label="状态", required=False)
    category = forms.ChoiceField(label="类别", required=False)
    documents = forms.ChoiceField(
        label="证件",
        required=False,
        choices=[
            ("", "全部"),
            (queue.PENDING, "有待审核的"),
            (queue.REFUSED, "有不合格的"),
            (queue.EXPIRING, "快到期或已过期的"),
        ],
    )
    payment = forms.ChoiceField(label="付款", required=False, choices=[("", "全部"), *Payment.choices])
    since = _Day(label="提交从")
    until = _Day(label="到")
    order = forms.ChoiceField(
        label="排序",
        required=False,
        choices=[
            ("newest", "最近提交的在前"),
            ("oldest", "最早提交的在前"),
            ("changed", "最近有变动的在前"),
            ("name", "按摊位名称"),
            ("zone", "按版块"),
        ],
    )

    def __init__(self, *args: Any, festival: FestivalPage, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zones = Zone.objects.filter(festival=festival).values_list("pk", "name")
        categories = BoothCategory.objects.filter(rules__festival=festival).values_list("name", flat=True)
        states = [state for state in ApplicationState if state != ApplicationState.DRAFT]
        self._choose("zone", [(str(pk), name) for pk, name in zones])
        self._choose("category", [(name, name) for name in categories])
        self._choose("state", [(state.value, str(state.label)) for state in states])

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "全部"), *choices]

    def wanted(self) -> queue.Wanted:
        """What was asked for; what is wrong in it is left out, and said at its field."""
        self.full_clean()
        asked: dict[str, Any] = self.cleaned_data if self.is_bound else {}
        return queue.Wanted(
            state=asked.get("state", ""),
            zone=int(asked["zone"]) if asked.get("zone") else None,
            category=asked.get("category", ""),
            documents=asked.get("documents", ""),
            payment=asked.get("payment", ""),
            since=asked.get("since"),
            until=asked.get("until"),
            words=asked.get("q", ""),
            order=asked.get("order") or "newest",
        )


@require_safe
def applications(request: HttpRequest, festival: int) -> HttpResponse:
    own = access.edition(request, festival)
    form = FilterForm(request.GET or None, festival=own)
    wanted = form.wanted()
    counts = queue.counts_by_state(own)
    total = sum(counts.values())
    keys, many = queue.keys(own, wanted, many=total)
    pages = Paginator(keys, ROWS)
    pages.count = many
    page = pages.get_page(request.GET.get("p"))
    states = [(state, ApplicationState(state).label, many) for state, many in counts.items()]
    return access.page(
        request,
        "applications.html",
        title="申请",
        festival=own,
        tab="applications",
        form=form,
        rows=[_row(one, own) for one in queue.listed(list(page))],
        pages=page,
        total=total,
        states=states,
        wanted=wanted,
        filtered=wanted.narrows,
        query=_without_page(request.GET),
    )


def _without_page(given: QueryDict) -> str:
    """The filters as a query string, for what else is done with the same ones."""
    kept = given.copy()
    kept.pop("p", None)
    return kept.urlencode()


def _row(one: Application, festival: FestivalPage) -> dict[str, Any]:
    documents = list(one.documents.all())
    last = festival.ends_on or festival.starts_on
    limit = last + queue.SOON if last else None
    return {
        "application": one,
        "booths": queue.booth_numbers(one),
        "pending": sum(document.review == Review.PENDING for document in documents),
        "refused": sum(document.review == Review.REFUSED for document in documents),
        "expiring": sum(
            bool(limit and document.expires_on and document.expires_on <= limit) for document in documents
        ),
        "documents": len(documents),
    }
