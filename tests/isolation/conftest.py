"""The laboratory as a fixture, built once for a process in a transaction that is rolled back; and the report."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pytest_django.plugin import DjangoDbBlocker

    from tests.isolation.laboratory import Laboratory


RESULTS = Path("test-results/isolation")
REPORT = Path("test-results/isolation-report.md")


def pytest_sessionstart(session: pytest.Session) -> None:
    """Forget what an earlier run found."""
    if _reports(session.config):
        shutil.rmtree(RESULTS, ignore_errors=True)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Put together what the parts found, from whichever process."""
    if not _reports(session.config) or not RESULTS.exists():
        return
    from tests.isolation import findings

    inventory = RESULTS / "inventory.txt"
    counted = json.loads(inventory.read_text("utf-8")) if inventory.exists() else {}
    layers = [json.loads(file.read_text("utf-8")) for file in sorted(RESULTS.glob("layer-*.txt"))]
    REPORT.write_text(findings.report(findings.read(RESULTS), inventory=counted, layers=layers), "utf-8")


def _reports(config: pytest.Config) -> bool:
    return bool(config.getoption("--isolation")) and not hasattr(config, "workerinput")


@pytest.fixture(scope="package")
def _built(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Laboratory]:
    from django.core.cache import cache
    from django.db import transaction

    from tests.isolation import laboratory

    cache.clear()  # Wagtail keeps thumbnails there by the picture's number, which another test has used
    with django_db_blocker.unblock(), transaction.atomic():
        yield laboratory.build()
        transaction.set_rollback(True)
        laboratory.table.forget()


@pytest.fixture
def laboratory(_built: Laboratory, db: None) -> Iterator[Laboratory]:
    """The laboratory; everything is as it was after the test."""
    from wagtail.models import Site

    from sites.hosts import table

    table.forget()
    Site.clear_site_root_paths_cache()
    yield _built
    table.forget()
    Site.clear_site_root_paths_cache()
