"""A browser of the laboratory, and everything that an answer says."""

from __future__ import annotations

import contextlib
import io
import json
import zipfile
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from django.contrib.messages.storage.base import BaseStorage
from django.core.signals import got_request_exception
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client

from tests.isolation.laboratory import CITY_HOST


@dataclass
class Answer:
    """What came back: `text` is all that could be read in it, headers and queued messages included."""

    method: str
    url: str
    status: int
    text: str
    body: str
    location: str
    content_type: str
    error: str = ""
    written: list[str] = field(default_factory=list)


class Browser(Client):
    """Asks without remembering what templates were given, which makes the test client slow."""

    def __init__(self, *, host: str = CITY_HOST, token: str = "") -> None:
        headers = {"host": host} | ({"authorization": f"Bearer {token}"} if token else {})
        super().__init__(headers=headers, raise_request_exception=False)

    def request(self, **request: Any) -> HttpResponse:
        response: Any = self.handler(self._base_environ(**request))
        for name, morsel in response.cookies.items():
            if morsel["max-age"] == 0:
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = morsel
        return response

    def ask(
        self,
        url: str,
        data: Any = None,
        *,
        method: str = "GET",
        xhr: bool = False,
        accept: str = "*/*",
        **options: Any,
    ) -> Answer:
        """Ask for one address in a savepoint of its own; what the request wrote is kept in the answer and undone by
        the caller, if at all."""
        headers = {"accept": accept} | ({"x-requested-with": "XMLHttpRequest"} if xhr else {})
        errors: list[str] = []
        written: list[str] = []

        def remember(**signal: Any) -> None:
            import sys

            kind, value, trace = sys.exc_info()
            while trace is not None and trace.tb_next is not None:
                trace = trace.tb_next
            place = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else ""
            errors.append(f"{kind.__name__ if kind else ''}: {value} ({place})")

        def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
            if not sql.startswith("SELECT"):
                written.append(sql)
            return execute(sql, params, many, context)

        got_request_exception.connect(remember)
        try:
            with transaction.atomic(), connection.execute_wrapper(watch):
                response = getattr(self, method.lower())(url, data, headers=headers, **options)
                answer = _read(method, url, response)
        finally:
            got_request_exception.disconnect(remember)
        # Shown now and not with some later answer.
        self.cookies.pop("messages", None)
        answer.error, answer.written = "; ".join(errors), written
        return answer


def _read(method: str, url: str, response: Any) -> Answer:
    content = b"".join(response.streaming_content) if response.streaming else response.content
    kind = response.headers.get("Content-Type", "")
    body = _text_of(content, kind)
    headers = "\n".join(f"{name}: {value}" for name, value in response.headers.items())
    location = response.headers.get("Location", "")
    said = [body, headers, unquote(headers), *_messages(response)]
    return Answer(method, url, response.status_code, "\n".join(said), body, location, kind)


def _text_of(content: bytes, kind: str) -> str:
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return "\n".join(archive.read(name).decode(errors="replace") for name in archive.namelist())
    text = content.decode(errors="replace")
    if "json" in kind:
        # A word is Latin and survives; a key inside a string with escapes does as well. Decoded once more for HTML
        # that stands inside of JSON.
        with contextlib.suppress(ValueError):
            text += "\n" + "\n".join(_strings(json.loads(text)))
    return text


def _strings(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for one in value.values() for text in _strings(one)]
    if isinstance(value, list):
        return [text for one in value for text in _strings(one)]
    return [value] if isinstance(value, str) else []


def _messages(response: Any) -> list[str]:
    """What the request wants to be said on the next page."""
    request = getattr(response, "wsgi_request", None)
    storage: BaseStorage | None = getattr(request, "_messages", None)
    return [str(message) for message in getattr(storage, "_queued_messages", [])]
