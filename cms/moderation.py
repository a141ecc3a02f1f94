"""What sends the mails of moderation: Wagtail's signals, each passed on to `cms.domain.moderation`.

Wagtail connects notifiers of its own, whose mails name neither district nor sender. Ours take their place in the list of
receivers: `dispatch_uid` is Wagtail's, and a receiver under a known one is not added. Our apps are ready before Wagtail's.
"""

from __future__ import annotations

from typing import Any

from wagtail.models import TaskState, WorkflowState
from wagtail.signals import (
    task_submitted,
    workflow_approved,
    workflow_cancelled,
    workflow_rejected,
    workflow_submitted,
)

from sites.models import User


def connect() -> None:
    """Listen to decisions of moderation."""
    of_wagtail = "_email_notification"
    task_submitted.connect(
        _submitted, sender=TaskState, dispatch_uid=f"group_approval_task_submitted{of_wagtail}"
    )
    # Wagtail's goes to superusers only, and there are none.
    workflow_submitted.connect(
        _nothing, sender=WorkflowState, dispatch_uid=f"workflow_state_submitted{of_wagtail}"
    )
    workflow_rejected.connect(
        _rejected, sender=WorkflowState, dispatch_uid=f"workflow_state_rejected{of_wagtail}"
    )
    workflow_approved.connect(
        _approved, sender=WorkflowState, dispatch_uid=f"workflow_state_approved{of_wagtail}"
    )
    workflow_cancelled.connect(_cancelled, sender=WorkflowState, dispatch_uid="published past moderation")


def _submitted(sender: type, instance: TaskState, user: User | None = None, **kwargs: Any) -> None:
    from cms.domain import moderation

    moderation.tell_moderators(instance, actor=user)


def _nothing(sender: type, **kwargs: Any) -> None:
    pass


def _rejected(sender: type, instance: WorkflowState, user: User | None = None, **kwargs: Any) -> None:
    from cms.domain import moderation

    moderation.tell_of_return(instance, actor=user)


def _approved(sender: type, instance: WorkflowState, user: User | None = None, **kwargs: Any) -> None:
    from cms.domain import moderation

    moderation.tell_of_approval(instance, actor=user)


def _cancelled(sender: type, instance: WorkflowState, user: User | None = None, **kwargs: Any) -> None:
    from cms.domain import moderation

    moderation.tell_of_publishing_past_moderation(instance, actor=user)
