"""How long what is personal is kept: as the terms said that each stallholder read, counted from the edition's last day.

What the history needs stays: who decided what and when, and which booth was whose, by a random name in place of the
applicant's. docs/booking.md says it field by field.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from festival.domain import contacts, documents, idempotency, links, notices
from festival.domain.terms import PERSONAL_FIELDS
from festival.enums import ApplicationState
from festival.models import Application, ApplicationDocument, BookingRules
from sites.domain import limits

logger = logging.getLogger(__name__)

S = ApplicationState

# What became nothing is not needed any more once the edition is over.
ENDED_EARLY = {S.WITHDRAWN, S.REJECTED, S.LAPSED}
WITHOUT_TERMS = 90  # days, where an edition has no rules any more
GONE = "（已删除）"


@dataclass(frozen=True)
class Due:
    """What of an application is to be erased now. `whole` is when nothing personal is left after it; `traces` are what
    nobody asked for by a field: messages, reasons, links, notices."""

    application: Application
    fields: list[str] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    documents: list[ApplicationDocument] = field(default_factory=list)
    traces: bool = False
    whole: bool = False


def due(now: dt.datetime | None = None) -> Iterator[Due]:
    """What is to be erased now, application by application. Drafts are not among them: they are deleted."""
    today = timezone.localdate(now or timezone.now())
    over = Application.objects.filter(erased_at=None).exclude(state=S.DRAFT)
    over = over.annotate(last_day=Coalesce("festival__ends_on", "festival__starts_on"))
    over = over.filter(Q(last_day__lt=today) | Q(last_day=None))
    days: dict[int, tuple[dt.date | None, int]] = {}
    rows = over.select_related("festival").prefetch_related("documents").order_by("pk")
    for application in rows.iterator(chunk_size=200):
        key = application.festival_id
        if key not in days:
            days[key] = _edition(application)
        last_day, general = days[key]
        if last_day is None or last_day >= today:
            continue
        found = _due_of(application, passed=(today - last_day).days, general=general)
        if found.fields or found.answers or found.documents or found.traces or found.whole:
            yield found


def _edition(application: Application) -> tuple[dt.date | None, int]:
    """The day from which an edition's retention counts (without its days, the end of its applications), and for how long."""
    rules = BookingRules.objects.filter(festival=application.festival_id).first()
    last_day = application.festival.ends_on or application.festival.starts_on
    if last_day is None and rules is not None:
        last_day = timezone.localdate(rules.closes_at)
    return last_day, rules.retention_days if rules else WITHOUT_TERMS


def _due_of(application: Application, *, passed: int, general: int) -> Due:
    """`passed` is how many days ago the last day was; a day of retention is over when as many days have passed."""
    kept = _days(application.terms, general)
    early = application.state in ENDED_EARLY

    def over(what: str) -> bool:
        return early or passed > kept.get(what, kept[""])

    papers = list(application.documents.all())
    fields = [name for name in PERSONAL_FIELDS if getattr(application, name) and over(name)]
    answers = [key for key in application.answers if over(key)]
    files = [one for one in papers if over(one.requirement)]
    left = [name for name in PERSONAL_FIELDS if getattr(application, name) and name not in fields]
    whole = over("") and not left and len(answers) == len(application.answers) and len(files) == len(papers)
    # A file or an answer may stay longer than all else; the rest goes in its own time, once.
    traces = over("") and (whole or "contact" in fields)
    return Due(application, fields, answers, files, traces=traces, whole=whole)


def _days(terms: dict[str, Any], general: int) -> dict[str, int]:
    """For how many days each field, answer and file is kept; "" is for all else."""
    days = {"": int(terms.get("retention_days", general))}
    for one in terms.get("personal", []):
        days[one["field"]] = int(one["retention_days"])
    for one in [*terms.get("questions", []), *terms.get("documents", [])]:
        days[one["key"]] = int(one["retention_days"])
    return days


def erase_due(now: dt.datetime | None = None) -> int:
    """Erase what is due, each application in a transaction of its own; returns of how many. Harmless when run again."""
    now = now or timezone.now()
    count = 0
    for one in list(due(now)):
        with transaction.atomic():
            row = (
                Application.objects.select_for_update().filter(pk=one.application.pk, erased_at=None).first()
            )
            if row is None:
                continue
            one.application.answers = row.answers
            erase(one, now=now)
            count += 1
    return count


def erase(what: Due, *, now: dt.datetime) -> None:
    """Blank the columns and answers, delete the files. In the caller's transaction; the files go after its commit."""
    application = what.application
    changes: dict[str, Any] = dict.fromkeys(what.fields, "")
    if what.answers:
        changes["answers"] = {
            key: answer for key, answer in application.answers.items() if key not in what.answers
        }
    for document in what.documents:
        document.delete()
    if what.traces:
        changes |= {"reason": "", "payment_note": ""}
        application.messages.update(text=GONE)
        application.events.exclude(reason="").update(reason="")
        application.links.all().delete()
        notices.of_application(application).delete()
    if what.whole:
        changes |= {"erased_at": now, "holder": contacts.rename(application)}
    if changes:
        Application.objects.filter(pk=application.pk).update(**changes)
        for name, value in changes.items():
            setattr(application, name, value)


def every_night(now: dt.datetime | None = None) -> None:
    """All that the day is over for: what is personal, and what was of use for a while only."""
    now = now or timezone.now()
    drafts = documents.prune_drafts(now=now)
    erased = erase_due(now)
    if drafts or erased:
        logger.info("deleted %s drafts, erased what was due of %s applications", drafts, erased)
    contacts.prune(now=now)
    idempotency.prune(now=now)
    limits.prune(now=now)
    links.prune(now=now)
    documents.prune_files(now=now)
