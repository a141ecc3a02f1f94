"""“导入文章” in the admin: which shelf, which file, and straight on into the editor."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from wagtail import hooks
from wagtail.admin.widgets.button import Button
from wagtail.models import Page
from wagtail.permissions import policy_registry

from cms.importing.exceptions import ImportRefused
from cms.importing.pictures import MOST_PICTURES
from cms.importing.pieces import Article
from cms.importing.stories import MOST_BYTES, SUFFIXES, Imported, import_story, read
from cms.models import StoryIndexPage, StoryPage
from media.exceptions import ArchiveRefused
from media.models import Picture
from sites import gate
from sites.domain import reach
from sites.domain.people import districts_of
from sites.models import Community, District, User
from sites.pages import district_of

_MEGABYTES = MOST_BYTES // 1024 // 1024


class ImportStoryForm(forms.Form):
    """The file, and the community that its story is of."""

    file = forms.FileField(
        label="文章文件",
        help_text=f"Word 文档（.docx），或保存的网页（.mhtml、.html、.zip），不超过 {_MEGABYTES} MB，"
        f"最多带 {MOST_PICTURES} 张图片。",
        widget=forms.FileInput(attrs={"accept": ",".join(SUFFIXES)}),
        error_messages={
            "required": "请选择一个文件。",
            "empty": "这个文件是空的，请重新选择。",
            "missing": "没有收到文件，请重新选择。",
            "invalid": "没有收到文件，请重新选择。",
        },
        max_length=200,
    )
    community = forms.ModelChoiceField(
        label="社区",
        queryset=Community.objects.none(),
        error_messages={
            "required": "请选择你负责的社区。",
            "invalid_choice": "不能选这个社区，请从列表里选。",
        },
    )

    def __init__(self, *args: Any, district: District, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["community"]
        assert isinstance(field, forms.ModelChoiceField)
        own = reach.of(user)
        field.queryset = Community.objects.filter(own.communities_for(district))
        field.required = district.pk in own.communities
        field.empty_label = "请选择" if field.required else "（不属于某个社区）"
        if field.required and field.queryset.count() == 1:
            field.empty_label, field.initial = None, field.queryset.get()

    def clean_file(self) -> Article:
        """The article in the file. Nothing is stored yet."""
        upload: UploadedFile = self.cleaned_data["file"]
        if (upload.size or 0) > MOST_BYTES:
            raise forms.ValidationError(f"文件超过了 {_MEGABYTES} MB。请先压缩里面的图片，再上传。")
        try:
            return read(name=upload.name or "", data=upload.read())
        except (ImportRefused, ArchiveRefused) as refusal:
            raise forms.ValidationError(str(refusal)) from refusal


def shelves_for(user: User) -> Iterator[tuple[District, Page]]:
    """The story shelves that a person may add to, with their pictures, each with its district."""
    for district in districts_of(user).select_related("site__root_page", "collection"):
        shelf = StoryIndexPage.objects.child_of(district.site.root_page).first()
        if shelf is not None and _may_import(user, shelf, district):
            yield district, shelf


def _may_import(user: User, shelf: Page, district: District) -> bool:
    collections = policy_registry.get_by_type(Picture).collections_user_has_permission_for(user, "add")
    return (
        shelf.permissions_for_user(user).can_add_subpage()
        and collections.filter(pk=district.collection_id).exists()
    )


def choose_shelf(request: HttpRequest) -> HttpResponse:
    """On to the only shelf, or a choice of districts."""
    assert isinstance(request.user, User)
    shelves = list(shelves_for(request.user))
    if not shelves:
        raise PermissionDenied
    if len(shelves) == 1:
        return redirect("import_story", shelf_id=shelves[0][1].pk)
    return render(request, "cms/importing/choose.html", {"shelves": shelves})


def import_view(request: HttpRequest, shelf_id: int) -> HttpResponse:
    """Make a draft of a file and open it in the editor; without one, or with a bad one, the form."""
    assert isinstance(request.user, User)
    shelf = StoryIndexPage.objects.filter(pk=shelf_id).first()
    district = district_of(shelf) if shelf else None
    if shelf is None or district is None or not districts_of(request.user).filter(pk=district.pk).exists():
        raise Http404
    if not _may_import(request.user, shelf, district):
        raise PermissionDenied
    for hook in hooks.get_hooks("before_create_page"):
        if isinstance(answer := hook(request, shelf, StoryPage), HttpResponse):
            return answer
    form = ImportStoryForm(request.POST or None, request.FILES or None, district=district, user=request.user)
    if request.method != "POST" or not form.is_valid():
        return render(
            request, "cms/importing/import.html", {"form": form, "district": district, "shelf": shelf}
        )
    done = import_story(
        article=form.cleaned_data["file"],
        shelf=shelf,
        district=district,
        user=request.user,
        community=form.cleaned_data["community"],
    )
    _report(request, done)
    for hook in hooks.get_hooks("after_create_page"):
        if isinstance(answer := hook(request, done.page), HttpResponse):
            return answer
    return redirect("wagtailadmin_pages:edit", done.page.pk)


def _report(request: HttpRequest, done: Imported) -> None:
    pictures = f"，带来 {len(done.pictures)} 张图片" if done.pictures else ""
    messages.success(request, f"已导入“{done.page.title}”{pictures}，存成了草稿。请通读一遍，再提交或发布。")
    notes = list(done.notes)
    if done.silent:
        notes.append(f"{done.silent} 张图片还没有图片说明：点开图片补上，否则不能发布。")
    if done.page.reprint_note:
        notes.append("文章和图片来自别处：发布前请确认对方同意转载，署名、来源和转载说明在“归类与署名”里。")
    if notes:
        items = format_html_join("", "<li>{}</li>", ((note,) for note in notes))
        messages.warning(request, format_html("请留意：<ul>{}</ul>", items))


gate.keep(gate.scoped(), "choose_import_shelf")
gate.keep(gate.scoped("shelf_id"), "import_story")


@hooks.register("register_admin_urls")
def register_import_urls() -> list[URLPattern]:
    return [
        path("stories/import/", choose_shelf, name="choose_import_shelf"),
        path("stories/import/<int:shelf_id>/", import_view, name="import_story"),
    ]


@hooks.register("register_page_header_buttons")
def import_button(page: Page, user: User, view_name: str, next_url: str | None = None) -> Iterator[Button]:
    """On the shelf of stories, for those who may add one."""
    if (
        view_name == "index"
        and page.specific_class is StoryIndexPage
        and page.permissions_for_user(user).can_add_subpage()
    ):
        yield Button("导入文章", reverse("import_story", args=[page.pk]), icon_name="upload", priority=5)
