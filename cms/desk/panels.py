"""The panels of the dashboard, chosen by what a person does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wagtail.admin.ui.components import Component

from cms.domain import desk, desk_overview
from sites.domain import reach
from sites.enums import Role
from sites.models import User

_WRITERS = {Role.EDITOR, Role.MODERATOR, Role.ADMIN}
_DECIDERS = {Role.MODERATOR}
_FESTIVAL = {Role.ORGANISER, Role.ADMIN}


class DeskPanels(Component):
    """Everything on the desk of a person below the first steps."""

    name = "linli_desk"
    template_name = "cms/desk/desk.html"
    order = 100

    def __init__(self, user: User) -> None:
        self.user = user

    def get_context_data(self, parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
        user = self.user
        roles = desk_overview.serves_as(user)
        is_city = reach.of(user).is_city
        writes = bool(roles & _WRITERS) or is_city
        context: dict[str, Any] = {
            "request": (parent_context or {}).get("request"),
            "csrf_token": (parent_context or {}).get("csrf_token"),
        }
        if roles & _DECIDERS:
            context["to_decide"] = desk.to_decide(user)
        elif Role.ADMIN in roles:
            context["in_moderation"] = desk.in_moderation(user)
        if writes:
            context["returned"] = desk.returned(user)
            context["drafts"] = desk.drafts(user)
            context["handed_in"] = desk.handed_in(user)
            context["to_mend"] = desk.to_mend(user)
        if writes or roles & _FESTIVAL:
            context["planned"] = desk.planned(user)
            context["published"] = desk.published(user)
        if roles & _FESTIVAL:
            context["editions"] = desk_overview.editions(user)
        if Role.ADMIN in roles:
            context["teams"] = desk_overview.teams(user)
        if is_city:
            context["districts"] = desk_overview.districts_at_a_glance(user)
            context["undelivered"] = desk_overview.undelivered()
        return context
