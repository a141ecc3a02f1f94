"""The addresses of the read API, made from the registered kinds."""

from __future__ import annotations

from typing import Any

from django.urls import URLPattern, path

from sites import kinds
from sites.api import drafts, views
from sites.api.schema import described, described_drafts
from sites.domain.tokens import kinds_with_drafts


def patterns() -> list[URLPattern]:
    """Routes of every kind, for one district and for the whole city. Call it when all kinds are registered."""
    routes: list[URLPattern] = []
    for kind in kinds.all_kinds():
        names = {"kind": kind, "allowed": ("page_size", "cursor", "fields", *kind.filters)}
        every = type(f"City{kind.type.title()}List", (views.ItemListView,), names)
        if kind.type == "district":
            one: type[views.ShelfView] = type("DistrictDetail", (views.DistrictItemView,), {"kind": kind})
            routes += [
                path("districts/", described(every, kind, "list", city=True).as_view(), name="districts"),
                path(
                    "districts/<str:district>/",
                    described(one, kind, "detail", city=False).as_view(),
                    name="district",
                ),
            ]
            continue
        some = type(f"{kind.type.title()}List", (views.ItemListView,), names)
        one = type(f"{kind.type.title()}Detail", (views.ItemView,), {"kind": kind})
        base = f"districts/<str:district>/{kind.plural}/"
        routes += [
            path(
                f"{kind.plural}/",
                described(every, kind, "list", city=True).as_view(),
                name=f"city-{kind.plural}",
            ),
            path(base, described(some, kind, "list", city=False).as_view(), name=kind.plural),
            path(f"{base}<str:slug>/", described(one, kind, "detail", city=False).as_view(), name=kind.type),
        ]
    for kind in kinds_with_drafts():
        base = f"districts/<str:district>/drafts/{kind.plural}/"
        listed = type(f"{kind.type.title()}DraftList", (drafts.DraftListView,), {"kind": kind})
        single = type(f"{kind.type.title()}Draft", (drafts.DraftItemView,), {"kind": kind})
        routes += [
            path(base, described_drafts(listed, kind, many=True).as_view(), name=f"{kind.type}-drafts"),
            path(
                f"{base}<str:slug>/",
                described_drafts(single, kind, many=False).as_view(),
                name=f"{kind.type}-draft",
            ),
        ]
    for city in (True, False):
        base, prefix = ("", "city-") if city else ("districts/<str:district>/", "")
        changes: Any = type("CityChanges" if city else "Changes", (views.ChangesView,), {})
        export: Any = type("CityExport" if city else "Export", (views.ExportView,), {})
        routes += [
            path(
                f"{base}changes/",
                described(changes, None, "changes", city=city).as_view(),
                name=f"{prefix}changes",
            ),
            path(
                f"{base}export.ndjson",
                described(export, None, "export", city=city).as_view(),
                name=f"{prefix}export",
            ),
        ]
    return routes
