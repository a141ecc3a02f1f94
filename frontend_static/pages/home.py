"""The home page of a district, the home page of the city, the list of districts, and what a district says of itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from frontend_static.routing import Page, Route, fixed, gathered, whole_site
from frontend_static.shelving import ItemKey
from frontend_static.source import Item, Query, Source

_FRONT_STORIES = 11
_FRONT_CRAFTSMEN = 6
_FRONT_PLACES = 6
_FRONT_COMMUNITIES = 60


def newest_carnival(source: Source) -> Item | None:
    """The city's newest edition, which every district's home page announces."""
    site = source.site()
    city = site["slug"] if site["is_city"] else (site["city"] or {}).get("slug")
    editions = source.select(Query("festival", city, limit=1)) if city else []
    return editions[0] if editions else None


def show_home(source: Source) -> Page:
    site = source.site()
    stories = list(source.select(replace(gathered(source, "story"), limit=_FRONT_STORIES + 1)))
    leads = source.select(replace(gathered(source, "story", featured="yes"), limit=1)) or stories[:1]
    lead = leads[0] if leads else None
    rest = [
        story
        for story in stories
        if lead is None or story["path"] != lead["path"] or story["district"] != lead["district"]
    ]
    rest = _without_doubles(source, lead, rest)
    own_festivals = source.select(Query("festival", site["slug"], limit=1))
    craftsmen = gathered(source, "craftsman")
    places = gathered(source, "place", kind="neighbour-space")
    communities = gathered(source, "community")
    return Page(
        "home.html",
        {
            "notices": whole_site(source).get("notices", []),
            "lead": lead,
            "stories": rest[:_FRONT_STORIES],
            "carnival": newest_carnival(source),
            "festival": None if site["is_city"] or not own_festivals else own_festivals[0],
            "craftsmen": source.select(replace(craftsmen, limit=_FRONT_CRAFTSMEN)),
            "places": source.select(replace(places, limit=_FRONT_PLACES)),
            "communities": []
            if site["is_city"]
            else source.select(replace(communities, order="slug", limit=_FRONT_COMMUNITIES)),
            "community_count": source.count(communities),
            "districts": districts(source) if site["is_city"] else [],
            "themes": {
                facet.value: facet.count for facet in source.tally(gathered(source, "story"), "theme")
            },
        },
    )


def _without_doubles(source: Source, lead: Item | None, stories: list[Item]) -> list[Item]:
    """On the portal a story that was taken over stands beside its original and its other copies: one is enough."""
    if not source.site()["is_city"]:
        return stories
    seen = {_told_at(source, lead)} if lead else set()
    kept = []
    for story in stories:
        address = _told_at(source, story)
        if address not in seen:
            seen.add(address)
            kept.append(story)
    return kept


def _told_at(source: Source, story: Item) -> str:
    """Where a story was told first: the full address of the original, or of itself."""
    if origin := story.get("origin"):
        return str(origin["url"])
    slug = story["district"]["slug"]
    district = source.get(ItemKey("district", slug, slug), "card")
    return f"{district['url'] if district else slug}{story['path']}"


def districts(source: Source) -> list[Item]:
    """Every district but the city itself, by slug."""
    return list(source.select(Query("district", None, (("city", "no"),), order="slug")))


def show_districts(source: Source) -> Page | None:
    if not source.site()["is_city"]:
        return None
    rows = []
    for district in districts(source):
        slug = district["slug"]
        rows.append(
            {
                "district": district,
                "stories": source.count(Query("story", slug)),
                "craftsmen": source.count(Query("craftsman", slug)),
                "communities": source.count(Query("community", slug)),
                "latest": next(iter(source.select(Query("story", slug, limit=1))), None),
            }
        )
    return Page("districts.html", {"rows": rows})


def _districts_address(source: Source) -> Iterable[str]:
    return ["/districts/"] if source.site()["is_city"] else []


def show_about(source: Source) -> Page:
    site = source.site()
    city = None if site["is_city"] or not site["city"] else site["city"]["slug"]
    above = source.get(ItemKey("district", city, city), "card") if city else None
    return Page("about.html", {"city": above, "whole": whole_site(source)})


ROUTES = [
    fixed("/", show_home),
    Route("/districts/", show_districts, _districts_address),
    fixed("/about/", show_about),
]
