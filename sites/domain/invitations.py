"""Inviting people into a district's team by e-mail.

Whoever reads the mail may take the role: once, within a week, and only while the one who invited keeps that team. The
link's secret is stored nowhere; of it the database has the SHA-256. The inviter learns nothing about an address: the
answer is the same whether it has an account or not.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.core.mail import send_mail
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone

from sites.domain import bearer, team
from sites.domain.audit import name_of, record
from sites.enums import Act, Role
from sites.exceptions import AccountExists, InvitationRefused
from sites.models import Community, District, Invitation, User

LASTS = timedelta(days=7)
# An address becomes the account's name.
LONGEST_ADDRESS = 150


def link(secret: str) -> str:
    """The address in the mail."""
    return f"{settings.PUBLIC_URL}/join/{secret}/"


def waiting() -> QuerySet[Invitation]:
    """Invitations that nobody took or withdrew and that have not expired."""
    return Invitation.objects.filter(accepted_at=None, revoked_at=None, expires_at__gt=timezone.now())


def unanswered(district: District) -> QuerySet[Invitation]:
    """What a district's admins see: invitations that were neither taken nor withdrawn, expired ones as well."""
    return (
        Invitation.objects.filter(district=district, accepted_at=None, revoked_at=None)
        .select_related("invited_by")
        .prefetch_related("communities")
    )


@transaction.atomic
def invite(
    *,
    district: District,
    email: str,
    role: Role,
    communities: Iterable[Community] = (),
    actor: User,
    request: HttpRequest | None = None,
) -> Invitation:
    """Offer a role to whoever reads the mail of an address; an earlier offer to it ends. Raises InvitationRefused and
    TeamRefused.

    The mail is handed over inside the transaction, so that there is no invitation without a mail.
    """
    team.lock(district)
    if not team.manages(actor, district):
        raise InvitationRefused(f"你不是{district.name}的管理员，不能邀请别人。")
    email = email.strip().lower()
    limits = list(communities)
    if len(email) > LONGEST_ADDRESS:
        raise InvitationRefused(f"邮箱太长，最多 {LONGEST_ADDRESS} 个字符。")
    if role == Role.ADMIN and limits:
        raise InvitationRefused("区县管理员负责全区，不能只限几个社区。")
    if any(one.district_id != district.pk for one in limits):
        raise InvitationRefused(f"只能选{district.name}的社区。")
    for one in team.members_of(district):
        if email in {one.user.email.lower(), one.user.username.lower()}:
            raise InvitationRefused(f"{one.name}已经在团队里，请直接改角色。")
    now = timezone.now()
    unanswered(district).filter(email=email).update(revoked_at=now)
    secret = bearer.new_secret()
    invitation = Invitation.objects.create(
        district=district,
        email=email,
        role=role,
        digest=bearer.digest_of(secret),
        invited_by=actor,
        expires_at=now + LASTS,
    )
    invitation.communities.set(limits)
    record(
        act=Act.INVITED,
        actor=actor,
        district=district,
        subject_name=email,
        request=request,
        role=role,
        communities=[one.name for one in limits],
    )
    _send(invitation, secret, actor, limits)
    return invitation


def _send(invitation: Invitation, secret: str, actor: User, limits: list[Community]) -> None:
    values = {
        "invitation": invitation,
        "inviter": " ".join(name_of(actor).split()),
        "communities": "、".join(one.name for one in limits),
        "link": link(secret),
        "days": LASTS.days,
    }
    text = render_to_string("sites/mail/invitation.txt", values)
    send_mail(f"{invitation.district.name}邀请你加入邻里", text, None, [invitation.email])


@transaction.atomic
def invite_again(*, invitation: Invitation, actor: User, request: HttpRequest | None = None) -> Invitation:
    """Send the same offer with a new link; the old link is dead. Raises InvitationRefused and TeamRefused."""
    team.lock(invitation.district)
    if not unanswered(invitation.district).filter(pk=invitation.pk).exists():
        raise InvitationRefused("这份邀请已经被接受或撤回。")
    return invite(
        district=invitation.district,
        email=invitation.email,
        role=Role(invitation.role),
        communities=invitation.communities.all(),
        actor=actor,
        request=request,
    )


@transaction.atomic
def revoke(*, invitation: Invitation, actor: User, request: HttpRequest | None = None) -> None:
    """Withdraw an offer; its link is dead at once. Raises InvitationRefused."""
    district = invitation.district
    team.lock(district)
    if not team.manages(actor, district):
        raise InvitationRefused(f"你不是{district.name}的管理员，不能撤回邀请。")
    if not unanswered(district).filter(pk=invitation.pk).update(revoked_at=timezone.now()):
        raise InvitationRefused("这份邀请已经被接受或撤回。")
    record(
        act=Act.INVITATION_REVOKED,
        actor=actor,
        district=district,
        subject_name=invitation.email,
        request=request,
        role=invitation.role,
    )


# --- the invited ------------------------------------------------------------------------------------------------------


def find(secret: str) -> Invitation | None:
    """The open invitation of a link, or None whatever is wrong with it. Changes nothing."""
    found = waiting().select_related("district", "invited_by").filter(digest=bearer.digest_of(secret)).first()
    return found if found is not None and team.manages(found.invited_by, found.district) else None


def account_of(invitation: Invitation) -> User | None:
    """Who has an account with the invited address already."""
    same = Q(email__iexact=invitation.email) | Q(username__iexact=invitation.email)
    return User.objects.filter(same).order_by("-is_active", "pk").first()


def is_meant_for(invitation: Invitation, user: User) -> bool:
    """Whether a person who is signed in is the one whom the mail was sent to."""
    return invitation.email in {user.email.lower(), user.username.lower()}


@transaction.atomic
def join(*, secret: str, name: str, password: str, request: HttpRequest | None = None) -> User:
    """Make the account of a person who is new here, and give the role. The password has been validated.

    Raises InvitationRefused, and AccountExists when the address has an account.
    """
    invitation = _locked(secret)
    if account_of(invitation) is not None:
        raise AccountExists("这个邮箱已经有账号了，请登录后接受邀请。")
    person = User(username=invitation.email, email=invitation.email, last_name=name)
    person.set_password(password)
    try:
        with transaction.atomic():
            person.save()
    except IntegrityError:
        # Two districts invited the same address, and both links were opened at once.
        raise AccountExists("这个邮箱刚刚有了账号，请登录后接受邀请。") from None
    _take(invitation, person, request)
    return person


@transaction.atomic
def accept(*, secret: str, person: User, request: HttpRequest | None = None) -> Invitation:
    """Give the role to a person who has an account and is signed in. Raises InvitationRefused."""
    invitation = _locked(secret)
    if not is_meant_for(invitation, person):
        raise InvitationRefused("这份邀请是发给另一个邮箱的。")
    _take(invitation, person, request)
    return invitation


def _locked(secret: str) -> Invitation:
    found = find(secret)
    if found is not None:
        team.lock(found.district)
        found = find(secret)  # behind the lock: it may have been taken or withdrawn while we waited
    if found is None:
        raise InvitationRefused("这份邀请已经用过、被撤回或过期了。")
    return found


def _take(invitation: Invitation, person: User, request: HttpRequest | None) -> None:
    assert invitation.invited_by is not None  # `find` looked at who it is
    invitation.accepted_at, invitation.accepted_by = timezone.now(), person
    invitation.save(update_fields=["accepted_at", "accepted_by"])
    record(
        act=Act.INVITATION_ACCEPTED,
        actor=person,
        district=invitation.district,
        subject_name=invitation.email,
        request=request,
        role=invitation.role,
    )
    team.give(
        district=invitation.district,
        person=person,
        role=Role(invitation.role),
        communities=list(invitation.communities.all()),
        actor=invitation.invited_by,
    )
