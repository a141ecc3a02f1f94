"""Which of the city's notices a district shows, and when that changes by the clock."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Q

from cms.enums import NoticeKind
from cms.models import HomePage, Notice
from media.models import Document
from sites.domain import shelf


def shown_on(home: HomePage, *, at: dt.datetime) -> list[Notice]:
    """The notices that a home page shows: urgent ones, then its own choice in its order, then the city's others for
    all. Those that are not current are left out."""
    chosen = [row.notice for row in home.notices.all() if row.notice_id]
    for_all = Notice.objects.filter(for_all=True).select_related("picture", "document")
    shown = [notice for notice in dict.fromkeys([*chosen, *for_all]) if notice.is_current(at=at)]
    return sorted(shown, key=lambda notice: notice.kind != NoticeKind.URGENT)


def refresh_due(*, at: dt.datetime) -> int:
    """Bring the shelf in line with the notices that began or ended since it was last told. How many there were."""
    current = Q(pk__in=Notice.objects.current(at=at).values("pk"))
    due = list(Notice.objects.filter((current & Q(is_out=False)) | (~current & Q(is_out=True))))
    for notice in due:
        with transaction.atomic():
            is_out = notice.is_current(at=at)
            if Notice.objects.filter(pk=notice.pk, is_out=not is_out).update(is_out=is_out):
                notice.is_out = is_out
                shelf.refresh(notice)
    return len(due)


def public_document(digest: str, *, at: dt.datetime) -> Document | None:
    """The document of a current notice by the SHA-1 of its content; None for any other document."""
    notices = Notice.objects.current(at=at).filter(document__file_hash=digest).select_related("document")
    notice = notices.first()
    return notice.document if notice is not None else None
