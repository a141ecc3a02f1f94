"""An edition with booths to book, for tests: a zone of each mode, and stallholders who have proven their address."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from festival.domain import applying, slots
from festival.domain.contacts import Contact
from festival.enums import ContactKind, QuestionKind, ZoneMode
from festival.models import (
    Application,
    BookingRules,
    Booth,
    BoothCategory,
    DocumentRequirement,
    FestivalPage,
    Question,
    Zone,
    ZoneRules,
)
from tests.city import City

SQUARE = [[0, 0], [1000, 0], [1000, 400], [0, 400]]


class Edition:
    """An edition that is open for applications: the zones 手作 (`allot`), 小吃 (`pick`) and 旧书 (`open`)."""

    def __init__(
        self, city: City, *, booths: int = 3, starts_on: dt.date | None = None, days: int = 1, **rules: Any
    ) -> None:
        first = starts_on or timezone.localdate() + dt.timedelta(days=30)
        last = first + dt.timedelta(days=days - 1)
        self.city = city
        self.festival: FestivalPage = city.festival(slug="fair", starts_on=first, ends_on=last)
        now = timezone.now()
        self.rules = BookingRules.objects.create(
            festival=self.festival,
            **{
                "opens_at": now - dt.timedelta(days=1),
                "closes_at": now + dt.timedelta(days=10),
                **rules,
            },
        )
        self.snacks = BoothCategory.objects.create(rules=self.rules, name="小吃")
        self.crafts = BoothCategory.objects.create(rules=self.rules, name="手作")
        self.zones: dict[str, Zone] = {}
        for n, (mode, name) in enumerate(
            [(ZoneMode.ALLOT, "手作"), (ZoneMode.PICK, "小吃"), (ZoneMode.OPEN, "旧书")]
        ):
            zone = Zone.objects.create(festival=self.festival, slug=mode, name=name, shape=SQUARE)
            for number in range(1, booths + 1):
                Booth.objects.create(zone=zone, number=f"{'ABC'[n]}{number:02}", x=70 * number, y=20)
            ZoneRules.objects.create(zone=zone, mode=mode)
            self.zones[mode] = zone
        slots.prepare(festival=self.festival)

    def zone(self, mode: ZoneMode | str) -> Zone:
        """The zone of a mode, freshly read."""
        return Zone.objects.select_related("rules").get(pk=self.zones[str(mode)].pk)

    def booths(self, mode: ZoneMode | str) -> list[Booth]:
        return list(self.zone(mode).booths.order_by("number"))

    def ask(self, label: str, kind: QuestionKind = QuestionKind.TEXT, **values: Any) -> Question:
        return Question.objects.create(
            rules=self.rules, label=label, kind=kind, **{"purpose": "安排场地", **values}
        )

    def require(self, label: str, **values: Any) -> DocumentRequirement:
        return DocumentRequirement.objects.create(
            rules=self.rules, label=label, **{"purpose": "核对资格", **values}
        )

    def draft(
        self,
        mode: ZoneMode | str = ZoneMode.ALLOT,
        *,
        address: str = "tan@example.cn",
        booths: tuple[Booth, ...] = (),
        now: dt.datetime | None = None,
    ) -> Application:
        """A filled-in draft of whoever reads an e-mail address."""
        application, _ = applying.start(
            festival=self.festival,
            zone=self.zone(mode),
            contact=Contact(ContactKind.EMAIL, address),
            booths=booths,
            now=now,
        )
        changes = {
            "stall_name": "谭家绳编",
            "offer": "绳编与盘扣",
            "category": "手作",
            "contact_name": "谭示例",
        }
        return applying.edit(application=application, changes=changes, now=now)

    def submitted(self, mode: ZoneMode | str = ZoneMode.ALLOT, **values: Any) -> Application:
        """An application that was handed in."""
        return applying.submit(application=self.draft(mode, **values), now=values.get("now"))
