"""Content that was written to break out of its page, its file or its site."""

from __future__ import annotations

import re
from pathlib import Path

import orjson
import pytest

from frontend_static.build import build
from frontend_static.errors import UnsafePath
from frontend_static.output import file_of
from tests.frontend_static import site_folder
from tests.frontend_static.sample_town import image, story, town
from tests.frontend_static.town_api import TownApi

EVIL = '</script><script>alert("x")</script><img src=x onerror=alert(1)>&\u2028'


def test_markup_in_texts_is_shown_and_not_run(api: TownApi, out: Path) -> None:
    quote = {"id": "1", "type": "quote", "value": {"text": EVIL, "speaker": EVIL, "role": EVIL}}
    heading = {"id": "2", "type": "heading", "value": {"text": EVIL, "level": 2, "anchor": '"><script>'}}
    evil = story(
        "evil", EVIL, summary=EVIL, byline=EVIL, tags=[EVIL], body=[quote, heading], cover=image("evil", EVIL)
    )
    api.publish(evil | {"source": EVIL, "reprint_note": EVIL})
    for district in ("wuhou", "chengdu"):
        folder = out.with_name(district)
        build(client=api.client(), district=district, out=folder)
        for name, content in site_folder.files(folder).items():
            if name.endswith((".html", ".xml", ".svg")):
                text = content.decode()
                assert "<script>" not in text, name
                assert "<img src=x" not in text, name
    data = re.findall(
        r'<script type="application/ld\+json">(.*?)</script>',
        (out.with_name("wuhou") / "stories/evil/index.html").read_text(),
    )
    assert orjson.loads(data[0])["headline"] == EVIL


@pytest.mark.parametrize("slug", ["../../escape", "a/b", "..", ".linli", "a\x00b", "", "a b", "%2e%2e"])
def test_slug_that_is_no_name_is_refused_and_the_rest_is_built(api: TownApi, out: Path, slug: str) -> None:
    api.publish(story("good", "好的一篇") | {"slug": slug, "path": f"/stories/{slug}/"})
    report = build(client=api.client(), district="wuhou", out=out)
    assert len(report.refused) == 1
    assert site_folder.files(out).keys() == _clean_names(out.with_name("clean"))
    assert list(out.parent.rglob("*escape*")) == []


def _clean_names(out: Path) -> set[str]:
    build(client=TownApi(town()).client(), district="wuhou", out=out)
    return set(site_folder.files(out))


def test_item_that_claims_another_address_is_refused(api: TownApi, out: Path) -> None:
    api.publish(story("claims", "想占首页") | {"path": "/"})
    report = build(client=api.client(), district="wuhou", out=out)
    assert "claims '/'" in report.refused[0]
    assert not (out / "stories/claims").exists()


def test_good_item_that_turns_bad_is_taken_down(api: TownApi, out: Path) -> None:
    build(client=api.client(), district="wuhou", out=out)
    api.publish(api.get("story", "wuhou", "old-desks") | {"path": "/../old-desks/"})
    report = build(client=api.client(), district="wuhou", out=out)
    assert "stories/old-desks/index.html" in report.removed


def test_facets_that_are_no_names_make_no_pages(api: TownApi, out: Path) -> None:
    api.publish(story("odd", "怪类别") | {"kind": "../odd", "theme": "../../x", "theme_label": "怪"})
    report = build(client=api.client(), district="wuhou", out=out)
    assert report.refused == ()
    assert not [name for name in report.written if "odd/index" in name and "stories/odd" not in name]


def test_addresses_that_are_scripts_are_not_linked(api: TownApi, out: Path) -> None:
    video = {"title": "片", "url": "javascript:alert(1)", "poster": None, "duration": "", "transcript": ""}
    api.publish(story("film", "看片", body=[{"id": "1", "type": "video", "value": video}]))
    build(client=api.client(), district="wuhou", out=out)
    build(client=api.client(), district="chengdu", out=out.with_name("city"))
    for folder in (out, out.with_name("city")):
        for name, content in site_folder.files(folder).items():
            assert b"javascript:" not in content, name


def test_pictures_from_elsewhere_and_from_above_are_not_shown(api: TownApi, out: Path) -> None:
    cover = image("x", "画")
    cover["sources"] = {"avif": [], "webp": [], "jpeg": [
        {"width": 480, "url": "https://tracker.example/480.jpg"},
        {"width": 960, "url": "/media/../../above.jpg"},
        {"width": 1600, "url": '/media/a" onload="x/1600.jpg'}]}  # fmt: skip
    cover["colour"] = "red;background:url(https://tracker.example)"
    api.publish(story("tracked", "带外链的图", cover=cover))
    report = build(client=api.client(), district="wuhou", out=out)
    text = (out / "stories/tracked/index.html").read_text()
    assert "tracker.example" not in text and "above.jpg" not in text and "onload" not in text
    assert report.missing_pictures == ()


@pytest.mark.parametrize(
    "path", ["/../x/", "/a/../../b", "//etc/passwd", "/.linli/state", "/a/%2e%2e/b", "relative", "/a\\..\\b/"]
)
def test_address_outside_the_folder_is_no_file(path: str) -> None:
    with pytest.raises(UnsafePath):
        file_of(path)


def test_addresses_become_files() -> None:
    assert file_of("/") == "index.html"
    assert file_of("/stories/借物板/") == "stories/借物板/index.html"
    assert file_of("/media/a/1%E9%82%BB.pdf") == "media/a/1邻.pdf"
    assert file_of("/feed.xml") == "feed.xml"
