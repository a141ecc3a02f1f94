"""What the admin offers for pictures and documents."""

from wagtail.documents.views.bulk_actions import AddTagsBulkAction as TagDocuments
from wagtail.images.views.bulk_actions import AddTagsBulkAction as TagPictures

# Tags belong to no district: whoever types one is shown those of all. So none are given to files, not even to
# many at once.
TagDocuments.models = []
TagPictures.models = []
