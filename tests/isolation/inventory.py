"""How every address is kept: the admin's by the gate's own list, the others by the map here.

`routes.txt` is what was looked at by somebody. A Wagtail upgrade that brings a view, or a view of ours that nobody
thought through, differs from it and fails before any content is asked for. To accept a change after looking at it:

    make test TESTS="tests/isolation/test_inventory.py --accept-routes"
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from sites import gate
from tests.isolation.addresses import unknown_arguments
from tests.isolation.routes import Route, all_routes

SNAPSHOT = Path(__file__).with_name("routes.txt")

# Addresses outside of the gate: by name, or by pattern where they have none, with what keeps them.
PUBLIC: dict[str, str] = {
    "healthz": "nothing: says that the process lives",
    "readyz": "nothing: says that it can serve",
    "api:openapi": "nothing: a description",
    "api:docs": "nothing: a description",
    "api/v1/^.*$": "nothing: answers 404",
    "^api/": "nothing: answers 404",
    "media": "public: renditions of pictures by the hash of their content, no originals",
    "wagtail_serve": "public: published files only",
    "^(?P<path>.+)$": "public: published files only",
}
PUBLIC |= {
    "join": "secret: whoever has the link of an invitation sees that invitation",
    r"^media/notices/(?P<digest>[0-9a-f]{40})\.(?P<suffix>[a-z]{3,4})$": "public: a current notice's own file",
}
# What the read API serves is the shelf, to which only publishing writes.
_SHELF = "public: the shelf, to which only publishing writes"
_SHELF_VIEWS = {
    "districts",
    "district",
    "changes",
    "export",
    "programme-ics",
    "programme-xml",
    "programme-json",
}
for kind, items in (
    ("community", "communities"),
    ("story", "stories"),
    ("craftsman", "craftsmen"),
    ("place", "places"),
    ("festival", "festivals"),
):
    _SHELF_VIEWS |= {kind, items, f"city-{items}"}
PUBLIC |= {f"api:{view}": _SHELF for view in (*_SHELF_VIEWS, "city-changes", "city-export")}
PUBLIC |= {
    f"api:{kind}-{view}": "token: drafts, for programs with a token of that very district"
    for kind in ("story", "craftsman", "place", "festival")
    for view in ("draft", "drafts")
}
# Pages of the stallholder's way, on the districts' own hosts.
_STEPS = (
    *("hold", "submit", "withdraw", "pick", "accept", "decline", "messages"),
    *("documents", "document", "pass"),
)
_DRAWS = "public: what a draw publishes, without names"
_OWN = "secret: whoever has an application's private link sees that application"
PUBLIC |= {
    "apply": "public: how an edition is booked",
    "apply-contact": "public: asks for an address",
    "apply-find": "public: asks for an address",
    "apply-reopen": "secret: whoever has the proof of an address sees the applications of that address",
    "apply-send-code": "public: the same answer whatever the address",
    "apply-code": "secret: whoever reads the mails of an address begins an application",
    "apply-start": "secret: whoever has the proof of an address begins an application",
    "apply-form": _OWN,
    "apply-status": _OWN,
}
# The same over HTTP for programs, and what else an edition tells.
PUBLIC |= {f"api:application-{step}": _OWN for step in _STEPS}
PUBLIC |= {
    "api:application": _OWN,
    "api:applications": "secret: whoever has the proof of an address begins an application",
    "api:contact-codes": "public: the same answer whatever the address",
    "api:contact-proofs": "secret: whoever reads the mails of an address proves it",
    "api:availability": "public: which booths are free, and names that may be public",
    "api:draws": _DRAWS,
    "api:draw": _DRAWS,
    "api:draw-entrants": _DRAWS,
}
# The check-in page is a shell without content; what it asks for is a device's.
_SHELL = "nothing: a page without content"
_DEVICE = "secret: whoever has the link of a device reads the passes of that edition"
PUBLIC |= {
    **dict.fromkeys(("checkin", "checkin-manifest", "checkin-worker"), _SHELL),
    **dict.fromkeys(("api:checkin-roster", "api:checkin-scans"), _DEVICE),
}
# Below /admin/, but answered by Wagtail without any name: the gate knows only names and denies these.
NAMELESS = {
    "admin/test404/": "nobody: has no name, so the gate refuses it",
    "admin/^.*/$": "nobody: has no name, so the gate refuses it",
}


def how_kept(route: Route) -> str | None:
    """How a route is kept, None for one that nobody classified."""
    if route.pattern.startswith(("admin/", "documents/")):
        if route.pattern in NAMELESS:
            return NAMELESS[route.pattern]
        kept = gate.listed().get(route.name)
        if kept is None or not kept.arguments.issuperset(route.arguments):
            return None
        return kept.how
    return PUBLIC.get(route.pattern, PUBLIC.get(route.name))


def lines() -> list[str]:
    """Every route with how it is kept, in the order of names."""
    return sorted(
        f"{route.name}  {route.pattern}  {how_kept(route) or 'UNCLASSIFIED'}" for route in all_routes()
    )


def counted() -> Counter[str]:
    """How many routes are kept in each way."""
    return Counter((how_kept(route) or "UNCLASSIFIED").partition(":")[0] for route in all_routes())


def unclassified() -> list[str]:
    """The routes that nobody said anything of."""
    return [route.key for route in all_routes() if how_kept(route) is None]


def untried() -> list[str]:
    """The arguments of routes for which the crawl has no values."""
    return [
        f"{route.key}: {', '.join(found)}" for route in all_routes() if (found := unknown_arguments(route))
    ]
