"""The desk in a real browser: booths given by dragging and by keyboard, rows of rules added, nothing against the policy.

In a file of its own: once a browser runs, Django keeps other connections than before.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.services.browser import WatchedPage
from tests.services.installation import Installation

pytestmark = pytest.mark.once

_EDITION = """
import datetime as dt
from django.utils import timezone
from festival.domain import applying, deciding, slots
from festival.domain.contacts import Contact
from festival.enums import ContactKind
from festival.models import BookingRules, Booth, FestivalIndexPage, FestivalPage, Zone, ZoneRules
from sites.models import User

user = User.objects.get(username="organiser")
today = timezone.localdate()
fair = FestivalPage(title="邻里节", slug="plan", starts_on=today + dt.timedelta(days=30), live=False)
FestivalIndexPage.objects.get(url_path="/wuhou/festivals/").add_child(instance=fair)
now = timezone.now()
day = dt.timedelta(days=1)
BookingRules.objects.create(festival=fair, opens_at=now - day, closes_at=now + 9 * day)
zone = Zone.objects.create(
    festival=fair, slug="crafts", name="手作", shape=[[0, 0], [1000, 0], [1000, 700], [0, 700]]
)
for number in (1, 2, 3):
    Booth.objects.create(zone=zone, number=f"A0{number}", x=200 * number, y=200, width=120, height=90)
ZoneRules.objects.create(zone=zone)
slots.prepare(festival=fair)
for name in ("谭家绳编", "周记小面"):
    contact = Contact(ContactKind.EMAIL, f"{len(name)}{ord(name[0])}@example.cn")
    application, _ = applying.start(
        festival=fair, zone=Zone.objects.select_related("rules").get(pk=zone.pk), contact=contact
    )
    applying.edit(
        application=application, changes={"stall_name": name, "offer": "手作", "contact_name": "谭示例"}
    )
    applying.submit(application=application)
    deciding.approve(application=application, actor=user)
result = fair.pk
"""


def drag(page: Page, source: Locator, target: Locator) -> None:
    """By the mouse, as a person does."""
    start, end = source.bounding_box(), target.bounding_box()
    assert start and end
    page.mouse.move(start["x"] + 20, start["y"] + 20)
    page.mouse.down()
    page.mouse.move(start["x"] + 40, start["y"] + 40, steps=3)
    page.mouse.move(end["x"] + end["width"] / 2, end["y"] + end["height"] / 2, steps=6)
    with page.expect_navigation():
        page.mouse.up()


def test_booths_are_given_by_mouse_and_by_keyboard(
    wuhou_online: Installation, open_page: Callable[..., WatchedPage]
) -> None:
    installation = wuhou_online
    festival = installation.run_python(_EDITION)
    watched = open_page(width=1280)
    page = watched.page
    page.goto(installation.url(path="/admin/login/"))
    page.fill("input[name=username]", "organiser")
    page.fill("input[name=password]", "linli-demo")
    page.click("button[type=submit]")
    page.wait_for_url("**/admin/")
    page.goto(installation.url(path=f"/admin/booking/{festival}/plan/"))

    def booth(number: str) -> Locator:
        return page.locator(f"[data-number={number}]")

    drag(page, page.locator("li[data-name=谭家绳编]"), booth("A01"))
    expect(booth("A01")).to_have_attribute("data-state", "taken")
    # To another one, from where it is.
    drag(page, booth("A01"), booth("A03"))
    expect(booth("A03")).to_have_attribute("data-state", "taken")
    expect(booth("A01")).to_have_attribute("data-state", "free")

    page.focus("#allot-application")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(booth("A01")).to_have_attribute("data-name", "周记小面")

    page.goto(installation.url(path=f"/admin/booking/{festival}/rules/"))
    page.get_by_role("button", name="添加类别").click()
    page.fill("#id_categories-0-name", "小吃")
    with page.expect_navigation():
        page.get_by_role("button", name="存下规则").click()
    expect(page.locator("#id_categories-0-name")).to_have_value("小吃")
