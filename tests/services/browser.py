"""Chromium as a visitor, watched: what it asks for, what it logs, and whether it leaves its own origin."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import (
    Browser,
    BrowserContext,
    BrowserType,
    ConsoleMessage,
    Error,
    Page,
    Request,
    Response,
    expect,
    sync_playwright,
)

from tests.services.run import ServiceError

_SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Whatever a page asks for, nothing leaves this machine: every other name does not exist.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE *.localhost, EXCLUDE 127.0.0.1",
]
_PATIENCE = (
    20_000  # milliseconds; a machine with other work to do takes longer than the five seconds of Playwright
)
_INSIDE_THE_PAGE = {"data", "blob", "about"}


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser for the whole run."""
    expect.set_options(timeout=_PATIENCE)
    with sync_playwright() as playwright:
        browser = launched(playwright.chromium)
        try:
            yield browser
        finally:
            browser.close()


def launched(browser_type: BrowserType, *switches: str) -> Browser:
    """Debian's Chromium, or the one that CHROMIUM names, without a window; with more switches, which only count when a
    browser starts."""
    executable = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
    if not executable.exists():
        raise ServiceError(
            f"There is no Chromium at {executable}. `make test` installs it as root; otherwise: "
            "apt-get install chromium fonts-noto-cjk, or name another one with CHROMIUM=…"
        )
    return browser_type.launch(executable_path=executable, headless=True, args=[*_SWITCHES, *switches])


class WatchedPage:
    """A page in a browser profile of its own, and what happened on it.

    `page` is Playwright's. `requests` holds every request's address in order, `foreign` those that went to
    another origin than the document's, `statuses` the answer to each address, `problems` what must not
    happen: errors in scripts, errors on the console, foreign requests, requests that failed. The fixture
    fails the test when `problems` holds anything that `tolerate` does not name.
    """

    def __init__(self, browser: Browser, *, width: int, javascript: bool = True) -> None:
        self.context: BrowserContext = browser.new_context(
            viewport={"width": width, "height": 844 if width < 768 else 900},
            java_script_enabled=javascript,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            reduced_motion="reduce",
        )
        self.requests: list[str] = []
        self.foreign: list[str] = []
        self.statuses: dict[str, int] = {}
        self._problems: list[str] = []
        self._tolerated: list[str] = []
        # On the context, not on the page: also what a pop-up does counts.
        self.context.on("request", self._on_request)
        self.context.on("response", self._on_response)
        self.context.on("console", self._on_console)
        self.context.on("weberror", lambda error: self._problems.append(f"script error: {error.error}"))
        self.context.on("requestfailed", self._on_failure)
        self.page: Page = self.context.new_page()

    def goto(self, url: str) -> Response:
        """Open an address and wait until it has loaded; returns the document's response."""
        response = self.page.goto(url)
        assert response is not None, f"{url} leads to the page that is already open"
        return response

    def write(self, url: str) -> None:
        """Open a form of the admin and wait until it notices what is typed. It compares with the form as it was two seconds
        after the page was opened, at the earliest: on a busy machine a test has typed everything before, and nothing is
        ever saved by itself."""
        self.page.add_init_script(
            "document.addEventListener('w-unsaved:watch-edits', () => document.documentElement.id = 'notices-edits')"
        )
        self.page.goto(url)
        self.page.locator("#notices-edits").wait_for(state="attached")

    def tolerate(self, part: str) -> None:
        """Expect problems whose text contains `part`, such as the console's "404" on a missing page."""
        self._tolerated.append(part)

    @property
    def problems(self) -> list[str]:
        """What happened that must not, in order, without what is tolerated."""
        return [text for text in self._problems if not any(part in text for part in self._tolerated)]

    def overflow(self) -> int:
        """By how many pixels the document is wider than the window; 0 when nothing scrolls sideways."""
        wider: int = self.page.evaluate(
            "Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth)"
        )
        return wider

    def close(self) -> None:
        """Close the page and forget its profile."""
        self.context.close()

    def _on_request(self, request: Request) -> None:
        self.requests.append(request.url)
        if urlsplit(request.url).scheme in _INSIDE_THE_PAGE:
            return
        target = _origin(request.url)
        if _is_document(request):
            if not _is_this_machine(request.url):
                self._note_foreign(request.url, "the address bar")
            return
        document = _document_address(request)
        if document and target != _origin(document):
            self._note_foreign(request.url, document)

    def _note_foreign(self, url: str, document: str) -> None:
        self.foreign.append(url)
        self._problems.append(f"request to another origin: {url} (from {document})")

    def _on_response(self, response: Response) -> None:
        self.statuses[response.url] = response.status

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self._problems.append(f"console error: {message.text} ({message.location.get('url', '')})")

    def _on_failure(self, request: Request) -> None:
        # Leaving a page cancels what it was still loading; that is nobody's fault.
        if request.failure != "net::ERR_ABORTED":
            self._problems.append(f"request failed: {request.url} ({request.failure})")


def _origin(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc


def _is_this_machine(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    return host in {"localhost", "127.0.0.1"} or host.endswith(".localhost")


def _is_document(request: Request) -> bool:
    """Whether this is the navigation of a whole window; an iframe's document counts as part of its page."""
    try:
        return request.is_navigation_request() and request.frame.parent_frame is None
    except Error:  # a navigation whose frame has no document yet
        return True


def _document_address(request: Request) -> str:
    """The address of the window's document that this request belongs to; empty when it has none yet."""
    try:
        frame = request.frame
        while frame.parent_frame is not None:
            frame = frame.parent_frame
        return frame.url if frame.url != "about:blank" else ""
    except Error:
        return ""
