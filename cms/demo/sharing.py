"""What the demo's city tells everyone, and the stories that its districts have passed to each other."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Mapping

from django.core.files.base import ContentFile
from django.utils import timezone
from wagtail.models import Page

from cms.demo import bodies, records
from cms.demo.content import Content
from cms.domain import handovers
from cms.models import HomeNotice, HomePage, Notice, ReceivedStory, SentStory, StoryPage
from media.domain import variants
from media.models import Document, Picture
from media.pages import picture_ids
from sites.enums import Role
from sites.models import District, User


def load_notices(
    content: Content, *, districts: Mapping[str, District], pictures: Mapping[str, Picture]
) -> None:
    """The notices that are not there yet, on the home pages that chose them."""
    city = districts[content.city.slug]
    for record in content.notices:
        if Notice.objects.filter(title=record.title).exists():
            continue
        notice = Notice.objects.create(
            title=record.title,
            kind=record.kind,
            text=bodies.html(list(record.text)),
            for_all=record.for_all,
            picture=pictures[record.picture] if record.picture else None,
            document=_form(record, city) if record.document else None,
            ends_at=_evening(record.days) if record.days else None,
        )
        for slug in record.districts:
            home = HomePage.objects.get(pk=districts[slug].site.root_page_id)
            home.notices.add(HomeNotice(notice=notice))
            home.save_revision().publish()


def _form(record: records.Notice, city: District) -> Document:
    """An empty table to fill in, which opens in Excel with its Chinese whole."""
    text = io.StringIO()
    csv.writer(text).writerow(record.columns)
    file = ContentFile(text.getvalue().encode("utf-8-sig"), "form.csv")
    return Document.objects.create(title=record.document, file=file, collection=city.collection)


def _evening(days: int) -> dt.datetime:
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + dt.timedelta(days=days + 1)


def load_handovers(content: Content, *, districts: Mapping[str, District]) -> None:
    """The stories that were passed on, taken where the content says so; one that was sent before stays as it is."""
    for record in content.handovers:
        slug, _, story_slug = record.story.partition("/")
        home = districts[slug].site.root_page
        story = StoryPage.objects.descendant_of(home).get(slug=story_slug)
        target = districts[record.target]
        if SentStory.objects.filter(story=story, target_slug=target.slug).exists():
            continue
        sender = User.objects.get(username=f"{slug}-{Role.EDITOR.value}")
        sent, _ = handovers.send(story=story, targets=[target], by=sender, note=record.note)
        if record.taken_at is not None:
            received = ReceivedStory.objects.get(handover=sent[0].handover)
            _publish(handovers.take(received=received, by=_decider(target)), at=record.taken_at)


def _decider(district: District) -> User:
    return User.objects.get(
        username="city" if district.is_city else f"{district.slug}-{Role.MODERATOR.value}"
    )


def _publish(page: StoryPage, *, at: dt.datetime) -> None:
    # Before it is public, so that the page never waits for its pictures.
    for picture in Picture.objects.filter(pk__in=set(picture_ids(page))):
        variants.make_variants(picture=picture)
    page.first_published_at = at
    page.save_revision().publish()
    Page.objects.filter(pk=page.pk).update(last_published_at=at)
