"""The addresses of booking below /api/v1/."""

from __future__ import annotations

from django.urls import path

from festival.api import applications, booking

_EDITION = "districts/<str:district>/festivals/<str:edition>/"
_MINE = f"{_EDITION}applications/<str:reference>/"

_STEPS = (
    applications.HoldView,
    applications.SubmitView,
    applications.WithdrawView,
    applications.PickView,
    applications.AcceptView,
    applications.DeclineView,
    applications.MessagesView,
)

patterns = [
    path(f"{_EDITION}availability/", booking.AvailabilityView.as_view(), name="availability"),
    path(f"{_EDITION}contact-codes/", booking.ContactCodesView.as_view(), name="contact-codes"),
    path(f"{_EDITION}contact-proofs/", booking.ContactProofsView.as_view(), name="contact-proofs"),
    path(f"{_EDITION}applications/", applications.ApplicationsView.as_view(), name="applications"),
    path(_MINE, applications.ApplicationView.as_view(), name="application"),
    *(path(f"{_MINE}{step.name}/", step.as_view(), name=f"application-{step.name}") for step in _STEPS),
    path(f"{_MINE}documents/", applications.DocumentsView.as_view(), name="application-documents"),
    path(f"{_MINE}documents/<int:key>/", applications.DocumentView.as_view(), name="application-document"),
]
