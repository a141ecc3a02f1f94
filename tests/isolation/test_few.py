"""A little of everything, for `make test`: few addresses, the forms of one story, and the controls that a blanket 404
would fail."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from django.urls import reverse

from tests.isolation import findings
from tests.isolation.browsing import Browser
from tests.isolation.crawl import Crawl
from tests.isolation.furniture import COMMON
from tests.isolation.laboratory import OTHER, Laboratory
from tests.isolation.markers import SYLLABLES, mark, words_in
from tests.isolation.replay import Sender, forge, own_forms, record, replay, send_bluntly

pytestmark = pytest.mark.once


@pytest.mark.parametrize(("me", "who"), [("wuhou", "editor"), ("jinjiang", "admin")])
def test_few_addresses_show_nothing_of_the_other_district(laboratory: Laboratory, me: str, who: str) -> None:
    crawl = Crawl(laboratory, me=me, who=who).go(few=True)
    assert crawl.tally.requests > 300
    assert not crawl.findings, findings.told(crawl.findings)


def test_few_forms_change_nothing_of_the_other_district(laboratory: Laboratory) -> None:
    staff = Browser()
    staff.force_login(laboratory.person("jinjiang", "city"))
    recorded = record(
        laboratory,
        of="jinjiang",
        browser=staff,
        only={"wagtailimages:edit", "communities:edit", "zones:delete", "wagtailadmin_pages:unpublish"},
    )
    assert len(recorded) >= 8
    sender = Sender(laboratory, me="wuhou", who="admin")
    replay(sender, recorded)
    send_bluntly(sender, few=True)
    assert not sender.findings, findings.told(sender.findings)


@pytest.mark.parametrize(
    ("who", "route", "page"),
    [
        ("editor", "wagtailadmin_pages:edit", "draftstory"),
        ("editor", "wagtailadmin_pages:edit", "craftsman"),
        ("organiser", "wagtailadmin_pages:edit", "draftfestival"),
        ("admin", "wagtailadmin_pages:edit", "home"),
    ],
)
def test_forged_references_of_a_page_are_refused(
    laboratory: Laboratory, who: str, route: str, page: str
) -> None:
    sender = Sender(laboratory, me="wuhou", who=who, part="forgery")
    sender.browser.force_login(sender.person)
    address = reverse(route, args=[laboratory.furniture["wuhou"].pages[page].pk])
    forms = [form for form in own_forms(laboratory, sender.browser.ask(address)) if form.action == address]
    assert forms
    forge(sender, forms)
    assert sender.tally.requests >= 2
    assert not sender.findings, findings.told(sender.findings)


# --- positive controls ------------------------------------------------------------------------------------------------

# A listing, who looks at it, and the word that stands there.
LISTINGS = (
    ("/admin/", "editor", "gifttitle"),
    ("/admin/pages/{stories}/", "editor", "draftstorytitle"),
    ("/admin/pages/search/?q={q}", "editor", "draftstorytitle"),
    ("/admin/pages/usage/cms/storypage/", "editor", "draftstorytitle"),
    ("/admin/pages/{draftstory}/history/", "editor", "editorname"),
    ("/admin/pages/{draftstory}/edit/", "editor", "draftstorysummary"),
    ("/admin/images/?q={q}", "editor", "unusedpicture"),
    ("/admin/documents/?q={q}", "editor", "document"),
    ("/admin/images/chooser/?q={q}", "editor", "unusedpicture"),
    ("/admin/documents/chooser/?q={q}", "editor", "document"),
    ("/admin/choose-page/search/?q={q}", "editor", "draftcraftsmantitle"),
    ("/admin/choose-page/{stories}/", "editor", "draftstorytitle"),
    ("/admin/communities/", "editor", "unusedcommunity"),
    ("/admin/communities/?q={q}", "admin", "unusedcommunity"),
    ("/admin/zones/", "organiser", "draftfestivalzone"),
    ("/admin/booking/{festival}/applications/", "organiser", "applicantname"),
    ("/admin/booking/{festival}/applications/?q={q}", "admin", "applicantname"),
    ("/admin/booking/{festival}/waitlist/", "organiser", "waiterstall"),
    ("/admin/booking/{festival}/plan/", "organiser", "allottedstall"),
    ("/admin/booking/{festival}/notices/", "organiser", "noticeerror"),
    ("/admin/message_templates/", "organiser", "templatetext"),
    ("/admin/handovers/", "moderator", "receivednote"),
    ("/admin/team/districts/{me}/", "admin", "moderatorname"),
    ("/admin/team/districts/{me}/tokens/", "admin", "tokenname"),
    ("/admin/team/districts/{me}/history/", "admin", "auditsubject"),
)


@pytest.mark.parametrize(("address", "who", "word"), LISTINGS)
def test_people_see_their_own(laboratory: Laboratory, address: str, who: str, word: str) -> None:
    for me in OTHER:
        browser = Browser()
        browser.force_login(laboratory.person(me, who))
        answer = browser.ask(_filled(laboratory, address, me))
        assert answer.status == 200, (me, answer.status)
        assert f"{SYLLABLES[me]}{word}" in answer.text, me


def test_city_staff_see_both(laboratory: Laboratory) -> None:
    staff = Browser()
    staff.force_login(laboratory.person("wuhou", "city"))
    for address, _, word in LISTINGS:
        if address in {"/admin/", "/admin/handovers/"} or "search" in address or "usage" in address:
            continue  # what waits for the person who looks, and lists of which they would see many pages
        text = "".join(staff.ask(_filled(laboratory, address, me)).text for me in OTHER)
        for me in OTHER:
            assert f"{SYLLABLES[me]}{word}" in text, (address, me)


def _filled(laboratory: Laboratory, address: str, me: str) -> str:
    furniture = laboratory.furniture[me]
    keys = {name: page.pk for name, page in furniture.pages.items()}
    return address.format(me=me, q=quote(COMMON), **keys)


def test_program_reads_its_own_drafts_and_no_others(laboratory: Laboratory) -> None:
    browser = Browser(token=laboratory.furniture["wuhou"].token)
    own = browser.ask("/api/v1/districts/wuhou/drafts/stories/")
    assert own.status == 200
    assert mark("wuhou", "draftstorytitle") in own.text
    other = browser.ask("/api/v1/districts/jinjiang/drafts/stories/")
    # As long as the other's name: the answers are compared with their lengths.
    nowhere = "j" * len("jinjiang")
    never = browser.ask(f"/api/v1/districts/{nowhere}/drafts/stories/")
    # Another district answers exactly as one that never existed.
    assert (other.status, other.text.replace("jinjiang", "?")) == (404, never.text.replace(nowhere, "?"))
    assert not {word for word in words_in(other.text) if word.startswith(SYLLABLES["jinjiang"])}
