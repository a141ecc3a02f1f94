"""The worker's standing duties beside its tasks: building what changed, the outbox, and what is due by the clock."""

from __future__ import annotations

import datetime as dt
import logging
import threading
from collections.abc import Callable

from django.conf import settings
from django.db import DatabaseError, close_old_connections, transaction
from django.utils import timezone
from wagtail.models import Page, Revision

from cms.domain import notices
from cms.models import CraftsmanPage
from cms.publishing import building
from festival.domain import arrivals, retention, waitlist
from media.domain import variants
from sites.domain import outbox, sessions, shelf
from sites.enums import Channel
from sites.exceptions import LinliError
from sites.models import Publication
from sites.sign_in import limits

logger = logging.getLogger(__name__)

LOOK_SECONDS = 0.2
OUTBOX_SECONDS = 0.5
CLOCK_SECONDS = 5.0
_LONGEST_WAIT = 30.0


def build_what_changed(stop: threading.Event) -> None:
    """Follow the shelf until `stop`: each district whose site is behind is built. A failure is logged and tried again
    with growing pauses; the other districts go on."""
    wait = LOOK_SECONDS
    while not stop.wait(wait):
        failed = False
        try:
            close_old_connections()
            late = building.behind()
        except DatabaseError:
            logger.exception("the shelf could not be read")
            late, failed = [], True
        for district in late:
            if stop.is_set():
                return
            try:
                report = building.publish(district)
            except building.BeingBuilt:
                continue
            except Exception:
                logger.exception("the site of %s could not be built", district.slug)
                failed = True
            else:
                logger.info("%s：%s", district.slug, building.summary(report))
        wait = min(max(wait, 0.5) * 2, _LONGEST_WAIT) if failed else LOOK_SECONDS


def deliver_outbox(stop: threading.Event) -> None:
    """Deliver until `stop` what was posted: mails, within a second of their commit."""
    _deliver(Channel.EMAIL, stop)


def deliver_webhooks(stop: threading.Event) -> None:
    """Likewise what goes to gateways: beside the mails, which must not wait for a gateway that does not answer."""
    _deliver(Channel.WEBHOOK, stop)


def _deliver(channel: Channel, stop: threading.Event) -> None:
    wait = OUTBOX_SECONDS
    while not stop.wait(wait):
        wait = OUTBOX_SECONDS
        try:
            close_old_connections()
            while not stop.is_set() and outbox.deliver_due(limit=5, channel=channel):
                pass
        except DatabaseError:
            logger.exception("the outbox could not be read")
            wait = _LONGEST_WAIT


def keep_time(stop: threading.Event) -> None:
    """Until `stop`: publish and expire what is scheduled, mend what a killed worker left, end consents and
    offers that lapse."""
    done_on: dict[Callable[[], object], dt.date] = {}
    while True:
        for duty in _DUTIES:
            _carried_out(duty)
        today = timezone.localdate()
        for duty in _NIGHTLY:
            if done_on.get(duty) != today and _carried_out(duty):
                done_on[duty] = today
        if stop.wait(CLOCK_SECONDS):
            return


def _carried_out(duty: Callable[[], object]) -> bool:
    """Each by itself: one that fails keeps no other from its turn, and has its own again."""
    try:
        close_old_connections()
        duty()
    except Exception:
        logger.exception("a scheduled duty failed")
        return False
    return True


# Why each due revision was refused last, by its key.
_refused: dict[int, str] = {}


def publish_due() -> None:
    """Publish and expire what is due, each page in a transaction of its own with its place on the shelf."""
    now = timezone.now()
    for page in Page.objects.filter(live=True, expire_at__lt=now).specific():
        with transaction.atomic():
            page.unpublish(set_expired=True, log_action="wagtail.unpublish.scheduled")
    for revision in Revision.objects.filter(approved_go_live_at__lt=now).order_by("approved_go_live_at"):
        try:
            with transaction.atomic():
                revision.publish(log_action="wagtail.publish.scheduled")
        except LinliError as refusal:
            # It stays due, and is published as soon as what it lacks is there; to say so once is enough.
            if _refused.get(revision.pk) != str(refusal):
                _refused[revision.pk] = str(refusal)
                logger.warning("a scheduled page was not published: %s", refusal)
        else:
            _refused.pop(revision.pk, None)


def refresh_consents(*, on: dt.date) -> None:
    """Show or hide the contact of craftsmen whose consent began or ended since their item was written."""
    written = dict(
        Publication.objects.filter(type="craftsman", deleted=False).values_list("source_id", "changed_at")
    )
    for craftsman in CraftsmanPage.objects.live().filter(consented_on__lte=on):
        days = [day for day in (craftsman.consented_on, craftsman.withdrawn_on) if day and day <= on]
        moment = written.get(craftsman.pk)
        if moment is None or timezone.localdate(moment) <= max(days):
            shelf.refresh(craftsman)


_DUTIES: tuple[Callable[[], object], ...] = (
    publish_due,
    lambda: notices.refresh_due(at=timezone.now()),
    waitlist.lapse_due,
    waitlist.fill_open_zones,
    arrivals.sweep_no_shows,
    lambda: variants.make_pending(limit=20),
)
_NIGHTLY: tuple[Callable[[], object], ...] = (
    lambda: refresh_consents(on=timezone.localdate()),
    lambda: outbox.prune(older_than=dt.timedelta(days=settings.OUTBOX_KEEP_DAYS)),
    limits.prune,
    sessions.clear_expired,
    retention.every_night,
)
