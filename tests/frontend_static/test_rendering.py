"""One page from one source, as the editor's preview asks for it."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from xml.etree import ElementTree

import orjson
import pytest

from frontend_static.errors import PageNotFound
from frontend_static.rendering import paths, render_page
from frontend_static.source import ItemKey, MemorySource, OverlaySource, Query
from tests.frontend_static.sample_town import Item, story, town


@pytest.fixture
def items() -> list[Item]:
    return town()


@pytest.fixture
def wuhou(items: list[Item]) -> MemorySource:
    return MemorySource("wuhou", items)


@pytest.fixture
def city(items: list[Item]) -> MemorySource:
    return MemorySource("chengdu", items)


def test_draft_is_shown_in_place_of_what_is_public(wuhou: MemorySource) -> None:
    draft = wuhou.get(ItemKey("story", "wuhou", "funan-bridge"))
    assert draft is not None
    overlay = OverlaySource(wuhou, draft | {"title": "改到一半的题目"})
    assert "改到一半的题目" in render_page(overlay, "/stories/funan-bridge/")
    assert "改到一半的题目" in render_page(overlay, "/")
    assert "改到一半的题目" not in render_page(wuhou, "/")


def test_draft_that_was_never_public_has_its_page(wuhou: MemorySource) -> None:
    overlay = OverlaySource(wuhou, story("brand-new", "还没发的故事", published="2024-12-22T09:00:00+08:00"))
    text = render_page(overlay, "/stories/brand-new/")
    assert "还没发的故事" in text and "一块借物板" in text
    assert overlay.count(Query("story", "wuhou")) == wuhou.count(Query("story", "wuhou")) + 1
    with pytest.raises(PageNotFound):
        render_page(wuhou, "/stories/brand-new/")


def test_draft_that_moved_to_another_theme_leaves_the_old_list(wuhou: MemorySource) -> None:
    draft = wuhou.get(ItemKey("story", "wuhou", "funan-bridge"))
    assert draft is not None
    overlay = OverlaySource(wuhou, draft | {"theme": "land", "theme_label": "地"})
    assert "/stories/funan-bridge/" not in render_page(overlay, "/stories/theme/scenery/")
    assert "/stories/funan-bridge/" in render_page(overlay, "/stories/theme/land/")


def test_draft_of_the_district_itself_is_its_home_page(wuhou: MemorySource) -> None:
    whole = wuhou.get(ItemKey("district", "wuhou", "wuhou"))
    assert whole is not None
    draft = whole | {"tagline": "换一句话"}
    assert "换一句话" in render_page(OverlaySource(wuhou, draft), "/")


@pytest.mark.parametrize(
    "path",
    [
        "/stories/nobody/",
        "/stories/page/1/",
        "/stories/page/0/",
        "/stories/theme/war/",
        "/districts/",
        "/x",
        "/stories",
    ],
)
def test_address_without_a_page_is_refused(wuhou: MemorySource, path: str) -> None:
    with pytest.raises(PageNotFound):
        render_page(wuhou, path)


def test_every_page_of_both_kinds_of_site_is_well_formed(wuhou: MemorySource, city: MemorySource) -> None:
    for source in (wuhou, city):
        for path in paths(source):
            text = render_page(source, path)
            if path.endswith((".xml", ".svg")):
                ElementTree.fromstring(text)
            elif path == "/site.webmanifest":
                orjson.loads(text)
            elif path.endswith(("/", ".html")):
                _check_page(path, text)


class _Outline(HTMLParser):
    void = {"meta", "link", "img", "br", "hr", "input", "source"}

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.headings: list[int] = []
        self.ids: list[str] = []
        self.without_alt: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if "id" in given:
            self.ids.append(str(given["id"]))
        if re.fullmatch(r"h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag == "img" and not given.get("alt"):
            self.without_alt.append(str(given))
        if tag == "img":
            assert given["width"] and given["height"]
        if tag not in self.void:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if "id" in given:
            self.ids.append(str(given["id"]))

    def handle_endtag(self, tag: str) -> None:
        assert self.open and self.open[-1] == tag, f"</{tag}> closes {self.open[-3:]}"
        self.open.pop()


def _check_page(path: str, text: str) -> None:
    outline = _Outline(text)
    assert outline.open == [], path
    assert outline.headings.count(1) == 1, path
    assert outline.headings[0] == 1, (path, outline.headings)
    for before, after in zip(outline.headings, outline.headings[1:], strict=False):
        assert after <= before + 1, (path, outline.headings)
    assert len(outline.ids) == len(set(outline.ids)), (path, outline.ids)
    assert outline.without_alt == []
    assert '<html lang="zh-Hans">' in text
    for landmark in ("<header", "<nav", "<main", "<footer", 'class="skip"'):
        assert landmark in text, path
    assert re.search(r"<title>[^<]+</title>", text)
    style = re.search(r"<style>(.*?)</style>", text, re.DOTALL)
    assert style is not None and len(style[1].encode()) < 25_000
    for data in re.findall(r'<script type="application/ld\+json">(.*?)</script>', text):
        assert orjson.loads(data)["@context"] == "https://schema.org"
    visible = re.sub(r"<(style|script|svg).*?</\1>|<[^>]+>", " ", text, flags=re.DOTALL)
    words = set(re.findall(r"[A-Za-z]{2,}", visible))
    assert words <= {"English", "linli", "example", "cn"}, (path, words)


def test_festival_describes_its_programme_for_machines(city: MemorySource) -> None:
    text = render_page(city, "/festivals/2024/")
    data = orjson.loads(re.findall(r'<script type="application/ld\+json">(.*?)</script>', text)[0])
    items = [event for event in data["subEvent"] if event["@type"] == "Event"]
    [broadcast] = [event for event in data["subEvent"] if event["@type"] == "BroadcastEvent"]
    assert data["@type"] == "Festival" and len(items) == 11
    venue, online = data["location"]
    assert venue["geo"]["latitude"] == 30.5
    assert (online["@type"], online["url"]) == ("VirtualLocation", "https://example.cn/live")
    assert broadcast["broadcastOfEvent"] == {"@id": data["@id"]}
    assert broadcast["location"]["url"] == "https://example.cn/live"
    assert {event["eventStatus"] for event in items} == {
        "https://schema.org/EventScheduled",
        "https://schema.org/EventCancelled",
    }


def test_numbers_and_days_are_written_as_in_chengdu(wuhou: MemorySource, city: MemorySource) -> None:
    text = render_page(wuhou, "/stories/lending-board/")
    assert "3,868,900" in text and "2024年12月8日 周日" in text
    assert "12月21日 周六（冬至）" in render_page(city, "/festivals/2024/programme/")
    assert "218,321" in render_page(city, "/festivals/2024/broadcasts/")


def test_zones_have_a_plan_and_an_equal_list(city: MemorySource) -> None:
    text = render_page(city, "/festivals/2024/zones/")
    booths = [booth["number"] for zone in _festival(city)["zones"] for booth in zone["booths"]]
    for number in booths:
        assert text.count(f">{number}</text>") == 2  # the whole plan and the zone's own
        assert f">{number}</b>" in text


def _festival(city: MemorySource) -> Item:
    festival = city.get(ItemKey("festival", "chengdu", "2024"))
    assert festival is not None
    return festival


def test_overlapping_items_of_a_stage_stand_side_by_side(city: MemorySource) -> None:
    text = render_page(city, "/festivals/2024/programme/")
    places = dict(re.findall(r'id="(item-\d+)" style="(--r:\d+;--s:\d+;--c:\d+;--d:\d+)"', text))
    taken: set[tuple[int, int]] = set()
    for style in places.values():
        row, end, column, _ = map(int, re.findall(r"\d+", style))
        cells = {(n, column) for n in range(row, end)}
        assert not cells & taken
        taken |= cells
    assert len(places) == 10 and "时间待定" in text


def test_festival_without_anything_yet_has_all_its_pages(city: MemorySource) -> None:
    bare = _festival(city) | {
        "acts": [], "zones": [], "stages": [], "broadcasts": [], "floor_plan": None, "body": "", "summary": "", "theme": "",
        "hosts": [], "co_hosts": [], "organisers": [], "venue": {"name": "", "address": "", "point": None}, "date_note": "",
    }  # fmt: skip
    overlay = OverlaySource(city, bare)
    for part in ("", "programme/", "zones/", "broadcasts/"):
        _check_page(part, render_page(overlay, f"/festivals/2024/{part}"))
