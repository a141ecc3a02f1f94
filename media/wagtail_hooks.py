"""What the admin offers for pictures and documents."""

from __future__ import annotations

from django.http import Http404, HttpRequest
from wagtail import hooks
from wagtail.admin.views.account import AvatarSettingsPanel
from wagtail.documents.views.bulk_actions import AddTagsBulkAction as TagDocuments
from wagtail.images.views.bulk_actions import AddTagsBulkAction as TagPictures
from wagtail.permissions import policy_registry

from media.models import Document

# Tags belong to no district: whoever types one is shown those of all. So none are given to files, not even to
# many at once.
TagDocuments.models = []
TagPictures.models = []

# A picture of oneself would be one more door for files, with none of our checks, for a picture that nobody is shown:
# `/media/` serves none.
AvatarSettingsPanel.is_active = lambda self: False


@hooks.register("before_serve_document")
def keep_documents(document: Document, request: HttpRequest) -> None:
    """A document is for those who may work with it; for all others it does not exist."""
    policy = policy_registry.get_by_type(Document)
    if not policy.user_has_any_permission_for_instance(request.user, ["choose", "change"], document):
        raise Http404
