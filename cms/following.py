"""What makes handovers and notices move: signals, each passed on to its domain."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models.signals import post_delete, post_save

from cms.domain import handovers
from cms.models import HomePage, Notice, ReceivedPicture, ReceivedStory, SentStory
from media.models import Document, Picture
from sites import kinds, shelving


def connect() -> None:
    """Listen to notices, to pictures whose consent is withdrawn, and to rows that go with a deleted district."""
    # A notice may be on every home page; which of them change, their bytes tell.
    kinds.register_part(Notice, lambda notice: HomePage.objects.live().order_by("path"))
    shelving.watch(Notice, Document)
    post_save.connect(_picture_saved, sender=Picture, dispatch_uid="handover consent")
    for side in (SentStory, ReceivedStory):
        post_delete.connect(_side_gone, sender=side, dispatch_uid="handover gone")
    post_delete.connect(_received_picture_gone, sender=ReceivedPicture, dispatch_uid="handover file")


def _picture_saved(sender: type[Picture], instance: Picture, raw: bool = False, **kwargs: Any) -> None:
    if not raw and not instance.may_be_shown:
        handovers.consent_withdrawn(picture=instance)


def _side_gone(sender: type[models.Model], instance: SentStory | ReceivedStory, **kwargs: Any) -> None:
    handovers.other_side_gone(handover=instance.handover)


def _received_picture_gone(sender: type[models.Model], instance: ReceivedPicture, **kwargs: Any) -> None:
    handovers.drop_file(instance)
