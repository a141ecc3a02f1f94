"""The dashboard's panels: without what a person worked on before leaving a district, or is beyond their communities."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.http import HttpRequest
from wagtail import hooks
from wagtail.admin.ui.components import Component
from wagtail.admin.views import home
from wagtail.models import Page

from sites.domain import reach


def _seen(user: Any, rows: Iterable[Any], page_of: Callable[[Any], Any]) -> list[Any]:
    mine = reach.of(user)
    return [row for row in rows if not isinstance(page_of(row), Page) or mine.sees_page(page_of(row))]


class OwnToModerate(home.WorkflowObjectsToModeratePanel):
    def get_context_data(self, parent_context: Any) -> Any:
        context = super().get_context_data(parent_context)
        context["states"] = _seen(context["request"].user, context["states"], lambda state: state["obj"])
        return context


class OwnInModeration(home.UserObjectsInWorkflowModerationPanel):
    def get_context_data(self, parent_context: Any) -> Any:
        context = super().get_context_data(parent_context)
        context["workflow_states"] = _seen(
            context["request"].user, context["workflow_states"], lambda state: state.content_object
        )
        return context


class OwnRecentEdits(home.RecentEditsPanel):
    def get_context_data(self, parent_context: Any) -> Any:
        context = super().get_context_data(parent_context)
        context["last_edits"] = _seen(context["request"].user, context["last_edits"], lambda edit: edit[1])
        return context


class OwnLockedPages(home.LockedPagesPanel):
    def get_context_data(self, parent_context: Any) -> Any:
        context = super().get_context_data(parent_context)
        context["locked_pages"] = context["locked_pages"].filter(reach.of(context["request"].user).pages())
        return context


_OWN: dict[type[Component], type[Component]] = {
    home.WorkflowObjectsToModeratePanel: OwnToModerate,
    home.UserObjectsInWorkflowModerationPanel: OwnInModeration,
    home.RecentEditsPanel: OwnRecentEdits,
    home.LockedPagesPanel: OwnLockedPages,
}


@hooks.register("construct_homepage_panels", order=100)
def only_ones_own(request: HttpRequest, panels: list[Component]) -> None:
    panels[:] = [_OWN[type(panel)]() if type(panel) in _OWN else panel for panel in panels]
