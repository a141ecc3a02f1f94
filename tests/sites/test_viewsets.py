"""Every view of the family sees what is the person's, with the gate open."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import Http404
from django.test import RequestFactory
from django.urls import reverse

from sites.models import Community
from sites.viewsets import CityViewSet, DistrictChooserViewSet, ScopedView
from tests.city import City

VIEWS = ["edit", "delete", "history", "history_results", "usage"]


@pytest.fixture(autouse=True)
def _open_gate(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sites.gate.Gate.check", lambda *args: None)


@pytest.fixture
def two(city: City) -> tuple[Community, Community]:
    """A community of wuhou and one of jinjiang."""
    return city.community(), city.community("书院街社区", district=city.jinjiang)


@pytest.mark.parametrize("view", VIEWS)
def test_object_views_find_ones_own(city: City, two: tuple[Community, Community], view: str) -> None:
    own, theirs = two
    assert city.browser("admin").get(reverse(f"communities:{view}", args=[own.pk])).status_code == 200
    assert city.browser("admin").get(reverse(f"communities:{view}", args=[theirs.pk])).status_code == 404
    assert city.browser("city staff").get(reverse(f"communities:{view}", args=[theirs.pk])).status_code == 200


@pytest.mark.parametrize("query", [{}, {"q": "社区"}, {"ordering": "-name"}])
@pytest.mark.parametrize("view", ["index", "index_results"])
def test_lists_hold_ones_own(
    city: City, two: tuple[Community, Community], view: str, query: dict[str, str]
) -> None:
    shown = city.browser("admin").get(reverse(f"communities:{view}"), query).getvalue().decode()
    assert "晋阳社区" in shown
    assert "书院街社区" not in shown


def test_without_the_scope_a_list_holds_everything(
    city: City, two: tuple[Community, Community], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The test above would see it."""
    monkeypatch.setattr("sites.viewsets.scope", lambda user, queryset, **options: queryset)
    assert "书院街社区" in city.browser("admin").get(reverse("communities:index")).content.decode()


def test_crafts_are_looked_at_by_all_and_kept_by_the_city(city: City) -> None:
    craft = city.craft()
    for who, may in (("editor", False), ("admin", False), ("city staff", True)):
        browser = city.browser(who)
        assert "竹编" in browser.get(reverse("crafts:index")).content.decode()
        for view in ("edit", "delete"):
            answer = browser.get(reverse(f"crafts:{view}", args=[craft.pk]))
            assert (answer.status_code == 200) == may, (who, view)
        browser.post(
            reverse("crafts:edit", args=[craft.pk]), {"name": who, "category": "heritage", "slug": "x"}
        )
    craft.refresh_from_db()
    assert craft.name == "city staff"


def test_every_view_class_of_the_family_is_scoped() -> None:
    class Sample(CityViewSet):
        model = Community
        form_fields = ("name",)

    viewset = Sample("sample")
    for view in ("index", "edit", "delete", "history", "usage", "copy", "inspect"):
        assert issubclass(getattr(viewset, f"{view}_view_class"), ScopedView), view


def test_choosers_hand_out_ones_own(city: City, two: tuple[Community, Community]) -> None:
    own, theirs = two
    viewset = DistrictChooserViewSet("sample", model=Community)
    request = RequestFactory().get("/")
    request.user = city.user("editor")

    def view(name: str) -> Any:
        made = getattr(viewset, f"{name}_view_class")()
        made.request, made.model = request, Community
        return made

    for name in ("choose", "choose_results"):
        assert list(view(name).get_object_list()) == [own]
    assert view("chosen").get_object(own.pk) == own
    with pytest.raises(Http404):
        view("chosen").get_object(theirs.pk)
    assert list(view("chosen_multiple").get_objects([own.pk, theirs.pk])) == [own]
