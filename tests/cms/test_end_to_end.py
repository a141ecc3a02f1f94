"""The main path in a real browser: an editor writes, a moderator publishes, the public reads."""

import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Page, expect

from tests.services.browser import WatchedPage
from tests.services.installation import Installation

pytestmark = pytest.mark.once


@pytest.fixture
def soup(tmp_path: Path) -> Path:
    """A photograph's worth of picture."""
    picture = Image.new("RGB", (1400, 1000), "#c9b48a")
    ImageDraw.Draw(picture).ellipse((400, 300, 1000, 800), fill="#8a3a24")
    data = io.BytesIO()
    picture.save(data, "JPEG")
    file = tmp_path / "soup.jpg"
    file.write_bytes(data.getvalue())
    return file


def _sign_in(page: Page, installation: Installation, name: str) -> None:
    page.goto(installation.url(path="/admin/login/"))
    page.fill("input[name=username]", name)
    page.fill("input[name=password]", "linli-demo")
    page.click("button[type=submit]")
    page.wait_for_url("**/admin/")


def test_story_goes_from_editor_over_moderator_to_the_public(
    wuhou_online: Installation, open_page: Callable[..., WatchedPage], soup: Path
) -> None:
    wuhou = wuhou_online
    index = wuhou.run_python(
        "from cms.models import StoryIndexPage\n"
        "result = StoryIndexPage.objects.get(url_path='/wuhou/stories/').pk"
    )
    desk = open_page(width=1280)
    # An autosave that is on its way while the story is submitted comes too late, and Wagtail says so.
    desk.tolerate("400 (Bad Request)")
    editor = desk.page
    _sign_in(editor, wuhou, "editor")
    desk.write(wuhou.url(path=f"/admin/pages/add/cms/storypage/{index}/"))
    editor.fill("#id_title", "院坝里的一锅汤")

    # The cover, uploaded from the editor's own machine.
    editor.locator("#id_cover-chooser [data-chooser-action-choose]").first.click()
    editor.get_by_role("tab", name="上传").click()
    editor.set_input_files(".modal input[type=file]", soup)
    editor.fill(".modal [name$=description]", "院坝里支着一口冒热气的汤锅")
    editor.locator(
        ".modal form[enctype] button[type=submit], .modal form[enctype] input[type=submit]"
    ).click()
    expect(editor.locator(".modal")).to_have_count(0, timeout=15_000)

    # A paragraph.
    editor.locator("button.c-sf-add-button").first.click()
    editor.get_by_role("option", name="正文").click()
    editor.locator(".public-DraftEditor-content").last.click()
    editor.keyboard.type("冬至那天，院坝里支起一口大锅，谁路过都盛一碗。")
    # What is typed reaches the form a moment later.
    expect(editor.locator("input[name=body-0-value]")).to_have_value(re.compile("盛一碗"))
    # Autosave stores the draft without being asked.
    editor.wait_for_url(re.compile(r"/admin/pages/\d+/edit/"), timeout=20_000)
    page_id = re.search(r"/pages/(\d+)/", editor.url)
    assert page_id is not None

    editor.locator("footer [data-w-dropdown-target=toggle]").last.click()
    editor.get_by_role("button", name=re.compile("提交")).click()
    editor.wait_for_url(re.compile(r"/admin/pages/\d+/$"))
    slug = wuhou.run_python(
        f"from wagtail.models import Page\npage = Page.objects.get(pk={page_id.group(1)})\n"
        "assert not page.live\nresult = page.slug"
    )
    assert wuhou.get(f"/stories/{slug}/", district="wuhou").status_code == 404, (
        "not public before it is approved"
    )

    moderator = open_page(width=1280).page
    _sign_in(moderator, wuhou, "moderator")
    moderator.goto(wuhou.url(path=f"/admin/pages/{page_id.group(1)}/edit/"))
    moderator.locator("footer [data-w-dropdown-target=toggle]").last.click()
    moderator.locator("footer button[data-workflow-action-name=approve]").first.click()
    moderator.wait_for_url(re.compile(r"/admin/pages/\d+/$"))

    wuhou.eventually(
        lambda: "<picture" in wuhou.get(f"/stories/{slug}/", district="wuhou").text,
        within=30,
        what="the public page with its picture",
    )
    for width, javascript in ((390, True), (1280, False)):
        reader = open_page(width=width, javascript=javascript)
        assert reader.goto(wuhou.url("wuhou", f"/stories/{slug}/")).status == 200
        expect(reader.page.get_by_role("heading", level=1)).to_have_text("院坝里的一锅汤")
        expect(reader.page.get_by_text("谁路过都盛一碗").first).to_be_visible()
        expect(reader.page.get_by_alt_text("院坝里支着一口冒热气的汤锅").first).to_be_visible()
        assert reader.overflow() == 0
        assert reader.foreign == []
