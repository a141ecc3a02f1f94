"""Who may do what: each role has its rights in its own district, and nobody has any in another."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.urls import reverse
from wagtail.models import Page

from cms.models import Craft, StoryPage
from festival.models import FestivalPage, Zone
from sites.domain.people import districts_of, is_city_staff
from tests.city import CAST, City, shelf_rows
from tests.page_forms import festival_form, home_form, story_form, zone_form

PUBLISH = {"action-publish": "1"}
OF_WUHOU = ["editor", "moderator", "organiser", "admin"]


def page_address(view: str, page: Page, *args: Any) -> str:
    return reverse(f"wagtailadmin_pages:{view}", args=[page.pk, *args])


def add_story(city: City, who: str, form: dict[str, Any], district: Any = None) -> HttpResponse:
    section = city.section("stories", district)
    address = reverse("wagtailadmin_pages:add", args=["cms", "storypage", section.pk])
    response: HttpResponse = city.browser(who).post(address, form)
    return response


# --- publishing ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "is_public"),
    [("editor", False), ("moderator", True), ("admin", True), ("city staff", True), ("organiser", None)],
)
def test_story_is_published_by_those_who_may(city: City, who: str, is_public: bool | None) -> None:
    add_story(city, who, {**story_form(slug="s"), **PUBLISH})
    assert list(StoryPage.objects.values_list("live", flat=True)) == (
        [] if is_public is None else [is_public]
    )
    assert city.get("districts/wuhou/stories/s/").status_code == (200 if is_public else 404)


@pytest.mark.parametrize("who", ["editor", "organiser"])
@pytest.mark.parametrize("view", ["edit", "unpublish", "delete"])
def test_public_story_is_not_changed_by_those_who_may_not_publish(city: City, who: str, view: str) -> None:
    story = city.story("旧的", slug="s")
    before = shelf_rows()
    city.browser(who).post(page_address(view, story), {**story_form("新的", slug="s"), **PUBLISH})
    assert shelf_rows() == before
    assert StoryPage.objects.get().title == "旧的"


def test_story_is_unpublished_and_deleted_by_those_who_may(city: City) -> None:
    first, second = city.story(slug="a"), city.story(slug="b")
    city.browser("moderator").post(page_address("unpublish", first))
    city.browser("admin").post(page_address("delete", second))
    assert city.json("districts/wuhou/stories/")["results"] == []
    assert list(StoryPage.objects.values_list("slug", flat=True)) == ["a"]


# --- the festival -------------------------------------------------------------------------------------------------------


def add_festival(city: City, who: str) -> HttpResponse:
    section = city.section("festivals")
    address = reverse("wagtailadmin_pages:add", args=["festival", "festivalpage", section.pk])
    response: HttpResponse = city.browser(who).post(address, {**festival_form(slug="2024"), **PUBLISH})
    return response


@pytest.mark.parametrize(
    ("who", "is_public"), [("organiser", True), ("admin", True), ("moderator", True), ("editor", False)]
)
def test_festival_is_published_by_those_who_may(city: City, who: str, is_public: bool) -> None:
    add_festival(city, who)
    assert FestivalPage.objects.get().live is is_public
    assert city.get("districts/wuhou/festivals/2024/").status_code == (200 if is_public else 404)


def test_organiser_keeps_zones_and_nothing_else(city: City) -> None:
    festival, story = city.festival(), city.story()
    browser = city.browser("organiser")
    assert browser.post(reverse("zones:add"), zone_form(festival.pk)).status_code == 302
    assert Zone.objects.get().festival == festival
    for address in (
        page_address("edit", story),
        page_address("edit", city.home()),
        reverse("wagtailadmin_pages:add", args=["cms", "storypage", city.section("stories").pk]),
        reverse("crafts:add"),
    ):
        assert browser.get(address).status_code == 302, address


@pytest.mark.parametrize("who", ["editor", "moderator"])
def test_zones_are_kept_from_those_who_write(city: City, who: str) -> None:
    festival = city.festival()
    city.browser(who).post(reverse("zones:add"), zone_form(festival.pk))
    assert not Zone.objects.exists()


# --- other districts ----------------------------------------------------------------------------------------------------


@pytest.fixture
def theirs(city: City) -> list[Page]:
    """What another district has, public and not."""
    return [
        city.story("锦江的故事", district=city.jinjiang, slug="public"),
        city.story("锦江的草稿", district=city.jinjiang, slug="draft", publish=False),
        city.craftsman("锦江师傅", district=city.jinjiang),
        city.place("锦江去处", district=city.jinjiang),
        city.festival("锦江节", district=city.jinjiang),
        city.home(city.jinjiang),
        city.section("stories", city.jinjiang),
    ]


def state_of(pages: list[Page]) -> list[Any]:
    columns = (
        "pk",
        "path",
        "title",
        "slug",
        "live",
        "has_unpublished_changes",
        "latest_revision_id",
        "locked",
    )
    return list(Page.objects.filter(pk__in=[page.pk for page in pages]).order_by("pk").values_list(*columns))


@pytest.mark.parametrize("who", OF_WUHOU)
def test_nobody_touches_the_pages_of_another_district(city: City, theirs: list[Page], who: str) -> None:
    before, shelf = state_of(theirs), shelf_rows()
    browser = city.browser(who)
    own = city.section("stories")
    for page in theirs:
        for view in ("edit", "delete", "unpublish", "lock", "convert_alias"):
            response = browser.post(page_address(view, page), {**story_form("抢来的"), **PUBLISH})
            assert response.status_code in {302, 403, 404}, (view, page)
        browser.post(page_address("move_confirm", page, own.pk))
        browser.post(page_address("workflow_action", page, "approve", 1))
    for action in ("publish", "unpublish", "delete", "move"):
        address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", action])
        query = "&".join(f"id={page.pk}" for page in theirs)
        browser.post(f"{address}?{query}&next=/admin/", {"chooser": own.pk})
    assert state_of(theirs) == before
    assert shelf_rows() == shelf


@pytest.mark.parametrize("who", OF_WUHOU)
def test_nobody_adds_pages_to_another_district(city: City, who: str) -> None:
    add_story(city, who, {**story_form(), **PUBLISH}, city.jinjiang)
    assert not StoryPage.objects.exists()


@pytest.mark.parametrize("who", OF_WUHOU)
def test_draft_of_another_district_is_not_shown(city: City, theirs: list[Page], who: str) -> None:
    browser = city.browser(who)
    draft = theirs[1]
    for view in ("edit", "view_draft", "history", "preview_on_edit"):
        response = browser.get(page_address(view, draft))
        assert response.status_code in {302, 403, 404}, view
        assert "锦江的草稿" not in response.content.decode()


def test_outsider_with_every_right_of_a_district_has_none_here(city: City) -> None:
    story = city.story("武侯的故事", slug="s")
    before = shelf_rows()
    browser = city.browser("outsider")
    for view in ("edit", "delete", "unpublish"):
        browser.post(page_address(view, story), {**story_form("抢来的"), **PUBLISH})
    assert shelf_rows() == before
    assert add_story(city, "outsider", {**story_form(), **PUBLISH}, city.jinjiang).status_code == 302
    assert StoryPage.objects.filter(live=True).count() == 2


def test_city_staff_serve_every_district(city: City, theirs: list[Page]) -> None:
    browser = city.browser("city staff")
    for page in theirs:
        assert browser.get(page_address("edit", page)).status_code == 200, page
    add_story(city, "city staff", {**story_form(slug="s"), **PUBLISH}, city.jinjiang)
    assert city.get("districts/jinjiang/stories/s/").status_code == 200
    assert city.user("city staff").is_superuser is False


# --- what the admin offers ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", list(CAST))
def test_everyone_reaches_the_admin_in_chinese(city: City, who: str) -> None:
    response = city.browser(who).get("/admin/")
    assert response.status_code == 200
    assert 'lang="zh-hans"' in response.content.decode()


@pytest.mark.parametrize("who", OF_WUHOU)
@pytest.mark.parametrize("path", ["users/", "groups/", "sites/", "workflows/list/", "collections/"])
def test_people_of_a_district_do_not_reach_what_is_the_whole_citys(city: City, who: str, path: str) -> None:
    response = city.browser(who).get(f"/admin/{path}")
    assert response.status_code == 404
    assert "锦江区" not in response.content.decode()


def test_crafts_are_kept_by_the_city(city: City) -> None:
    form = {"name": "竹编", "category": "heritage", "slug": "bamboo"}
    for who in OF_WUHOU:
        city.browser(who).post(reverse("crafts:add"), form)
    assert not Craft.objects.exists()
    city.browser("city staff").post(reverse("crafts:add"), form)
    assert Craft.objects.get().name == "竹编"


def test_home_page_is_edited_by_the_admin_and_published(city: City) -> None:
    form = {**home_form("我们的武侯", tagline="远亲不如近邻"), **PUBLISH}
    response = city.browser("admin").post(page_address("edit", city.home()), form)
    assert response.status_code == 302, response.context["form"].errors
    assert city.json("districts/wuhou/")["tagline"] == "远亲不如近邻"


@pytest.mark.parametrize("who", ["admin", "city staff"])
@pytest.mark.parametrize("part", ["home", "stories", "craftsmen", "places", "festivals"])
def test_frame_of_a_site_is_not_taken_away(city: City, who: str, part: str) -> None:
    """Without its home page a district has no site; without a shelf its editors have no place to write."""
    city.story(slug="s")
    page = city.home() if part == "home" else city.section(part)
    before, shelf = state_of([page]), shelf_rows()
    browser = city.browser(who, errors=False)
    for view in ("delete", "unpublish"):
        response = browser.post(page_address(view, page), {"include_descendants": "on"})
        assert response.status_code == 302
        address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", view])
        form = {"include_descendants": "on"}
        assert browser.post(f"{address}?id={page.pk}&next=/admin/", form).status_code < 500
    target = Page.get_first_root_node() if part == "home" else city.home(city.jinjiang)
    browser.post(page_address("move_confirm", page, target.pk))
    assert state_of([page]) == before
    assert shelf_rows() == shelf


def test_districts_of_each(city: City) -> None:
    found = {who: sorted(one.slug for one in districts_of(city.user(who))) for who in CAST}
    assert found == {
        **{who: ["wuhou"] for who in OF_WUHOU},
        "outsider": ["jinjiang"],
        "city staff": ["chengdu", "jinjiang", "wuhou"],
    }
    assert [who for who in CAST if is_city_staff(city.user(who))] == ["city staff"]
    # The city's own groups have no people yet: whoever is nobody is not among them either.
    assert not districts_of(AnonymousUser()).exists()


def test_person_who_was_dismissed_reaches_nothing(city: City) -> None:
    browser = city.browser("city staff")
    user = city.user("city staff")
    user.is_active = False
    user.save()
    assert not is_city_staff(user)
    assert browser.get("/admin/").status_code == 302
