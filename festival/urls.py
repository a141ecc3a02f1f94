"""What the festival answers on the districts' own hosts before the built pages, and, on the admin's, check-in."""

from __future__ import annotations

from django.urls import path

from festival.views import beginning, checkin, mine

_APPLY = "festivals/<str:edition>/apply/"

urlpatterns = [
    path("checkin/", checkin.page, name="checkin"),
    path("checkin/manifest.webmanifest", checkin.manifest, name="checkin-manifest"),
    path("checkin/worker.js", checkin.worker, name="checkin-worker"),
    path(_APPLY, beginning.choose, name="apply"),
    path(f"{_APPLY}contact/", beginning.contact, name="apply-contact"),
    path(f"{_APPLY}find/", beginning.find, name="apply-find"),
    path(f"{_APPLY}reopen/", beginning.reopen, name="apply-reopen"),
    path(f"{_APPLY}code/send/", beginning.send_code, name="apply-send-code"),
    path(f"{_APPLY}code/", beginning.code, name="apply-code"),
    path(f"{_APPLY}start/", beginning.start, name="apply-start"),
    path(f"{_APPLY}form/", mine.form, name="apply-form"),
    path(f"{_APPLY}status/", mine.status, name="apply-status"),
]
