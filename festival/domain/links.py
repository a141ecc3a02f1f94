"""Private links to applications: whoever has the link may see and change the application, without an account."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from festival.models import Application, ApplicationLink, FestivalPage
from sites.domain.bearer import digest_of, new_secret

# After the last day of the festival: to read what was decided, and to ask for erasure.
LASTS_AFTER = dt.timedelta(days=30)


def make(application: Application, *, now: dt.datetime | None = None) -> str:
    """A new private link's secret. Older links go on working until they end."""
    now = now or timezone.now()
    secret = new_secret()
    last_day = application.festival.ends_on or application.festival.starts_on or now.date()
    end = timezone.make_aware(dt.datetime.combine(last_day, dt.time.max)) + LASTS_AFTER
    ApplicationLink.objects.create(
        application=application,
        digest=digest_of(secret),
        created_at=now,
        expires_at=max(end, now + LASTS_AFTER),
    )
    return secret


def find(
    secret: str, *, festival: FestivalPage, reference: str, now: dt.datetime | None = None
) -> Application | None:
    """The application that a secret opens, if it is that one; None for any other secret. One query."""
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
