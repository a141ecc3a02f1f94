from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
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
from cms.enums import AccessFeature, PlaceKind
from cms.models.sections import CommunityPage, CommunityPageForm, IndexPage, address_panels
from sites.ownership import UnderHome


class PlaceIndexPage(IndexPage):
    subpage_types: ClassVar[list[str]] = ["cms.PlacePage"]

    class Meta:
        verbose_name = "去处目录"


class PlacePageForm(CommunityPageForm):
    features = forms.MultipleChoiceField(
        label="无障碍设施",
        choices=AccessFeature.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


class PlacePage(CommunityPage):
    """A neighbour space, a public service or a social organisation, where it is and when it is open."""

    base_form_class = PlacePageForm
    kind = models.CharField(
        "类型", max_length=16, choices=PlaceKind.choices, default=PlaceKind.NEIGHBOUR_SPACE
    )
    summary = models.TextField("一句话介绍", max_length=160, blank=True)
    cover = models.ForeignKey(
        "media.Picture",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="图片",
    )
    body = StreamField(StoryBodyBlock(), verbose_name="详细介绍", blank=True)
    address = models.CharField("地址", max_length=160, blank=True)
    phone = models.CharField("电话", max_length=40, blank=True)
    longitude = models.DecimalField(
        "经度",
        max_digits=9,
        decimal_places=6,
        null=True,
        blank=True,
        validators=[MinValueValidator(-180), MaxValueValidator(180)],
    )
    latitude = models.DecimalField(
        "纬度",
        max_digits=8,
        decimal_places=6,
        null=True,
        blank=True,
        validators=[MinValueValidator(-90), MaxValueValidator(90)],
    )
    datum = models.CharField(
        "坐标系",
        max_length=8,
        choices=[("GCJ-02", "GCJ-02（高德、腾讯地图）"), ("WGS-84", "WGS-84（GPS）")],
        default="GCJ-02",
        help_text="两种坐标相差一百到七百米，请选对",
    )
    features = models.JSONField("无障碍设施", default=list, blank=True)
    access_note = models.CharField("无障碍说明", max_length=160, blank=True)
    is_sample = models.BooleanField("示例内容", default=False, help_text="公开页面上会注明“示例”")

    contact_fields: ClassVar[tuple[str, ...]] = ("phone",)
    parent_page_types: ClassVar[list[str]] = ["cms.PlaceIndexPage"]
    subpage_types: ClassVar[list[str]] = []
    is_creatable = True

    edit_handler = TabbedInterface(
        [
            ObjectList(
                [
                    FieldPanel("title", heading="名称"),
                    FieldPanel("kind"),
                    FieldPanel("summary"),
                    FieldPanel("cover"),
                    FieldPanel("body"),
                ],
                heading="介绍",
            ),
            ObjectList(
                [
                    FieldPanel("community"),
                    FieldPanel("address"),
                    FieldPanel("phone"),
                    InlinePanel("hours", heading="开放时间", label="时段"),
                    MultiFieldPanel([FieldPanel("features"), FieldPanel("access_note")], "无障碍"),
                    MultiFieldPanel(
                        [
                            FieldRowPanel([FieldPanel("longitude"), FieldPanel("latitude")]),
                            FieldPanel("datum"),
                        ],
                        "地图上的位置",
                    ),
                ],
                heading="在哪里、何时开",
            ),
            ObjectList(
                [PublishingPanel(heading="定时发布"), FieldPanel("is_sample"), *address_panels()],
                heading="发布",
            ),
        ]
    )

    class Meta:
        verbose_name = "去处"
        verbose_name_plural = "去处"

    def clean(self) -> None:
        super().clean()
        if (self.longitude is None) != (self.latitude is None):
            raise ValidationError({"latitude": "经度和纬度要么都填，要么都空着"})


class OpeningHours(Orderable):
    """When a place is open on certain days."""

    ownership = UnderHome("page")

    page = ParentalKey(PlacePage, on_delete=models.CASCADE, related_name="hours")
    days = models.CharField("哪些天", max_length=40, help_text="例如：周一至周五")
    opens = models.TimeField("开门", null=True, blank=True)
    closes = models.TimeField("关门", null=True, blank=True)
    note = models.CharField("说明", max_length=80, blank=True)

    panels: ClassVar[list[Any]] = [
        FieldRowPanel([FieldPanel("days"), FieldPanel("note")]),
        FieldRowPanel([FieldPanel("opens"), FieldPanel("closes")]),
    ]

    class Meta(Orderable.Meta):
        verbose_name = "时段"

    def __str__(self) -> str:
        return self.days
