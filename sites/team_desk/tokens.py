"""“接口令牌”: making and ending a district's API tokens."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.cache import never_cache

from sites.domain import tokens
from sites.enums import TokenAction
from sites.exceptions import TokenRefused
from sites.models import ApiToken
from sites.team_desk.access import managed_district, page, user_of
from sites.team_desk.forms import TokenForm


def list_tokens(request: HttpRequest, district: str) -> HttpResponse:
    own = managed_district(request, district)
    found = ApiToken.objects.filter(district=own).select_related("created_by")
    now = timezone.now()
    labels = {kind.plural: kind.label for kind in tokens.kinds_with_drafts()}
    rows = [
        {
            "token": token,
            "kinds": "、".join(labels.get(plural, plural) for plural in token.kinds) or "全部种类",
            "state": "已停用" if token.revoked_at else "已过期" if token.expires_at <= now else "",
        }
        for token in found
    ]
    return page(request, "tokens.html", title="接口令牌", district=own, tab="tokens", rows=rows)


@never_cache
def make_token(request: HttpRequest, district: str) -> HttpResponse:
    """The form, and once it is sent the one page on which the secret is seen."""
    own = managed_district(request, district)
    form = TokenForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            token, secret = tokens.make(
                district=own,
                name=form.cleaned_data["name"],
                actions=[TokenAction.DRAFTS],
                kinds=form.cleaned_data["kinds"],
                expires_at=form.expires_at,
                actor=user_of(request),
                request=request,
            )
        except TokenRefused as refused:
            form.add_error(None, str(refused))
        else:
            return page(
                request,
                "token_made.html",
                title="新的接口令牌",
                district=own,
                tab="tokens",
                token=token,
                secret=secret,
            )
    return page(request, "make_token.html", title="创建接口令牌", district=own, tab="tokens", form=form)


def revoke_token(request: HttpRequest, district: str, pk: int) -> HttpResponse:
    own = managed_district(request, district)
    token = ApiToken.objects.filter(district=own, pk=pk).select_related("district").first()
    if token is None:
        raise Http404
    if request.method == "POST":
        try:
            tokens.revoke(token=token, actor=user_of(request), request=request)
        except TokenRefused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, f"令牌“{token.name}”停用了，用它的程序马上就读不到草稿。")
        return redirect("team_tokens", own.slug)
    return page(request, "revoke_token.html", title="停用令牌", district=own, tab="tokens", token=token)
