"""Loads the demo city: districts, people, pictures, pages, festivals. Each step finds what an earlier run left."""

from __future__ import annotations

import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from django.conf import settings
from django.core.files.images import ImageFile
from django.db import transaction
from django.utils import timezone

from cms.demo import records, sharing
from cms.demo.content import Content, load_content
from cms.demo.pages import PageLoader
from cms.demo.people import load_people
from cms.domain.districts import Colours, create_district
from cms.models import Craft, DemoLoad
from media.domain import variants
from media.models import Picture
from sites.domain import shelf
from sites.exceptions import LinliError
from sites.models import Community, District, User

PASSWORD = "linli-demo"  # noqa: S105  # printed for everyone to see: the demo has no secrets
Say = Callable[[str], None]


class NotTheDemo(LinliError):
    """The database holds something that the demo did not put there."""


def load(*, say: Say) -> None:
    """Load the demo city, or what is missing of it; what was edited since stays. Raises NotTheDemo."""
    mark = DemoLoad.objects.first()
    if mark is None:
        if District.objects.exists() or User.objects.exists():
            raise NotTheDemo("这个数据库里有别的数据，演示内容不会装进去。请换一个 VAR_DIR 或 DATABASE_URL。")
        mark = DemoLoad.objects.create(pk=1)
    if mark.finished_at is None:
        _load_all(load_content(), say)
        mark.finished_at = timezone.now()
        mark.save()
    move_to_port(settings.PUBLIC_PORT)


def move_to_port(port: int) -> None:
    """Let every site answer on another port, when the demo is started with one."""
    for district in District.objects.select_related("site").exclude(site__port=port):
        with transaction.atomic():
            district.site.port = port
            district.site.save()
    for district in District.objects.select_related("site"):
        home = district.site.root_page.specific
        with transaction.atomic():
            shelf.refresh(home)


def _load_all(content: Content, say: Say) -> None:
    say("建立 1 座城市、23 个区县……")
    districts = _districts(content)
    load_people(districts.values(), password=PASSWORD)
    say(f"画 {len(content.pictures)} 张图……")
    pictures = _pictures(content, districts)
    say("写入故事、匠人、去处和邻里节……")
    crafts = {craft.slug: _craft(craft) for craft in content.crafts}
    communities = {(c.district.slug, c.slug): c for c in Community.objects.select_related("district")}
    loader = PageLoader(content, districts, pictures, crafts, communities)
    for slug, district in districts.items():
        with transaction.atomic():
            loader.load(slug)
        say(f"  {district.name}")
    with transaction.atomic():
        sharing.load_notices(content, districts=districts, pictures=pictures)
        sharing.load_handovers(content, districts=districts)


def _districts(content: Content) -> dict[str, District]:
    made: dict[str, District] = {}
    # The city first: the districts' groups may choose from its pictures.
    for order, record in enumerate(sorted(content.districts, key=lambda one: not one.is_city)):
        with transaction.atomic():
            district, _ = create_district(
                slug=record.slug,
                name=record.name,
                hostname="localhost" if record.is_city else f"{record.slug}.localhost",
                port=settings.PUBLIC_PORT,
                code=record.code,
                is_city=record.is_city,
                order=order,
                site_name=record.site_name,
                colours=Colours(record.accent, record.accent_dark),
            )
            for community in record.communities:
                Community.objects.get_or_create(
                    district=district,
                    slug=community.slug,
                    defaults={
                        "name": community.name,
                        "subdistrict": community.subdistrict,
                        "kind": community.kind,
                    },
                )
        made[record.slug] = district
    return made


def _pictures(content: Content, districts: dict[str, District]) -> dict[str, Picture]:
    """Draw and store what is missing. Drawing and encoding leave Python's lock, so threads use every core."""
    there = {picture.title: picture for picture in Picture.objects.filter(title__startswith="demo-")}
    missing = [key for key in content.pictures if f"demo-{key}" not in there]
    with ThreadPoolExecutor() as pool:
        for key, png in zip(missing, pool.map(content.render, missing), strict=True):
            record = content.pictures[key]
            picture = Picture(
                title=f"demo-{key}",
                description=record.alt,
                credit=record.credit,
                collection=districts[record.palette].collection,
                file=ImageFile(io.BytesIO(png), name=f"{key}.png"),
            )
            picture.save()
            there[picture.title] = picture
    for picture in there.values():
        variants.make_variants(picture=picture)
    return {key: there[f"demo-{key}"] for key in content.pictures}


def _craft(record: records.Craft) -> Craft:
    craft, _ = Craft.objects.get_or_create(
        slug=record.slug, defaults={"name": record.name, "category": record.category}
    )
    return craft
