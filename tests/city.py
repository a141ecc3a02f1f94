"""A small city for tests: the city's own site and two districts, the people who work there, and what they publish.

Models are imported here, so this module is imported by tests, and by fixtures only when they run: a conftest may be
read before the settings are (see `tests/city_fixtures.py`).
"""

from __future__ import annotations

import datetime as dt
import io
import itertools
import json
import uuid
from typing import Any

from django.core.files.base import ContentFile
from django.http import HttpResponse
from django.test import Client
from PIL import Image
from wagtail.models import Page

from cms.domain.districts import complete_city_staff, create_district
from cms.models import Craft, CraftsmanCraft, CraftsmanPage, HomePage, PlacePage, StoryCraftsman, StoryPage
from festival.models import Booth, FestivalPage, Stage, Zone
from media.models import Picture
from sites.enums import Role
from sites.hosts import table
from sites.models import Community, District, FeedCounter, Publication, PublicationFacet, RoleGroup, User

CITY_HOST = "localhost"
# Who works where. The outsider has every right that a person of one district can have, in another district.
CAST: dict[str, tuple[str, Role] | None] = {
    "editor": ("wuhou", Role.EDITOR),
    "moderator": ("wuhou", Role.MODERATOR),
    "organiser": ("wuhou", Role.ORGANISER),
    "admin": ("wuhou", Role.ADMIN),
    "outsider": ("jinjiang", Role.ADMIN),
    "city staff": None,
}
_numbers = itertools.count(1)


def build() -> None:
    """Make the city, its two districts and its people."""
    create_district(slug="chengdu", name="成都市", hostname=CITY_HOST, port=8000, is_city=True)
    for slug, name, code in (("wuhou", "武侯区", "510107"), ("jinjiang", "锦江区", "510104")):
        create_district(slug=slug, name=name, hostname=f"{slug}.localhost", port=8000, code=code)
    for who, post in CAST.items():
        user = User.objects.create_user(who.replace(" ", "-"), last_name=who)
        if post is None:
            user.groups.add(complete_city_staff())
        else:
            user.groups.add(RoleGroup.objects.get(district__slug=post[0], role=post[1]).group)
    table.forget()


def paragraph(text: str = "院坝里，几位邻居围着一张桌子。") -> tuple[str, str]:
    """A block of a body."""
    return "paragraph", f"<p>{text}</p>"


def item_block(title: str, **values: Any) -> dict[str, Any]:
    """A programme item as a festival's page stores it."""
    id_ = values.pop("id", str(uuid.uuid4()))
    performers = [
        {"type": "item", "id": str(uuid.uuid4()), "value": one} for one in values.pop("performers", [])
    ]
    defaults = {
        "kind": "talk",
        "starts_at": None,
        "minutes": None,
        "stage": "",
        "summary": "",
        "status": "scheduled",
    }
    return {
        "type": "item",
        "id": id_,
        "value": {**defaults, "title": title, "performers": performers, **values},
    }


def programme(*items: dict[str, Any], title: str = "开幕") -> str:
    """A programme of one act, as a festival's page stores it."""
    value = {"title": title, "summary": "", "items": list(items)}
    return json.dumps([{"type": "act", "id": str(uuid.uuid4()), "value": value}])


def draw(colour: str = "#a63a28") -> ContentFile[bytes]:
    """A small picture file."""
    buffer = io.BytesIO()
    Image.new("RGB", (64, 48), colour).save(buffer, "JPEG")
    return ContentFile(buffer.getvalue(), f"picture-{next(_numbers)}.jpg")


class City:
    """The city as a test sees it."""

    def __init__(self) -> None:
        known = {one.slug: one for one in District.objects.select_related("site", "collection")}
        self.chengdu, self.wuhou, self.jinjiang = known["chengdu"], known["wuhou"], known["jinjiang"]

    # --- people and doors ---------------------------------------------------------------------------------------------

    def user(self, who: str) -> User:
        """Somebody of the cast."""
        assert who in CAST
        return User.objects.get(username=who.replace(" ", "-"))

    def browser(self, who: str = "", *, host: str = CITY_HOST, errors: bool = True) -> Client:
        """A browser on a host, in which somebody of the cast is signed in; `errors=False` answers 500 as servers do."""
        client = Client(headers={"host": host}, raise_request_exception=errors)
        if who:
            client.force_login(self.user(who))
        return client

    def get(self, path: str, query: dict[str, Any] | None = None, **headers: str) -> HttpResponse:
        """Read the API: `path` is below /api/v1/. A server error stays an answer."""
        client = Client(headers={"host": CITY_HOST}, raise_request_exception=False)
        response: HttpResponse = client.get(f"/api/v1/{path}", query, headers=headers)
        return response

    def json(self, path: str, query: dict[str, Any] | None = None) -> Any:
        """A good answer of the API."""
        response = self.get(path, query)
        assert response.status_code == 200, response.content.decode()
        return json.loads(response.content)

    def item(self, path: str) -> dict[str, Any]:
        """One item of wuhou: `stories/x`."""
        found: dict[str, Any] = self.json(f"districts/wuhou/{path}/")
        return found

    # --- pages --------------------------------------------------------------------------------------------------------

    def home(self, district: District | None = None) -> HomePage:
        return HomePage.objects.get(pk=(district or self.wuhou).site.root_page_id)

    def section(self, slug: str, district: District | None = None) -> Page:
        """The shelf `stories`, `craftsmen`, `places` or `festivals` of a district."""
        return self.home(district).get_children().get(slug=slug).specific

    def add(self, section: str, page: Any, *, district: District | None = None, publish: bool = True) -> Any:
        """Put a page on its shelf, as a draft or published."""
        page.live = False
        self.section(section, district).add_child(instance=page)
        revision = page.save_revision()
        if publish:
            revision.publish()
        return type(page).objects.get(pk=page.pk)

    def story(
        self,
        title: str = "邻居的院坝",
        *,
        district: District | None = None,
        publish: bool = True,
        tells_of: tuple[CraftsmanPage, ...] = (),
        **values: Any,
    ) -> StoryPage:
        page = StoryPage(title=title, **{"body": [paragraph()], **values})
        page.craftsmen = [StoryCraftsman(craftsman=one, sort_order=n) for n, one in enumerate(tells_of)]
        story: StoryPage = self.add("stories", page, district=district, publish=publish)
        return story

    def craftsman(
        self,
        name: str = "陈师傅",
        *,
        district: District | None = None,
        publish: bool = True,
        crafts: tuple[Craft, ...] = (),
        **values: Any,
    ) -> CraftsmanPage:
        page = CraftsmanPage(title=name, **values)
        page.crafts = [CraftsmanCraft(craft=craft, sort_order=n) for n, craft in enumerate(crafts)]
        craftsman: CraftsmanPage = self.add("craftsmen", page, district=district, publish=publish)
        return craftsman

    def place(
        self, title: str = "晋阳邻空间", *, district: District | None = None, **values: Any
    ) -> PlacePage:
        place: PlacePage = self.add("places", PlacePage(title=title, **values), district=district)
        return place

    def festival(
        self,
        title: str = "武侯邻里节",
        *,
        district: District | None = None,
        publish: bool = True,
        stages: tuple[str, ...] = ("主舞台",),
        **values: Any,
    ) -> FestivalPage:
        page = FestivalPage(title=title, **{"slug": "2024", "starts_on": dt.date(2024, 12, 21), **values})
        page.stages = [Stage(name=name, sort_order=n) for n, name in enumerate(stages)]
        festival: FestivalPage = self.add("festivals", page, district=district, publish=publish)
        return festival

    def zone(
        self, festival: FestivalPage, name: str = "幸福集市", slug: str = "market", **values: Any
    ) -> Zone:
        square = [[0, 0], [400, 0], [400, 300], [0, 300]]
        return Zone.objects.create(festival=festival, name=name, slug=slug, **{"shape": square, **values})

    def booth(self, zone: Zone, number: str = "A01", **values: Any) -> Booth:
        return Booth.objects.create(zone=zone, number=number, **{"x": 20, "y": 20, **values})

    # --- rows ---------------------------------------------------------------------------------------------------------

    def community(
        self, name: str = "晋阳社区", *, district: District | None = None, **values: Any
    ) -> Community:
        values = {"slug": "jinyang", "subdistrict": "晋阳街道", **values}
        return Community.objects.create(district=district or self.wuhou, name=name, **values)

    def craft(self, name: str = "竹编", slug: str = "bamboo-weaving", category: str = "heritage") -> Craft:
        return Craft.objects.create(name=name, slug=slug, category=category)

    def picture(
        self, alt: str = "竹编匠人在院坝里破篾", *, district: District | None = None, **values: Any
    ) -> Picture:
        values = {"title": "竹编", "collection": (district or self.wuhou).collection, **values}
        return Picture.objects.create(file=draw(), description=alt, **values)

    # --- the shelf ----------------------------------------------------------------------------------------------------

    def seq(self, district: District | None = None) -> int:
        """The newest number of a district's feed."""
        return FeedCounter.objects.get(district=district or self.wuhou).seq

    def row(self, type_: str, slug: str, district: District | None = None) -> Publication:
        return Publication.objects.get(district=district or self.wuhou, type=type_, slug=slug)


def shelf_rows() -> list[tuple[Any, ...]]:
    """Every column of every row of the shelf, its facets and its counters."""
    tables: list[Any] = [Publication, PublicationFacet, FeedCounter]
    return [
        tuple(bytes(value) if isinstance(value, memoryview) else value for value in row)
        for model in tables
        for row in model.objects.order_by("pk").values_list()
    ]
