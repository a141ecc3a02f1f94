from __future__ import annotations

from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from sites.domain import tokens
from sites.models import ApiToken

REALM = 'Bearer realm="linli"'


class BearerToken(BaseAuthentication):
    """`Authorization: Bearer linli_…`. The public API needs none; one that is sent and is not good is refused, never
    read as anonymous. `request.auth` is the token; there is no user."""

    def authenticate(self, request: Request) -> tuple[None, ApiToken] | None:
        header = request.headers.get("Authorization")
        if header is None:
            return None
        scheme, _, secret = header.partition(" ")
        token = tokens.find(secret.strip()) if scheme.lower() == "bearer" else None
        if token is None:
            raise AuthenticationFailed
        tokens.note_use(token)
        return None, token

    def authenticate_header(self, request: Request) -> str:
        return REALM
