"""Lists of the API: every filter, paging that visits each item once, chosen fields, and the city that gathers all."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.utils import timezone

from cms.models import StoryPage
from sites.models import Community
from tests.city import City


def walk(city: City, path: str, query: dict[str, str] | None = None) -> Iterator[list[dict[str, Any]]]:
    """The pages of a list, by following `next` as a reader does."""
    answer = city.json(path, query)
    yield answer["results"]
    while answer["next"]:
        parts = urlsplit(answer["next"])
        assert parts.netloc == "localhost"
        answer = city.json(parts.path.removeprefix("/api/v1/"), dict(parse_qsl(parts.query)))
        yield answer["results"]


def slugs(city: City, path: str, query: dict[str, str] | None = None) -> list[str]:
    return [item["slug"] for page in walk(city, path, query) for item in page]


@pytest.fixture
def stories(city: City) -> City:
    """Four stories that differ in every facet."""
    jinyang = city.community("晋阳社区", slug="jinyang")
    chen = city.craftsman("陈师傅", slug="chen")
    city.story("甲", slug="a", kind="story", theme="people", tags="互助 老人", community=jinyang)
    city.story("乙", slug="b", kind="project", theme="land", tags="互助", tells_of=(chen,))
    city.story("丙", slug="c", kind="junior-reporter", tags="100%纯手工,竹")
    city.story("丁", slug="d", kind="story", theme="people", district=city.jinjiang, tags="互助")
    return city


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, "cba"),
        ({"kind": "story"}, "a"),
        ({"kind": "junior-reporter"}, "c"),
        ({"theme": "land"}, "b"),
        ({"tag": "互助"}, "ba"),
        ({"tag": "100%纯手工"}, "c"),
        ({"community": "jinyang"}, "a"),
        ({"craftsman": "chen"}, "b"),
        ({"tag": "互助", "theme": "people"}, "a"),
        ({"kind": "story", "theme": "people", "tag": "老人", "community": "jinyang"}, "a"),
        ({"kind": "statistics"}, ""),
        ({"tag": "互助", "kind": "release"}, ""),
    ],
)
def test_stories_filtered(stories: City, query: dict[str, str], found: str) -> None:
    assert "".join(slugs(stories, "districts/wuhou/stories/", query)) == found


def test_stories_of_the_city_come_from_all_districts(stories: City) -> None:
    assert slugs(stories, "stories/") == ["d", "c", "b", "a"]
    assert slugs(stories, "stories/", {"theme": "people"}) == ["d", "a"]


def test_communities_filtered(city: City) -> None:
    city.community("晋阳社区", slug="jinyang", subdistrict="晋阳街道")
    city.community("团结村", slug="tuanjie", subdistrict="簇桥街道", kind="rural")
    assert slugs(city, "districts/wuhou/communities/", {"kind": "rural"}) == ["tuanjie"]
    assert slugs(city, "districts/wuhou/communities/", {"subdistrict": "晋阳街道"}) == ["jinyang"]
    assert slugs(city, "communities/") == ["tuanjie", "jinyang"]  # by pinyin: Cu Qiao before Jin Yang


def test_craftsmen_filtered(city: City) -> None:
    bamboo, locks = city.craft("竹编", "bamboo", "heritage"), city.craft("修锁", "locks", "repair")
    community = city.community()
    city.craftsman("陈师傅", slug="chen", crafts=(bamboo,), community=community)
    city.craftsman("阿明", slug="aming", crafts=(bamboo, locks))
    path = "districts/wuhou/craftsmen/"
    assert slugs(city, path) == ["aming", "chen"]
    assert slugs(city, path, {"craft": "bamboo"}) == ["aming", "chen"]
    assert slugs(city, path, {"craft": "locks"}) == ["aming"]
    assert slugs(city, path, {"category": "repair"}) == ["aming"]
    assert slugs(city, path, {"category": "heritage", "community": "jinyang"}) == ["chen"]


def test_places_filtered(city: City) -> None:
    city.place("晋阳邻空间", slug="space", community=city.community())
    city.place("便民服务站", slug="service", kind="service")
    path = "districts/wuhou/places/"
    assert slugs(city, path) == ["service", "space"]
    assert slugs(city, path, {"kind": "service"}) == ["service"]
    assert slugs(city, path, {"community": "jinyang"}) == ["space"]


def test_festivals_are_newest_first(city: City) -> None:
    for year in (2022, 2024, 2023):
        city.festival(slug=str(year), starts_on=dt.date(year, 12, 21))
    assert slugs(city, "districts/wuhou/festivals/") == ["2024", "2023", "2022"]


def test_districts_begin_with_the_city(city: City) -> None:
    assert slugs(city, "districts/") == ["chengdu", "jinjiang", "wuhou"]
    wuhou = city.json("districts/wuhou/")
    assert (wuhou["url"], wuhou["hostnames"]) == ("http://wuhou.localhost:8000", ["wuhou.localhost"])
    assert wuhou["city"] == {"slug": "chengdu", "name": "成都市", "url": "http://localhost:8000"}


# --- paging -------------------------------------------------------------------------------------------------------------


def add_communities(city: City, names: list[str]) -> None:
    for name in names:
        Community.objects.create(district=city.wuhou, slug=name, name=name, subdistrict="街道")


@pytest.mark.parametrize("size", [1, 3, 10, 11, 100])
def test_pages_hold_each_item_once_in_order(city: City, size: int) -> None:
    names = [f"c{n:02}" for n in range(10)]
    add_communities(city, names)
    pages = list(walk(city, "districts/wuhou/communities/", {"page_size": str(size)}))
    assert [item["slug"] for page in pages for item in page] == names
    assert all(len(page) == size for page in pages[:-1])
    assert len(pages) == -(-10 // size)


def test_pages_of_items_with_the_same_sort_hold_each_once(city: City) -> None:
    """Stories published within the same second; the newest row comes first among them."""
    moment = timezone.now()
    for n in range(7):
        city.story(slug=f"s{n}", first_published_at=moment)
    assert slugs(city, "districts/wuhou/stories/", {"page_size": "2"}) == [
        f"s{n}" for n in reversed(range(7))
    ]


def test_paging_visits_each_item_once_while_others_are_inserted(city: City) -> None:
    names = [f"m{n:02}" for n in range(9)]
    add_communities(city, names)
    seen: list[str] = []
    for number, page in enumerate(walk(city, "districts/wuhou/communities/", {"page_size": "2"})):
        seen += [item["slug"] for item in page]
        add_communities(city, [f"a{number}", f"z{number}"])  # before and behind the reader
    assert [slug for slug in seen if slug.startswith("m")] == names
    assert not [slug for slug in seen if slug.startswith("a")]
    assert len(seen) == len(set(seen))


def test_paging_goes_on_when_the_last_item_seen_is_gone(city: City) -> None:
    add_communities(city, ["c1", "c2", "c3", "c4"])
    pages = walk(city, "districts/wuhou/communities/", {"page_size": "2"})
    assert [item["slug"] for item in next(pages)] == ["c1", "c2"]
    Community.objects.filter(slug__in=["c1", "c2"]).delete()
    assert [item["slug"] for item in next(pages)] == ["c3", "c4"]


def test_next_page_keeps_filters_and_fields(stories: City) -> None:
    answer = stories.json(
        "districts/wuhou/stories/", {"tag": "互助", "fields": "slug,title", "page_size": "1"}
    )
    assert answer["results"] == [{"slug": "b", "title": "乙"}]
    query = dict(parse_qsl(urlsplit(answer["next"]).query))
    assert {name: query[name] for name in ("tag", "fields", "page_size")} == {
        "tag": "互助",
        "fields": "slug,title",
        "page_size": "1",
    }
    assert slugs(stories, "districts/wuhou/stories/", query) == ["a"]


def test_newest_story_is_first_even_when_an_old_one_changed(city: City) -> None:
    old = city.story(slug="old", first_published_at=timezone.now() - dt.timedelta(days=9))
    city.story(slug="new")
    old.title = "改了"
    old.save_revision().publish()
    assert StoryPage.objects.get(slug="old").last_published_at > timezone.now() - dt.timedelta(minutes=5)
    assert slugs(city, "districts/wuhou/stories/") == ["new", "old"]


# --- fields and form ----------------------------------------------------------------------------------------------------


def test_fields_of_a_list_and_of_an_item(stories: City) -> None:
    path = "districts/wuhou/stories/"
    assert stories.json(path, {"fields": "title,slug"})["results"][-1] == {"title": "甲", "slug": "a"}
    whole = stories.json(f"{path}a/")
    for name in whole:
        assert stories.json(f"{path}a/", {"fields": name}) == {name: whole[name]}


def test_list_holds_the_items_as_they_are_alone(stories: City) -> None:
    for item in stories.json("districts/wuhou/stories/")["results"]:
        assert item == stories.item(f"stories/{item['slug']}")


def test_chinese_is_sent_as_it_is(stories: City) -> None:
    for path in (
        "districts/wuhou/stories/",
        "districts/wuhou/stories/a/",
        "districts/wuhou/changes/",
        "districts/",
    ):
        response = stories.get(path)
        assert response.headers["Content-Type"] == "application/json; charset=utf-8"
        assert "武侯区".encode() in response.content
        assert b"\\u" not in response.content
    problem = stories.get("districts/nowhere/")
    assert "没有这个区县".encode() in problem.content


def test_surrogate_keys_name_what_an_answer_is_made_of(stories: City) -> None:
    assert stories.get("districts/wuhou/stories/a/").headers["Surrogate-Key"] == "wuhou wuhou/stories/a"
    assert stories.get("districts/wuhou/stories/").headers["Surrogate-Key"] == "wuhou wuhou/stories"
    assert stories.get("stories/").headers["Surrogate-Key"] == "city city/stories"


def test_list_of_nothing_is_an_empty_list(city: City) -> None:
    for plural in ("stories", "craftsmen", "places", "communities", "festivals"):
        response = city.get(f"districts/wuhou/{plural}/")
        assert json.loads(response.content) == {"results": [], "next": None}


def test_head_is_answered_like_get(city: City) -> None:
    response = city.browser().head("/api/v1/districts/wuhou/")
    assert (response.status_code, response.content) == (200, b"")
    assert response.headers["ETag"] == city.get("districts/wuhou/").headers["ETag"]
