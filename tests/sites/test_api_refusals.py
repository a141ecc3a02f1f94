"""What the API refuses: each refusal is a problem document in Chinese that names what is wrong, and never a 500."""

from __future__ import annotations

import base64
import json
import random
from typing import Any
from urllib.parse import quote

import pytest
from django.http import HttpResponse

from sites.domain.feed import encode_cursor
from tests.city import City

pytestmark = pytest.mark.once

STORIES, CHANGES = "districts/wuhou/stories/", "districts/wuhou/changes/"


def problem(response: HttpResponse, status: int) -> dict[str, Any]:
    """The problem document of a refusal, which has every member."""
    assert response.status_code == status, response.content.decode()
    assert response.headers["Content-Type"] == "application/problem+json; charset=utf-8"
    assert response.headers["Cache-Control"] == "no-store"
    body: dict[str, Any] = json.loads(response.content)
    assert body.keys() >= {"type", "title", "status", "detail", "instance"}
    assert body["status"] == status
    assert body["type"].startswith("urn:linli:problem:")
    assert is_chinese(body["title"])
    assert is_chinese(body["detail"])
    assert b"\\u4e" not in response.content.lower()
    return body


def is_chinese(text: str) -> bool:
    return any("\u4e00" <= letter <= "\u9fff" for letter in text)


# --- what is asked about ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "type_", "named"),
    [
        ("districts/nowhere/", "unknown-district", "nowhere"),
        ("districts/nowhere/stories/", "unknown-district", "nowhere"),
        ("districts/nowhere/stories/x/", "unknown-district", "nowhere"),
        ("districts/nowhere/changes/", "unknown-district", "nowhere"),
        ("districts/nowhere/export.ndjson", "unknown-district", "nowhere"),
        ("districts/WUHOU/", "unknown-district", "WUHOU"),
        ("districts/武侯/", "unknown-district", "武侯"),
        ("districts/%00/", "unknown-district", "\x00"),
        ("districts/wuhou/stories/nothing/", "not-found", "nothing"),
        ("districts/wuhou/stories/没有/", "not-found", "没有"),
        ("districts/wuhou/stories/%00/", "not-found", "\x00"),
        ("districts/wuhou/stories/%F0%28/", "not-found", ""),
        ("districts/wuhou/craftsmen/nobody/", "not-found", "nobody"),
        ("districts/wuhou/places/nowhere/", "not-found", "nowhere"),
        ("districts/wuhou/festivals/1999/", "not-found", "1999"),
        ("districts/wuhou/communities/none/", "not-found", "none"),
    ],
)
def test_unknown_thing_is_404_and_named(city: City, path: str, type_: str, named: str) -> None:
    body = problem(city.get(path), 404)
    assert body["type"] == f"urn:linli:problem:{type_}"
    assert named in body["detail"]


@pytest.mark.parametrize(
    "path",
    [
        *("", "nothing/", "districts", "districts/wuhou", "districts/wuhou/nothing/", "stories/x/"),
        *("districts/wuhou/stories/x/y/", "users/", "../admin/", "districts//", "openapi.yaml", "changes"),
    ],
)
def test_unknown_address_is_404(city: City, path: str) -> None:
    body = problem(city.get(path), 404)
    assert body["instance"] == f"/api/v1/{path}"


@pytest.mark.parametrize("path", ["/api/", "/api/v2/", "/api/v2/districts/", "/api/openapi.json"])
def test_unknown_address_beside_v1_is_404(city: City, path: str) -> None:
    problem(city.browser().get(path), 404)


@pytest.mark.parametrize(
    ("path", "query", "named"),
    [
        (STORIES, "titel=x", "titel"),
        (STORIES, "limit=0", "limit"),
        (STORIES, "offset=5", "offset"),
        (STORIES, "format=json", "format"),
        (STORIES, "craft=x", "craft"),
        (STORIES, "since=0", "since"),
        (STORIES, "=x", ""),
        (STORIES, quote("标签") + "=x", "标签"),
        ("stories/", "district=wuhou", "district"),
        ("districts/", "slug=wuhou", "slug"),
        ("districts/wuhou/", "page_size=1", "page_size"),
        ("districts/wuhou/stories/s/", "cursor=x", "cursor"),
        (CHANGES, "cursor=x", "cursor"),
        (CHANGES, "fields=slug", "fields"),
        ("districts/wuhou/export.ndjson", "type=story", "type"),
        ("export.ndjson", "x", "x"),
    ],
)
def test_unknown_parameter_is_400_and_named(city: City, path: str, query: str, named: str) -> None:
    body = problem(city.get(f"{path}?{query}"), 400)
    assert body["type"] == "urn:linli:problem:unknown-parameter"
    assert body["parameter"] == named
    assert f"“{named}”" in body["detail"]
    assert named not in body["allowed"]


@pytest.mark.parametrize(
    ("path", "name"),
    [(STORIES, "page_size"), (STORIES, "tag"), (CHANGES, "since"), ("districts/wuhou/stories/s/", "fields")],
)
def test_repeated_parameter_is_400_and_named(city: City, path: str, name: str) -> None:
    body = problem(city.get(f"{path}?{name}=1&{name}=1"), 400)
    assert (body["type"], body["parameter"]) == ("urn:linli:problem:repeated-parameter", name)


@pytest.mark.parametrize(
    "size",
    ["0", "-1", "101", "1000000", "9" * 30, "abc", "", "１", "1.0", "1e1", " 1", "+1", "0x10", "٣", "1\x00"],
)
@pytest.mark.parametrize("path", [STORIES, "stories/", CHANGES, "changes/"])
def test_page_size_that_is_none_is_400(city: City, path: str, size: str) -> None:
    body = problem(city.get(path, {"page_size": size}), 400)
    assert (body["parameter"], body["type"]) == ("page_size", "urn:linli:problem:bad-value")


@pytest.mark.parametrize("size", ["1", "100", "020"])
def test_page_size_within_the_limits(city: City, size: str) -> None:
    assert city.get(STORIES, {"page_size": size}).status_code == 200


@pytest.mark.parametrize(
    ("path", "query", "value"),
    [
        (STORIES, {"kind": "novel"}, "novel"),
        (STORIES, {"kind": ""}, ""),
        (STORIES, {"kind": "STORY"}, "STORY"),
        (STORIES, {"theme": "人"}, "人"),
        (STORIES, {"community": "nowhere"}, "nowhere"),
        (STORIES, {"craftsman": "nobody"}, "nobody"),
        (STORIES, {"tag": "没有的标签"}, "没有的标签"),
        (STORIES, {"tag": ""}, ""),
        (STORIES, {"tag": "\x00"}, "\x00"),
        (STORIES, {"tag": "x" * 5000}, "x" * 80),
        ("stories/", {"tag": "没有的标签"}, "没有的标签"),
        ("districts/wuhou/craftsmen/", {"category": "magic"}, "magic"),
        ("districts/wuhou/craftsmen/", {"craft": "none"}, "none"),
        ("districts/wuhou/places/", {"kind": "bar"}, "bar"),
        ("districts/wuhou/communities/", {"kind": "city"}, "city"),
        ("districts/wuhou/communities/", {"subdistrict": "没有街道"}, "没有街道"),
        (CHANGES, {"type": "novel"}, "novel"),
        (CHANGES, {"type": ""}, ""),
        (CHANGES, {"type": "story,"}, ""),
        ("changes/", {"type": "story,novel"}, "novel"),
    ],
)
def test_unknown_value_is_400_and_named(city: City, path: str, query: dict[str, str], value: str) -> None:
    body = problem(city.get(path, query), 400)
    assert body["type"] == "urn:linli:problem:bad-value"
    assert (body["parameter"], body["value"]) == (next(iter(query)), value)


def test_value_that_only_another_district_has_is_unknown_here(city: City) -> None:
    city.story(district=city.jinjiang, tags="锦江独有")
    assert city.get("stories/", {"tag": "锦江独有"}).status_code == 200
    assert problem(city.get(STORIES, {"tag": "锦江独有"}), 400)["value"] == "锦江独有"


def test_value_that_only_a_withdrawn_story_had_is_unknown(city: City) -> None:
    city.story(tags="旧标签").unpublish()
    problem(city.get(STORIES, {"tag": "旧标签"}), 400)


@pytest.mark.parametrize(
    "fields", ["titel", "", "title,", "title,,slug", "title slug", "Title", "\x00", "body.html"]
)
@pytest.mark.parametrize("path", [STORIES, "districts/wuhou/stories/s/"])
def test_unknown_field_is_400_and_named(city: City, path: str, fields: str) -> None:
    city.story(slug="s")
    body = problem(city.get(path, {"fields": fields}), 400)
    assert (body["type"], body["parameter"]) == ("urn:linli:problem:unknown-field", "fields")
    assert "title" in body["allowed"]


# --- cursors ------------------------------------------------------------------------------------------------------------


def garbage() -> list[str]:
    """Cursors that nobody gave out, the same ones in each run."""
    chance = random.Random(20241221)
    noise = [chance.randbytes(chance.randrange(1, 40)) for _ in range(60)]
    encoded = [base64.urlsafe_b64encode(one).decode().rstrip("=") for one in noise]
    good = encode_cursor("2024-12-21T00:00:00+08:00", 7)
    cut = [good[:end] for end in range(1, len(good))]
    return [*(one.decode("latin-1") for one in noise), *encoded, *cut, f" {good}", good[::-1]]


CRAFTED = [
    encode_cursor(),
    encode_cursor("a"),
    encode_cursor("a", 1, 2),
    encode_cursor(1, "a"),
    encode_cursor("a", "1"),
    encode_cursor("a", 0),
    encode_cursor("a", -1),
    encode_cursor("a", 1.5),
    encode_cursor("a", None),
    encode_cursor("a", 2**63),
    encode_cursor("a", [1]),
    encode_cursor(["a"], 1),
    encode_cursor("\x00", 1),
    base64.urlsafe_b64encode(b'["\\ud800",1]').decode(),
    base64.urlsafe_b64encode(b'{"a":1}').decode(),
    base64.urlsafe_b64encode(b'["a",1' + b"0" * 400 + b"]").decode(),
    base64.urlsafe_b64encode(b"[" * 5000).decode(),
    "游标",
    "\x00",
]


@pytest.mark.parametrize("path", [STORIES, "stories/"])
def test_cursor_that_nobody_gave_out_is_400(city: City, path: str) -> None:
    city.story()
    for cursor in [*CRAFTED, *garbage()]:
        body = problem(city.get(path, {"cursor": cursor}), 400)
        assert body["parameter"] == "cursor", cursor


@pytest.mark.parametrize("path", [CHANGES, "changes/"])
def test_since_that_nobody_gave_out_is_400(city: City, path: str) -> None:
    for cursor in [*CRAFTED, *garbage()]:
        response = city.get(path, {"since": cursor})
        # What happens to be a number, or an empty list of positions, is a position.
        if cursor != encode_cursor() and not (cursor.isascii() and cursor.isdigit()):
            assert problem(response, 400)["parameter"] == "since", cursor
        assert response.status_code < 500


def test_cursor_of_another_list_is_refused_or_harmless(city: City) -> None:
    """A cursor holds a place in an order, no rights: in another list it can only skip."""
    for n in range(3):
        city.story(slug=f"s{n}")
        city.community(f"社区{n}", slug=f"c{n}")
    cursor = city.json(STORIES, {"page_size": "1"})["next"].rpartition("cursor=")[2].partition("&")[0]
    assert city.get("districts/wuhou/communities/", {"cursor": cursor}).status_code == 200


# --- who asks, and how --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", [STORIES, "districts/wuhou/", CHANGES, "export.ndjson", "districts/", "stories/"]
)
@pytest.mark.parametrize("token", ["Bearer x", "Bearer", "Basic YTpi", "nonsense", "Bearer \xff"])
def test_token_that_means_nothing_is_401(city: City, path: str, token: str) -> None:
    response = city.get(path, authorization=token)
    assert problem(response, 401)["type"] == "urn:linli:problem:bad-token"
    assert response.headers["WWW-Authenticate"].startswith("Bearer")


def test_session_of_the_admin_means_nothing_to_the_api(city: City) -> None:
    story = city.story(publish=False, slug="secret")
    assert story.live is False
    response = city.browser("city staff").get("/api/v1/districts/wuhou/stories/secret/")
    problem(response, 404)


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
@pytest.mark.parametrize("path", [STORIES, "districts/wuhou/", CHANGES, "export.ndjson"])
def test_writing_is_405(city: City, method: str, path: str) -> None:
    response = getattr(city.browser(), method)(f"/api/v1/{path}", {}, content_type="application/json")
    assert problem(response, 405)["type"] == "urn:linli:problem:method-not-allowed"
    assert "GET" in response.headers["Allow"]


def test_wish_for_another_format_is_406(city: City) -> None:
    problem(city.get(STORIES, accept="text/html"), 406)
    assert city.get(STORIES, accept="text/html,application/xhtml+xml,*/*;q=0.8").status_code == 200


def test_unknown_host_is_a_problem_below_the_api_and_text_elsewhere(city: City) -> None:
    stranger = city.browser(host="stranger.example")
    body = problem(stranger.get("/api/v1/districts/"), 404)
    assert body["type"] == "urn:linli:problem:unknown-host"
    assert "stranger.example" in body["detail"]
    response = stranger.get("/")
    assert response.status_code == 404
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert "stranger.example" in response.content.decode()


# --- other districts ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("section", ["stories", "craftsmen", "places", "festivals", "communities"])
def test_thing_of_another_district_answers_as_one_that_never_existed(city: City, section: str) -> None:
    city.story(slug="theirs", district=city.jinjiang)
    city.craftsman(slug="theirs", district=city.jinjiang)
    city.place(slug="theirs", district=city.jinjiang)
    city.festival(slug="theirs", district=city.jinjiang)
    city.community(slug="theirs", district=city.jinjiang)

    theirs = city.get(f"districts/wuhou/{section}/theirs/")
    nobodys = city.get(f"districts/wuhou/{section}/nobody/")

    assert theirs.status_code == 404
    assert theirs.content.replace(b"theirs", b"nobody") == nobodys.content
    assert dict(theirs.headers) == dict(nobodys.headers)


def test_withdrawn_story_answers_as_one_that_never_existed(city: City) -> None:
    city.story(slug="a").unpublish()
    gone = city.get(f"{STORIES}a/")
    never = city.get(f"{STORIES}b/")
    assert gone.content.replace(b"/a/", b"/b/").replace(b'"a"', b'"b"').replace(
        "“a”".encode(), "“b”".encode()
    ) == (never.content)
