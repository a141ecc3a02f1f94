from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.city_fixtures import _city_of_module, city, committed_city  # noqa: F401

if TYPE_CHECKING:
    from tests.city import City
    from tests.festival.booking import Edition
    from tests.festival.booking_api import Stallholder
    from tests.festival.desk import Desk
    from tests.festival.forms_of_pages import PlainBrowser


@pytest.fixture
def edition(city: City) -> Edition:  # noqa: F811
    """An edition that is open for applications."""
    from tests.festival.booking import Edition

    return Edition(city)


@pytest.fixture
def desk(edition: Edition) -> Desk:
    """The organiser at the desk of that edition."""
    from tests.festival.desk import Desk

    return Desk(edition)


@pytest.fixture
def stallholder(city: City, edition: Edition) -> PlainBrowser:  # noqa: F811
    """Somebody with a phone and no account, who goes the stallholder's way by plain forms."""
    from tests.festival.apply_pages import WUHOU
    from tests.festival.forms_of_pages import PlainBrowser

    return PlainBrowser(city.browser(host=WUHOU))


@pytest.fixture
def tan(edition: Edition) -> Stallholder:
    """A program that asks for that edition over HTTP."""
    from tests.festival.booking_api import Stallholder

    return Stallholder(edition.festival)
