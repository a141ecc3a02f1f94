from __future__ import annotations

from typing import ClassVar

from django.db import models
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, ObjectList, TabbedInterface
from wagtail.fields import RichTextField, StreamField

from cms.blocks import StoryBodyBlock
from cms.models.notices import HomeNoticesPanel
from cms.models.sections import BodyForm
from media.pages import IllustratedPage
from sites import rich_text
from sites.pages import Frame


class HomePage(Frame, IllustratedPage):
    """The front of a district's site; with the district itself it becomes the district's item."""

    base_form_class = BodyForm
    site_name = models.CharField("站名", max_length=20, help_text="例如：武侯邻里")
    tagline = models.CharField("一句话", max_length=60, blank=True)
    intro = RichTextField("开场白", blank=True, features=rich_text.FEATURES)
    cover = models.ForeignKey(
        "media.Picture",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="首页图",
    )
    about = StreamField(StoryBodyBlock(), verbose_name="关于我们", blank=True)
    organisation = models.CharField("单位", max_length=80, blank=True)
    phone = models.CharField("公开电话", max_length=40, blank=True)
    email = models.EmailField("公开邮箱", blank=True)
    address = models.CharField("地址", max_length=160, blank=True)

    contact_fields: ClassVar[tuple[str, ...]] = ("phone",)
    parent_page_types: ClassVar[list[str]] = ["wagtailcore.Page"]
    subpage_types: ClassVar[list[str]] = [
        "cms.StoryIndexPage",
        "cms.CraftsmanIndexPage",
        "cms.PlaceIndexPage",
        "festival.FestivalIndexPage",
    ]
    # Made by create_district only, together with the site, the groups and the collection.
    is_creatable = False

    edit_handler = TabbedInterface(
        [
            ObjectList(
                [
                    FieldPanel("site_name"),
                    FieldPanel("tagline"),
                    FieldPanel("cover"),
                    FieldPanel("intro"),
                    HomeNoticesPanel(
                        "notices",
                        heading="首页上的全市通知",
                        label="通知",
                        max_num=6,
                        help_text="从全市通知里挑选，按这里的顺序显示；到期的自动撤下。",
                    ),
                ],
                heading="首页",
            ),
            ObjectList(
                [
                    FieldPanel("about"),
                    MultiFieldPanel(
                        [FieldPanel(name) for name in ("organisation", "phone", "email", "address")],
                        "怎么找到我们",
                    ),
                ],
                heading="关于我们",
            ),
        ]
    )

    class Meta:
        verbose_name = "首页"
        verbose_name_plural = "首页"
