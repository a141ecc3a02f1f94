"""Checking in without a network, on a telephone: nothing is lost, and nothing counts twice.

In a file of its own: once a browser runs, Django keeps other connections than before.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import segno
from PIL import Image
from playwright.sync_api import Browser, expect

from tests.services.browser import WatchedPage, launched
from tests.services.installation import Installation

pytestmark = pytest.mark.once

# A camera that shows a film, and a visitor who lets it be used.
_CAMERA = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
_EDITION = """
from django.utils import timezone
from festival.domain import checkin, passes
from sites.models import User
from tests.city import City
from tests.festival.booking import Edition

edition = Edition(City(), slug="today", starts_on=timezone.localdate(), booths=5)
mine = [edition.submitted("open", address=f"a{n}@example.cn", booths=(booth,)) for n, booth in enumerate(edition.booths("open"))]
codes = [passes.issue(one).code for one in mine]
tokens = [passes.token_of(passes.issue(one), key=passes.key_of(edition.festival)) for one in mine]
user = User.objects.get(username="organiser")
made = [checkin.make_device(festival=edition.festival, name=name, actor=user)[1] for name in ("东门", "西门")]
result = {"codes": codes, "tokens": tokens, "secrets": made}
"""
_SCANS = """
from festival.models import Application, ApplicationEvent, CheckInScan
result = {
    "scans": sorted(CheckInScan.objects.values_list("code", "answer")),
    "arrivals": ApplicationEvent.objects.filter(to_state="checked_in").count(),
    "late": [(one.received_at - one.scanned_at).total_seconds() for one in CheckInScan.objects.all()],
}
"""


@pytest.fixture(scope="module")
def made(wuhou_online: Installation) -> dict[str, Any]:
    """An edition of today, its passes and the secrets of two devices."""
    edition: dict[str, Any] = wuhou_online.run_python(_EDITION)
    return edition


def test_scans_made_offline_arrive_once(
    wuhou_online: Installation, made: dict[str, Any], open_page: Callable[..., WatchedPage]
) -> None:
    installation = wuhou_online
    first, second, third, fourth, _ = made["codes"]
    token = made["tokens"][1]

    watched = open_page(width=390)
    page = watched.page
    page.goto(installation.url(path=f"/checkin/#{made['secrets'][0]}"))
    expect(page.locator("#net")).to_have_text("在线")
    expect(page.locator("#expected")).to_have_text("5")
    assert made["secrets"][0] not in page.url
    assert watched.overflow() == 0
    page.wait_for_function(
        "navigator.serviceWorker.ready.then((worker) => worker.active.state === 'activated')"
    )

    # No camera here: it is said, and codes can be typed.
    page.get_by_role("button", name="打开摄像头扫码").click()
    expect(page.locator("#camera-note")).to_contain_text("也可以输入二维码下面的 8 位号")
    expect(page.locator("#camera")).to_be_hidden()

    def take(text: str, word: str) -> None:
        page.fill("#code", text)
        page.press("#code", "Enter")
        expect(page.locator("#verdict .word")).to_have_text(word)
        page.wait_for_function("!document.querySelector('#code').value")

    # The worker has all it needs: the page is opened again without a network.
    page.reload()
    expect(page.locator("#expected")).to_have_text("5")
    watched.context.set_offline(True)
    watched.tolerate("ERR_INTERNET_DISCONNECTED")
    page.reload()
    expect(page.locator("#net")).to_have_text("没有网络，照常签到")
    expect(page.locator("#expected")).to_have_text("5")
    take(f"{first[:4].lower()} {first[4:]}", "请进")
    take(token, "请进")
    expect(page.locator("#verdict .what")).to_have_text("C02")
    take(token[:-3] + "AAA", "查不到")
    take(first, "来过了")
    take("22222222", "查不到")
    take(third, "请进")
    expect(page.locator("#unsent")).to_have_text("6")
    expect(page.locator("#arrived")).to_have_text("3")
    page.reload()
    expect(page.locator("#unsent")).to_have_text("6")
    expect(page.locator("#arrived")).to_have_text("3")

    # Meanwhile the third comes in by the other gate, and is known there first.
    other = installation.request(
        "POST",
        "/api/v1/checkin/scans/",
        headers={"Authorization": f"Bearer {made['secrets'][1]}"},
        json={
            "scans": [{"nonce": "west-gate-1", "code": third, "scanned_at": "2026-01-01T00:00:00Z"}],
            "sent_at": "2026-01-01T00:00:00Z",
        },
    )
    assert other.json()["results"][0]["answer"] == "accepted", other.text

    # The first answer is lost on its way: what was sent is sent again.
    dropped: list[str] = []

    def drop_once(route: Any) -> None:
        if dropped:
            route.continue_()
            return
        dropped.append(route.fetch().text())
        route.abort()

    watched.tolerate("net::ERR_FAILED")
    watched.context.route("**/api/v1/checkin/scans/", drop_once)
    watched.context.set_offline(False)
    expect(page.locator("#unsent")).to_have_text("0", timeout=20_000)
    assert '"accepted"' in dropped[0]
    # What turned out otherwise is said aloud, and stays until it was seen.
    expect(page.locator("#alarms .alarm")).to_have_count(1)
    expect(page.locator("#alarms")).to_contain_text("西门")
    page.get_by_role("button", name="知道了").click()
    expect(page.locator("#alarms .alarm")).to_have_count(0)
    expect(page.locator("#net")).to_have_text("在线")

    # Whoever has no telephone is found in the list.
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="C04 到了").click()
    expect(page.locator("#arrived")).to_have_text("4")
    expect(page.locator("#unsent")).to_have_text("0")

    found = installation.run_python(_SCANS)
    assert found["arrivals"] == 4
    assert found["scans"] == sorted(
        [
            [first, "accepted"],
            [first, "repeated"],
            [second, "accepted"],
            [third, "accepted"],
            [third, "repeated"],
            [fourth, "accepted"],
            ["22222222", "unknown"],
            [(token[:-3] + "AAA")[:40], "unknown"],
        ]
    )
    assert all(0 <= seconds < 120 for seconds in found["late"])


def _film(token: str, file: Path) -> None:
    """What a camera sees of a pass that is held before it, a little askew: JPEG frames one after the other."""
    drawn = io.BytesIO()
    segno.make(token, error="m", micro=False).save(drawn, kind="png", border=4, scale=7)
    code = Image.open(drawn).convert("L")
    with file.open("wb") as film:
        for angle in (4, 8, 12):
            frame = Image.new("L", (640, 480), 90)
            frame.paste(code, ((640 - code.width) // 2, (480 - code.height) // 2))
            frame.rotate(angle, Image.Resampling.BICUBIC, fillcolor=90).convert("RGB").save(film, "JPEG")


def test_camera_reads_a_pass_without_a_network(
    wuhou_online: Installation, made: dict[str, Any], browser: Browser, tmp_path: Path
) -> None:
    film = tmp_path / "pass.mjpeg"
    _film(made["tokens"][4], film)
    # As Safari and Firefox, this one has no BarcodeDetector.
    seeing = launched(browser.browser_type, *_CAMERA, f"--use-file-for-fake-video-capture={film}")
    watched = WatchedPage(seeing, width=390)
    try:
        page = watched.page
        page.goto(wuhou_online.url(path=f"/checkin/#{made['secrets'][0]}"))
        expect(page.locator("#expected")).to_have_text("5")
        page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        watched.context.set_offline(True)
        watched.tolerate("ERR_INTERNET_DISCONNECTED")
        page.reload()
        expect(page.locator("#net")).to_have_text("没有网络，照常签到")
        # A thumb that presses three times: opened, let go before it is open, opened again.
        page.evaluate("for (let n = 0; n < 3; n++) document.querySelector('#camera-button').click()")
        expect(page.locator("#verdict .word")).to_have_text("请进")
        expect(page.locator("#verdict .what")).to_have_text("C05")
        assert page.evaluate("'BarcodeDetector' in window") is False
        expect(page.get_by_role("button", name="关掉摄像头")).to_be_visible()
        assert watched.overflow() == 0
        expect(page.locator("#unsent")).to_have_text("1")
        page.get_by_role("button", name="关掉摄像头").click()
        assert page.evaluate("document.querySelector('#video').srcObject") is None
        watched.context.set_offline(False)
        expect(page.locator("#unsent")).to_have_text("0", timeout=20_000)
        expect(page.locator("#log li[data-kind=accepted]")).to_have_count(1)
        assert watched.problems == []
    finally:
        watched.close()
        seeing.close()
