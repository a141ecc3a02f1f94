"""A booth is booked once, whoever presses at once and whatever dies in between. Short here, long by `make test-race`."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import NewInstallation
from tests.race import hammer


@pytest.fixture
def environment(request: pytest.FixtureRequest) -> dict[str, str]:
    """Of the servers: more of them with --race; each imports Django for seconds."""
    workers = "4" if request.config.getoption("--race") else "2"
    return {"DJANGO_SETTINGS_MODULE": "tests.race.settings", "WEB_WORKERS": workers, "TRUST_PROXY": "1"}


@pytest.fixture
def length(request: pytest.FixtureRequest) -> dict[str, Any]:
    """How long and by how many: the whole with --race."""
    if request.config.getoption("--race"):
        return {"processes": 16, "seconds": 60, "at_least": 100}
    return {"processes": 4, "seconds": 5, "at_least": 50}


@pytest.mark.parametrize("database", ["postgresql", pytest.param("sqlite", marks=pytest.mark.race)])
@pytest.mark.once
def test_nothing_is_booked_twice_lost_or_doubled(
    new_installation: NewInstallation, database: str, environment: dict[str, str], length: dict[str, Any]
) -> None:
    installation = new_installation(database=database, environment=environment)
    plan = hammer.prepare(installation, booths=12, people=200)
    outcome = hammer.strike(installation, plan, **length)
    errors = {name: count for name, count in outcome.answers.items() if name.startswith("server error")}
    assert (outcome.twice, outcome.violations, outcome.unmatched, errors) == ([], [], [], {}), outcome.answers
    assert outcome.answers["doubled"] == 0
    # The hammer did hit: booths were had, refused and given back, and servers died meanwhile.
    assert outcome.killed
    for answer in ("applications 201", "applications 409", "submit 200", "withdraw 200"):
        assert outcome.answers[f"POST {answer}"], outcome.answers


@pytest.mark.once
def test_without_the_guard_booths_are_booked_twice(
    new_installation: NewInstallation, environment: dict[str, str], length: dict[str, Any]
) -> None:
    """On PostgreSQL; on SQLite every request that writes waits for the one before it, which is a guard of its own."""
    environment["DJANGO_SETTINGS_MODULE"] = "tests.race.unguarded_settings"
    installation = new_installation(database="postgresql", environment=environment)
    plan = hammer.prepare(installation, booths=6, people=200)
    # The database would refuse the second claim of a generation by itself.
    installation.run_python(
        "from django.db import connection\nconnection.cursor().execute('DROP INDEX one_claim_a_generation')"
    )
    # Nobody waits: where somebody does, newcomers are not let near a booth at all.
    outcome = hammer.strike(installation, plan, **length, waiting=0.0, kill=False)
    assert outcome.twice, outcome.answers
