"""The one family of admin viewsets for what a district owns: every view of it sees only the districts one serves."""

from __future__ import annotations

import functools
import operator
from typing import Any, ClassVar

from django import forms
from django.db.models import Q, QuerySet
from django.http import Http404
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.viewsets.model import ModelViewSet

from sites.domain.people import districts_of
from sites.models import District


def owned_by(*, lookup: str, districts: QuerySet[District]) -> Q:
    """The condition that a row belongs to one of the districts. `lookup` leads from it to its district, or, when it
    ends in `path`, to the page that it stands under."""
    if lookup.rpartition("__")[2] != "path":
        return Q(**{f"{lookup}__in": districts})
    roots = districts.values_list("site__root_page__path", flat=True)
    # An empty set of districts must match nothing, and an empty Q would match all.
    return functools.reduce(
        operator.or_, (Q(**{f"{lookup}__startswith": root}) for root in roots), Q(pk__in=[])
    )


class _Scoped:
    """Mixed into a view class of Wagtail's."""

    lookup: ClassVar[str]
    request: Any

    def within_reach(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(owned_by(lookup=self.lookup, districts=districts_of(self.request.user)))


class _ScopedList(_Scoped):
    def get_base_queryset(self) -> QuerySet[Any]:
        return self.within_reach(super().get_base_queryset())  # type: ignore[misc]


class _ScopedObject(_Scoped):
    def get_object(self, *args: Any) -> Any:
        # Not by the view's queryset: some of Wagtail's views take the object from one, some from another.
        found = super().get_object(*args)  # type: ignore[misc]
        if not self.within_reach(type(found)._default_manager.filter(pk=found.pk)).exists():
            raise Http404
        return found


class DistrictForm(WagtailAdminModelForm):
    """Offers only what belongs to the districts that the person serves; of a single choice it makes the choice.

    `owned_fields` maps a field to the lookup from its model to the district.
    """

    owned_fields: ClassVar[dict[str, str]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, lookup in self.owned_fields.items():
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField) and field.queryset is not None
            districts = districts_of(self.for_user)
            field.queryset = field.queryset.filter(owned_by(lookup=lookup, districts=districts))
            if field.queryset.count() == 1:
                field.empty_label = None
                field.initial = field.queryset.get()


class DistrictViewSet(ModelViewSet):
    """A viewset whose every view is kept to the districts of the person."""

    lookup: ClassVar[str] = "district"
    add_to_admin_menu = True
    copy_view_enabled = False
    menu_order = 300
    _object_views = ("edit", "delete", "history", "usage", "copy", "inspect")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for view in ("index", *self._object_views):
            name = f"{view}_view_class"
            scope = _ScopedList if view == "index" else _ScopedObject
            setattr(self, name, self._scoped(scope, getattr(self, name)))

    def _scoped(self, scope: type[_Scoped], view: type) -> type:
        return type(view.__name__, (scope, view), {"lookup": self.lookup})
