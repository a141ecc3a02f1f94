"""schema.org descriptions of pages, as JSON-LD."""

from __future__ import annotations

from typing import Any, Protocol

Item = dict[str, Any]


class Addresses(Protocol):
    """What a description needs to know of the site."""

    site: Item

    def absolute(self, path: str) -> str: ...

    def share_picture(self, image: Item | None) -> str: ...


def describe(kind: str, item: Item, site: Addresses) -> dict[str, Any]:
    """The description of an item; `kind` is `site`, `story`, `craftsman`, `place` or `festival`."""
    made = {"site": _site, "story": _story, "craftsman": _craftsman, "place": _place, "festival": _festival}
    return {"@context": "https://schema.org", **made[kind](item, site)}


def _publisher(site: Addresses) -> dict[str, Any]:
    return {"@type": "Organization", "name": site.site["site_name"], "url": site.absolute("/")}


def _site(item: Item, site: Addresses) -> dict[str, Any]:
    return {
        "@type": "WebSite",
        "name": item["site_name"],
        "description": item["tagline"],
        "url": site.absolute("/"),
        "inLanguage": "zh-Hans",
    }


def _story(item: Item, site: Addresses) -> dict[str, Any]:
    return {
        "@type": "Article",
        "headline": item["title"],
        "description": item["summary"],
        "image": site.share_picture(item["cover"]),
        "datePublished": item["published_at"],
        "dateModified": item["updated_at"],
        "author": {"@type": "Person", "name": item["byline"]} if item["byline"] else _publisher(site),
        "publisher": _publisher(site),
        "mainEntityOfPage": site.absolute(item["path"]),
        "isBasedOn": item["origin"]["url"] if item.get("origin") else None,
        "keywords": item["tags"],
        "inLanguage": "zh-Hans",
        "contentLocation": _community(item),
    }


def _community(item: Item) -> dict[str, Any] | None:
    community = item["community"]
    if community is None:
        return None
    return {"@type": "Place", "name": f"成都市{item['district']['name']}{community['name']}"}


def _craftsman(item: Item, site: Addresses) -> dict[str, Any]:
    return {
        "@type": "Person",
        "name": item["title"],
        "description": item["summary"],
        "image": site.share_picture(item["portrait"]),
        "url": site.absolute(item["path"]),
        "knowsAbout": [craft["name"] for craft in item["crafts"]],
        "workLocation": _community(item),
    }


def _position(point: Item | None) -> dict[str, Any] | None:
    # schema.org means WGS-84; a GCJ-02 point would be some hundred metres off, so it is left out.
    if point is None or point["datum"] != "WGS-84":
        return None
    return {"@type": "GeoCoordinates", "latitude": point["latitude"], "longitude": point["longitude"]}


def _place(item: Item, site: Addresses) -> dict[str, Any]:
    return {
        "@type": "Place",
        "name": item["title"],
        "description": item["summary"],
        "image": site.share_picture(item["cover"]),
        "url": site.absolute(item["path"]),
        "telephone": item["phone"],
        "address": {
            "@type": "PostalAddress",
            "streetAddress": item["address"],
            "addressLocality": "成都市",
            "addressCountry": "CN",
        },
        "geo": _position(item["point"]),
        "amenityFeature": [
            {"@type": "LocationFeatureSpecification", "name": feature["name"], "value": True}
            for feature in item["accessibility"]["features"]
        ],
    }


def _festival(item: Item, site: Addresses) -> dict[str, Any]:
    venue = {
        "@type": "Place",
        "name": item["venue"]["name"],
        "address": item["venue"]["address"] or item["venue"]["name"],
    }
    position = _position(item["venue"]["point"])
    if position:
        venue["geo"] = position
    return {
        "@type": "Festival",
        "name": item["title"],
        "description": item["summary"] or item["theme"],
        "image": site.share_picture(item["cover"]),
        "url": site.absolute(item["path"]),
        "startDate": item["starts_on"],
        "endDate": item["ends_on"],
        "eventStatus": "https://schema.org/EventScheduled",
        "location": venue,
        "organizer": [
            {"@type": "Organization", "name": name} for name in (*item["hosts"], *item["organisers"])
        ],
        "subEvent": [
            _programme_item(programme, item, venue, site)
            for act in item["acts"]
            for programme in act["items"]
        ],
    }


def _programme_item(programme: Item, festival: Item, venue: Item, site: Addresses) -> dict[str, Any]:
    cancelled = programme["status"] == "cancelled"
    described = {
        "@type": "Event",
        "name": programme["title"],
        "startDate": programme["starts_at"] or festival["starts_on"],
        "url": site.absolute(f"{festival['path']}programme/#{programme['anchor']}"),
        "eventStatus": "https://schema.org/EventCancelled"
        if cancelled
        else "https://schema.org/EventScheduled",
        "location": venue,
        "performer": [{"@type": "PerformingGroup", "name": who["name"]} for who in programme["performers"]],
    }
    if programme["ends_at"]:
        described["endDate"] = programme["ends_at"]
    return described
