"""schema.org descriptions of pages, as JSON-LD."""

from __future__ import annotations

from typing import Any, Protocol

from frontend_static import dates
from frontend_static.markup import web_address
from frontend_static.programme_formats import Entry, entries

Item = dict[str, Any]
_SCHEMA = "https://schema.org"


class Addresses(Protocol):
    """What a description needs to know of the site."""

    site: Item

    def absolute(self, path: str) -> str: ...

    def share_picture(self, image: Item | None) -> str: ...


def describe(kind: str, item: Item, site: Addresses) -> dict[str, Any]:
    """The description of an item; `kind` is `site`, `story`, `craftsman`, `place` or `festival`."""
    made = {"site": _site, "story": _story, "craftsman": _craftsman, "place": _place, "festival": _festival}
    return {"@context": _SCHEMA, **made[kind](item, site)}


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
    watched = [row for row in item["broadcasts"] if web_address(row["url"])]
    online = [{"@type": "VirtualLocation", "name": row["platform"], "url": row["url"]} for row in watched]
    return {
        "@type": "Festival",
        "@id": site.absolute(item["path"]),
        "name": item["title"],
        "description": item["summary"] or item["theme"],
        "image": site.share_picture(item["cover"]),
        "url": site.absolute(item["path"]),
        "startDate": item["starts_on"],
        "endDate": item["ends_on"],
        "eventStatus": f"{_SCHEMA}/EventScheduled",
        "eventAttendanceMode": f"{_SCHEMA}/{'Mixed' if online else 'Offline'}EventAttendanceMode",
        "location": [venue, *online] if online else venue,
        "organizer": [
            {"@type": "Organization", "name": name} for name in (*item["hosts"], *item["organisers"])
        ],
        "subEvent": [
            *(_programme_item(entry, item, venue, site) for entry in entries(item)),
            *(_broadcast(row, item, site) for row in watched),
        ],
    }


def _broadcast(row: Item, festival: Item, site: Addresses) -> dict[str, Any]:
    return {
        "@type": "BroadcastEvent",
        "name": f"{festival['title']}·{row['platform']}",
        "isLiveBroadcast": True,
        "startDate": festival["starts_on"],
        "endDate": festival["ends_on"],
        "broadcastOfEvent": {"@id": site.absolute(festival["path"])},
        "eventAttendanceMode": f"{_SCHEMA}/OnlineEventAttendanceMode",
        "location": {"@type": "VirtualLocation", "url": row["url"]},
        "publishedOn": {"@type": "BroadcastService", "name": row["platform"], "url": row["url"]},
        "inLanguage": "zh-Hans",
    }


def _programme_item(entry: Entry, festival: Item, venue: Item, site: Addresses) -> dict[str, Any]:
    slot = entry.slot
    described = {
        "@type": "Event",
        "@id": f"urn:uuid:{entry.uid}",
        "name": entry.title,
        "startDate": slot[0].isoformat() if slot else festival["starts_on"],
        "url": site.absolute(f"{festival['path']}programme/#{entry.anchor}"),
        "eventStatus": f"{_SCHEMA}/{_status(entry)}",
        "location": {"@type": "Place", "name": entry.stage, "containedInPlace": venue}
        if entry.stage
        else venue,
        "performer": [{"@type": "PerformingGroup", "name": name} for name in entry.names],
    }
    if slot and slot[1]:
        described["endDate"] = slot[1].isoformat()
    # A stage that changed is no state there, so it is said in words.
    if told := "\n".join(part for part in (entry.notice, entry.summary) if part):
        described["description"] = told
    if _status(entry) == "EventRescheduled" and entry.previous is not None:
        described["previousStartDate"] = entry.previous["starts_at"]
    return described


def _status(entry: Entry) -> str:
    """The name of the item's state in schema.org; a change of the stage alone is none."""
    if entry.cancelled:
        return "EventCancelled"
    if entry.postponed:
        return "EventPostponed"
    former = entry.previous["starts_at"] if entry.previous else None
    moved = former and entry.starts is not None and dates.moment(former) != entry.starts
    return "EventRescheduled" if moved else "EventScheduled"
