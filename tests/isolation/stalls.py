"""What the booking of a district's booths leaves behind: rules, applications with all that belongs to them, booths that
are taken, notices, and texts for many. Each field with a word of its own; what stallholders wrote is nobody else's."""

from __future__ import annotations

import datetime as dt
import io
from typing import TYPE_CHECKING, Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone
from PIL import Image

from festival.domain import passes, slots
from festival.enums import (
    ActorKind,
    ApplicationState,
    ContactKind,
    QuestionKind,
    ScanAnswer,
    SlotAct,
    SlotState,
    ZoneMode,
)
from festival.models import (
    Application,
    ApplicationDocument,
    ApplicationEvent,
    ApplicationLink,
    ApplicationMessage,
    BookingRules,
    Booth,
    BoothCategory,
    BoothSlot,
    CheckInDevice,
    CheckInScan,
    ContactCode,
    DocumentRequirement,
    Draw,
    FestivalPage,
    IdempotencyRecord,
    MessageTemplate,
    NoShowDeadline,
    Pass,
    Question,
    SlotEvent,
    Zone,
    ZoneDay,
    ZoneRules,
)
from sites.enums import Channel, Delivery
from sites.models import NoticeGateway, OutboxMessage
from tests.isolation.markers import Level, mark

if TYPE_CHECKING:
    from tests.isolation.furniture import Furniture

S = ApplicationState
COMMON = "commonword"


class Stalls:
    """The booking of one district."""

    def __init__(self, furniture: Furniture) -> None:
        self.furniture, self.slug = furniture, furniture.slug
        self.people = furniture.people
        furniture.stalls = self

    def bring_in(self) -> None:
        """Make everything."""
        pages = self.furniture.pages
        self.rules = self._rules(pages["festival"], self.furniture.zone, Level.PUBLIC)
        self._rules(pages["draftfestival"], self.furniture.draft_zone, Level.SECRET)
        self._applications(pages["festival"], self.furniture.zone)
        self._notices(pages["festival"])
        self._draw_and_day(pages["festival"], self.furniture.zone)
        self._gateway()
        self.template = MessageTemplate.objects.create(
            district=self.furniture.district,
            name=self._word("templatename"),
            text=self._word("templatetext"),
        )

    def _word(self, name: str, level: Level = Level.SECRET) -> str:
        return mark(self.slug, name, level=level)

    def _rules(self, festival: FestivalPage, zone: Zone, level: Level) -> BookingRules:
        now = timezone.now()
        prefix = "open" if level is Level.PUBLIC else "draft"

        def word(name: str) -> str:
            return self._word(f"{prefix}{name}", level)

        rules = BookingRules.objects.create(
            festival=festival,
            opens_at=now - dt.timedelta(days=1),
            closes_at=now + dt.timedelta(days=9),
            contact=word("rulescontact"),
            terms=word("rulesterms"),
        )
        category = BoothCategory.objects.create(rules=rules, name=word("category"))
        question = Question.objects.create(
            rules=rules,
            label=word("question"),
            help_text=word("questionhelp"),
            purpose=word("questionpurpose"),
            kind=QuestionKind.CHOICE,
            choices=f"{word('choiceone')}\n{word('choicetwo')}",
        )
        question.zones.add(zone)
        question.save()
        DocumentRequirement.objects.create(
            rules=rules,
            label=word("document"),
            help_text=word("documenthelp"),
            purpose=word("documentpurpose"),
        )
        ZoneRules.objects.create(zone=zone, mode=ZoneMode.ALLOT, note=word("zonenote")).categories.add(
            category
        )
        Booth.objects.create(zone=zone, number="A02", x=120, y=20, offer=word("secondboothoffer"))
        slots.prepare(festival=festival)
        return rules

    # --- applications -------------------------------------------------------------------------------------------------

    def _applications(self, festival: FestivalPage, zone: Zone) -> None:
        taken, self.free_booth = zone.booths.order_by("number")
        self.submitted = self._application("applicant", festival, zone, S.SUBMITTED)
        self.waiting = self._application("waiter", festival, zone, S.WAITLISTED, rank=1)
        self.allotted = self._application("allotted", festival, zone, S.ALLOCATED)
        for slot in BoothSlot.objects.filter(booth=taken):
            BoothSlot.objects.filter(pk=slot.pk).update(
                state=SlotState.CONFIRMED,
                holder=self.allotted.holder,
                application=self.allotted,
                place=1,
                generation=1,
            )
            SlotEvent.objects.create(
                slot=slot,
                festival=festival,
                at=timezone.now(),
                act=SlotAct.HELD,
                generation=1,
                holder=self.allotted.holder,
                application=self.allotted,
            )
        ZoneDay.objects.filter(zone=zone).update(confirmed=1)

    def _application(
        self, name: str, festival: FestivalPage, zone: Zone, state: ApplicationState, **values: Any
    ) -> Application:
        def word(field: str) -> str:
            return self._word(f"{name}{field}")

        now = timezone.now()
        question = Question.objects.get(rules=self.rules)
        wanted = DocumentRequirement.objects.get(rules=self.rules)
        application = Application.objects.create(
            festival=festival,
            reference=self._word(f"{name[:3]}ref"),  # twelve letters at most
            state=state,
            version=1,
            holder=word("holder"),
            zone=zone,
            category=self.rules.categories.get().name,
            stall_name=f"{word('stall')} {COMMON}",
            offer=word("offer"),
            contact_kind=ContactKind.EMAIL,
            contact=f"{word('contact')}@example.org",
            contact_name=word("name"),
            organisation=word("organisation"),
            answers={f"question:{question.pk}": word("answer")},
            terms={
                "zone_name": word("termszone"),
                "mode": "allot",
                "booths_per_applicant": 1,
                "categories": [],
                "questions": [
                    {
                        "key": f"question:{question.pk}",
                        "kind": "text",
                        "label": word("termsquestion"),
                        "required": False,
                        "choices": [],
                    }
                ],
                "documents": [
                    {
                        "key": f"document:{wanted.pk}",
                        "label": word("termsdocument"),
                        "required": True,
                        "has_expiry": False,
                    }
                ],
            },
            payment_note=word("paymentnote"),
            reason=word("reason"),
            submitted_at=now,
            **values,
        )
        ApplicationEvent.objects.create(
            application=application,
            at=now,
            actor_kind=ActorKind.ORGANISER,
            actor=self.people["organiser"],
            actor_name=word("eventactor"),
            to_state=state,
            version=1,
            reason=word("eventreason"),
        )
        for internal in (False, True):
            ApplicationMessage.objects.create(
                application=application,
                actor_kind=ActorKind.ORGANISER,
                actor_name=word("messageactor"),
                text=word("note" if internal else "message"),
                internal=internal,
            )
        ApplicationLink.objects.create(
            application=application,
            digest=word("linkdigest"),
            created_at=now,
            expires_at=now + dt.timedelta(days=9),
        )
        self._document(application, f"document:{wanted.pk}", name)
        return application

    def _document(self, application: Application, requirement: str, name: str) -> None:
        buffer = io.BytesIO()
        Image.new("RGB", (32, 24), self.furniture.colour).save(buffer, "PNG")
        key = f"private/applications/{self._word(f'{name}file')}.png"
        ApplicationDocument.objects.create(
            application=application,
            requirement=requirement,
            label=self._word(f"{name}documentlabel"),
            file=default_storage.save(key, ContentFile(buffer.getvalue())),
            name=f"{self._word(f'{name}documentname')}.png",
            content_type="image/png",
            size=len(buffer.getvalue()),
            review_reason=self._word(f"{name}reviewreason"),
        )

    # --- the draw and the day -----------------------------------------------------------------------------------------

    def _draw_and_day(self, festival: FestivalPage, zone: Zone) -> None:
        now = timezone.now()
        Draw.objects.create(
            festival=festival,
            number=1,
            zone=zone,
            title=self._word("drawtitle", Level.PUBLIC),
            places=1,
            seed_source=self._word("drawsource", Level.PUBLIC),
            seed_at=now + dt.timedelta(days=1),
            entrants=f"{self._word('drawref', Level.PUBLIC)} 1\n",
            list_hash=self._word("drawhash", Level.PUBLIC),
            published_at=now,
        )
        passes.key_of(festival)
        day = timezone.localdate()
        Pass.objects.create(
            application=self.allotted,
            festival=festival,
            code=self._word("pass"),
            first_day=day,
            last_day=day,
            issued_at=now,
        )
        device = CheckInDevice.objects.create(
            festival=festival,
            name=self._word("devicename"),
            digest=self._word("devicedigest"),
            made_at=now,
            expires_at=now + dt.timedelta(days=9),
        )
        CheckInScan.objects.create(
            festival=festival,
            device=device,
            nonce=self._word("scannonce"),
            code=self._word("scancode"),
            application=self.allotted,
            day=day,
            scanned_at=now,
            received_at=now,
            answer=ScanAnswer.CONFLICT,
            detail=self._word("scandetail"),
        )
        NoShowDeadline.objects.create(festival=festival, day=day, at=now + dt.timedelta(days=9))

    def _gateway(self) -> None:
        NoticeGateway.objects.create(
            district=self.furniture.district,
            url=f"https://{self._word('gatewayhost')}.example.org/sms",
            sealed=self._word("gatewaysealed"),
            answer=self._word("gatewayanswer"),
        )

    # --- what went out ------------------------------------------------------------------------------------------------

    def _notices(self, festival: FestivalPage) -> None:
        now = timezone.now()
        self.notice = OutboxMessage.objects.create(
            key=f"application:{festival.pk}:{self.submitted.pk}:1",
            district=self.furniture.district,
            channel=Channel.EMAIL,
            recipient=f"{self._word('noticerecipient')}@example.org",
            payload={"body": self._word("noticebody")},
            state=Delivery.DEAD,
            next_attempt_at=now,
            finished_at=now,
            last_error=self._word("noticeerror"),
        )
        ContactCode.objects.create(
            festival=festival,
            holder=self._word("codeholder"),
            digest=self._word("codedigest"),
            created_at=now,
            expires_at=now,
        )
        IdempotencyRecord.objects.create(
            festival=festival,
            scope=self._word("idempotencyscope"),
            digest=self._word("idempotencydigest"),
            body_hash="0" * 64,
            status=201,
            sealed=self._word("sealed"),
            created_at=now,
        )
