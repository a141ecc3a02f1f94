"""Layer 2 of tenancy: the one family of admin viewsets. Every view of it begins with a queryset of what is the person's.

`DistrictViewSet` is for what a district owns, `CityViewSet` for what is one for the whole city, and the two chooser
viewsets are for choosing among either. What a row belongs to is read from its model's `ownership`; a system check
(`sites.checks`) refuses a viewset over a model of ours that is not of this family. Each lists its own addresses in the
gate, which looks at the same rows once more.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.db.models import Model, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.viewsets.chooser import ChooserViewSet
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.permissions import policy_registry

from sites import gate, references
from sites.domain import reach
from sites.domain.people import districts_of
from sites.models import District


def scope(user: Any, queryset: QuerySet[Any], *, to_choose: bool = False) -> QuerySet[Any]:
    """The rows that are the person's; `to_choose` adds what the city shares."""
    return queryset.filter(reach.of(user).rows(queryset.model, to_choose=to_choose))


# --- what every view class gets -----------------------------------------------------------------------------------------


class ScopedView:
    """Mixed in before a view class of Wagtail's. Its views take their rows by different ways: lists by a queryset,
    objects by another or by `get_object`, choosers by `get_object_list`, `get_object` and `get_objects`."""

    request: Any

    def get_base_queryset(self) -> QuerySet[Any]:
        return self._of_the_person(super().get_base_queryset())  # type: ignore[misc]

    def get_base_object_queryset(self) -> QuerySet[Any]:
        return self._of_the_person(super().get_base_object_queryset())  # type: ignore[misc]

    def get_object(self, *args: Any, **kwargs: Any) -> Any:
        found = super().get_object(*args, **kwargs)  # type: ignore[misc]
        if found.pk is not None and not self._of_the_person(_all_of(found)).filter(pk=found.pk).exists():
            raise Http404
        return found

    def _of_the_person(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        # A view's list may be of other rows than its object: the log entries of a history, the usages of a row.
        if queryset.model is not getattr(self, "model", queryset.model):
            return queryset
        return scope(self.request.user, queryset, to_choose=self.to_choose)

    to_choose: ClassVar[bool] = False


class PermittedObject:
    """Mixed in beside `ScopedView` where a view changes its row: the right must be held in that row's district."""

    def get_object(self, *args: Any, **kwargs: Any) -> Any:
        found = super().get_object(*args, **kwargs)  # type: ignore[misc]
        view: Any = self
        needed = (
            [view.permission_required] if view.permission_required else view.any_permission_required or []
        )
        policy = policy_registry.get_by_type(type(found))
        if needed and not policy.user_has_any_permission_for_instance(view.request.user, needed, found):
            raise Http404
        return found


class GuardedFormView:
    """Mixed in where a view saves a row: its form refuses what is another district's."""

    def get_form_class(self) -> Any:
        return references.guarded(super().get_form_class())  # type: ignore[misc]


class ScopedChooser(ScopedView):
    """Mixed in before a view class of a chooser: also what the city shares may be chosen."""

    to_choose = True

    def get_object_list(self) -> QuerySet[Any]:
        return scope(self.request.user, super().get_object_list(), to_choose=True)  # type: ignore[misc]

    def get_object(self, pk: Any) -> Any:
        view: Any = self
        return get_object_or_404(
            scope(self.request.user, view.model_class._default_manager.all(), to_choose=True), pk=pk
        )

    def get_objects(self, pks: Any) -> QuerySet[Any]:
        found: QuerySet[Any] = super().get_objects(pks)  # type: ignore[misc]
        return scope(self.request.user, found, to_choose=True)


def _all_of(row: Model) -> QuerySet[Any]:
    return type(row)._default_manager.all()


def mixed(before: tuple[type, ...], view: type) -> type:
    """A view class with others mixed in before it, each once."""
    new = tuple(one for one in before if not issubclass(view, one))
    return type(view.__name__, (*new, view), {"__module__": view.__module__}) if new else view


_BEFORE: dict[str, tuple[type, ...]] = {
    "add": (GuardedFormView,),
    "edit": (GuardedFormView, PermittedObject),
    "copy": (GuardedFormView, PermittedObject),
    **dict.fromkeys(("delete", "history", "usage", "inspect"), (PermittedObject,)),
}


# --- the family ---------------------------------------------------------------------------------------------------------


class ScopedViewSet(ModelViewSet):
    """What the two viewsets share. Never registered itself."""

    add_to_admin_menu = True
    copy_view_enabled = False
    menu_order = 300
    sort_order_field = None
    _object_views = ("edit", "delete", "history", "usage", "copy", "inspect")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for view in ("index", "add", *self._object_views):
            name = f"{view}_view_class"
            if (stock := getattr(self, name, None)) is None:
                continue
            setattr(self, name, mixed((*_BEFORE.get(view, ()), ScopedView), stock))

    def on_register(self) -> None:
        super().on_register()
        for pattern in self.get_urlpatterns():
            # What is the city's may be looked at by everybody.
            seen = pattern.name == "inspect"
            gate.keep(gate.of_model(self.model, "pk", to_choose=seen), f"{self.url_namespace}:{pattern.name}")


class DistrictViewSet(ScopedViewSet):
    """What districts own: every view of it sees only the rows of the districts that the person serves, and changes
    only those of the districts in which a role of theirs may."""


class CityViewSet(ScopedViewSet):
    """What is one for the whole city: everybody sees it, the city's staff change it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("index_view_class", "inspect_view_class"):
            setattr(self, name, mixed((_ForAll,), getattr(self, name)))


class _ForAll(ScopedView):
    to_choose = True


class _ScopedChooserViewSet(ChooserViewSet):
    _views = ("choose", "choose_results", "chosen", "chosen_multiple")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for view in self._views:
            name = f"{view}_view_class"
            setattr(self, name, mixed((ScopedChooser,), getattr(self, name)))

    def on_register(self) -> None:
        super().on_register()
        names = [f"{self.url_namespace}:{pattern.name}" for pattern in self.get_urlpatterns()]
        gate.keep(gate.of_model(self.model, "pk", to_choose=True), *names)


class DistrictChooserViewSet(_ScopedChooserViewSet):
    """A chooser among the rows of one's districts (and, where the model is in collections, the city's)."""


class CityChooserViewSet(_ScopedChooserViewSet):
    """A chooser among what is one for the whole city."""


# --- forms --------------------------------------------------------------------------------------------------------------


class DistrictForm(references.GuardedForm, WagtailAdminModelForm):
    """Offers only what belongs to the districts in which the person may save such a row; of a single choice it makes
    the choice. Refuses a row that refers to what is another district's.

    `owned_fields` names the fields whose choice decides to which district the row belongs.
    """

    owned_fields: ClassVar[tuple[str, ...]] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.owned_fields:
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField) and field.queryset is not None
            field.queryset = field.queryset.filter(self._offered(field.queryset.model))
            if field.queryset.count() == 1:
                field.empty_label = None
                field.initial = field.queryset.get()

    def _offered(self, model: type[Model]) -> Any:
        action = "add" if self.instance.pk is None else "change"
        meta = self._meta.model._meta
        permission = f"{meta.app_label}.{action}_{meta.model_name}"
        if model is District:
            return reach.any_of_districts(districts_of(self.for_user, may=permission))
        return reach.of(self.for_user).rows(model, may=permission)
