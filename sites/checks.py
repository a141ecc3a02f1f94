"""What must be true of our models and viewsets for tenancy to hold, checked at each start."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.core.checks import CheckMessage, Error, Tags
from django.core.checks import register as register_check
from django.db.models import Model

from sites.ownership import ownership_of

OUR_APPS = frozenset({"cms", "festival", "media", "districts"})


def register() -> None:
    """Register the checks; `manage.py check` and every server start run them."""
    register_check(check_ownership, Tags.models)
    register_check(check_viewsets, Tags.urls)


def check_ownership(*, app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Each model of ours says to which district its rows belong."""
    return unowned(apps.get_models())


def check_viewsets(*, app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Each admin viewset over a model of ours is of the family that keeps its views to one's districts."""
    from wagtail.admin.viewsets import viewsets

    return strangers(viewsets.viewsets)


def unowned(models: Iterable[type[Model]]) -> list[CheckMessage]:
    """An error for every model of ours among them without `ownership`."""
    return [
        Error(
            f"{model._meta.label} does not say to which district its rows belong.",
            hint="Add `ownership = ...` from sites.ownership.",
            obj=model,
            id="districts.E001",
        )
        for model in models
        if model._meta.app_label in OUR_APPS and not model._meta.auto_created and ownership_of(model) is None
    ]


def strangers(viewsets: Iterable[Any]) -> list[CheckMessage]:
    """An error for every viewset among them over a model of ours that is not of the family."""
    from wagtail.admin.viewsets.pages import PageViewSet

    from sites.viewsets import CityChooserViewSet, CityViewSet, DistrictChooserViewSet, DistrictViewSet

    family = (DistrictViewSet, CityViewSet, DistrictChooserViewSet, CityChooserViewSet, PageViewSet)
    return [
        Error(
            f"{type(viewset).__name__} shows rows of every district.",
            hint="Derive it from a viewset of sites.viewsets.",
            obj=type(viewset),
            id="districts.E002",
        )
        for viewset in viewsets
        if _is_ours(getattr(viewset, "model", None)) and not isinstance(viewset, family)
    ]


def _is_ours(model: Any) -> bool:
    # Pictures, documents and people have Wagtail's own viewsets: policies, gate and overrides keep those.
    if not (isinstance(model, type) and issubclass(model, Model)):
        return False
    return model._meta.app_label in OUR_APPS and model.__name__ not in {"Picture", "Document", "User"}
