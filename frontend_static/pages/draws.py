"""The draws of an edition: what was published before and after, and how anybody checks it."""

from __future__ import annotations

from collections.abc import Iterable

from frontend_static.routing import SLUG, Page, Route, own
from frontend_static.source import Query, Source


def show_draws(source: Source, slug: str) -> Page | None:
    festival = own(source, "festival", slug)
    # Items that were stored before there were draws have none.
    if festival is None or not festival.get("draws"):
        return None
    return Page("draws.html", {"festival": festival, "draws": list(reversed(festival["draws"]))})


def _addresses(source: Source) -> Iterable[str]:
    found = source.select(Query("festival", source.site()["slug"], view="full"))
    return [f"{item['path']}draws/" for item in found if item.get("draws")]


ROUTES = [Route(f"/festivals/{SLUG}/draws/", show_draws, _addresses)]
