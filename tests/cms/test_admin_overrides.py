"""Wagtail's lists, choosers, bulk actions and panels show what is the person's, and all of that."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page, PageLogEntry

from media.models import Document
from sites.enums import Role
from sites.models import RoleGroup, User
from tests.city import City, draw

pytestmark = pytest.mark.once  # shows nothing that hangs on the database

OF_WUHOU = ["editor", "moderator", "admin"]


@pytest.fixture
def written(city: City) -> None:
    """A story in each district, written and changed by somebody of it."""
    for district, who, name in ((city.wuhou, "editor", "武侯编辑"), (city.jinjiang, "outsider", "锦江编辑")):
        user = city.user(who)
        user.last_name = name
        user.save()
        story = city.story(f"{district.name}的故事", district=district, slug="s", owner=user)
        PageLogEntry.objects.log_action(story, "wagtail.edit", user=user)


# --- lists --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", OF_WUHOU)
@pytest.mark.parametrize("listing", ["explorer", "type use"])
def test_filters_offer_colleagues_and_own_sites(city: City, written: None, who: str, listing: str) -> None:
    address = {
        "explorer": reverse("wagtailadmin_explore", args=[city.section("stories").pk]),
        "type use": reverse("wagtailadmin_pages:type_use", args=["cms", "storypage"]),
    }[listing]
    response = city.browser(who).get(address)
    shown = response.content.decode()
    assert "武侯区的故事" in shown
    assert "锦江" not in shown
    filters = response.context["filters"].form.fields
    assert {str(one) for one in filters["owner"].queryset} == {"editor"}
    assert {str(one) for one in filters["edited_by"].queryset} == {"editor"}
    assert {one.district.slug for one in filters["site"].queryset} == {"wuhou"}


def test_city_filters_by_everybody(city: City, written: None) -> None:
    response = city.browser("city staff").get(
        reverse("wagtailadmin_pages:type_use", args=["cms", "storypage"])
    )
    assert {str(one) for one in response.context["filters"].form.fields["owner"].queryset} == {
        "editor",
        "outsider",
    }
    assert "锦江区的故事" in response.content.decode()


# --- the page chooser ---------------------------------------------------------------------------------------------------


def chooser(city: City, who: str, page: Page | None = None, **query: Any) -> str:
    name = "wagtailadmin_choose_page_child" if page else "wagtailadmin_choose_page"
    answer = city.browser(who).get(reverse(name, args=[page.pk] if page else []), query)
    assert answer.status_code == 200, answer.status_code
    html: str = json.loads(answer.content)["html"]
    return html


@pytest.mark.parametrize("who", OF_WUHOU)
def test_chooser_begins_at_home_without_the_root(city: City, written: None, who: str) -> None:
    shown = chooser(city, who)
    assert "武侯区" in shown
    assert "锦江" not in shown
    assert "Root" not in shown
    assert "武侯区的故事" in chooser(city, who, city.section("stories"))


def test_chooser_finds_craftsmen_of_the_own_district(city: City) -> None:
    city.craftsman("陈师傅")
    city.craftsman("锦师傅", district=city.jinjiang)
    shown = chooser(city, "editor", page_type="cms.craftsmanpage")
    assert "陈师傅" in shown
    assert "锦师傅" not in shown


def test_chooser_does_not_walk_into_another_district(city: City, written: None) -> None:
    for page in (city.home(city.jinjiang), city.section("stories", city.jinjiang)):
        address = reverse("wagtailadmin_choose_page_child", args=[page.pk])
        assert city.browser("editor").get(address).status_code == 404


def test_chooser_search_finds_own_and_what_the_city_made_public(city: City) -> None:
    city.story("竹编一", slug="a", publish=False)
    city.story("竹编二", slug="b", district=city.jinjiang)
    city.story("竹编三", slug="c", district=city.chengdu)
    city.story("竹编四", slug="d", district=city.chengdu, publish=False)
    address = reverse("wagtailadmin_choose_page_search")
    shown = city.browser("editor").get(address, {"q": "竹编"}).content.decode()
    assert [name for name in ("竹编一", "竹编二", "竹编三", "竹编四") if name in shown] == [
        "竹编一",
        "竹编三",
    ]


def test_title_of_the_citys_draft_stays_with_the_city(city: City) -> None:
    shared = city.story("竹编的公开标题", slug="a", district=city.chengdu)
    shared.title = "竹编的草稿标题"
    shared.save_revision()
    browser = city.browser("editor")
    address = reverse("wagtailadmin_choose_page_search")
    many = reverse("wagtailadmin_choose_page_chosen_multiple")
    browse = reverse("wagtailadmin_choose_page_child", args=[city.section("stories", city.chengdu).pk])
    for shown in (
        browser.get(address, {"q": "竹编"}).content.decode(),
        json.dumps(json.loads(browser.get(many, {"id": shared.pk}).content), ensure_ascii=False),
        json.dumps(json.loads(browser.get(browse).content), ensure_ascii=False),
    ):
        assert "竹编的公开标题" in shown
        assert "竹编的草稿标题" not in shown


@pytest.mark.parametrize("who", [*OF_WUHOU, "city staff"])
def test_files_are_searched(city: City, who: str) -> None:
    for district, title in ((city.wuhou, "竹编甲"), (city.jinjiang, "竹编乙"), (city.chengdu, "竹编丙")):
        city.picture(district=district, title=title)
    for name in ("wagtailimages:index", "wagtailimages_chooser:choose_results"):
        shown = city.browser(who).get(reverse(name), {"q": "竹编"}).content.decode()
        assert ("竹编乙" in shown) == (who == "city staff")
        assert ("竹编甲" in shown) == (name.endswith("choose_results") or who != "editor")
    for name in ("wagtaildocs:index", "wagtaildocs_chooser:choose_results"):
        assert city.browser(who).get(reverse(name), {"q": "竹编"}).status_code == 200


@pytest.mark.parametrize(
    "address", ["wagtailimages:index", "wagtaildocs:index", "wagtailimages_chooser:choose"]
)
def test_tags_that_came_by_another_way_are_not_offered(city: City, address: str) -> None:
    own, theirs = city.picture(), city.picture(district=city.jinjiang)
    documents = [
        Document.objects.create(title="须知", file=draw(), collection=one.collection)
        for one in (city.wuhou, city.jinjiang)
    ]
    for file in (own, theirs, *documents):
        file.tags.add("锦江的标签")
    answer = city.browser("admin").get(reverse(address))
    assert answer.status_code == 200
    assert "锦江的标签" not in answer.content.decode()


def test_many_chosen_are_ones_own(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sites.gate.Gate.check", lambda *args: None)
    own, theirs = city.story("甲", slug="a"), city.story("乙", slug="b", district=city.jinjiang)
    address = reverse("wagtailadmin_choose_page_chosen_multiple")
    answer = city.browser("editor").get(address, {"id": [own.pk, theirs.pk, "all"]})
    assert [one["id"] for one in json.loads(answer.content)["result"]] == [own.pk]


# --- bulk actions -------------------------------------------------------------------------------------------------------


def test_bulk_action_names_nothing_of_another_district(
    city: City, written: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also with the gate open: "all" means all of one's own."""
    monkeypatch.setattr("sites.gate.Gate.check", lambda *args: None)
    browser = city.browser("admin")
    theirs = Page.objects.get(title="锦江区的故事")
    for action in ("delete", "move", "publish", "unpublish"):
        address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", action])
        for query in ("?id=all", f"?id=all&childOf={theirs.get_parent().pk}", f"?id={theirs.pk}"):
            shown = browser.get(f"{address}{query}&next=/admin/").content.decode()
            assert "锦江" not in shown, (action, query)
        own = f"?id=all&childOf={city.section('stories').pk}"
        if action in {"delete", "unpublish"}:
            assert "武侯区的故事" in browser.get(f"{address}{own}&next=/admin/").content.decode()


@pytest.mark.parametrize(("app", "model"), [("media", "picture"), ("media", "document")])
def test_files_are_deleted_by_their_own_people(
    city: City, monkeypatch: pytest.MonkeyPatch, app: str, model: str
) -> None:
    monkeypatch.setattr("sites.gate.Gate.check", lambda *args: None)
    theirs = city.picture(district=city.jinjiang, title="锦江的图")
    address = reverse("wagtail_bulk_action", args=[app, model, "delete"])
    answer = city.browser("admin").post(f"{address}?id={theirs.pk}&next=/admin/")
    assert answer.status_code == 404
    theirs.refresh_from_db()


# --- the desk -----------------------------------------------------------------------------------------------------------


def test_desk_forgets_the_district_that_one_left(city: City) -> None:
    user = city.user("editor")
    other = RoleGroup.objects.get(district=city.jinjiang, role=Role.EDITOR).group
    user.groups.add(other)
    for district in (city.wuhou, city.jinjiang):
        story = city.story(f"{district.name}的旧稿", district=district, slug="old", publish=False, owner=user)
        PageLogEntry.objects.log_action(story, "wagtail.edit", user=user)
        story.locked, story.locked_by, story.locked_at = True, user, timezone.now()
        story.save()
    assert "锦江区的旧稿" in city.browser("editor").get("/admin/").content.decode()
    user.groups.remove(other)
    shown = city.browser("editor").get("/admin/").content.decode()
    assert "武侯区的旧稿" in shown
    assert "锦江区的旧稿" not in shown
    assert User.objects.filter(pk=user.pk).exists()


def test_no_page_asks_for_a_password(city: City) -> None:
    story = city.story()
    shown = city.browser("admin").get(reverse("wagtailadmin_pages:edit", args=[story.pk])).content.decode()
    assert reverse("wagtailadmin_pages:set_privacy", args=[story.pk]) not in shown
    address = reverse("wagtailadmin_pages:set_privacy", args=[story.pk])
    assert city.browser("city staff").get(address).status_code == 404


def test_body_offers_the_programmes_of_ones_own_district_and_the_city(city: City) -> None:
    from tests.city import item_block, programme

    for district, title in ((city.wuhou, "武侯舞"), (city.jinjiang, "锦江舞"), (city.chengdu, "成都舞")):
        city.festival(district=district, programme=programme(item_block(title)))
    address = reverse("wagtailadmin_pages:add", args=["cms", "storypage", city.section("stories").pk])
    widget = city.browser("editor").get(address).context["form"].fields["body"].widget
    items = widget.block_def.child_blocks["festival_item"].child_blocks["item"]
    labels = [label for _, label in items.field.choices]
    assert any("武侯舞" in label for label in labels)
    assert any("成都舞" in label for label in labels)
    assert not any("锦江舞" in label for label in labels)
