"""The desk's addresses below /admin/, its entry in the menu, and how the gate keeps them: every view looks by itself
at what the person manages."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import URLPattern, path, reverse_lazy
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from sites import gate
from sites.domain import team
from sites.team_desk import city_staff, gateways, looking_back, members, tokens
from sites.team_desk.access import TITLE, user_of

_BASE = "team/districts/<slug:district>/"
_WHOLE = [
    path("team/", members.choose_district, name="team"),
    path("team/city-staff/", city_staff.list_staff, name="city_staff"),
    path("team/history/", looking_back.history_of_all, name="team_history_of_all"),
]
_STAFF = [path("team/city-staff/<int:pk>/dismiss/", city_staff.dismiss, name="city_staff_dismiss")]
_OF_DISTRICT = [
    path(_BASE, members.list_members, name="team_members"),
    path(f"{_BASE}invite/", members.invite, name="team_invite"),
    path(f"{_BASE}history/", looking_back.history_of_district, name="team_history"),
    path(f"{_BASE}tokens/", tokens.list_tokens, name="team_tokens"),
    path(f"{_BASE}tokens/make/", tokens.make_token, name="team_token_make"),
    path(f"{_BASE}gateway/", gateways.show, name="team_gateway"),
    path(f"{_BASE}gateway/secret/", gateways.change_secret, name="team_gateway_secret"),
    path(f"{_BASE}gateway/off/", gateways.switch_off, name="team_gateway_off"),
    path(f"{_BASE}gateway/try/", gateways.try_out, name="team_gateway_try"),
]
_IN_DISTRICT = [
    path(f"{_BASE}people/<int:pk>/", members.edit_member, name="team_member"),
    path(f"{_BASE}people/<int:pk>/remove/", members.remove_member, name="team_member_remove"),
    path(f"{_BASE}invitations/<int:pk>/again/", members.invite_again, name="team_invite_again"),
    path(f"{_BASE}invitations/<int:pk>/revoke/", members.revoke_invitation, name="team_invitation_revoke"),
    path(f"{_BASE}tokens/<int:pk>/revoke/", tokens.revoke_token, name="team_token_revoke"),
]

for _routes, _arguments in (
    (_WHOLE, ()),
    (_STAFF, ("pk",)),
    (_OF_DISTRICT, ("district",)),
    (_IN_DISTRICT, ("district", "pk")),
):
    gate.keep(gate.scoped(*_arguments), *(str(route.name) for route in _routes))


@hooks.register("register_admin_urls")
def register_team() -> list[URLPattern]:
    return [*_WHOLE, *_STAFF, *_OF_DISTRICT, *_IN_DISTRICT]


class TeamMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return team.managed_by(user_of(request)).exists()


@hooks.register("register_admin_menu_item")
def register_menu() -> MenuItem:
    return TeamMenuItem(TITLE, reverse_lazy("team"), name="team", icon_name="group", order=700)
