"""A model without an owner and a viewset outside the family are refused at the start."""

from __future__ import annotations

from django.db import models
from wagtail.admin.viewsets import viewsets
from wagtail.admin.viewsets.chooser import ChooserViewSet
from wagtail.admin.viewsets.model import ModelViewSet

from sites.checks import check_ownership, check_viewsets, strangers, unowned
from sites.models import Community
from sites.viewsets import DistrictChooserViewSet, DistrictViewSet


def test_our_models_and_viewsets_pass() -> None:
    assert check_ownership() == []
    assert viewsets.viewsets
    assert check_viewsets() == []


def test_model_without_an_owner_is_refused() -> None:
    class Homeless(models.Model):  # noqa: DJ008 - it is never shown
        class Meta:
            app_label = "districts"

    try:
        assert [error.id for error in unowned([Homeless, Community])] == ["districts.E001"]
    finally:
        Homeless._meta.apps.all_models["districts"].pop("homeless")


def test_viewset_outside_the_family_is_refused() -> None:
    class Open(ModelViewSet):
        model = Community
        form_fields = ("name",)

    class OpenChooser(ChooserViewSet):
        model = Community

    class Kept(DistrictViewSet):
        model = Community
        form_fields = ("name",)

    class KeptChooser(DistrictChooserViewSet):
        model = Community

    found = strangers([Open("a"), OpenChooser("b"), Kept("c"), KeptChooser("d")])
    assert [error.id for error in found] == ["districts.E002"] * 2
    assert "Open " in str(found[0].msg)
