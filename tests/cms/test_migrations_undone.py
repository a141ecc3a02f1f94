"""Our rooms' tables can be taken away and made again."""

import pytest
from django.core.management import call_command
from django.db import connection


@pytest.mark.usefixtures("own_database")
def test_migrations_of_our_rooms_go_back_and_forth() -> None:
    """Down to where nothing but the people is left, and up again."""
    for room in ("cms", "festival"):
        call_command("migrate", room, "zero", verbosity=0)
    assert "cms_storypage" not in connection.introspection.table_names()

    call_command("migrate", verbosity=0)

    assert "cms_storypage" in connection.introspection.table_names()
