"""Craftsmen: their crafts and works, and how to reach them only while they agree."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone

from cms.models import CraftsmanPage
from tests.city import City
from tests.page_forms import craftsman_form, text_block

PUBLISH = {"action-publish": "1"}
CONTACT = {"phone": "028-1234567", "wechat": "chen-zhu", "address": "晋阳路 9 号"}


def add(city: City, form: dict[str, Any], *, who: str = "moderator") -> HttpResponse:
    address = reverse("wagtailadmin_pages:add", args=["cms", "craftsmanpage", city.section("craftsmen").pk])
    response: HttpResponse = city.browser(who).post(address, form)
    return response


def test_craftsman_is_written_and_published(city: City) -> None:
    bamboo, locks = city.craft("竹编"), city.craft("修锁", "locks", "repair")
    picture = city.picture("一只竹篮")
    form = craftsman_form(
        "陈师傅",
        crafts=[locks.pk, bamboo.pk],
        works=[picture.pk],
        portrait=str(picture.pk),
        body=[text_block("从小学竹编。")],
        community=str(city.community().pk),
        workshop_open="on",
        workshop_note="周六下午，可预约",
    )
    response = add(city, {**form, **PUBLISH})
    assert response.status_code == 302, response.context["form"].errors

    item = city.item("craftsmen/chen-shi-fu")
    assert [craft["name"] for craft in item["crafts"]] == ["修锁", "竹编"]
    assert item["crafts"][0] == {
        "slug": "locks",
        "name": "修锁",
        "category": "repair",
        "category_label": "便民修补",
    }
    assert item["works"][0]["image"]["alt"] == "一只竹篮"
    assert item["portrait"]["alt"] == "一只竹篮"
    assert item["workshop"] == {"open": True, "note": "周六下午，可预约"}
    assert (item["summary"], item["is_sample"]) == ("从小学竹编。", False)
    assert item["community"]["name"] == "晋阳社区"


@pytest.mark.parametrize("where", ["portrait", "works"])
def test_picture_without_words_keeps_a_craftsman_from_being_public(city: City, where: str) -> None:
    silent = city.picture("", title="竹篮.jpg")
    shown: Any = [silent.pk] if where == "works" else str(silent.pk)
    response = add(city, {**craftsman_form(crafts=[city.craft().pk], **{where: shown}), **PUBLISH})
    assert "竹篮.jpg" in str(response.context["form"].errors)
    assert not CraftsmanPage.objects.exists()


def test_craftsman_without_a_craft_is_a_draft_only(city: City) -> None:
    assert add(city, {**craftsman_form(), **PUBLISH}).status_code == 200
    assert add(city, craftsman_form()).status_code == 302
    assert CraftsmanPage.objects.get().live is False


def test_craft_named_twice_is_refused_without_an_error_page(city: City) -> None:
    craft = city.craft()
    response = add(city, {**craftsman_form(crafts=[craft.pk, craft.pk]), **PUBLISH})
    assert response.status_code == 200
    assert not CraftsmanPage.objects.exists()


def test_crafts_are_exchanged_without_an_error_page(city: City) -> None:
    bamboo, locks = city.craft("竹编"), city.craft("修锁", "locks", "repair")
    page = city.craftsman(slug="chen", crafts=(bamboo, locks))
    first, second = page.crafts.all()
    crafts = [{"id": str(first.pk), "craft": str(locks.pk)}, {"id": str(second.pk), "craft": str(bamboo.pk)}]
    response = city.browser("moderator", errors=False).post(
        reverse("wagtailadmin_pages:edit", args=[page.pk]),
        {**craftsman_form("陈师傅", slug="chen", crafts=crafts), **PUBLISH},
    )
    assert response.status_code == 302
    assert [craft["name"] for craft in city.item("craftsmen/chen")["crafts"]] == ["修锁", "竹编"]


def test_craft_taken_out_and_put_in_again_is_kept(city: City) -> None:
    craft = city.craft("竹编")
    page = city.craftsman(slug="chen", crafts=(craft,))
    gone = {"id": str(page.crafts.get().pk), "craft": str(craft.pk), "DELETE": "on"}
    response = city.browser("moderator", errors=False).post(
        reverse("wagtailadmin_pages:edit", args=[page.pk]),
        {**craftsman_form("陈师傅", slug="chen", crafts=[gone, craft.pk]), **PUBLISH},
    )
    assert response.status_code == 302
    assert [craft["name"] for craft in city.item("craftsmen/chen")["crafts"]] == ["竹编"]


def test_craft_in_use_is_not_deleted(city: City) -> None:
    craft = city.craft()
    city.craftsman(crafts=(craft,))
    with pytest.raises(ProtectedError):
        craft.delete()
    response = city.browser("city staff", errors=False).post(reverse("crafts:delete", args=[craft.pk]))
    assert response.status_code < 500
    craft.refresh_from_db()


# --- consent ------------------------------------------------------------------------------------------------------------


def days(number: int) -> dt.date:
    return timezone.localdate() + dt.timedelta(days=number)


@pytest.mark.parametrize(
    ("consented_on", "withdrawn_on", "contact"),
    [
        (None, None, None),
        (days(0), None, CONTACT),
        (days(-400), None, CONTACT),
        (days(1), None, None),
        (days(-400), days(0), None),
        (days(-400), days(-1), None),
        (days(-400), days(1), CONTACT),
    ],
)
def test_contact_is_public_between_consent_and_its_withdrawal(
    city: City, consented_on: dt.date | None, withdrawn_on: dt.date | None, contact: dict[str, str] | None
) -> None:
    city.craftsman(slug="chen", consented_on=consented_on, withdrawn_on=withdrawn_on, **CONTACT)
    assert city.item("craftsmen/chen")["contact"] == contact
    everywhere = b"".join(
        city.get(path).content
        for path in ("districts/wuhou/craftsmen/", "craftsmen/", "districts/wuhou/changes/", "changes/")
    )
    assert (b"028-1234567" in everywhere) is (contact is not None)


def test_withdrawal_takes_the_contact_away_at_once(city: City) -> None:
    craft = city.craft()
    page = city.craftsman("陈师傅", slug="chen", crafts=(craft,), consented_on=days(-9), **CONTACT)
    row = page.crafts.get()
    form = craftsman_form(
        slug="chen",
        crafts=[{"id": str(row.pk), "craft": str(craft.pk)}],
        consented_on=days(-9).isoformat(),
        withdrawn_on=days(0).isoformat(),
        **CONTACT,
    )
    response = city.browser("moderator").post(
        reverse("wagtailadmin_pages:edit", args=[page.pk]), {**form, **PUBLISH}
    )
    assert response.status_code == 302, response.context["form"].errors
    assert city.item("craftsmen/chen")["contact"] is None


def test_consent_without_any_contact_shows_none(city: City) -> None:
    city.craftsman(slug="chen", consented_on=days(-1))
    assert city.item("craftsmen/chen")["contact"] is None


@pytest.mark.parametrize(
    ("consented_on", "withdrawn_on", "text"),
    [("", days(0), "没有同意的日期，就没有可撤回的同意"), (days(0), days(-1), "撤回日期不能早于同意日期")],
)
def test_withdrawal_of_what_was_not_given_is_refused(
    city: City, consented_on: Any, withdrawn_on: Any, text: str
) -> None:
    form = craftsman_form(
        crafts=[city.craft().pk], consented_on=str(consented_on), withdrawn_on=str(withdrawn_on)
    )
    assert text in str(add(city, {**form, **PUBLISH}).context["form"].errors)


def test_withdrawal_before_consent_is_refused_by_the_database(city: City) -> None:
    page = city.craftsman(consented_on=days(0))
    with pytest.raises(IntegrityError), transaction.atomic():
        CraftsmanPage.objects.filter(pk=page.pk).update(withdrawn_on=days(-1))
