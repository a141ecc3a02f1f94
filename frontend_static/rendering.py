"""One page from one source: a pure function, the same for the public site and for the editor's preview.

What is rendered depends on the source and the address alone. There is no clock here: what has to do with "now" is left to
scripts in the browser.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from frontend_static import assets, dates, markup, structured_data
from frontend_static.errors import PageNotFound
from frontend_static.pages import ROUTES
from frontend_static.pages.stories import THEMES
from frontend_static.papercut import Papercuts
from frontend_static.routing import Page
from frontend_static.shelving import ItemKey, path_of
from frontend_static.source import Item, Source


@dataclass(frozen=True, slots=True)
class Rendered:
    """A page's text, and the `/media/` addresses that it should show, whether or not they could be had."""

    text: str
    pictures: set[str]


def render_page(source: Source, path: str) -> str:
    """The text of the page at `path` (`/stories/x/`, `/feed.xml`). Raises `PageNotFound` when there is none."""
    return compose(source, path).text


def paths(source: Source) -> Iterator[str]:
    """Every address of the site."""
    for route in ROUTES:
        yield from route.addresses(source)


def compose(source: Source, path: str, *, missing: frozenset[str] = frozenset()) -> Rendered:
    """Render a page without the pictures that are known to be missing. Raises `PageNotFound`."""
    page = _page_at(source, path)
    if page is None:
        raise PageNotFound(path)
    return _set(source, page, path, missing)


def answer(source: Source, page: Page, path: str) -> str:
    """The text of a page that is no file of the site but is answered at once, with the site's look. `path` is where the
    visitor is; `source` needs to hold the district's own item only."""
    return _set(source, page, path, frozenset()).text


def _set(source: Source, page: Page, path: str, missing: frozenset[str]) -> Rendered:
    desk = Desk(source, path, missing)
    template = environment().get_template(page.template)
    text = template.render(
        **page.content,
        desk=desk,
        site=desk.site,
        path=path,
        picture=desk.picture,
        papercut=desk.papercut,
    )
    return Rendered(text, desk.picture.wanted | markup.pictures_used(text))


def _page_at(source: Source, path: str) -> Page | None:
    for route in ROUTES:
        groups = route.match(path)
        if groups is not None:
            page = route.view(source, *groups)
            if page is not None:
                return page
    return None


class Desk:
    """What templates may ask while one page is set: addresses of other items, ornaments, pictures."""

    def __init__(self, source: Source, path: str, missing: frozenset[str]) -> None:
        self.source = source
        self.path = path
        self.site = source.site()
        self.picture = markup.Pictures(missing)
        self.papercut = Papercuts()

    def district(self, slug: str) -> Item | None:
        """The card of a district, for its name, colours and address."""
        return self.source.get(ItemKey("district", slug, slug), "card")

    def href(self, item: Item) -> str:
        """Where an item is read: here if it is the site's own, else on its district's site."""
        return self.home_of(item["district"]["slug"]) + str(item["path"])

    def home_of(self, slug: str) -> str:
        """The base address of a district's site; "" for this one."""
        if slug == self.site["slug"]:
            return ""
        district = self.district(slug)
        if district is not None:
            return markup.web_address(district["url"])
        city = self.site["city"]
        return markup.web_address(city["url"]) if city and city["slug"] == slug else ""

    def elsewhere(self, item: Item) -> Item | None:
        """The district of an item that is not the site's own."""
        slug = item["district"]["slug"]
        return None if slug == self.site["slug"] else (self.district(slug) or item["district"])

    def ref(self, type_: str, ref: Item, owner: Item) -> str:
        """The address of something an item names; "" while that has no page."""
        district = owner["slug"] if owner["type"] == "district" else owner["district"]["slug"]
        key = ItemKey(type_, district, ref["slug"])
        return self.home_of(district) + path_of(key) if self.source.exists(key) else ""

    def festival_ref(self, festival: Item) -> str:
        """The address of an edition that a story speaks of; "" while it has no page."""
        slug = festival["path"].strip("/").rpartition("/")[2]
        key = ItemKey("festival", festival["district"]["slug"], slug)
        return self.home_of(key.district) + path_of(key) if self.source.exists(key) else ""

    def absolute(self, path: str) -> str:
        """The full address of a path of this site."""
        return markup.web_address(self.site["url"]) + path

    def share_picture(self, image: dict[str, Any] | None) -> str:
        """The full address of the picture that is shown when a page is shared; "" without one."""
        rows = self.picture.sources(image, "jpeg")
        return self.absolute(rows[-1]["url"]) if rows else ""

    def json_ld(self, kind: str, item: Item | None = None) -> Markup:
        """Structured data for search engines."""
        return markup.json_ld(structured_data.describe(kind, item or self.site, self))


def xml_text(text: str) -> str:
    """Without the control characters that XML does not allow even when they are escaped."""
    return "".join(sign for sign in text if sign >= " " or sign in "\t\n\r")


def paragraphs(text: str) -> Markup:
    """Plain text with its blank lines as paragraphs."""
    parts = [part.strip() for part in text.split("\n\n")]
    return Markup("").join(
        Markup("<p>{}</p>").format(Markup("<br>").join(map(escape, p.split("\n")))) for p in parts if p
    )


@cache
def environment() -> Environment:
    """The templates with everything that they may use. Undefined names are errors, values are escaped."""
    env = Environment(
        loader=FileSystemLoader(assets.PACKAGE / "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        auto_reload=False,
        cache_size=-1,
    )
    env.filters.update(
        day=dates.day,
        full_day=dates.full_day,
        big_day=dates.big_day,
        month=dates.month,
        year=dates.year,
        clock=dates.clock,
        moment=dates.day_and_clock,
        money=dates.money,
        last_day=dates.last_day,
        size=dates.size,
        thousands=dates.thousands,
        chinese=dates.chinese_number,
        colour=markup.colour,
        web=markup.web_address,
        dial=markup.dial,
        paragraphs=paragraphs,
        xml=xml_text,
    )
    env.globals.update(span=dates.span, style=assets.style, script=assets.script_address, THEMES=THEMES)
    return env
