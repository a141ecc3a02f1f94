"""What is public of a story follows its pictures."""

from __future__ import annotations

from typing import Any

import pytest

from cms.models import StoryIndexPage, StoryPage
from media.domain import variants
from media.enums import Consent
from media.models import Picture
from sites.models import District, FeedCounter, Publication
from tests.media.conftest import MakePicture


@pytest.fixture
def picture(districts: dict[str, District], make_picture: MakePicture) -> Picture:
    """The cover of a published story."""
    picture = make_picture(collection=districts["wuhou"].collection)
    shelf = StoryIndexPage.objects.descendant_of(districts["wuhou"].site.root_page).get()
    story = StoryPage(
        title="竹编", slug="zhubian", cover=picture, body=[("paragraph", "<p>破篾。</p>")], live=False
    )
    shelf.add_child(instance=story)
    story.save_revision().publish()
    return picture


def cover() -> dict[str, Any]:
    import json

    body: dict[str, Any] = json.loads(Publication.objects.get(type="story", slug="zhubian").content)
    shown: dict[str, Any] = body["cover"]
    return shown


def seq() -> int:
    return FeedCounter.objects.get(district__slug="wuhou").seq


def test_story_learns_that_its_picture_is_ready(picture: Picture) -> None:
    assert cover()["ready"] is False
    before = seq()

    variants.make_variants(picture=picture)
    assert cover()["ready"] is True
    assert seq() == before + 1


def test_story_learns_the_new_words_of_its_picture(picture: Picture) -> None:
    picture.description = "匠人在编竹篮"
    picture.save()
    assert cover()["alt"] == "匠人在编竹篮"


def test_renditions_made_again_move_no_feed(picture: Picture) -> None:
    variants.make_variants(picture=picture)
    before = seq()
    variants.make_variants(picture=picture)
    picture.consent_note = "口头同意"
    picture.save()
    assert seq() == before


def test_story_stops_showing_a_picture_whose_consent_was_withdrawn(picture: Picture) -> None:
    variants.make_variants(picture=picture)
    picture.consent = Consent.WITHDRAWN
    picture.save()
    assert (cover()["ready"], cover()["sources"]) == (False, {})
