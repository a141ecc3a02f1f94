"""What browsers, readers and search engines ask for: feed, sitemap, icons, and the page for a wrong address."""

from __future__ import annotations

from dataclasses import replace

from frontend_static.routing import Page, Route, fixed, gathered, whole_site
from frontend_static.source import Item, Query, Source

_FEED_STORIES = 20


def show_missing(source: Source) -> Page:
    return Page("404.html")


def show_feed(source: Source) -> Page:
    stories = source.select(replace(gathered(source, "story"), limit=_FEED_STORIES, view="full"))
    # An empty feed is as old as its district.
    times = [item["updated_at"] for item in stories or [whole_site(source)]]
    return Page("feed.xml", {"stories": stories, "updated_at": max(times)})


def show_sitemap(source: Source) -> Page:
    slug = source.site()["slug"]
    items: list[Item] = []
    for type_ in ("festival", "story", "craftsman", "place", "community"):
        items.extend(source.select(Query(type_, slug, view="line")))
    return Page("sitemap.xml", {"items": items})


def _plain(template: str) -> Route:
    return fixed(f"/{template}", lambda source: Page(template))


ROUTES = [
    fixed("/404.html", show_missing),
    fixed("/feed.xml", show_feed),
    fixed("/sitemap.xml", show_sitemap),
    _plain("robots.txt"),
    _plain("favicon.svg"),
    _plain("site.webmanifest"),
]
