"""The mails of moderation: to the moderators when a page is handed in, to whoever handed it in when it comes back.

They go through the outbox in the transaction of the decision. Nobody is told of what they did themselves, and whoever
turned a kind of notice off in their account gets none of it.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page, TaskState, WorkflowState
from wagtail.users.models import UserProfile

from sites.domain.audit import name_of
from sites.models import District, User
from sites.outbox_mail import sender_of
from sites.pages import district_of
from sites.publish_asking import note_of


def tell_moderators(task_state: TaskState, *, actor: User | None) -> None:
    """Say to those who may publish the page that it waits for them; the sender's note goes along."""
    page = _page_of(task_state.workflow_state)
    if page is None:
        return
    groups = task_state.task.specific.groups.all()
    members = User.objects.filter(groups__in=groups).distinct().order_by("pk")
    who = name_of(actor) if actor else "有人"
    _send(
        page,
        # Some moderators serve some communities only.
        to=[one for one in members if one != actor and page.permissions_for_user(one).can_publish()],
        kind="submitted",
        subject=f"{who}提交了“{_title(page)}”，等你审核",
        lines=[f"{who}把“{_title(page)}”送来审核。看过以后，可以批准发布，也可以写明意见退回。"],
        said=note_of(task_state.revision),
        said_by=f"{who}说",
        link=_edit_address(page),
        link_label="去审核",
        key=f"submitted {task_state.pk}",
    )


def tell_of_return(workflow_state: WorkflowState, *, actor: User | None) -> None:
    """Say to whoever handed the page in that it was sent back, and why."""
    page = _page_of(workflow_state)
    if page is None:
        return
    task_state = workflow_state.current_task_state
    who = name_of(actor) if actor else "审核员"
    _send(
        page,
        to=_handed_in_by(workflow_state, actor),
        kind="rejected",
        subject=f"“{_title(page)}”退回来了，请看看意见",
        lines=[f"{who}看过“{_title(page)}”，请你再改一改。改好以后重新提交。"],
        said=task_state.comment,
        said_by=f"{who}说",
        link=_edit_address(page),
        link_label="去修改",
        key=f"rejected {task_state.pk}",
    )


def tell_of_approval(workflow_state: WorkflowState, *, actor: User | None) -> None:
    """Say to whoever handed the page in that it is public now, or when it will be."""
    page = _page_of(workflow_state)
    if page is None:
        return
    task_state = workflow_state.current_task_state
    planned = page.scheduled_revision
    if planned is not None:
        moment = timezone.localtime(planned.approved_go_live_at)
        subject = f"“{_title(page)}”审核通过，到时发布"
        line = f"“{_title(page)}”审核通过，{moment.month}月{moment.day}日 {moment:%H:%M} 公开。"
    else:
        subject = f"“{_title(page)}”已经发布"
        line = f"“{_title(page)}”已经发布，大家都能看到了。"
    who = name_of(actor) if actor else "审核员"
    _send(
        page,
        to=_handed_in_by(workflow_state, actor),
        kind="approved",
        subject=subject,
        lines=[line],
        said=task_state.comment,
        said_by=f"{who}说",
        link=_edit_address(page) if planned or not page.live else page.full_url,
        link_label="看看草稿" if planned or not page.live else "看看公开的页面",
        key=f"approved {workflow_state.pk}",
    )


def tell_of_publishing_past_moderation(workflow_state: WorkflowState, *, actor: User | None) -> None:
    """A page that waited is published by its moderator's own hand, which ends its moderation without a decision."""
    page = _page_of(workflow_state)
    if page is not None and actor is not None and _was_published(page, workflow_state):
        tell_of_approval(workflow_state, actor=actor)


def _was_published(page: Page, workflow_state: WorkflowState) -> bool:
    if page.scheduled_revision is not None:
        return True
    handed_in = workflow_state.current_task_state.revision.created_at
    return bool(page.live and page.live_revision and page.live_revision.created_at >= handed_in)


def _page_of(workflow_state: WorkflowState) -> Page | None:
    page = Page.objects.filter(pk=workflow_state.object_id).specific().first()
    return (
        page
        if page is not None and page.get_base_content_type() == workflow_state.base_content_type
        else None
    )


def _handed_in_by(workflow_state: WorkflowState, actor: User | None) -> list[User]:
    requested_by = workflow_state.requested_by
    return [requested_by] if requested_by is not None and requested_by != actor else []


def _title(page: Page) -> str:
    return " ".join(page.get_admin_display_title().split())


def _edit_address(page: Page) -> str:
    return settings.WAGTAILADMIN_BASE_URL + reverse("wagtailadmin_pages:edit", args=[page.pk])


def _send(
    page: Page,
    *,
    to: Iterable[User],
    kind: str,
    subject: str,
    lines: list[str],
    said: str,
    said_by: str,
    link: str,
    link_label: str,
    key: str,
) -> None:
    district: District | None = district_of(page)
    for user in to:
        if not (user.is_active and user.email):
            continue
        if not getattr(UserProfile.get_for_user(user), f"{kind}_notifications"):
            continue
        context = {
            "name": name_of(user),
            "subject": subject,
            "lines": lines,
            "said": said.strip(),
            "said_by": said_by,
            "link": link,
            "link_label": link_label,
            "sender": f"{district.name}邻里" if district else settings.WAGTAIL_SITE_NAME,
            "colour": district.accent if district else "#a63a28",
            "account": f"{settings.WAGTAILADMIN_BASE_URL}{reverse('wagtailadmin_account')}#tab-notifications",
        }
        message = EmailMultiAlternatives(
            subject,
            render_to_string("cms/mail/notice.txt", context).strip() + "\n",
            sender_of(district),
            [user.email],
            headers={"Auto-Submitted": "auto-generated"},
        )
        message.attach_alternative(render_to_string("cms/mail/notice.html", context), "text/html")
        message.district = district  # type: ignore[attr-defined]
        # A decision is told once, however often its signal is sent.
        message.outbox_key = f"{kind} mail {key} {user.pk}"  # type: ignore[attr-defined]
        message.send()
