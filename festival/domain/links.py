"""Private links to applications: whoever has the link may see and change the application, without an account."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db.models import Q
from django.utils import timezone

from festival.models import Application, ApplicationLink, FestivalPage
from sites.domain.bearer import digest_of, new_secret

# After the last day of the festival: to read what was decided, and to ask for erasure.
LASTS_AFTER = dt.timedelta(days=30)


def make(application: Application, *, now: dt.datetime | None = None) -> str:
    """A new private link's secret. Older links go on working until they end."""
    return make_all([application], now=now)[0]


def make_all(applications: Sequence[Application], *, now: dt.datetime | None = None) -> list[str]:
    """A new private link's secret for each of many, in their order. One query for every few hundred."""
    now = now or timezone.now()
    secrets = [new_secret() for _ in applications]
    ApplicationLink.objects.bulk_create(
        [
            ApplicationLink(
                application=application,
                digest=digest_of(secret),
                created_at=now,
                expires_at=_end(application, now),
            )
            for application, secret in zip(applications, secrets, strict=True)
        ],
        batch_size=500,
    )
    return secrets


def _end(application: Application, now: dt.datetime) -> dt.datetime:
    last_day = application.festival.ends_on or application.festival.starts_on or now.date()
    end = timezone.make_aware(dt.datetime.combine(last_day, dt.time.max)) + LASTS_AFTER
    return max(end, now + LASTS_AFTER)


def find(
    secret: str, *, festival: FestivalPage, reference: str, now: dt.datetime | None = None
) -> Application | None:
    """The application that a secret opens, if it is that one; None for any other secret. One query."""
    if "\x00" in reference:
        return None  # PostgreSQL refuses to be asked for it
    now = now or timezone.now()
    found = ApplicationLink.objects.filter(
        digest=digest_of(secret),
        revoked_at=None,
        expires_at__gt=now,
        application__festival=festival,
        application__reference=reference,
    )
    link = found.select_related("application__festival", "application__zone").first()
    return link.application if link else None


def revoke_all(application: Application, *, now: dt.datetime | None = None) -> int:
    """End every link of an application; returns how many."""
    return application.links.filter(revoked_at=None).update(revoked_at=now or timezone.now())


def address_of(application: Application, secret: str, *, origin: str) -> str:
    """The address in a mail. The secret stands in the fragment, which no server and no log sees."""
    path = f"/festivals/{application.festival.slug}/apply/status/"
    return f"{origin}{path}#{application.reference}.{secret}"


def prune(*, now: dt.datetime | None = None) -> int:
    """Delete the links that open nothing any more; returns how many rows."""
    now = now or timezone.now()
    over = ApplicationLink.objects.filter(Q(expires_at__lte=now) | Q(revoked_at__lte=now))
    deleted, _ = over.delete()
    return deleted
