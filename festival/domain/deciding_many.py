"""Deciding about many applications at once: each by itself, by the version that was seen of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.db import transaction

from festival.domain import deciding, message_templates
from festival.exceptions import BookingRefused, FieldsRefused
from festival.models import Application, FestivalPage
from sites.models import User

# More would hold the database's write lock for seconds.
MOST = 200


class Decision(StrEnum):
    """What can be decided about many."""

    APPROVE = "approve"
    WAITLIST = "waitlist"
    ASK = "ask"
    REJECT = "reject"

    @property
    def needs_words(self) -> bool:
        """Whether a stallholder must be told why."""
        return self in {Decision.ASK, Decision.REJECT}


@dataclass(frozen=True)
class Outcome:
    """How it went with one: `problem` says why it was not done."""

    application: Application
    problem: str = ""

    @property
    def done(self) -> bool:
        return not self.problem


def chosen_of(festival: FestivalPage, seen: Mapping[int, int]) -> list[Application]:
    """The chosen applications of an edition, in the order of their submission; keys of others are passed over. One
    query. Raises FieldsRefused for none, or too many."""
    if len(seen) > MOST:
        raise FieldsRefused({"chosen": f"一次最多办 {MOST} 份。"})
    rows = Application.objects.filter(festival=festival, pk__in=seen, submitted_at__isnull=False)
    found = list(rows.select_related("zone").order_by("submitted_at", "pk"))
    if not found:
        raise FieldsRefused({"chosen": "请先选要办的申请。"})
    for one in found:
        one.festival = festival
    return found


def decide(
    *, festival: FestivalPage, seen: Mapping[int, int], decision: Decision, text: str, actor: User
) -> list[Outcome]:
    """Decide about each chosen application; `seen` maps its key to the version that the organiser saw. What cannot be
    done is told and stays as it is; the others are done. Raises FieldsRefused where nothing could be: no words where
    they are needed, a place in the text that nobody fills in, too many."""
    applications = chosen_of(festival, seen)
    if decision.needs_words and not text.strip():
        raise FieldsRefused({"text": "请写理由，摊主会看到。"})
    message_templates.check(text)
    return [_decide(one, seen[one.pk], decision, text, actor) for one in applications]


def _decide(application: Application, version: int, decision: Decision, text: str, actor: User) -> Outcome:
    words = message_templates.filled(text, application)
    try:
        with transaction.atomic():
            if decision == Decision.ASK:
                deciding.ask(application=application, text=words, actor=actor, version=version)
            elif decision == Decision.APPROVE:
                deciding.approve(application=application, reason=words, actor=actor, version=version)
            elif decision == Decision.REJECT:
                deciding.reject(application=application, reason=words, actor=actor, version=version)
            else:
                deciding.put_on_waitlist(application=application, reason=words, actor=actor, version=version)
    except BookingRefused as refused:
        return Outcome(application, str(refused))
    return Outcome(application)
