"""Writing a story: what the form accepts as a draft, what it refuses to make public, and what the public then gets."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from wagtail.models import Page, Task, WorkflowState

from cms.models import StoryPage
from tests.city import City, paragraph, shelf_rows
from tests.page_forms import html, list_block, story_form, text_block

pytestmark = pytest.mark.once  # shows nothing that hangs on the database

PUBLISH, SUBMIT = {"action-publish": "1"}, {"action-submit": "1"}


def add(city: City, form: dict[str, Any], *, who: str = "moderator") -> HttpResponse:
    """Send the form of a new story of wuhou."""
    address = reverse("wagtailadmin_pages:add", args=["cms", "storypage", city.section("stories").pk])
    response: HttpResponse = city.browser(who).post(address, form)
    return response


def edit(city: City, story: Page, form: dict[str, Any], *, who: str = "moderator") -> HttpResponse:
    response: HttpResponse = city.browser(who).post(reverse("wagtailadmin_pages:edit", args=[story.pk]), form)
    return response


def only_story() -> StoryPage:
    return StoryPage.objects.get()


def mistakes(response: HttpResponse) -> str:
    """What the form says is wrong; it is shown again with what was typed."""
    assert response.status_code == 200, response.headers
    form = response.context["form"]
    return str(form.errors) + "".join(str(one.errors) for one in form.formsets.values())


# --- publishing ---------------------------------------------------------------------------------------------------------


def test_story_is_written_and_published_at_once(city: City) -> None:
    picture, community, chen = city.picture(), city.community(), city.craftsman(slug="chen")
    form = story_form(
        "竹编的下午",
        [text_block("破篾。"), ("picture", {"image": str(picture.pk), "caption": "图注"})],
        theme="people",
        cover=str(picture.pk),
        community=str(community.pk),
        craftsmen=[chen.pk],
        tags="互助 老人",
        byline="邻里编辑部",
    )
    response = add(city, {**form, **PUBLISH})
    assert response.status_code == 302, mistakes(response)

    item = city.item("stories/zhu-bian-de-xia-wu")
    assert (item["title"], item["kind_label"], item["theme_label"]) == ("竹编的下午", "社区故事", "人")
    assert (item["tags"], item["byline"], item["summary"]) == (["互助", "老人"], "邻里编辑部", "破篾。")
    assert item["community"]["slug"] == "jinyang"
    assert [one["slug"] for one in item["craftsmen"]] == ["chen"]
    assert [block["type"] for block in item["body"]] == ["paragraph", "picture"]
    assert item["body"][0]["value"] == {"html": "<p>破篾。</p>"}
    assert item["cover"]["alt"] == picture.description
    assert item["published_at"].endswith("+08:00")


def test_story_without_text_is_kept_as_a_draft_but_not_published(city: City) -> None:
    assert "请至少写一段正文" in mistakes(add(city, {**story_form(body=[]), **PUBLISH}))
    assert not StoryPage.objects.exists()
    assert add(city, story_form(body=[])).status_code == 302
    assert only_story().live is False


def test_story_whose_text_is_removed_is_not_published(city: City) -> None:
    story = city.story(slug="s")
    response = edit(city, story, {**story_form(slug="s", body=[]), **PUBLISH})
    assert "请至少写一段正文" in mistakes(response)
    assert city.item("stories/s")["body"] != []


def test_draft_may_lack_nearly_everything(city: City) -> None:
    assert add(city, story_form("只有标题", body=[], kind="story"), who="editor").status_code == 302
    assert only_story().title == "只有标题"


# --- pictures need words ------------------------------------------------------------------------------------------------


def illustrated(place: str, pk: int) -> dict[str, Any]:
    """A story form that shows a picture in some place."""
    one = {"image": str(pk), "caption": ""}
    if place == "cover":
        return story_form(cover=str(pk))
    if place == "gallery":
        return story_form(body=[("gallery", {"title": "", "images": list_block([one, one])})])
    if place == "poster":
        video = {
            "title": "片",
            "url": "https://example.org/",
            "duration": "",
            "transcript": "",
            "poster": str(pk),
        }
        return story_form(body=[("video", video)])
    return story_form(body=[text_block(), ("picture", one)])


@pytest.mark.parametrize("place", ["cover", "picture", "gallery", "poster"])
def test_picture_without_words_keeps_a_story_from_being_public(city: City, place: str) -> None:
    silent = city.picture("", title="院坝.jpg")
    form = illustrated(place, silent.pk)

    for action in (PUBLISH, SUBMIT):
        said = mistakes(add(city, {**form, **action}, who="moderator" if action == PUBLISH else "editor"))
        assert "图片说明" in said
        assert "院坝.jpg" in said
    assert not StoryPage.objects.exists()

    assert add(city, form, who="editor").status_code == 302
    silent.description = "院坝里的桌子"
    silent.save()
    response = edit(city, only_story(), {**form, **PUBLISH})
    assert response.status_code == 302, mistakes(response)
    assert only_story().live


def test_picture_whose_consent_was_withdrawn_keeps_a_story_from_being_public(city: City) -> None:
    picture = city.picture(consent="withdrawn")
    assert "授权" in mistakes(add(city, {**story_form(cover=str(picture.pk)), **PUBLISH}))


def drafts(city: City, *titles: str, **values: Any) -> list[StoryPage]:
    return [city.story(title, publish=False, **values) for title in titles]


def bulk_publish(city: City, pages: list[StoryPage], browser: Client) -> HttpResponse:
    query = "&".join(f"id={page.pk}" for page in pages)
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
    response: HttpResponse = browser.post(f"{address}?{query}&next=/admin/", follow=True)
    return response


def test_bulk_publishing_of_good_stories_publishes_all(city: City) -> None:
    pages = drafts(city, "甲", "乙")
    assert bulk_publish(city, pages, city.browser("moderator")).status_code == 200
    assert len(city.json("districts/wuhou/stories/")["results"]) == 2


def test_bulk_publishing_with_one_bad_story_publishes_none_and_loses_nothing(city: City) -> None:
    silent = city.picture("", title="院坝.jpg")
    good, bad = drafts(city, "好的")[0], drafts(city, "缺说明的", cover=silent)[0]
    before = shelf_rows()
    response = bulk_publish(city, [good, bad], city.browser("moderator", errors=False))

    assert response.status_code == 200
    text = response.content.decode()
    assert "“缺说明的”还不能发布" in text
    assert "院坝.jpg" in text
    assert shelf_rows() == before
    for page in (good, bad):
        page.refresh_from_db()
        assert (page.live, page.has_unpublished_changes) == (False, True)
        assert page.get_latest_revision_as_object().title == page.title


@pytest.mark.parametrize(
    ("origin", "back"),
    [
        ("http://localhost/admin/pages/3/", "http://localhost/admin/pages/3/"),
        ("https://evil.example/", "/admin/"),
        ("", "/admin/"),
    ],
)
def test_refusal_leads_back_to_where_it_was_asked(city: City, origin: str, back: str) -> None:
    page = drafts(city, "缺说明的", cover=city.picture(""))[0]
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
    browser = city.browser("moderator")
    response = browser.post(f"{address}?id={page.pk}&next=/admin/", headers={"referer": origin})
    assert (response.status_code, response.headers["Location"]) == (302, back)


def submitted(city: City, form: dict[str, Any]) -> tuple[StoryPage, str]:
    """A story that the editor sent to the moderator, and where the moderator approves it."""
    response = add(city, {**form, **SUBMIT}, who="editor")
    assert response.status_code == 302, mistakes(response)
    story = only_story()
    state = story.current_workflow_task_state
    return story, reverse("wagtailadmin_pages:workflow_action", args=[story.pk, "approve", state.pk])


def test_story_goes_from_the_editor_by_the_moderator_to_the_public(city: City) -> None:
    story, approve = submitted(city, story_form("竹编的下午", slug="s"))
    assert city.get("districts/wuhou/stories/s/").status_code == 404
    assert [task.name for task in Task.objects.filter(pk=story.current_workflow_task.pk)] == ["武侯区审核"]

    city.browser("moderator").post(approve)

    assert city.item("stories/s")["title"] == "竹编的下午"
    story.refresh_from_db()
    assert (story.live, story.workflow_in_progress) == (True, False)


def test_approval_of_a_story_that_may_not_be_public_is_refused_and_loses_nothing(city: City) -> None:
    picture = city.picture("有说明", title="院坝.jpg")
    story, approve = submitted(city, story_form(slug="s", cover=str(picture.pk)))
    picture.description = ""
    picture.save()
    before = shelf_rows()

    response = city.browser("moderator", errors=False).post(approve, follow=True)

    assert response.status_code == 200
    assert "还不能发布" in response.content.decode()
    assert shelf_rows() == before
    story.refresh_from_db()
    assert (story.live, story.workflow_in_progress) == (False, True)
    assert WorkflowState.objects.get().status == WorkflowState.STATUS_IN_PROGRESS
    picture.description = "又有了"
    picture.save()
    city.browser("moderator").post(approve)
    assert city.get("districts/wuhou/stories/s/").status_code == 200


def test_approval_by_the_editor_is_refused(city: City) -> None:
    story, approve = submitted(city, story_form(slug="s"))
    city.browser("editor").post(approve)
    story.refresh_from_db()
    assert story.live is False


# --- addresses ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("晋阳社区的院坝", "jin-yang-she-qu-de-yuan-ba"),
        ("2024年邻里节", "2024-nian-lin-li-jie"),
        ("Hello 邻居", "hello-lin-ju"),
        ("……", "storypage"),
    ],
)
def test_address_is_made_from_the_title(city: City, title: str, slug: str) -> None:
    add(city, {**story_form(title), **PUBLISH})
    assert only_story().slug == slug


def test_address_is_unique_on_its_shelf(city: City) -> None:
    for _ in range(3):
        assert add(city, {**story_form("邻居"), **PUBLISH}).status_code == 302
    slugs = sorted(StoryPage.objects.values_list("slug", flat=True))
    assert slugs == ["lin-ju", "lin-ju-2", "lin-ju-3"]


def test_address_of_code_is_made_likewise(city: City) -> None:
    assert [city.story("邻居").slug, city.story("邻居").slug] == ["lin-ju", "lin-ju-2"]
    assert city.story("邻居", district=city.jinjiang).slug == "lin-ju"


def test_address_typed_by_hand_stays(city: City) -> None:
    add(city, {**story_form("邻居", slug="my-own"), **PUBLISH})
    assert only_story().slug == "my-own"


def test_address_typed_by_hand_and_taken_is_refused(city: City) -> None:
    city.story(slug="taken")
    assert "slug" in add(city, story_form(slug="taken")).context["form"].errors


def test_long_title_makes_an_address_that_fits(city: City) -> None:
    add(city, {**story_form("双" * 120), **PUBLISH})
    assert len(only_story().slug) <= 62


# --- blocks -------------------------------------------------------------------------------------------------------------


def statistic(**fields: str) -> dict[str, str]:
    given = {"label": "志愿者", "value": "3868900", "unit": "人", "as_of": "2024-12-21", "source": "市统计局"}
    return {**given, "note": "", **fields}


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("3868900", "3868900"), ("3,868，900", "3868900"), ("8.2", "8.2"), ("-3", "-3"), ("１２", "12")],
)
def test_statistic_is_a_number(city: City, typed: str, kept: str) -> None:
    add(city, {**story_form(slug="s", body=[("statistic", statistic(value=typed))]), **PUBLISH})
    assert city.item("stories/s")["body"][0]["value"] == statistic(value=kept)


@pytest.mark.parametrize(
    "fields",
    [{"value": "约三百"}, {"value": "300人"}, {"value": ""}, {"unit": ""}, {"as_of": ""}, {"source": ""}],
)
def test_statistic_that_lacks_something_is_not_published(city: City, fields: dict[str, str]) -> None:
    response = add(city, {**story_form(body=[("statistic", statistic(**fields))]), **PUBLISH})
    assert "body" in response.context["form"].errors
    assert not StoryPage.objects.exists()


@pytest.mark.parametrize("fields", [{"value": ""}, {"source": ""}, {"as_of": ""}])
def test_statistic_that_lacks_something_is_kept_as_a_draft(city: City, fields: dict[str, str]) -> None:
    response = add(city, story_form(body=[("statistic", statistic(**fields))]), who="editor")
    assert response.status_code == 302
    assert only_story().body[0].block_type == "statistic"


def test_every_block_reaches_the_public_in_its_form(city: City) -> None:
    body = [
        ("heading", {"text": "开头", "level": "2"}),
        ("heading", {"text": "细节", "level": "3"}),
        ("quote", {"text": "远亲不如近邻", "speaker": "王婆婆", "role": "居民"}),
        (
            "timeline",
            {"title": "", "entries": list_block([{"when": "2019", "title": "开始", "text": ""}] * 2)},
        ),
        ("callout", {"title": "提醒", "html": html("带伞"), "tone": "tip"}),
        (
            "video",
            {
                "title": "片",
                "url": "https://example.org/v",
                "poster": "",
                "duration": "3分",
                "transcript": "字",
            },
        ),
    ]
    response = add(city, {**story_form(slug="s", body=body), **PUBLISH})
    assert response.status_code == 302, mistakes(response)
    shown = [(block["type"], block["value"]) for block in city.item("stories/s")["body"]]
    assert shown == [
        ("heading", {"text": "开头", "level": 2, "anchor": "h-1"}),
        ("heading", {"text": "细节", "level": 3, "anchor": "h-2"}),
        ("quote", {"text": "远亲不如近邻", "speaker": "王婆婆", "role": "居民"}),
        ("timeline", {"title": "", "entries": [{"when": "2019", "title": "开始", "text": ""}] * 2}),
        ("callout", {"title": "提醒", "html": "<p>带伞</p>", "tone": "tip"}),
        (
            "video",
            {
                "title": "片",
                "url": "https://example.org/v",
                "poster": None,
                "duration": "3分",
                "transcript": "字",
            },
        ),
    ]
    assert len({block["id"] for block in city.item("stories/s")["body"]}) == len(body)


def test_text_carries_no_markup_of_the_editor(city: City) -> None:
    other = city.story(slug="other")
    raw = f'<p data-block-key="k1">看<b>这里</b><a linktype="page" id="{other.pk}">那篇</a></p>'
    city.story(slug="s", body=[("paragraph", raw)])
    shown = city.item("stories/s")["body"][0]["value"]["html"]
    assert shown == '<p>看<b>这里</b><a href="/stories/other/">那篇</a></p>'


def test_gallery_needs_two_pictures(city: City) -> None:
    one = {"image": str(city.picture().pk), "caption": ""}
    form = story_form(body=[("gallery", {"title": "", "images": list_block([one])})])
    assert "body" in add(city, {**form, **PUBLISH}).context["form"].errors


# --- tags and summary ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "tags"),
    [
        ("", []),
        ("互助", ["互助"]),
        ("互助 老人", ["互助", "老人"]),
        (" 互助，老人、竹编;  互助\t院坝 ", ["互助", "老人", "竹编", "院坝"]),
        ("，,、", []),
    ],
)
def test_tags_are_read_as_they_are_typed(city: City, typed: str, tags: list[str]) -> None:
    city.story(slug="s", tags=typed)
    assert city.item("stories/s")["tags"] == tags
    for tag in tags:
        assert len(city.json("districts/wuhou/stories/", {"tag": tag})["results"]) == 1


def test_summary_that_nobody_wrote_is_the_beginning_of_the_text(city: City) -> None:
    city.story(slug="short", body=[paragraph("很短。")])
    city.story(slug="long", body=[("heading", {"text": "标题", "level": "2"}), paragraph("字" * 200)])
    city.story(slug="list", body=[("paragraph", "<ul><li>登记名字</li><li>两周归还</li></ul>")])
    city.story(slug="own", summary="自己写的", body=[paragraph("正文")])
    assert city.item("stories/short")["summary"] == "很短。"
    assert city.item("stories/long")["summary"] == "字" * 89 + "…"
    assert city.item("stories/list")["summary"] == "登记名字 两周归还"
    assert city.item("stories/own")["summary"] == "自己写的"


# --- communities and craftsmen of one's own district ---------------------------------------------------------------------


def test_form_offers_the_communities_of_its_own_district(city: City) -> None:
    city.community("晋阳社区")
    theirs = city.community("水井坊社区", district=city.jinjiang, slug="x")
    address = reverse("wagtailadmin_pages:add", args=["cms", "storypage", city.section("stories").pk])
    text = city.browser("editor").get(address).content.decode()
    assert "晋阳社区" in text
    assert "水井坊社区" not in text
    assert "community" in add(city, story_form(community=str(theirs.pk))).context["form"].errors


def test_craftsman_told_of_twice_is_refused_without_an_error_page(city: City) -> None:
    chen = city.craftsman()
    response = add(city, {**story_form(craftsmen=[chen.pk, chen.pk]), **PUBLISH})
    assert response.status_code == 200
    assert not StoryPage.objects.exists()


def test_autosaved_draft_is_kept_and_stays_private(city: City) -> None:
    """The editor's browser saves by itself, and asks for JSON."""
    story = city.story("标题", slug="s")
    before = shelf_rows()
    address = reverse("wagtailadmin_pages:edit", args=[story.pk])
    response = city.browser("editor").post(
        address, story_form("写到一半", slug="s"), headers={"accept": "application/json"}
    )
    assert response.status_code == 200
    assert response.json()["success"] is True
    assert only_story().get_latest_revision_as_object().title == "写到一半"
    assert shelf_rows() == before
