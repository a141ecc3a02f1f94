"""Zones and booths in the admin: each in its own district, each booth in its zone, each number once."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.urls import reverse

from festival.models import Booth, FestivalPage, Zone
from tests.city import City
from tests.page_forms import zone_form

pytestmark = pytest.mark.once  # pages and forms; its few constraints are written by Django alike

OBJECT_VIEWS = ("edit", "delete", "history", "usage")


@pytest.fixture
def festival(city: City) -> FestivalPage:
    return city.festival()


def add(city: City, form: dict[str, Any], *, who: str = "organiser") -> HttpResponse:
    response: HttpResponse = city.browser(who, errors=False).post(reverse("zones:add"), form)
    return response


def edit(city: City, zone: Zone, form: dict[str, Any], *, who: str = "organiser") -> HttpResponse:
    address = reverse("zones:edit", args=[zone.pk])
    response: HttpResponse = city.browser(who, errors=False).post(address, form)
    return response


def mistakes(response: HttpResponse) -> str:
    assert response.status_code == 200, response.status_code
    form = response.context["form"]
    formsets = form.formsets.values()
    return str(form.errors) + "".join(f"{one.errors}{one.non_form_errors()}" for one in formsets)


def booth(number: str = "A01", **fields: str) -> dict[str, str]:
    return {"number": number, "x": "20", "y": "20", **fields}


def standing(row: Booth, **fields: str) -> dict[str, str]:
    """A booth that stands already, as its form sends it again."""
    names = ("number", "x", "y", "width", "height", "rotation", "offer")
    return {"id": str(row.pk), **{name: str(getattr(row, name)) for name in names}, **fields}


def test_zone_with_booths_is_added_and_public(city: City, festival: FestivalPage) -> None:
    form = zone_form(festival.pk, booths=[booth("A01", offer="羊肉汤"), booth("A02", x="100")])
    response = add(city, form)
    assert response.status_code == 302, mistakes(response)
    (zone,) = city.item("festivals/2024")["zones"]
    assert [(one["number"], one["offer"]) for one in zone["booths"]] == [("A01", "羊肉汤"), ("A02", "")]
    assert set(Booth.objects.values_list("festival_id", flat=True)) == {festival.pk}


@pytest.mark.parametrize(
    "where",
    [
        {"x": "-1"},
        {"y": "-0.5"},
        {"x": "341"},
        {"y": "257"},
        {"width": "500"},
        {"x": "0", "rotation": "45"},
        {"x": "1000", "y": "1000"},
    ],
)
def test_booth_that_reaches_out_of_its_zone_is_refused(
    city: City, festival: FestivalPage, where: dict[str, str]
) -> None:
    said = mistakes(add(city, zone_form(festival.pk, booths=[booth("A01", **where)])))
    assert "摊位 A01 伸出了版块“幸福集市”" in said
    assert not Zone.objects.exists()


@pytest.mark.parametrize(
    "where", [{"x": "0", "y": "0"}, {"x": "340", "y": "256"}, {"x": "100", "rotation": "45"}]
)
def test_booth_up_to_the_edge_of_its_zone_is_taken(
    city: City, festival: FestivalPage, where: dict[str, str]
) -> None:
    where = {"y": "100", **where}
    response = add(city, zone_form(festival.pk, booths=[booth("A01", **where)]))
    assert response.status_code == 302, mistakes(response)


def test_zone_that_shrinks_away_from_its_booths_is_refused(city: City, festival: FestivalPage) -> None:
    zone = city.zone(festival)
    row = city.booth(zone, "A01", x=200)
    form = zone_form(festival.pk, shape="[[0, 0], [100, 0], [100, 100]]", booths=[standing(row)])
    assert "伸出了版块" in mistakes(edit(city, zone, form))


@pytest.mark.parametrize(
    "shape",
    ["", "null", "[]", "[[0,0],[1,1]]", "{}", "abc", '[["a","b"],[1,1],[2,2]]', "[[0,0],[1,1],[2,2],null]"],
)
def test_zone_without_a_shape_is_refused(city: City, festival: FestivalPage, shape: str) -> None:
    said = mistakes(add(city, zone_form(festival.pk, shape=shape, booths=[booth()])))
    assert said
    assert not Zone.objects.exists()


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"width": "0"}, "width"),
        ({"height": "-5"}, "height"),
        ({"rotation": "361"}, "rotation"),
        ({"x": "nan"}, "x"),
        ({"x": ""}, "x"),
        ({"number": ""}, "number"),
        ({"number": "A00000001"}, "number"),
    ],
)
def test_booth_that_cannot_be_is_refused(
    city: City, festival: FestivalPage, fields: dict[str, str], wrong: str
) -> None:
    response = add(city, zone_form(festival.pk, booths=[{**booth(), **fields}]))
    assert response.status_code == 200
    assert wrong in response.context["form"].formsets["booths"].errors[0]


def test_number_given_twice_in_a_form_is_refused(city: City, festival: FestivalPage) -> None:
    said = mistakes(add(city, zone_form(festival.pk, booths=[booth("A01"), booth("A01", x="100")])))
    assert "编号 A01 在这届邻里节已经有了" in said
    assert not Booth.objects.exists()


def test_number_of_another_zone_is_refused(city: City, festival: FestivalPage) -> None:
    city.booth(city.zone(festival, "美食街", "food"), "A01")
    said = mistakes(add(city, zone_form(festival.pk, booths=[booth("A01")])))
    assert "A01" in said
    assert Zone.objects.count() == 1


def test_number_of_another_edition_is_free(city: City, festival: FestivalPage) -> None:
    city.booth(city.zone(city.festival(slug="2023")), "A01")
    assert add(city, zone_form(festival.pk, booths=[booth("A01")])).status_code == 302


def test_booth_edited_with_its_own_number_is_taken(city: City, festival: FestivalPage) -> None:
    zone = city.zone(festival)
    row = city.booth(zone, "A01")
    response = edit(city, zone, zone_form(festival.pk, booths=[standing(row, offer="糖画")]))
    assert response.status_code == 302, mistakes(response)
    assert city.item("festivals/2024")["zones"][0]["booths"][0]["offer"] == "糖画"


def test_numbers_are_exchanged_without_an_error_page(city: City, festival: FestivalPage) -> None:
    zone = city.zone(festival)
    first, second = city.booth(zone, "A01"), city.booth(zone, "A02", x=100)
    booths = [standing(first, number="A02"), standing(second, number="A01")]
    response = edit(city, zone, zone_form(festival.pk, booths=booths))
    assert response.status_code < 500
    numbers = {row.number for row in Booth.objects.all()}
    assert numbers == {"A01", "A02"}


def test_booth_is_taken_out(city: City, festival: FestivalPage) -> None:
    zone = city.zone(festival)
    row = city.booth(zone, "A01")
    assert edit(city, zone, zone_form(festival.pk, booths=[standing(row, DELETE="on")])).status_code == 302
    assert city.item("festivals/2024")["zones"][0]["booths"] == []


def test_zone_with_the_name_or_address_of_another_is_refused(city: City, festival: FestivalPage) -> None:
    city.zone(festival)
    assert mistakes(add(city, zone_form(festival.pk, name="另一个")))
    assert mistakes(add(city, zone_form(festival.pk, slug="other")))
    assert add(city, zone_form(festival.pk, name="另一个", slug="other")).status_code == 302


def test_zone_stays_with_its_edition(city: City, festival: FestivalPage) -> None:
    other = city.festival(slug="2023")
    zone = city.zone(festival)
    assert edit(city, zone, zone_form(other.pk, name="新名")).status_code == 302
    zone.refresh_from_db()
    assert (zone.festival, zone.name) == (festival, "新名")
    assert city.item("festivals/2023")["zones"] == []


# --- the database's own rules -------------------------------------------------------------------------------------------


def test_number_given_twice_is_refused_by_the_database(city: City, festival: FestivalPage) -> None:
    city.booth(city.zone(festival), "A01")
    elsewhere = city.zone(festival, "美食街", "food")
    with pytest.raises(IntegrityError), transaction.atomic():
        city.booth(elsewhere, "A01")
    with pytest.raises(IntegrityError), transaction.atomic():
        Booth.objects.bulk_create([Booth(zone=elsewhere, festival=festival, number="A01", x=0, y=0)])


@pytest.mark.parametrize("size", [{"width": 0}, {"height": 0}, {"width": -1}])
def test_booth_without_a_size_is_refused_by_the_database(
    city: City, festival: FestivalPage, size: dict[str, float]
) -> None:
    zone = city.zone(festival)
    with pytest.raises(IntegrityError), transaction.atomic():
        city.booth(zone, **size)


def test_booth_belongs_to_the_edition_of_its_zone(city: City, festival: FestivalPage) -> None:
    other = city.festival(slug="2023")
    row = Booth(zone=city.zone(festival), festival=other, number="A01", x=0, y=0)
    row.save()
    assert row.festival == festival


def test_booth_checks_itself(city: City, festival: FestivalPage) -> None:
    with pytest.raises(ValidationError, match="伸出了版块"):
        Booth(zone=city.zone(festival), festival=festival, number="A01", x=-5, y=0).full_clean()


# --- one's own district -------------------------------------------------------------------------------------------------


@pytest.fixture
def two(city: City, festival: FestivalPage) -> tuple[Zone, Zone]:
    """A zone of the cast's district, and one of another."""
    theirs = city.festival("锦江邻里节", district=city.jinjiang)
    return city.zone(festival, "幸福集市"), city.zone(theirs, "锦江夜市")


@pytest.mark.parametrize("who", ["organiser", "admin"])
def test_list_shows_the_zones_of_ones_own_district(city: City, two: Any, who: str) -> None:
    for view in ("index", "index_results"):
        text = city.browser(who).get(reverse(f"zones:{view}")).content.decode()
        assert "幸福集市" in text
        assert "锦江" not in text


@pytest.mark.parametrize("who", ["editor", "moderator"])
def test_list_is_kept_from_those_who_write(city: City, two: Any, who: str) -> None:
    assert city.browser(who).get(reverse("zones:index")).status_code == 302


def test_list_shows_the_city_staff_all_zones(city: City, two: Any) -> None:
    text = city.browser("city staff").get(reverse("zones:index")).content.decode()
    assert "幸福集市" in text
    assert "锦江夜市" in text


@pytest.mark.parametrize("who", ["editor", "organiser", "admin"])
@pytest.mark.parametrize("view", OBJECT_VIEWS)
def test_zone_of_another_district_does_not_exist(city: City, two: Any, who: str, view: str) -> None:
    browser = city.browser(who)
    address = reverse(f"zones:{view}", args=[two[1].pk])
    response = browser.get(address)
    assert response.status_code in ({302, 404} if who == "editor" else {404})
    browser.post(address, zone_form(two[1].festival_id, name="抢来的"))
    two[1].refresh_from_db()
    assert two[1].name == "锦江夜市"


@pytest.mark.parametrize("view", OBJECT_VIEWS)
def test_zone_of_ones_own_district_opens(city: City, two: Any, view: str) -> None:
    response = city.browser("organiser").get(reverse(f"zones:{view}", args=[two[0].pk]))
    assert response.status_code == 200
    assert "幸福集市" in response.content.decode()


def test_zone_is_not_added_to_a_festival_of_another_district(city: City, two: Any) -> None:
    text = city.browser("organiser").get(reverse("zones:add")).content.decode()
    assert "锦江邻里节" not in text
    response = add(city, zone_form(two[1].festival_id, name="抢来的", slug="new"))
    assert "festival" in response.context["form"].errors
    assert Zone.objects.count() == 2
