"""The fixtures of the small city. A conftest takes them over by importing them.

Building three districts takes a second, so it is done once for the tests of a module; each test works in a transaction
of its own inside that one, and leaves nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pytest_django.plugin import DjangoDbBlocker

    from tests.city import City


@pytest.fixture(scope="module")
def _city_of_module(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    from django.db import transaction

    from tests import city as builder

    with django_db_blocker.unblock(), transaction.atomic():
        builder.build()
        yield
        transaction.set_rollback(True)
        builder.table.forget()


@pytest.fixture
def city(_city_of_module: None, db: None, settings: Any, tmp_path: Path) -> Iterator[City]:
    """The city, two districts and the cast; everything is as it was after the test."""
    yield from _settled(settings, tmp_path)


@pytest.fixture
def committed_city(own_database: None, settings: Any, tmp_path: Path) -> Iterator[City]:
    """The same with real commits, in a database of its own, for tests with several connections."""
    from tests import city as builder

    builder.build()
    yield from _settled(settings, tmp_path)


def _settled(settings: Any, tmp_path: Path) -> Iterator[City]:
    from wagtail.models import Site

    from tests.city import City, table

    settings.MEDIA_ROOT = str(tmp_path / "media")
    settings.PUBLISHED_ROOT = str(tmp_path / "published")
    table.forget()
    Site.clear_site_root_paths_cache()
    yield City()
    table.forget()
    Site.clear_site_root_paths_cache()
