"""The blocks of a story, and what each becomes in a payload (docs/payloads.md).

Each struct block says by `get_api_representation` what the public gets; `body_payload` puts a whole body together.
"""

from __future__ import annotations

import copy
import re
import unicodedata
from collections.abc import Callable, Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.html import strip_tags
from django.utils.translation import gettext
from wagtail import blocks
from wagtail.images.blocks import ImageChooserBlock
from wagtail.models import Page

from festival.programme import item_choices, referenced_item, referenced_page_id
from media.payloads import picture_payload
from sites import rich_text
from sites.models import District


class ParagraphBlock(blocks.RichTextBlock):
    def get_api_representation(self, value: Any, context: dict[str, Any] | None = None) -> dict[str, Any]:
        return {"html": rich_text.public_html(value.source, district=(context or {})["district"])}


class HeadingBlock(blocks.StructBlock):
    text = blocks.CharBlock(label="标题文字", max_length=60)
    level = blocks.ChoiceBlock(label="级别", choices=[("2", "大标题"), ("3", "小标题")], default="2")

    class Meta:
        label = "标题"
        icon = "title"

    def get_api_representation(self, value: Any, context: dict[str, Any] | None = None) -> dict[str, Any]:
        return {"text": value["text"], "level": int(value["level"] or 2), "anchor": ""}


def _captioned(value: Any) -> dict[str, Any]:
    return {"image": picture_payload(value["image"]), "caption": value["caption"]}


class PictureBlock(blocks.StructBlock):
    image = ImageChooserBlock(label="图片")
    caption = blocks.CharBlock(label="图注", required=False, max_length=200)

    class Meta:
        label = "图片"
        icon = "image"

    def get_api_representation(
        self, value: Any, context: dict[str, Any] | None = None
    ) -> dict[str, Any] | None:
        return _captioned(value) if value["image"] else None


class GalleryBlock(blocks.StructBlock):
    title = blocks.CharBlock(label="组图标题", required=False, max_length=60)
    images = blocks.ListBlock(PictureBlock(), label="图片", min_num=2, max_num=12)

    class Meta:
        label = "组图"
        icon = "copy"

    def get_api_representation(self, value: Any, context: dict[str, Any] | None = None) -> dict[str, Any]:
        return {
            "title": value["title"],
            "images": [_captioned(one) for one in value["images"] if one["image"]],
        }


class QuoteBlock(blocks.StructBlock):
    text = blocks.TextBlock(label="原话", max_length=400)
    speaker = blocks.CharBlock(label="谁说的", required=False, max_length=40)
    role = blocks.CharBlock(
        label="身份", required=False, max_length=60, help_text="例如：退休教师、晋阳社区居民"
    )

    class Meta:
        label = "引语"
        icon = "openquote"


class VideoBlock(blocks.StructBlock):
    title = blocks.CharBlock(label="视频标题", max_length=80)
    url = blocks.URLBlock(label="视频网址", help_text="公众点开后到视频网站观看，页面里不嵌入播放器")
    poster = ImageChooserBlock(label="封面图", required=False)
    duration = blocks.CharBlock(label="时长", required=False, max_length=20, help_text="例如：3分20秒")
    transcript = blocks.TextBlock(label="文字稿", required=False, help_text="给听不见或不方便播放的人")

    class Meta:
        label = "视频"
        icon = "media"

    def get_api_representation(self, value: Any, context: dict[str, Any] | None = None) -> dict[str, Any]:
        poster = picture_payload(value["poster"]) if value["poster"] else None
        return {
            **{name: value[name] or "" for name in ("title", "url", "duration", "transcript")},
            "poster": poster,
        }


class StatisticBlock(blocks.StructBlock):
    label = blocks.CharBlock(label="统计的是什么", max_length=60, help_text="例如：注册志愿者")
    value = blocks.CharBlock(label="数字", max_length=20, help_text="只写数字，例如 3868900 或 8.2")
    unit = blocks.CharBlock(label="单位", max_length=12, help_text="例如：人、万元、个")
    as_of = blocks.DateBlock(label="截至日期")
    source = blocks.CharBlock(label="数据来源", max_length=120)
    note = blocks.CharBlock(label="说明", required=False, max_length=200)

    class Meta:
        label = "数据"
        icon = "order"

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        # 3，868，900 and ３８６８ are what Chinese keyboards write.
        number = unicodedata.normalize("NFKC", cleaned["value"]).replace(",", "")
        # Empty only in a draft.
        if number and not re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", number):
            raise blocks.StructBlockValidationError(
                block_errors={"value": ValidationError("请只写数字，单位写在后面一格")}
            )
        cleaned["value"] = number
        return cleaned

    def get_api_representation(self, value: Any, context: dict[str, Any] | None = None) -> dict[str, Any]:
        texts = {name: value[name] or "" for name in ("label", "value", "unit", "source", "note")}
        return {**texts, "as_of": value["as_of"].isoformat() if value["as_of"] else None}


class TimelineEntryBlock(blocks.StructBlock):
    when = blocks.CharBlock(label="什么时候", max_length=40, help_text="例如：2019年春")
    title = blocks.CharBlock(label="发生了什么", max_length=80)
    text = blocks.TextBlock(label="细说", required=False)


class TimelineBlock(blocks.StructBlock):
    title = blocks.CharBlock(label="时间线标题", required=False, max_length=60)
    entries = blocks.ListBlock(TimelineEntryBlock(), label="经过", min_num=2)

    class Meta:
        label = "时间线"
        icon = "history"


class CalloutBlock(blocks.StructBlock):
    title = blocks.CharBlock(label="标题", max_length=60)
    html = blocks.RichTextBlock(label="内容", features=rich_text.FEATURES)
    tone = blocks.ChoiceBlock(
        label="类型", choices=[("info", "补充"), ("tip", "窍门"), ("notice", "提醒")], default="info"
    )

    class Meta:
        label = "提示框"
        icon = "info-circle"

    def get_api_representation(self, value: Any, context: dict[str, Any] | None = None) -> dict[str, Any]:
        html = rich_text.public_html(value["html"].source, district=(context or {})["district"])
        return {"title": value["title"], "html": html, "tone": value["tone"] or "info"}


class FestivalItemChoiceBlock(blocks.ChoiceBlock):
    """A programme item of a public festival, stored as "page id:item id"; known to Wagtail's ReferenceIndex."""

    def extract_references(self, value: Any) -> Iterator[tuple[Any, str, str, str]]:
        from festival.models import FestivalPage

        if (pk := referenced_page_id(value)) is not None:
            yield FestivalPage, str(pk), "", ""

    def rewrite_references(self, value: Any, visit: Callable[[type[Page], int], Any]) -> Any:
        """The reference with the page's key in another installation; empty when the page is not there."""
        if (pk := referenced_page_id(value)) is None:
            return value
        new = visit(Page, pk)
        return f"{new}:{value.partition(':')[2]}" if isinstance(new, int) else ""


class FestivalItemBlock(blocks.StructBlock):
    item = FestivalItemChoiceBlock(label="节目", choices=item_choices)

    class Meta:
        label = "相关节目"
        icon = "date"

    def get_api_representation(
        self, value: Any, context: dict[str, Any] | None = None
    ) -> dict[str, Any] | None:
        return referenced_item(value["item"])


class StoryBodyBlock(blocks.StreamBlock):
    """What a story may be made of."""

    paragraph = ParagraphBlock(label="正文", features=rich_text.FEATURES, icon="pilcrow")
    heading = HeadingBlock()
    picture = PictureBlock()
    gallery = GalleryBlock()
    quote = QuoteBlock()
    statistic = StatisticBlock()
    timeline = TimelineBlock()
    callout = CalloutBlock()
    video = VideoBlock()
    festival_item = FestivalItemBlock()


def body_of(district: District, block: StoryBodyBlock) -> StoryBodyBlock:
    """The block as a page of the district is edited with: it offers the programmes of that district and of the city."""
    own = copy.deepcopy(block)
    chooser = own.child_blocks["festival_item"].child_blocks["item"]
    chooser.field.choices = lambda: [("", gettext("- Select an option -")), *item_choices(district)]
    return own


def body_payload(body: Any, *, district: District) -> list[dict[str, Any]]:
    """The public form of a body. A block whose picture or programme item is gone is left out."""
    entries: list[dict[str, Any]] = []
    headings = 0
    for child in body:
        value = child.block.get_api_representation(child.value, context={"district": district})
        if value is None:
            continue
        if child.block_type == "heading":
            headings += 1
            value["anchor"] = f"h-{headings}"
        entries.append({"id": child.id, "type": child.block_type, "value": value})
    return entries


_END_OF_LINE = re.compile(r"</(?:p|li)>|<br\s*/?>")


def plain_text(body: Any, *, most: int) -> str:
    """The first `most` characters of a body's paragraphs, for a summary that nobody wrote."""
    sources = (child.value.source for child in body if child.block_type == "paragraph")
    words = " ".join(strip_tags(_END_OF_LINE.sub(r"\g<0> ", source)) for source in sources)
    text = re.sub(r"\s+", " ", words).strip()
    return text if len(text) <= most else text[: most - 1].rstrip("，、；： ") + "…"
