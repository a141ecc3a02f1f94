"""`manage.py republish` writes the shelf anew from the pages, and nothing where nothing changed."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from wagtail.models import Page

from cms.models import StoryPage
from sites.models import Community, Publication
from tests.city import City, item_block, paragraph, programme, shelf_rows


def republish(*args: str) -> str:
    out = StringIO()
    call_command("republish", *args, stdout=out)
    return out.getvalue()


@pytest.fixture
def furnished(city: City) -> City:
    """A city with one of everything, each reached through the signals."""
    picture, community, craft = city.picture(), city.community(), city.craft()
    craftsman = city.craftsman(slug="chen", crafts=(craft,), community=community, portrait=picture)
    festival = city.festival(programme=programme(item_block("开场", minutes=10, stage="主舞台")))
    city.booth(city.zone(festival), x=12, y=34.5)
    city.story(slug="s", tells_of=(craftsman,), tags="竹 老人", cover=picture, body=[paragraph()])
    city.place(slug="p", community=community, longitude=104.0631, latitude=30.6418, features=["step-free"])
    city.story(slug="gone").unpublish()
    return city


def test_republish_of_a_shelf_that_followed_its_pages_changes_nothing(furnished: City) -> None:
    before = shelf_rows()
    said = republish()
    assert shelf_rows() == before
    assert said.splitlines() == [f"{slug}: 写入 0，撤下 0" for slug in ("chengdu", "jinjiang", "wuhou")]


def test_republish_twice_the_second_changes_no_row(furnished: City) -> None:
    Publication.objects.all().delete()
    republish()
    first = shelf_rows()
    assert {row.type for row in Publication.objects.all()} == {
        *("district", "community", "story", "craftsman", "place", "festival")
    }
    republish()
    assert shelf_rows() == first


def test_republish_makes_the_same_bytes(furnished: City) -> None:
    living = Publication.objects.filter(deleted=False)
    before = {(row.district_id, row.type, row.slug): row.content for row in living}
    Publication.objects.all().delete()
    republish()
    assert {(row.district_id, row.type, row.slug): row.content for row in Publication.objects.all()} == before


def test_republish_mends_what_was_written_behind_its_back(furnished: City) -> None:
    StoryPage.objects.filter(slug="s").update(title="直接改了数据库")
    Community.objects.all().update(name="也改了")
    assert "wuhou: 写入" in republish("wuhou")
    assert furnished.item("stories/s")["title"] == "直接改了数据库"
    assert furnished.item("craftsmen/chen")["community"]["name"] == "也改了"
    assert republish("wuhou").strip() == "wuhou: 写入 0，撤下 0"


def test_republish_buries_what_has_no_page_any_more(furnished: City) -> None:
    Page.objects.filter(slug="s").update(live=False)
    assert republish("wuhou").strip() == "wuhou: 写入 0，撤下 1"
    assert furnished.get("districts/wuhou/stories/s/").status_code == 404


def test_republish_of_one_district_leaves_the_others(furnished: City) -> None:
    before = Publication.objects.filter(district=furnished.wuhou).count()
    Publication.objects.all().delete()
    republish("wuhou")
    assert set(Publication.objects.values_list("district__slug", flat=True)) == {"wuhou"}
    assert Publication.objects.count() == before - 1  # the tombstone is not missed


def test_republish_of_an_unknown_district_says_so(city: City) -> None:
    with pytest.raises(CommandError, match="没有标识为“nowhere”的区县"):
        republish("nowhere")
