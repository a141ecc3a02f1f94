"""What the worker does for pictures."""

from __future__ import annotations

from django_tasks import task

from media.domain import variants
from media.models import Picture


@task(backend="worker")
def make_picture_variants(picture_id: int) -> bool:
    """Make the public renditions of a picture; True when something was made. One that is gone needs none."""
    picture = Picture.objects.filter(pk=picture_id).first()
    return picture is not None and variants.make_variants(picture=picture)
