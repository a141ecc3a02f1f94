"""The lists and choosers of pictures and documents, without the tags of everybody.

Files get no tags here (`media.wagtail_hooks`), for tags have no tenant; but rows that came by another way would be
offered as filters to every district.
"""

from __future__ import annotations

from typing import Any

from wagtail.documents.views.documents import DocumentsFilterSet
from wagtail.documents.views.documents import IndexView as DocumentIndexView
from wagtail.images.views.chooser import ImageChooseView
from wagtail.images.views.chooser import viewset as picture_chooser
from wagtail.images.views.images import ImagesFilterSet
from wagtail.images.views.images import IndexView as PictureIndexView


class _WithoutTags:
    """Mixed into a filterset."""

    filters: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters.pop("tag", None)


class OwnPicturesFilterSet(_WithoutTags, ImagesFilterSet):
    class Meta(ImagesFilterSet.Meta):
        pass


class OwnDocumentsFilterSet(_WithoutTags, DocumentsFilterSet):
    class Meta(DocumentsFilterSet.Meta):
        pass


class OwnPictureIndex(PictureIndexView):
    filterset_class = OwnPicturesFilterSet


class OwnDocumentIndex(DocumentIndexView):
    filterset_class = OwnDocumentsFilterSet


class OwnPictureChooser(ImageChooseView):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "popular_tags": []}


picture_chooser.choose_view_class = OwnPictureChooser
