"""The page lists: their filters offer one's colleagues and one's sites, not those of the whole city."""

from __future__ import annotations

from django.forms import CheckboxSelectMultiple
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.filters import MultipleUserFilter
from wagtail.admin.views.pages.listing import EditedByFilter, GenericPageFilterSet, SiteFilter
from wagtail.admin.viewsets.pages import PageViewSet
from wagtail.models import Page

from cms.admin_overrides import people


class OwnPageFilterSet(GenericPageFilterSet):
    """Filters of the explorer and of the lists of one type."""

    owner = MultipleUserFilter(
        label=_("Owner"),
        queryset=lambda request: people.owners_of(request.user),
        widget=CheckboxSelectMultiple,
    )
    edited_by = EditedByFilter(
        label=_("Edited by"),
        queryset=lambda request: people.editors_of(request.user),
        widget=CheckboxSelectMultiple,
    )
    site = SiteFilter(
        label=_("Site"),
        queryset=lambda request: people.sites_of(request.user),
        widget=CheckboxSelectMultiple,
    )

    class Meta(GenericPageFilterSet.Meta):
        pass


class OwnPageViewSet(PageViewSet):
    """Wagtail's viewset of all page types, with our filters in its lists."""

    model = Page
    filterset_class = OwnPageFilterSet


@hooks.register("register_admin_viewset")
def register_pages() -> OwnPageViewSet:
    return OwnPageViewSet()
