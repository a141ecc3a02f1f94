from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.city_fixtures import _city_of_module, city, committed_city  # noqa: F401

if TYPE_CHECKING:
    from tests.city import City
    from tests.festival.booking import Edition
    from tests.festival.desk import Desk


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
