"""The page lists: their filters offer one's colleagues and one's sites, not those of the whole city."""

from __future__ import annotations

from typing import Any

from django.forms import CheckboxSelectMultiple
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.filters import MultipleUserFilter
from wagtail.admin.views.pages.listing import (
    EditedByFilter,
    ExplorableIndexView,
    GenericPageFilterSet,
    PageFilterSet,
    SiteFilter,
)
from wagtail.admin.views.pages.usage import ContentTypeUseView
from wagtail.admin.viewsets.pages import PageViewSet
from wagtail.models import Page

from cms.admin_overrides import people


def _owners() -> MultipleUserFilter:
    return MultipleUserFilter(
        label=_("Owner"),
        queryset=lambda request: people.owners_of(request.user),
        widget=CheckboxSelectMultiple,
    )


def _editors() -> EditedByFilter:
    return EditedByFilter(
        label=_("Edited by"),
        queryset=lambda request: people.editors_of(request.user),
        widget=CheckboxSelectMultiple,
    )


def _sites() -> SiteFilter:
    return SiteFilter(
        label=_("Site"),
        queryset=lambda request: people.sites_of(request.user),
        widget=CheckboxSelectMultiple,
    )


class OwnPageFilterSet(PageFilterSet):
    """Filters of the pages of one type."""

    owner = _owners()
    edited_by = _editors()
    site = _sites()

    class Meta(PageFilterSet.Meta):
        pass


class OwnGenericPageFilterSet(GenericPageFilterSet):
    """Filters of the explorer."""

    owner = _owners()
    edited_by = _editors()
    site = _sites()

    class Meta(GenericPageFilterSet.Meta):
        pass


class OwnExplorer(ExplorableIndexView):
    base_filterset_class = OwnGenericPageFilterSet


class OwnPagesOfType(ContentTypeUseView):
    base_filterset_class = OwnPageFilterSet


class OwnPageViewSet(PageViewSet):
    """Wagtail's viewset of all page types, with our lists."""

    model = Page
    index_view_class = OwnExplorer
    content_type_use_view_class = OwnPagesOfType


@hooks.register("register_admin_viewset")
def register_pages() -> Any:
    return OwnPageViewSet()
