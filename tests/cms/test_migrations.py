"""Migrations: none is missing, and each can be undone."""

import io

import pytest
from django.core.management import call_command
from django.db.migrations.loader import MigrationLoader

ROOMS = {"districts", "media", "festival", "cms"}


@pytest.mark.django_db
def test_migrations_none_is_missing() -> None:
    said = io.StringIO()
    call_command("makemigrations", "--check", "--dry-run", stdout=said)

    assert "No changes detected" in said.getvalue() or "没有" in said.getvalue()


def test_migrations_each_can_be_undone() -> None:
    loader = MigrationLoader(None)
    for key, migration in loader.disk_migrations.items():
        if key[0] in ROOMS:
            assert all(operation.reversible for operation in migration.operations), key
