"""Words that organisers use again and again when they write to stallholders."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from sites.models import District
from sites.ownership import ByDistrict


class MessageTemplate(models.Model):
    """A text of a district's with places for what differs: {摊主}, {编号}, {版块}, {邻里节}
    (`festival.domain.message_templates`)."""

    ownership = ByDistrict()

    district = models.ForeignKey(
        District, on_delete=models.CASCADE, related_name="message_templates", verbose_name="区县"
    )
    name = models.CharField("名称", max_length=40, help_text="只有你们自己看到，例如：材料不全")
    text = models.TextField(
        "内容",
        max_length=800,
        help_text="写给摊主看。可以用 {摊主}、{编号}、{版块}、{邻里节}，发送时换成每份申请自己的。",
    )

    objects: ClassVar[models.Manager[MessageTemplate]]

    class Meta:
        verbose_name = "消息模板"
        verbose_name_plural = "消息模板"
        ordering = ["district", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["district", "name"],
                name="template_name_in_district",
                violation_error_message="已经有同名的模板了，请换一个名称",
            ),
        ]

    def __str__(self) -> str:
        return self.name
