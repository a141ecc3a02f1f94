from __future__ import annotations

import datetime as dt
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    InlinePanel,
    MultiFieldPanel,
    ObjectList,
    PublishingPanel,
    TabbedInterface,
)
from wagtail.fields import StreamField
from wagtail.models import Orderable

from cms.blocks import StoryBodyBlock
from cms.enums import CraftCategory
from cms.models.sections import CommunityPage, IndexPage, address_panels
from sites.models import slug_validator
from sites.ownership import OfTheCity, UnderHome
from sites.passages import Stored


class Craft(models.Model):
    """A craft (手艺), one list for the whole city."""

    ownership = OfTheCity()

    slug = models.SlugField("网址中的名字", max_length=40, unique=True, validators=[slug_validator])
    name = models.CharField("名称", max_length=20, unique=True)
    category = models.CharField(
        "类别", max_length=12, choices=CraftCategory.choices, default=CraftCategory.HANDICRAFT
    )

    class Meta:
        verbose_name = "手艺"
        verbose_name_plural = "手艺"
        ordering = ["category", "name"]

    def __str__(self) -> str:
        return f"{self.name}（{self.get_category_display()}）"


class CraftsmanIndexPage(IndexPage):
    subpage_types: ClassVar[list[str]] = ["cms.CraftsmanPage"]

    class Meta:
        verbose_name = "匠人目录"


class CraftsmanPage(CommunityPage):
    """A craftsman of the neighbourhood (社区匠人); the title is the name.

    How to reach them is public only between consent and its withdrawal.
    """

    summary = models.TextField("一句话介绍", max_length=160, blank=True)
    portrait = models.ForeignKey(
        "media.Picture",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="肖像",
    )
    body = StreamField(StoryBodyBlock(), verbose_name="匠人的故事", blank=True)
    phone = models.CharField("电话", max_length=40, blank=True)
    wechat = models.CharField("微信", max_length=40, blank=True)
    address = models.CharField("地点", max_length=160, blank=True)
    consented_on = models.DateField(
        "同意公开的日期", null=True, blank=True, help_text="本人没有同意，联系方式就不公开"
    )
    withdrawn_on = models.DateField("撤回同意的日期", null=True, blank=True)
    workshop_open = models.BooleanField("开放体验", default=False)
    workshop_note = models.CharField(
        "体验说明", max_length=120, blank=True, help_text="例如：周六下午，可预约"
    )
    is_sample = models.BooleanField("示例人物", default=False, help_text="公开页面上会注明“示例”")

    # Public while the consent holds, and only then: no rule about texts need look at them.
    contact_fields: ClassVar[tuple[str, ...]] = ("phone", "wechat", "address")
    parent_page_types: ClassVar[list[str]] = ["cms.CraftsmanIndexPage"]
    subpage_types: ClassVar[list[str]] = []
    is_creatable = True

    edit_handler = TabbedInterface(
        [
            ObjectList(
                [
                    FieldPanel("title", heading="姓名"),
                    InlinePanel("crafts", heading="手艺", label="手艺", min_num=1),
                    FieldPanel("portrait"),
                    FieldPanel("summary"),
                    FieldPanel("body"),
                    InlinePanel("works", heading="作品", label="作品"),
                ],
                heading="匠人",
            ),
            ObjectList(
                [
                    FieldPanel("community"),
                    FieldRowPanel([FieldPanel("workshop_open"), FieldPanel("workshop_note")]),
                    MultiFieldPanel(
                        [
                            FieldPanel("phone"),
                            FieldPanel("wechat"),
                            FieldPanel("address"),
                            FieldRowPanel([FieldPanel("consented_on"), FieldPanel("withdrawn_on")]),
                        ],
                        "联系方式（本人同意才公开）",
                    ),
                ],
                heading="社区与联系",
            ),
            ObjectList(
                [PublishingPanel(heading="定时发布"), FieldPanel("is_sample"), *address_panels()],
                heading="发布",
            ),
        ]
    )

    class Meta:
        verbose_name = "社区匠人"
        verbose_name_plural = "社区匠人"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(withdrawn_on__isnull=True)
                | models.Q(withdrawn_on__gte=models.F("consented_on")),
                name="consent_withdrawn_after_given",
                violation_error_message="撤回日期不能早于同意日期",
            )
        ]

    def clean(self) -> None:
        super().clean()
        if self.withdrawn_on and not self.consented_on:
            raise ValidationError({"withdrawn_on": "没有同意的日期，就没有可撤回的同意"})
        if self.withdrawn_on and self.consented_on and self.withdrawn_on < self.consented_on:
            raise ValidationError({"withdrawn_on": "撤回日期不能早于同意日期"})

    @staticmethod
    def public_contact(stored: Stored) -> str:
        """The telephone that a stored page makes public on purpose: also its text may name it."""
        today = timezone.localdate().isoformat()
        given, ended = stored.get("consented_on"), stored.get("withdrawn_on")
        # Dates are text in revisions and dates in forms; as text they compare alike.
        is_public = bool(given) and str(given) <= today and (not ended or str(ended) > today)
        return f"电话：{stored.get('phone') or ''}" if is_public else ""

    def contact_is_public(self, *, on: dt.date | None = None) -> bool:
        """Whether the consent holds on a day (today in the city by default)."""
        day = on or timezone.localdate()
        given = self.consented_on is not None and self.consented_on <= day
        return given and (self.withdrawn_on is None or self.withdrawn_on > day)


class CraftsmanCraft(Orderable):
    """A craft that a craftsman practises."""

    ownership = UnderHome("page")

    page = ParentalKey(CraftsmanPage, on_delete=models.CASCADE, related_name="crafts")
    craft = models.ForeignKey(Craft, on_delete=models.PROTECT, related_name="+", verbose_name="手艺")

    panels: ClassVar[list[FieldPanel]] = [FieldPanel("craft")]

    class Meta(Orderable.Meta):
        verbose_name = "手艺"
        constraints = [models.UniqueConstraint(fields=["page", "craft"], name="craft_named_once")]

    def __str__(self) -> str:
        return str(self.craft)


class CraftsmanWork(Orderable):
    """A picture of a craftsman's work."""

    ownership = UnderHome("page")

    page = ParentalKey(CraftsmanPage, on_delete=models.CASCADE, related_name="works")
    image = models.ForeignKey(
        "media.Picture", on_delete=models.PROTECT, related_name="+", verbose_name="图片"
    )
    caption = models.CharField("图注", max_length=120, blank=True)

    panels: ClassVar[list[FieldPanel]] = [FieldPanel("image"), FieldPanel("caption")]

    class Meta(Orderable.Meta):
        verbose_name = "作品"

    def __str__(self) -> str:
        return self.caption or str(self.image)
