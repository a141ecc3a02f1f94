"""A browser without scripts: it opens pages, fills in their forms and presses their buttons."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from festival.domain import gatekeeping

Value = str | list[str] | SimpleUploadedFile


@dataclass
class Form:
    """A form as it stands in a page: `values` of its fields, and where its `buttons` (value → action) send it."""

    action: str
    method: str
    values: dict[str, list[str]] = field(default_factory=dict)
    buttons: dict[str, str] = field(default_factory=dict)


class _Forms(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: list[str] = []
        self._open: Form | None = None
        self._area = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        if tag == "form":
            self._open = Form(given.get("action", ""), given.get("method", "get"))
            self.forms.append(self._open)
        if self._open is None:
            return
        name = given.get("name", "")
        if tag == "button":
            self._open.buttons[given.get("value", "")] = name
        elif tag == "textarea":
            self._area = name
            self._open.values.setdefault(name, [])
        elif tag == "input" and name and "disabled" not in given:
            kind = given.get("type", "text")
            if kind == "file" or (kind in {"radio", "checkbox"} and "checked" not in given):
                return
            default = "on" if kind in {"radio", "checkbox"} else ""
            self._open.values.setdefault(name, []).append(given.get("value", default))

    def handle_data(self, data: str) -> None:
        if self._area and self._open is not None:
            # A browser drops the first end of line of a textarea.
            self._open.values[self._area] = [data.removeprefix("\n")]

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = ""
        elif tag == "form":
            self._open = None


class PlainBrowser:
    """One page after the other, on a district's host. Each form is sent as it stands, with what was filled in."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.html, self.status, self.headers = "", 0, {}

    def open(self, path: str) -> PlainBrowser:
        return self._took(self.client.get(path))

    def form(self, *, button: str = "", having: str = "") -> Form:
        """The form with that button, or with that field or hidden value."""
        forms = _Forms(self.html).forms
        for one in forms:
            if (button and button not in one.buttons) or (
                having and not any(having in [name, *values] for name, values in one.values.items())
            ):
                continue
            return one
        raise AssertionError(f"no form with {button or having} in {[one.action for one in forms]}")

    def send(
        self, *, button: str = "", having: str = "", patient: bool = True, **filled: Value
    ) -> PlainBrowser:
        """Fill in a form and press a button. In names `__` stands for ":". A `patient` person takes a few seconds."""
        form = self.form(button=button, having=having)
        values: dict[str, Any] = dict(form.values)
        values |= {name.replace("__", ":"): value for name, value in filled.items()}
        if button:
            values[form.buttons[button]] = button
        if patient and "stamp" in values:
            values["stamp"] = gatekeeping.form_token(
                form="contact", now=timezone.now() - dt.timedelta(seconds=5)
            )
        if form.method == "get":
            return self._took(self.client.get(form.action, values))
        return self._took(self.client.post(form.action, values))

    def _took(self, response: Any) -> PlainBrowser:
        self.html = response.content.decode() if not response.streaming else ""
        self.status, self.headers, self.response = response.status_code, response.headers, response
        return self

    @property
    def problems(self) -> list[str]:
        """What the summary at the top says."""
        summary = re.search(r'<div class="problems".*?</div>', self.html, re.DOTALL)
        return re.findall(r"<li>(?:<a[^>]*>)?([^<]*)", summary[0]) if summary else []

    @property
    def title(self) -> str:
        found = re.search(r"<h1>(.*?)</h1>", self.html)
        assert found
        return found[1]

    @property
    def standing(self) -> str:
        """What the status page says first."""
        found = re.search(r'<h2 id="standing">(.*?)</h2>', self.html)
        assert found, self.problems
        return found[1]

    @property
    def link(self) -> str:
        found = re.search(r'id="private-link"[^>]*value="([^"]*)"', self.html)
        assert found
        return found[1]


def newest_code() -> str:
    """The code in the newest mail."""
    found = re.search(r"验证码\D{0,6}(\d{6})", str(mail.outbox[-1].body))
    assert found, mail.outbox[-1].body
    return found[1]
