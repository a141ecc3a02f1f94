"""Every address of an installation."""

from __future__ import annotations

from django.urls import include, path, re_path
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from cms import admin_routes as admin_routes  # lists Wagtail's addresses in the gate
from cms import health, notice_documents, public_site
from cms.admin_overrides import urls as override_urls
from cms.api import urls as api_urls
from festival import urls as festival_urls
from media import urls as media_urls
from sites import urls as sites_urls
from sites.api import problems
from sites.sign_in import urls as sign_in_urls

urlpatterns = [
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("api/v1/", include(api_urls)),
    re_path(r"^api/", problems.not_found),
    path("admin/", include(sign_in_urls)),
    path("admin/", include(override_urls)),
    path("admin/", include(wagtailadmin_urls)),
    re_path(
        r"^media/notices/(?P<digest>[0-9a-f]{40})\.(?P<suffix>[a-z]{3,4})$",
        notice_documents.serve_notice_document,
    ),
    path("", include(sites_urls)),
    path("", include(festival_urls)),
    path("media/", include(media_urls)),
    path("documents/", include(wagtaildocs_urls)),
    # The name lets Wagtail say where a page is; what answers is the published file.
    re_path(r"^((?:[\w\-]+/)*)$", public_site.serve_page, name="wagtail_serve"),
    re_path(r"^(?P<path>.+)$", public_site.serve_file),
]

handler400 = "cms.errors.bad_request"
handler404 = "cms.errors.not_found"
handler500 = "cms.errors.server_error"
