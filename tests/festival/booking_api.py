"""Booking over HTTP, for tests: a stallholder with a proof or a private link, who asks and gets an answer."""

from __future__ import annotations

import json
import uuid
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from festival.domain import contacts, links
from festival.domain.contacts import Contact
from festival.enums import ContactKind
from festival.models import Application, FestivalPage

HOST = "localhost"
FORM = {"stall_name": "谭家绳编", "offer": "绳编与盘扣", "category": "手作", "contact_name": "谭示例"}


def new_key() -> str:
    return str(uuid.uuid4())


class Stallholder:
    """Asks the addresses of one edition, by default with the private link of an application."""

    def __init__(
        self,
        festival: FestivalPage,
        *,
        application: Application | None = None,
        district: str = "wuhou",
        network: str = "203.0.113.7",
    ) -> None:
        self.festival = festival
        self.base = f"/api/v1/districts/{district}/festivals/{festival.slug}/"
        self.reference = application.reference if application else ""
        self.secret = links.make(application) if application else ""
        self.client = Client(headers={"host": HOST}, REMOTE_ADDR=network)

    def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        key: str = "",
        secret: str | None = None,
        raw: bytes | None = None,
        **headers: str,
    ) -> HttpResponse:
        """An answer. `path` is below the edition's, or the application's when it begins with a point."""
        secret = self.secret if secret is None else secret
        if secret:
            headers["authorization"] = f"Bearer {secret}"
        if key:
            headers["idempotency-key"] = key
        if path.startswith("."):
            path = f"applications/{self.reference}/{path[1:]}"
        data = raw if raw is not None else b"" if body is None else json.dumps(body).encode()
        answer: Any = self.client.generic(
            method, self.base + path, data, content_type="application/json", headers=headers
        )
        return answer

    def get(self, path: str, **options: Any) -> HttpResponse:
        return self.ask("GET", path, **options)

    def post(self, path: str, body: Any = None, **options: Any) -> HttpResponse:
        return self.ask("POST", path, body, **options)

    def patch(self, body: Any, **options: Any) -> HttpResponse:
        return self.ask("PATCH", ".", body, **options)

    def hand_in(self, requirement: str, data: bytes, name: str = "证.pdf", **fields: str) -> HttpResponse:
        answer: Any = self.client.post(
            f"{self.base}applications/{self.reference}/documents/",
            {"requirement": requirement, "file": SimpleUploadedFile(name, data), **fields},
            headers={"authorization": f"Bearer {self.secret}"},
        )
        return answer

    def proof(self, address: str = "tan@example.cn") -> str:
        """A proof of an e-mail address, as the code from its mail would earn it."""
        return contacts.signing.dumps(
            [self.festival.pk, str(ContactKind.EMAIL), address, timezone.now().timestamp()],
            salt=contacts._SALT,
        )

    def apply(
        self, zone: str, *, address: str = "tan@example.cn", key: str = "", **body: Any
    ) -> HttpResponse:
        """Begin an application, and go on with its link."""
        answer = self.post(
            "applications/",
            {"proof": self.proof(address), "zone": zone, **body},
            key=key or new_key(),
            secret="",
        )
        if answer.status_code == 201:
            made = json.loads(answer.content)
            self.reference, self.secret = made["reference"], made["token"]
        return answer


def holder(festival: FestivalPage, address: str = "tan@example.cn") -> str:
    """Who an address is, to an edition."""
    return contacts.holder_of(festival=festival, contact=Contact(ContactKind.EMAIL, address))


def problem(answer: HttpResponse) -> tuple[int, str]:
    """Status and type of a problem document."""
    assert answer["Content-Type"] == "application/problem+json; charset=utf-8", answer.content
    assert answer["Cache-Control"] == "no-store"
    body = json.loads(answer.content)
    assert body["status"] == answer.status_code and body["title"] and body["detail"]
    return answer.status_code, body["type"].removeprefix("urn:linli:problem:")


def body(answer: HttpResponse) -> Any:
    """What an answer holds."""
    return json.loads(answer.content)
