"""The admin page on which communities are imported from a table."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from sites.domain.communities import import_csv
from sites.domain.people import districts_of
from sites.exceptions import CsvRefused
from sites.models import District

MOST_BYTES = 5 * 1024 * 1024


class ImportForm(forms.Form):
    """The table, and whose communities it holds."""

    district = forms.ModelChoiceField(label="区县", queryset=District.objects.none())
    file = forms.FileField(label="CSV 表格", help_text="Excel 里选“另存为 CSV”。第一行是表头。")

    def clean_file(self) -> bytes:
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(f"文件太大，最多 {MOST_BYTES // 1024 // 1024} MB")
        return bytes(file.read())


def import_communities(request: HttpRequest) -> HttpResponse:
    """Import all lines or none, and say of every bad line what is wrong with it."""
    own = districts_of(request.user, may="districts.add_community")
    if not own.exists():
        raise PermissionDenied
    form = ImportForm(request.POST or None, request.FILES or None)
    district = form.fields["district"]
    assert isinstance(district, forms.ModelChoiceField)
    district.queryset, district.initial = own, own.first()
    problems: list[tuple[int, str]] = []
    if request.method == "POST" and form.is_valid():
        try:
            done = import_csv(form.cleaned_data["file"], district=form.cleaned_data["district"])
        except CsvRefused as refused:
            problems = refused.problems
        else:
            messages.success(
                request, f"新增 {done.created} 个社区，更新 {done.updated} 个，{done.unchanged} 个不变。"
            )
            return redirect("communities:index")
    return render(request, "sites/import_communities.html", {"form": form, "problems": problems})
