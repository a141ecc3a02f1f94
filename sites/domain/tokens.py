"""API tokens: what a program shows to read more than the public may.

A token belongs to one district and names the kinds and actions it is good for. Its secret is shown once; the database
has the SHA-256 of it.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone
from wagtail.models import Page

from sites import kinds
from sites.domain import bearer, team
from sites.domain.audit import record
from sites.enums import Act, TokenAction
from sites.exceptions import TokenRefused
from sites.models import ApiToken, District, User

PREFIX = "linli_"
LONGEST = timedelta(days=366)
# A use is written down at most this often, so that reads stay reads.
USE_EVERY = timedelta(minutes=1)


def kinds_with_drafts() -> list[kinds.Kind]:
    """The kinds of which there are drafts: those made of pages. The home page is no item among others."""
    return [kind for kind in kinds.all_kinds() if issubclass(kind.model, Page) and kind.type != "district"]


@transaction.atomic
def make(
    *,
    district: District,
    name: str,
    actions: Collection[TokenAction],
    kinds: Collection[str] = (),
    expires_at: datetime,
    actor: User,
    request: HttpRequest | None = None,
) -> tuple[ApiToken, str]:
    """A new token and its secret, which is not stored. `kinds` holds plural names; empty means all.

    Raises TokenRefused.
    """
    team.lock(district)
    if not team.manages(actor, district):
        raise TokenRefused(f"你不是{district.name}的管理员，不能创建令牌。")
    if not actions:
        raise TokenRefused("请选这个令牌可以做的事。")
    known = [kind.plural for kind in kinds_with_drafts()]
    if unknown := sorted(set(kinds) - set(known)):
        raise TokenRefused(f"没有“{unknown[0]}”这种内容。")
    now = timezone.now()
    if not now < expires_at <= now + LONGEST:
        raise TokenRefused(f"有效期最长 {LONGEST.days} 天，而且要在今天以后。")
    secret = PREFIX + bearer.new_secret()
    token = ApiToken.objects.create(
        district=district,
        name=name,
        digest=bearer.digest_of(secret),
        kinds=[plural for plural in known if plural in kinds],
        actions=[action.value for action in TokenAction if action in actions],
        created_by=actor,
        expires_at=expires_at,
    )
    record(act=Act.TOKEN_MADE, actor=actor, district=district, subject_name=name, request=request)
    return token, secret


@transaction.atomic
def revoke(*, token: ApiToken, actor: User, request: HttpRequest | None = None) -> None:
    """End a token at once. Raises TokenRefused."""
    team.lock(token.district)
    if not team.manages(actor, token.district):
        raise TokenRefused(f"你不是{token.district.name}的管理员，不能停用令牌。")
    if not ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=timezone.now()):
        raise TokenRefused("这个令牌已经停用了。")
    record(
        act=Act.TOKEN_REVOKED, actor=actor, district=token.district, subject_name=token.name, request=request
    )


def find(secret: str) -> ApiToken | None:
    """The token of a secret as long as it is good; None when it is unknown, expired or revoked. One query."""
    if not secret.startswith(PREFIX):
        return None
    good = ApiToken.objects.filter(revoked_at=None, expires_at__gt=timezone.now())
    return good.select_related("district").filter(digest=bearer.digest_of(secret)).first()


def note_use(token: ApiToken) -> None:
    """Write down that a token was used now; at most one query a minute and token."""
    now = timezone.now()
    if token.last_used_at is not None and now - token.last_used_at < USE_EVERY:
        return
    stale = Q(last_used_at=None) | Q(last_used_at__lte=now - USE_EVERY)
    ApiToken.objects.filter(stale, pk=token.pk).update(last_used_at=now)


def may(token: ApiToken, action: TokenAction, *, kind: kinds.Kind) -> bool:
    """Whether a token is good for an action on a kind, in its own district."""
    return action in token.actions and (not token.kinds or kind.plural in token.kinds)
