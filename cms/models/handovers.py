"""A story on its way from one district to another. Each side keeps a row of its own, and neither points at the other's:
what both know of one another is the `handover`, a number that nobody can guess, and names."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models

from cms.enums import HandoverState
from cms.models.stories import StoryPage
from media.enums import Consent
from media.models import Picture
from sites.models import District
from sites.ownership import ByDistrict

_WAITS = models.Q(state=HandoverState.WAITING)
_DECIDED_WITH_ITS_TIME = (_WAITS & models.Q(decided_at=None)) | (~_WAITS & models.Q(decided_at__isnull=False))
_DECLINED_WITH_A_REASON = ~models.Q(state=HandoverState.DECLINED) | ~models.Q(reason="")
_KNOWN_STATE = models.Q(state__in=HandoverState.values)


def _unindexed(field: models.ForeignKey) -> models.ForeignKey:
    # Nothing that the public reads is made of it, so Wagtail need not look it up with every change.
    field.wagtail_reference_index_ignore = True  # type: ignore[attr-defined]
    return field


class SentStory(models.Model):
    """What a district knows of a story that it passed on: to whom, and what became of it."""

    ownership = ByDistrict()

    handover = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    district = models.ForeignKey(District, on_delete=models.CASCADE, related_name="sent_stories")
    story = _unindexed(
        models.ForeignKey(StoryPage, on_delete=models.SET_NULL, null=True, related_name="sendings")
    )
    title = models.CharField("故事", max_length=255)
    target_slug = models.CharField(max_length=40)
    target_name = models.CharField("送给", max_length=40)
    note = models.TextField("附言", max_length=500, blank=True)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    sent_at = models.DateTimeField("送出时间", auto_now_add=True)
    state = models.CharField(
        "状态", max_length=12, choices=HandoverState.choices, default=HandoverState.WAITING
    )
    reason = models.CharField("退回理由", max_length=300, blank=True)
    decided_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager[SentStory]]

    class Meta:
        verbose_name = "送出的故事"
        verbose_name_plural = "送出的故事"
        ordering = ["-sent_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["story", "target_slug"], condition=_WAITS, name="one_waiting_handover_a_target"
            ),
            models.CheckConstraint(condition=_KNOWN_STATE, name="sent_state_known"),
            models.CheckConstraint(condition=_DECIDED_WITH_ITS_TIME, name="sent_decided_with_its_time"),
            models.CheckConstraint(condition=_DECLINED_WITH_A_REASON, name="sent_declined_with_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.title} → {self.target_name}"


class SentPicture(models.Model):
    """A picture that went along with a story, so that its district's later withdrawal of consent can be passed on."""

    ownership = ByDistrict("sent__district")

    sent = models.ForeignKey(SentStory, on_delete=models.CASCADE, related_name="pictures")
    picture = _unindexed(models.ForeignKey(Picture, on_delete=models.CASCADE, related_name="+"))
    key = models.UUIDField(unique=True, default=uuid.uuid4)

    objects: ClassVar[models.Manager[SentPicture]]

    def __str__(self) -> str:
        return f"{self.sent_id}: {self.key}"


class ReceivedStory(models.Model):
    """A story that waits for a district's decision, as it was when it was passed on.

    `content` is what a draft is made of, `item` what the public would see of it; both are emptied with the decision.
    """

    ownership = ByDistrict()

    handover = models.UUIDField(unique=True, editable=False)
    district = models.ForeignKey(District, on_delete=models.CASCADE, related_name="received_stories")
    origin_name = models.CharField("来自", max_length=40)
    origin_url = models.URLField("原文网址", max_length=500)
    title = models.CharField("故事", max_length=255)
    note = models.TextField("附言", max_length=500, blank=True)
    arrived_at = models.DateTimeField("收到时间", auto_now_add=True)
    content = models.JSONField(default=dict)
    item = models.JSONField(default=dict)
    state = models.CharField(
        "状态", max_length=12, choices=HandoverState.choices, default=HandoverState.WAITING
    )
    reason = models.CharField("退回理由", max_length=300, blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    page = _unindexed(
        models.ForeignKey(StoryPage, on_delete=models.SET_NULL, null=True, related_name="receipts")
    )

    objects: ClassVar[models.Manager[ReceivedStory]]

    class Meta:
        verbose_name = "收到的故事"
        verbose_name_plural = "收到的故事"
        ordering = ["-arrived_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=_KNOWN_STATE, name="received_state_known"),
            models.CheckConstraint(condition=_DECIDED_WITH_ITS_TIME, name="received_decided_with_its_time"),
            models.CheckConstraint(condition=_DECLINED_WITH_A_REASON, name="received_declined_with_a_reason"),
            models.CheckConstraint(
                condition=models.Q(page=None) | models.Q(state=HandoverState.TAKEN),
                name="page_of_a_taken_story",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.origin_name} → {self.title}"


class ReceivedPicture(models.Model):
    """A picture of a received story: its file until the decision, then the copy that the district owns."""

    ownership = ByDistrict("received__district")

    received = models.ForeignKey(ReceivedStory, on_delete=models.CASCADE, related_name="pictures")
    key = models.UUIDField(unique=True)
    file = models.FileField(upload_to="handed/", blank=True)
    title = models.CharField(max_length=255)
    description = models.CharField(max_length=250, blank=True)
    credit = models.CharField(max_length=80, blank=True)
    consent = models.CharField(max_length=12, choices=Consent.choices)
    copy = _unindexed(models.ForeignKey(Picture, on_delete=models.SET_NULL, null=True, related_name="+"))
    # When the district that it came from said that consent was withdrawn.
    withdrawn_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager[ReceivedPicture]]

    def __str__(self) -> str:
        return self.title
