"""A town with an API, and a folder to build its sites into."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.frontend_static.sample_town import town
from tests.frontend_static.town_api import TownApi


@pytest.fixture
def api() -> TownApi:
    return TownApi(town())


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "site"
