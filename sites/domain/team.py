"""A district's team: who has which roles in it, and for which of its communities.

Every change locks the district's roles first and looks at the rules behind the lock, so that of two admins who remove
each other at once one stays. What a person does in other districts is neither read nor shown here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest

from sites.domain.audit import name_of, record
from sites.domain.people import is_city_staff
from sites.enums import Act, Role
from sites.exceptions import TeamRefused
from sites.models import Community, District, RoleGroup, ServedCommunity, User


@dataclass(frozen=True)
class Member:
    """A person with the roles in one district, and the communities the work there is limited to (none: all of it)."""

    user: User
    roles: list[Role]
    communities: list[Community]

    @property
    def name(self) -> str:
        return name_of(self.user)

    @property
    def role_labels(self) -> str:
        return "、".join(role.label for role in self.roles)


def managed_by(user: User | AnonymousUser) -> QuerySet[District]:
    """The districts whose team a person keeps: an admin's own, the city's staff every one. Lazy; one query to know the
    staff."""
    if user.is_anonymous or not user.is_active:
        return District.objects.none()
    if is_city_staff(user):
        return District.objects.all()
    own = RoleGroup.objects.filter(role=Role.ADMIN, group__user=user.pk)
    return District.objects.filter(pk__in=own.values("district"))


def manages(user: User | AnonymousUser | None, district: District) -> bool:
    """Whether a person keeps the team of a district."""
    return user is not None and managed_by(user).filter(pk=district.pk).exists()


def members_of(district: District) -> list[Member]:
    """The people with a role in a district, by name. Three queries."""
    roles: dict[int, list[Role]] = {}
    held = RoleGroup.objects.filter(district=district, group__user__isnull=False)
    for user_id, role in held.values_list("group__user", "role"):
        roles.setdefault(user_id, []).append(Role(role))
    communities: dict[int, list[Community]] = {}
    served = ServedCommunity.objects.filter(community__district=district, user__in=list(roles))
    for one in served.select_related("community").order_by("community__subdistrict", "community__name"):
        communities.setdefault(one.user_id, []).append(one.community)
    people = User.objects.filter(pk__in=list(roles)).order_by("last_name", "first_name", "username")
    order = list(Role)
    return [
        Member(person, sorted(roles[person.pk], key=order.index), communities.get(person.pk, []))
        for person in people
    ]


def member(district: District, user_id: int) -> Member | None:
    """One person of a district's team; None for anybody else, whether they exist or not."""
    return next((one for one in members_of(district) if one.user.pk == user_id), None)


@transaction.atomic
def change(
    *,
    district: District,
    person: User,
    roles: Iterable[Role],
    communities: Iterable[Community] = (),
    actor: User,
    request: HttpRequest | None = None,
) -> None:
    """Give a member of the team just these roles, limited to these communities (none: the whole district).

    Raises TeamRefused.
    """
    lock(district)
    _refuse_others(actor, district)
    if member(district, person.pk) is None:
        raise TeamRefused(f"{name_of(person)}已经不在{district.name}的团队里。")
    wanted = set(roles)
    if not wanted:
        raise TeamRefused("至少留一个角色。要让人离开团队，请用“移出团队”。")
    _settle(district, person, wanted, list(communities), actor, request)


@transaction.atomic
def remove(*, district: District, person: User, actor: User, request: HttpRequest | None = None) -> None:
    """Take all roles in a district from a person. Rights are gone with the next request; the account and roles in
    other districts stay. Raises TeamRefused."""
    lock(district)
    _refuse_others(actor, district)
    if member(district, person.pk) is None:
        raise TeamRefused(f"{name_of(person)}已经不在{district.name}的团队里。")
    _settle(district, person, set(), [], actor, request)


def give(
    *,
    district: District,
    person: User,
    role: Role,
    communities: Iterable[Community] = (),
    actor: User,
) -> None:
    """Give a person whom `actor` invited one more role. Runs inside a transaction that holds `lock`.

    The limits of somebody who is in the team already stay as they are.
    """
    known = member(district, person.pk)
    if known is None:
        _settle(district, person, {role}, list(communities), actor, None)
    else:
        limits = [] if role == Role.ADMIN else known.communities
        _settle(district, person, {*known.roles, role}, limits, actor, None)


def lock(district: District) -> None:
    """Let nobody else change a district's team until the transaction ends."""
    list(RoleGroup.objects.select_for_update(of=("self",)).filter(district=district).order_by("pk"))


def _refuse_others(actor: User, district: District) -> None:
    # Behind the lock: the right may have been taken away while we waited for it.
    if not manages(actor, district):
        raise TeamRefused(f"你已经不是{district.name}的管理员，不能改这个团队。")


def _settle(
    district: District,
    person: User,
    roles: set[Role],
    communities: list[Community],
    actor: User,
    request: HttpRequest | None,
) -> None:
    """Bring roles and limits to what is wanted, and tell the trail of each difference."""
    groups = {
        Role(one.role): one.group
        for one in RoleGroup.objects.filter(district=district).select_related("group")
    }
    held = {
        Role(role)
        for role in RoleGroup.objects.filter(district=district, group__user=person).values_list(
            "role", flat=True
        )
    }
    if Role.ADMIN in held - roles and not is_city_staff(actor):
        others = User.objects.filter(groups=groups[Role.ADMIN], is_active=True).exclude(pk=person.pk)
        if not others.exists():
            raise TeamRefused(f"{name_of(person)}是{district.name}唯一的管理员。请先让另一个人当管理员。")
    if Role.ADMIN in roles and communities:
        raise TeamRefused("区县管理员负责全区，不能只限几个社区。")
    if any(one.district_id != district.pk for one in communities):
        raise TeamRefused(f"只能选{district.name}的社区。")
    # What is given comes first: nobody is without any right for a moment that another connection could see.
    for role in Role:
        if role in roles - held:
            person.groups.add(groups[role])
            record(
                act=Act.ROLE_GIVEN, actor=actor, district=district, subject=person, request=request, role=role
            )
    for role in Role:
        if role in held - roles:
            person.groups.remove(groups[role])
            record(
                act=Act.ROLE_TAKEN, actor=actor, district=district, subject=person, request=request, role=role
            )
    _limit(district, person, communities, actor, request, tell=bool(roles))


def _limit(
    district: District,
    person: User,
    communities: list[Community],
    actor: User,
    request: HttpRequest | None,
    *,
    tell: bool,
) -> None:
    rows = ServedCommunity.objects.filter(user=person, community__district=district)
    before, after = set(rows.values_list("community", flat=True)), {one.pk for one in communities}
    if before == after:
        return
    rows.exclude(community__in=after).delete()
    ServedCommunity.objects.bulk_create(
        ServedCommunity(user=person, community_id=pk) for pk in sorted(after - before)
    )
    if tell:
        record(
            act=Act.COMMUNITIES_CHANGED,
            actor=actor,
            district=district,
            subject=person,
            request=request,
            communities=[one.name for one in communities],
        )
