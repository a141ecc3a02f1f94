"""The whole crawl, person by person (`make test-isolation`)."""

from pathlib import Path

import pytest

from tests.isolation import findings
from tests.isolation.browsing import Browser
from tests.isolation.crawl import Crawl
from tests.isolation.laboratory import OTHER, PEOPLE, Laboratory

pytestmark = [pytest.mark.isolation, pytest.mark.once]
RESULTS = Path("test-results/isolation")


@pytest.mark.parametrize(
    "me", [pytest.param(me, marks=pytest.mark.xdist_group(f"crawl-{me}")) for me in OTHER]
)
@pytest.mark.parametrize("who", PEOPLE)
def test_crawl_shows_nothing_of_the_other_district(laboratory: Laboratory, me: str, who: str) -> None:
    crawl = Crawl(laboratory, me=me, who=who).go()
    findings.keep(RESULTS, f"crawl-{me}-{who}", crawl.findings, crawl.tally)
    assert not crawl.findings, findings.told(crawl.findings, most=300)


@pytest.mark.parametrize(
    "me", [pytest.param(me, marks=pytest.mark.xdist_group(f"crawl-{me}")) for me in OTHER]
)
@pytest.mark.parametrize("who", ["program", "nobody"])
def test_crawl_without_a_session_shows_nothing(laboratory: Laboratory, me: str, who: str) -> None:
    """A program with a district's token, and whoever comes along."""
    token = laboratory.furniture[me].token if who == "program" else ""
    crawl = Crawl(laboratory, me=me, who=who, browser=Browser(token=token)).go()
    findings.keep(RESULTS, f"crawl-{me}-{who}", crawl.findings, crawl.tally)
    assert not crawl.findings, findings.told(crawl.findings, most=300)
