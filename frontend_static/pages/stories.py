"""Stories: the list, its themes and kinds, and the story itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from frontend_static import archive
from frontend_static.routing import NUMBER, SLUG, Page, Route, gathered, own, own_addresses
from frontend_static.shelving import key_of
from frontend_static.source import Query, Source

# The five things that neighbourhood work begins with: 人·文·地·景·产.
THEMES = {"people": "人", "culture": "文", "land": "地", "scenery": "景", "industry": "产"}
THEME_NOTES = {
    "people": "邻里之间，谁帮了谁",
    "culture": "老手艺、老故事和新节目",
    "land": "院坝、菜地和脚下的土",
    "scenery": "一座桥、一面墙、一树芙蓉",
    "industry": "小店、集市和一门营生",
}


def show_stories(source: Source, number: str = "") -> Page | None:
    return _list(source, gathered(source, "story"), "/stories/", number, title="社区故事", note="")


def show_theme(source: Source, theme: str, number: str = "") -> Page | None:
    if theme not in THEMES:
        return None
    query = gathered(source, "story", theme=theme)
    title = f"{THEMES[theme]}的故事"
    return _list(
        source, query, f"/stories/theme/{theme}/", number, title=title, note=THEME_NOTES[theme], theme=theme
    )


def show_kind(source: Source, kind: str, number: str = "") -> Page | None:
    query = gathered(source, "story", kind=kind)
    page = _list(source, query, f"/stories/kind/{kind}/", number, title="", note="", kind=kind)
    if page is None or not page.content["shown"].items:
        return None
    # The kind's name is taken from what the page shows anyway, so that a filed page does not hang on the newest story.
    page.content["title"] = page.content["shown"].items[0]["kind_label"]
    return page


def _list(source: Source, query: Query, address: str, number: str, **content: str) -> Page | None:
    shown = archive.page(source, query, address, number)
    if shown is None:
        return None
    if number:
        return Page("stories.html", {"shown": shown, "address": address, **content})
    kinds = source.tally(gathered(source, "story"), "kind")
    themes = {facet.value: facet.count for facet in source.tally(gathered(source, "story"), "theme")}
    return Page(
        "stories.html",
        {
            "shown": shown,
            "address": address,
            "kinds": kinds,
            "themes": themes,
            "total": source.count(query),
            **content,
        },
    )


def show_story(source: Source, slug: str) -> Page | None:
    story = own(source, "story", slug)
    if story is None:
        return None
    # Neighbours in time do not move when something new arrives, as "the newest of the theme" would on every page.
    facets = (("theme", story["theme"]),) if story["theme"] else ()
    beside = Query("story", source.site()["slug"], facets, beside=key_of(story))
    newer = source.select(replace(beside, order="oldest", limit=1))
    older = source.select(replace(beside, order="newest", limit=2))
    return Page("story.html", {"story": story, "further": [*newer, *older]})


def _list_addresses(source: Source) -> Iterable[str]:
    return archive.addresses(source, gathered(source, "story"), "/stories/")


def _theme_addresses(source: Source) -> Iterable[str]:
    for theme in THEMES:
        yield from archive.addresses(
            source, gathered(source, "story", theme=theme), f"/stories/theme/{theme}/"
        )


def _kind_addresses(source: Source) -> Iterable[str]:
    for kind in source.tally(gathered(source, "story"), "kind"):
        query = gathered(source, "story", kind=kind.value)
        yield from archive.addresses(source, query, f"/stories/kind/{kind.value}/")


def _nothing_more(source: Source) -> Iterable[str]:
    return ()


ROUTES = [
    Route("/stories/", show_stories, _list_addresses),
    Route(f"/stories/page/{NUMBER}/", show_stories, _nothing_more),
    Route(f"/stories/theme/{SLUG}/", show_theme, _theme_addresses),
    Route(f"/stories/theme/{SLUG}/page/{NUMBER}/", show_theme, _nothing_more),
    Route(f"/stories/kind/{SLUG}/", show_kind, _kind_addresses),
    Route(f"/stories/kind/{SLUG}/page/{NUMBER}/", show_kind, _nothing_more),
    Route(f"/stories/{SLUG}/", show_story, own_addresses("story")),
]
