"""What a person works with: the rows of the districts they serve, of which an editor or moderator may have only the
pages of some communities (`ServedCommunity`), and beside them what the city shares with everybody.
"""

from __future__ import annotations

import functools
from typing import Any

from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.contrib.contenttypes.models import ContentType
from django.db.models import ForeignKey, Model, Q, QuerySet
from wagtail.models import Collection, Page

from sites.domain.people import districts_of, is_city_staff
from sites.enums import Role
from sites.models import Community, District, RoleGroup, ServedCommunity, User
from sites.ownership import (
    NOTHING,
    InCollection,
    OfTheCity,
    OwnedByDistrict,
    UnderHome,
    any_of,
    ownership_of,
)

Person = User | AnonymousUser

ROOT = Q(depth=1)
_CACHE = "_linli_reach"


def any_of_districts(districts: QuerySet[District]) -> Q:
    """The condition that a district is one of those."""
    return Q(pk__in=districts.values("pk"))


def of(user: Person) -> Reach:
    """The reach of a person, remembered for as long as that object lives (one request)."""
    known: Reach | None = getattr(user, _CACHE, None)
    if known is None:
        known = Reach(user)
        setattr(user, _CACHE, known)
    return known


class Reach:
    """The districts that a person serves, and what there is out of their hands."""

    def __init__(self, user: Person) -> None:
        self.user = user

    @functools.cached_property
    def is_city(self) -> bool:
        """Whether the person serves the whole city. One query."""
        return is_city_staff(self.user)

    def may(self, permission: str) -> bool:
        """Whether the person has a permission ("districts.change_community") in any district that they serve. One query
        for all that are asked about."""
        if self.is_city:
            return self.user.has_perm(permission)
        return permission in self._permissions

    @functools.cached_property
    def _permissions(self) -> set[str]:
        if not self.user.is_active or self.user.is_anonymous:
            return set()
        given = RoleGroup.objects.filter(group__user=self.user.pk).values_list(
            "group__permissions__content_type__app_label", "group__permissions__codename"
        )
        return {f"{app_label}.{codename}" for app_label, codename in given}

    @functools.cached_property
    def districts(self) -> list[District]:
        """The districts that the person serves in any role."""
        return list(districts_of(self.user).select_related("site__root_page", "collection"))

    @functools.cached_property
    def city(self) -> District | None:
        """The city's own district, whose content is shared."""
        return District.objects.select_related("site__root_page", "collection").filter(is_city=True).first()

    @functools.cached_property
    def roles(self) -> dict[int, set[str]]:
        """The roles of the person by the key of the district."""
        held: dict[int, set[str]] = {}
        for district, role in RoleGroup.objects.filter(group__user=self.user.pk).values_list(
            "district", "role"
        ):
            held.setdefault(district, set()).add(role)
        return held

    @functools.cached_property
    def communities(self) -> dict[int, list[int]]:
        """The communities to which the person is limited, by the key of the district. An admin is limited nowhere
        in the own district."""
        limits: dict[int, list[int]] = {}
        if self.is_city:
            return limits
        rows = ServedCommunity.objects.filter(user=self.user.pk).values_list(
            "community__district", "community"
        )
        for district, community in rows:
            if Role.ADMIN not in self.roles.get(district, ()):
                limits.setdefault(district, []).append(community)
        return limits

    def organises(self, district: District) -> bool:
        """Whether the person keeps the festivals of a district, which belong to no community."""
        return Role.ORGANISER in self.roles.get(district.pk, ())

    def district_above(self, page: Page) -> District | None:
        """The district of the person under whose home page a page stands (or that page itself)."""
        for district in self.districts:
            if page.path.startswith(district.site.root_page.path):
                return district
        return None

    # --- pages --------------------------------------------------------------------------------------------------------

    def pages(self) -> Q:
        """The condition that a page is one the person works with."""
        if self.is_city:
            return Q()
        return any_of(
            Q(path__startswith=district.site.root_page.path) & self._limit(district)
            for district in self.districts
        )

    def sees_page(self, page: Page) -> bool:
        """Whether a page is one the person works with. A query only for whoever is limited to communities."""
        if self.is_city:
            return True
        district = self.district_above(page) if page.path else None
        if district is None:
            return False
        if district.pk not in self.communities:
            return True
        return page.pk is None or Page.objects.filter(self._limit(district), pk=page.pk).exists()

    def choosable_pages(self) -> Q:
        """The condition that a page may be referred to: one's own, and what is public of one's districts and of the
        city."""
        if self.is_city:
            return Q()
        shared = [*self.districts, self.city] if self.city else self.districts
        return self.pages() | any_of(
            Q(path__startswith=district.site.root_page.path, live=True) for district in shared
        )

    def _limit(self, district: District) -> Q:
        if district.pk not in self.communities:
            return Q()
        own = [
            Q(pk__in=model._default_manager.filter(community__in=self.communities[district.pk]).values("pk"))
            for model in community_pages()
        ]
        # The frame of the site is everybody's way to the pages below it.
        free = frames()
        if self.organises(district):
            free = [
                model for model in apps.get_models() if _is_own_page(model) and model not in community_pages()
            ]
        types = ContentType.objects.get_for_models(*free).values()
        return any_of([*own, Q(content_type__in=[one.pk for one in types])])

    # --- everything else ----------------------------------------------------------------------------------------------

    def rows(self, model: type[Model], *, may: str = "", to_choose: bool = False) -> Q:
        """The condition that a row of one of our models is the person's: of a district that they serve, or, with
        `may` ("festival.change_zone"), of one where a role of theirs has that permission. `to_choose` adds what the
        city shares. Models that belong to nobody match nothing but for the city's staff."""
        if issubclass(model, Page):
            if may:
                return UnderHome().within(districts_of(self.user, may=may)) & self.pages()
            return self.choosable_pages() if to_choose else self.pages()
        ownership = ownership_of(model)
        if isinstance(ownership, OfTheCity):
            return Q() if to_choose or self.is_city else NOTHING
        if not isinstance(ownership, OwnedByDistrict):
            return Q() if self.is_city else NOTHING
        if self.is_city and not may:
            return Q()
        if isinstance(ownership, InCollection) and not may:
            # By the keys of the collections, for a search takes only filters by columns that it indexes.
            kept = Collection.objects.filter(self.collections(to_choose=to_choose))
            return Q(**{f"{ownership.lookup}__in": list(kept.values_list("pk", flat=True))})
        owners: Any = districts_of(self.user, may=may) if may else self.districts
        condition = ownership.within(owners)
        if isinstance(ownership, UnderHome) and not self.is_city and self.communities:
            lookup = ownership.lookup or "pk"
            condition &= Q(**{f"{lookup}__in": Page.objects.filter(self.pages()).values("pk")})
        return condition

    def sees(self, row: Model, *, may: str = "", to_choose: bool = False) -> bool:
        """Whether a row of ours, a page or a collection is the person's (see `rows`)."""
        if isinstance(row, Page) and not to_choose:
            return self.sees_page(row)
        if self.is_city and not may:
            return True
        if isinstance(row, Collection):
            return self.sees_collection(row, to_choose=to_choose)
        model = type(row)
        return bool(
            model._default_manager.filter(self.rows(model, may=may, to_choose=to_choose), pk=row.pk).exists()
        )

    def collections(self, *, to_choose: bool = False) -> Q:
        """The condition that a collection holds files of the person's districts; `to_choose` adds the city's."""
        if self.is_city:
            return Q()
        shared = [self.city] if to_choose and self.city else []
        return any_of(Q(path__startswith=one.collection.path) for one in [*self.districts, *shared])

    def sees_collection(self, collection: Collection, *, to_choose: bool = False) -> bool:
        """Whether a collection is the person's (see `collections`)."""
        return Collection.objects.filter(self.collections(to_choose=to_choose), pk=collection.pk).exists()

    def communities_for(self, district: District) -> Q:
        """The condition that a community may be given to a page of the district by this person."""
        limit = self.communities.get(district.pk)
        return Q(district=district) if limit is None else Q(district=district, pk__in=limit)


@functools.cache
def community_pages() -> tuple[type[Page], ...]:
    """Every type of page that may belong to a community."""
    return tuple(model for model in apps.get_models() if issubclass(model, Page) and names_community(model))


def names_community(model: type[Model]) -> bool:
    """Whether rows of a model may belong to a community by their field `community`."""
    return any(
        isinstance(field, ForeignKey) and field.name == "community" and field.related_model is Community
        for field in model._meta.get_fields()
    )


@functools.cache
def frames() -> list[type[Page]]:
    """The types of the pages that a district's site stands on."""
    return [model for model in apps.get_models() if getattr(model, "is_frame", False)]


def _is_own_page(model: type[Model]) -> bool:
    return issubclass(model, Page) and ownership_of(model) is not None
