"""How a festival becomes public: its kind, and the rows that show in it."""

from __future__ import annotations

from collections.abc import Iterable

from festival.models import Booth, FestivalPage, Zone
from festival.serializers import FestivalSerializer
from sites import kinds, shelving
from sites.models import District
from sites.pages import district_of


def register() -> None:
    """Make festivals known to the shelf. Called once, when the app is ready."""
    kinds.register(
        kinds.Kind(
            type="festival",
            plural="festivals",
            label="邻里节",
            model=FestivalPage,
            serializer=FestivalSerializer,
            slug=lambda page: page.slug,
            district=district_of,
            is_public=lambda page: page.live,
            sort=lambda page: page.starts_on.isoformat() if page.starts_on else "",
            descending=True,
            sources=_festivals,
        )
    )
    kinds.register_part(Zone, lambda zone: [zone.festival])
    kinds.register_part(Booth, lambda booth: [booth.festival])
    shelving.watch(Zone, Booth)


def _festivals(district: District) -> Iterable[FestivalPage]:
    return FestivalPage.objects.live().descendant_of(district.site.root_page).order_by("path")
