"""The organiser's desk as its tests use it: an edition with applications, and the addresses."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from festival.enums import ApplicationState, Payment, Review
from festival.models import Application, ApplicationDocument, ApplicationEvent, Zone
from tests.festival.booking import Edition

S = ApplicationState


class Desk:
    """Somebody at the desk of an edition."""

    def __init__(self, edition: Edition, who: str = "organiser") -> None:
        self.edition = edition
        self.browser: Client = edition.city.browser(who)

    def address(self, name: str, *args: Any) -> str:
        return reverse(f"booking_{name}", args=args or [self.edition.festival.pk])

    def get(self, name: str, *args: Any, **query: Any) -> Any:
        return self.browser.get(self.address(name, *args), query)

    def post(self, name: str, *args: Any, **data: Any) -> Any:
        return self.browser.post(self.address(name, *args), data)

    def decide(self, application: Application, action: str, text: str = "", **data: Any) -> Any:
        values = {"version": application.version, "action": action, "text": text, **data}
        return self.post("decide", application.pk, **values)


def text_of(response: Any) -> str:
    """An answer as text, streamed or not."""
    parts = response.streaming_content if response.streaming else [response.content]
    return b"".join(parts).decode()


def many(edition: Edition, number: int, *, start: int = 0, zone: Zone | None = None) -> list[Application]:
    """That many submitted applications with a document and a history, made in a few queries."""
    zone = zone or edition.zone("allot")
    now = timezone.now()
    rows = Application.objects.bulk_create(
        Application(
            festival=edition.festival,
            reference=f"M{n:07}",
            state=S.SUBMITTED if n % 3 else S.REJECTED,
            version=1,
            holder=f"holder-{n}",
            zone=zone,
            category="手作" if n % 2 else "小吃",
            stall_name=f"第{n}摊",
            offer="绳编",
            contact_kind="email",
            contact=f"{n}@example.cn",
            contact_name="谭示例",
            payment=Payment.DUE if n % 5 == 0 else Payment.NONE,
            submitted_at=now - dt.timedelta(minutes=n),
            terms={"booths_per_applicant": 1, "questions": [], "documents": []},
        )
        for n in range(start, start + number)
    )
    ApplicationEvent.objects.bulk_create(
        ApplicationEvent(
            application=one, at=now, actor_kind="applicant", to_state=one.state, version=one.version
        )
        for one in rows
    )
    ApplicationDocument.objects.bulk_create(
        ApplicationDocument(
            application=one,
            requirement="document:1",
            label="执照",
            file=f"private/{one.pk}.png",
            name="执照.png",
            content_type="image/png",
            size=10,
            review=Review.PENDING if n % 2 else Review.ACCEPTED,
        )
        for n, one in enumerate(rows)
    )
    return rows
