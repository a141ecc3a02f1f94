from __future__ import annotations

from django.urls import path, re_path
from drf_spectacular.views import SpectacularJSONAPIView, SpectacularSwaggerSplitView

from festival.api import booking_urls, day_urls, programme_urls
from sites.api import problems
from sites.api import urls as shelf_urls

app_name = "api"

urlpatterns = [
    path("openapi.json", SpectacularJSONAPIView.as_view(), name="openapi"),
    # Its script has an address of its own: the Content-Security-Policy runs none that stands in a page.
    path("docs/", SpectacularSwaggerSplitView.as_view(url_name="api:openapi"), name="docs"),
    *shelf_urls.patterns(),
    *booking_urls.patterns,
    *day_urls.patterns,
    *programme_urls.patterns,
    re_path(r"^.*$", problems.not_found),
]
