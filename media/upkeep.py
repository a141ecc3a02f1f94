"""What keeps a picture's renditions in step: Django's signals, each passed on to `media.domain.variants`."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import post_delete, post_save

from media.domain import variants
from media.models import Picture
from media.tasks import make_picture_variants


def connect() -> None:
    """Listen to pictures being saved and deleted."""
    post_save.connect(_saved, sender=Picture, dispatch_uid="picture renditions")
    post_delete.connect(_deleted, sender=Picture, dispatch_uid="picture renditions")


def _saved(sender: type[Picture], instance: Picture, raw: bool = False, **kwargs: Any) -> None:
    if not raw and variants.settle(picture=instance):
        make_picture_variants.enqueue(instance.pk)


def _deleted(sender: type[Picture], instance: Picture, **kwargs: Any) -> None:
    variants.forget(content_keys={instance.content_key, instance.shown_key})
