"""The people of an archive: accounts without a password, and their roles."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.db import models

from media.exceptions import ArchiveRefused
from sites.enums import Role
from sites.models import District, RoleGroup, User


def person_rows(district: District, keys: Iterable[int]) -> Iterator[dict[str, Any]]:
    """Those people as an archive carries them: no password, and no role but in this district."""
    for user in User.objects.filter(pk__in=list(keys)).order_by("pk"):
        roles = RoleGroup.objects.filter(district=district, group__user=user)
        yield {
            "id": user.pk,
            **{name: getattr(user, name) for name in ("username", "last_name", "first_name", "email")},
            "is_active": user.is_active,
            "roles": sorted(roles.values_list("role", flat=True)),
        }


def bring_people(
    rows: Iterator[dict[str, Any]],
    *,
    district: District,
    keys: dict[tuple[type[models.Model], int], int],
    notes: list[str],
) -> None:
    """Give each person of the archive an account and roles here.

    Somebody with the same account name and the same e-mail address is the same person. Everybody else gets a new
    account that nobody can sign in to until its password was set by mail; an account name that is taken is numbered.
    """
    groups = dict(RoleGroup.objects.filter(district=district).values_list("role", "group_id"))
    for row in rows:
        user = _same_person(row) or _new_person(row, notes)
        keys[User, row["id"]] = user.pk
        roles = list(row["roles"])
        if unknown := sorted(set(roles) - set(Role.values)):
            raise ArchiveRefused(f"归档里有这里不认识的角色：{'、'.join(map(str, unknown))}")
        user.groups.add(*(groups[role] for role in roles))


def _same_person(row: dict[str, Any]) -> User | None:
    if not row["email"]:
        return None
    return User.objects.filter(username=row["username"], email__iexact=row["email"]).first()


def _new_person(row: dict[str, Any], notes: list[str]) -> User:
    wanted, number, name = str(row["username"]), 1, str(row["username"])
    while User.objects.filter(username=name).exists():
        number += 1
        name = f"{wanted}-{number}"
    if name != wanted:
        notes.append(f"账号 {wanted} 这里已有，{row['last_name']}{row['first_name']} 的账号改为 {name}")
    user = User(
        username=name,
        last_name=row["last_name"],
        first_name=row["first_name"],
        email=row["email"],
        is_active=bool(row["is_active"]),
    )
    user.set_unusable_password()
    user.full_clean(exclude=["password"])
    user.save()
    return user
