"""The districts in the admin, for the city's staff: making, changing, exporting and deleting them."""

from __future__ import annotations

import re
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.views.decorators.http import require_safe
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from cms.domain import colours
from cms.domain.archive import exporting
from cms.domain.district_deletion import delete_district, survey
from cms.domain.districts import Colours, create_district
from sites import gate
from sites.domain import reach, shelf
from sites.domain.audit import record
from sites.domain.people import is_city_staff
from sites.enums import Act
from sites.exceptions import DistrictConflict, LinliError
from sites.models import District, User, code_validator, colour_validator, slug_validator
from sites.slugs import pinyin_slug

_HOST = RegexValidator(
    r"^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$",
    "请写成 wuhou.example.org 这样的主机名：小写字母、数字、连字符和点，不带 http:// 和端口",
)


def slug_for(name: str) -> str:
    """The usual slug of a district: its name in pinyin without what kind of district it is (武侯区 → wuhou)."""
    stem = re.sub(r"(?<=..)(新区|区|县|市)$", "", name.strip())
    return pinyin_slug(stem).replace("-", "")[:40]


class DistrictForm(forms.Form):
    """What the city's staff say of a district. The slug is given once; addresses are made of it."""

    name = forms.CharField(label="名称", max_length=40, help_text="例如：武侯区")
    slug = forms.CharField(
        label="标识",
        max_length=40,
        required=False,
        validators=[slug_validator],
        help_text="用在网址里，空着就由名称的拼音生成（武侯区 → wuhou）。建立后不能改。",
    )
    hostname = forms.CharField(
        label="主机名",
        max_length=255,
        required=False,
        validators=[_HOST],
        help_text="公众网站的域名，不带 http://；域名解析要另外设好。空着就用“标识.门户的主机名”。",
    )
    code = forms.CharField(
        label="行政区划代码",
        max_length=12,
        required=False,
        validators=[code_validator],
        help_text="GB/T 2260 的 6 位数字，例如 510107。",
    )
    accent = forms.CharField(
        label="主色",
        validators=[colour_validator],
        initial=Colours.accent,
        widget=forms.TextInput(attrs={"type": "color"}),
        help_text="白天的标题与链接用它，在米纸色上至少要有 4.5:1 的对比度。",
    )
    accent_dark = forms.CharField(
        label="夜间主色",
        validators=[colour_validator],
        initial=Colours.accent_dark,
        widget=forms.TextInput(attrs={"type": "color"}),
        help_text="夜间模式用它，在夜色上至少要有 4.5:1 的对比度。",
    )
    order = forms.IntegerField(
        label="排序", min_value=0, max_value=32767, initial=100, help_text="在门户里的先后，小的在前。"
    )

    grounds: ClassVar[dict[str, tuple[str, str]]] = {
        "accent": (colours.PAPER, "米纸色"),
        "accent_dark": (colours.NIGHT, "夜色"),
    }

    def __init__(self, *args: Any, district: District | None = None, **kwargs: Any) -> None:
        if district is not None:
            values = ("name", "slug", "code", "accent", "accent_dark", "order")
            kwargs["initial"] = {
                **{name: getattr(district, name) for name in values},
                "hostname": district.site.hostname,
            }
        super().__init__(*args, **kwargs)
        if district is not None:
            del self.fields["slug"]
            self.fields["hostname"].required = True
            self.fields["hostname"].help_text = "改了以后，原来的网址就打不开了。"

    def clean(self) -> dict[str, Any] | None:
        cleaned = self.cleaned_data
        for name, (ground, called) in self.grounds.items():
            colour = cleaned.get(name)
            ratio = colours.contrast(colour, ground) if colour else colours.LEAST_CONTRAST
            if ratio < colours.LEAST_CONTRAST:
                self.add_error(name, f"在{called}上的对比度只有 {ratio:.1f}:1，看不清；至少要 4.5:1。")
        if "slug" in self.fields and "slug" not in self.errors and cleaned.get("name"):
            cleaned["slug"] = cleaned.get("slug") or slug_for(cleaned["name"])
            if not cleaned["slug"]:
                self.add_error("slug", "这个名称拼不出标识，请填写。")
            elif District.objects.filter(slug=cleaned["slug"]).exists():
                self.add_error("slug", f"标识 {cleaned['slug']} 已属于另一个区县，请换一个。")
        if not cleaned.get("hostname") and cleaned.get("slug") and "hostname" not in self.errors:
            cleaned["hostname"] = f"{cleaned['slug']}.{settings.PUBLIC_HOSTNAME}"
        return cleaned

    def samples(self) -> list[dict[str, Any]]:
        """Each colour on its ground with their contrast, as the form shows it."""
        shown = []
        for name, (ground, called) in self.grounds.items():
            colour = str(self[name].value() or "")
            if re.fullmatch(r"#[0-9a-f]{6}", colour):
                ratio = colours.contrast(colour, ground)
                shown.append(
                    {
                        "field": name,
                        "colour": colour,
                        "ground": ground,
                        "called": called,
                        "ratio": f"{ratio:.1f}",
                        "enough": ratio >= colours.LEAST_CONTRAST,
                    }
                )
        return shown


class DeletionForm(forms.Form):
    """The slug, typed by hand."""

    slug = forms.CharField(label="标识", widget=forms.TextInput(attrs={"autocomplete": "off"}))

    def __init__(self, *args: Any, district: District, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.district = district

    def clean_slug(self) -> str:
        typed = str(self.cleaned_data["slug"]).strip()
        if typed != self.district.slug:
            raise ValidationError(f"和这个区县的标识不一致，请输入 {self.district.slug}")
        return typed


# --- views ------------------------------------------------------------------------------------------------------------


def _staff(request: HttpRequest) -> User:
    """The person, of the city's staff. Raises Http404 for anybody else: what is not theirs does not exist."""
    if not isinstance(request.user, User) or not is_city_staff(request.user):
        raise Http404
    return request.user


def _district(slug: str) -> District:
    return get_object_or_404(District.objects.select_related("site", "collection"), slug=slug)


@require_safe
def district_list(request: HttpRequest) -> HttpResponse:
    _staff(request)
    districts = District.objects.select_related("site", "build").annotate(
        people=Count("role_groups__group__user", distinct=True)
    )
    return render(request, "cms/districts/list.html", {"districts": districts})


def add_district(request: HttpRequest) -> HttpResponse:
    person = _staff(request)
    form = DistrictForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        district = _store(form, slug=form.cleaned_data["slug"], port=settings.PUBLIC_PORT)
        if district is not None:
            record(
                act=Act.DISTRICT_CREATED,
                actor=person,
                district=district,
                subject_name=district.name,
                request=request,
                slug=district.slug,
            )
            messages.success(request, f"{district.name}已建立。接下来请在团队里邀请它的区县管理员。")
            return redirect("districts")
    return render(request, "cms/districts/form.html", {"form": form, "district": None})


def edit_district(request: HttpRequest, slug: str) -> HttpResponse:
    _staff(request)
    district = _district(slug)
    form = DistrictForm(request.POST or None, district=district)
    if request.method == "POST" and form.is_valid():
        changed = _store(form, slug=district.slug, port=district.site.port, is_city=district.is_city)
        if changed is not None:
            if changed.code != form.cleaned_data["code"]:
                changed.code = form.cleaned_data["code"]
                changed.save(update_fields=["code"])
                shelf.refresh(changed.site.root_page)
            messages.success(request, f"{changed.name}已保存。")
            return redirect("districts")
    return render(request, "cms/districts/form.html", {"form": form, "district": district})


def _store(form: DistrictForm, *, slug: str, port: int, is_city: bool = False) -> District | None:
    values = form.cleaned_data
    try:
        district, _ = create_district(
            slug=slug,
            name=values["name"],
            hostname=values["hostname"],
            port=port,
            code=values["code"],
            is_city=is_city,
            order=values["order"],
            colours=Colours(values["accent"], values["accent_dark"]),
        )
    except DistrictConflict as refusal:
        form.add_error("hostname" if "主机名" in str(refusal) else "name", str(refusal))
        return None
    except ValidationError as refusal:
        form.add_error(None, refusal.messages)
        return None
    return district


def export_district(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Say what an archive holds; asked for by a form, send it as it is made."""
    person = _staff(request)
    district = _district(slug)
    problem = ""
    if request.method == "POST":
        pieces = exporting.pieces(district)
        try:
            first = next(pieces)  # what cannot be taken along is said before the download begins
        except LinliError as refusal:
            problem = str(refusal)
        else:
            pieces.close()
            record(
                act=Act.DISTRICT_EXPORTED,
                actor=person,
                district=district,
                subject_name=district.name,
                request=request,
            )
            assert first is not None
            response = StreamingHttpResponse(exporting.pieces(district), content_type="application/zip")
            day = timezone.localdate().isoformat()
            response["Content-Disposition"] = f'attachment; filename="{district.slug}-{day}.zip"'
            response["Cache-Control"] = "no-store"
            return response
    going = survey(district)
    return render(
        request, "cms/districts/export.html", {"district": district, "going": going, "problem": problem}
    )


def remove_district(request: HttpRequest, slug: str) -> HttpResponse:
    person = _staff(request)
    district = _district(slug)
    form = DeletionForm(request.POST or None, district=district)
    if request.method == "POST" and form.is_valid():
        try:
            delete_district(district, actor=person)
        except DistrictConflict as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"{district.name}已删除。")
            return redirect("districts")
    going = survey(district)
    return render(request, "cms/districts/delete.html", {"district": district, "form": form, "going": going})


# --- in the admin -----------------------------------------------------------------------------------------------------


class DistrictsMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return reach.of(request.user).is_city


@hooks.register("register_admin_menu_item")
def register_menu() -> MenuItem:
    return DistrictsMenuItem("区县", reverse("districts"), name="districts", icon_name="site", order=330)


@hooks.register("register_admin_urls")
def register_urls() -> list[URLPattern]:
    gate.keep(gate.city(), "districts", "add_district")
    gate.keep(gate.city("slug"), "edit_district", "export_district", "delete_district")
    return [
        path("districts/", district_list, name="districts"),
        path("districts/add/", add_district, name="add_district"),
        path("districts/<slug:slug>/", edit_district, name="edit_district"),
        path("districts/<slug:slug>/export/", export_district, name="export_district"),
        path("districts/<slug:slug>/delete/", remove_district, name="delete_district"),
    ]
