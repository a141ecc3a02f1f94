"""What stallholders of an edition were told, as organisers read it: from the outbox, whose keys name the application."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from festival.domain.notices import named, of_edition
from festival.enums import ApplicationState
from festival.models import Application, ApplicationEvent
from sites.models import OutboxMessage

__all__ = ["Line", "lines", "of_edition"]


@dataclass(frozen=True)
class Line:
    """One notice: to whom, of what, how it went."""

    notice: OutboxMessage
    application: Application
    what: str
    is_repeated: bool


def lines(notices: Sequence[OutboxMessage]) -> list[Line]:
    """The notices of a page in words. Two queries."""
    keys = {notice.pk: key for notice in notices if (key := named(notice.key)) is not None}
    applications = Application.objects.in_bulk({key.application for key in keys.values()})
    events = {
        (application, version): ApplicationState(state).label
        for application, version, state in ApplicationEvent.objects.filter(
            application__in=applications, version__in={key.number for key in keys.values()}
        ).values_list("application", "version", "to_state")
    }
    found = []
    for notice in notices:
        key = keys.get(notice.pk)
        if key is None or key.application not in applications:
            continue
        what = "留言" if key.is_message else str(events.get((key.application, key.number), "状态变动"))
        found.append(Line(notice, applications[key.application], what, bool(key.again)))
    return found
