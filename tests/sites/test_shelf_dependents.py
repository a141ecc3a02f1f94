"""What shows a changed thing is written anew with it: found through Wagtail's ReferenceIndex, or as a registered part."""

from __future__ import annotations

from typing import Any

import pytest

from festival.models import FestivalPage
from sites.enums import CommunityKind
from tests.city import City, item_block, paragraph, programme, shelf_rows


def republished_nothing(city: City) -> bool:
    """Whether the shelf is what the pages say: writing it anew would change nothing."""
    from sites.domain import shelf

    return not any(shelf.republish(one) for one in (city.chengdu, city.wuhou, city.jinjiang))


# --- craftsmen ----------------------------------------------------------------------------------------------------------


def test_craftsman_renamed_changes_the_story(city: City) -> None:
    craftsman = city.craftsman("陈师傅", slug="chen", crafts=(city.craft(),))
    city.story(slug="s", tells_of=(craftsman,))
    before = city.row("story", "s")

    craftsman.title, craftsman.slug = "陈竹匠", "chen-zhu"
    craftsman.save_revision().publish()

    assert city.item("stories/s")["craftsmen"] == [
        {
            "slug": "chen-zhu",
            "name": "陈竹匠",
            "path": "/craftsmen/chen-zhu/",
            "crafts": ["竹编"],
            "summary": "",
        }
    ]
    after = city.row("story", "s")
    assert (after.etag != before.etag, after.seq > city.row("craftsman", "chen-zhu").seq) == (True, True)
    found = city.json("districts/wuhou/stories/", {"craftsman": "chen-zhu"})["results"]
    assert [story["slug"] for story in found] == ["s"]
    assert republished_nothing(city)


def test_craftsman_unpublished_leaves_the_story(city: City) -> None:
    craftsman = city.craftsman("陈师傅", slug="chen")
    city.story(slug="s", tells_of=(craftsman,))
    craftsman.unpublish()
    assert city.item("stories/s")["craftsmen"] == []
    assert city.get("districts/wuhou/stories/", {"craftsman": "chen"}).status_code == 400
    assert republished_nothing(city)


def test_craftsman_published_joins_the_story(city: City) -> None:
    craftsman = city.craftsman("陈师傅", slug="chen", publish=False)
    city.story(slug="s", tells_of=(craftsman,))
    assert city.item("stories/s")["craftsmen"] == []
    craftsman.get_latest_revision().publish()
    assert [one["name"] for one in city.item("stories/s")["craftsmen"]] == ["陈师傅"]


def test_craftsman_deleted_leaves_the_story(city: City) -> None:
    craftsman = city.craftsman("陈师傅", slug="chen")
    other = city.craftsman("李师傅", slug="li")
    city.story(slug="s", tells_of=(craftsman, other))
    craftsman.delete()
    assert [one["slug"] for one in city.item("stories/s")["craftsmen"]] == ["li"]
    assert republished_nothing(city)


def test_craftsman_edited_as_a_draft_leaves_the_story_alone(city: City) -> None:
    craftsman = city.craftsman("陈师傅", slug="chen")
    city.story(slug="s", tells_of=(craftsman,))
    before = shelf_rows()
    craftsman.title = "还没想好"
    craftsman.save_revision()
    assert shelf_rows() == before


def test_story_of_an_unpublished_story_stays_away(city: City) -> None:
    craftsman = city.craftsman("陈师傅", slug="chen")
    city.story(slug="draft", tells_of=(craftsman,), publish=False)
    craftsman.title = "陈竹匠"
    craftsman.save_revision().publish()
    assert city.get("districts/wuhou/stories/draft/").status_code == 404


def test_craft_renamed_changes_craftsman_and_story(city: City) -> None:
    craft = city.craft("竹编")
    craftsman = city.craftsman("陈师傅", slug="chen", crafts=(craft,))
    city.story(slug="s", tells_of=(craftsman,))

    craft.name, craft.slug, craft.category = "道明竹编", "daoming", "handicraft"
    craft.save()

    wanted = {"slug": "daoming", "name": "道明竹编", "category": "handicraft", "category_label": "手作"}
    assert city.item("craftsmen/chen")["crafts"] == [wanted]
    assert city.item("stories/s")["craftsmen"][0]["crafts"] == ["道明竹编"]
    for query in ({"craft": "daoming"}, {"category": "handicraft"}):
        found = city.json("districts/wuhou/craftsmen/", query)["results"]
        assert [one["slug"] for one in found] == ["chen"]
    assert republished_nothing(city)


# --- pictures -----------------------------------------------------------------------------------------------------------


def picture_block(picture: Any, caption: str = "") -> dict[str, Any]:
    return {"image": picture, "caption": caption}


def test_picture_described_anew_changes_every_place_that_shows_it(city: City) -> None:
    picture, other = city.picture("旧的说明"), city.picture("另一张")
    gallery = ("gallery", {"title": "", "images": [picture_block(picture), picture_block(other)]})
    city.story(slug="cover", cover=picture)
    city.story(slug="block", body=[paragraph(), ("picture", picture_block(picture))])
    city.story(slug="gallery", body=[gallery])
    city.story(slug="none", cover=other)
    city.craftsman(slug="portrait", portrait=picture)
    city.place(slug="place", cover=picture)
    city.festival(slug="2024", cover=picture)
    untouched = city.row("story", "none").seq

    picture.description = "新的说明"
    picture.save()

    assert city.item("stories/cover")["cover"]["alt"] == "新的说明"
    assert city.item("stories/block")["body"][1]["value"]["image"]["alt"] == "新的说明"
    images = city.item("stories/gallery")["body"][0]["value"]["images"]
    assert [one["image"]["alt"] for one in images] == ["新的说明", "另一张"]
    assert city.item("craftsmen/portrait")["portrait"]["alt"] == "新的说明"
    assert city.item("places/place")["cover"]["alt"] == "新的说明"
    assert city.item("festivals/2024")["cover"]["alt"] == "新的说明"
    assert city.row("story", "none").seq == untouched
    assert republished_nothing(city)


def test_picture_of_the_home_page_described_anew_changes_the_district(city: City) -> None:
    picture = city.picture("旧的说明")
    home = city.home()
    home.cover = picture
    home.save_revision().publish()
    picture.description = "新的说明"
    picture.save()
    assert city.json("districts/wuhou/")["cover"]["alt"] == "新的说明"


def test_picture_saved_unchanged_changes_nothing(city: City) -> None:
    picture = city.picture()
    city.story(cover=picture)
    before = shelf_rows()
    picture.save()
    assert shelf_rows() == before


# --- communities --------------------------------------------------------------------------------------------------------


def test_community_renamed_changes_what_lies_in_it(city: City) -> None:
    community = city.community("晋阳社区", slug="jinyang")
    city.story(slug="s", community=community)
    city.craftsman(slug="c", community=community)
    city.place(slug="p", community=community)

    community.name, community.slug, community.kind = "晋阳新村", "jinyang-xincun", CommunityKind.RURAL
    community.save()

    wanted = {
        "slug": "jinyang-xincun",
        "name": "晋阳新村",
        "subdistrict": "晋阳街道",
        "path": "/communities/jinyang-xincun/",
    }
    for address in ("stories/s", "craftsmen/c", "places/p"):
        assert city.item(address)["community"] == wanted
    for plural in ("stories", "craftsmen", "places"):
        found = city.json(f"districts/wuhou/{plural}/", {"community": "jinyang-xincun"})["results"]
        assert len(found) == 1
    assert republished_nothing(city)


# --- the festival -------------------------------------------------------------------------------------------------------


@pytest.fixture
def festival(city: City) -> FestivalPage:
    """The city's festival with one item, which a story of wuhou points at."""
    item = item_block("党旗飘扬在一线", id="11111111-1111-4111-8111-111111111111", stage="主舞台")
    page = city.festival("第八届邻里节", district=city.chengdu, programme=programme(item))
    reference = f"{page.pk}:11111111-1111-4111-8111-111111111111"
    city.story(slug="s", body=[paragraph(), ("festival_item", {"item": reference})])
    return page


def shown_item(city: City) -> Any:
    blocks = [one for one in city.item("stories/s")["body"] if one["type"] == "festival_item"]
    return blocks[0]["value"] if blocks else None


def test_story_shows_the_programme_item(city: City, festival: FestivalPage) -> None:
    shown = shown_item(city)
    assert (shown["title"], shown["stage"], shown["anchor"]) == ("党旗飘扬在一线", "主舞台", "item-11111111")
    assert shown["festival"] == {
        "title": "第八届邻里节",
        "path": "/festivals/2024/",
        "district": {"slug": "chengdu", "name": "成都市"},
    }


def test_programme_item_retitled_changes_the_story(city: City, festival: FestivalPage) -> None:
    item = item_block("党旗飘在一线", id="11111111-1111-4111-8111-111111111111", stage="主舞台")
    festival.programme = programme(item)
    festival.save_revision().publish()
    assert shown_item(city)["title"] == "党旗飘在一线"
    assert republished_nothing(city)


def test_programme_item_removed_leaves_the_story(city: City, festival: FestivalPage) -> None:
    festival.programme = programme(item_block("另一个节目"))
    festival.save_revision().publish()
    assert shown_item(city) is None


def test_festival_unpublished_leaves_the_story(city: City, festival: FestivalPage) -> None:
    festival.unpublish()
    assert shown_item(city) is None
    assert republished_nothing(city)


def test_festival_deleted_leaves_the_story(city: City, festival: FestivalPage) -> None:
    festival.delete()
    assert shown_item(city) is None
    assert republished_nothing(city)


def test_zone_and_booth_changed_change_the_festival(city: City) -> None:
    festival = city.festival()
    zone = city.zone(festival)
    booth = city.booth(zone, "A01", offer="羊肉汤")
    assert city.item("festivals/2024")["zones"][0]["booths"][0]["offer"] == "羊肉汤"

    zone.name = "美食街"
    zone.save()
    assert city.item("festivals/2024")["zones"][0]["name"] == "美食街"
    booth.offer = "糖画"
    booth.save()
    assert city.item("festivals/2024")["zones"][0]["booths"][0]["offer"] == "糖画"
    booth.delete()
    assert city.item("festivals/2024")["zones"][0]["booths"] == []
    zone.delete()
    assert city.item("festivals/2024")["zones"] == []
    assert republished_nothing(city)


def test_zone_with_booths_deleted_at_once(city: City) -> None:
    zone = city.zone(city.festival())
    city.booth(zone, "A01")
    city.booth(zone, "A02", x=100)
    zone.delete()
    assert city.item("festivals/2024")["zones"] == []


def test_booth_saved_unchanged_changes_nothing(city: City) -> None:
    zone = city.zone(city.festival())
    booth = city.booth(zone)
    before = shelf_rows()
    booth.save()
    zone.save()
    assert shelf_rows() == before


def test_zone_of_a_draft_festival_changes_nothing(city: City) -> None:
    festival = city.festival(publish=False)
    before = shelf_rows()
    city.booth(city.zone(festival))
    assert shelf_rows() == before
