"""The city's notices: kept by the city, chosen by every district for its home page."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from modelcluster.fields import ParentalKey
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, InlinePanel, get_form_for_model
from wagtail.fields import RichTextField
from wagtail.models import Orderable

from cms.enums import NoticeKind
from sites import rich_text
from sites.ownership import InCollection, OfTheCity, UnderHome


class NoticeQuerySet(models.QuerySet["Notice"]):
    def current(self, *, at: dt.datetime) -> NoticeQuerySet:
        """Those that have begun and not ended at that moment."""
        return self.not_ended(at=at).filter(models.Q(starts_at=None) | models.Q(starts_at__lte=at))

    def not_ended(self, *, at: dt.datetime) -> NoticeQuerySet:
        """Those that are current or still to come."""
        return self.filter(models.Q(ends_at=None) | models.Q(ends_at__gt=at))


class Notice(models.Model):
    """What the city tells everyone, from a moment to a moment; open on a side without one."""

    ownership = OfTheCity()

    title = models.CharField("标题", max_length=60)
    kind = models.CharField("类型", max_length=12, choices=NoticeKind.choices, default=NoticeKind.NOTICE)
    text = RichTextField("内容", blank=True, features=rich_text.FEATURES)
    link_url = models.URLField("链接网址", blank=True)
    link_text = models.CharField("链接文字", max_length=40, blank=True, help_text="空着就写“看详情”")
    picture = models.ForeignKey(
        "media.Picture",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="图片",
        help_text="只能用全市的图片。",
    )
    document = models.ForeignKey(
        "media.Document",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="附件",
        help_text="只能用全市的文档。通知有效期间，公众可以下载。",
    )
    starts_at = models.DateTimeField("开始显示", null=True, blank=True, help_text="空着就马上显示")
    ends_at = models.DateTimeField(
        "停止显示", null=True, blank=True, help_text="到时自动撤下；空着就一直显示"
    )
    for_all = models.BooleanField(
        "所有区县都显示", default=False, help_text="不选，就由各区县自己决定是否放上首页。"
    )
    # What the shelf was last told; the worker's clock looks for those where the time has since turned it.
    is_out = models.BooleanField(default=False, editable=False)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = "全市通知"
        verbose_name_plural = "全市通知"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(starts_at=None)
                | models.Q(ends_at=None)
                | models.Q(ends_at__gt=models.F("starts_at")),
                name="notice_ends_after_it_starts",
                violation_error_message="停止显示的时间要晚于开始显示的时间",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title}（{self.state}）"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.is_out = self.is_current(at=timezone.now())
        super().save(*args, **kwargs)

    @property
    def state(self) -> str:
        """Whether it is still to come, is shown, or has ended, in a word for lists."""
        now = timezone.now()
        if self.ends_at and self.ends_at <= now:
            return "已结束"
        return "未开始" if self.starts_at and self.starts_at > now else "显示中"

    def is_current(self, *, at: dt.datetime) -> bool:
        """Whether it has begun and not ended at that moment."""
        return (self.starts_at is None or self.starts_at <= at) and (
            self.ends_at is None or at < self.ends_at
        )

    def clean(self) -> None:
        super().clean()
        if self.starts_at and self.ends_at and self.ends_at <= self.starts_at:
            raise ValidationError({"ends_at": "停止显示的时间要晚于开始显示的时间"})
        if self.link_text and not self.link_url:
            raise ValidationError({"link_url": "有链接文字，就要有链接网址"})
        if self.picture and not self.picture.alt_text:
            raise ValidationError({"picture": "这张图片还没有写图片说明，看不见图片的人靠它"})
        for name, file in (("picture", self.picture), ("document", self.document)):
            district = InCollection().district_of(file) if file else None
            if file is not None and (district is None or not district.is_city):
                raise ValidationError({name: "请选全市的图片和文档：区县的归区县自己管"})


class HomeNoticeForm(WagtailAdminModelForm):
    """Offers what is current or still to come, and what was chosen before."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = Notice.objects.not_ended(at=timezone.now()).filter(for_all=False)
        self.fields["notice"].queryset = offered | Notice.objects.filter(pk=self.instance.notice_id)


class HomeNoticesPanel(InlinePanel):
    """Wagtail takes no form class for child rows from their model."""

    def get_form_options(self) -> dict[str, Any]:
        options: dict[str, Any] = super().get_form_options()
        late = self.child_edit_handler.get_form_options().get("defer_required_on_fields")
        form = get_form_for_model(
            HomeNotice, form_class=HomeNoticeForm, **({"defer_required_on_fields": late} if late else {})
        )
        options["formsets"][self.relation_name]["form"] = form
        return options


class HomeNotice(Orderable):
    """A notice of the city that a district has chosen for its home page."""

    ownership = UnderHome("page")

    page = ParentalKey("cms.HomePage", on_delete=models.CASCADE, related_name="notices")
    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="+", verbose_name="通知")

    panels: ClassVar[list[FieldPanel]] = [FieldPanel("notice")]

    class Meta(Orderable.Meta):
        verbose_name = "通知"
        constraints = [models.UniqueConstraint(fields=["page", "notice"], name="notice_chosen_once")]

    def __str__(self) -> str:
        return str(self.notice)
