"""The gate: what is listed, what it refuses, and that it lets one's own through."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from wagtail.models import Page

from media.models import Document
from sites import gate
from tests.city import City, draw

pytestmark = pytest.mark.once

OF_WUHOU = ["editor", "moderator", "organiser", "admin"]


def addresses() -> Iterator[tuple[str, frozenset[str]]]:
    """Name and arguments of every address below /admin/ and /documents/."""
    for resolver in get_resolver().url_patterns:
        if isinstance(resolver, URLResolver) and str(resolver.pattern) in {"admin/", "documents/"}:
            yield from _below(resolver, ())


def _below(resolver: URLResolver, spaces: tuple[str, ...]) -> Iterator[tuple[str, frozenset[str]]]:
    if resolver.namespace:
        spaces = (*spaces, resolver.namespace)
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from _below(pattern, spaces)
        elif isinstance(pattern, URLPattern) and pattern.name:
            regex = pattern.pattern.regex
            names = set(regex.groupindex) | set(pattern.pattern.converters)
            unnamed = {str(n) for n in range(regex.groups)} if not names else set()
            yield ":".join((*spaces, pattern.name)), frozenset(names | unnamed)


# --- the map ------------------------------------------------------------------------------------------------------------


def test_every_address_is_listed_with_its_arguments() -> None:
    """An upgrade of Wagtail that adds a view fails here, before anybody can reach it."""
    unknown = {
        (name, tuple(arguments))
        for name, arguments in addresses()
        if name not in gate.listed() or not arguments <= gate.listed()[name].arguments
    }
    assert unknown == set()


def test_nothing_is_listed_that_is_not_there() -> None:
    assert set(gate.listed()) - {name for name, _ in addresses()} == set()


def test_name_is_listed_once() -> None:
    with pytest.raises(ValueError, match="listed twice"):
        gate.keep(gate.city(), "wagtailadmin_home")


def test_unknown_address_is_closed_even_to_the_city(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = city.browser("city staff")
    assert browser.get("/admin/account/").status_code == 200
    monkeypatch.delitem(gate._kept, "wagtailadmin_account")
    assert browser.get("/admin/account/").status_code == 404


def test_argument_that_nobody_looks_at_closes_an_address(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    story = city.story()
    address = reverse("wagtailadmin_pages:edit", args=[story.pk])
    assert city.browser("city staff").get(address).status_code == 200
    monkeypatch.setitem(gate._kept, "wagtailadmin_pages:edit", gate.scoped())
    assert city.browser("city staff").get(address).status_code == 404


# --- at the door --------------------------------------------------------------------------------------------------------

PAGE_VIEWS = [
    "edit",
    "delete",
    "history",
    "usage",
    "copy",
    "view_draft",
    "workflow_history",
    "revisions_index",
]


def pages(city: City, district: Any, title: str) -> tuple[Page, Page]:
    """A public story and a draft with a moderation under way."""
    public = city.story(title, district=district, slug="public")
    draft = city.story(title, district=district, slug="draft", publish=False)
    return public, draft


@pytest.mark.parametrize("who", OF_WUHOU)
def test_page_of_another_district_is_as_if_it_were_not_there(city: City, who: str) -> None:
    theirs = pages(city, city.jinjiang, "锦江的故事")
    browser = city.browser(who)
    missing = browser.get(reverse("wagtailadmin_pages:edit", args=[999_999]))
    for view in PAGE_VIEWS:
        for page in theirs:
            answer = browser.get(reverse(f"wagtailadmin_pages:{view}", args=[page.pk]))
            assert answer.status_code == 404, view
            assert "锦江的故事" not in answer.content.decode()
    assert answer.content == missing.content


@pytest.mark.parametrize("who", ["editor", "moderator", "admin", "city staff"])
def test_own_pages_are_let_through(city: City, who: str) -> None:
    public, draft = pages(city, city.wuhou, "武侯的故事")
    browser = city.browser(who)
    for view in PAGE_VIEWS:
        for page in (public, draft):
            answer = browser.get(reverse(f"wagtailadmin_pages:{view}", args=[page.pk]), follow=True)
            assert answer.status_code == 200, view
    assert "武侯的故事" in browser.get(reverse("wagtailadmin_pages:edit", args=[public.pk])).content.decode()


def test_revision_is_one_of_that_page(city: City) -> None:
    own, theirs = city.story("甲", slug="a"), city.story("乙", slug="b", district=city.jinjiang)
    browser = city.browser("moderator")
    for view in ("revisions_view", "revisions_revert"):
        address = reverse(f"wagtailadmin_pages:{view}", args=[own.pk, own.latest_revision_id])
        assert browser.get(address).status_code == 200
        address = reverse(f"wagtailadmin_pages:{view}", args=[own.pk, theirs.latest_revision_id])
        assert browser.get(address).status_code == 404
    compared = reverse(
        "wagtailadmin_pages:revisions_compare", args=[own.pk, "live", theirs.latest_revision_id]
    )
    assert browser.get(compared).status_code == 404
    compared = reverse("wagtailadmin_pages:revisions_compare", args=[own.pk, "earliest", "latest"])
    assert browser.get(compared).status_code == 200


def test_move_is_asked_only_to_ones_own_pages(city: City) -> None:
    own = city.story()
    address = reverse(
        "wagtailadmin_pages:move_confirm", args=[own.pk, city.section("stories", city.jinjiang).pk]
    )
    assert city.browser("admin").get(address).status_code == 404


@pytest.mark.parametrize("field", ["new_parent_page", "chooser", "parent_page"])
def test_parent_in_a_form_is_ones_own(city: City, field: str) -> None:
    own, there = city.story(), city.section("stories", city.jinjiang)
    address = {
        "new_parent_page": reverse("wagtailadmin_pages:copy", args=[own.pk]),
        "chooser": reverse("wagtail_bulk_action", args=["wagtailcore", "page", "move"]) + f"?id={own.pk}",
        "parent_page": reverse("wagtailadmin_pages:choose_parent", args=["cms", "storypage"]),
    }[field]
    form = {field: str(there.pk), "new_title": "抄", "new_slug": "copied"}
    answer = city.browser("admin").post(address, form)
    assert answer.status_code == 404
    assert there.get_children().count() == 0


def test_query_string_is_looked_at(city: City) -> None:
    browser = city.browser("admin")
    theirs, own = city.section("stories", city.jinjiang), city.section("stories")
    listing = reverse("wagtailadmin_api:pages:listing")
    assert browser.get(listing, {"child_of": theirs.pk}).status_code == 404
    assert browser.get(listing, {"child_of": own.pk}).status_code == 200
    upload = reverse("wagtailimages:add_multiple")
    assert browser.get(upload, {"collection_id": city.jinjiang.collection_id}).status_code == 404
    assert browser.get(upload, {"collection_id": city.wuhou.collection_id}).status_code == 200


@pytest.mark.parametrize("spelled", ["+{}", " {}", "0_{}", "０{}"])
def test_key_is_looked_at_however_it_is_spelled(city: City, spelled: str) -> None:
    browser = city.browser("admin")
    theirs = city.section("stories", city.jinjiang)
    listing, upload = reverse("wagtailadmin_api:pages:listing"), reverse("wagtailimages:add_multiple")
    assert browser.get(listing, {"child_of": spelled.format(theirs.pk)}).status_code == 404
    key = spelled.format(city.jinjiang.collection_id)
    assert browser.get(upload, {"collection_id": key}).status_code == 404


def test_number_that_no_row_can_have_is_no_fault(city: City) -> None:
    upload = reverse("wagtailimages:add_multiple")
    assert city.browser("admin").get(upload, {"collection_id": "9" * 30}).status_code == 200


@pytest.mark.parametrize("who", OF_WUHOU)
def test_bulk_action_on_what_is_not_ones_own_is_refused_whole(city: City, who: str) -> None:
    own, theirs = city.story("甲", slug="a"), city.story("锦江的", slug="b", district=city.jinjiang)
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "unpublish"])
    answer = city.browser(who).get(f"{address}?id={own.pk}&id={theirs.pk}&next=/admin/")
    assert answer.status_code == 404


def test_files_of_another_district_are_not_there(city: City) -> None:
    own, theirs = city.picture(), city.picture(district=city.jinjiang)
    shared = city.picture(district=city.chengdu)
    browser = city.browser("admin")
    for view in ("edit", "delete", "image_usage"):
        assert browser.get(reverse(f"wagtailimages:{view}", args=[own.pk])).status_code == 200
        for picture in (theirs, shared):
            assert browser.get(reverse(f"wagtailimages:{view}", args=[picture.pk])).status_code == 404
    for picture, status in ((own, 200), (shared, 200), (theirs, 404)):
        assert browser.get(reverse("wagtailimages_chooser:chosen", args=[picture.pk])).status_code == status
        many = reverse("wagtailimages_chooser:chosen_multiple")
        assert browser.get(many, {"id": picture.pk}).status_code == status


def test_document_is_served_to_its_own_people(city: City) -> None:
    document = Document.objects.create(title="须知", file=draw(), collection=city.wuhou.collection)
    assert city.browser("editor").get(document.url).status_code == 200
    for who in ("outsider", ""):
        assert city.browser(who).get(document.url).status_code == 404
    closed = reverse("wagtaildocs_authenticate_with_password", args=[1])
    assert city.browser("city staff").get(closed).status_code == 404


@pytest.mark.parametrize("who", OF_WUHOU)
@pytest.mark.parametrize("kept", ["city", "nobody"])
def test_what_is_the_whole_citys_is_closed(city: City, who: str, kept: str) -> None:
    browser = city.browser(who)
    closed = [name for name, one in gate.listed().items() if one.how == kept]
    assert len(closed) > 8
    for name, arguments in addresses():
        if name in closed:
            values = dict.fromkeys(arguments, 1)
            assert browser.get(reverse(name, kwargs=values)).status_code == 404, name


def test_city_staff_reach_the_citys_own(city: City) -> None:
    browser = city.browser("city staff")
    assert browser.get(reverse("wagtailadmin_reports:site_history")).status_code == 200
    assert browser.get(reverse("wagtailadmin_explore_root"), follow=True).status_code == 200


@pytest.mark.parametrize("who", [*OF_WUHOU, "city staff"])
def test_the_days_work_is_let_through(city: City, who: str) -> None:
    browser = city.browser(who)
    for address in (
        "/admin/",
        "/admin/account/",
        reverse("wagtailadmin_explore", args=[city.home().pk]),
        reverse("wagtailadmin_pages:search"),
        reverse("wagtailimages:index"),
        reverse("wagtailimages:add_multiple"),
        reverse("wagtailimages_chooser:choose"),
        reverse("wagtaildocs:index"),
        reverse("wagtailadmin_choose_page"),
        reverse("communities:index"),
        reverse("crafts:index"),
    ):
        assert browser.get(address, follow=True).status_code == 200, address


def test_stranger_is_sent_to_sign_in(city: City) -> None:
    answer = city.browser().get(reverse("wagtailadmin_pages:edit", args=[city.story().pk]))
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/admin/login/")


def test_ping_of_another_districts_page_says_nothing(city: City) -> None:
    own, theirs = city.story("甲", slug="a"), city.story("乙", slug="b", district=city.jinjiang)
    browser = city.browser("moderator")
    for page, status in ((own, 200), (theirs, 404)):
        address = reverse("wagtailadmin_editing_sessions:ping", args=["cms", "storypage", page.pk, 1])
        assert browser.post(address).status_code == status
    address = reverse(
        "wagtailadmin_editing_sessions:ping", args=["districts", "user", city.user("outsider").pk, 1]
    )
    assert browser.post(address).status_code == 404
