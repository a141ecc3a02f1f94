"""Deciding on a page from the dashboard."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST
from wagtail.models import Page, TaskState

_SHORTEST = 2


@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve or return what waits under a task's state. To return it, one says why.

    404 for what waits for somebody else; Wagtail's task says for whom.
    """
    state = get_object_or_404(TaskState.objects.select_related("task", "workflow_state"), pk=pk)
    page = Page.objects.filter(pk=state.workflow_state.object_id).specific().first()
    task = state.task.specific
    if page is None or not page.permissions_for_user(request.user).can_publish():
        raise Http404
    action, comment = request.POST.get("action", ""), request.POST.get("comment", "").strip()
    if action not in {name for name, *_ in task.get_actions(page, request.user)}:
        raise Http404
    title = page.get_admin_display_title()
    if action == "reject" and len(comment) < _SHORTEST:
        messages.error(request, f"“{title}”没有退回：请写明要改什么，编辑才知道怎么改。")
        return redirect("wagtailadmin_home")
    try:
        task.on_action(state, request.user, action, comment=comment)
    except PermissionDenied:
        # Somebody else decided a moment ago.
        messages.warning(request, f"“{title}”刚刚已经有人处理了。")
        return redirect("wagtailadmin_home")
    if action == "approve":
        messages.success(request, f"“{title}”已经批准。")
    else:
        messages.success(request, f"“{title}”已经退回，意见发给了提交的人。")
    return redirect("wagtailadmin_home")
