"""The other district's forms, sent by people who were never given them (`make test-isolation`)."""

from pathlib import Path

import pytest

from tests.isolation import findings
from tests.isolation.browsing import Browser
from tests.isolation.forms import Form
from tests.isolation.laboratory import OTHER, PEOPLE, Laboratory
from tests.isolation.replay import Sender, forge, record, replay, send_bluntly

pytestmark = [pytest.mark.isolation, pytest.mark.once]
RESULTS = Path("test-results/isolation")
_recorded: dict[tuple[str, str], list[Form]] = {}


def _forms(laboratory: Laboratory, *, of: str, by: str) -> list[Form]:
    if (of, by) not in _recorded:
        browser = Browser()
        browser.force_login(laboratory.person(of, by))
        _recorded[of, by] = record(laboratory, of=of, browser=browser)
    return _recorded[of, by]


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize(
    "me", [pytest.param(me, marks=pytest.mark.xdist_group(f"forms-{me}")) for me in OTHER]
)
def test_replay_changes_nothing_of_the_other_district(laboratory: Laboratory, me: str, who: str) -> None:
    recorded = _forms(laboratory, of=OTHER[me], by="city")
    assert len(recorded) > 80, len(recorded)
    sender = Sender(laboratory, me=me, who=who)
    replay(sender, recorded)
    send_bluntly(sender)
    findings.keep(RESULTS, f"replay-{me}-{who}", sender.findings, sender.tally)
    assert not sender.findings, findings.told(sender.findings)


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize(
    "me", [pytest.param(me, marks=pytest.mark.xdist_group(f"forms-{me}")) for me in OTHER]
)
def test_forged_references_are_refused(laboratory: Laboratory, me: str, who: str) -> None:
    own = _forms(laboratory, of=me, by=who)
    assert own
    sender = Sender(laboratory, me=me, who=who, part="forgery")
    forge(sender, own)
    findings.keep(RESULTS, f"forge-{me}-{who}", sender.findings, sender.tally)
    assert not sender.findings, findings.told(sender.findings)
