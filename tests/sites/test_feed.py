"""The feed of changes: in order, complete, with tombstones, and a cursor that is never guessed."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sites.domain.feed import encode_cursor
from sites.models import FeedCounter, Publication
from tests.city import City


def follow(
    city: City, path: str, *, since: str = "0", size: int = 100, **query: str
) -> tuple[list[Any], str]:
    """Every entry after a cursor, page by page, and the cursor at the end."""
    entries: list[Any] = []
    while True:
        page = city.json(path, {"since": since, "page_size": size, **query})
        assert len(page["results"]) <= size
        assert page["results"] or not page["more"]
        entries += page["results"]
        since = page["cursor"]
        if not page["more"]:
            return entries, since


def brief(entries: list[Any]) -> list[tuple[str, str, bool]]:
    return [(entry["type"], entry["slug"], entry["deleted"]) for entry in entries]


def test_changes_are_in_order_of_seq(city: City) -> None:
    for slug in ("c", "a", "b"):
        city.story(slug=slug)
    entries, cursor = follow(city, "districts/wuhou/changes/")
    seqs = [entry["seq"] for entry in entries]
    assert seqs == sorted(set(seqs))
    assert brief(entries)[-3:] == [("story", "c", False), ("story", "a", False), ("story", "b", False)]
    assert cursor == str(city.seq())


def test_changes_carry_the_very_item_and_its_etag(city: City) -> None:
    city.story(slug="a")
    entry = city.json("districts/wuhou/changes/")["results"][-1]
    detail = city.get("districts/wuhou/stories/a/")
    assert entry["item"] == json.loads(detail.content)
    assert f'"{entry["etag"]}"' == detail.headers["ETag"]
    assert (entry["type"], entry["district"], entry["slug"], entry["deleted"]) == (
        "story",
        "wuhou",
        "a",
        False,
    )


def test_changes_show_each_item_once_at_its_newest_seq(city: City) -> None:
    story = city.story(slug="a")
    city.story(slug="b")
    story.title = "第二稿"
    story.save_revision().publish()
    entries, _ = follow(city, "districts/wuhou/changes/", type="story")
    assert brief(entries) == [("story", "b", False), ("story", "a", False)]


def test_changes_after_a_cursor_hold_only_the_news(city: City) -> None:
    city.story(slug="a")
    _, cursor = follow(city, "districts/wuhou/changes/")
    assert follow(city, "districts/wuhou/changes/", since=cursor) == ([], cursor)
    city.story(slug="b")
    entries, later = follow(city, "districts/wuhou/changes/", since=cursor)
    assert brief(entries) == [("story", "b", False)]
    assert int(later) > int(cursor)


def test_changes_tell_of_deletions(city: City) -> None:
    story = city.story(slug="a")
    _, cursor = follow(city, "districts/wuhou/changes/")
    story.delete()
    entries, _ = follow(city, "districts/wuhou/changes/", since=cursor)
    assert brief(entries) == [("story", "a", True)]
    assert (entries[0]["item"], entries[0]["etag"]) == (None, None)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 100])
def test_changes_page_by_page_are_the_same(city: City, size: int) -> None:
    for n in range(7):
        city.story(slug=f"s{n}")
    whole, end = follow(city, "districts/wuhou/changes/")
    assert follow(city, "districts/wuhou/changes/", size=size) == (whole, end)


def test_changes_of_some_types(city: City) -> None:
    city.community(slug="jinyang")
    city.story(slug="a").unpublish()
    city.place(slug="p")
    entries, cursor = follow(city, "districts/wuhou/changes/", type="story")
    assert brief(entries) == [("story", "a", True)]
    assert cursor == str(city.seq())
    entries, _ = follow(city, "districts/wuhou/changes/", type="place,community")
    assert brief(entries) == [("community", "jinyang", False), ("place", "p", False)]


def test_changes_of_a_type_skip_what_is_between(city: City) -> None:
    """A cursor goes past what was filtered away, so that the next call is short."""
    for n in range(3):
        city.place(slug=f"p{n}")
        city.story(slug=f"s{n}")
    city.place(slug="last")
    entries, cursor = follow(city, "districts/wuhou/changes/", type="story", size=1)
    assert [entry["slug"] for entry in entries] == ["s0", "s1", "s2"]
    assert cursor == str(city.seq())


# --- the whole city -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [1, 2, 5, 100])
def test_city_changes_gather_all_districts(city: City, size: int) -> None:
    for n in range(3):
        city.story(slug=f"w{n}")
        city.story(slug=f"j{n}", district=city.jinjiang)
    entries, cursor = follow(city, "changes/", size=size)
    for district in (city.wuhou, city.jinjiang, city.chengdu):
        alone, _ = follow(city, f"districts/{district.slug}/changes/")
        assert [entry for entry in entries if entry["district"] == district.slug] == alone
    assert follow(city, "changes/", since=cursor) == ([], cursor)


def test_city_cursor_continues_in_every_district(city: City) -> None:
    _, cursor = follow(city, "changes/")
    city.story(slug="w")
    city.story(slug="j", district=city.jinjiang)
    entries, cursor = follow(city, "changes/", since=cursor)
    assert sorted((entry["district"], entry["slug"]) for entry in entries) == [
        ("jinjiang", "j"),
        ("wuhou", "w"),
    ]
    city.story(slug="w2")
    entries, _ = follow(city, "changes/", since=cursor)
    assert [entry["slug"] for entry in entries] == ["w2"]


def test_city_cursor_from_before_a_new_district(city: City) -> None:
    from cms.domain.districts import create_district

    _, cursor = follow(city, "changes/")
    create_district(slug="chenghua", name="成华区", hostname="chenghua.localhost", port=8000)
    entries, _ = follow(city, "changes/", since=cursor)
    assert brief(entries) == [("district", "chenghua", False)]


# --- cursors that do not fit --------------------------------------------------------------------------------------------


def test_cursor_from_the_future_is_410(city: City) -> None:
    response = city.get("districts/wuhou/changes/", {"since": str(city.seq() + 1)})
    assert response.status_code == 410
    body = json.loads(response.content)
    assert (body["type"], body["parameter"]) == ("urn:linli:problem:feed-rebuilt", "since")
    assert "since=0" in body["detail"]


def test_cursor_of_before_a_restore_is_410(city: City) -> None:
    city.story()
    _, cursor = follow(city, "districts/wuhou/changes/")
    _, city_cursor = follow(city, "changes/")
    FeedCounter.objects.filter(district=city.wuhou).update(seq=1)
    assert city.get("districts/wuhou/changes/", {"since": cursor}).status_code == 410
    assert city.get("changes/", {"since": city_cursor}).status_code == 410
    assert city.get("changes/", {"since": "0"}).status_code == 200


def test_city_cursor_after_a_district_was_removed_is_410(city: City) -> None:
    _, cursor = follow(city, "changes/")
    city.jinjiang.delete()
    assert city.get("changes/", {"since": cursor}).status_code == 410


@pytest.mark.parametrize(
    "since", ["", "-1", "+1", "1.5", "１", "abc", " 1", "0x1", "1e3", "9" * 19, "W10", "null", "1\n"]
)
def test_bad_cursor_of_a_district_is_400(city: City, since: str) -> None:
    response = city.get("districts/wuhou/changes/", {"since": since})
    assert response.status_code == 400
    body = json.loads(response.content)
    assert (body["type"], body["parameter"], body["value"]) == (
        "urn:linli:problem:bad-cursor",
        "since",
        since,
    )


@pytest.mark.parametrize(
    "since",
    [
        *("", "1", "-1", "abc", "{}", "%%%"),
        encode_cursor("a", 1),
        encode_cursor([1, -1]),
        encode_cursor([1, 2, 3]),
        encode_cursor([1, "2"]),
        encode_cursor([1.0, 2]),
        encode_cursor([2**63, 1]),
        encode_cursor([1, 2**63]),
        encode_cursor(None),
    ],
)
def test_bad_cursor_of_the_city_is_400(city: City, since: str) -> None:
    response = city.get("changes/", {"since": since})
    assert response.status_code == 400, response.content.decode()
    assert json.loads(response.content)["parameter"] == "since"


# --- the export ---------------------------------------------------------------------------------------------------------


def export(city: City, path: str) -> list[Any]:
    response = city.get(path)
    assert response.status_code == 200
    assert response.streaming
    assert response.headers["Content-Type"] == "application/x-ndjson; charset=utf-8"
    text = b"".join(response.streaming_content).decode()  # type: ignore[attr-defined]
    assert text.endswith("\n")
    return [json.loads(line) for line in text.splitlines()]


def test_export_begins_with_the_cursor_and_is_complete(city: City) -> None:
    city.community()
    city.story(slug="gone").unpublish()
    for n in range(3):
        city.story(slug=f"s{n}")
    first, *items = export(city, "districts/wuhou/export.ndjson")

    assert first == {"cursor": str(city.seq())}
    living = Publication.objects.filter(district=city.wuhou, deleted=False).order_by("seq")
    assert items == [json.loads(row.content) for row in living]
    city.story(slug="news")
    entries, _ = follow(city, "districts/wuhou/changes/", since=first["cursor"])
    assert brief(entries) == [("story", "news", False)]


def test_export_of_the_city_is_complete(city: City) -> None:
    city.story(slug="a")
    city.story(slug="b", district=city.jinjiang)
    first, *items = export(city, "export.ndjson")
    assert len(items) == Publication.objects.filter(deleted=False).count()
    assert follow(city, "changes/", since=first["cursor"])[0] == []


def test_export_longer_than_a_chunk_is_complete(city: City) -> None:
    start = city.seq()
    Publication.objects.bulk_create(
        Publication(
            district=city.wuhou,
            type="story",
            slug=f"bulk-{n}",
            source_id=n,
            seq=start + 1 + n,
            etag=f"{n}",
            body=json.dumps({"slug": f"bulk-{n}"}).encode(),
            sort=f"{n:06}",
        )
        for n in range(1201)
    )
    slugs = {item["slug"] for item in export(city, "districts/wuhou/export.ndjson")[1:]}
    assert {f"bulk-{n}" for n in range(1201)} <= slugs
