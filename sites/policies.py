"""Layer 1 of tenancy: who may do what with whose rows, in Wagtail's permission policy registry.

A policy answers for every view of Wagtail's that asks: what may this person do, and with which rows. Ours keep
Wagtail's own rules and confine them: to the districts one serves, to the communities one is limited to, and, for our
own models, to the districts where the very role is held that gives the permission. The other layers stand in
`sites.viewsets`, `sites.gate`, `cms.admin_overrides` and `sites.references`; none relies on another.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.contrib.auth.models import Group
from django.db.models import Model, Q, QuerySet
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Collection, Locale, Page, Site, Task, Workflow
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permission_policies.collections import (
    CollectionManagementPermissionPolicy,
    CollectionOwnershipPermissionPolicy,
)
from wagtail.permission_policies.pages import PagePermissionPolicy
from wagtail.permissions import register_permission_policy

from sites.domain import reach
from sites.models import User
from sites.ownership import NOTHING, OfTheCity, OwnedByDistrict, any_of, ownership_of

_CHOOSING = {"choose", "view"}


def confined(user: Any, queryset: QuerySet[Any], actions: Iterable[str]) -> QuerySet[Any]:
    """Of what Wagtail's rule allows, the rows that are in the person's reach for one of the actions."""
    to_choose = bool(_CHOOSING & set(actions))
    return queryset.filter(reach.of(user).rows(queryset.model, to_choose=to_choose))


def reaches(user: Any, instance: Model, actions: Iterable[str]) -> bool:
    """Whether a row is in the person's reach for one of the actions."""
    return reach.of(user).sees(instance, to_choose=bool(_CHOOSING & set(actions)))


def granted(user: Any, model: type[Model], permission: str) -> Q:
    """The condition that a row of ours is of a district in which a role of the person has the permission."""
    return reach.of(user).rows(model, may=permission)


class DistrictPagePolicy(PagePermissionPolicy):
    """Pages: the rights on the tree, within one's districts and communities."""

    def user_has_any_permission_for_instance(self, user: Any, actions: Any, instance: Any) -> bool:
        allowed = super().user_has_any_permission_for_instance(user, actions, instance)
        return bool(allowed) and reaches(user, instance, ())

    def instances_user_has_any_permission_for(self, user: Any, actions: Any) -> QuerySet[Any]:
        return confined(user, super().instances_user_has_any_permission_for(user, actions), ())

    def explorable_instances(self, user: Any) -> QuerySet[Any]:
        """What the explorer shows. The root stays for whoever serves several districts: it is the way to them."""
        if not user.is_active or user.is_anonymous:
            return self.model._default_manager.none()
        found: QuerySet[Any] = super().explorable_instances(user)
        roots = found.filter(depth=1)
        return confined(user, found, ()) | roots


class DistrictFilePolicy(CollectionOwnershipPermissionPolicy):
    """Pictures and documents: the rights on collections, within one's districts; the city's may be chosen."""

    def user_has_any_permission_for_instance(self, user: Any, actions: Any, instance: Any) -> bool:
        allowed = super().user_has_any_permission_for_instance(user, actions, instance)
        return bool(allowed) and reaches(user, instance, actions)

    def instances_user_has_any_permission_for(self, user: Any, actions: Any) -> QuerySet[Any]:
        return confined(user, super().instances_user_has_any_permission_for(user, actions), actions)

    def collections_user_has_any_permission_for(self, user: Any, actions: Any) -> QuerySet[Any]:
        found: QuerySet[Any] = super().collections_user_has_any_permission_for(user, actions)
        return found.filter(reach.of(user).collections(to_choose=bool(_CHOOSING & set(actions))))


class OwnedPolicy(ModelPermissionPolicy):
    """Our own rows that a district owns: a permission counts in the districts where the role is held that gives it."""

    def _allowed(self, user: Any, actions: Iterable[str]) -> Q:
        if not user.is_active or user.is_anonymous:
            return NOTHING
        return any_of(granted(user, self.model, self._get_permission_name(one)) for one in actions)

    def user_has_permission(self, user: Any, action: str) -> bool:
        return reach.of(user).may(self._get_permission_name(action))

    def user_has_any_permission(self, user: Any, actions: Iterable[str]) -> bool:
        return any(self.user_has_permission(user, one) for one in actions)

    def user_has_permission_for_instance(self, user: Any, action: str, instance: Model) -> bool:
        return self.user_has_any_permission_for_instance(user, [action], instance)

    def user_has_any_permission_for_instance(
        self, user: Any, actions: Iterable[str], instance: Model
    ) -> bool:
        if instance.pk is None:
            return self.user_has_any_permission(user, actions)
        return self.instances_user_has_any_permission_for(user, actions).filter(pk=instance.pk).exists()

    def instances_user_has_any_permission_for(self, user: Any, actions: Iterable[str]) -> QuerySet[Any]:
        rows: QuerySet[Any] = self.model._default_manager.filter(self._allowed(user, actions))
        return rows


class CityPolicy(ModelPermissionPolicy):
    """What is the whole city's: its staff alone keep it; everybody who works in the admin may see and choose it when
    it says so of itself (`OfTheCity`)."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        if not user.is_active or user.is_anonymous:
            return False
        if action in _CHOOSING and isinstance(ownership_of(self.model), OfTheCity):
            return bool(user.has_perm("wagtailadmin.access_admin"))
        return reach.of(user).is_city and bool(super().user_has_permission(user, action))

    def user_has_any_permission(self, user: Any, actions: Iterable[str]) -> bool:
        return any(self.user_has_permission(user, one) for one in actions)


class CityCollectionPolicy(CollectionManagementPermissionPolicy):
    """The collections themselves: made with a district, kept by the city's staff."""

    def user_has_any_permission(self, user: Any, actions: Any) -> bool:
        return reach.of(user).is_city and bool(super().user_has_any_permission(user, actions))

    def user_has_permission_for_instance(self, user: Any, action: str, instance: Any) -> bool:
        return self.user_has_any_permission_for_instance(user, [action], instance)

    def user_has_any_permission_for_instance(self, user: Any, actions: Any, instance: Any) -> bool:
        allowed = super().user_has_any_permission_for_instance(user, actions, instance)
        return reach.of(user).is_city and bool(allowed)

    def instances_user_has_permission_for(self, user: Any, action: str) -> QuerySet[Any]:
        found: QuerySet[Any] = super().instances_user_has_permission_for(user, action)
        return found if reach.of(user).is_city else found.none()


def register() -> None:
    """Put the policies into Wagtail's registry. Wagtail registers its own for files and people when its apps are
    ready, which is later; an exact class goes before those."""
    register_permission_policy(Page, DistrictPagePolicy())
    for files in (get_image_model(), get_document_model()):
        stock = "wagtailimages.Image" if files is get_image_model() else "wagtaildocs.Document"
        policy = DistrictFilePolicy(files, auth_model=stock, owner_field_name="uploaded_by_user")
        register_permission_policy(files, policy, exact_class=True)
    register_permission_policy(Collection, CityCollectionPolicy(Collection))
    for model in (Site, Task, Workflow, Locale):
        register_permission_policy(model, CityPolicy(model))
    for model in (Group, User):
        register_permission_policy(model, CityPolicy(model), exact_class=True)
    for model in apps.get_models():
        if issubclass(model, Page) or model in {User, get_image_model(), get_document_model()}:
            continue
        ownership = ownership_of(model)
        if isinstance(ownership, OwnedByDistrict):
            register_permission_policy(model, OwnedPolicy(model), exact_class=True)
        elif ownership is not None:
            register_permission_policy(model, CityPolicy(model), exact_class=True)
