"""Opens the booking of the demo's coming edition: rules, what zones take, questions, documents, and the booths' days."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from django.utils import timezone

from cms.demo import records
from festival.domain import slots
from festival.models import (
    BookingRules,
    BoothCategory,
    DocumentRequirement,
    FestivalPage,
    Question,
    Zone,
    ZoneRules,
)


def load(page: FestivalPage, record: records.Booking) -> None:
    """Make an edition bookable from now on; one that has rules is left as it is."""
    now = timezone.now()
    rules, created = BookingRules.objects.get_or_create(
        festival=page,
        defaults={
            "opens_at": now - dt.timedelta(days=1),
            "closes_at": now + dt.timedelta(days=record.open_days),
            "contact": record.contact,
            "terms": record.terms,
        },
    )
    if not created:
        return
    zones = {zone.slug: zone for zone in Zone.objects.filter(festival=page)}
    categories = {
        name: BoothCategory.objects.create(rules=rules, name=name, sort_order=n)
        for n, name in enumerate(record.categories)
    }
    for one in record.zone:
        zone_rules = ZoneRules.objects.create(
            zone=zones[one.zone],
            mode=one.mode,
            fee=Decimal(one.fee),
            deposit=Decimal(one.deposit),
            note=one.note,
        )
        zone_rules.categories.set([categories[name] for name in one.categories])
    for n, asked in enumerate(record.question):
        question = Question(kind=asked.kind, choices="\n".join(asked.choices))
        _ask(question, asked, rules, zones, order=n)
    for n, asked in enumerate(record.document):
        _ask(DocumentRequirement(has_expiry=asked.has_expiry), asked, rules, zones, order=n)
    slots.prepare(festival=page)


def _ask(
    wanted: Question | DocumentRequirement,
    asked: records.Asked,
    rules: BookingRules,
    zones: dict[str, Zone],
    *,
    order: int,
) -> None:
    wanted.rules, wanted.sort_order = rules, order
    wanted.label, wanted.purpose, wanted.help_text = asked.label, asked.purpose, asked.help_text
    wanted.required, wanted.retention_days = asked.required, asked.retention_days
    wanted.save()
    wanted.zones.set([zones[slug] for slug in asked.zones])
    wanted.zones.commit()
