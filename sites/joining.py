"""The page behind the link of an invitation mail: outside the admin, for people who have no account yet.

The address holds the secret, so the answer is never stored and its address is told to no other site. Not
`no-referrer`: with it browsers send a form with `Origin: null`, which the CSRF check must refuse.
"""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from sites.domain import invitations
from sites.exceptions import AccountExists, LinliError
from sites.models import Invitation, User
from sites.team_desk.forms import JoinForm


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, secret: str) -> HttpResponse:
    """Show an invitation; take it with a POST. Reading changes nothing, whoever does it."""
    response = _join(request, secret)
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "same-origin"
    response["X-Robots-Tag"] = "noindex"
    return response


def _join(request: HttpRequest, secret: str) -> HttpResponse:
    invitation = invitations.find(secret)
    if invitation is None:
        return render(request, "sites/join/closed.html", status=404)
    account = invitations.account_of(invitation)
    if isinstance(request.user, User):
        if not invitations.is_meant_for(invitation, request.user):
            return _page(request, "someone_else", invitation, secret)
        return _accept(request, invitation, secret, request.user)
    if account is None:
        return _make_account(request, invitation, secret)
    return _page(request, "sign_in" if account.is_active else "inactive", invitation, secret)


def _accept(request: HttpRequest, invitation: Invitation, secret: str, person: User) -> HttpResponse:
    if request.method != "POST":
        return _page(request, "accept", invitation, secret)
    try:
        invitations.accept(secret=secret, person=person, request=request)
    except LinliError as refused:
        return _page(request, "accept", invitation, secret, problem=str(refused))
    role = invitation.get_role_display()
    messages.success(request, f"欢迎！你现在是{invitation.district.name}的{role}。")
    return redirect("wagtailadmin_home")


def _make_account(request: HttpRequest, invitation: Invitation, secret: str) -> HttpResponse:
    form = JoinForm(request.POST if request.method == "POST" else None, email=invitation.email)
    if request.method != "POST" or not form.is_valid():
        return _page(request, "new", invitation, secret, form=form)
    values = form.cleaned_data
    try:
        invitations.join(secret=secret, name=values["name"], password=values["password"], request=request)
    except AccountExists:
        return redirect(request.path)
    except LinliError as refused:
        form.add_error(None, str(refused))
        return _page(request, "new", invitation, secret, form=form)
    # Not signed in here: the door to the admin has its own rules (a second factor, the trail).
    messages.success(request, f"账号建好了。请用 {invitation.email} 和刚才设的密码登录。")
    return redirect("wagtailadmin_login")


def _page(
    request: HttpRequest, step: str, invitation: Invitation, secret: str, **values: object
) -> HttpResponse:
    context = {
        "step": step,
        "invitation": invitation,
        "communities": "、".join(one.name for one in invitation.communities.all()),
        "login_url": f"{reverse('wagtailadmin_login')}?{urlencode({'next': request.path})}",
        **values,
    }
    return render(request, "sites/join/invitation.html", context)
