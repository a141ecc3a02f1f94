"""The stallholder's pages, for tests: the way to the form and through it, by plain forms."""

from __future__ import annotations

from festival.domain import links
from festival.models import Application
from tests.festival.forms_of_pages import PlainBrowser, newest_code

APPLY = "/festivals/fair/apply/"
WUHOU = "wuhou.localhost"
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def begin(
    browser: PlainBrowser, zone: str = "open", booths: str = "C01", address: str = "tan@example.cn"
) -> PlainBrowser:
    """From the choice to the empty form."""
    browser.open(APPLY).send(having=zone, booths=[booths] if booths else [])
    browser.send(having="contact", contact=address)
    return browser.send(having="code", code=newest_code())


def fill(browser: PlainBrowser, button: str = "submit", **more: str) -> PlainBrowser:
    """Fill in the form of an application and press one of its buttons."""
    values = {
        "stall_name": "谭家绳编",
        "offer": "绳编与盘扣",
        "category": "手作",
        "contact_name": "谭示例",
    }
    return browser.send(button=button, **{**values, **more})


def applied(browser: PlainBrowser, zone: str = "open", booths: str = "C01") -> Application:
    """An application that was made on the way from the choice of a booth to its submission."""
    fill(begin(browser, zone, booths))
    return Application.objects.get()


def open_link(browser: PlainBrowser, application: Application) -> PlainBrowser:
    """As a mail leads there: the link is pasted."""
    link = links.address_of(application, links.make(application), origin="http://wuhou.localhost")
    return browser.open(f"{APPLY}status/").send(having="link", link=link)
