from __future__ import annotations

from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request


class RefuseUnknownToken(BaseAuthentication):
    """The public API needs no token; one that is sent and means nothing is refused, never read as anonymous."""

    def authenticate(self, request: Request) -> None:
        if request.headers.get("Authorization"):
            raise AuthenticationFailed

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="linli"'
