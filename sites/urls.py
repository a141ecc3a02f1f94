"""What the kernel serves outside the admin and the API."""

from __future__ import annotations

from django.urls import path

from sites import joining

urlpatterns = [path("join/<str:secret>/", joining.join, name="join")]
