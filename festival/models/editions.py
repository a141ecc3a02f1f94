"""Festival editions with their programme, stages and broadcasts; zones and booths on a floor plan."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail import blocks
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    InlinePanel,
    MultiFieldPanel,
    ObjectList,
    TabbedInterface,
)
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Orderable, Page

from festival import geometry
from festival.enums import LandmarkKind
from festival.programme import ProgrammeBlock, clashes_on, programme_items
from media.pages import IllustratedPage
from sites import rich_text
from sites.models import colour_validator, slug_validator
from sites.ownership import UnderHome
from sites.pages import Frame
from sites.references import Children


class FestivalIndexPage(Frame, Page):
    """The shelf of a district's editions; it has no content of its own."""

    ownership = UnderHome()

    parent_page_types: ClassVar[list[str]] = ["cms.HomePage"]
    subpage_types: ClassVar[list[str]] = ["festival.FestivalPage"]
    max_count_per_parent = 1
    preview_modes: ClassVar[list[Any]] = []
    content_panels: ClassVar[list[Any]] = [FieldPanel("title", read_only=True)]
    promote_panels: ClassVar[list[Any]] = []
    settings_panels: ClassVar[list[Any]] = []

    class Meta:
        verbose_name = "邻里节目录"


class LandmarkBlock(blocks.StructBlock):
    kind = blocks.ChoiceBlock(label="是什么", choices=LandmarkKind.choices)
    label = blocks.CharBlock(label="名称", required=False, max_length=20)
    shape = blocks.CharBlock(label="形状", max_length=2000, help_text="各角的坐标，写成 x,y x,y x,y")

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        try:
            if cleaned["shape"]:  # empty only in a draft
                shape_points(cleaned["shape"])
        except ValidationError as error:
            raise blocks.StructBlockValidationError(block_errors={"shape": error}) from None
        return cleaned


def shape_points(text: str) -> list[list[float]]:
    """The points of "x,y x,y …". Raises ValidationError."""
    try:
        points = [[float(number) for number in pair.split(",")] for pair in text.replace("，", ",").split()]
    except ValueError:
        raise ValidationError("坐标写成 x,y x,y x,y，都是数字") from None
    return [[x, y] for x, y in geometry.polygon(points)]


class FestivalPage(IllustratedPage):
    """One edition (届) of a district's festival."""

    edition = models.PositiveSmallIntegerField("第几届", null=True, blank=True)
    theme = models.CharField("主题", max_length=60, blank=True)
    summary = models.TextField("一句话介绍", max_length=300, blank=True)
    starts_on = models.DateField("开始日期", null=True)
    ends_on = models.DateField("结束日期", null=True, blank=True, help_text="只有一天就空着")
    date_note = models.CharField("日期说明", max_length=40, blank=True, help_text="例如：冬至")
    venue_name = models.CharField("地点", max_length=80, blank=True)
    venue_address = models.CharField("地址", max_length=160, blank=True)
    longitude = models.DecimalField("经度", max_digits=9, decimal_places=6, null=True, blank=True)
    latitude = models.DecimalField("纬度", max_digits=8, decimal_places=6, null=True, blank=True)
    datum = models.CharField(
        "坐标系",
        max_length=8,
        choices=[("GCJ-02", "GCJ-02（高德、腾讯地图）"), ("WGS-84", "WGS-84（GPS）")],
        default="GCJ-02",
    )
    hosts = models.TextField("主办", blank=True, help_text="一行一个单位")
    co_hosts = models.TextField("协办", blank=True, help_text="一行一个单位")
    organisers = models.TextField("承办", blank=True, help_text="一行一个单位")
    cover = models.ForeignKey(
        "media.Picture",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="海报图",
    )
    body = RichTextField("介绍", blank=True, features=rich_text.FEATURES)
    programme = StreamField(ProgrammeBlock(), verbose_name="节目单", blank=True)
    programme_note = models.CharField("节目单说明", max_length=200, blank=True)
    plan_width = models.PositiveIntegerField("平面图宽", default=1200, validators=[MinValueValidator(100)])
    plan_height = models.PositiveIntegerField("平面图高", default=800, validators=[MinValueValidator(100)])
    landmarks = StreamField(
        [("landmark", LandmarkBlock(label="地物"))], verbose_name="平面图上的舞台、入口与服务点", blank=True
    )
    is_sample = models.BooleanField("示例内容", default=False, help_text="公开页面上会注明“示例”")

    parent_page_types: ClassVar[list[str]] = ["festival.FestivalIndexPage"]
    subpage_types: ClassVar[list[str]] = []
    is_creatable = True

    content_panels: ClassVar[list[Any]] = [
        FieldPanel("title", heading="名称"),
        FieldRowPanel([FieldPanel("edition"), FieldPanel("theme")]),
        FieldRowPanel([FieldPanel("starts_on"), FieldPanel("ends_on"), FieldPanel("date_note")]),
        FieldPanel("summary"),
        FieldPanel("cover"),
        MultiFieldPanel([FieldPanel("venue_name"), FieldPanel("venue_address")], "在哪里"),
        FieldPanel("body"),
        MultiFieldPanel([FieldPanel("hosts"), FieldPanel("co_hosts"), FieldPanel("organisers")], "谁来办"),
    ]
    programme_panels: ClassVar[list[Any]] = [
        InlinePanel("stages", heading="舞台", label="舞台"),
        FieldPanel("programme"),
        FieldPanel("programme_note"),
        InlinePanel("broadcasts", heading="直播平台", label="直播"),
    ]
    plan_panels: ClassVar[list[Any]] = [
        FieldRowPanel([FieldPanel("plan_width"), FieldPanel("plan_height")]),
        FieldPanel("landmarks"),
        MultiFieldPanel(
            [FieldRowPanel([FieldPanel("longitude"), FieldPanel("latitude"), FieldPanel("datum")])],
            "地图上的位置",
        ),
        FieldPanel("is_sample"),
        FieldPanel("slug", heading="网址中的名字"),
    ]
    edit_handler = TabbedInterface(
        [
            ObjectList(content_panels, heading="介绍"),
            ObjectList(programme_panels, heading="节目与直播"),
            ObjectList(plan_panels, heading="平面图与其他"),
        ]
    )

    class Meta:
        verbose_name = "邻里节"
        verbose_name_plural = "邻里节"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__isnull=True) | models.Q(ends_on__gte=models.F("starts_on")),
                name="festival_ends_after_it_starts",
                violation_error_message="结束日期不能早于开始日期",
            )
        ]

    def clean(self) -> None:
        super().clean()
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            raise ValidationError({"ends_on": "结束日期不能早于开始日期"})
        if (self.longitude is None) != (self.latitude is None):
            raise ValidationError({"latitude": "经度和纬度要么都填，要么都空着"})

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        # The poster is made around a date; publishing asks for the true one.
        self.starts_on = self.starts_on or timezone.localdate()
        return super().serve_preview(request, mode_name)

    def problems(self, *, children: Children | None = None) -> list[str]:
        problems = super().problems(children=children)
        if not self.starts_on:
            problems.append("请填写开始日期。")
        stages = {str(stage) for stage in (children or self.children_now())["stages"]}
        for _, item in programme_items(self):
            if item["stage"] and item["stage"] not in stages:
                names = "、".join(sorted(stages)) or "还没有填写舞台"
                problems.append(f"节目“{item['title']}”的舞台“{item['stage']}”不在舞台名单里（{names}）。")
        problems += [clash.text for clash in clashes_on(self)]
        return problems


class Stage(Orderable):
    """A place where items are performed."""

    ownership = UnderHome("page")

    page = ParentalKey(FestivalPage, on_delete=models.CASCADE, related_name="stages")
    name = models.CharField("名称", max_length=40)
    note = models.CharField("说明", max_length=120, blank=True)

    panels: ClassVar[list[Any]] = [FieldRowPanel([FieldPanel("name"), FieldPanel("note")])]

    class Meta(Orderable.Meta):
        verbose_name = "舞台"

    def __str__(self) -> str:
        return self.name


class Broadcast(Orderable):
    """A platform that carried the festival live, and its count of views (人次)."""

    ownership = UnderHome("page")

    page = ParentalKey(FestivalPage, on_delete=models.CASCADE, related_name="broadcasts")
    platform = models.CharField("平台", max_length=40)
    url = models.URLField("网址", blank=True)
    views = models.PositiveBigIntegerField("观看人次", null=True, blank=True)
    as_of = models.DateField("截至", null=True, blank=True)
    note = models.CharField("说明", max_length=120, blank=True)

    panels: ClassVar[list[Any]] = [
        FieldRowPanel([FieldPanel("platform"), FieldPanel("url")]),
        FieldRowPanel([FieldPanel("views"), FieldPanel("as_of"), FieldPanel("note")]),
    ]

    class Meta(Orderable.Meta):
        verbose_name = "直播"

    def __str__(self) -> str:
        return self.platform


class Zone(ClusterableModel):
    """A part of the fairground (版块) with its booths; public with its edition, without drafts."""

    ownership = UnderHome("festival")

    festival = models.ForeignKey(
        FestivalPage, on_delete=models.CASCADE, related_name="zones", verbose_name="邻里节"
    )
    slug = models.SlugField("网址中的名字", max_length=40, validators=[slug_validator])
    name = models.CharField("名称", max_length=40)
    summary = models.TextField("介绍", max_length=300, blank=True)
    colour = models.CharField("颜色", max_length=7, default="#c8452d", validators=[colour_validator])
    offers = models.TextField("有什么", blank=True, help_text="一行一样，例如：羊肉汤")
    shape = models.JSONField(
        "形状", validators=[geometry.validate_polygon], help_text="各角的坐标，写成 [[x, y], [x, y], [x, y]]"
    )
    order = models.PositiveSmallIntegerField("排序", default=10)

    class Meta:
        verbose_name = "版块"
        verbose_name_plural = "版块"
        ordering = ["festival", "order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["festival", "slug"], name="zone_slug_in_festival"),
            models.UniqueConstraint(fields=["festival", "name"], name="zone_name_in_festival"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        with transaction.atomic():
            # Booths that exchange their numbers are saved one after the other: until then they have none.
            wanted = {booth.pk: booth.number for booth in self.booths.all()} if self.pk else {}
            for booth in Booth.objects.filter(pk__in=wanted):
                if booth.number != wanted[booth.pk]:
                    Booth.objects.filter(pk=booth.pk).update(number=f"~{booth.pk}")
            super().save(*args, **kwargs)


class Booth(models.Model):
    """A numbered place for a stall (摊位). `x`, `y` are its top left corner before it is turned about its centre."""

    ownership = UnderHome("festival")

    zone = ParentalKey(Zone, on_delete=models.CASCADE, related_name="booths", verbose_name="版块")
    # The edition once more, so that the database itself keeps numbers apart within it.
    festival = models.ForeignKey(
        FestivalPage, on_delete=models.CASCADE, related_name="booths", editable=False
    )
    number = models.CharField("编号", max_length=8)
    x = models.FloatField("左")
    y = models.FloatField("上")
    width = models.FloatField("宽", default=60, validators=[MinValueValidator(1)])
    height = models.FloatField("高", default=44, validators=[MinValueValidator(1)])
    rotation = models.FloatField(
        "转角（度）", default=0, validators=[MinValueValidator(-360), MaxValueValidator(360)]
    )
    offer = models.CharField("卖什么、做什么", max_length=60, blank=True)

    panels: ClassVar[list[Any]] = [
        FieldRowPanel([FieldPanel("number"), FieldPanel("offer")]),
        FieldRowPanel([FieldPanel(name) for name in ("x", "y", "width", "height", "rotation")]),
    ]

    class Meta:
        verbose_name = "摊位"
        verbose_name_plural = "摊位"
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["festival", "number"], name="booth_number_in_festival"),
            models.CheckConstraint(condition=models.Q(width__gt=0, height__gt=0), name="booth_has_a_size"),
        ]

    def __str__(self) -> str:
        return self.number

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.festival_id = self.zone.festival_id
        super().save(*args, **kwargs)

    def clean(self) -> None:
        super().clean()
        if None in (self.x, self.y, self.width, self.height, self.rotation):
            return
        try:
            shape = geometry.polygon(self.zone.shape)
        except ValidationError:
            return  # the zone says so itself
        own = geometry.corners(
            x=self.x, y=self.y, width=self.width, height=self.height, rotation=self.rotation
        )
        if not all(geometry.contains(shape, corner) for corner in own):
            raise ValidationError(f"摊位 {self.number} 伸出了版块“{self.zone}”")
