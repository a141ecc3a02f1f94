"""The page chooser: it begins at the person's own pages, and its rows are what may be chosen there: one's own pages,
and what is public of one's districts and of the city."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from wagtail import hooks
from wagtail.admin.views.chooser import (
    BrowseView,
    ChosenMultipleView,
    PageTitleColumn,
    ParentPageColumn,
    SearchView,
)
from wagtail.models import Page
from wagtail.permissions import policy_registry

from sites.domain import reach


def offered(user: Any, queryset: Any) -> Any:
    """The pages that may be chosen by the person."""
    return queryset.filter(reach.of(user).choosable_pages())


@hooks.register("construct_page_chooser_queryset")
def only_what_may_be_chosen(pages: QuerySet[Any], request: HttpRequest) -> QuerySet[Any]:
    return offered(request.user, pages)


def as_seen(user: Any, page: Any) -> Any:
    """The page; where only its public version is for the person, without the title of its draft."""
    if page is not None and not reach.of(user).sees_page(page):
        page.draft_title = page.title
    return page


class _TitleColumn(PageTitleColumn):
    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def get_value(self, instance: Page) -> Any:
        return super().get_value(as_seen(self.user, instance))


class _ParentColumn(ParentPageColumn):
    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def get_value(self, instance: Page) -> Any:
        return as_seen(self.user, super().get_value(instance))


class _SeenColumns:
    """Mixed into the chooser's views."""

    request: Any

    @property
    def columns(self) -> list[Any]:
        return [self._seen(column) for column in super().columns]  # type: ignore[misc]

    def _seen(self, column: Any) -> Any:
        user = self.request.user
        if isinstance(column, PageTitleColumn):
            many = column.is_multiple_choice
            return _TitleColumn(column.name, label=column.label, is_multiple_choice=many, user=user)
        if isinstance(column, ParentPageColumn):
            return _ParentColumn(column.name, label=column.label, user=user)
        return column


class OwnSearchView(_SeenColumns, SearchView):
    """Searching finds what may be chosen (the hook above)."""


class OwnBrowseView(_SeenColumns, BrowseView):
    """Browsing never begins above one's own pages, whose row would show the tree's root."""

    def get(self, request: HttpRequest, parent_page_id: int | None = None) -> HttpResponse:
        mine = reach.of(request.user)
        if not mine.is_city:
            parent_page_id = self._start(request, parent_page_id)
        response: HttpResponse = super().get(request, parent_page_id)
        return response

    def _start(self, request: HttpRequest, parent_page_id: int | None) -> int:
        if parent_page_id is not None and not Page.objects.filter(pk=parent_page_id, depth=1).exists():
            if not offered(request.user, Page.objects.filter(pk=parent_page_id)).exists():
                raise Http404
            return parent_page_id
        top = policy_registry.get_by_type(Page).explorable_root_instance(request.user)
        if top is None:
            raise Http404
        wanted = request.GET.get("page_type", "")
        if parent_page_id is None and wanted and wanted != "wagtailcore.page":
            top = self._nearest(request, top, wanted)
        return int(top.pk)

    def _nearest(self, request: HttpRequest, top: Page, wanted: str) -> Page:
        """The page below which all of one's pages of the wanted types stand."""
        from wagtail.admin.views.chooser import page_models_from_string

        try:
            models = page_models_from_string(wanted)
        except (ValueError, LookupError) as error:
            raise Http404 from error
        own = Page.objects.filter(reach.of(request.user).pages()).type(*models)
        if not own.exists():
            return top
        above = own.first_common_ancestor()
        return top if above.depth < top.depth else above


class OwnChosenMultipleView(ChosenMultipleView):
    """What was chosen, as far as it may be chosen."""

    def get(self, request: HttpRequest) -> HttpResponse:
        keys = [key for key in request.GET.getlist("id") if key.isdecimal()]
        result = [
            {
                "id": page.pk,
                "parentId": page.get_parent().pk,
                "adminTitle": as_seen(request.user, page).get_admin_display_title(),
                "editUrl": reverse("wagtailadmin_pages:edit", args=[page.pk]),
                "url": page.url,
            }
            for page in offered(request.user, Page.objects.filter(pk__in=keys)).specific()
        ]
        response: HttpResponse = self.render_chosen_response(result)
        return response
