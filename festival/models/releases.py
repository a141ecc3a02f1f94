"""The versions of an edition's programme, each as the public got it."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from festival.models.editions import FestivalPage
from sites.ownership import UnderHome


class ProgrammeRelease(models.Model):
    """One version of a programme. It is written when it becomes public and never changed.

    `snapshot` holds every item that was ever announced as it stood then, those that were taken off included
    (`festival.domain.programme_releases.Entry`); `changes` what is different from the version before.
    """

    ownership = UnderHome("festival")

    festival = models.ForeignKey(
        FestivalPage, on_delete=models.CASCADE, related_name="releases", verbose_name="邻里节"
    )
    version = models.PositiveIntegerField("第几版")
    released_at = models.DateTimeField("公布时间")
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name="公布人",
    )
    snapshot = models.JSONField()
    changes = models.JSONField(default=list)

    objects: ClassVar[models.Manager[ProgrammeRelease]]

    class Meta:
        verbose_name = "节目单版本"
        verbose_name_plural = "节目单版本"
        ordering = ["festival", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["festival", "version"], name="programme_version_once"),
            models.CheckConstraint(condition=Q(version__gte=1), name="programme_versions_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.festival} 第{self.version}版"
