"""Bulk actions: what they are asked to do to a foreign row, they do not even name.

Wagtail lists the rows that one may not touch, with their titles. Ours leave them out before anything is listed, and
"all" means all that the person sees.
"""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from wagtail import hooks
from wagtail.admin.views.pages.bulk_actions import (
    DeleteBulkAction,
    MoveBulkAction,
    PublishBulkAction,
    UnpublishBulkAction,
)
from wagtail.documents.views import bulk_actions as documents
from wagtail.images.views import bulk_actions as images

from media.files import stays_usable
from sites.domain import reach
from sites.exceptions import AnotherDistrict
from sites.ownership import UnderHome
from sites.references import MOVE_REFUSED


def reachable(user: Any, queryset: QuerySet[Any]) -> QuerySet[Any]:
    """The rows that the person works with."""
    return queryset.filter(reach.of(user).rows(queryset.model))


class ScopedAction:
    """Mixed in before a bulk action of Wagtail's."""

    request: Any

    def get_queryset(self, model: Any, object_ids: Any) -> list[Any]:
        found = list(reachable(self.request.user, model._default_manager.filter(pk__in=list(object_ids))))
        if not found:
            raise Http404
        return found

    def get_all_objects_in_listing_query(self, parent_id: Any) -> Any:
        keys = list(super().get_all_objects_in_listing_query(parent_id))  # type: ignore[misc]
        model: Any = self.model  # type: ignore[attr-defined]
        return reachable(
            self.request.user, model._default_manager.filter(pk__in=[getattr(one, "pk", one) for one in keys])
        ).values_list("pk", flat=True)


class DeletePages(ScopedAction, DeleteBulkAction):
    pass


class PublishPages(ScopedAction, PublishBulkAction):
    pass


class UnpublishPages(ScopedAction, UnpublishBulkAction):
    pass


class MovePages(ScopedAction, MoveBulkAction):
    def prepare_action(self, pages: Any, pages_without_access: Any) -> Any:
        """Say at once that pages stay in their district, instead of that "you may not"."""
        destination = self.cleaned_form.cleaned_data["chooser"]
        below = UnderHome()
        target = below.district_of(destination)
        refused = [*pages, *(pages_without_access.get("pages_without_destination_access") or [])]
        for entry in refused:
            page = entry["item"] if isinstance(entry, dict) else entry
            if below.district_of(page) != target:
                raise AnotherDistrict(MOVE_REFUSED.format(title=page.title))
        return super().prepare_action(pages, pages_without_access)


class DeletePictures(ScopedAction, images.DeleteBulkAction):
    pass


class DeleteDocuments(ScopedAction, documents.DeleteBulkAction):
    pass


class _Collecting(ScopedAction):
    def prepare_action(self, objects: Any, objects_without_access: Any) -> Any:
        for file in objects:
            if not stays_usable(file, self.cleaned_form.cleaned_data["collection"]):  # type: ignore[attr-defined]
                raise AnotherDistrict(f"“{file.title}”正在原来的区县使用，不能换到别的区县。")
        return super().prepare_action(objects, objects_without_access)  # type: ignore[misc]


class CollectPictures(_Collecting, images.AddToCollectionBulkAction):
    pass


class CollectDocuments(_Collecting, documents.AddToCollectionBulkAction):
    pass


for _action in (
    *(DeletePages, MovePages, PublishPages, UnpublishPages),
    *(DeletePictures, CollectPictures, DeleteDocuments, CollectDocuments),
):
    # After Wagtail's own of the same name, which it then replaces.
    hooks.register("register_bulk_action", _action, order=1)
