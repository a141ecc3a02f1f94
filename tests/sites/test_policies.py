"""Who may do what with whose rows, asked of the policies themselves."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser, Group
from django.urls import reverse
from wagtail.models import Page, Site, Workflow
from wagtail.permissions import policy_registry

from cms.models import Craft, StoryPage
from festival.models import Zone
from media.models import Picture
from sites.enums import Role
from sites.models import Community, District, RoleGroup, ServedCommunity, User
from tests.city import City
from tests.page_forms import story_form

OF_WUHOU = ["editor", "moderator", "organiser", "admin"]


def give(user: User, district: District, role: Role) -> User:
    user.groups.add(RoleGroup.objects.get(district=district, role=role).group)
    return User.objects.get(pk=user.pk)


# --- a right counts where its role is held ------------------------------------------------------------------------------


@pytest.fixture
def both(city: City) -> User:
    """Admin of wuhou, editor of jinjiang."""
    return give(city.user("admin"), city.jinjiang, Role.EDITOR)


def test_right_of_one_district_is_none_in_another(city: City, both: User) -> None:
    here, there = city.community(), city.community("书院街社区", district=city.jinjiang)
    policy = policy_registry.get_by_type(Community)
    assert set(policy.instances_user_has_any_permission_for(both, ["view"])) == {here, there}
    assert list(policy.instances_user_has_any_permission_for(both, ["change"])) == [here]
    assert policy.user_has_permission_for_instance(both, "delete", here)
    assert not policy.user_has_permission_for_instance(both, "delete", there)


def test_views_follow_the_role_of_the_district(city: City, both: User) -> None:
    here, there = city.community(), city.community("书院街社区", district=city.jinjiang)
    browser = city.browser("admin")
    listed = browser.get(reverse("communities:index")).content.decode()
    assert "晋阳社区" in listed
    assert "书院街社区" in listed
    for view in ("edit", "delete"):
        assert browser.get(reverse(f"communities:{view}", args=[here.pk])).status_code == 200
        assert browser.get(reverse(f"communities:{view}", args=[there.pk])).status_code == 404
    browser.post(reverse("communities:delete", args=[there.pk]))
    assert Community.objects.filter(pk=there.pk).exists()
    offered = browser.get(reverse("communities:add")).context["form"].fields["district"].queryset
    assert list(offered) == [city.wuhou]


def test_zone_is_added_only_where_one_may(city: City, both: User) -> None:
    here, there = city.festival(), city.festival(district=city.jinjiang)
    form = city.browser("admin").get(reverse("zones:add")).context["form"]
    assert list(form.fields["festival"].queryset) == [here]
    assert policy_registry.get_by_type(Zone).user_has_permission(both, "add")
    assert there.zones.count() == 0


# --- files --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", OF_WUHOU)
def test_citys_pictures_are_chosen_and_not_changed(city: City, who: str) -> None:
    own, theirs, shared = (city.picture(district=one) for one in (city.wuhou, city.jinjiang, city.chengdu))
    policy, user = policy_registry.get_by_type(Picture), city.user(who)
    assert set(policy.instances_user_has_any_permission_for(user, ["choose"])) == {own, shared}
    assert theirs not in policy.instances_user_has_any_permission_for(user, ["choose", "change", "delete"])
    assert not policy.user_has_any_permission_for_instance(user, ["change", "delete"], shared)


def test_right_on_a_strange_collection_opens_nothing(city: City) -> None:
    """Somebody gave the group a right where it serves nobody: the district still decides."""
    group = RoleGroup.objects.get(district=city.wuhou, role=Role.ADMIN).group
    theirs = city.picture(district=city.jinjiang)
    for right in group.collection_permissions.filter(collection=city.wuhou.collection):
        group.collection_permissions.create(
            collection=city.jinjiang.collection, permission_id=right.permission_id
        )
    policy, user = policy_registry.get_by_type(Picture), city.user("admin")
    assert theirs not in policy.instances_user_has_any_permission_for(user, ["choose", "change"])
    assert not policy.user_has_permission_for_instance(user, "change", theirs)
    assert city.jinjiang.collection not in policy.collections_user_has_permission_for(user, "add")


# --- what is the city's -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", OF_WUHOU)
def test_what_is_the_citys_is_seen_and_not_changed(city: City, who: str) -> None:
    user = city.user(who)
    crafts = policy_registry.get_by_type(Craft)
    assert crafts.user_has_permission(user, "view")
    for model in (Craft, User, Group, Site, Workflow):
        policy = policy_registry.get_by_type(model)
        assert not policy.user_has_any_permission(user, ["add", "change", "delete"]), model


def test_citys_staff_keep_crafts_and_are_no_superusers(city: City) -> None:
    user = city.user("city staff")
    assert not user.is_superuser
    assert policy_registry.get_by_type(Craft).user_has_permission(user, "change")


def test_nobody_signed_in_may_nothing() -> None:
    for model in (Page, Picture, Community, Craft, User):
        policy = policy_registry.get_by_type(model)
        assert not policy.user_has_permission(AnonymousUser(), "change"), model
        assert not policy.instances_user_has_any_permission_for(AnonymousUser(), ["change"]).exists(), model


# --- some communities of a district -------------------------------------------------------------------------------------


@pytest.fixture
def two(city: City) -> tuple[StoryPage, StoryPage, StoryPage]:
    """A story of one's community, one of another, and one of none."""
    mine, other = city.community(), city.community("桐梓林社区", slug="tongzilin")
    return (
        city.story("我们社区的", slug="mine", community=mine),
        city.story("别的社区的", slug="other", community=other),
        city.story("没有社区的", slug="none"),
    )


def limit(city: City, who: str, *names: str) -> None:
    for community in Community.objects.filter(name__in=names or ["晋阳社区"]):
        ServedCommunity.objects.create(user=city.user(who), community=community)


@pytest.mark.parametrize("who", ["editor", "moderator"])
def test_limited_person_sees_and_edits_the_pages_of_their_communities(
    city: City, two: tuple[StoryPage, ...], who: str
) -> None:
    limit(city, who)
    browser = city.browser(who)
    listed = browser.get(reverse("wagtailadmin_explore", args=[city.section("stories").pk])).content.decode()
    assert "我们社区的" in listed
    assert "别的社区的" not in listed
    assert "没有社区的" not in listed
    for page, status in zip(two, (200, 404, 404), strict=True):
        assert browser.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).status_code == status
        seen = (
            "社区的" in browser.get(reverse("wagtailadmin_pages:search"), {"q": page.title}).content.decode()
        )
        found = policy_registry.get_by_type(Page).explorable_instances(city.user(who)).filter(pk=page.pk)
        assert found.exists() == (status == 200), seen


def test_without_the_gate_a_limited_person_still_may_nothing(
    city: City, two: tuple[StoryPage, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sites.gate.Gate.check", lambda *args: None)
    limit(city, "moderator")
    browser = city.browser("moderator")
    for page, status in zip(two, (200, 302, 302), strict=True):
        assert browser.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).status_code == status
        browser.post(reverse("wagtailadmin_pages:unpublish", args=[page.pk]))
    assert [StoryPage.objects.get(pk=page.pk).live for page in two] == [False, True, True]


def test_limited_person_writes_for_one_of_their_communities(city: City, two: tuple[StoryPage, ...]) -> None:
    city.community("浆洗街社区", slug="jiangxijie")
    limit(city, "editor", "晋阳社区", "浆洗街社区")
    address = reverse("wagtailadmin_pages:add", args=["cms", "storypage", city.section("stories").pk])
    browser = city.browser("editor")
    offered = browser.get(address).context["form"].fields["community"].queryset
    assert {one.name for one in offered} == {"晋阳社区", "浆洗街社区"}
    other = Community.objects.get(slug="tongzilin")
    for choice in ("", str(other.pk)):
        answer = browser.post(address, story_form("新的", slug="new", community=choice))
        assert answer.status_code == 200
        assert "community" in answer.context["form"].errors
        assert "新的" in answer.content.decode()
    mine = Community.objects.get(slug="jinyang")
    assert browser.post(address, story_form("新的", slug="new", community=str(mine.pk))).status_code == 302
    assert StoryPage.objects.get(slug="new").community == mine


def test_limited_person_leaves_the_districts_own_pages_alone(city: City) -> None:
    city.community()
    festival = city.festival()
    limit(city, "moderator")
    browser = city.browser("moderator")
    for page in (city.home(), city.section("festivals")):
        assert browser.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).status_code == 302
    assert browser.get(reverse("wagtailadmin_pages:edit", args=[festival.pk])).status_code == 404
    add = reverse("wagtailadmin_pages:add", args=["festival", "festivalpage", city.section("festivals").pk])
    assert browser.get(add).status_code == 302


def test_admin_is_not_limited_in_the_own_district(city: City, two: tuple[StoryPage, ...]) -> None:
    limit(city, "admin")
    for page in two:
        assert (
            city.browser("admin").get(reverse("wagtailadmin_pages:edit", args=[page.pk])).status_code == 200
        )
