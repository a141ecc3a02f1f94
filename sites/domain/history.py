"""Who did what: the audit trail and what happened to pages, as one list, newest first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib.auth.models import Group
from django.db.models import Q, QuerySet, Value
from django.utils import timezone
from wagtail.models import Page, PageLogEntry

from sites.domain.audit import name_of
from sites.domain.city_team import ROLE as CITY_STAFF
from sites.domain.city_team import staff_groups
from sites.enums import Role
from sites.models import AuditEntry, District, RoleGroup, User
from sites.ownership import UnderHome

_TRAIL, _PAGES = "trail", "pages"
_WORDS = {"origin": "来自{}", "target": "给{}", "reason": "理由：{}", "withdrawn": "撤回"}
_VALUES = {"backup codes": "备用码", "everywhere else": "其他设备"}
_ROLES = {**{role.value: role.label for role in Role}, CITY_STAFF: "全市工作人员"}


@dataclass(frozen=True)
class Line:
    """One thing that somebody did, to a person or to a page. `page_id` is set while that page is still there."""

    at: datetime
    who: str
    what: str
    whom: str
    details: str
    address: str
    district: str
    to_page: bool = False
    page_id: int | None = None


@dataclass(frozen=True)
class Wanted:
    """What of the history is asked for. `district` None is everything there is, which is the city's staff's alone."""

    district: District | None
    person: User | None = None
    since: date | None = None
    until: date | None = None


class History:
    """The lines wanted, for a paginator: `count()` and a slice cost a few queries each, however much there is."""

    def __init__(self, wanted: Wanted) -> None:
        self.wanted = wanted

    def count(self) -> int:
        return self._trail().count() + self._page_log().count()

    def __getitem__(self, part: slice) -> list[Line]:
        trail = self._trail().order_by().annotate(source=Value(_TRAIL))
        pages = self._page_log().order_by().annotate(source=Value(_PAGES))
        both = trail.values_list("at", "pk", "source").union(
            pages.values_list("timestamp", "pk", "source"), all=True
        )
        rows = list(both.order_by("-at", "-pk")[part])
        lines = {
            **_trail_lines([pk for _, pk, source in rows if source == _TRAIL]),
            **_page_lines([pk for _, pk, source in rows if source == _PAGES]),
        }
        return [lines[source, pk] for _, pk, source in rows if (source, pk) in lines]

    def _trail(self) -> QuerySet[AuditEntry]:
        rows = AuditEntry.objects.all()
        if self.wanted.district is not None:
            rows = rows.filter(district=self.wanted.district)
        if self.wanted.person is not None:
            rows = rows.filter(Q(actor=self.wanted.person) | Q(subject=self.wanted.person))
        return rows.filter(_between("at", self.wanted))

    def _page_log(self) -> QuerySet[Any]:
        rows: QuerySet[Any] = PageLogEntry.objects.all()
        if self.wanted.district is not None:
            rows = rows.filter(_of_pages_in(self.wanted.district))
        if self.wanted.person is not None:
            rows = rows.filter(user_id=self.wanted.person.pk)
        return rows.filter(_between("timestamp", self.wanted))


def people_in(district: District | None) -> QuerySet[User]:
    """Those whom the history may be asked about: the team, and whoever did something there."""
    if district is None:
        return User.objects.order_by("last_name", "first_name", "username")
    of_team = Q(groups__district_role__district=district)
    acted = Q(pk__in=AuditEntry.objects.filter(district=district, actor__isnull=False).values("actor"))
    wrote = PageLogEntry.objects.filter(_of_pages_in(district), user_id__isnull=False).order_by()
    found = User.objects.filter(of_team | acted | Q(pk__in=wrote.values("user_id"))).values("pk")
    return User.objects.filter(pk__in=found).order_by("last_name", "first_name", "username")


def _of_pages_in(district: District) -> Q:
    """Log entries of a district's pages. A deleted page leads nowhere any more: what was done to it counts where the
    one who did it works, if that is one district alone."""
    there = Page.objects.filter(UnderHome().within([district]))
    elsewhere = Group.objects.filter(
        Q(pk__in=RoleGroup.objects.exclude(district=district).values("group")) | Q(pk__in=staff_groups())
    )
    only_here = (
        User.objects.filter(groups__district_role__district=district)
        .exclude(pk__in=User.objects.filter(groups__in=elsewhere).values("pk"))
        .values("pk")
    )
    gone = ~Q(page_id__in=Page.objects.values("pk"))
    return Q(page_id__in=there.values("pk")) | (gone & Q(user_id__in=only_here))


def _between(column: str, wanted: Wanted) -> Q:
    """The days asked for, in the city's time; both ends count."""
    condition = Q()
    if wanted.since is not None:
        condition &= Q(**{f"{column}__gte": _midnight(wanted.since)})
    if wanted.until is not None:
        condition &= Q(**{f"{column}__lt": _midnight(wanted.until + timedelta(days=1))})
    return condition


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _trail_lines(keys: Iterable[int]) -> dict[tuple[str, int], Line]:
    districts = dict(District.objects.values_list("slug", "name"))
    return {
        (_TRAIL, entry.pk): Line(
            at=entry.at,
            who=entry.actor_name or "（没有登录）",
            what=entry.get_act_display(),
            whom=entry.subject_name,
            details=details_of(entry.details, districts=districts),
            address=entry.address,
            district=entry.district.name if entry.district else "全市",
        )
        for entry in AuditEntry.objects.filter(pk__in=list(keys)).select_related("district")
    }


def details_of(details: dict[str, Any], *, districts: Mapping[str, str]) -> str:
    """What else a line of the trail says, in words; `districts` gives their names by slug. What has no words here is
    for programs."""
    said = [_VALUES[value] for value in details.values() if isinstance(value, str) and value in _VALUES]
    if role := details.get("role"):
        said.append(_ROLES.get(role, str(role)))
    if isinstance(roles := details.get("roles"), list):
        said.append("、".join(_ROLES.get(one, str(one)) for one in roles) or "没有角色")
    if isinstance(communities := details.get("communities"), list):
        if communities:
            said.append(f"只负责{'、'.join(map(str, communities))}")
        elif not role:
            said.append("负责全区")
    for name, words in _WORDS.items():
        if details.get(name):
            value = str(details[name])
            said.append(words.format(districts.get(value, value)))
    return " · ".join(said)


def _page_lines(keys: Iterable[int]) -> dict[tuple[str, int], Line]:
    entries = list(PageLogEntry.objects.filter(pk__in=list(keys)))
    people = User.objects.in_bulk({entry.user_id for entry in entries if entry.user_id})
    pages = Page.objects.in_bulk({entry.page_id for entry in entries})
    districts = [
        (one.site.root_page.path, one.name)
        for one in District.objects.select_related("site__root_page").order_by("pk")
    ]
    return {
        (_PAGES, entry.pk): Line(
            at=entry.timestamp,
            who=_who(entry.user_id, people),
            what=str(entry.message),
            whom=entry.label,
            details="",
            address="",
            district=next(
                (
                    name
                    for root, name in districts
                    if entry.page_id in pages and pages[entry.page_id].path.startswith(root)
                ),
                "",
            ),
            to_page=True,
            page_id=entry.page_id if entry.page_id in pages else None,
        )
        for entry in entries
    }


def _who(user_id: int | None, people: dict[int, User]) -> str:
    if user_id is None:
        return "系统"
    return name_of(people[user_id]) if user_id in people else "已删除的账号"
