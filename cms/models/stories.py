from __future__ import annotations

import re
from typing import ClassVar

from django.db import models
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    InlinePanel,
    MultiFieldPanel,
    ObjectList,
    PageChooserPanel,
    Panel,
    PublishingPanel,
    TabbedInterface,
)
from wagtail.fields import StreamField
from wagtail.models import Orderable

from cms.blocks import StoryBodyBlock
from cms.enums import StoryKind, Theme
from cms.models.sections import CommunityPage, IndexPage, address_panels
from sites.ownership import UnderHome
from sites.references import Children

_TAG_BREAK = re.compile(r"[,，、;；\s]+")


class OriginPanel(Panel):
    """Says of a story that was passed on where it comes from; of any other nothing."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "cms/origin_panel.html"

        def is_shown(self) -> bool:
            return bool(super().is_shown() and self.instance.origin_name)


class StoryIndexPage(IndexPage):
    subpage_types: ClassVar[list[str]] = ["cms.StoryPage"]

    class Meta:
        verbose_name = "故事目录"


class StoryPage(CommunityPage):
    """A story, project, release, set of figures, child's report or role model."""

    kind = models.CharField("类型", max_length=16, choices=StoryKind.choices, default=StoryKind.STORY)
    theme = models.CharField("主题", max_length=8, choices=Theme.choices, blank=True)
    summary = models.TextField("摘要", max_length=200, blank=True, help_text="两三句话；空着就用正文开头")
    cover = models.ForeignKey(
        "media.Picture",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="题图",
    )
    body = StreamField(StoryBodyBlock(), verbose_name="正文", blank=True)
    byline = models.CharField("署名", max_length=60, blank=True, help_text="例如：邻里编辑部、小记者 王小满")
    source = models.CharField("来源", max_length=80, blank=True)
    reprint_note = models.CharField("转载说明", max_length=160, blank=True)
    tags = models.CharField("标签", max_length=120, blank=True, help_text="用空格或逗号隔开，例如：互助 老人")
    featured = models.BooleanField("放在首页头条", default=False)
    # Where a story that was passed on comes from; written when it is taken, and nobody types it.
    origin_name = models.CharField("转自", max_length=40, blank=True, editable=False)
    origin_url = models.URLField("原文网址", max_length=500, blank=True, editable=False)

    parent_page_types: ClassVar[list[str]] = ["cms.StoryIndexPage"]
    subpage_types: ClassVar[list[str]] = []
    is_creatable = True

    edit_handler = TabbedInterface(
        [
            ObjectList(
                [
                    FieldPanel("title", heading="标题"),
                    FieldPanel("cover"),
                    FieldPanel("summary"),
                    FieldPanel("body"),
                ],
                heading="写故事",
            ),
            ObjectList(
                [
                    FieldRowPanel([FieldPanel("kind"), FieldPanel("theme")]),
                    FieldPanel("community"),
                    InlinePanel("craftsmen", heading="讲到的匠人", label="匠人"),
                    FieldPanel("tags"),
                    OriginPanel(),
                    MultiFieldPanel(
                        [FieldPanel(name) for name in ("byline", "source", "reprint_note")], "署名与来源"
                    ),
                ],
                heading="归类与署名",
            ),
            ObjectList(
                [PublishingPanel(heading="定时发布"), FieldPanel("featured"), *address_panels()],
                heading="发布",
            ),
        ]
    )

    class Meta:
        verbose_name = "社区故事"
        verbose_name_plural = "社区故事"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(origin_name="", origin_url="")
                | (~models.Q(origin_name="") & ~models.Q(origin_url="")),
                name="origin_with_its_address",
            ),
        ]

    @property
    def tag_list(self) -> list[str]:
        """The tags, each once, in the order in which they were typed."""
        return list(dict.fromkeys(tag for tag in _TAG_BREAK.split(self.tags) if tag))

    def problems(self, *, children: Children | None = None) -> list[str]:
        empty = [] if self.body else ["请至少写一段正文。"]
        return [*super().problems(children=children), *empty]


class StoryCraftsman(Orderable):
    """A craftsman that a story tells of."""

    ownership = UnderHome("page")

    page = ParentalKey(StoryPage, on_delete=models.CASCADE, related_name="craftsmen")
    craftsman = models.ForeignKey(
        "cms.CraftsmanPage", on_delete=models.CASCADE, related_name="+", verbose_name="匠人"
    )

    panels: ClassVar[list[PageChooserPanel]] = [PageChooserPanel("craftsman")]

    class Meta(Orderable.Meta):
        verbose_name = "匠人"
        constraints = [models.UniqueConstraint(fields=["page", "craftsman"], name="craftsman_told_of_once")]

    def __str__(self) -> str:
        return str(self.craftsman)
