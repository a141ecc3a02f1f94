"""Before there is an application: what is to be had, and the proof of an address."""

from __future__ import annotations

import hashlib

import orjson
from django.http import HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.cache import get_conditional_response
from rest_framework.request import Request
from rest_framework.response import Response

from festival.api.booking_schema import (
    ContactCodeSerializer,
    ContactProofSerializer,
    describe,
)
from festival.api.requests import BookingView
from festival.domain import availability, contacts, notices, terms
from festival.domain.contacts import CODE_LASTS, PROOF_LASTS, Contact
from festival.domain.gatekeeping import Act
from festival.exceptions import FieldsRefused
from sites.api.views import JSON
from sites.pages import district_of, iso
from sites.repeating import repeated

MAX_AGE = 5  # seconds; so long a CDN may answer for us

# What the domain calls the fields of a form, and what they are called here.
_NAMES = {"contact": "address", "contact_kind": "kind"}


@describe("availability")
class AvailabilityView(BookingView):
    """Which booths are to be had. Three queries."""

    def get(self, request: Request, district: str, edition: str) -> HttpResponseBase:
        found = availability.of(self.edition)
        # The moment is no content: of two answers that differ in it alone, one is as good as the other.
        content = orjson.dumps({**found, "as_of": None})
        etag = f'W/"{hashlib.sha256(content).hexdigest()[:20]}"'
        unchanged = get_conditional_response(request._request, etag=etag)
        response = (
            unchanged if unchanged is not None else HttpResponse(orjson.dumps(found), content_type=JSON)
        )
        response["ETag"] = etag
        response["Cache-Control"] = f"public, max-age={MAX_AGE}"
        return response


class ContactView(BookingView):
    """Base: an address that somebody says is theirs."""

    def contact(self, sent: dict[str, str]) -> Contact:
        """The address that was sent. Raises FieldsRefused."""
        try:
            contact = contacts.read(kind=sent["kind"], address=sent["address"])
        except FieldsRefused as refused:
            raise FieldsRefused(
                {_NAMES.get(name, name): text for name, text in refused.problems.items()}
            ) from None
        if contact.kind not in notices.kinds_for(district_of(self.edition)):
            raise FieldsRefused({"kind": "这里还不能用手机验证，请用邮箱。"})
        return contact


@describe("contact_codes")
class ContactCodesView(ContactView):
    """Sends a code to an address. The answer is the same whoever reads it there."""

    def post(self, request: Request, district: str, edition: str) -> Response:
        contact = self.contact(self.body(request, ContactCodeSerializer))
        terms.check_open(terms.rules_of(self.edition))
        self.admit(request, Act.CODE, contacts.everywhere(contact))
        now = timezone.now()
        repeated(lambda: contacts.send_code(festival=self.edition, contact=contact, now=now))
        return Response({"expires_at": iso(now + CODE_LASTS)}, status=202)


@describe("contact_proofs")
class ContactProofsView(ContactView):
    """Turns a code into a proof of the address."""

    def post(self, request: Request, district: str, edition: str) -> Response:
        sent = self.body(request, ContactProofSerializer)
        contact = self.contact(sent)
        self.admit(request, Act.PROOF, contacts.holder_of(festival=self.edition, contact=contact))
        now = timezone.now()
        # In no transaction: the count of attempts stays when the code is refused.
        proof = contacts.prove(festival=self.edition, contact=contact, code=sent["code"], now=now)
        return Response({"proof": proof, "expires_at": iso(now + PROOF_LASTS)})
