"""From choosing a place to the draft: choose, prove an address, begin."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import orjson
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from festival.domain import (
    applying,
    availability,
    contacts,
    gatekeeping,
    idempotency,
    links,
    notices,
    terms,
)
from festival.domain.contacts import Contact
from festival.domain.gatekeeping import TRAP_FIELD, Act
from festival.enums import ContactKind, ZoneMode
from festival.exceptions import (
    BookingRefused,
    ContactRefused,
    FieldsRefused,
    KeyReused,
    NotOpen,
    TooManyOpen,
)
from festival.models import Booth, Zone
from festival.views import own
from festival.views.site_pages import Edition, sent, show, stallholders_page
from frontend_static.pages import applying as pages
from frontend_static.source import Item
from sites.client_address import client_prefix
from sites.exceptions import LimitExceeded
from sites.repeating import repeated

# The booths of one step; a rule gives one applicant no more than ten.
_MOST_SENT = 20


@stallholders_page
@require_safe
def choose(request: HttpRequest, edition: Edition) -> HttpResponse:
    """Zones and booths with what they ask for. Reading changes nothing."""
    try:
        rules = terms.rules_of(edition.festival)
    except NotOpen as refused:
        return show(edition, pages.step("closed", edition.item, notice=str(refused)), request)
    closed = ""
    try:
        terms.check_open(rules)
    except NotOpen as refused:
        closed = str(refused)
    wanted, chosen = request.GET.get("zone", ""), request.GET.getlist("booths")
    page = pages.choose(
        edition.item, availability.of(edition.festival), closed=closed, zone=wanted, chosen=chosen
    )
    return show(edition, page, request)


@stallholders_page
@require_safe
def contact(request: HttpRequest, edition: Edition) -> HttpResponse:
    """Ask for an address, for a chosen zone or booths."""
    try:
        zone, booths = _chosen(edition, request.GET)
        terms.check_open(terms.rules_of(edition.festival))
    except (NotOpen, FieldsRefused) as refused:
        return _choose_again(request, edition, request.GET, refused)
    return _ask_contact(request, edition, zone, booths, request.GET)


@stallholders_page
@require_safe
def find(request: HttpRequest, edition: Edition) -> HttpResponse:
    """Ask for an address, for somebody who lost the private link."""
    return _ask_contact(request, edition, None, [], request.GET)


@stallholders_page
@sent
def send_code(request: HttpRequest, edition: Edition) -> HttpResponse:
    """Send a code to the address that was typed, and ask for it."""
    zone: Item | None = None
    booths: list[str] = []
    if not request.POST.get("find"):
        try:
            zone, booths = _chosen(edition, request.POST)
            terms.check_open(terms.rules_of(edition.festival))
        except (NotOpen, FieldsRefused) as refused:
            return _choose_again(request, edition, request.POST, refused)
    try:
        given = contacts.read(
            kind=request.POST.get("contact_kind", ""), address=request.POST.get("contact", "")
        )
        gatekeeping.check_form(
            form="contact", token=request.POST.get("stamp", ""), trap=request.POST.get(TRAP_FIELD, "")
        )
        gatekeeping.admit(Act.CODE, network=client_prefix(request), who=contacts.everywhere(given))
        repeated(lambda: contacts.send_code(festival=edition.festival, contact=given))
    except (BookingRefused, LimitExceeded) as refused:
        return _ask_contact(request, edition, zone, booths, request.POST, refused)
    return _ask_code(request, edition, zone, booths, given)


@stallholders_page
@sent
def code(request: HttpRequest, edition: Edition) -> HttpResponse:
    """Take a code, and begin the application, or show what the address has."""
    post = request.POST
    zone: Item | None = None
    booths: list[str] = []
    try:
        if not post.get("find"):
            zone, booths = _chosen(edition, post)
        given = contacts.read(kind=post.get("contact_kind", ""), address=post.get("contact", ""))
    except FieldsRefused as refused:
        return _choose_again(request, edition, post, refused)
    try:
        who = contacts.holder_of(festival=edition.festival, contact=given)
        gatekeeping.admit(Act.PROOF, network=client_prefix(request), who=who)
        # In no transaction: an attempt stays counted.
        proof = contacts.prove(festival=edition.festival, contact=given, code=_digits(post.get("code", "")))
    except (ContactRefused, LimitExceeded) as refused:
        done = _begun(edition, given, zone, booths, key=post.get("key", "")) if zone else None
        if done is not None:
            return own.show_own(request, edition, reference=done[0], secret=done[1])
        return _ask_code(request, edition, zone, booths, given, refused)
    if zone is None:
        return _show_found(request, edition, given, proof=proof)
    return _begin(request, edition, zone, booths, given, proof=proof, key=post.get("key", ""))


@stallholders_page
@sent
def start(request: HttpRequest, edition: Edition) -> HttpResponse:
    """Begin with an address that is proven already, after what was chosen first could not be had."""
    proof = request.POST.get("proof", "")
    try:
        given = contacts.read_proof(proof, festival=edition.festival)
        zone, booths = _chosen(edition, request.POST)
    except ContactRefused as refused:
        return _choose_again(request, edition, request.POST, refused)
    except FieldsRefused as refused:
        return _choose_again(request, edition, request.POST, refused, proof=proof, given=given)
    return _begin(request, edition, zone, booths, given, proof=proof, key=request.POST.get("key", ""))


@stallholders_page
@sent
def reopen(request: HttpRequest, edition: Edition) -> HttpResponse:
    """A new private link to one of those that a proven address has."""
    reference = request.POST.get("reference", "")
    try:
        given = contacts.read_proof(request.POST.get("proof", ""), festival=edition.festival)
    except ContactRefused as refused:
        return _ask_contact(request, edition, None, [], request.POST, refused)
    found = applying.of_contact(festival=edition.festival, contact=given)
    chosen = next((one for one in found if one.reference == reference), None)
    if chosen is None:
        return _show_found(request, edition, given, proof=request.POST["proof"])
    try:
        gatekeeping.admit(Act.EDIT, network=client_prefix(request), who=f"application:{chosen.pk}")
    except LimitExceeded as refused:
        return _show_found(request, edition, given, proof=request.POST["proof"], refused=refused)
    secret = repeated(lambda: links.make(chosen))
    return own.show_own(request, edition, reference=reference, secret=secret)


def _show_found(
    request: HttpRequest,
    edition: Edition,
    given: Contact,
    *,
    proof: str,
    refused: Exception | None = None,
) -> HttpResponse:
    found = applying.of_contact(festival=edition.festival, contact=given)
    rows = [
        {
            "reference": one.reference,
            "zone": one.zone.name,
            "stall_name": one.stall_name,
            "state_label": one.get_state_display(),
        }
        for one in found
    ]
    page = pages.step(
        "found",
        edition.item,
        found=rows,
        proof=proof,
        contact=given.address,
        problems={"page": str(refused)} if refused else {},
    )
    return show(edition, page, request, status=status_of(refused) if refused else 200)


def _begin(
    request: HttpRequest,
    edition: Edition,
    zone: Item,
    booths: list[str],
    given: Contact,
    *,
    proof: str,
    key: str,
) -> HttpResponse:
    """Begin an application once, however often the form is sent, and show its form."""
    if not idempotency.SHORTEST_KEY <= len(key) <= idempotency.LONGEST_KEY:
        key = idempotency.new_key()

    def do() -> idempotency.Answer:
        application, secret = applying.start(
            festival=edition.festival,
            zone=Zone.objects.select_related("rules").get(pk=zone["id"]),
            contact=given,
            booths=list(Booth.objects.filter(festival=edition.festival, number__in=booths)),
        )
        return 201, {"reference": application.reference, "secret": secret}

    try:
        who = contacts.holder_of(festival=edition.festival, contact=given)
        gatekeeping.admit(Act.APPLY, network=client_prefix(request), who=who)
        _, answer, _ = idempotency.once(
            festival=edition.festival,
            scope=_scope(edition),
            key=key,
            body=_body(given, zone, booths),
            do=do,
        )
    except KeyReused:
        done = ContactRefused("您刚才已经选好了一处，接着办就行。")
        return _show_found(request, edition, given, proof=proof, refused=done)
    except TooManyOpen as refused:
        return _show_found(request, edition, given, proof=proof, refused=refused)
    except (BookingRefused, LimitExceeded) as refused:
        return _choose_again(request, edition, request.POST, refused, proof=proof, given=given)
    return own.show_own(request, edition, reference=answer["reference"], secret=answer["secret"])


def _begun(
    edition: Edition, given: Contact, zone: Item, booths: list[str], *, key: str
) -> tuple[str, str] | None:
    """What this very form began already: it was sent twice, by a double click or a reload, and its code is used up."""

    def nothing() -> idempotency.Answer:
        raise ContactRefused("not begun yet")

    try:
        _, answer, _ = idempotency.once(
            festival=edition.festival,
            scope=_scope(edition),
            key=key,
            body=_body(given, zone, booths),
            do=nothing,
        )
    except (ContactRefused, KeyReused):
        return None
    return answer["reference"], answer["secret"]


def _scope(edition: Edition) -> str:
    return f"page:{edition.festival.pk}:start"


def _body(given: Contact, zone: Item, booths: list[str]) -> bytes:
    return orjson.dumps([given.kind, given.address, zone["slug"], booths])


def _digits(text: str) -> str:
    """A code as people copy it: with blanks, or in full-width digits."""
    return "".join(str(int(sign)) for sign in text if sign.isdecimal())


def _chosen(edition: Edition, sent_fields: Any) -> tuple[Item, list[str]]:
    """The zone and the numbers of the booths that were chosen. Raises FieldsRefused."""
    booking = edition.item.get("booking") or {"zones": []}
    terms_by_zone = {one["zone"]: one for one in booking["zones"]}
    slug = sent_fields.get("zone", "")
    zone = next((one for one in edition.item["zones"] if one["slug"] == slug), None)
    if zone is None or zone["id"] not in terms_by_zone:
        raise FieldsRefused({"page": "请先选一个版块。"})
    known = {one["number"] for one in zone["booths"]}
    booths = sorted(set(sent_fields.getlist("booths")[:_MOST_SENT]))
    if not known.issuperset(booths):
        raise FieldsRefused({"booths": "这个版块里没有这个摊位，请重新选。"})
    asked = terms_by_zone[zone["id"]]
    if asked["mode"] != ZoneMode.OPEN:
        return zone, []
    if len(booths) > asked["booths_per_applicant"]:
        raise FieldsRefused({"booths": f"每位摊主最多 {asked['booths_per_applicant']} 个摊位。"})
    if not booths and pages.is_free(availability.of(edition.festival), zone["slug"]):
        raise FieldsRefused({"booths": "请选一个摊位。"})
    return zone, booths


def _choose_again(
    request: HttpRequest,
    edition: Edition,
    sent_fields: Any,
    refused: Exception,
    *,
    proof: str = "",
    given: Contact | None = None,
) -> HttpResponse:
    problems = refused.problems if isinstance(refused, FieldsRefused) else {"page": str(refused)}
    page = pages.choose(
        edition.item,
        availability.of(edition.festival),
        problems=problems,
        zone=sent_fields.get("zone", ""),
        chosen=sent_fields.getlist("booths"),
        proof=proof,
        key=idempotency.new_key(),
        contact=given.address if given else "",
    )
    return show(edition, page, request, status=status_of(refused))


def status_of(refused: Exception) -> int:
    """The status of a page that says why not: 429 for too often, 422 for anything else."""
    return 429 if isinstance(refused, LimitExceeded) else 422


def _kinds(edition: Edition) -> list[tuple[str, str]]:
    """By what a stallholder can be reached here: by mail always, by text message where there is a gateway for it."""
    return [(str(kind), kind.label) for kind in notices.kinds_for(edition.district)]


def _ask_contact(
    request: HttpRequest,
    edition: Edition,
    zone: Item | None,
    booths: list[str],
    sent_fields: Any,
    refused: Exception | None = None,
) -> HttpResponse:
    kinds = _kinds(edition)
    problems = refused.problems if isinstance(refused, FieldsRefused) else {}
    if refused is not None and not problems:
        problems = {"page": str(refused)}
    page = pages.step(
        "contact",
        edition.item,
        zone=zone,
        booths=booths,
        kinds=kinds,
        contact_kind=sent_fields.get("contact_kind") or kinds[0][0],
        contact=sent_fields.get("contact", ""),
        personal=_purpose_of_contact(edition, zone),
        problems=problems,
        stamp=gatekeeping.form_token(form="contact"),
    )
    return show(edition, page, request, status=status_of(refused) if refused else 200)


def _purpose_of_contact(edition: Edition, zone: Item | None) -> Mapping[str, Any] | None:
    if zone is None:
        return None
    asked = next(one for one in edition.item["booking"]["zones"] if one["zone"] == zone["id"])
    return next((one for one in asked["personal"] if one["field"] == "contact"), None)


def _ask_code(
    request: HttpRequest,
    edition: Edition,
    zone: Item | None,
    booths: list[str],
    given: Contact,
    refused: Exception | None = None,
) -> HttpResponse:
    problems = {"code": str(refused)} if refused else {}
    page = pages.step(
        "code",
        edition.item,
        zone=zone,
        booths=booths,
        contact=given.address,
        contact_kind=str(ContactKind(given.kind)),
        problems=problems,
        notice="又发了一次，请填最新收到的那一个。" if request.POST.get("again") else "",
        key=request.POST.get("key") or idempotency.new_key(),
        stamp=gatekeeping.form_token(form="contact"),
        again=f"contact/?{urlencode({'zone': zone['slug'], 'booths': booths}, doseq=True)}"
        if zone
        else "find/",
    )
    return show(edition, page, request, status=status_of(refused) if refused else 200)
