"""How the content pages and communities become public: their kinds, addresses, orders and filters."""

from __future__ import annotations

from collections.abc import Iterable

from cms.enums import CraftCategory, PlaceKind, StoryKind, Theme
from cms.models import Craft, CraftsmanPage, HomePage, PlacePage, StoryPage
from cms.serializers import CraftsmanSerializer, DistrictSerializer, PlaceSerializer, StorySerializer
from media.models import Picture
from sites import kinds, shelving
from sites.enums import CommunityKind
from sites.models import Community
from sites.pages import district_of
from sites.serializers import CommunitySerializer
from sites.slugs import pinyin_slug

_community = kinds.Facet("社区的标识")


def _home_slug(page: HomePage) -> str:
    district = district_of(page)
    return district.slug if district else ""


def _home_sort(page: HomePage) -> str:
    district = district_of(page)
    return f"{int(not district.is_city)}{district.order:05}{district.slug}" if district else ""


def _with_community(page: StoryPage | CraftsmanPage | PlacePage) -> list[tuple[str, str]]:
    return [("community", page.community.slug)] if page.community else []


def _story_facets(page: StoryPage) -> Iterable[tuple[str, str]]:
    yield "kind", page.kind
    if page.theme:
        yield "theme", page.theme
    yield from _with_community(page)
    for tag in page.tag_list:
        yield "tag", tag
    for row in page.craftsmen.all():
        if row.craftsman.live:
            yield "craftsman", row.craftsman.slug


def _craftsman_facets(page: CraftsmanPage) -> Iterable[tuple[str, str]]:
    yield from _with_community(page)
    for row in page.crafts.all():
        yield "craft", row.craft.slug
        yield "category", row.craft.category


def register() -> None:
    """Make the kinds known to the shelf. Called once, when the app is ready."""
    kinds.register(
        kinds.page_kind(
            type="district",
            plural="districts",
            label="区县",
            model=HomePage,
            serializer=DistrictSerializer,
            slug=_home_slug,
            sort=_home_sort,
        )
    )
    kinds.register(
        kinds.Kind(
            type="community",
            plural="communities",
            label="社区",
            model=Community,
            serializer=CommunitySerializer,
            slug=lambda community: community.slug,
            is_public=lambda community: True,
            sort=lambda community: pinyin_slug(f"{community.subdistrict} {community.name}", most=100),
            sources=lambda district: Community.objects.filter(district=district).select_related("district"),
            filters={
                "kind": kinds.Facet("城市或农村", tuple(CommunityKind.choices)),
                "subdistrict": kinds.Facet("街道或镇的名称"),
            },
            facets=lambda community: [("kind", community.kind), ("subdistrict", community.subdistrict)],
        )
    )
    kinds.register(
        kinds.page_kind(
            type="story",
            plural="stories",
            label="社区故事",
            model=StoryPage,
            serializer=StorySerializer,
            sort=lambda page: page.first_public_at,
            descending=True,
            filters={
                "kind": kinds.Facet("故事的类型", tuple(StoryKind.choices)),
                "theme": kinds.Facet("人文地景产", tuple(Theme.choices)),
                "community": _community,
                "craftsman": kinds.Facet("匠人的标识"),
                "tag": kinds.Facet("标签"),
            },
            facets=_story_facets,
        )
    )
    kinds.register(
        kinds.page_kind(
            type="craftsman",
            plural="craftsmen",
            label="社区匠人",
            model=CraftsmanPage,
            serializer=CraftsmanSerializer,
            sort=lambda page: pinyin_slug(page.title),
            filters={
                "category": kinds.Facet("手艺的类别", tuple(CraftCategory.choices)),
                "craft": kinds.Facet("手艺的标识"),
                "community": _community,
            },
            facets=_craftsman_facets,
        )
    )
    kinds.register(
        kinds.page_kind(
            type="place",
            plural="places",
            label="去处",
            model=PlacePage,
            serializer=PlaceSerializer,
            sort=lambda page: pinyin_slug(page.title),
            filters={"kind": kinds.Facet("去处的类型", tuple(PlaceKind.choices)), "community": _community},
            facets=lambda page: [("kind", page.kind), *_with_community(page)],
        )
    )
    shelving.watch(Community, Craft, Picture)
