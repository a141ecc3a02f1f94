"""What waits for a person: drafts, what came back, what is in moderation, what is planned and what was published.

Each function is a list of at most `limit` rows of what the person works with (`sites.domain.reach`), for a number of
queries that does not grow with the rows.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from django.contrib.contenttypes.models import ContentType
from django.db.models import IntegerField, Q, QuerySet
from django.db.models.functions import Cast
from django.utils import timezone
from wagtail.models import Page, Revision, TaskState, WorkflowState

from cms.domain.content_checks import Draft, Finding, check, gather
from cms.models import CraftsmanPage, HomePage, PlacePage, StoryPage
from festival.models import FestivalPage
from sites.domain import reach
from sites.domain.audit import name_of
from sites.models import User
from sites.publish_asking import note_of

SHOWN = 8
# Hints that many good pages live with; in the editor they are told, on the desk they would bury what matters.
_SLIGHT = {"no-summary", "no-cover"}
_WRITTEN: tuple[type[Page], ...] = (StoryPage, CraftsmanPage, PlacePage, FestivalPage, HomePage)


@dataclass(frozen=True)
class Row:
    """One page on the desk. `moment` is what the list is about; `said` are somebody's words on it."""

    pk: int
    title: str
    kind: str
    moment: dt.datetime | None
    who: str = ""
    said: str = ""
    findings: list[Finding] = field(default_factory=list)
    task_state: int | None = None
    address: str = ""
    is_public: bool = False


@dataclass(frozen=True)
class Rows:
    """The first rows of a list, and how many there are."""

    shown: list[Row]
    total: int

    @property
    def hidden(self) -> int:
        return self.total - len(self.shown)


def drafts(user: User, *, limit: int = SHOWN) -> Rows:
    """What the person wrote last and nobody has been asked to publish, the newest first. Two queries."""
    return _rows(
        _mine(user)
        .filter(Q(live=False) | Q(has_unpublished_changes=True))
        .exclude(pk__in=_in_moderation())
        .exclude(pk__in=_planned_keys()),
        limit,
    )


def returned(user: User, *, limit: int = SHOWN) -> Rows:
    """What came back to the person with a moderator's words, the newest first. Three queries."""
    states = _states(WorkflowState.STATUS_NEEDS_CHANGES).filter(requested_by=user)
    return _of_states(user, states.order_by("-current_task_state__finished_at"), limit)


def handed_in(user: User, *, limit: int = SHOWN) -> Rows:
    """What the person handed in and waits, the oldest first. Three queries."""
    states = _states(WorkflowState.STATUS_IN_PROGRESS).filter(requested_by=user)
    return _of_states(user, states.order_by("current_task_state__started_at"), limit)


def to_decide(user: User, *, limit: int = SHOWN) -> Rows:
    """What waits for a decision of the person, the oldest first: of the districts where the person is a moderator.
    Three queries."""
    states = _states(WorkflowState.STATUS_IN_PROGRESS).filter(
        current_task_state__task__groupapprovaltask__groups__in=user.groups.all()
    )
    return _of_states(user, states.order_by("current_task_state__started_at").distinct(), limit)


def in_moderation(user: User, *, limit: int = SHOWN) -> Rows:
    """Whatever waits for somebody's decision in the person's districts, the oldest first. Three queries."""
    states = _states(WorkflowState.STATUS_IN_PROGRESS)
    return _of_states(user, states.order_by("current_task_state__started_at"), limit)


def planned(user: User, *, limit: int = SHOWN) -> Rows:
    """What will become public by itself, the next first. Three queries."""
    revisions = _plans().annotate(page_key=Cast("object_id", IntegerField())).order_by("approved_go_live_at")
    moments = dict(revisions.values_list("page_key", "approved_go_live_at"))
    pages = {page.pk: page for page in _reachable(user).filter(pk__in=moments)}
    found = [_row(pages[pk], moment=moment) for pk, moment in moments.items() if pk in pages]
    return Rows(found[:limit], len(found))


def published(user: User, *, limit: int = SHOWN) -> Rows:
    """What the public got to see last. Two queries."""
    pages = _reachable(user).filter(live=True, last_published_at__isnull=False)
    shown = pages.order_by("-last_published_at", "pk")[:limit]
    rows = [_row(page, moment=page.last_published_at) for page in shown]
    return Rows(rows, len(rows))


def to_mend(user: User, *, limit: int = SHOWN, looked_at: int = 60) -> Rows:
    """The person's pages on whose newest version the checks find more than slight things, the newest first.
    Of the newest `looked_at` pages; four queries."""
    pages = list(_mine(user).order_by("-latest_revision_created_at", "pk")[:looked_at])
    written = [
        (page, Draft(page.content_type.model_class(), page.latest_revision.content))
        for page in pages
        if page.latest_revision is not None and page.content_type.model_class() is not None
    ]
    facts = gather([draft for _, draft in written])
    found = []
    for page, draft in written:
        if findings := [one for one in check(draft, facts) if one.code not in _SLIGHT]:
            found.append(_row(page, moment=page.latest_revision_created_at, findings=findings))
    return Rows(found[:limit], len(found))


# --- what they are made of ------------------------------------------------------------------------------------------------


def _reachable(user: User) -> QuerySet[Page]:
    types = [ContentType.objects.get_for_model(model) for model in _WRITTEN]
    pages: QuerySet[Page] = (
        Page.objects.filter(reach.of(user).pages())
        .filter(content_type__in=types)
        .select_related("content_type")
    )
    return pages


def _mine(user: User) -> QuerySet[Page]:
    """What the person made or wrote last."""
    return (
        _reachable(user)
        .filter(Q(owner=user) | Q(latest_revision__user=user))
        .select_related("latest_revision")
    )


def _states(status: str) -> QuerySet[WorkflowState]:
    states: QuerySet[WorkflowState] = WorkflowState.objects.filter(
        base_content_type=ContentType.objects.get_for_model(Page), status=status
    )
    return states


def _in_moderation() -> QuerySet[WorkflowState]:
    active = _states(WorkflowState.STATUS_IN_PROGRESS) | _states(WorkflowState.STATUS_NEEDS_CHANGES)
    return active.annotate(page_key=Cast("object_id", IntegerField())).values("page_key")


def _plans() -> QuerySet[Revision]:
    plans: QuerySet[Revision] = Revision.objects.filter(
        base_content_type=ContentType.objects.get_for_model(Page), approved_go_live_at__gt=timezone.now()
    )
    return plans


def _planned_keys() -> QuerySet[Revision]:
    return _plans().annotate(page_key=Cast("object_id", IntegerField())).values("page_key")


def _rows(pages: QuerySet[Page], limit: int) -> Rows:
    shown = pages.order_by("-latest_revision_created_at", "pk")[:limit]
    return Rows([_row(page, moment=page.latest_revision_created_at) for page in shown], pages.count())


def _of_states(user: User, states: QuerySet[WorkflowState], limit: int) -> Rows:
    """The pages of states of moderation, in the order of the states."""
    ordered = list(
        states.select_related(
            "current_task_state__revision__user", "current_task_state__finished_by", "requested_by"
        )
    )
    pages = {
        str(page.pk): page for page in _reachable(user).filter(pk__in=[one.object_id for one in ordered])
    }
    found = [_of_state(pages[one.object_id], one) for one in ordered if one.object_id in pages]
    return Rows(found[:limit], len(found))


def _of_state(page: Page, state: WorkflowState) -> Row:
    task_state: TaskState = state.current_task_state
    is_back = state.status == WorkflowState.STATUS_NEEDS_CHANGES
    who = task_state.finished_by if is_back else state.requested_by
    return _row(
        page,
        moment=task_state.finished_at if is_back else task_state.started_at,
        who=name_of(who) if who else "",
        said=task_state.comment if is_back else note_of(task_state.revision),
        task_state=task_state.pk,
    )


def _row(
    page: Page,
    *,
    moment: dt.datetime | None,
    who: str = "",
    said: str = "",
    findings: list[Finding] | None = None,
    task_state: int | None = None,
) -> Row:
    model = page.content_type.model_class()
    return Row(
        pk=page.pk,
        title=page.get_admin_display_title(),
        kind=str(model._meta.verbose_name) if model else "",
        moment=moment,
        who=who,
        said=said.strip(),
        findings=findings or [],
        task_state=task_state,
        is_public=page.live,
    )
