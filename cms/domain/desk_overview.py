"""What those who answer for more than their own pages look after: editions, the team, and the city's districts."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field

from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, Max, Q
from django.utils import timezone
from wagtail.models import Page, WorkflowState

from festival.models import FestivalPage, Zone
from sites.domain import reach
from sites.domain.people import districts_of
from sites.enums import Delivery, Role
from sites.models import Invitation, OutboxMessage, Publication, RoleGroup, SiteBuild, User
from sites.passages import Stored, stream


@dataclass(frozen=True)
class Edition:
    """An edition of a festival and what it still lacks, in words."""

    pk: int
    title: str
    starts_on: dt.date | None
    is_public: bool
    lacks: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Team:
    """How many people work for a district, by role, and how many were invited and have not come."""

    district: str
    roles: list[tuple[str, int]]
    invited: int


@dataclass(frozen=True)
class Glance:
    """A district as the city looks at it."""

    slug: str
    name: str
    published_at: dt.datetime | None
    items: int
    waiting: int
    problem: str


def editions(user: User, *, limit: int = 6) -> list[Edition]:
    """The newest editions of the person's districts with what is missing. Three queries."""
    pages = list(
        FestivalPage.objects.filter(reach.of(user).pages())
        .select_related("latest_revision")
        .order_by("-starts_on", "-pk")[:limit]
    )
    zones: dict[int, list[tuple[str, int]]] = {}
    counted = Zone.objects.filter(festival__in=pages).annotate(number=Count("booths"))
    for festival, name, number in counted.values_list("festival", "name", "number"):
        zones.setdefault(festival, []).append((name, number))
    return [_edition(page, zones.get(page.pk, [])) for page in pages]


def _edition(page: FestivalPage, zones: list[tuple[str, int]]) -> Edition:
    stored: Stored = page.latest_revision.content if page.latest_revision else page.serializable_data()
    return Edition(
        pk=page.pk,
        title=page.get_admin_display_title(),
        starts_on=page.starts_on,
        is_public=page.live,
        lacks=lacking(stored, zones),
    )


def lacking(stored: Stored, zones: list[tuple[str, int]]) -> list[str]:
    """What an edition lacks: by its stored form, and its zones with their numbers of booths."""
    lacks = []
    if not stored.get("starts_on"):
        lacks.append("还没有日期")
    if not stored.get("venue_name"):
        lacks.append("还没有地点")
    items = [
        item["value"]
        for act in stream(stored, "programme")
        for item in act["value"].get("items", [])
        if item["value"].get("status") != "cancelled"
    ]
    if not items:
        lacks.append("节目单还是空的")
    if timeless := sum(not item.get("starts_at") for item in items):
        lacks.append(f"{timeless} 个节目没有时间")
    if stageless := sum(not item.get("stage") for item in items):
        lacks.append(f"{stageless} 个节目没有舞台")
    if not zones:
        lacks.append("还没有划版块")
    if empty := [name for name, number in zones if not number]:
        lacks.append(f"没有摊位的版块：{'、'.join(empty)}")
    return lacks


def teams(user: User) -> list[Team]:
    """The teams of the districts whose admin the person is. Four queries."""
    mine = reach.of(user)
    districts = [one for one in mine.districts if Role.ADMIN in mine.roles.get(one.pk, ())]
    counted = (
        RoleGroup.objects.filter(district__in=districts)
        .annotate(people=Count("group__user", filter=Q(group__user__is_active=True)))
        .values_list("district", "role", "people")
    )
    people = {(district, role): number for district, role, number in counted}
    waiting = Invitation.objects.filter(
        district__in=districts, accepted_at=None, revoked_at=None, expires_at__gt=timezone.now()
    )
    invited = Counter(waiting.order_by().values_list("district", flat=True))
    return [
        Team(
            one.name,
            [(str(role.label), people.get((one.pk, role.value), 0)) for role in Role],
            invited[one.pk],
        )
        for one in districts
    ]


def districts_at_a_glance(user: User) -> list[Glance]:
    """Every district that the person serves: last publication, public items, what waits, and what is wrong with its
    site. Six queries."""
    districts = list(districts_of(user).select_related("site__root_page"))
    shelf = Publication.objects.filter(deleted=False).order_by().values("district")
    shown = {
        district: (last, items)
        for district, last, items in shelf.annotate(last=Max("changed_at"), items=Count("pk")).values_list(
            "district", "last", "items"
        )
    }
    problems = dict(SiteBuild.objects.exclude(problem="").values_list("district", "problem"))
    states = WorkflowState.objects.filter(
        base_content_type=ContentType.objects.get_for_model(Page), status=WorkflowState.STATUS_IN_PROGRESS
    )
    waiting_pages = [int(pk) for pk in states.values_list("object_id", flat=True)]
    paths = list(Page.objects.filter(pk__in=waiting_pages).values_list("path", flat=True))
    return [
        Glance(
            slug=one.slug,
            name=one.name,
            published_at=shown.get(one.pk, (None, 0))[0],
            items=shown.get(one.pk, (None, 0))[1],
            waiting=sum(path.startswith(one.site.root_page.path) for path in paths),
            problem=_short(problems.get(one.pk, "")),
        )
        for one in districts
    ]


def _short(problem: str) -> str:
    """The last line of what a build said: the reason stands at the end."""
    lines = [line.strip() for line in problem.splitlines() if line.strip()]
    return lines[-1][:120] if lines else ""


def undelivered() -> int:
    """How many mails were given up and are still kept. One query."""
    return OutboxMessage.objects.filter(state=Delivery.DEAD).count()


def serves_as(user: User) -> set[str]:
    """The roles that the person has anywhere."""
    return {role for roles in reach.of(user).roles.values() for role in roles}
