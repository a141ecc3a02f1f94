"""Forged and forgotten references: nothing of one district may refer to what is another's."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import HttpResponse
from django.urls import reverse
from wagtail.models import Page
from wagtail.rich_text import features as rich_text_features  # noqa: F401 - loads the features

from cms.models import StoryCraftsman, StoryPage
from festival.programme import programme_items
from media.models import Picture
from sites.enums import Role
from sites.exceptions import AnotherDistrict, PublishRefused
from sites.models import RoleGroup
from sites.references import problems_of
from tests.city import City, item_block, programme
from tests.page_forms import home_form, list_block, rows, story_form, text_block

PUBLISH = {"action-publish": "1"}
TITLE = "锦江的图"


def add(city: City, form: dict[str, Any], *, who: str = "moderator") -> HttpResponse:
    address = reverse("wagtailadmin_pages:add", args=["cms", "storypage", city.section("stories").pk])
    response: HttpResponse = city.browser(who).post(address, form)
    return response


def link_to(page: Page) -> tuple[str, str]:
    """A paragraph with a link as the editor sends it."""
    import json

    text = "去看看"
    return "paragraph", json.dumps(
        {
            "blocks": [
                {
                    "key": "a",
                    "text": text,
                    "type": "unstyled",
                    "depth": 0,
                    "inlineStyleRanges": [],
                    "entityRanges": [{"offset": 0, "length": len(text), "key": 0}],
                }
            ],
            "entityMap": {
                "0": {
                    "type": "LINK",
                    "mutability": "MUTABLE",
                    "data": {"id": page.pk, "parentId": 1, "url": "/x/"},
                }
            },
        }
    )


def forged(city: City, what: str, district: Any) -> dict[str, Any]:
    """A story that refers to something of a district."""
    match what:
        case "cover":
            return story_form(cover=str(city.picture(district=district, title=TITLE).pk))
        case "picture block":
            value = {"image": str(city.picture(district=district, title=TITLE).pk), "caption": ""}
            return story_form(body=[text_block(), ("picture", value)])
        case "gallery":
            pictures = [
                city.picture(district=one, title=TITLE if one == district else "自己的图")
                for one in (city.wuhou, district)
            ]
            images = list_block([{"image": str(one.pk), "caption": ""} for one in pictures])
            return story_form(body=[text_block(), ("gallery", {"title": "", "images": images})])
        case "video":
            value = {"title": "录像", "url": "https://example.org/v", "duration": "", "transcript": ""}
            return story_form(
                body=[
                    text_block(),
                    ("video", {**value, "poster": str(city.picture(district=district, title=TITLE).pk)}),
                ]
            )
        case "craftsman":
            return story_form(craftsmen=[city.craftsman("锦师傅", district=district).pk])
        case "community":
            return story_form(community=str(city.community("书院街社区", district=district).pk))
        case "link":
            return story_form(body=[link_to(city.story("那边的", district=district, slug="there"))])
        case "programme item":
            festival = city.festival(district=district, programme=programme(item_block("开场舞")))
            key = next(programme_items(festival))[0]
            return story_form(body=[text_block(), ("festival_item", {"item": f"{festival.pk}:{key}"})])
    raise AssertionError(what)


EVERYTHING = [
    "cover",
    "picture block",
    "gallery",
    "video",
    "craftsman",
    "community",
    "link",
    "programme item",
]


@pytest.mark.parametrize("action", [{}, PUBLISH], ids=["draft", "publish"])
@pytest.mark.parametrize("what", EVERYTHING)
def test_what_is_another_districts_is_refused(city: City, what: str, action: dict[str, str]) -> None:
    form = {**forged(city, what, city.jinjiang), **action, "title": "我写的标题"}
    before = StoryPage.objects.count()
    response = add(city, form)
    assert response.status_code == 200
    assert StoryPage.objects.count() == before
    shown = response.content.decode()
    assert "我写的标题" in shown  # nothing typed is lost
    errors = str(response.context["form"].errors)
    for formset in response.context["form"].formsets.values():
        errors += str(formset.errors)
    # What is chosen from a list is not offered, and what is chosen by a dialog is looked up.
    assert "不是本区县的" in errors or what in {"community", "programme item"}
    assert errors.count("errorlist") > 0
    for secret in (TITLE, "锦师傅", "/there/"):
        assert secret not in shown


@pytest.mark.parametrize("what", ["cover", "picture block", "gallery", "video", "craftsman", "link"])
def test_form_refused_for_something_else_shows_no_forged_thing_either(city: City, what: str) -> None:
    """A summary that is too long is reason enough to show the form again."""
    response = add(city, {**forged(city, what, city.jinjiang), "summary": "长" * 300})
    shown = response.content.decode()
    assert "长" * 300 in shown
    for secret in (TITLE, "锦师傅", "/there/"):
        assert secret not in shown


def test_crossed_out_row_with_a_forged_key_shows_nothing(city: City) -> None:
    form = story_form(
        title="",
        craftsmen=[{"craftsman": str(city.craftsman("锦师傅", district=city.jinjiang).pk), "DELETE": "1"}],
    )
    assert "锦师傅" not in add(city, form).content.decode()


@pytest.mark.parametrize("what", EVERYTHING)
def test_ones_own_is_taken(city: City, what: str) -> None:
    response = add(city, {**forged(city, what, city.wuhou), **PUBLISH})
    assert response.status_code == 302, response.context["form"].errors


@pytest.mark.parametrize("what", ["cover", "picture block", "gallery", "video", "link", "programme item"])
def test_what_the_city_shares_is_taken(city: City, what: str) -> None:
    response = add(city, {**forged(city, what, city.chengdu), **PUBLISH})
    assert response.status_code == 302, response.context["form"].errors


def test_draft_of_the_city_is_not_linked_to(city: City) -> None:
    draft = city.story("未公开", district=city.chengdu, publish=False)
    response = add(city, story_form(body=[link_to(draft)]))
    assert response.status_code == 200
    assert "未公开" not in response.content.decode()


def test_refusal_says_where_and_names_nothing(city: City) -> None:
    theirs = city.picture(district=city.jinjiang, title="锦江机密")
    response = add(city, story_form(cover=str(theirs.pk)))
    assert "“题图”里有一个图片不是本区县的" in str(response.context["form"].errors["cover"])
    assert "锦江机密" not in str(response.context["form"].errors)


def test_autosave_is_refused_as_well(city: City) -> None:
    story = city.story()
    theirs = city.picture(district=city.jinjiang)
    response = city.browser("moderator").post(
        reverse("wagtailadmin_pages:edit", args=[story.pk]),
        story_form(cover=str(theirs.pk)),
        headers={"accept": "application/json"},
    )
    assert response.json()["success"] is False
    assert StoryPage.objects.get().get_latest_revision_as_object().cover_id is None


def test_preview_of_a_forged_reference_shows_nothing(city: City) -> None:
    story = city.story()
    theirs = city.picture(district=city.jinjiang, alt="锦江的画面")
    address = reverse("wagtailadmin_pages:preview_on_edit", args=[story.pk])
    browser = city.browser("moderator")
    assert browser.post(address, story_form(cover=str(theirs.pk))).json()["is_valid"] is False
    assert "锦江的画面" not in browser.get(address).content.decode()


def test_home_page_is_guarded(city: City) -> None:
    own, theirs = city.picture(), city.picture(district=city.jinjiang)
    address = reverse("wagtailadmin_pages:edit", args=[city.home().pk])
    taken = city.browser("admin").post(address, {**home_form(cover=str(own.pk)), **PUBLISH})
    assert taken.status_code == 302, taken.context["form"].errors
    festival = city.festival(district=city.jinjiang, programme=programme(item_block("锦江舞")))
    assert festival.live
    shown = city.browser("admin").get(address).context["form"].fields["about"].widget.block_def
    items = shown.child_blocks["festival_item"].child_blocks["item"].field.choices
    assert not any("锦江舞" in label for _, label in items)
    form = {**home_form(cover=str(theirs.pk)), **PUBLISH}
    response = city.browser("admin").post(reverse("wagtailadmin_pages:edit", args=[city.home().pk]), form)
    assert "cover" in response.context["form"].errors


def test_dead_link_does_not_keep_a_draft_from_being_saved(city: City) -> None:
    gone = city.story("不久就删", slug="gone")
    form = story_form(body=[link_to(gone)], slug="s")
    gone.delete()
    assert add(city, form).status_code == 302


# --- past the forms -----------------------------------------------------------------------------------------------------


def test_publishing_refuses_what_came_past_the_form(city: City) -> None:
    story = city.story(publish=False)
    story.cover = city.picture(district=city.jinjiang)
    revision = story.save_revision()
    with pytest.raises(PublishRefused, match="题图"):
        revision.publish()
    assert not StoryPage.objects.get().live


def test_older_version_with_a_foreign_picture_is_not_taken_back(city: City) -> None:
    story = city.story()
    story.cover = city.picture(district=city.jinjiang)
    bad = story.save_revision()
    story.cover = None
    story.save_revision().publish()
    browser = city.browser("moderator")
    address = reverse("wagtailadmin_pages:revisions_revert", args=[story.pk, bad.pk])
    form = story_form(cover=str(Picture.objects.get().pk), revision=str(bad.pk))
    assert browser.get(address).status_code == 200
    response = browser.post(reverse("wagtailadmin_pages:edit", args=[story.pk]), {**form, **PUBLISH})
    assert response.status_code == 200
    assert StoryPage.objects.get().cover is None


def test_child_rows_and_streams_are_walked(city: City) -> None:
    story = city.story(publish=False)
    story.body = [("picture", {"image": city.picture(district=city.jinjiang), "caption": ""})]
    story.craftsmen = [StoryCraftsman(craftsman=city.craftsman(district=city.jinjiang))]
    found = problems_of(story, district=city.wuhou)
    assert {type(one.row).__name__ + "." + one.field for one in found} == {
        "StoryPage.body",
        "StoryCraftsman.craftsman",
    }
    assert problems_of(story, district=city.jinjiang) == []


# --- pages stay in their district ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["city staff", "admin of both"])
def test_move_to_another_district_is_refused_with_the_reason(city: City, who: str) -> None:
    story, there = city.story("武侯的"), city.section("stories", city.jinjiang)
    if who == "admin of both":
        who = "admin"
        city.user(who).groups.add(RoleGroup.objects.get(district=city.jinjiang, role=Role.ADMIN).group)
    browser = city.browser(who)
    for address, form in (
        (reverse("wagtailadmin_pages:move_confirm", args=[story.pk, there.pk]), {}),
        (f"/admin/bulk/wagtailcore/page/move/?id={story.pk}&next=/admin/", {"chooser": there.pk}),
    ):
        response = browser.post(address, form, follow=True)
        assert "不能移到别的区县" in response.content.decode()
        assert StoryPage.objects.get().path.startswith(city.section("stories").path)


def test_move_is_refused_below_the_forms(city: City) -> None:
    with pytest.raises(AnotherDistrict):
        city.story().move(city.section("stories", city.jinjiang), pos="last-child")


def test_copy_with_a_picture_does_not_leave_its_district(city: City) -> None:
    story, there = city.story(cover=city.picture()), city.section("stories", city.jinjiang)
    form = {"new_title": "抄本", "new_slug": "copied", "new_parent_page": str(there.pk)}
    for extra in ({}, {"alias": "on"}, {"publish_copies": "on"}):
        address = reverse("wagtailadmin_pages:copy", args=[story.pk])
        response = city.browser("city staff").post(address, {**form, **extra})
        assert "不能复制到别的区县" in str(response.context["form"].errors)
    with pytest.raises(AnotherDistrict):
        story.copy(to=there)
    with pytest.raises(AnotherDistrict):
        story.create_alias(parent=there)
    assert StoryPage.objects.count() == 1


def test_copy_within_the_district_goes_on(city: City) -> None:
    story, here = city.story(cover=city.picture()), city.section("stories")
    form = {"new_title": "抄本", "new_slug": "copied", "new_parent_page": str(here.pk)}
    response = city.browser("admin").post(reverse("wagtailadmin_pages:copy", args=[story.pk]), form)
    assert response.status_code == 302
    assert StoryPage.objects.filter(slug="copied").exists()


# --- rows and files -----------------------------------------------------------------------------------------------------


def test_used_picture_stays_in_its_district(city: City) -> None:
    city.user("admin").groups.add(RoleGroup.objects.get(district=city.jinjiang, role=Role.ADMIN).group)
    used, free = city.picture(), city.picture()
    city.story(cover=used)
    browser = city.browser("admin")
    target = city.jinjiang.collection_id
    form = {"title": "竹编", "description": "画面", "consent": "not-needed", "credit": "", "consent_note": ""}
    browser.post(reverse("wagtailimages:edit", args=[used.pk]), {**form, "collection": target})
    bulk = reverse("wagtail_bulk_action", args=["media", "picture", "add_to_collection"])
    browser.post(f"{bulk}?id={used.pk}&next=/admin/", {"collection": target})
    assert Picture.objects.get(pk=used.pk).collection == city.wuhou.collection
    browser.post(f"{bulk}?id={free.pk}&next=/admin/", {"collection": target})
    assert Picture.objects.get(pk=free.pk).collection == city.jinjiang.collection


def test_story_keeps_working_rows_beside_a_refused_one(city: City) -> None:
    """The error stands at the row that is wrong, and the rows stay as typed."""
    mine, theirs = city.craftsman("陈师傅"), city.craftsman("锦师傅", district=city.jinjiang, slug="jin")
    form = {**story_form(), **rows_of(mine.pk, theirs.pk)}
    response = add(city, form)
    formset = response.context["form"].formsets["craftsmen"]
    assert [bool(one.errors) for one in formset.forms] == [False, True]


def rows_of(*keys: int) -> dict[str, Any]:
    from wagtail.test.utils.form_data import nested_form_data

    made: dict[str, Any] = nested_form_data({"craftsmen": rows("craftsman", keys)})
    return made
