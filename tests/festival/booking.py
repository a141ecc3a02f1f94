"""An edition with booths to book, for tests: a zone of each mode, and stallholders who have proven their address."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from festival.domain import applying, deciding, documents, slots
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
from sites import shelving
from sites.domain import shelf
from sites.models import District, User
from tests.city import City

SQUARE = [[0, 0], [1000, 0], [1000, 400], [0, 400]]


class Edition:
    """An edition that is open for applications: the zones 手作 (`allot`), 小吃 (`pick`) and 旧书 (`open`)."""

    def __init__(
        self,
        city: City,
        *,
        slug: str = "fair",
        booths: int = 3,
        starts_on: dt.date | None = None,
        days: int = 1,
        district: District | None = None,
        **rules: Any,
    ) -> None:
        first = starts_on or timezone.localdate() + dt.timedelta(days=30)
        last = first + dt.timedelta(days=days - 1)
        self.city = city
        self.festival: FestivalPage = city.festival(
            slug=slug, starts_on=first, ends_on=last, district=district
        )
        # Written to the shelf once, at the end: each of the rows would do it.
        with shelving.paused():
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
        shelf.refresh(self.festival)

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


def make_busy(edition: Edition, organiser: User) -> None:
    """Whatever may happen to an edition before its day: applications in every state that is reached by then, with
    answers, files, messages and links, and booths that were held, taken, given back and blocked."""
    only_crafts = edition.ask("要几张桌子", QuestionKind.NUMBER)
    only_crafts.zones = [edition.zone(ZoneMode.ALLOT)]
    only_crafts.save()
    edition.ask("车牌号", required=False)
    papers = edition.require("营业执照", retention_days=30)
    papers.zones = [edition.zone(ZoneMode.ALLOT)]
    papers.save()
    rules = edition.zone(ZoneMode.ALLOT).rules
    rules.categories.set([edition.crafts])
    question, document = f"question:{only_crafts.pk}", f"document:{papers.pk}"

    def crafts(address: str) -> Application:
        draft = edition.draft(address=address)
        applying.edit(application=draft, changes={"answers": {question: 2}})
        upload = SimpleUploadedFile("执照.pdf", _PDF, "application/pdf")
        documents.hand_in(application=draft, requirement=document, upload=upload)
        return applying.submit(application=draft)

    approved = crafts("approved@example.cn")
    deciding.approve(application=approved, actor=organiser, reason="很好")
    deciding.allot(application=approved, booths=edition.booths(ZoneMode.ALLOT)[:1], actor=organiser)
    deciding.write(application=approved, text="八点到场", actor=organiser)
    deciding.ask(application=crafts("asked@example.cn"), text="要用电吗？", actor=organiser)
    deciding.reject(application=crafts("rejected@example.cn"), actor=organiser, reason="重复")
    deciding.note(application=crafts("new@example.cn"), text="再看看", actor=organiser)
    open_booths = edition.booths(ZoneMode.OPEN)
    for n, booth in enumerate(open_booths):
        edition.submitted(ZoneMode.OPEN, address=f"open{n}@example.cn", booths=(booth,))
    for n in range(3):
        edition.submitted(ZoneMode.OPEN, address=f"waits{n}@example.cn")
    applying.withdraw(application=edition.festival.applications.get(contact="open1@example.cn"))
    edition.draft(ZoneMode.PICK, address="draft@example.cn")
    slots.block(booth=edition.booths(ZoneMode.PICK)[0])


_PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n%%EOF\n"
