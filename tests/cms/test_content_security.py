"""The Content-Security-Policy: strict on every page, and an editor's work does not trip over it."""

from __future__ import annotations

import re

import pytest

from tests.city import City

pytestmark = pytest.mark.once


def _directives(header: str) -> dict[str, str]:
    return dict(part.strip().partition(" ")[::2] for part in header.split(";"))


def test_no_page_of_the_admin_runs_inline_scripts(city: City) -> None:
    story = city.story()
    client = city.browser("admin")
    for path in ("/admin/", f"/admin/pages/{story.pk}/edit/", "/admin/images/add/", "/admin/account/"):
        answer = client.get(path)
        assert answer.status_code == 200, path
        policy = _directives(answer["Content-Security-Policy"])
        assert policy["default-src"] == "'none'"
        assert policy["script-src"] == "'self'"
        assert policy["frame-ancestors"] == policy["base-uri"] == policy["form-action"] == "'self'"
        assert "camera=()" in answer["Permissions-Policy"]
        scripts = re.findall(r"<script(?![^>]*\b(?:src|type)=)[^>]*>", answer.content.decode())
        assert scripts == [], path


@pytest.mark.parametrize("path", ["/api/v1/docs/", "/admin/login/", "/no-such-page/"])
def test_pages_for_everybody_have_a_policy_without_inline_scripts(city: City, path: str) -> None:
    answer = city.browser().get(path)
    policy = _directives(answer["Content-Security-Policy"])
    assert "unsafe" not in policy.get("script-src", policy["default-src"])
    assert not re.findall(r"<script(?![^>]*\b(?:src|type)=)[^>]*>", answer.content.decode())
