"""Communities in the admin, and a menu without what nobody here needs."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.panels import FieldPanel, FieldRowPanel, ObjectList
from wagtail.admin.views.generic import IndexView
from wagtail.admin.widgets.button import HeaderButton

import sites.sign_in.account
import sites.team_desk.registration  # noqa: F401 - both register their addresses and their entries in the menu
from sites import gate
from sites.community_import import import_communities
from sites.models import Community
from sites.viewsets import DistrictForm, DistrictViewSet


class CommunityForm(DistrictForm):
    owned_fields = ("district",)


class CommunityIndexView(IndexView):
    @property
    def header_buttons(self) -> list[Any]:
        buttons = list(super().header_buttons)
        if self.user_has_permission("add"):
            buttons.append(
                HeaderButton(label="从表格导入", url=reverse("import_communities"), icon_name="upload")
            )
        return buttons


class CommunityViewSet(DistrictViewSet):
    model = Community
    name = "communities"
    icon = "group"
    menu_label = "社区名录"
    menu_order = 300
    index_view_class = CommunityIndexView
    list_display: ClassVar[list[str]] = ["name", "subdistrict", "kind", "district"]
    list_filter: ClassVar[list[str]] = ["kind"]
    search_fields: ClassVar[list[str]] = ["name", "subdistrict"]
    list_per_page = 50
    edit_handler = ObjectList(
        [
            FieldPanel("district"),
            FieldRowPanel([FieldPanel("name"), FieldPanel("subdistrict")]),
            FieldRowPanel([FieldPanel("kind"), FieldPanel("code")]),
            FieldPanel("slug"),
        ],
        base_form_class=CommunityForm,
    )


@hooks.register("register_admin_viewset")
def register_communities() -> CommunityViewSet:
    return CommunityViewSet()


@hooks.register("register_admin_urls")
def register_import() -> list[URLPattern]:
    gate.keep(gate.scoped(), "import_communities")
    return [path("communities/import/", import_communities, name="import_communities")]


@hooks.register("construct_main_menu")
def hide_technical(request: HttpRequest, menu_items: list[MenuItem]) -> None:
    """Editors see what they work with; help on Wagtail itself and technical settings are for the city's staff."""
    if not request.user.is_superuser:
        menu_items[:] = [item for item in menu_items if item.name not in {"help", "settings", "reports"}]
