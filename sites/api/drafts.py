"""Drafts for those who have a token: what a district's pages would be if they were published now.

Nothing of it is stored by anybody on the way. A token is asked for before a district is looked up, and the district
before what the token may do, so that another district answers as one that never existed.
"""

from __future__ import annotations

from typing import ClassVar

from django.http import HttpResponse
from rest_framework.exceptions import NotAuthenticated
from rest_framework.request import Request

from sites import kinds
from sites.api.problems import Problem
from sites.api.views import JSON, ShelfView, bad_cursor, next_url, unknown_district
from sites.domain import drafts, feed, tokens
from sites.domain.shelf import encode
from sites.enums import TokenAction
from sites.models import ApiToken, District
from sites.pages import iso


class DraftView(ShelfView):
    """Base: the token decides which district is there at all."""

    kind: ClassVar[kinds.Kind]

    def perform_authentication(self, request: Request) -> None:
        super().perform_authentication(request)
        if request.auth is None:
            raise NotAuthenticated

    def district(self, request: Request, slug: str) -> District:
        """The district asked for, when the token is for it. Raises Problem 404 or 403. No query."""
        token = request.auth
        assert isinstance(token, ApiToken)
        if token.district.slug != slug:
            raise unknown_district(slug)
        if not tokens.may(token, TokenAction.DRAFTS, kind=self.kind):
            raise Problem(
                403, "token-not-for-this", "令牌不能做这件事", f"这个令牌不能读{self.kind.label}的草稿。"
            )
        return token.district


def _answer(body: bytes) -> HttpResponse:
    response = HttpResponse(body, content_type=JSON)
    response["Cache-Control"] = "no-store"
    return response


class DraftListView(DraftView):
    """The drafts of one kind, the newest change first."""

    allowed = ("page_size", "cursor")

    def get(self, request: Request, district: str) -> HttpResponse:
        own = self.district(request, district)
        size, cursor = self.page_size(request), request.query_params.get("cursor")
        try:
            page = drafts.drafts_of(own, kind=self.kind, size=size, cursor=cursor)
        except feed.BadCursor:
            raise bad_cursor("cursor", cursor or "") from None
        results = [
            {
                "type": self.kind.type,
                "slug": draft.slug,
                "title": draft.title,
                "state": draft.state.value,
                "changed_at": iso(draft.changed_at),
            }
            for draft in page.drafts
        ]
        return _answer(encode({"results": results, "next": next_url(request, page.next_cursor)}))


class DraftItemView(DraftView):
    """One draft as the item that it would become."""

    def get(self, request: Request, district: str, slug: str) -> HttpResponse:
        own = self.district(request, district)
        item = drafts.draft_payload(own, kind=self.kind, slug=slug)
        if item is None:
            raise Problem(404, "not-found", "没有找到", f"{self.kind.label}里没有草稿“{slug}”。", slug=slug)
        return _answer(encode(item))
