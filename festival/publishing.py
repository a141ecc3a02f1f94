"""How a festival becomes public: its kind, and the rows that show in it."""

from __future__ import annotations

from wagtail.log_actions import get_active_log_context

from festival.domain import edition_days, programme_releases
from festival.models import (
    BookingRules,
    Booth,
    BoothCategory,
    DocumentRequirement,
    Draw,
    FestivalPage,
    Question,
    Zone,
    ZoneRules,
)
from festival.serializers import FestivalSerializer
from sites import kinds, shelving
from sites.models import NoticeGateway
from sites.ownership import UnderHome


def register() -> None:
    """Make festivals known to the shelf. Called once, when the app is ready."""
    kinds.register(
        kinds.page_kind(
            type="festival",
            plural="festivals",
            label="邻里节",
            model=FestivalPage,
            serializer=FestivalSerializer,
            sort=lambda page: page.starts_on.isoformat() if page.starts_on else "",
            descending=True,
            prepare=_prepare,
        )
    )
    kinds.register_part(Zone, lambda zone: [zone.festival])
    kinds.register_part(Booth, lambda booth: [booth.festival])
    kinds.register_part(Draw, lambda draw: [draw.festival])
    shelving.watch(Zone, Booth, Draw)
    kinds.register_part(BookingRules, lambda rules: [rules.festival])
    kinds.register_part(ZoneRules, lambda rules: [rules.zone.festival])
    for asked in (BoothCategory, Question, DocumentRequirement):
        kinds.register_part(asked, lambda row: [row.rules.festival])
    shelving.watch(BookingRules, ZoneRules, BoothCategory, Question, DocumentRequirement)
    # An edition's item says whether stallholders can apply with a phone.
    kinds.register_part(NoticeGateway, _booked_in)
    shelving.watch(NoticeGateway)


def _booked_in(gateway: NoticeGateway) -> list[FestivalPage]:
    within = UnderHome().within([gateway.district])
    return list(FestivalPage.objects.live().filter(within, booking__isnull=False))


def _prepare(page: FestivalPage) -> None:
    # Publishing is releasing, by whoever is at work in the admin just now; a clock has no name.
    programme_releases.release(festival=page, actor=get_active_log_context().user)
    # Its days, its zones or its booths may be others than before.
    if BookingRules.objects.filter(festival=page).exists():
        edition_days.follow(festival=page)
