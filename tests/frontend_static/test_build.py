"""What a build leaves in its folder, and what it leaves alone."""

from __future__ import annotations

from pathlib import Path

import httpx
import orjson
import pytest

from frontend_static.build import Builder, build
from frontend_static.errors import ApiUnavailable, BuildError, OutputBusy
from frontend_static.output import digest
from tests.frontend_static import site_folder
from tests.frontend_static.sample_town import KANGSHOULE, WUHOU, image, story, town
from tests.frontend_static.town_api import TownApi


def built(api: TownApi, district: str, out: Path) -> dict[str, bytes]:
    build(client=api.client(), district=district, out=out)
    return site_folder.files(out)


@pytest.mark.parametrize("district", ["wuhou", "longquanyi", "chengdu"])
def test_every_reference_within_the_site_resolves(api: TownApi, out: Path, district: str) -> None:
    report = build(client=api.client(), district=district, out=out)
    assert report.refused == ()
    assert report.pages == len(report.written) - len(
        [n for n in report.written if n.startswith(("media/", "assets/"))]
    )
    assert site_folder.broken_references(out) == []


def test_all_sections_are_there(api: TownApi, out: Path) -> None:
    present = built(api, "wuhou", out)
    for name in (
        "index.html", "404.html", "feed.xml", "sitemap.xml", "robots.txt", "favicon.svg", "site.webmanifest",
        "stories/index.html", "stories/lending-board/index.html", "stories/theme/land/index.html",
        "stories/kind/junior-reporter/index.html", "craftsmen/craft/bamboo-weaving/index.html",
        "craftsmen/chen-shifu/index.html", "communities/jinyang/index.html", "places/kind/service/index.html",
        "places/jinyang-chazuo/index.html", "festivals/index.html", "about/index.html",
    ):  # fmt: skip
        assert name in present
    assert "districts/index.html" not in present
    assert "stories/luxihe-beds/index.html" not in present


def test_city_shows_items_of_districts_by_their_own_address(api: TownApi, out: Path) -> None:
    present = built(api, "chengdu", out)
    home = present["index.html"].decode()
    assert "http://wuhou.localhost:8000/stories/lending-board/" in home
    assert "http://longquanyi.localhost:8000/stories/luxihe-beds/" in home
    assert "stories/lending-board/index.html" not in present
    assert "festivals/2024/programme/index.html" in present
    assert "http://wuhou.localhost:8000/communities/jinyang/" in present["communities/index.html"].decode()
    assert "districts/index.html" in present


def test_district_announces_the_carnival_of_the_city(api: TownApi, out: Path) -> None:
    home = built(api, "wuhou", out)["index.html"].decode()
    assert "第八届成都社区邻里节嘉年华" in home
    assert "http://localhost:8000/festivals/2024/programme/" in home
    assert "12月21日 周六（冬至）" in home


def test_no_page_loads_anything_from_elsewhere(api: TownApi, out: Path) -> None:
    build(client=api.client(), district="chengdu", out=out)
    build(client=api.client(), district="wuhou", out=out.with_name("wuhou"))
    for folder in (out, out.with_name("wuhou")):
        for name, page in site_folder.pages(folder).items():
            assert [url for url in page.loaded if not url.startswith("/") or url.startswith("//")] == [], name


def test_two_builds_give_the_same_bytes(api: TownApi, tmp_path: Path) -> None:
    shuffled = TownApi(town()[::-1])
    assert built(api, "wuhou", tmp_path / "a") == built(shuffled, "wuhou", tmp_path / "b")


def test_second_build_writes_nothing(api: TownApi, out: Path) -> None:
    build(client=api.client(), district="wuhou", out=out)
    before = {name: (out / name).stat().st_mtime_ns for name in site_folder.files(out)}
    report = build(client=api.client(), district="wuhou", out=out)
    assert (report.written, report.removed, report.rendered) == ((), (), 0)
    report = build(client=api.client(), district="wuhou", out=out, full=True)
    assert (report.written, report.removed, report.rendered) == ((), (), report.pages)
    assert before == {name: (out / name).stat().st_mtime_ns for name in before}


def test_manifest_names_every_file_by_its_digest(api: TownApi, out: Path) -> None:
    build(client=api.client(), district="wuhou", out=out)
    api.delete("story", "wuhou", "old-desks")
    present = built(api, "wuhou", out)
    manifest = orjson.loads((out / ".linli/manifest.json").read_bytes())
    assert manifest == {name: digest(content) for name, content in present.items()}


def test_changed_body_rewrites_only_its_own_page(api: TownApi, out: Path) -> None:
    build(client=api.client(), district="wuhou", out=out)
    changed = api.get("story", "wuhou", "funan-bridge") | {
        "body": [],
        "updated_at": "2024-12-20T10:00:00+08:00",
    }
    api.publish(changed)
    report = build(client=api.client(), district="wuhou", out=out)
    # The feed and the sitemap tell when a story was changed; lists show nothing of its body.
    assert set(report.written) == {"feed.xml", "sitemap.xml", "stories/funan-bridge/index.html"}
    assert report.removed == ()


def test_changed_title_rewrites_what_shows_the_title(api: TownApi, out: Path) -> None:
    build(client=api.client(), district="wuhou", out=out)
    api.publish(api.get("story", "wuhou", "kangshoule-mutual-aid") | {"title": "换了题目"})
    report = build(client=api.client(), district="wuhou", out=out)
    assert set(report.written) == {
        "index.html",
        "feed.xml",
        "stories/index.html",
        "stories/kangshoule-mutual-aid/index.html",
        "stories/theme/people/index.html",
        "stories/kind/story/index.html",
        "communities/kangshoule/index.html",
        "stories/lending-board/index.html",  # its neighbour within the theme
        "stories/volunteers-in-numbers/index.html",  # its neighbour in time, having no theme
    }
    assert built(api, "wuhou", out.with_name("clean")) == site_folder.files(out)


def test_new_story_leaves_full_list_pages_alone(out: Path) -> None:
    api = TownApi([item for item in town() if item["type"] != "story"])
    for n in range(60):
        at = f"2024-{n // 28 + 1:02}-{n % 28 + 1:02}T09:00:00+08:00"
        api.publish(story(f"s{n:02}", f"第{n}篇", published=at, theme="land", place=KANGSHOULE))
    build(client=api.client(), district="wuhou", out=out)
    assert (out / "stories/page/1/index.html").exists()
    assert not (out / "stories/page/2/index.html").exists()
    oldest = (out / "stories/page/1/index.html").read_text()
    assert "/stories/s00/" in oldest and "/stories/s23/" in oldest and "/stories/s24/" not in oldest
    api.publish(
        story("newest", "最新一篇", published="2024-12-30T09:00:00+08:00", theme="land", place=KANGSHOULE)
    )
    report = build(client=api.client(), district="wuhou", out=out)
    assert not [name for name in report.written if "/page/" in name]
    assert report.rendered == len([name for name in report.written if not name.startswith("media/")])
    assert "stories/s59/index.html" in report.written
    assert "stories/s58/index.html" not in report.written
    assert site_folder.broken_references(out) == []


def test_deleted_story_goes_and_nothing_refers_to_it(api: TownApi, out: Path) -> None:
    build(client=api.client(), district="wuhou", out=out)
    api.delete("story", "wuhou", "lending-board")
    report = build(client=api.client(), district="wuhou", out=out)
    assert "stories/lending-board/index.html" in report.removed
    assert "media/renditions/lending/480.avif" in report.removed
    assert not (out / "stories/lending-board").exists()
    assert site_folder.broken_references(out) == []
    assert site_folder.files(out) == built(api, "wuhou", out.with_name("clean"))


def test_deleted_craftsman_is_still_named_but_no_longer_linked(api: TownApi, out: Path) -> None:
    build(client=api.client(), district="wuhou", out=out)
    api.delete("craftsman", "wuhou", "chen-shifu")
    build(client=api.client(), district="wuhou", out=out)
    text = (out / "stories/lending-board/index.html").read_text()
    assert "陈师傅" in text and "/craftsmen/chen-shifu/" not in text
    assert site_folder.broken_references(out) == []


def test_feed_is_read_page_by_page(out: Path) -> None:
    small, large = TownApi(town(), page_size_limit=3), TownApi(town())
    assert built(small, "wuhou", out) == built(large, "wuhou", out.with_name("large"))
    assert small.requests.count("/api/v1/districts/wuhou/changes/") > 4


def test_restored_database_begins_the_feed_anew(api: TownApi, out: Path) -> None:
    build(client=api.client(), district="wuhou", out=out)
    api.publish(story("lost", "恢复之前发的"))
    build(client=api.client(), district="wuhou", out=out)
    restored = TownApi(town())
    restored.seq -= 1  # the clock of the feed went back behind our cursor
    restored.rows["festival", "chengdu", "2024"].seq = restored.seq
    report = build(client=restored.client(), district="wuhou", out=out)
    assert "stories/lost/index.html" in report.removed
    assert site_folder.files(out) == built(TownApi(town()), "wuhou", out.with_name("clean"))


def test_feed_without_district_items_still_builds(out: Path) -> None:
    api = TownApi(town())
    district = api.rows["district", "wuhou", "wuhou"]
    district.seq = 0  # never in the feed, but at its own address
    build(client=api.client(), district="wuhou", out=out)
    assert "武侯邻里" in (out / "index.html").read_text()


def test_changed_accent_reaches_every_page(api: TownApi, out: Path) -> None:
    build(client=api.client(), district="wuhou", out=out)
    api.publish(api.get("district", "wuhou", "wuhou") | {"accent": "#224466"})
    report = build(client=api.client(), district="wuhou", out=out)
    assert report.unchanged == 3  # feed.xml, sitemap.xml and robots.txt have no colour
    assert len(report.written) == report.pages - 3


# Pictures


def test_picture_is_fetched_once(api: TownApi, out: Path) -> None:
    build(client=api.client(), district="wuhou", out=out)
    api.requests.clear()
    api.publish(api.get("story", "wuhou", "lending-board") | {"title": "改了题目"})
    build(client=api.client(), district="wuhou", out=out)
    build(client=api.client(), district="wuhou", out=out, full=True)
    assert not [path for path in api.requests if path.startswith("/media/")]


def test_picture_that_is_not_ready_keeps_its_space(api: TownApi, out: Path) -> None:
    build(client=api.client(), district="wuhou", out=out)
    text = (out / "stories/bamboo-lantern/index.html").read_text()
    assert 'aria-label="竹编灯笼挂在院门口"' in text and "aspect-ratio:1600/1200" in text
    api.publish(
        api.get("story", "wuhou", "bamboo-lantern") | {"cover": image("lantern", "竹编灯笼挂在院门口")}
    )
    report = build(client=api.client(), district="wuhou", out=out)
    assert "media/renditions/lantern/1600.avif" in report.written
    assert "/media/renditions/lantern/1600.avif" in (out / "stories/bamboo-lantern/index.html").read_text()


def test_missing_picture_does_not_break_the_page_and_is_tried_again(api: TownApi, out: Path) -> None:
    give = api.picture
    api.picture = lambda url: None if "/lending/" in url else give(url)
    report = build(client=api.client(), district="wuhou", out=out)
    assert "/media/renditions/lending/960.avif" in report.missing_pictures
    assert site_folder.broken_references(out) == []
    assert (
        'aria-label="院坝里几位邻居围着借物板挑工具"'
        in (out / "stories/lending-board/index.html").read_text()
    )
    assert build(client=api.client(), district="wuhou", out=out).written == ()
    api.picture = give
    report = build(client=api.client(), district="wuhou", out=out)
    assert report.missing_pictures == ()
    assert site_folder.files(out) == built(api, "wuhou", out.with_name("clean"))


def test_failing_picture_leaves_the_old_site_whole(api: TownApi, out: Path) -> None:
    before = built(api, "wuhou", out)
    api.publish(story("fresh", "新的一篇", cover=image("fresh", "新画")))
    api.broken = lambda path: path.startswith("/media/")
    with pytest.raises(ApiUnavailable, match=r"/media/renditions/fresh/.* 503"):
        build(client=api.client(), district="wuhou", out=out)
    assert site_folder.files(out) == before
    api.broken = lambda path: False
    build(client=api.client(), district="wuhou", out=out)
    assert site_folder.files(out) == built(api, "wuhou", out.with_name("clean"))


# What goes wrong


def test_unknown_district_is_named(api: TownApi, out: Path) -> None:
    with pytest.raises(BuildError, match=r"nowhere.*404"):
        build(client=api.client(), district="nowhere", out=out)


def test_unreachable_api_leaves_the_site(api: TownApi, out: Path) -> None:
    before = built(api, "wuhou", out)
    with httpx.Client(base_url="http://127.0.0.1:9") as client, pytest.raises(ApiUnavailable):
        build(client=client, district="wuhou", out=out)
    assert site_folder.files(out) == before


def test_second_builder_of_a_folder_is_kept_out(api: TownApi, out: Path) -> None:
    with Builder(client=api.client(), district="wuhou", out=out), pytest.raises(OutputBusy):
        build(client=api.client(), district="wuhou", out=out)


def test_folder_with_other_files_is_refused(api: TownApi, tmp_path: Path) -> None:
    (tmp_path / "thesis.doc").write_text("mine")
    with pytest.raises(BuildError, match="no builder made"):
        build(client=api.client(), district="wuhou", out=tmp_path)
    assert (tmp_path / "thesis.doc").read_text() == "mine"


def test_folder_can_be_given_to_another_district(api: TownApi, out: Path) -> None:
    build(client=api.client(), district="longquanyi", out=out)
    assert built(api, "wuhou", out) == built(api, "wuhou", out.with_name("clean"))


def test_lost_or_foreign_state_is_made_anew(api: TownApi, out: Path) -> None:
    before = built(api, "wuhou", out)
    (out / ".linli/state.sqlite3").write_bytes(b"not a database at all" * 50)
    (out / "stories/lending-board/index.html").write_text("half a pa")
    assert built(api, "wuhou", out) == before


def test_full_build_repairs_files_that_somebody_changed(api: TownApi, out: Path) -> None:
    before = built(api, "wuhou", out)
    (out / "index.html").write_text("meddled")
    (out / "about/index.html").unlink()
    (out / "media/renditions/lending/480.avif").write_bytes(b"")
    build(client=api.client(), district="wuhou", out=out, full=True)
    assert site_folder.files(out) == before


def test_site_without_anything_shows_friendly_pages(out: Path) -> None:
    api = TownApi([item for item in town() if item["type"] == "district"])
    build(client=api.client(), district="wuhou", out=out)
    assert site_folder.broken_references(out) == []
    assert "第一篇故事，等你来讲" in (out / "index.html").read_text()
    assert WUHOU["name"] + "的邻里节还没开张" in (out / "festivals/index.html").read_text()
