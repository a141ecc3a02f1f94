"""What the content pages share: the shelves they stand on, and the choice of their community."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from wagtail.admin.panels import FieldPanel
from wagtail.blocks.base import BlockField, BlockWidget
from wagtail.models import Page

from cms.blocks import StoryBodyBlock, body_of
from media.pages import IllustratedPage
from sites.domain import reach
from sites.models import Community
from sites.ownership import UnderHome
from sites.pages import Frame, PublicPageForm


class IndexPage(Frame, Page):
    """A shelf below a district's home page. It holds pages and has no content of its own."""

    ownership = UnderHome()

    parent_page_types: ClassVar[list[str]] = ["cms.HomePage"]
    max_count_per_parent = 1
    preview_modes: ClassVar[list[Any]] = []
    content_panels: ClassVar[list[Any]] = [FieldPanel("title", read_only=True)]
    promote_panels: ClassVar[list[Any]] = []
    settings_panels: ClassVar[list[Any]] = []

    class Meta:
        abstract = True


class BodyForm(PublicPageForm):
    """Offers, inside a body, the programmes of the page's own district and of the city."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        district = self.owning_district()
        for field in self.fields.values():
            if district and isinstance(field, BlockField) and isinstance(field.block, StoryBodyBlock):
                # The widget reads what was typed into blocks of its own, which the field must then clean.
                field.block = body_of(district, field.block)
                field.widget = BlockWidget(field.block, attrs=field.widget.attrs)


class CommunityPageForm(BodyForm):
    """Offers the communities of the page's own district, by subdistrict."""

    must_choose_community = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields.get("community")
        if isinstance(field, forms.ModelChoiceField):
            self._offer_communities(field)

    def _offer_communities(self, field: forms.ModelChoiceField) -> None:
        district = self.owning_district()
        mine = reach.of(self.for_user) if self.for_user else None
        if mine is None or district is None or district.pk not in mine.communities:
            field.queryset = Community.objects.filter(district=district)
            field.empty_label = "（不属于某个社区）"
            return
        # Who serves some communities writes for one of them; a page without any would be out of their own sight.
        field.queryset = Community.objects.filter(mine.communities_for(district))
        self.must_choose_community = True
        field.empty_label = "（请选择社区）"
        if len(mine.communities[district.pk]) == 1:
            field.initial, field.empty_label = mine.communities[district.pk][0], None

    def clean_community(self) -> Community | None:
        """The choice, which a draft may lack unless the page would then be out of its writer's sight."""
        community: Community | None = self.cleaned_data.get("community")
        if community is None and self.must_choose_community:
            raise ValidationError("请选择您负责的一个社区。")
        return community


class CommunityPage(IllustratedPage):
    """A page that may belong to one community of its district."""

    base_form_class = CommunityPageForm
    community = models.ForeignKey(
        Community, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="社区"
    )

    class Meta:
        abstract = True


def address_panels() -> list[Any]:
    """The last tab of every page: what a newcomer never needs to see."""
    return [FieldPanel("slug", heading="网址中的名字", help_text="由标题的拼音自动生成，发布后最好不改")]
