"""What is public follows the pages: each change writes its rows, in the change's own transaction, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from django.db import transaction
from django.urls import reverse
from wagtail.actions.unpublish_page import UnpublishPageAction
from wagtail.models import Page
from wagtail.signals import page_published

from cms.models import StoryPage
from sites.exceptions import AnotherDistrict
from sites.models import Community, District, FeedCounter, Publication
from tests.city import City, shelf_rows
from tests.page_forms import story_form


def rows(district: District) -> dict[tuple[str, str], bool]:
    """(type, slug) → whether the item is there."""
    found = Publication.objects.filter(district=district)
    return {(row.type, row.slug): not row.deleted for row in found}


def test_story_published_has_a_row(city: City) -> None:
    before = city.seq()
    story = city.story("竹编的下午", slug="zhubian")

    row = city.row("story", "zhubian")
    assert (row.deleted, row.source_id, row.seq) == (False, story.pk, before + 1)
    assert json.loads(row.content)["title"] == "竹编的下午"
    assert city.seq() == before + 1
    assert city.item("stories/zhubian")["path"] == "/stories/zhubian/"


def test_story_draft_has_no_row(city: City) -> None:
    before = shelf_rows()
    city.story(publish=False)
    assert shelf_rows() == before


def test_story_draft_of_a_public_story_changes_nothing(city: City) -> None:
    story = city.story()
    before = shelf_rows()
    story.title = "改了一半"
    story.save_revision()
    assert shelf_rows() == before


def test_story_published_again_moves_to_the_end_of_the_feed(city: City) -> None:
    story = city.story(slug="a")
    city.story("另一个", slug="b")
    first = city.row("story", "a")

    story.title = "改好了"
    story.save_revision().publish()

    again = city.row("story", "a")
    assert again.pk == first.pk
    assert again.seq > city.row("story", "b").seq > first.seq
    assert again.etag != first.etag


def test_story_unpublished_leaves_a_tombstone(city: City) -> None:
    story = city.story(slug="zhubian", tags="竹 老人")
    before = city.seq()

    story.unpublish()

    row = city.row("story", "zhubian")
    assert (row.deleted, row.content, row.etag, row.seq) == (True, b"", "", before + 1)
    assert not row.facets.exists()
    assert city.get("districts/wuhou/stories/zhubian/").status_code == 404


def test_story_published_after_its_tombstone_is_there_again(city: City) -> None:
    story = city.story(slug="zhubian")
    story.unpublish()
    buried = city.row("story", "zhubian").seq

    StoryPage.objects.get(pk=story.pk).get_latest_revision().publish()

    row = city.row("story", "zhubian")
    assert (row.deleted, row.seq) == (False, buried + 1)


def test_story_deleted_leaves_a_tombstone(city: City) -> None:
    story = city.story(slug="zhubian")
    before = city.seq()
    story.delete()
    assert rows(city.wuhou)["story", "zhubian"] is False
    assert city.seq() == before + 1


def test_story_renamed_leaves_a_tombstone_at_its_old_address(city: City) -> None:
    story = city.story(slug="old")
    before = city.seq()

    story.slug = "new"
    story.save_revision().publish()

    assert rows(city.wuhou)["story", "old"] is False
    assert rows(city.wuhou)["story", "new"] is True
    assert {city.row("story", "old").seq, city.row("story", "new").seq} == {before + 1, before + 2}


def test_story_renamed_without_publishing_follows(
    city: City, django_capture_on_commit_callbacks: object
) -> None:
    """Code that saves a slug without a revision: Wagtail tells of it when the transaction commits."""
    story = city.story(slug="old")
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        story.slug = "new"
        story.save()
    assert (rows(city.wuhou)["story", "old"], rows(city.wuhou)["story", "new"]) == (False, True)


def test_address_taken_over_by_another_story(city: City) -> None:
    first = city.story("第一篇", slug="x")
    first.slug = "y"
    first.save_revision().publish()
    second = city.story("第二篇", slug="x")

    assert city.row("story", "x").source_id == second.pk
    assert city.row("story", "y").source_id == first.pk
    first.delete()
    assert rows(city.wuhou)["story", "x"] is True


def test_story_that_may_not_leave_its_district_stays_on_its_shelf(city: City) -> None:
    story = city.story(slug="zhubian")
    before = shelf_rows()
    with pytest.raises(AnotherDistrict):
        story.move(city.section("stories", city.jinjiang), "last-child")
    assert shelf_rows() == before
    assert city.get("districts/wuhou/stories/zhubian/").status_code == 200
    assert city.get("districts/jinjiang/stories/zhubian/").status_code == 404


def test_story_moved_within_its_shelf_changes_nothing(city: City) -> None:
    story, other = city.story("一", slug="a"), city.story("二", slug="b")
    before = shelf_rows()
    Page.objects.get(pk=other.pk).move(Page.objects.get(pk=story.pk), "left")
    assert shelf_rows() == before


def test_shelf_deleted_with_all_its_stories(city: City) -> None:
    for slug in ("a", "b", "c"):
        city.story(slug, slug=slug)
    before = city.seq()

    city.section("stories").delete()

    assert [rows(city.wuhou)["story", slug] for slug in ("a", "b", "c")] == [False] * 3
    assert city.seq() == before + 3
    assert city.json("districts/wuhou/stories/") == {"results": [], "next": None}


def test_shelf_unpublished_with_all_its_stories(city: City) -> None:
    city.story(slug="a")
    action = UnpublishPageAction(city.section("stories"), user=city.user("admin"), include_descendants=True)
    action.execute(skip_permission_checks=True)
    assert rows(city.wuhou)["story", "a"] is False


def test_story_copied_by_a_publisher_has_its_own_row(city: City) -> None:
    story = city.story(slug="a")
    copy = story.copy(update_attrs={"slug": "b", "title": "另一份"})
    assert city.row("story", "b").source_id == copy.pk
    assert city.row("story", "a").source_id == story.pk


def test_seq_rises_strictly_and_is_never_used_twice(city: City) -> None:
    story = city.story(slug="a")
    seen = [city.row("story", "a").seq]
    for n in range(5):
        story.title = f"第 {n} 稿"
        story.save_revision().publish()
        seen.append(city.row("story", "a").seq)
    story.unpublish()
    seen.append(city.row("story", "a").seq)
    assert seen == sorted(set(seen))
    all_seqs = list(Publication.objects.filter(district=city.wuhou).values_list("seq", flat=True))
    assert len(all_seqs) == len(set(all_seqs))
    assert max(all_seqs) == city.seq()


def test_districts_count_apart(city: City) -> None:
    before = city.seq(city.jinjiang)
    city.story()
    assert city.seq(city.jinjiang) == before


# --- rows that are public as they stand ---------------------------------------------------------------------------------


def test_community_saved_has_a_row(city: City) -> None:
    city.community("晋阳社区", slug="jinyang")
    assert city.item("communities/jinyang")["subdistrict"] == "晋阳街道"


def test_community_saved_unchanged_changes_nothing(city: City) -> None:
    community = city.community()
    before = shelf_rows()
    Community.objects.get(pk=community.pk).save()
    assert shelf_rows() == before


def test_community_with_another_slug_leaves_a_tombstone(city: City) -> None:
    community = city.community(slug="jinyang")
    community.slug = "jinyang-she-qu"
    community.save()
    assert rows(city.wuhou)["community", "jinyang"] is False
    assert rows(city.wuhou)["community", "jinyang-she-qu"] is True


def test_community_deleted_leaves_a_tombstone(city: City) -> None:
    city.community(slug="jinyang").delete()
    assert rows(city.wuhou)["community", "jinyang"] is False


def test_community_given_to_another_district(city: City) -> None:
    community = city.community(slug="jinyang")
    community.district = city.jinjiang
    community.save()
    assert rows(city.wuhou)["community", "jinyang"] is False
    assert rows(city.jinjiang)["community", "jinyang"] is True


# --- one transaction ----------------------------------------------------------------------------------------------------


class Trouble(Exception):
    """Something that breaks after the shelf was written."""


@pytest.fixture
def trouble_after_publishing() -> Iterator[None]:
    """A receiver that comes after the shelf's and fails, as a full disk would."""

    def fail(**kwargs: object) -> None:
        raise Trouble

    page_published.connect(fail, weak=False, dispatch_uid="trouble")
    yield
    page_published.disconnect(dispatch_uid="trouble")


@pytest.mark.usefixtures("trouble_after_publishing")
def test_publishing_that_fails_half_way_leaves_neither_page_nor_row(city: City) -> None:
    before, pages = shelf_rows(), set(Page.objects.values_list("pk", flat=True))
    moderator = city.browser("moderator", errors=False)
    address = reverse("wagtailadmin_pages:add", args=["cms", "storypage", city.section("stories").pk])

    response = moderator.post(address, {**story_form("竹编的下午"), "action-publish": "1"})

    assert response.status_code == 500
    assert shelf_rows() == before
    assert set(Page.objects.values_list("pk", flat=True)) == pages


def test_rollback_gives_the_number_back(city: City) -> None:
    before = shelf_rows()
    with pytest.raises(Trouble), transaction.atomic():
        city.story()
        raise Trouble
    assert shelf_rows() == before
    city.story(slug="next")
    assert city.row("story", "next").seq == city.seq()


def test_district_removed_takes_its_shelf_along(city: City) -> None:
    city.community(district=city.jinjiang)
    city.story(slug="a", district=city.jinjiang)
    city.jinjiang.delete()
    assert not Publication.objects.filter(district=city.jinjiang.pk).exists()
    assert not FeedCounter.objects.filter(district=city.jinjiang.pk).exists()
