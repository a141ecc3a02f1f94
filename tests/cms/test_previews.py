"""The editor's preview: the public's own rendering of what is typed, saved or not."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from wagtail.models import Page

from tests.city import City, shelf_rows
from tests.page_forms import (
    craftsman_form,
    festival_form,
    home_form,
    html,
    item_form,
    place_form,
    story_form,
    text_block,
)

pytestmark = pytest.mark.once


def preview(city: City, address: str, form: dict[str, Any], *, who: str) -> str:
    """What the editor sees: the form is sent, then the page is fetched."""
    browser = city.browser(who)
    sent = browser.post(address, form)
    assert sent.status_code == 200
    assert sent.json() == {"is_valid": True, "is_available": True}, sent.content
    page = browser.get(address, {"mode": ""})
    assert page.status_code == 200, page.content[:500]
    text = page.content.decode()
    assert text.lstrip().lower().startswith("<!doctype html>")
    return text


def preview_of_new(city: City, section: str, model: str, form: dict[str, Any], *, who: str) -> str:
    app, _, name = model.partition(".")
    address = reverse("wagtailadmin_pages:preview_on_add", args=[app, name, city.section(section).pk])
    return preview(city, address, form, who=who)


def preview_of(city: City, page: Page, form: dict[str, Any], *, who: str) -> str:
    return preview(city, reverse("wagtailadmin_pages:preview_on_edit", args=[page.pk]), form, who=who)


NEW = [
    ("stories", "cms.storypage", story_form("还没保存的故事", [text_block("正在打字。")]), "正在打字。"),
    ("stories", "cms.storypage", story_form("还没保存的故事", []), "还没保存的故事"),
    (
        "craftsmen",
        "cms.craftsmanpage",
        craftsman_form("还没保存的师傅", body=[text_block("正在打字。")]),
        "正在打字。",
    ),
    ("places", "cms.placepage", place_form("还没保存的去处", address="晋阳路 9 号"), "晋阳路 9 号"),
    ("festivals", "festival.festivalpage", festival_form("还没保存的节", body=html("欢迎光临")), "欢迎光临"),
]


@pytest.mark.parametrize(("section", "model", "form", "text"), NEW)
def test_new_page_is_shown_before_it_is_saved(
    city: City, section: str, model: str, form: dict[str, Any], text: str
) -> None:
    before, pages = shelf_rows(), Page.objects.count()
    shown = preview_of_new(city, section, model, form, who="admin")
    assert text in shown
    assert form["title"] in shown
    assert (shelf_rows(), Page.objects.count()) == (before, pages)


def test_story_is_shown_as_it_is_typed(city: City) -> None:
    picture, community, chen = city.picture("院坝里的桌子"), city.community(), city.craftsman("陈师傅")
    story = city.story("公开的标题", slug="s")
    form = story_form(
        "打到一半的标题",
        [text_block("新的正文。")],
        slug="s",
        cover=str(picture.pk),
        community=str(community.pk),
        craftsmen=[chen.pk],
        tags="互助",
    )
    before = shelf_rows()
    shown = preview_of(city, story, form, who="editor")
    for text in ("打到一半的标题", "新的正文。", "院坝里的桌子", "晋阳社区", "陈师傅", "互助"):
        assert text in shown
    assert "公开的标题" not in shown
    assert shelf_rows() == before


def test_picture_without_words_may_be_seen_in_the_preview(city: City) -> None:
    """Only publishing asks for words; who is still writing sees the page."""
    shown = preview_of(city, city.story(), story_form("写着", cover=str(city.picture("").pk)), who="editor")
    assert "写着" in shown


def test_craftsman_is_shown_as_typed(city: City) -> None:
    craft, picture = city.craft("竹编"), city.picture("一只竹篮")
    page = city.craftsman("陈师傅", crafts=(craft,))
    form = craftsman_form(
        "陈竹匠",
        crafts=[city.craft("修锁", "locks", "repair").pk],
        works=[picture.pk],
        phone="028-7654321",
        consented_on="2020-01-01",
        workshop_open="on",
        workshop_note="周六下午",
        is_sample="on",
    )
    shown = preview_of(city, page, form, who="editor")
    for text in ("陈竹匠", "修锁", "一只竹篮", "028-7654321", "周六下午", "示例"):
        assert text in shown, text


def test_contact_without_consent_is_not_even_in_the_preview(city: City) -> None:
    shown = preview_of(city, city.craftsman(), craftsman_form(phone="028-7654321"), who="editor")
    assert "028-7654321" not in shown


def test_place_is_shown_as_typed(city: City) -> None:
    page = city.place("晋阳邻空间")
    form = place_form(
        "晋阳新空间",
        address="晋阳路 9 号",
        longitude="104.05",
        latitude="30.63",
        features=["step-free"],
        hours=[{"days": "周一至周五", "opens": "09:00", "closes": "17:30", "note": ""}],
    )
    shown = preview_of(city, page, form, who="editor")
    for text in ("晋阳新空间", "晋阳路 9 号", "周一至周五", "09:00", "无台阶"):
        assert text in shown, text


def test_festival_is_shown_as_typed_with_the_zones_that_stand(city: City) -> None:
    festival = city.festival("公开的节")
    city.booth(city.zone(festival, "幸福集市"), "A01", offer="羊肉汤")
    item = item_form("还没公布的节目", starts_at="2024-12-21 10:00", minutes="15", stage="小舞台")
    form = festival_form("打到一半的节", slug="2024", items=[item], stages=["小舞台"])
    shown = preview_of(city, festival, form, who="organiser")
    for text in ("打到一半的节", "还没公布的节目", "幸福集市"):
        assert text in shown, text


def test_festival_with_an_unfinished_plan_is_shown(city: City) -> None:
    landmark = ("landmark", {"kind": "gate", "label": "东门", "shape": ""})
    form = festival_form("没画完", starts_on="", items=[item_form("")], landmarks=[landmark])
    assert "没画完" in preview_of(city, city.festival(), form, who="organiser")


def test_home_page_is_shown_as_typed(city: City) -> None:
    form = home_form("打到一半的站名", tagline="远亲不如近邻", about=[text_block("我们是谁")])
    shown = preview_of(city, city.home(), form, who="admin")
    assert "打到一半的站名" in shown
    assert "远亲不如近邻" in shown
    assert city.json("districts/wuhou/")["site_name"] == "武侯区邻里"


def test_home_page_of_the_city_is_shown_with_what_its_districts_have(city: City) -> None:
    city.story("武侯的故事")
    shown = preview_of(city, city.home(city.chengdu), home_form("成都邻里节"), who="city staff")
    assert "成都邻里节" in shown
    assert "武侯区" in shown


def test_preview_is_what_the_public_will_get(city: City) -> None:
    """The very same bytes, once it is published and its time has been written down."""
    from frontend_static.rendering import render_page
    from frontend_static.source import MemorySource
    from sites import previews

    story = city.story("竹编的下午", slug="s")
    source = MemorySource("wuhou", previews._surroundings(city.wuhou))
    shown = preview_of(city, story, story_form("竹编的下午", slug="s"), who="editor")
    block = city.item("stories/s")["body"][0]["id"]
    assert _without_ids(shown, block) == _without_ids(render_page(source, "/stories/s/"), block)


def _without_ids(text: str, block: str) -> str:
    import re

    return re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "", text.replace(block, ""))


def test_preview_of_another_district_is_refused(city: City) -> None:
    theirs = city.story(district=city.jinjiang)
    address = reverse("wagtailadmin_pages:preview_on_edit", args=[theirs.pk])
    response = city.browser("admin").post(address, story_form())
    assert response.status_code in {302, 403, 404}


def test_preview_shows_no_other_district(city: City) -> None:
    city.story("锦江的故事", district=city.jinjiang, tags="互助")
    city.story("武侯的故事", tags="互助")
    shown = preview_of_new(city, "stories", "cms.storypage", story_form("新的", tags="互助"), who="editor")
    assert "锦江的故事" not in shown
