"""“导入文章”: who may, what the draft is like, and that a refused file leaves nothing."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.urls import reverse
from wagtail.admin.rich_text.converters.contentstate import ContentstateConverter
from wagtail.models import Page

from cms.importing import pictures, stories
from cms.models import StoryPage
from media.models import Picture
from sites.enums import Role
from sites.models import Community, RoleGroup, ServedCommunity
from sites.rich_text import FEATURES
from tests.city import City
from tests.cms.importing import sources
from tests.media.sources import png_bomb

pytestmark = pytest.mark.once

WECHAT = sources.mhtml(
    sources.wechat(),
    {sources.WECHAT_PICTURE: sources.picture("#a63a28"), sources.WECHAT_SECOND: sources.picture("#2a6f4e")},
)


def address(city: City, district: Any = None) -> str:
    return reverse("import_story", args=[city.section("stories", district).pk])


def send(
    city: City, data: bytes, name: str, *, who: str = "editor", community: Community | None = None
) -> HttpResponse:
    form = {"file": SimpleUploadedFile(name, data), "community": str(community.pk) if community else ""}
    response: HttpResponse = city.browser(who).post(address(city), form)
    return response


def drafted(response: HttpResponse) -> StoryPage:
    assert response.status_code == 302, response.content.decode()
    story = StoryPage.objects.get()
    assert response["Location"] == reverse("wagtailadmin_pages:edit", args=[story.pk])
    return story


def stored_files() -> list[Path]:
    return [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


def blocks(story: StoryPage) -> list[tuple[str, Any]]:
    latest = story.get_latest_revision_as_object()
    return [(block.block_type, block.block.get_prep_value(block.value)) for block in latest.body]


# --- what comes of a file -----------------------------------------------------------------------------------------------


def test_wechat_article_becomes_a_draft_of_its_sender_with_its_pictures(city: City) -> None:
    community = city.community()
    story = drafted(send(city, WECHAT, "一块板子.mhtml", community=community))

    assert (story.title, story.live, story.owner) == ("一块板子，借来半个院子", False, city.user("editor"))
    assert story.get_parent() == Page.objects.get(pk=city.section("stories").pk)
    assert (story.slug, story.community) == ("yi-kuai-ban-zi-jie-lai-ban-ge-yuan-zi", community)
    assert (story.byline, story.source) == ("王小满", "晋阳邻里")
    assert sources.WECHAT_URL in story.reprint_note
    first, second = Picture.objects.order_by("pk")
    assert story.cover == first
    for picture in (first, second):
        assert picture.collection == city.wuhou.collection
        assert picture.uploaded_by_user == city.user("editor")
        assert (picture.credit, picture.alt_text) == ("晋阳邻里", "")
        assert "转自" in picture.consent_note
    assert [type_ for type_, _ in blocks(story)] == [
        "paragraph", "heading", "paragraph", "quote", "paragraph", "picture", "paragraph",
    ]  # fmt: skip
    assert blocks(story)[1][1] == {"text": "从一把梯子说起", "level": "2"}
    assert blocks(story)[3][1]["speaker"] == "周大爷"
    assert blocks(story)[5][1] == {"image": second.pk, "caption": ""}


def test_draft_opens_in_the_editor_tells_what_is_missing_and_shows_in_the_preview(city: City) -> None:
    form = {"file": SimpleUploadedFile("a.html", sources.wechat().encode())}
    page = city.browser("editor").post(address(city), form, follow=True).content.decode()

    assert "已导入“一块板子，借来半个院子”" in page
    assert "第 1 张图片（在文章开头）没有带过来：不在文件里，没有去网上取" in page
    assert "第 2 张图片（在“梯子三把 电钻两台”之后）没有带过来" in page
    assert sources.WECHAT_SECOND.replace("&", "&amp;") in page
    assert "1 个视频没有带过来" in page
    assert "tracker.example.org" not in page
    story = StoryPage.objects.get()
    preview = story.make_preview_request(preview_mode="").content.decode()
    assert "借出去的是梯子" in preview and "alert(" not in preview


def test_word_file_becomes_a_draft_that_can_be_published_as_it_is(city: City) -> None:
    data = sources.word(alt="木书架靠着院墙")
    story = drafted(send(city, data, "书架.docx", who="moderator"))

    picture = Picture.objects.get()
    assert (picture.alt_text, picture.credit) == ("木书架靠着院墙", "")
    levels = [value["level"] for type_, value in blocks(story) if type_ == "heading"]
    assert levels == ["2", "3"]
    story.get_latest_revision().publish()
    item = city.item(f"stories/{story.slug}")
    assert [one["type"] for one in item["body"]] == [
        "paragraph", "heading", "paragraph", "picture", "heading", "paragraph", "quote", "paragraph",
    ]  # fmt: skip
    assert item["body"][3]["value"]["caption"] == "院坝里的书架，摄于十二月"
    assert item["summary"].startswith("去年冬天，晋阳社区的院坝里多了一个书架。")


def test_draft_is_the_same_after_it_went_through_the_editor(city: City) -> None:
    """What is stored is what the editor itself would store, so that saving changes nothing."""
    story = drafted(send(city, sources.word(), "书架.docx"))
    for type_, value in blocks(story):
        if type_ == "paragraph":
            converter = ContentstateConverter(features=FEATURES)
            again = converter.to_database_format(converter.from_database_format(value))
            assert city_text(again) == city_text(value)


def city_text(html: str) -> str:
    return re.sub(r' data-block-key="[^"]*"', "", html).replace("<br/>", "<br>")


def test_same_picture_twice_is_stored_once(city: City) -> None:
    same = sources.picture()
    data = sources.mhtml(sources.wechat(), {sources.WECHAT_PICTURE: same, sources.WECHAT_SECOND: same})
    drafted(send(city, data, "a.mhtml"))
    assert Picture.objects.count() == 1


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (sources.picture()[:-300], "损坏"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "用不了的格式"),
        (b"\xd7\xcd\xc6\x9a wmf", "用不了的格式"),
    ],
)
def test_picture_that_is_none_is_left_out_and_named(city: City, data: bytes, words: str) -> None:
    data = sources.mhtml(
        sources.wechat(), {sources.WECHAT_PICTURE: sources.picture(), sources.WECHAT_SECOND: data}
    )
    form = {"file": SimpleUploadedFile("a.mhtml", data)}
    page = city.browser("editor").post(address(city), form, follow=True).content.decode()
    assert "第 2 张图片" in page and words in page
    assert Picture.objects.count() == 1
    assert len([path for path in stored_files() if "original_images" in str(path)]) == 1


def test_picture_bomb_in_an_article_is_left_out(city: City) -> None:
    data = sources.zipped({"a.html": sources.news_page("x.png").encode(), "x.png": png_bomb()})
    drafted(send(city, data, "a.zip"))
    assert not Picture.objects.exists()


def test_pictures_beyond_the_limit_and_decorations_are_left_out(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "MOST_PICTURES", 1)
    data = sources.mhtml(
        sources.wechat(),
        {
            sources.WECHAT_PICTURE: sources.picture("#000000"),
            sources.WECHAT_SECOND: sources.picture("#ffffff"),
        },
    )
    form = {"file": SimpleUploadedFile("a.mhtml", data)}
    page = city.browser("editor").post(address(city), form, follow=True).content.decode()
    assert "一篇最多带 1 张图片" in page
    assert Picture.objects.count() == 1


def test_moving_picture_comes_as_a_still_one_and_a_bullet_not_at_all(city: City) -> None:
    data = sources.mhtml(
        sources.wechat(),
        {
            sources.WECHAT_PICTURE: sources.picture(format="GIF"),
            sources.WECHAT_SECOND: sources.picture(size=(600, 8)),
        },
    )
    form = {"file": SimpleUploadedFile("a.mhtml", data)}
    page = city.browser("editor").post(address(city), form, follow=True).content.decode()
    assert "1 张动图只带来了第一帧" in page
    assert Picture.objects.get().file.name.endswith(".png")
    assert "第 2 张图片" not in page


@pytest.mark.parametrize(
    ("alt", "words"),
    [
        ("木书架靠着院墙", "木书架靠着院墙"),
        ("图片", ""),
        ("图片 3", ""),
        ("IMG_2041.JPG", ""),
        ("微信图片_20241203182011", ""),
        ("图形用户界面, 文本\n\n描述已自动生成", ""),
        ("A picture containing text\n\nDescription automatically generated", ""),
    ],
)
def test_words_that_a_program_wrote_are_no_description(alt: str, words: str) -> None:
    assert pictures.words_of(alt) == words


# --- nothing half-stored ------------------------------------------------------------------------------------------------


def test_failure_after_the_pictures_leaves_no_row_and_no_file(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: Any, **values: Any) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(StoryPage, "save_revision", fail)
    form = {"file": SimpleUploadedFile("a.mhtml", WECHAT)}
    response = city.browser("editor", errors=False).post(address(city), form)
    assert response.status_code == 500
    assert not StoryPage.objects.exists()
    assert not Picture.objects.exists()
    assert stored_files() == []


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.docx", sources.word()[:-400], "打不开"),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "旧格式"),
        ("a.zip", sources.zipped({"../x.html": b"<p>x"}), "不安全的文件名"),
        ("a.html", b"", "空的"),
        ("a.html", b"<html></html>", "没有找到文章正文"),
    ],
)
def test_bad_file_is_refused_on_the_form_and_nothing_is_stored(
    city: City, name: str, data: bytes, words: str
) -> None:
    community = city.community()
    response = send(city, data, name, community=community)
    assert response.status_code == 200
    page = response.content.decode()
    assert words in page
    assert f'<option value="{community.pk}" selected>' in page
    assert not StoryPage.objects.exists()
    assert stored_files() == []


def test_file_above_the_limit_is_refused(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    assert stories.MOST_BYTES == 20 * 1024 * 1024
    response = send(city, sources.word() + b"\0" * stories.MOST_BYTES, "a.docx")
    assert "文件超过了 20 MB" in response.content.decode()


# --- who may ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["editor", "moderator", "admin", "city staff"])
def test_whoever_may_add_stories_may_import(city: City, who: str) -> None:
    page = city.browser(who).get(address(city))
    assert page.status_code == 200
    assert "导入为草稿" in page.content.decode()


def test_others_may_not_and_another_district_is_not_there(city: City) -> None:
    for client, answer in ((city.browser("outsider"), 404), (city.browser("organiser"), 403)):
        for method in (client.get, client.post):
            response = method(address(city))
            if answer == 403:
                # Wagtail sends people who may not back to the dashboard with a message.
                assert response.status_code in {302, 403, 404}
            else:
                assert response.status_code == 404
    assert city.browser().get(address(city)).status_code == 302
    assert not StoryPage.objects.exists()


def test_page_that_is_no_shelf_of_stories_is_not_there(city: City) -> None:
    wrong = reverse("import_story", args=[city.section("craftsmen").pk])
    assert city.browser("editor").get(wrong).status_code == 404
    assert city.browser("editor").get(reverse("import_story", args=[999_999])).status_code == 404


def test_person_of_one_district_goes_straight_to_its_shelf_and_one_of_several_chooses(city: City) -> None:
    choose = reverse("choose_import_shelf")
    assert city.browser("editor").get(choose)["Location"] == address(city)
    role = RoleGroup.objects.get(district=city.jinjiang, role=Role.EDITOR)
    city.user("editor").groups.add(role.group)
    page = city.browser("editor").get(choose).content.decode()
    assert address(city) in page and address(city, city.jinjiang) in page
    assert "成都市" not in page
    assert city.browser("organiser").get(choose).status_code in {302, 403}


def test_only_communities_of_the_district_are_offered_and_taken(city: City) -> None:
    own = city.community()
    foreign = city.community("三圣社区", district=city.jinjiang, slug="sansheng")
    page = city.browser("editor").get(address(city)).content.decode()
    assert own.name in page and foreign.name not in page
    response = send(city, WECHAT, "a.mhtml", community=foreign)
    assert "不能选这个社区" in response.content.decode()
    assert not StoryPage.objects.exists()


def test_person_of_some_communities_must_choose_one_of_them(city: City) -> None:
    own = city.community()
    other = city.community("玉林社区", slug="yulin")
    third = city.community("火车南站社区", slug="nanzhan")
    for one in (own, third):
        ServedCommunity.objects.create(user=city.user("editor"), community=one)
    assert "请选择你负责的社区" in send(city, WECHAT, "a.mhtml").content.decode()
    assert "不能选这个社区" in send(city, WECHAT, "a.mhtml", community=other).content.decode()
    assert not StoryPage.objects.exists()
    assert drafted(send(city, WECHAT, "a.mhtml", community=own)).community == own


# --- ways to it ---------------------------------------------------------------------------------------------------------


def test_shelf_of_stories_and_dashboard_lead_to_the_page(city: City) -> None:
    shelf = city.browser("editor").get(reverse("wagtailadmin_explore", args=[city.section("stories").pk]))
    assert address(city) in shelf.content.decode()
    crafts = city.browser("editor").get(reverse("wagtailadmin_explore", args=[city.section("craftsmen").pk]))
    assert "导入文章" not in crafts.content.decode()
    assert "导入文章" in city.browser("editor").get(reverse("wagtailadmin_home")).content.decode()
    assert "导入文章" not in city.browser("organiser").get(reverse("wagtailadmin_home")).content.decode()
