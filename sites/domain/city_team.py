"""The city's staff: those who serve every district. They are a group, never superusers."""

from __future__ import annotations

from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from sites.domain.audit import name_of, record
from sites.domain.people import is_city_staff
from sites.enums import Act
from sites.exceptions import TeamRefused
from sites.models import User

# Stands for the role in the trail, as in `SecondFactorRule`.
ROLE = "city"


def staff_groups() -> QuerySet[Group]:
    """The groups with rights on the root of the page tree; `create_district --city` makes one."""
    return Group.objects.filter(page_permissions__page__depth=1).distinct().order_by("pk")


def staff() -> QuerySet[User]:
    """The city's staff, by name."""
    return (
        User.objects.filter(groups__in=staff_groups())
        .distinct()
        .order_by("last_name", "first_name", "username")
    )


def find(text: str) -> User | None:
    """The one person with that e-mail address or account name; None when nobody or several have it."""
    found = User.objects.filter(Q(username__iexact=text) | Q(email__iexact=text), is_active=True)[:2]
    return found[0] if len(found) == 1 else None


@transaction.atomic
def appoint(*, person: User, actor: User, request: HttpRequest | None = None) -> None:
    """Make a person one of the city's staff. Raises TeamRefused."""
    _lock()
    _refuse_others(actor)
    group = staff_groups().first()
    if group is None:
        raise TeamRefused("还没有全市工作人员这个组，请先建立全市站点。")
    if staff().filter(pk=person.pk).exists():
        raise TeamRefused(f"{name_of(person)}已经是全市工作人员。")
    person.groups.add(group)
    record(act=Act.ROLE_GIVEN, actor=actor, subject=person, request=request, role=ROLE)


@transaction.atomic
def dismiss(*, person: User, actor: User, request: HttpRequest | None = None) -> None:
    """Take a person out of the city's staff; roles in districts stay. Raises TeamRefused for the last one."""
    _lock()
    _refuse_others(actor)
    if not staff().filter(pk=person.pk).exists():
        raise TeamRefused(f"{name_of(person)}已经不是全市工作人员。")
    if not staff().filter(is_active=True).exclude(pk=person.pk).exists():
        raise TeamRefused(f"{name_of(person)}是最后一位全市工作人员。请先任命另一个人。")
    person.groups.remove(*staff_groups())
    record(act=Act.ROLE_TAKEN, actor=actor, subject=person, request=request, role=ROLE)


def _lock() -> None:
    keys = list(staff_groups().values_list("pk", flat=True))
    list(Group.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk"))


def _refuse_others(actor: User) -> None:
    if not is_city_staff(actor):
        raise TeamRefused("只有全市工作人员能做这件事。")
