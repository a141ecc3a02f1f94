"""What a public read costs: a fixed number of queries, whatever it holds and however much is there."""

from __future__ import annotations

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sites.hosts import table
from sites.models import Publication, PublicationFacet
from tests.city import City, item_block, paragraph, programme


def fill(city: City, count: int) -> None:
    """Put `count` stories on the shelf of wuhou, as rows."""
    start = city.seq()
    body = json.dumps(
        {"type": "story", "slug": "x", "title": "长长的故事" * 200}, ensure_ascii=False
    ).encode()
    rows = Publication.objects.bulk_create(
        [
            Publication(
                district=city.wuhou,
                type="story",
                slug=f"bulk-{n}",
                source_id=1_000_000 + n,
                seq=start + 1 + n,
                etag=f"{n:020}",
                body=body,
                sort=f"2026-01-01T00:00:{n:06}",
            )
            for n in range(count)
        ],
        batch_size=500,
    )
    PublicationFacet.objects.bulk_create(
        [PublicationFacet(publication=row, name="tag", value="互助") for row in rows], batch_size=1000
    )
    city.wuhou.feed_counter.__class__.objects.filter(district=city.wuhou).update(seq=start + count)


def cost(
    city: City, path: str, query: dict[str, str] | None = None, *, status: int = 200, **headers: str
) -> int:
    """The queries of one request in a process that already knows its hosts."""
    table.find("localhost")
    with CaptureQueriesContext(connection) as queries:
        response = city.get(path, query, **headers)
        assert response.status_code == status, response.content
    return len(queries)


@pytest.mark.parametrize("count", [1, 30, 2000])
def test_reads_cost_the_same_whatever_is_there(city: City, count: int) -> None:
    fill(city, count)
    assert cost(city, "districts/wuhou/stories/") == 2
    assert cost(city, "districts/wuhou/stories/", {"tag": "互助", "fields": "slug,title"}) == 2
    assert cost(city, "districts/wuhou/stories/", {"tag": "没有的"}, status=400) == 3
    assert cost(city, "stories/", {"page_size": "100"}) == 2
    assert cost(city, "districts/wuhou/stories/bulk-0/") == 2
    assert cost(city, "districts/wuhou/changes/", {"since": "0"}) == 2
    assert cost(city, "changes/") == 2
    assert cost(city, "districts/") == 2


@pytest.mark.parametrize("count", [1, 2000])
def test_304_costs_the_same_whatever_is_there(city: City, count: int) -> None:
    fill(city, count)
    for path, queries in (
        ("districts/wuhou/stories/", 1),
        ("stories/", 1),
        ("districts/wuhou/changes/", 1),
        ("districts/wuhou/stories/bulk-0/", 2),
    ):
        etag = city.get(path).headers["ETag"]
        assert cost(city, path, status=304, if_none_match=etag) == queries


def test_list_of_rich_stories_costs_what_a_list_of_bare_ones_costs(city: City) -> None:
    picture, community, craft = city.picture(), city.community(), city.craft()
    craftsmen = tuple(city.craftsman(f"师傅{n}", crafts=(craft,), portrait=picture) for n in range(3))
    festival = city.festival(programme=programme(item_block("开场", id="1" * 8)))
    body = [
        paragraph(),
        ("picture", {"image": picture, "caption": ""}),
        ("festival_item", {"item": f"{festival.pk}:{'1' * 8}"}),
    ]
    for n in range(4):
        city.story(
            slug=f"s{n}", cover=picture, community=community, tells_of=craftsmen, body=body, tags="一 二"
        )
    assert cost(city, "districts/wuhou/stories/") == 2
    assert len(city.json("districts/wuhou/stories/")["results"]) == 4
    assert cost(city, "districts/wuhou/festivals/") == 2


def test_first_request_of_a_process_also_learns_its_hosts(city: City) -> None:
    city.story()
    table.forget()
    with CaptureQueriesContext(connection) as queries:
        city.get("districts/wuhou/stories/")
    assert len(queries) == 3


def test_public_reads_open_no_transaction(city: City) -> None:
    """On SQLite a transaction would take the write lock."""
    city.story(slug="s")
    for path in ("districts/wuhou/stories/", "districts/wuhou/stories/s/", "changes/", "export.ndjson"):
        with CaptureQueriesContext(connection) as queries:
            response = city.get(path)
            if response.streaming:
                list(response.streaming_content)  # type: ignore[attr-defined]
        assert all(query["sql"].startswith(("SELECT", "DECLARE", "FETCH")) for query in queries), path
