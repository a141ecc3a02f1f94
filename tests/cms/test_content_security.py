"""The Content-Security-Policy: strict on every page, and an editor's work does not trip over it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.city import City
from tests.conftest import NewInstallation
from tests.services.browser import WatchedPage

_PEOPLE = """
from sites.models import RoleGroup, User
user = User.objects.create_user("editor", password="linli-demo")
user.groups.add(RoleGroup.objects.get(district__slug="wuhou", role="editor").group)
from cms.models import StoryIndexPage
result = StoryIndexPage.objects.get(url_path="/wuhou/stories/").pk
"""


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


def test_an_editor_works_without_a_violation(
    new_installation: NewInstallation, open_page: Callable[..., WatchedPage], tmp_path: Path
) -> None:
    installation = new_installation()
    installation.manage("create_district", "chengdu", "成都市", "--hostname=localhost", "--city")
    installation.manage("create_district", "wuhou", "武侯区", "--hostname=wuhou.localhost")
    stories = installation.run_python(_PEOPLE)
    file = tmp_path / "soup.jpg"
    Image.new("RGB", (900, 600), "#8a3a24").save(file)

    # Any violation is an error on the console, which fails the test.
    watched = open_page(width=1280)
    page = watched.page
    page.goto(installation.url(path="/admin/login/"))
    page.fill("input[name=username]", "editor")
    page.fill("input[name=password]", "linli-demo")
    page.click("button[type=submit]")
    page.wait_for_url("**/admin/")

    page.goto(installation.url(path=f"/admin/pages/add/cms/storypage/{stories}/"))
    page.fill("#id_title", "院坝里的一锅汤")
    page.locator("#id_cover-chooser [data-chooser-action-choose]").first.click()
    page.get_by_role("tab", name="上传").click()
    page.set_input_files(".modal input[type=file]", file)
    page.fill(".modal [name$=description]", "院坝里支着一口汤锅")
    page.locator(".modal form[enctype] [type=submit]").click()
    page.locator("#id_cover-chooser img").first.wait_for()

    page.locator("button.c-sf-add-button").first.click()
    page.get_by_role("option", name="正文").click()
    page.locator(".public-DraftEditor-content").last.click()
    page.keyboard.type("冬至那天，谁路过都盛一碗。")
    page.wait_for_url(re.compile(r"/admin/pages/\d+/edit/"), timeout=20_000)

    page.locator("button[aria-label*=预览]").first.click()
    frame = page.frame_locator("#w-preview-iframe")
    expect(frame.get_by_role("heading", level=1)).to_have_text("院坝里的一锅汤", timeout=20_000)
    assert watched.problems == []

    # And the policy is alive: a script that stands in the page does not run.
    watched.tolerate("Executing inline script violates")
    page.evaluate(
        "() => { const script = document.createElement('script');"
        " script.textContent = 'window.slipped = true'; document.body.append(script); }"
    )
    assert page.evaluate("typeof window.slipped") == "undefined"
