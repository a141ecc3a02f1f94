"""A story without anything that points into its district: what is passed on, and what a draft elsewhere is made of.

A frozen story is JSON. Its pictures are named by keys, its links are full addresses, and its community, craftsmen and
programme items have become words.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.html import format_html
from wagtail import blocks
from wagtail.blocks.field_block import ChooserBlock
from wagtail.images.blocks import ImageChooserBlock
from wagtail.rich_text import expand_db_html

from cms.blocks import FestivalItemBlock, GalleryBlock, PictureBlock
from cms.models import StoryPage
from cms.serializers import story_payload
from festival.enums import ItemStatus
from festival.programme import referenced_item
from media.models import Picture
from sites.models import District

_TEXTS = ("title", "summary", "kind", "theme", "byline", "source", "reprint_note", "tags")


@dataclass
class Frozen:
    """What is passed on: the story as JSON, its pictures by key, and how many were held back for want of consent."""

    content: dict[str, Any]
    pictures: dict[str, Picture] = field(default_factory=dict)
    held_back: int = 0


def freeze(story: StoryPage, *, district: District, keys: Mapping[int, str] | None = None) -> Frozen:
    """The public state of a story of `district`. `keys` names pictures that were passed on before; without it each
    gets a new key. A picture whose consent was withdrawn stays behind."""
    frozen = Frozen(content={})
    named: dict[int, str] = {}
    withheld: set[int] = set()

    def key_of(pk: Any) -> str | None:
        if pk in named:
            return named[pk]
        picture = Picture.objects.filter(pk=pk).first()
        if picture is None or not picture.may_be_shown:
            withheld.add(pk)
            return None
        named[pk] = keys[pk] if keys is not None else str(uuid.uuid4())
        frozen.pictures[named[pk]] = picture
        return named[pk]

    rewriting = _Rewriting(picture=key_of, html=lambda html: _with_full_addresses(html, district=district))
    body = rewriting.stream(story.body.stream_block, story.body.get_prep_value())
    if words := _told_of(story):
        body.append(_paragraph(words))
    frozen.content = {
        **{name: getattr(story, name) for name in _TEXTS},
        "cover": key_of(story.cover_id) if story.cover_id else None,
        "body": body,
    }
    frozen.held_back = len(withheld)
    return frozen


def without(content: dict[str, Any], *, keys: set[str]) -> dict[str, Any]:
    """A frozen story without the pictures of those keys."""
    rewriting = _Rewriting(picture=lambda key: None if key in keys else key, html=lambda html: html)
    block = StoryPage._meta.get_field("body").stream_block
    cover = content["cover"]
    return {
        **content,
        "cover": None if cover in keys else cover,
        "body": rewriting.stream(block, content["body"]),
    }


def thawed(content: dict[str, Any], *, pictures: Mapping[str, int]) -> StoryPage:
    """A story, not stored, of a frozen one. `pictures` gives the primary key of each picture that it may show; the
    others are left out."""
    gone = {key for key in _keys(content) if key not in pictures}
    content = without(content, keys=gone)
    rewriting = _Rewriting(picture=lambda key: pictures[key], html=lambda html: html)
    block = StoryPage._meta.get_field("body").stream_block
    return StoryPage(
        **{name: content[name] for name in _TEXTS},
        cover_id=pictures[content["cover"]] if content["cover"] else None,
        body=json.dumps(rewriting.stream(block, content["body"])),
    )


def item_of(
    content: dict[str, Any], *, pictures: Mapping[str, int], target: District, origin: tuple[str, str]
) -> dict[str, Any]:
    """What the public of `target` would see of a frozen story. `origin` is the name and address of its source."""
    story = thawed(content, pictures=pictures)
    story.slug = "received"
    story.origin_name, story.origin_url = origin
    return story_payload(story, district=target)


def _keys(content: dict[str, Any]) -> set[str]:
    found: set[str] = {content["cover"]} if content["cover"] else set()

    def note(key: str) -> str:
        found.add(key)
        return key

    block = StoryPage._meta.get_field("body").stream_block
    _Rewriting(picture=note, html=lambda html: html).stream(block, content["body"])
    return found


@dataclass(frozen=True)
class _Rewriting:
    """Goes through a stored body. `picture` gives what stands for a picture, None for one to leave out; `html` gives
    the rich text to store."""

    picture: Callable[[Any], Any]
    html: Callable[[str], str]

    def stream(self, block: blocks.StreamBlock, entries: Any) -> list[dict[str, Any]]:
        written = []
        for entry in entries:
            child = block.child_blocks.get(entry["type"])
            if child is not None:
                written.extend(self._entry(child, entry))
        return written

    def _entry(self, block: blocks.Block, entry: dict[str, Any]) -> list[dict[str, Any]]:
        """An entry anew; none where nothing is left of it."""
        value = entry["value"]
        if isinstance(block, FestivalItemBlock):
            words = _programme_words(value.get("item"))
            return [{**_paragraph(words), "id": entry.get("id")}] if words else []
        value = self.value(block, value)
        if isinstance(block, PictureBlock) and not value["image"]:
            return []
        if isinstance(block, GalleryBlock):
            images = [one for one in value["images"] if _inside(one)["image"]]
            if len(images) < 2:
                return [{**entry, "type": "picture", "value": _inside(one)} for one in images]
            value = {**value, "images": images}
        return [{**entry, "value": value}]

    def value(self, block: blocks.Block, value: Any) -> Any:
        """The stored value of a block anew."""
        if isinstance(block, ImageChooserBlock):
            return self.picture(value) if value else None
        if isinstance(block, ChooserBlock):
            return None  # whatever else a block may one day choose stays in its district
        if isinstance(block, blocks.RichTextBlock):
            return self.html(value or "")
        if isinstance(block, blocks.StreamBlock):
            return self.stream(block, value)
        if isinstance(block, blocks.StructBlock):
            return {
                name: self.value(child, value[name])
                for name, child in block.child_blocks.items()
                if name in value
            }
        if isinstance(block, blocks.ListBlock):
            return [self._list_item(block.child_block, item) for item in value]
        return value

    def _list_item(self, block: blocks.Block, item: Any) -> Any:
        if isinstance(item, dict) and item.get("type") == "item" and "value" in item:
            return {**item, "value": self.value(block, item["value"])}
        return self.value(block, item)


def _inside(item: dict[str, Any]) -> dict[str, Any]:
    """The value of a list's item, which was stored with an id or, long ago, without."""
    inside: dict[str, Any] = item["value"] if item.get("type") == "item" else item
    return inside


def _with_full_addresses(html: str, *, district: District) -> str:
    # Links to pages, which are stored as keys, and those that an editor typed as paths.
    return expand_db_html(html).replace('href="/', f'href="{district.site.root_url}/')


def _paragraph(html: str) -> dict[str, Any]:
    return {"type": "paragraph", "value": f"<p>{html}</p>", "id": str(uuid.uuid4())}


def _programme_words(reference: str | None) -> str:
    """A programme item that a story points at, as a line with a link to it; "" when it is gone."""
    item = referenced_item(reference)
    if item is None:
        return ""
    festival = item["festival"]
    district = District.objects.select_related("site").get(slug=festival["district"]["slug"])
    address = f"{district.site.root_url}{festival['path']}programme/#{item['anchor']}"
    title = f"{festival['title']}，已取消" if item["status"] == ItemStatus.CANCELLED else festival["title"]
    words: str = format_html('相关节目：<a href="{}">{}</a>（{}）', address, item["title"], title)
    return words


def _told_of(story: StoryPage) -> str:
    """Where a story happened and whom it tells of, in a sentence: elsewhere neither has a page."""
    parts = []
    if story.community:
        parts.append(f"故事发生在{story.community.subdistrict}{story.community.name}")
    people = [
        f"{row.craftsman.title}" + (f"（{'、'.join(crafts)}）" if crafts else "")
        for row in story.craftsmen.select_related("craftsman").prefetch_related("craftsman__crafts__craft")
        if row.craftsman.live
        for crafts in [[craft.craft.name for craft in row.craftsman.crafts.all()]]
    ]
    if people:
        parts.append(f"讲到的匠人：{'、'.join(people)}")
    words: str = format_html("{}。", "；".join(parts)) if parts else ""
    return words
