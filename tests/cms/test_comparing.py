"""Two versions side by side: every kind of page, its body and its rows, in words that an editor knows."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.urls import reverse
from wagtail.models import Page

from tests.city import City, item_block, paragraph, programme
from tests.cms.test_admin_language import english_on

pytestmark = pytest.mark.once


def compared(city: City, page: Page) -> str:
    """What a moderator sees of the public version beside the newest draft."""
    address = reverse("wagtailadmin_pages:revisions_compare", args=[page.pk, "live", "latest"])
    response = city.browser("moderator").get(address)
    assert response.status_code == 200
    html: str = response.content.decode()
    table = html[html.index("<table") : html.rindex("</table>")]
    assert english_on(table) == []
    return table


def changed(page: Any, **values: Any) -> Any:
    for name, value in values.items():
        setattr(page, name, value)
    page.save_revision()
    return page


def test_story_with_its_body_and_its_craftsmen(city: City) -> None:
    chen, li = city.craftsman("陈师傅"), city.craftsman("李师傅")
    heading = {"text": "缘起", "level": "2"}
    story = city.story(tells_of=(chen,), kind="story", body=[("heading", heading), paragraph("旧的一段")])
    body = story.body
    body[0].value["level"] = "3"
    body[1] = ("paragraph", "<p>新的一段</p>")
    story.craftsmen = [type(story.craftsmen.get())(craftsman=li)]
    table = compared(city, changed(story, body=body, kind="project", featured=True))
    for words in ("大标题", "小标题", "社区故事", "项目", "陈师傅", "李师傅", "否", "是"):
        assert words in table, words


def test_craftsman_with_crafts_and_consent(city: City) -> None:
    craftsman = city.craftsman(crafts=(city.craft(),))
    paint = city.craft("糖画", "sugar")
    craftsman.crafts = [type(craftsman.crafts.get())(craft=paint)]
    table = compared(city, changed(craftsman, consented_on=dt.date(2024, 12, 21), workshop_open=True))
    for words in ("竹编", "糖画", "2024年12月21日"):
        assert words in table, words


def test_place_with_features_in_words(city: City) -> None:
    place = city.place(features=["step-free", "parking"])
    table = compared(city, changed(place, features=["toilet"], kind="service"))
    for words in ("无台阶、无障碍车位", "无障碍卫生间", "公共服务"):
        assert words in table, words


def test_festival_with_its_programme(city: City) -> None:
    item = item_block(
        "合唱", starts_at="2024-12-21T10:00:00+08:00", id="00000000-0000-4000-8000-000000000001"
    )
    festival = city.festival(programme=programme(item))
    raw = [dict(one) for one in festival.programme.raw_data]
    raw[0]["value"]["items"][0]["value"].update(status="cancelled", starts_at="2024-12-21T11:30:00+08:00")
    table = compared(city, changed(festival, programme=raw, ends_on=dt.date(2024, 12, 22)))
    for words in ("2024年12月21日 10:00", "2024年12月21日 11:30", "2024年12月22日"):
        assert words in table, words
    assert "已取消" in table or "取消" in table


@pytest.mark.parametrize("who", ["outsider", "organiser"])
def test_others_compare_nothing(city: City, who: str) -> None:
    story = changed(city.story("秘密的题目"), title="更秘密的题目")
    address = reverse("wagtailadmin_pages:revisions_compare", args=[story.pk, "live", "latest"])
    response = city.browser(who).get(address)
    assert response.status_code in {302, 403, 404}
