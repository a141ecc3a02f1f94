"""Who may act for which districts."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from wagtail.models import GroupPagePermission

from sites.models import District, RoleGroup, User


def is_city_staff(user: User | AnonymousUser) -> bool:
    """Whether a person serves every district: a superuser, or one whose group has rights on the tree's root.
    One query."""
    if not user.is_active or user.is_anonymous:
        return False
    if user.is_superuser:
        return True
    return GroupPagePermission.objects.filter(group__user=user, page__depth=1).exists()


def districts_of(user: User | AnonymousUser, *, may: str = "") -> QuerySet[District]:
    """The districts that a person serves in any role; with `may` ("districts.change_community"), those in which one
    of the person's roles has that permission. Lazy; one query to know the city's staff."""
    if not user.is_active or user.is_anonymous:
        # Without a key, "the groups of nobody" would be every group that has no people.
        return District.objects.none()
    if is_city_staff(user):
        return District.objects.all() if not may or user.has_perm(may) else District.objects.none()
    roles = RoleGroup.objects.filter(group__user=user.pk)
    if may:
        app_label, _, codename = may.partition(".")
        roles = roles.filter(
            group__permissions__codename=codename, group__permissions__content_type__app_label=app_label
        )
    return District.objects.filter(pk__in=roles.values("district"))
