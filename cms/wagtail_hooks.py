"""The content in the admin."""

from __future__ import annotations

from typing import ClassVar

from wagtail import hooks
from wagtail.admin.panels import FieldPanel

import cms.admin_appearance
import cms.admin_overrides.bulk
import cms.admin_overrides.choosing
import cms.admin_overrides.files
import cms.admin_overrides.listing
import cms.admin_overrides.panels
import cms.desk.registration
import cms.districts_admin
import cms.importing.admin
import cms.shared_content  # noqa: F401 - registers its hooks
from cms.models import Craft
from sites.viewsets import CityViewSet


class CraftViewSet(CityViewSet):
    """The city's list of crafts: everyone chooses from it, the city's staff keep it."""

    model = Craft
    name = "crafts"
    icon = "edit"
    menu_label = "手艺"
    menu_order = 320
    list_display: ClassVar[list[str]] = ["name", "category"]
    panels: ClassVar[list[FieldPanel]] = [FieldPanel("name"), FieldPanel("category"), FieldPanel("slug")]


@hooks.register("register_admin_viewset")
def register_crafts() -> CraftViewSet:
    return CraftViewSet()
