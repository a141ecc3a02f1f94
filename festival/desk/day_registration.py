"""The addresses of draws and of the day below /admin/, and how the gate keeps them: as those of the rest of the desk."""

from __future__ import annotations

from django.urls import URLPattern, path
from wagtail import hooks

from festival.desk import day, draws
from sites import gate

_EDITION = "booking/<int:festival>/"
_OF_EDITION = [
    path(f"{_EDITION}draws/", draws.draws, name="booking_draws"),
    path(f"{_EDITION}day/", day.day, name="booking_day"),
    path(f"{_EDITION}day/deadline/", day.deadline, name="booking_deadline"),
    path(f"{_EDITION}day/devices/", day.make_device, name="booking_device_make"),
    path(f"{_EDITION}board/", day.board, name="booking_board"),
    path(f"{_EDITION}board/figures/", day.board_figures, name="booking_board_figures"),
]
_OF_ONE = [
    path("booking/draws/<int:pk>/hold/", draws.hold, name="booking_draw_hold"),
    path("booking/applications/<int:pk>/no-show/", day.no_show, name="booking_no_show"),
    path("booking/scans/<int:pk>/settle/", day.settle, name="booking_scan_settle"),
    path("booking/devices/<int:pk>/revoke/", day.revoke_device, name="booking_device_revoke"),
]
for _routes, _arguments in ((_OF_EDITION, ("festival",)), (_OF_ONE, ("pk",))):
    gate.keep(gate.scoped(*_arguments), *(str(route.name) for route in _routes))


@hooks.register("register_admin_urls")
def register_day() -> list[URLPattern]:
    return [*_OF_EDITION, *_OF_ONE]
