"""Finding an edition by its public address."""

from __future__ import annotations

from django.db.models import Exists, F, OuterRef, TextField
from django.db.models.functions import Cast

from festival.models import FestivalPage
from sites.models import District

_NUL = "\x00"  # PostgreSQL refuses to be asked for it


def find_live(*, district: str, slug: str) -> FestivalPage | None:
    """The live edition of that slug in the district of that slug; None where there is none. One query."""
    if _NUL in district or _NUL in slug:
        return None
    path = Cast(OuterRef("path"), TextField())
    homes = District.objects.filter(slug=district).annotate(below=path)
    is_there = Exists(homes.filter(below__startswith=F("site__root_page__path")))
    return FestivalPage.objects.live().filter(is_there, slug=slug).first()
