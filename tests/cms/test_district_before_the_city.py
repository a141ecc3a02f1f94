"""A district that was made before its city. Here nothing is built beforehand."""

from __future__ import annotations

from wagtail.models import GroupCollectionPermission

from cms.domain.districts import create_district
from sites.enums import Role
from sites.models import RoleGroup
from tests.city import CITY_HOST, City, table


def test_district_made_before_the_city_learns_of_it(db: None) -> None:
    """Whatever the order: every site knows its portal, and every editor may choose from the city's pictures."""
    create_district(slug="wuhou", name="武侯区", hostname="wuhou.localhost", port=8000)
    create_district(slug="jinjiang", name="锦江区", hostname="jinjiang.localhost", port=8000)
    create_district(slug="chengdu", name="成都市", hostname=CITY_HOST, port=8000, is_city=True)
    table.forget()

    city = City()
    assert city.json("districts/wuhou/")["city"]["url"] == "http://localhost:8000"
    editor = RoleGroup.objects.get(district=city.wuhou, role=Role.EDITOR).group
    shared = GroupCollectionPermission.objects.filter(group=editor, collection=city.chengdu.collection)
    assert {one.permission.codename for one in shared} == {"choose_image", "choose_document"}
