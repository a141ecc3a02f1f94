"""Publishing a programme writes a version of it, which says what changed and forgets nothing that was announced."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from wagtail.models import Page

from festival.models import FestivalPage, ProgrammeRelease, Stage
from sites.domain import shelf
from tests.city import City, item_block, programme, shelf_rows
from tests.page_forms import festival_form, item_form

pytestmark = pytest.mark.once  # shows nothing that hangs on the database

ONE, TWO = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"


def block(title: str = "开场", id: str = ONE, at: str = "10:00", **values: Any) -> dict[str, Any]:
    starts = f"2024-12-21T{at}:00+08:00" if at else None
    return item_block(title, **{"id": id, "starts_at": starts, "minutes": 30, "stage": "主舞台", **values})


def publish(festival: FestivalPage, *blocks: dict[str, Any], **values: Any) -> FestivalPage:
    """Write the programme and publish it, as an editor does."""
    festival = FestivalPage.objects.get(pk=festival.pk)
    festival.programme = programme(*blocks) if blocks else "[]"
    for name, value in values.items():
        setattr(festival, name, value)
    festival.save_revision().publish()
    return festival


@pytest.fixture
def festival(city: City) -> FestivalPage:
    return city.festival(programme=programme(block()), stages=("主舞台", "第二舞台"))


def versions(festival: FestivalPage) -> list[int]:
    return list(festival.releases.order_by("version").values_list("version", flat=True))


def newest(city: City) -> list[dict[str, Any]]:
    changes: list[dict[str, Any]] = city.item("festivals/2024")["releases"][0]["changes"]
    return changes


def kinds(city: City) -> list[str]:
    return [change["kind"] for change in newest(city)]


def shown(city: City, id: str = ONE) -> dict[str, Any]:
    """An item as the public gets it."""
    item = city.item("festivals/2024")
    [found] = [one for act in item["acts"] for one in act["items"] if one["id"] == id]
    return dict(found)


# --- when a version is written ------------------------------------------------------------------------------------------


def test_the_first_version_is_the_programme_itself(city: City, festival: FestivalPage) -> None:
    [release] = festival.releases.all()
    assert (release.version, release.changes) == (1, [])
    assert [entry["title"] for entry in release.snapshot] == ["开场"]
    [public] = city.item("festivals/2024")["releases"]
    assert public["version"] == 1
    assert dt.datetime.fromisoformat(public["released_at"]) == release.released_at.replace(microsecond=0)


def test_an_edition_without_a_programme_has_no_version(city: City) -> None:
    bare = city.festival(slug="2024")
    assert versions(bare) == []
    assert city.item("festivals/2024")["releases"] == []
    publish(bare, block(), summary="有节目了")
    assert versions(bare) == [1]


def test_what_is_no_programme_makes_no_version(city: City, festival: FestivalPage) -> None:
    publish(festival, block(), summary="换一句话", venue_name="另一个广场")
    city.booth(city.zone(festival))
    assert versions(festival) == [1]


def test_a_draft_makes_no_version_and_shows_what_it_would_be(city: City, festival: FestivalPage) -> None:
    festival.programme = programme(block(at="15:00"))
    festival.save_revision()
    assert versions(festival) == [1]
    assert shown(city)["starts_at"] == "2024-12-21T10:00:00+08:00"
    draft = shelf.payload(festival.get_latest_revision_as_object())["acts"][0]["items"][0]
    assert (draft["revision"], draft["revised_at"]) == (1, None)
    assert draft["previous"]["starts_at"] == "2024-12-21T10:00:00+08:00"


def test_a_version_stands_or_falls_with_the_publication(city: City, festival: FestivalPage) -> None:
    class Lost(Exception):
        pass

    before = shelf_rows()
    with pytest.raises(Lost), transaction.atomic():
        publish(festival, block(at="15:00"))
        assert versions(festival) == [1, 2]
        raise Lost
    assert versions(festival) == [1]
    assert shelf_rows() == before


def test_writing_the_shelf_anew_makes_no_version(city: City, festival: FestivalPage) -> None:
    publish(festival, block(at="15:00"))
    publish(festival, block(at="15:00"), summary="又存了一次")
    before = shelf_rows()
    assert not shelf.republish(city.wuhou)
    assert versions(festival) == [1, 2]
    assert shelf_rows() == before


def test_an_edition_from_before_the_versions_gets_its_first(city: City, festival: FestivalPage) -> None:
    ProgrammeRelease.objects.all().delete()
    shelf.republish(city.wuhou)
    assert versions(festival) == [1]
    assert not shelf.republish(city.wuhou)


def test_whoever_publishes_is_kept_and_never_public(city: City) -> None:
    form = festival_form(slug="2024", items=[item_form("开场", stage="")])
    address = reverse(
        "wagtailadmin_pages:add", args=["festival", "festivalpage", city.section("festivals").pk]
    )
    city.browser("organiser").post(address, {**form, "action-publish": "1"})
    assert ProgrammeRelease.objects.get().released_by == city.user("organiser")
    assert "organiser" not in city.get("districts/wuhou/festivals/2024/").content.decode().replace(
        '"organisers"', ""
    )


def test_the_database_keeps_versions_apart(city: City, festival: FestivalPage) -> None:
    release = festival.releases.get()
    for version in (1, 0):
        with pytest.raises(IntegrityError), transaction.atomic():
            ProgrammeRelease.objects.create(
                festival=festival, version=version, released_at=release.released_at, snapshot=[]
            )


# --- what a version says ------------------------------------------------------------------------------------------------


def test_a_move_says_from_where_and_to_where(city: City, festival: FestivalPage) -> None:
    publish(festival, block(at="15:00", stage="第二舞台"))
    [change] = newest(city)
    assert (change["kind"], change["kind_label"], change["item"]) == ("moved", "改时间地点", ONE)
    before, after = change["before"], change["after"]
    assert (before["starts_at"], before["stage"]) == ("2024-12-21T10:00:00+08:00", "主舞台")
    assert (after["starts_at"], after["ends_at"], after["stage"]) == (
        "2024-12-21T15:00:00+08:00",
        "2024-12-21T15:30:00+08:00",
        "第二舞台",
    )
    item = shown(city)
    assert item["previous"] == before
    assert item["revision"] == 1
    assert item["revised_at"] == city.item("festivals/2024")["releases"][0]["released_at"]


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ({"minutes": 45}, ["moved"]),
        ({"at": ""}, ["moved"]),
        ({"stage": ""}, ["moved"]),
        ({"status": "cancelled"}, ["cancelled"]),
        ({"status": "cancelled", "at": "16:00"}, ["cancelled"]),
        ({"title": "启幕"}, ["renamed"]),
        ({"title": "启幕", "at": "16:00"}, ["renamed", "moved"]),
        ({"summary": "点一盏灯"}, ["edited"]),
        ({"kind": "music"}, ["edited"]),
        ({"performers": [{"name": "合唱团", "community": ""}]}, ["edited"]),
    ],
)
def test_each_kind_of_change_has_its_name(
    city: City, festival: FestivalPage, values: dict[str, Any], found: list[str]
) -> None:
    publish(festival, block(**values))
    assert kinds(city) == found
    assert shown(city)["revision"] == 1


def test_a_story_says_that_its_item_was_cancelled(city: City, festival: FestivalPage) -> None:
    ticket = ("festival_item", {"item": f"{festival.pk}:{ONE}"})
    city.story(slug="s", body=[("paragraph", "<p>正文</p>"), ticket])
    assert city.item("stories/s")["body"][1]["value"]["status"] == "scheduled"
    publish(festival, block(status="cancelled"))
    assert city.item("stories/s")["body"][1]["value"]["status"] == "cancelled"


def test_what_was_cancelled_can_be_restored(city: City, festival: FestivalPage) -> None:
    publish(festival, block(status="cancelled"))
    publish(festival, block(at="14:00"))
    assert kinds(city) == ["restored", "moved"]
    assert (shown(city)["status"], shown(city)["revision"]) == ("scheduled", 2)


def test_an_item_that_is_added_leaves_the_others_alone(city: City, festival: FestivalPage) -> None:
    before = shown(city)
    publish(festival, block("合唱", TWO, "11:00"), block())
    assert kinds(city) == ["added"]
    assert newest(city)[0]["before"] is None
    assert shown(city) == before
    assert shown(city, TWO)["revision"] == 0


def test_an_item_that_vanishes_stays_as_cancelled(city: City, festival: FestivalPage) -> None:
    publish(festival, block(), block("合唱", TWO, "11:00", stage="第二舞台"))
    publish(festival, block())
    assert kinds(city) == ["removed"]
    assert (newest(city)[0]["title"], newest(city)[0]["after"]) == ("合唱", None)
    [gone] = city.item("festivals/2024")["withdrawn"]
    assert (gone["id"], gone["title"], gone["status"], gone["revision"]) == (TWO, "合唱", "cancelled", 1)
    assert (gone["act"], gone["stage_name"], gone["starts_at"]) == (
        "开幕",
        "第二舞台",
        "2024-12-21T11:00:00+08:00",
    )
    assert gone["stage"] == festival.stages.get(name="第二舞台").pk

    publish(festival, block(summary="更多"))
    assert kinds(city) == ["edited"]
    assert city.item("festivals/2024")["withdrawn"] == [gone]

    publish(festival, block(summary="更多"), block("合唱", TWO, "11:00", stage="第二舞台"))
    assert kinds(city) == ["restored"]
    assert city.item("festivals/2024")["withdrawn"] == []
    assert (shown(city, TWO)["uid"], shown(city, TWO)["revision"]) == (gone["uid"], 2)


def test_a_programme_that_is_emptied_withdraws_everything(city: City, festival: FestivalPage) -> None:
    publish(festival)
    item = city.item("festivals/2024")
    assert (item["acts"], [one["title"] for one in item["withdrawn"]]) == ([], ["开场"])
    assert versions(festival) == [1, 2]


def test_a_stage_that_is_renamed_moves_nobody(city: City, festival: FestivalPage) -> None:
    fresh = FestivalPage.objects.get(pk=festival.pk)
    fresh.stages = [
        Stage(pk=one.pk, name="大舞台" if one.name == "主舞台" else one.name, sort_order=one.sort_order)
        for one in festival.stages.all()
    ]
    fresh.programme = programme(block(stage="大舞台"))
    fresh.save_revision().publish()
    assert kinds(city) == ["edited"]
    assert shown(city)["previous"] is None


def test_versions_are_listed_newest_first(city: City, festival: FestivalPage) -> None:
    for at in ("11:00", "12:00"):
        publish(festival, block(at=at))
    assert [one["version"] for one in city.item("festivals/2024")["releases"]] == [3, 2, 1]
    assert shown(city)["previous"]["starts_at"] == "2024-12-21T11:00:00+08:00"


def test_a_copied_edition_begins_anew_with_items_of_its_own(city: City, festival: FestivalPage) -> None:
    publish(festival, block(at="12:00"))
    copy = festival.copy(update_attrs={"slug": "2025", "title": "下一届"}, keep_live=False)
    copy = Page.objects.get(pk=copy.pk).specific
    copy.save_revision().publish()
    item = city.item("festivals/2025")
    assert [one["version"] for one in item["releases"]] == [1]
    own = item["acts"][0]["items"][0]
    assert own["previous"] is None
    assert own["uid"] != shown(city)["uid"]
