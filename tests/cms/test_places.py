"""Places: where they are, when they are open, and who can use them."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import HttpResponse
from django.urls import reverse

from cms.models import PlacePage
from tests.city import City
from tests.page_forms import place_form

PUBLISH = {"action-publish": "1"}


def add(city: City, form: dict[str, Any]) -> HttpResponse:
    address = reverse("wagtailadmin_pages:add", args=["cms", "placepage", city.section("places").pk])
    response: HttpResponse = city.browser("moderator").post(address, {**form, **PUBLISH})
    return response


def test_place_is_written_and_published(city: City) -> None:
    form = place_form(
        "晋阳邻空间",
        kind="service",
        address="晋阳路 9 号",
        phone="028-1",
        longitude="104.063100",
        latitude="30.641800",
        datum="WGS-84",
        features=["nursing", "step-free"],
        access_note="坡道在东侧",
        hours=[
            {"days": "周一至周五", "opens": "09:00", "closes": "17:30", "note": ""},
            {"days": "周末", "opens": "", "closes": "", "note": "休息"},
        ],
    )
    response = add(city, form)
    assert response.status_code == 302, response.context["form"].errors

    item = city.item("places/jin-yang-lin-kong-jian")
    assert (item["kind"], item["kind_label"]) == ("service", "公共服务")
    assert item["point"] == {"longitude": 104.0631, "latitude": 30.6418, "datum": "WGS-84"}
    assert item["hours"] == [
        {"days": "周一至周五", "opens": "09:00", "closes": "17:30", "note": ""},
        {"days": "周末", "opens": "", "closes": "", "note": "休息"},
    ]
    # In their own order, not in that of the clicks.
    assert item["accessibility"] == {
        "features": [{"slug": "step-free", "name": "无台阶"}, {"slug": "nursing", "name": "母婴室"}],
        "note": "坡道在东侧",
    }


def test_place_without_anything_is_public_and_says_nothing(city: City) -> None:
    assert add(city, place_form("空", slug="bare")).status_code == 302
    item = city.item("places/bare")
    assert (item["point"], item["hours"], item["cover"], item["community"]) == (None, [], None, None)
    assert item["accessibility"] == {"features": [], "note": ""}


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"longitude": "104.06"}, "latitude"),
        ({"latitude": "30.6"}, "latitude"),
        ({"longitude": "181", "latitude": "30"}, "longitude"),
        ({"longitude": "104", "latitude": "91"}, "latitude"),
        ({"longitude": "abc", "latitude": "30"}, "longitude"),
        ({"kind": "bar"}, "kind"),
        ({"features": ["magic"]}, "features"),
    ],
)
def test_place_that_cannot_be_is_refused(city: City, fields: dict[str, Any], field: str) -> None:
    assert field in add(city, place_form(**fields)).context["form"].errors
    assert not PlacePage.objects.exists()
