"""Whose names a person is shown: those who worked on the pages that the person works with."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from wagtail.models import Page, PageLogEntry, Site

from sites.domain import reach
from sites.models import User


def pages_of(user: Any) -> QuerySet[Page]:
    """The pages that the person works with."""
    pages: QuerySet[Page] = Page.objects.filter(reach.of(user).pages())
    return pages


def owners_of(user: Any) -> QuerySet[User]:
    """The authors of the pages that the person works with."""
    return User.objects.filter(pk__in=pages_of(user).order_by().values("owner"))


def editors_of(user: Any) -> QuerySet[User]:
    """Whoever changed a page that the person works with."""
    entries = PageLogEntry.objects.filter(action="wagtail.edit", page__in=pages_of(user).values("pk"))
    return User.objects.filter(pk__in=entries.order_by().values("user"))


def sites_of(user: Any) -> QuerySet[Site]:
    """The sites of the districts that the person serves."""
    sites: QuerySet[Site] = Site.objects.filter(
        district__in=[district.pk for district in reach.of(user).districts]
    )
    return sites
