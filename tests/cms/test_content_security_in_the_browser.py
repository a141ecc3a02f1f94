"""An editor's work does not trip over the Content-Security-Policy.

In a file of its own: once a browser runs, Django keeps other connections than before, and a transaction that tests of the
same file share would be left open.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.services.browser import WatchedPage
from tests.services.installation import Installation

pytestmark = pytest.mark.once

_STORIES = """
from cms.models import StoryIndexPage
result = StoryIndexPage.objects.get(url_path="/wuhou/stories/").pk
"""


def test_an_editor_works_without_a_violation(
    wuhou_online: Installation, open_page: Callable[..., WatchedPage], tmp_path: Path
) -> None:
    installation = wuhou_online
    stories = installation.run_python(_STORIES)
    file = tmp_path / "soup.jpg"
    Image.new("RGB", (900, 600), "#3a6a54").save(file)

    # Any violation is an error on the console, which fails the test.
    watched = open_page(width=1280)
    page = watched.page
    page.goto(installation.url(path="/admin/login/"))
    page.fill("input[name=username]", "editor")
    page.fill("input[name=password]", "linli-demo")
    page.click("button[type=submit]")
    page.wait_for_url("**/admin/")

    watched.write(installation.url(path=f"/admin/pages/add/cms/storypage/{stories}/"))
    page.fill("#id_title", "巷口的一碗面")
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
    expect(frame.get_by_role("heading", level=1)).to_have_text("巷口的一碗面", timeout=20_000)
    assert watched.problems == []

    # And the policy is alive: a script that stands in the page does not run.
    watched.tolerate("Executing inline script violates")
    page.evaluate(
        "() => { const script = document.createElement('script');"
        " script.textContent = 'window.slipped = true'; document.body.append(script); }"
    )
    assert page.evaluate("typeof window.slipped") == "undefined"
