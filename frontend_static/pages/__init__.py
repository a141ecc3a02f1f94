"""Every form of address of a site, in the order in which they are tried."""

from __future__ import annotations

from frontend_static.pages import (
    communities,
    craftsmen,
    documents,
    draws,
    festivals,
    home,
    places,
    programmes,
    stories,
)
from frontend_static.routing import Route

ROUTES: list[Route] = [
    *home.ROUTES,
    *stories.ROUTES,
    *craftsmen.ROUTES,
    *communities.ROUTES,
    *places.ROUTES,
    *festivals.ROUTES,
    *programmes.ROUTES,
    *draws.ROUTES,
    *documents.ROUTES,
]
