"""Pages that are not public as they stand: never published, or changed since."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from wagtail.models import Page, WorkflowState

from sites import kinds
from sites.domain import shelf
from sites.domain.feed import NUL, BadCursor, decode_cursor, encode_cursor
from sites.enums import DraftState
from sites.models import District
from sites.ownership import UnderHome


@dataclass(frozen=True)
class Draft:
    """One line of the list. `slug` is the address that the draft is read under."""

    slug: str
    title: str
    state: DraftState
    changed_at: datetime


@dataclass(frozen=True)
class DraftPage:
    """One page of the list, newest change first, and the cursor of the next."""

    drafts: list[Draft]
    next_cursor: str | None


def drafts_of(district: District, *, kind: kinds.Kind, size: int, cursor: str | None) -> DraftPage:
    """`size` drafts of a kind from behind `cursor`. Three queries. Raises BadCursor."""
    rows = _unpublished(district, kind)
    if cursor is not None:
        changed_at, pk = _position(cursor)
        rows = rows.filter(Q(changed_at__lt=changed_at) | Q(changed_at=changed_at, pk__lt=pk))
    found = list(rows.order_by("-changed_at", "-pk")[: size + 1])
    more = len(found) > size
    found = found[:size]
    reviewed = _in_review(found)
    drafts = [
        Draft(page.slug, page.draft_title or page.title, _state(page, reviewed), page.changed_at)
        for page in found
    ]
    following = encode_cursor(found[-1].changed_at.isoformat(), found[-1].pk) if more else None
    return DraftPage(drafts, following)


def draft_payload(district: District, *, kind: kinds.Kind, slug: str) -> dict[str, Any] | None:
    """The item that the shelf would get if a draft were published now; None where there is no draft."""
    if NUL in slug:
        return None
    page = _unpublished(district, kind).filter(slug=slug).order_by("pk").first()
    return shelf.payload(page.get_latest_revision_as_object()) if page is not None else None


def _unpublished(district: District, kind: kinds.Kind) -> QuerySet[Any]:
    rows = kind.model._default_manager.filter(UnderHome().within([district]))
    rows = rows.filter(Q(live=False) | Q(has_unpublished_changes=True))
    # What was made by a program may have no revision.
    changed_at = Coalesce("latest_revision_created_at", "last_published_at", Value(_LONG_AGO))
    return rows.annotate(changed_at=changed_at).annotate_approved_schedule()


_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


def _position(cursor: str) -> tuple[datetime, int]:
    match decode_cursor(cursor):
        case [str(text), int(pk)] if 0 < pk < 2**63:
            try:
                moment = parse_datetime(text)
            except ValueError:
                moment = None
            if moment is not None and timezone.is_aware(moment):
                return moment, pk
    raise BadCursor(cursor)


def _in_review(pages: list[Any]) -> set[str]:
    """The primary keys, as text, of the pages that somebody has been asked to look at."""
    asked = WorkflowState.objects.filter(
        base_content_type=ContentType.objects.get_for_model(Page),
        object_id__in=[str(page.pk) for page in pages],
        status=WorkflowState.STATUS_IN_PROGRESS,
    )
    return set(asked.values_list("object_id", flat=True))


def _state(page: Any, reviewed: set[str]) -> DraftState:
    if str(page.pk) in reviewed:
        return DraftState.IN_REVIEW
    if page.approved_schedule:
        return DraftState.SCHEDULED
    return DraftState.CHANGED if page.live else DraftState.DRAFT
