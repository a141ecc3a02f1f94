"""Applying for a booth on a phone, in a real browser: with scripts, without, and with a network that comes and goes."""

from __future__ import annotations

import email
import re
from collections.abc import Callable
from email import policy
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.services.browser import WatchedPage
from tests.services.installation import Installation

pytestmark = pytest.mark.once

_EDITION = """
from tests.city import City
from tests.festival.booking import Edition
Edition(City())
"""


class Stall:
    """An installation with an edition to book, and the folder that its mails go to."""

    def __init__(self, installation: Installation, mails: Path) -> None:
        self.installation, self.mails = installation, mails

    def url(self, path: str = "") -> str:
        return self.installation.url("wuhou", f"/festivals/fair/apply/{path}")

    def code_for(self, address: str) -> str:
        """The code in the newest mail to an address, when the worker has sent it."""
        found: list[str] = []

        def arrived() -> bool:
            for file in sorted(self.mails.glob("*.log"), key=lambda one: one.stat().st_mtime):
                # One file may hold several mails.
                for raw in re.split(rb"-{79}\n", file.read_bytes()):
                    mail = email.message_from_bytes(raw, policy=policy.default)
                    body = mail.get_body(("plain",)) if mail["To"] == address else None
                    if body and (code := re.search(r"验证码\D{0,6}(\d{6})", body.get_content())):
                        found.append(code[1])
            return bool(found)

        self.installation.eventually(arrived, what=f"the code for {address}")
        return found[-1]


@pytest.fixture(scope="module")
def stall(wuhou_online: Installation) -> Stall:
    wuhou_online.run_python(_EDITION)
    # The worker builds the site, and with it the script.
    wuhou_online.eventually(
        lambda: wuhou_online.get("/festivals/fair/zones/", district="wuhou").status_code == 200,
        within=40,
        what="the built site",
    )
    return Stall(wuhou_online, wuhou_online.var / "mails")


@pytest.fixture
def visit(open_page: Callable[..., WatchedPage]) -> Callable[..., WatchedPage]:
    def opened(*, javascript: bool = True) -> WatchedPage:
        page = open_page(width=390, javascript=javascript)
        page.page.set_default_timeout(15_000)
        # Browsers write down every form that was answered with what is wrong in it.
        page.tolerate("422 (Unprocessable Entity)")
        return page

    return opened


def prove(stall: Stall, page: Page, address: str) -> None:
    """From the question for an address to the form."""
    page.fill("#f-contact", address)
    page.wait_for_timeout(2100)  # nobody types an address in less
    page.click("text=发验证码")
    page.fill("#f-code", stall.code_for(address))
    page.click("text=继续")
    expect(page.locator("h1")).to_have_text("填写报名")


def fill(page: Page) -> None:
    page.fill("#f-stall_name", "谭家绳编")
    page.fill("#f-offer", "绳编与盘扣")
    page.get_by_label("手作", exact=True).check()
    page.fill("#f-contact_name", "谭示例")


def no_sideways(visitor: WatchedPage) -> None:
    assert visitor.overflow() == 0, visitor.page.url


def test_booth_is_booked_on_a_phone(stall: Stall, visit: Callable[..., WatchedPage]) -> None:
    visitor = visit()
    page = visitor.page
    visitor.goto(stall.url())
    no_sideways(visitor)
    booth = page.locator("[data-plan] a[data-booth=C01]")
    booth.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.locator("input[name=booths][value=C02]")).to_be_checked()
    booth.click()
    expect(page.locator("input[name=booths][value=C01]")).to_be_checked()
    expect(booth).to_have_attribute("aria-checked", "true")
    page.click("text=预订选好的摊位")
    no_sideways(visitor)
    prove(stall, page, "tan@example.cn")
    no_sideways(visitor)
    expect(page.locator("[data-countdown]")).to_have_text(re.compile(r"还剩 1[45]:\d\d"))

    # Somebody else sees within seconds that it is held.
    neighbour = visit()
    neighbour.goto(stall.installation.url("wuhou", "/festivals/fair/zones/"))
    expect(neighbour.page.locator("li[data-booth=C01]")).to_have_attribute("data-state", "held")

    page.click("text=提交报名")
    expect(page.locator("#problems")).to_be_focused()
    page.click("#problems a >> nth=0")
    expect(page.locator("#f-stall_name")).to_be_focused()
    fill(page)
    expect(page.locator("[data-saved]")).to_contain_text("已保存")
    page.click("text=提交报名")
    expect(page.locator("#standing")).to_have_text("摊位定下来了")
    no_sideways(visitor)
    expect(page.locator(".pass-code img")).to_be_visible()
    # The address leads back, by a reload and from a mail.
    address = page.url
    assert re.search(r"/apply/status/#[0-9A-Z]{8}\.[\w-]+$", address)
    page.reload()
    expect(page.locator("#standing")).to_have_text("摊位定下来了")


def test_booth_is_booked_without_scripts(stall: Stall, visit: Callable[..., WatchedPage]) -> None:
    visitor = visit(javascript=False)
    page = visitor.page
    visitor.goto(stall.url())
    page.check("input[name=booths][value=C02]")
    page.click("text=预订选好的摊位")
    prove(stall, page, "zhou@example.cn")
    expect(page.locator(".hold")).to_contain_text(re.compile(r"保留到 \d\d:\d\d"))
    page.fill("#f-stall_name", "周家旧书")
    page.click("text=提交报名")
    expect(page.locator("#f-stall_name")).to_have_value("周家旧书")
    expect(page.locator("#problems")).to_contain_text("请写联系人")
    fill(page)
    page.click("text=提交报名")
    expect(page.locator("#standing")).to_have_text("摊位定下来了")
    link = page.input_value("#private-link")
    visitor.goto(stall.url("status/"))
    page.fill("#f-link", link)
    page.click("text=打开")
    expect(page.locator("#standing")).to_have_text("摊位定下来了")


def test_what_is_typed_survives_a_lost_network_and_a_reload(
    stall: Stall, visit: Callable[..., WatchedPage]
) -> None:
    visitor = visit()
    page = visitor.page
    visitor.tolerate("ERR_INTERNET_DISCONNECTED")
    visitor.goto(stall.url())
    page.click("text=申请“手作”")
    prove(stall, page, "lin@example.cn")
    page.fill("#f-stall_name", "林家")
    expect(page.locator("[data-saved]")).to_contain_text("已保存")
    visitor.context.set_offline(True)
    page.fill("#f-offer", "竹编")
    expect(page.locator("[data-saved]")).to_contain_text("网络断了")
    page.fill("#f-contact_name", "林示例")
    address = page.url
    page.goto("about:blank")
    visitor.context.set_offline(False)
    page.goto(address)
    expect(page.locator("#f-offer")).to_have_value("竹编")
    expect(page.locator("#f-contact_name")).to_have_value("林示例")
    expect(page.locator("[data-saved]")).to_contain_text("已保存")
    page.reload()
    for field, value in (("stall_name", "林家"), ("offer", "竹编"), ("contact_name", "林示例")):
        expect(page.locator(f"#f-{field}")).to_have_value(value)
    assert page.evaluate("localStorage.length") == 0, "nothing private stays behind on the phone"
