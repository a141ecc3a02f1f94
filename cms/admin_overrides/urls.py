"""Addresses that stand before Wagtail's own, with the same names and the same wrapping."""

from __future__ import annotations

from django.urls import path
from django.views.decorators.cache import never_cache
from wagtail.admin.auth import require_admin_access
from wagtail.admin.urls import display_custom_404
from wagtail.utils.urlpatterns import decorate_urlpatterns

from cms.admin_overrides.choosing import OwnBrowseView, OwnChosenMultipleView, OwnSearchView
from cms.admin_overrides.files import OwnDocumentIndex, OwnPictureIndex
from sites import gate

urlpatterns = [
    path("choose-page/", OwnBrowseView.as_view(), name="wagtailadmin_choose_page"),
    path("choose-page/<int:parent_page_id>/", OwnBrowseView.as_view(), name="wagtailadmin_choose_page_child"),
    path("choose-page/search/", OwnSearchView.as_view(), name="wagtailadmin_choose_page_search"),
    path(
        "choose-page/chosen-multiple/",
        OwnChosenMultipleView.as_view(),
        name="wagtailadmin_choose_page_chosen_multiple",
    ),
    # A name within Wagtail's namespace would hide the others of it; its own names still lead to these addresses.
    path("images/", OwnPictureIndex.as_view(), name="own_pictures"),
    path("images/results/", OwnPictureIndex.as_view(results_only=True), name="own_pictures_results"),
    path("documents/", OwnDocumentIndex.as_view(), name="own_documents"),
    path("documents/results/", OwnDocumentIndex.as_view(results_only=True), name="own_documents_results"),
]
gate.keep(gate.scoped(), "own_pictures", "own_pictures_results", "own_documents", "own_documents_results")
for _wrap in (require_admin_access, display_custom_404, never_cache):
    urlpatterns = decorate_urlpatterns(urlpatterns, _wrap)
