"""The content in the admin."""

from __future__ import annotations

from typing import ClassVar

from wagtail import hooks
from wagtail.admin.panels import FieldPanel
from wagtail.admin.viewsets.model import ModelViewSet

import cms.admin_appearance  # noqa: F401 - registers its hooks
from cms.models import Craft


class CraftViewSet(ModelViewSet):
    """The city's list of crafts: everyone chooses from it, the city's staff keep it."""

    model = Craft
    name = "crafts"
    icon = "edit"
    menu_label = "手艺"
    menu_order = 320
    add_to_admin_menu = True
    copy_view_enabled = False
    list_display: ClassVar[list[str]] = ["name", "category"]
    panels: ClassVar[list[FieldPanel]] = [FieldPanel("name"), FieldPanel("category"), FieldPanel("slug")]


@hooks.register("register_admin_viewset")
def register_crafts() -> CraftViewSet:
    return CraftViewSet()
