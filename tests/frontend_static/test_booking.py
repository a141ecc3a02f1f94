"""What the files of the site say of booking, and pages that are answered at once with the site's look."""

from __future__ import annotations

import pytest

from frontend_static.dates import money
from frontend_static.pages import applying
from frontend_static.rendering import answer, render_page
from frontend_static.source import MemorySource
from tests.frontend_static.sample_town import Item, carnival, town

HOSTILE = "</script><img src=x onerror=alert(1)>\"'"


def terms(zone: int, mode: str, **values: object) -> Item:
    return {
        "zone": zone,
        "zone_name": "",
        "mode": mode,
        "fee": "50.00",
        "deposit": "0.00",
        "note": "",
        "booths_per_applicant": 1,
        "categories": [],
        "questions": [],
        "documents": [],
        "personal": [],
        "retention_days": 90,
        "terms": "",
        **values,
    }


@pytest.fixture
def festival() -> Item:
    """The carnival with two zones that take applications."""
    booking = {
        "opens_at": "2024-11-01T09:00:00+08:00",
        "closes_at": "2024-12-01T18:00:00+08:00",
        "contact": "",
        "contact_kinds": ["email"],
        "offer_hours": 48,
        "zones": [terms(1, "open", note=HOSTILE), terms(2, "allot")],
    }
    return {**carnival(), "booking": booking}


@pytest.fixture
def city(festival: Item) -> MemorySource:
    source = MemorySource("chengdu", town())
    source.put(festival)
    return source


def availability(**states: str) -> Item:
    numbers = [f"A{n:02}" for n in range(1, 5)]
    return {
        "zones": [
            {"slug": "market", "mode": "open", "capacity": 4, "confirmed": 1, "free": 2, "waiting": 0},
            {"slug": "creative", "mode": "allot", "capacity": 9, "confirmed": 0, "free": 9, "waiting": 0},
        ],
        "booths": [{"number": one, "state": states.get(one, "free"), "name": ""} for one in numbers],
    }


def test_files_of_the_site_lead_to_booking(city: MemorySource) -> None:
    overview = render_page(city, "/festivals/2024/")
    zones = render_page(city, "/festivals/2024/zones/")
    for page in (overview, zones):
        assert 'href="/festivals/2024/apply/"' in page
        assert "报名时间：11月1日 周五 09:00 到 12月1日 周日 18:00" in page
        assert 'data-opens="2024-11-01T09:00:00+08:00"' in page and "/assets/stalls." in page
    assert 'data-availability="/api/v1/districts/chengdu/festivals/2024/availability/"' in zones
    assert zones.count('data-free="market"') == 1 and 'data-free="children"' not in zones


def test_edition_that_is_not_booked_says_nothing_of_it() -> None:
    source = MemorySource("chengdu", town())
    for path in ("/festivals/2024/", "/festivals/2024/zones/"):
        page = render_page(source, path)
        assert "apply/" not in page and "stalls." not in page and "data-booth" not in page


def test_states_are_told_by_words_and_not_by_colour_alone(city: MemorySource, festival: Item) -> None:
    page = applying.choose(festival, availability(A02="held", A03="taken"))
    html = answer(city, page, "/festivals/2024/apply/")
    for number, state, words in (
        ("A01", "free", "空着"),
        ("A02", "held", "有人占着"),
        ("A03", "taken", "已定"),
    ):
        assert f'data-booth="{number}" data-state="{state}" aria-label="{number}，{words}"' in html
        disabled = "" if state == "free" else " disabled"
        assert f'name="booths" value="{number}"{disabled}>' in html
    assert html.count('name="booths" value="B') == 0, "who is allotted a booth chooses none"
    assert HOSTILE not in html and "&lt;/script&gt;" in html


def test_nothing_is_chosen_while_it_is_closed(city: MemorySource, festival: Item) -> None:
    page = applying.choose(festival, availability(), closed="报名 11月1日 09:00 开始。")
    html = answer(city, page, "/festivals/2024/apply/")
    assert "报名 11月1日 09:00 开始。" in html and "<form" not in html


@pytest.mark.parametrize(
    ("stored", "shown"), [("50.00", "50元"), ("0.50", "0.50元"), ("1200.00", "1,200元"), ("0.00", "不收费")]
)
def test_money_is_written_as_people_write_it(stored: str, shown: str) -> None:
    assert money(stored) == shown
