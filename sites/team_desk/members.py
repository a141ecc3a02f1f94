"""The people of a district, and who is invited."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from sites.domain import invitations, team
from sites.domain.people import is_city_staff
from sites.domain.second_factor import may_reset
from sites.enums import Role
from sites.exceptions import InvitationRefused, TeamRefused
from sites.models import District, Invitation
from sites.team_desk.access import TITLE, managed_district, page, title_of, user_of
from sites.team_desk.forms import InviteForm, MemberForm


def choose_district(request: HttpRequest) -> HttpResponse:
    """The districts whose team one keeps; who keeps only one goes straight there."""
    own = list(team.managed_by(user_of(request)))
    if not own:
        raise Http404
    if len(own) == 1 and not is_city_staff(user_of(request)):
        return redirect("team_members", own[0].slug)
    people = Count("role_groups__group__user", distinct=True)
    admins = Count("role_groups__group__user", filter=Q(role_groups__role=Role.ADMIN), distinct=True)
    counted = District.objects.filter(pk__in=[one.pk for one in own]).annotate(people=people, admins=admins)
    # The other tabs are for the city's staff.
    tab = "districts" if is_city_staff(user_of(request)) else ""
    return page(request, "districts.html", title=TITLE, tab=tab, districts=counted)


def list_members(request: HttpRequest, district: str) -> HttpResponse:
    own = managed_district(request, district)
    return page(
        request,
        "members.html",
        title=title_of(request, own),
        district=own,
        tab="members",
        members=team.members_of(own),
        invitations=invitations.unanswered(own),
        now=timezone.now(),
    )


def invite(request: HttpRequest, district: str) -> HttpResponse:
    own = managed_district(request, district)
    form = InviteForm(request.POST if request.method == "POST" else None, district=own)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            invitation = invitations.invite(
                district=own,
                email=values["email"],
                role=Role(values["role"]),
                communities=values["communities"],
                actor=user_of(request),
                request=request,
            )
        except (InvitationRefused, TeamRefused) as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"邀请信寄给 {invitation.email} 了。")
            return redirect("team_members", own.slug)
    return page(request, "invite.html", title="邀请新成员", district=own, form=form)


def edit_member(request: HttpRequest, district: str, pk: int) -> HttpResponse:
    own, member = _member(request, district, pk)
    initial = {"roles": [role.value for role in member.roles], "communities": member.communities}
    form = MemberForm(request.POST if request.method == "POST" else None, district=own, initial=initial)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            team.change(
                district=own,
                person=member.user,
                roles=[Role(role) for role in values["roles"]],
                communities=values["communities"],
                actor=user_of(request),
                request=request,
            )
        except TeamRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"{member.name}的角色保存了。")
            return _back(request, own)
    return page(
        request,
        "member.html",
        title=member.name,
        district=own,
        member=member,
        form=form,
        may_help=may_reset(actor=user_of(request), subject=member.user),
    )


def remove_member(request: HttpRequest, district: str, pk: int) -> HttpResponse:
    own, member = _member(request, district, pk)
    problem = ""
    if request.method == "POST":
        try:
            team.remove(district=own, person=member.user, actor=user_of(request), request=request)
        except TeamRefused as refused:
            problem = str(refused)
        else:
            messages.success(request, f"{member.name}已移出{own.name}的团队。")
            return _back(request, own)
    title = f"把{member.name}移出团队"
    return page(request, "remove_member.html", title=title, district=own, member=member, problem=problem)


@require_POST
def invite_again(request: HttpRequest, district: str, pk: int) -> HttpResponse:
    own, invitation = _invitation(request, district, pk)
    try:
        invitations.invite_again(invitation=invitation, actor=user_of(request), request=request)
    except (InvitationRefused, TeamRefused) as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"新的邀请信寄给 {invitation.email} 了，旧链接已失效。")
    return redirect("team_members", own.slug)


@require_POST
def revoke_invitation(request: HttpRequest, district: str, pk: int) -> HttpResponse:
    own, invitation = _invitation(request, district, pk)
    try:
        invitations.revoke(invitation=invitation, actor=user_of(request), request=request)
    except InvitationRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"给 {invitation.email} 的邀请撤回了。")
    return redirect("team_members", own.slug)


def _member(request: HttpRequest, district: str, pk: int) -> tuple[District, team.Member]:
    own = managed_district(request, district)
    found = team.member(own, pk)
    if found is None:
        raise Http404
    return own, found


def _invitation(request: HttpRequest, district: str, pk: int) -> tuple[District, Invitation]:
    own = managed_district(request, district)
    found = Invitation.objects.filter(district=own, pk=pk).select_related("district").first()
    if found is None:
        raise Http404
    return own, found


def _back(request: HttpRequest, district: District) -> HttpResponse:
    """To the team, or out of it for those who have just left it themselves."""
    if team.manages(user_of(request), district):
        return redirect("team_members", district.slug)
    return redirect("wagtailadmin_home")
