"""The desk in the admin: its panels in place of Wagtail's, its address, its colours."""

from __future__ import annotations

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import URLPattern, path
from django.utils.html import format_html
from wagtail import hooks
from wagtail.admin.ui.components import Component
from wagtail.admin.views.home import (
    RecentEditsPanel,
    UserObjectsInWorkflowModerationPanel,
    WorkflowObjectsToModeratePanel,
)

from cms.desk import views
from cms.desk.panels import DeskPanels
from sites import gate
from sites.models import User

_REPLACED = (WorkflowObjectsToModeratePanel, UserObjectsInWorkflowModerationPanel, RecentEditsPanel)


@hooks.register("construct_homepage_panels")
def desk_panels(request: HttpRequest, panels: list[Component]) -> None:
    """Ours say the same as Wagtail's and more, and only of the districts that the person serves."""
    assert isinstance(request.user, User)
    panels[:] = [panel for panel in panels if not isinstance(panel, _REPLACED)]
    panels.append(DeskPanels(request.user))


@hooks.register("register_admin_urls")
def decisions() -> list[URLPattern]:
    return [path("desk/decide/<int:pk>/", views.decide, name="desk_decide")]


gate.keep(gate.scoped("pk"), "desk_decide")


@hooks.register("insert_global_admin_css")
def desk_style() -> str:
    return format_html('<link rel="stylesheet" href="{}">', static("cms/desk.css"))
