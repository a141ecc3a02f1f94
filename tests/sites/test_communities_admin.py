"""Communities and their import in the admin: each person sees and changes those of their own district."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.urls import reverse

from sites.models import Community
from tests.city import City

pytestmark = pytest.mark.once  # shows nothing that hangs on the database

OBJECT_VIEWS = ("edit", "delete", "history", "usage")


@pytest.fixture
def two(city: City) -> tuple[Community, Community]:
    """One community of the cast's district, and one of another."""
    return city.community("晋阳社区"), city.community(
        "水井坊社区", district=city.jinjiang, slug="shuijingfang"
    )


def text_of(response: HttpResponse) -> str:
    return response.content.decode()


@pytest.mark.parametrize("who", ["editor", "moderator", "organiser", "admin"])
def test_list_shows_the_communities_of_ones_own_district(city: City, two: Any, who: str) -> None:
    browser = city.browser(who)
    for address in (reverse("communities:index"), reverse("communities:index_results")):
        response = browser.get(address)
        assert response.status_code == 200
        assert "晋阳社区" in text_of(response)
        assert "水井坊社区" not in text_of(response)
    found = browser.get(reverse("communities:index"), {"q": "水井坊"})
    assert "shuijingfang" not in text_of(found)


def test_list_shows_the_city_staff_all_communities(city: City, two: Any) -> None:
    text = text_of(city.browser("city staff").get(reverse("communities:index")))
    assert "晋阳社区" in text
    assert "水井坊社区" in text


@pytest.mark.parametrize("who", ["editor", "moderator", "organiser", "admin"])
@pytest.mark.parametrize("view", OBJECT_VIEWS)
def test_community_of_another_district_does_not_exist(city: City, two: Any, who: str, view: str) -> None:
    theirs = two[1]
    browser = city.browser(who)
    for address in (
        reverse(f"communities:{view}", args=[theirs.pk]),
        reverse(f"communities:{view}", args=[99999]),
    ):
        response = browser.get(address)
        # A right that one has for no community is refused at the door, before anything is looked up.
        assert response.status_code in ({404} if who == "admin" else {302, 404}), address
        assert "水井坊" not in text_of(response)
        assert browser.post(address).status_code in {302, 404}
    theirs.refresh_from_db()


@pytest.mark.parametrize("view", OBJECT_VIEWS)
def test_community_of_ones_own_district_opens(city: City, two: Any, view: str) -> None:
    response = city.browser("admin").get(reverse(f"communities:{view}", args=[two[0].pk]))
    assert response.status_code == 200
    assert "晋阳社区" in text_of(response)


def test_community_of_any_district_opens_for_the_city_staff(city: City, two: Any) -> None:
    for community in two:
        response = city.browser("city staff").get(reverse("communities:edit", args=[community.pk]))
        assert response.status_code == 200


def community_form(**fields: Any) -> dict[str, Any]:
    return {"name": "新社区", "subdistrict": "晋阳街道", "kind": "urban", "code": "", "slug": "xin", **fields}


def test_admin_adds_a_community_to_their_own_district(city: City) -> None:
    browser = city.browser("admin")
    page = text_of(browser.get(reverse("communities:add")))
    assert "武侯区" in page
    assert "锦江区" not in page

    browser.post(reverse("communities:add"), community_form(district=city.wuhou.pk))
    assert city.item("communities/xin")["name"] == "新社区"


def test_admin_cannot_add_a_community_to_another_district(city: City) -> None:
    response = city.browser("admin").post(
        reverse("communities:add"), community_form(district=city.jinjiang.pk)
    )
    assert response.status_code == 200
    assert "district" in response.context["form"].errors
    assert not Community.objects.exists()


def test_admin_cannot_give_a_community_to_another_district(city: City, two: Any) -> None:
    address = reverse("communities:edit", args=[two[0].pk])
    response = city.browser("admin").post(address, community_form(district=city.jinjiang.pk))
    assert "district" in response.context["form"].errors
    two[0].refresh_from_db()
    assert two[0].district == city.wuhou


@pytest.mark.parametrize("who", ["editor", "moderator", "organiser"])
def test_community_is_not_changed_by_those_who_may_only_look(city: City, two: Any, who: str) -> None:
    browser = city.browser(who)
    browser.post(reverse("communities:add"), community_form(district=city.wuhou.pk))
    browser.post(reverse("communities:edit", args=[two[0].pk]), community_form(district=city.wuhou.pk))
    browser.post(reverse("communities:delete", args=[two[0].pk]))
    assert sorted(Community.objects.values_list("name", flat=True)) == ["晋阳社区", "水井坊社区"]


def test_community_that_a_story_names_is_not_deleted(city: City, two: Any) -> None:
    city.story(community=two[0])
    response = city.browser("admin", errors=False).post(reverse("communities:delete", args=[two[0].pk]))
    assert response.status_code < 500
    assert Community.objects.filter(pk=two[0].pk).exists()


def test_community_deleted_in_the_admin_leaves_the_api(city: City, two: Any) -> None:
    city.browser("admin").post(reverse("communities:delete", args=[two[0].pk]))
    assert city.get("districts/wuhou/communities/jinyang/").status_code == 404


# --- the import ---------------------------------------------------------------------------------------------------------

IMPORT = "/admin/communities/import/"
GOOD = "社区,街道\n晋阳社区,晋阳街道\n团结村,簇桥街道\n"


def upload(text: str | bytes, district: Any) -> dict[str, Any]:
    data = text if isinstance(text, bytes) else text.encode("utf-8-sig")
    return {"district": district.pk, "file": SimpleUploadedFile("communities.csv", data)}


def test_import_page_is_offered_to_those_who_may_add(city: City) -> None:
    assert IMPORT in text_of(city.browser("admin").get(reverse("communities:index")))
    assert IMPORT not in text_of(city.browser("editor").get(reverse("communities:index")))


def test_import_page_imports_into_ones_own_district(city: City) -> None:
    browser = city.browser("admin")
    assert browser.get(IMPORT).status_code == 200
    response = browser.post(IMPORT, upload(GOOD, city.wuhou), follow=True)
    assert "新增 2 个社区" in text_of(response)
    assert Community.objects.filter(district=city.wuhou).count() == 2
    again = browser.post(IMPORT, upload(GOOD, city.wuhou), follow=True)
    assert "2 个不变" in text_of(again)


def test_import_page_names_every_bad_line(city: City) -> None:
    response = city.browser("admin").post(IMPORT, upload(GOOD + "甲社区,\n乙社区,\n", city.wuhou))
    text = text_of(response)
    assert "有 2 处不对，一行也没有导入" in text
    assert "第 4 行" in text
    assert "第 5 行" in text
    assert not Community.objects.exists()


@pytest.mark.parametrize("who", ["editor", "moderator", "organiser"])
def test_import_page_refuses_those_who_may_not_add(city: City, who: str) -> None:
    browser = city.browser(who)
    assert browser.get(IMPORT).status_code == 302
    assert browser.post(IMPORT, upload(GOOD, city.wuhou)).status_code == 302
    assert not Community.objects.exists()


def test_import_page_refuses_another_district(city: City) -> None:
    browser = city.browser("admin")
    assert "锦江区" not in text_of(browser.get(IMPORT))
    response = browser.post(IMPORT, upload(GOOD, city.jinjiang))
    assert response.status_code == 200
    assert "district" in response.context["form"].errors
    assert not Community.objects.exists()


def test_import_page_lets_the_city_staff_import_anywhere(city: City) -> None:
    city.browser("city staff").post(IMPORT, upload(GOOD, city.jinjiang))
    assert Community.objects.filter(district=city.jinjiang).count() == 2


def test_import_page_needs_somebody_signed_in(city: City) -> None:
    response = city.browser().get(IMPORT)
    assert response.status_code == 302
    assert "/admin/login/" in response.headers["Location"]


def test_import_page_without_a_file_says_so(city: City) -> None:
    response = city.browser("admin").post(IMPORT, {"district": city.wuhou.pk})
    assert "file" in response.context["form"].errors


def test_import_page_refuses_a_huge_file(city: City) -> None:
    response = city.browser("admin").post(IMPORT, upload(b"x" * (5 * 1024 * 1024 + 1), city.wuhou))
    assert "最多 5 MB" in str(response.context["form"].errors)
