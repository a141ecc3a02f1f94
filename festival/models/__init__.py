"""The rows of the festival: editions with their programme and floor plan, and the booking of their booths."""

from festival.models.booking import (
    Application,
    ApplicationDocument,
    ApplicationEvent,
    ApplicationLink,
    ApplicationMessage,
    BookingRules,
    BoothCategory,
    BoothSlot,
    ContactCode,
    DocumentRequirement,
    IdempotencyRecord,
    Question,
    SlotEvent,
    ZoneDay,
    ZoneRules,
)
from festival.models.day import CheckInDevice, CheckInScan, NoShowDeadline, Pass, PassKey
from festival.models.draws import Draw
from festival.models.editions import (
    Booth,
    Broadcast,
    FestivalIndexPage,
    FestivalPage,
    LandmarkBlock,
    Stage,
    Zone,
    shape_points,
)
from festival.models.message_templates import MessageTemplate
from festival.models.releases import ProgrammeRelease

__all__ = [
    "Application",
    "ApplicationDocument",
    "ApplicationEvent",
    "ApplicationLink",
    "ApplicationMessage",
    "BookingRules",
    "Booth",
    "BoothCategory",
    "BoothSlot",
    "Broadcast",
    "CheckInDevice",
    "CheckInScan",
    "ContactCode",
    "DocumentRequirement",
    "Draw",
    "FestivalIndexPage",
    "FestivalPage",
    "IdempotencyRecord",
    "LandmarkBlock",
    "MessageTemplate",
    "NoShowDeadline",
    "Pass",
    "PassKey",
    "ProgrammeRelease",
    "Question",
    "SlotEvent",
    "Stage",
    "Zone",
    "ZoneDay",
    "ZoneRules",
    "shape_points",
]
