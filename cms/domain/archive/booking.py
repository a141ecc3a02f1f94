"""What of the booking names rows in a way that no foreign key shows: the keys of questions and documents in terms and
answers, and the applicant's hash in booths."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import models

from cms.domain.archive.references import Visit
from festival.models import Application, ApplicationDocument, DocumentRequirement, Question, Zone

_ASKED: dict[str, type[models.Model]] = {"question": Question, "document": DocumentRequirement}

# These are planted after the rows that they name in text.
AFTER: dict[type[models.Model], tuple[type[models.Model], ...]] = {
    Application: (Question, DocumentRequirement),
    ApplicationDocument: (Question, DocumentRequirement),
}


def renamed(field: models.Field, value: Any, visit: Visit) -> Any:
    """The value of a field with every row that it names by our own keys renamed."""
    rename = _RENAMED.get((field.model, field.name))
    return rename(value, visit) if rename is not None else value


def _key(value: Any, visit: Visit) -> Any:
    """ "question:7" with its new number. What was deleted since keeps none that anybody else could get."""
    kind, _, number = str(value).partition(":")
    model = _ASKED.get(kind)
    if model is None or not number.isdecimal():
        return value
    new = visit(model, int(number))
    return f"{kind}:{new}" if isinstance(new, int) else f"{kind}:x{number}"


def _answers(value: Any, visit: Visit) -> Any:
    return {_key(key, visit): answer for key, answer in value.items()}


def _terms(value: Any, visit: Visit) -> Any:
    if not value:
        return value
    zone = visit(Zone, int(value["zone"])) if "zone" in value else None
    asked = {
        name: [{**one, "key": _key(one["key"], visit)} for one in value[name]]
        for name in ("questions", "documents")
        if name in value
    }
    return {**value, **asked, **({"zone": zone} if isinstance(zone, int) else {})}


_RENAMED: dict[tuple[type[models.Model], str], Callable[[Any, Visit], Any]] = {
    (Application, "answers"): _answers,
    (Application, "terms"): _terms,
    (ApplicationDocument, "requirement"): _key,
}
