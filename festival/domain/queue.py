"""The applications of an edition as organisers look for them: filtered, searched, in an order."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils import timezone

from festival.enums import ApplicationState, Review, SlotState
from festival.models import Application, ApplicationDocument, BoothSlot, FestivalPage

# A document that ends so soon after the edition is worth a look.
SOON = dt.timedelta(days=30)
# Long, and on no list: reading and decoding them would cost more than the rest of the row.
_UNLISTED = ("answers", "terms", "reason", "payment_note")
SEARCHED = ("reference", "stall_name", "offer", "contact_name", "organisation", "contact")
ORDERS = {
    "newest": ("-submitted_at", "-pk"),
    "oldest": ("submitted_at", "pk"),
    "name": ("stall_name", "pk"),
    "zone": ("zone__order", "zone", "-submitted_at", "-pk"),
    "changed": ("-changed_at", "-pk"),
}
PENDING, REFUSED, EXPIRING = "pending", "refused", "expiring"


@dataclass(frozen=True)
class Wanted:
    """What to look for; what is empty does not narrow. Days are days of the clock on the wall."""

    state: str = ""
    zone: int | None = None
    category: str = ""
    documents: str = ""
    payment: str = ""
    since: dt.date | None = None
    until: dt.date | None = None
    words: str = ""
    order: str = "newest"

    @property
    def narrows(self) -> bool:
        """Whether anything is left out, whatever the order."""
        return self != Wanted(order=self.order)


def handed_in() -> QuerySet[Application]:
    """Every application that organisers may read: a draft is its applicant's alone."""
    return Application.objects.filter(submitted_at__isnull=False)


def all_of(festival: FestivalPage) -> QuerySet[Application]:
    """Those of an edition."""
    return handed_in().filter(festival=festival)


def found(festival: FestivalPage, wanted: Wanted) -> QuerySet[Application]:
    """The applications that fit. Lazy; no query of its own."""
    rows = all_of(festival)
    for name in ("state", "zone", "category", "payment"):
        if value := getattr(wanted, name):
            rows = rows.filter(**{name: value})
    if wanted.documents:
        rows = rows.filter(Exists(_documents(festival, wanted.documents)))
    if wanted.since:
        rows = rows.filter(submitted_at__gte=_midnight(wanted.since))
    if wanted.until:
        rows = rows.filter(submitted_at__lt=_midnight(wanted.until + dt.timedelta(days=1)))
    for word in wanted.words.split():
        rows = rows.filter(_any_field(word))
    return rows.order_by(*ORDERS.get(wanted.order, ORDERS["newest"]))


def _any_field(word: str) -> Q:
    condition = Q()
    for name in SEARCHED:
        condition |= Q(**{f"{name}__icontains": word})
    return condition


def _documents(festival: FestivalPage, which: str) -> QuerySet[ApplicationDocument]:
    own = ApplicationDocument.objects.filter(application=OuterRef("pk"))
    if which != EXPIRING:
        return own.filter(review=Review.REFUSED if which == REFUSED else Review.PENDING)
    last = festival.ends_on or festival.starts_on
    return own.filter(expires_on__lte=last + SOON) if last else own.none()


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))


def keys(
    festival: FestivalPage, wanted: Wanted, *, many: int
) -> tuple[Sequence[int] | QuerySet[Application, int], int]:
    """The keys of the applications that fit, in order, and how many they are; `many` is how many the edition has.

    Keys alone, because sorting and skipping whole rows takes most of the time of a long list. What is narrowed is
    looked through once for both, and not once to be counted and again to be shown.
    """
    ordered = found(festival, wanted).values_list("pk", flat=True)
    if not wanted.narrows:
        return ordered, many
    narrowed = list(ordered)
    return narrowed, len(narrowed)


def listed(keys: Sequence[int]) -> list[Application]:
    """The applications of these keys, in this order, as a list shows them. Three queries."""
    rows = {one.pk: one for one in for_list(Application.objects.filter(pk__in=keys).defer(*_UNLISTED))}
    return [rows[key] for key in keys if key in rows]


def for_list(rows: QuerySet[Application]) -> QuerySet[Application]:
    """With what a list shows of each: zone, documents, booths. Three queries in all."""
    documents = ApplicationDocument.objects.only("application_id", "review", "expires_on", "label")
    confirmed = BoothSlot.objects.filter(state=SlotState.CONFIRMED).select_related("booth")
    return rows.select_related("zone").prefetch_related(
        Prefetch("documents", documents), Prefetch("slots", confirmed, to_attr="confirmed_slots")
    )


def booth_numbers(application: Application) -> list[str]:
    """The booths that an application has, for one that `for_list` loaded."""
    slots: list[BoothSlot] = application.confirmed_slots  # type: ignore[attr-defined]
    return sorted({slot.booth.number for slot in slots})


def counts_by_state(festival: FestivalPage) -> dict[str, int]:
    """How many applications are in each state. One query."""
    rows = all_of(festival).order_by().values_list("state").annotate(many=Count("pk"))
    counted = dict(rows)
    return {state.value: counted[state.value] for state in ApplicationState if state.value in counted}
