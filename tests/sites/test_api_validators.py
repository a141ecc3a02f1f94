"""ETag and 304: known before a body is read, and changed by whatever shows in the answer."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.city import City

LIST, DETAIL = "districts/wuhou/stories/", "districts/wuhou/stories/s/"
CITY_LIST, CHANGES, CITY_CHANGES = "stories/", "districts/wuhou/changes/", "changes/"
EVERYWHERE = (LIST, DETAIL, CITY_LIST, CHANGES, CITY_CHANGES, "districts/", "districts/wuhou/")


def etag(city: City, path: str, **query: str) -> str:
    response = city.get(path, query)
    assert response.status_code == 200
    return str(response.headers["ETag"])


@pytest.fixture
def story(city: City) -> City:
    city.story(slug="s")
    return city


@pytest.mark.parametrize("path", EVERYWHERE)
def test_unchanged_answer_is_304(story: City, path: str) -> None:
    known = etag(story, path)
    for header in (known, f"W/{known}", f'"other", {known}', "*"):
        response = story.get(path, if_none_match=header)
        assert (response.status_code, response.content) == (304, b"")
        assert response.headers["ETag"] == known
        assert response.headers["Cache-Control"] == "public, max-age=0, must-revalidate"
    assert story.get(path, if_none_match='"other"').status_code == 200


@pytest.mark.parametrize("path", [LIST, DETAIL, CITY_LIST, CHANGES, CITY_CHANGES])
def test_etag_changes_when_a_related_thing_changes(city: City, path: str) -> None:
    picture, community, craft = city.picture(), city.community(), city.craft()
    craftsman = city.craftsman(slug="chen", crafts=(craft,))
    city.story(slug="s", cover=picture, community=community, tells_of=(craftsman,))

    def rename_picture() -> None:
        picture.description = "新的说明"
        picture.save()

    def rename_community() -> None:
        community.name = "晋阳新村"
        community.save()

    def rename_craft() -> None:
        craft.name = "道明竹编"
        craft.save()

    def rename_craftsman() -> None:
        craftsman.title = "陈竹匠"
        craftsman.save_revision().publish()

    changes: list[Callable[[], None]] = [rename_picture, rename_community, rename_craft, rename_craftsman]
    for change in changes:
        before = etag(city, path)
        change()
        assert city.get(path, if_none_match=before).status_code == 200, change.__name__
        assert etag(city, path) != before


def test_etag_of_an_item_stays_while_others_change(story: City) -> None:
    before = etag(story, DETAIL)
    story.story(slug="other")
    assert etag(story, DETAIL) == before
    assert story.get(DETAIL, if_none_match=before).status_code == 304


def test_etag_of_a_district_stays_while_other_districts_change(story: City) -> None:
    here, everywhere = etag(story, LIST), etag(story, CITY_LIST)
    story.story(slug="far", district=story.jinjiang)
    assert etag(story, LIST) == here
    assert etag(story, CITY_LIST) != everywhere


def test_etag_is_of_this_very_question(story: City) -> None:
    story.story(slug="t")
    tags = [
        etag(story, LIST),
        etag(story, LIST, fields="slug"),
        etag(story, LIST, fields="title"),
        etag(story, LIST, page_size="1"),
        etag(story, LIST, kind="story"),
        etag(story, CITY_LIST),
        etag(story, DETAIL),
        etag(story, DETAIL, fields="slug"),
        etag(story, DETAIL, fields="slug,title"),
        etag(story, CHANGES),
        etag(story, CHANGES, since="1"),
        etag(story, CHANGES, type="story"),
    ]
    assert len(set(tags)) == len(tags)


def test_list_named_by_another_host_has_another_etag(story: City) -> None:
    """The address of the next page names the host, so an answer of one host is not good for another."""
    here = etag(story, LIST)
    there = story.browser(host="wuhou.localhost").get(f"/api/v1/{LIST}")
    assert there.headers["ETag"] != here


def test_deleted_story_has_no_304(story: City) -> None:
    from cms.models import StoryPage

    known = etag(story, DETAIL)
    StoryPage.objects.get(slug="s").delete()
    assert story.get(DETAIL, if_none_match=known).status_code == 404


def test_etag_is_the_same_after_the_shelf_was_written_anew(story: City) -> None:
    from sites.domain import shelf

    before = [etag(story, path) for path in EVERYWHERE]
    shelf.republish(story.wuhou)
    assert [etag(story, path) for path in EVERYWHERE] == before
