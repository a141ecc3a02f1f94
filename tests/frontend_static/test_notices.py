"""The city's notices on a home page, and the mark of a story that was taken over."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from frontend_static.build import build
from frontend_static.dates import last_day, size
from frontend_static.rendering import render_page
from frontend_static.source import MemorySource
from tests.frontend_static import site_folder
from tests.frontend_static.sample_town import CHENGDU, Item, image, notice, story, town
from tests.frontend_static.town_api import TownApi

EVIL = '"><script>alert(1)</script>'
ORIGIN = {"name": "武侯区", "url": "http://wuhou.localhost:8000/stories/lending-board/"}


def told(api: TownApi, *notices: Item, district: str = "wuhou") -> None:
    api.publish(api.get("district", district, district) | {"notices": list(notices)})


def home(*notices: Item) -> str:
    items = [
        item | {"notices": list(notices)} if item["type"] == "district" and item["slug"] == "wuhou" else item
        for item in town()
    ]
    return render_page(MemorySource("wuhou", items), "/")


def test_home_page_shows_notices_without_scripts() -> None:
    text = home(
        notice("寒潮提醒", kind="urgent", html="<p>看看隔壁</p>", ends_at="2024-12-22T00:00:00+08:00"),
        notice("报名", link={"url": "https://example.cn/x", "text": "去报名"}),
        notice("只有一句话"),
    )
    assert text.index("寒潮提醒") < text.index("报名") < text.index("只有一句话")
    assert '<details class="notice urgent" open>' in text
    assert "12月21日" in text and "看看隔壁" in text
    assert '<a class="go" href="https://example.cn/x">去报名</a>' in text
    assert '<p class="notice notice">' in text
    assert "全市通知" not in home()


def test_changed_notice_rewrites_the_home_page_alone(api: TownApi, out: Path) -> None:
    build(client=api.client(), district="wuhou", out=out)
    told(api, notice("报名"))
    report = build(client=api.client(), district="wuhou", out=out)
    assert set(report.written) == {"index.html"}
    # The home page, and the two that show what the district says of itself.
    assert report.rendered <= 3
    told(api)
    build(client=api.client(), district="wuhou", out=out)
    assert "报名" not in (out / "index.html").read_text()


def test_document_of_a_notice_is_taken_into_the_site_and_goes_with_it(api: TownApi, out: Path) -> None:
    url = f"/media/notices/{'a' * 40}.csv"
    told(api, notice("报名", document={"title": "报名表", "url": url, "bytes": 2048}))
    api.picture = lambda path: b"name\n" if path == url else None
    build(client=api.client(), district="wuhou", out=out)
    assert (out / url[1:]).read_bytes() == b"name\n"
    text = (out / "index.html").read_text()
    assert f'<a href="{url}" download="报名表.csv">' in text and "2 KB" in text
    told(api)
    build(client=api.client(), district="wuhou", out=out)
    assert not (out / url[1:]).exists()


def test_document_that_is_not_to_be_had_is_not_linked(api: TownApi, out: Path) -> None:
    told(
        api, notice("报名", document={"title": "报名表", "url": f"/media/notices/{'b' * 40}.csv", "bytes": 1})
    )
    good = api.picture
    api.picture = lambda path: None if "notices" in path else good(path)
    build(client=api.client(), district="wuhou", out=out)
    assert site_folder.broken_references(out) == []
    assert "报名表" not in (out / "index.html").read_text()


@pytest.mark.parametrize("url", ["javascript:alert(1)", "//evil.example/x", "/media/../admin/", EVIL])
def test_hostile_notice_cannot_leave_its_place(url: str) -> None:
    text = home(
        notice(
            EVIL,
            html="<p>好</p>",
            image=image("x", EVIL),
            link={"url": url, "text": EVIL},
            document={"title": EVIL, "url": url, "bytes": 1},
        )
    )
    assert "<script>alert" not in text
    assert f'href="{url}"' not in text


def taken(**values: Any) -> Item:
    return story("taken", "借物板，全市也登", ref=CHENGDU, place=None, **values) | {"origin": ORIGIN}


def test_story_that_was_taken_over_names_its_source() -> None:
    city = MemorySource("chengdu", [*town(), taken(published="2024-12-30T09:00:00+08:00")])
    page = render_page(city, "/stories/taken/")
    assert "转自武侯区" in page and f'href="{ORIGIN["url"]}"' in page
    assert '"isBasedOn":' in page
    assert "转自武侯区" in render_page(city, "/stories/")


def test_portal_shows_a_story_once_however_often_it_was_taken_over() -> None:
    board = f'href="{ORIGIN["url"]}"'
    original = next(item for item in town() if item["slug"] == "lending-board")
    others = [item for item in town() if item["slug"] != "lending-board"]
    copy = taken(published="2024-12-30T09:00:00+08:00")
    led_by_original = render_page(MemorySource("chengdu", [*others, original, copy]), "/")
    assert board in led_by_original and "/stories/taken/" not in led_by_original
    led_by_copy = MemorySource(
        "chengdu", [*others, original | {"featured": False}, copy | {"featured": True}]
    )
    assert board not in render_page(led_by_copy, "/") and "/stories/taken/" in render_page(led_by_copy, "/")
    # On a site of its own the copy is a story like any.
    assert "/stories/taken/" in render_page(led_by_copy, "/stories/")


def test_item_of_an_earlier_version_is_still_shown() -> None:
    items = town()
    for item in items:
        item.pop("notices", None)
        item.pop("origin", None)
    assert "借" in render_page(MemorySource("wuhou", items), "/")


def test_last_day_and_sizes_in_words() -> None:
    assert last_day("2024-12-22T00:00:00+08:00") == "12月21日"
    assert last_day("2024-12-22T18:00:00+08:00") == "12月22日"
    assert [size(n) for n in (0, 900, 2048, 2_500_000)] == ["1 KB", "1 KB", "2 KB", "2.4 MB"]
