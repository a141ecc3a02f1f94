"""The addresses of the programme's formats below /api/v1/."""

from __future__ import annotations

from django.urls import path

from festival.api import programme

_EDITION = "districts/<str:district>/festivals/<str:edition>/"

patterns = [
    path(f"{_EDITION}programme.ics", programme.CalendarView.as_view(), name="programme-ics"),
    path(f"{_EDITION}programme.xml", programme.ScheduleXMLView.as_view(), name="programme-xml"),
    path(f"{_EDITION}programme.json", programme.ScheduleJSONView.as_view(), name="programme-json"),
]
