"""The addresses of draws, passes and check-in below /api/v1/."""

from __future__ import annotations

from django.urls import path

from festival.api import checkin, draws, passes

_EDITION = "districts/<str:district>/festivals/<str:edition>/"

patterns = [
    path(f"{_EDITION}draws/", draws.DrawList.as_view(), name="draws"),
    path(f"{_EDITION}draws/<int:number>/", draws.DrawDetail.as_view(), name="draw"),
    path(f"{_EDITION}draws/<int:number>/entrants.txt", draws.DrawEntrants.as_view(), name="draw-entrants"),
    path(f"{_EDITION}applications/<str:reference>/pass/", passes.PassView.as_view(), name="application-pass"),
    path("checkin/roster/", checkin.RosterView.as_view(), name="checkin-roster"),
    path("checkin/scans/", checkin.ScansView.as_view(), name="checkin-scans"),
]
