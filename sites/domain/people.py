"""Who may act for which districts."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from wagtail.models import GroupPagePermission

from sites.models import District, User


def is_city_staff(user: User | AnonymousUser) -> bool:
    """Whether a person serves every district: a superuser, or one whose group has rights on the tree's root.
    One query."""
    if not user.is_active or user.is_anonymous:
        return False
    if user.is_superuser:
        return True
    return GroupPagePermission.objects.filter(group__user=user, page__depth=1).exists()


def districts_of(user: User | AnonymousUser) -> QuerySet[District]:
    """The districts that a person serves in any role. Lazy; one query to know the city's staff."""
    if is_city_staff(user):
        return District.objects.all()
    return District.objects.filter(role_groups__group__user=user.pk).distinct()
