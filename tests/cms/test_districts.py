"""Making a district: everything at once or nothing, harmless when repeated, and in nobody's way."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from wagtail.models import Collection, Page, Site, Workflow, WorkflowPage

from cms.domain.districts import create_district
from sites.enums import Role
from sites.exceptions import DistrictConflict
from sites.models import District, RoleGroup
from tests.city import City, table


def everything() -> dict[str, list[Any]]:
    """Every row of every table, but for what was asked to be forgotten."""
    return {
        model._meta.label: sorted(map(repr, model._base_manager.values_list()))
        for model in apps.get_models(include_auto_created=True)
    }


def make(slug: str = "chenghua", name: str = "成华区", **values: Any) -> District:
    district, _ = create_district(
        slug=slug, name=name, **{"hostname": f"{slug}.localhost", "port": 8000, "code": "510108", **values}
    )
    return district


def test_new_district_has_all_that_belongs_to_it(city: City) -> None:
    district = make(site_name="成华邻里")

    home = district.site.root_page.specific
    assert (home.title, home.slug, home.site_name, home.live) == ("成华区", "chenghua", "成华邻里", True)
    assert [page.slug for page in home.get_children()] == ["stories", "craftsmen", "places", "festivals"]
    assert district.collection.name == "成华区"
    assert {one.role for one in RoleGroup.objects.filter(district=district)} == set(Role.values)
    workflow = WorkflowPage.objects.get(page=home).workflow
    assert [group.name for task in workflow.tasks for group in task.specific.groups.all()] == [
        "成华区·审核员"
    ]
    answer = city.json("districts/chenghua/")
    assert (answer["name"], answer["site_name"], answer["code"]) == ("成华区", "成华邻里", "510108")


def test_district_made_again_changes_no_row(city: City) -> None:
    make()
    before = everything()
    _, created = create_district(
        slug="chenghua", name="成华区", hostname="chenghua.localhost", port=8000, code="510108"
    )
    assert created is False
    assert everything() == before


def test_city_made_again_changes_no_row(city: City) -> None:
    before = everything()
    create_district(slug="chengdu", name="成都市", hostname="localhost", port=8000, is_city=True)
    assert everything() == before


def test_district_made_again_completes_what_is_missing(city: City) -> None:
    before = everything()
    city.section("places").delete()
    RoleGroup.objects.get(district=city.wuhou, role=Role.EDITOR).group.permissions.clear()
    WorkflowPage.objects.filter(page=city.home()).delete()

    make("wuhou", "武侯区", code="510107")

    assert [page.slug for page in city.home().get_children()] == [
        "stories",
        "craftsmen",
        "festivals",
        "places",
    ]
    assert WorkflowPage.objects.filter(page=city.home()).exists()
    # The right of all who sign in, which every editor needs.
    editor = RoleGroup.objects.get(district=city.wuhou, role=Role.EDITOR).group
    assert editor.permissions.filter(codename="view_community").exists()
    assert len(everything()["wagtailcore.GroupPagePermission"]) == len(
        before["wagtailcore.GroupPagePermission"]
    )


def test_district_made_again_keeps_what_was_edited(city: City) -> None:
    home = city.home()
    home.site_name, home.tagline = "我们的武侯", "远亲不如近邻"
    home.save_revision().publish()
    District.objects.filter(slug="wuhou").update(order=3, accent="#123456", accent_dark="#abcdef")

    call_command(
        "create_district",
        "wuhou",
        "武侯区",
        "--hostname",
        "wuhou.localhost",
        "--port",
        "8000",
        stdout=StringIO(),
    )

    district = District.objects.get(slug="wuhou")
    assert (district.order, district.accent, district.code) == (3, "#123456", "510107")
    assert city.json("districts/wuhou/")["site_name"] == "我们的武侯"


def test_district_renamed_is_renamed_everywhere(city: City) -> None:
    city.story(slug="s")
    make("wuhou", "武侯新区", hostname="wuhou.example", port=443, code="510107")

    district = District.objects.get(slug="wuhou")
    assert (district.site.hostname, district.site.port, district.site.site_name) == (
        "wuhou.example",
        443,
        "武侯新区",
    )
    assert (district.collection.name, city.item("stories/s")["district"]["name"]) == ("武侯新区", "武侯新区")
    assert city.json("districts/wuhou/")["url"] == "https://wuhou.example"
    assert Group.objects.filter(name="武侯新区·编辑").exists()


def test_city_at_another_address_is_known_to_every_district(city: City) -> None:
    create_district(slug="chengdu", name="成都市", hostname="linli.example", port=443, is_city=True)
    table.forget()
    browser = city.browser(host="linli.example")
    assert browser.get("/api/v1/districts/wuhou/").json()["city"]["url"] == "https://linli.example"


def test_district_that_fails_half_way_leaves_nothing(city: City) -> None:
    Group.objects.create(
        name="成华区·区县管理员"
    )  # made by hand; found only when the last group is to be made
    before = everything()
    with pytest.raises(IntegrityError), transaction.atomic():
        make()
    assert everything() == before


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ({"slug": "other", "name": "武侯区"}, "名称“武侯区”已属于另一个区县"),
        ({"hostname": "wuhou.localhost"}, "主机名 wuhou.localhost 已属于另一个区县"),
        ({"hostname": "wuhou.localhost", "port": 9000}, "主机名 wuhou.localhost 已属于另一个区县"),
        ({"is_city": True}, "全市站点已经有了"),
        ({"slug": "wuhou", "name": "武侯区", "is_city": True}, "全市站点已经有了"),
    ],
)
def test_conflict_is_refused_and_leaves_nothing(city: City, values: dict[str, Any], text: str) -> None:
    before = everything()
    with pytest.raises(DistrictConflict, match=text):
        make(**values)
    assert everything() == before


@pytest.mark.parametrize(
    "values",
    [
        {"slug": "Cheng Hua"},
        {"slug": "成华"},
        {"slug": ""},
        {"slug": "x" * 41},
        {"name": ""},
        {"name": "名" * 41},
        {"code": "12"},
        {"code": "51010x"},
    ],
)
def test_bad_value_is_refused_and_leaves_nothing(city: City, values: dict[str, Any]) -> None:
    before = everything()
    with pytest.raises(ValidationError):
        make(**{"hostname": "new.localhost", **values})
    assert everything() == before


# --- the command --------------------------------------------------------------------------------------------------------


def command(*args: str) -> str:
    out = StringIO()
    call_command("create_district", *args, stdout=out)
    return out.getvalue()


def test_command_makes_a_district_and_says_so(city: City) -> None:
    args = ("chenghua", "成华区", "--hostname", "chenghua.localhost", "--port", "8000", "--code", "510108")
    assert command(*args) == "成华区：已建立，http://chenghua.localhost:8000/\n"
    before = everything()
    assert command(*args) == "成华区：已存在，已补全，http://chenghua.localhost:8000/\n"
    assert everything() == before


def test_command_takes_both_colours_or_none(city: City) -> None:
    command(
        "chenghua", "成华区", "--hostname", "c.localhost", "--accent", "#1a3a28", "--accent-dark", "#90c08c"
    )
    assert city.json("districts/chenghua/")["accent"] == "#1a3a28"
    with pytest.raises(CommandError, match="要一起写"):
        command("x", "某区", "--hostname", "x.localhost", "--accent", "#1a3a28")


@pytest.mark.parametrize(
    ("args", "text"),
    [
        (["other", "武侯区", "--hostname", "x.localhost"], "已属于另一个区县"),
        (["Bad Slug", "坏区", "--hostname", "x.localhost"], "只能用小写字母、数字和连字符"),
        (["x", "某区", "--hostname", "x.localhost", "--code", "1"], "行政区划代码"),
        (
            ["x", "某区", "--hostname", "x.localhost", "--accent", "red", "--accent-dark", "#000000"],
            "请写成 #a63a28 这样的颜色",
        ),
    ],
)
def test_command_refuses_in_chinese(city: City, args: list[str], text: str) -> None:
    before = everything()
    with pytest.raises(CommandError, match=text):
        command(*args)
    assert everything() == before


def test_nothing_of_wagtails_own_welcome_is_left_on_the_citys_host(city: City) -> None:
    assert list(Site.objects.filter(is_default_site=True)) == [city.chengdu.site]
    assert Site.objects.filter(district=None).count() == 0
    assert Workflow.objects.filter(active=True).count() >= 3
    assert Collection.objects.filter(depth=2).count() == 3
    assert set(Page.objects.filter(depth=2, live=True).values_list("slug", flat=True)) >= {"chengdu", "wuhou"}
