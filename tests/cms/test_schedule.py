"""What happens by the clock: scheduled publishing, expiry, and consents that begin and end on a day."""

from __future__ import annotations

import datetime as dt
import threading
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from cms.models import CraftsmanPage, StoryPage
from cms.publishing import watching
from cms.publishing.watching import publish_due, refresh_consents
from sites.models import Publication
from tests.city import City, shelf_rows

TODAY = dt.date(2026, 6, 1)


def schedule(page: Any, *, at: dt.datetime) -> None:
    """Plan the page's publishing, then let the time come."""
    page.go_live_at = timezone.now() + dt.timedelta(hours=1)
    revision = page.save_revision()
    revision.publish()
    revision.refresh_from_db()
    assert revision.approved_go_live_at is not None
    revision.approved_go_live_at = at
    revision.content["go_live_at"] = at.isoformat()
    revision.save()


def a_minute_ago() -> dt.datetime:
    return timezone.now() - dt.timedelta(minutes=1)


def test_scheduled_story_waits_for_its_time(city: City) -> None:
    before = shelf_rows()
    story = city.story(slug="s", publish=False)
    schedule(story, at=timezone.now() + dt.timedelta(hours=1))
    publish_due()
    assert shelf_rows() == before


def test_scheduled_story_is_put_out_at_its_time(city: City) -> None:
    story = city.story(slug="s", publish=False)
    schedule(story, at=a_minute_ago())
    publish_due()
    assert city.item("stories/s")["title"] == "邻居的院坝"
    after = shelf_rows()
    publish_due()
    assert shelf_rows() == after


def test_scheduled_change_of_a_public_story(city: City) -> None:
    story = city.story("旧标题", slug="s")
    story.title = "新标题"
    schedule(story, at=a_minute_ago())
    assert city.item("stories/s")["title"] == "旧标题"
    publish_due()
    assert city.item("stories/s")["title"] == "新标题"


def test_expired_story_is_taken_away(city: City) -> None:
    story = city.story(slug="s")
    StoryPage.objects.filter(pk=story.pk).update(expire_at=a_minute_ago())
    publish_due()
    assert city.row("story", "s").deleted
    story.refresh_from_db()
    assert (story.live, story.expired) == (False, True)


def test_scheduled_page_that_may_not_be_public_does_not_hold_up_the_others(city: City) -> None:
    picture = city.picture("有说明")
    silent = city.story(slug="silent", publish=False, cover=picture)
    schedule(silent, at=a_minute_ago() - dt.timedelta(minutes=5))
    schedule(city.story(slug="good", publish=False), at=a_minute_ago())
    picture.description = ""
    picture.save()

    publish_due()

    assert city.get("districts/wuhou/stories/silent/").status_code == 404
    assert city.get("districts/wuhou/stories/good/").status_code == 200
    picture.description = "补上了"
    picture.save()
    publish_due()
    assert city.get("districts/wuhou/stories/silent/").status_code == 200


@pytest.fixture
def chen(city: City) -> CraftsmanPage:
    return city.craftsman("陈师傅", slug="chen", phone="028-1234")


def consent(page: CraftsmanPage, **days: dt.date | None) -> None:
    """What an editor published earlier, when the day had not come."""
    CraftsmanPage.objects.filter(pk=page.pk).update(**days)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("consented", "withdrawn", "is_public"),
    [
        (None, None, False),
        (TODAY, None, True),
        (TODAY - dt.timedelta(days=400), None, True),
        (TODAY + dt.timedelta(days=1), None, False),
        (TODAY - dt.timedelta(days=9), TODAY, False),
        (TODAY - dt.timedelta(days=9), TODAY + dt.timedelta(days=1), True),
        (TODAY, TODAY, False),
    ],
)
def test_contact_is_public_on_the_days_of_consent_only(
    consented: dt.date | None, withdrawn: dt.date | None, is_public: bool
) -> None:
    page = CraftsmanPage(consented_on=consented, withdrawn_on=withdrawn)
    assert page.contact_is_public(on=TODAY) is is_public


def test_consent_that_ends_today_hides_the_contact(city: City, chen: CraftsmanPage) -> None:
    today = timezone.localdate()
    chen.consented_on = today - dt.timedelta(days=30)
    chen.save_revision().publish()
    assert city.item("craftsmen/chen")["contact"] == {"phone": "028-1234", "wechat": "", "address": ""}

    consent(chen, withdrawn_on=today)
    refresh_consents(on=today)

    assert city.item("craftsmen/chen")["contact"] is None
    after = shelf_rows()
    refresh_consents(on=today)
    assert shelf_rows() == after


def test_consent_that_begins_today_shows_the_contact(city: City, chen: CraftsmanPage) -> None:
    today = timezone.localdate()
    consent(chen, consented_on=today)
    refresh_consents(on=today)
    assert city.item("craftsmen/chen")["contact"]["phone"] == "028-1234"


def test_consent_that_ended_while_the_worker_was_away(city: City, chen: CraftsmanPage) -> None:
    today = timezone.localdate()
    chen.consented_on = today - dt.timedelta(days=90)
    chen.save_revision().publish()
    consent(chen, withdrawn_on=today - dt.timedelta(days=30))
    Publication.objects.filter(slug="chen").update(changed_at=timezone.now() - dt.timedelta(days=90))
    refresh_consents(on=today)
    assert city.item("craftsmen/chen")["contact"] is None


def test_consent_of_an_unpublished_craftsman_puts_nothing_out(city: City, chen: CraftsmanPage) -> None:
    chen.unpublish()
    consent(chen, consented_on=timezone.localdate())
    before = shelf_rows()
    refresh_consents(on=timezone.localdate())
    assert shelf_rows() == before


def test_story_that_cannot_be_put_out_is_told_of_once(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[object, ...]] = []
    monkeypatch.setattr(watching.logger, "warning", lambda *words: told.append(words))
    story = city.story(slug="s", publish=False)
    schedule(story, at=a_minute_ago())
    revision = story.latest_revision
    revision.refresh_from_db()
    revision.content["body"] = "[]"
    revision.save()

    publish_due()
    publish_due()

    assert len(told) == 1 and "请至少写一段正文" in str(told[0][1])
    assert city.get("districts/wuhou/stories/s/").status_code == 404


def test_duty_that_fails_keeps_no_other_from_its_turn(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise RuntimeError("not foreseen")

    schedule(city.story(slug="s", publish=False), at=a_minute_ago())
    story = city.story(slug="t")
    session = Session.objects.create(session_key="old", session_data="", expire_date=a_minute_ago())
    StoryPage.objects.filter(pk=story.pk).update(expire_at=a_minute_ago())
    monkeypatch.setattr(watching, "_DUTIES", (broken, *watching._DUTIES))
    monkeypatch.setattr(watching, "_NIGHTLY", (broken, *watching._NIGHTLY))
    # The test's own transaction lives in the connection that the worker would close.
    monkeypatch.setattr(watching, "close_old_connections", lambda: None)
    one_round = threading.Event()
    one_round.set()
    watching.keep_time(one_round)
    assert city.item("stories/s")["title"] == "邻居的院坝"
    assert city.row("story", "t").deleted
    assert not Session.objects.filter(pk=session.pk).exists()
