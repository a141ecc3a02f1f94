"""Every row of the database, to tell whose it is and whether it was changed.

A row is a district's when it came into being while that district was furnished: no rule has to be written for a table,
so none can be forgotten. In the laboratory primary keys of different tables differ, so that a number names one row.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models import AutoField, Model

# Content types and permissions are the program's; sessions are each person's own.
_TECHNICAL = {"django_session", "django_content_type", "auth_permission", "wagtailsearch_indexentry_fts"}
_FIRST_KEY = 7_000_000
_KEYS_A_TABLE = 20_000
# Some hundred tables: the keys have seven digits and begin with 7, 8 or 9.
_KEY = re.compile(r"(?<![0-9a-zA-Z.])[789][0-9]{6}(?![0-9a-zA-Z])")
_WRITE = re.compile(r'^\s*(?:INSERT(?: OR \w+)? INTO|UPDATE|DELETE FROM)\s+"(\w+)"', re.IGNORECASE)

Row = tuple[Any, ...]
Rows = dict[str, dict[Any, Row]]


@functools.cache
def tables() -> dict[str, type[Model]]:
    """Every table that may hold something of a district, with its model."""
    models = apps.get_models(include_auto_created=True)
    return {
        model._meta.db_table: model
        for model in models
        if model._meta.managed and not model._meta.proxy and model._meta.db_table not in _TECHNICAL
    }


def take(names: Iterable[str] | None = None) -> Rows:
    """All rows of the tables (of every one by default), by primary key."""
    found: Rows = {}
    with connection.cursor() as cursor:
        present = set(connection.introspection.table_names(cursor)) if names is None else set(names)
        for table, model in tables().items():
            if table not in present:
                continue
            columns = columns_of(model)
            quoted = ", ".join(f'"{column}"' for column in columns)
            cursor.execute(f'SELECT {quoted} FROM "{table}"')
            key = columns.index(model._meta.pk.column)
            found[table] = {row[key]: tuple(map(_plain, row)) for row in cursor.fetchall()}
    return found


def columns_of(model: type[Model]) -> list[str]:
    """The columns of a model's own table, in the order of `take`."""
    return [field.column for field in model._meta.local_concrete_fields if field.column]


def _plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview) else value


def set_keys_apart() -> None:
    """Let each table number its rows from a place of its own."""
    with connection.cursor() as cursor:
        present = set(connection.introspection.table_names(cursor))
        for number, (table, model) in enumerate(sorted(tables().items())):
            if table not in present or not isinstance(model._meta.pk, AutoField):
                continue
            start = _FIRST_KEY + number * _KEYS_A_TABLE
            if connection.vendor == "postgresql":
                cursor.execute(
                    "SELECT setval(pg_get_serial_sequence(%s, %s), %s)",
                    [f'"{table}"', model._meta.pk.column, start],
                )
            else:
                cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table])
                cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, start])


def keys_in(text: str) -> set[int]:
    """The numbers in a text that may be primary keys of the laboratory."""
    return {int(found) for found in _KEY.findall(text)}


def keys_of(rows: Rows) -> set[int]:
    """The numeric primary keys among rows."""
    return {key for known in rows.values() for key in known if isinstance(key, int) and key >= _FIRST_KEY}


def tables_written(statements: Iterable[str]) -> set[str]:
    """The tables that SQL statements wrote to, technical ones left out."""
    found = {match[1] for statement in statements if (match := _WRITE.match(statement))}
    return found & tables().keys()


@dataclass(frozen=True)
class Change:
    """What happened to one row, in words for the report."""

    table: str
    key: Any
    what: str

    def __str__(self) -> str:
        return f"{self.table}#{self.key} {self.what}"


def changes(before: Rows, after: Rows, *, foreign: Rows) -> list[Change]:
    """What was done to the rows of another district: changed, deleted, or newly referred to.

    `before` and `after` are of the same tables; `foreign` are the rows of that district.
    """
    found: list[Change] = []
    foreign_keys = keys_of(foreign)
    for table, rows in after.items():
        theirs = foreign.get(table, {})
        for key in theirs:
            if key in before[table] and key not in rows:
                found.append(Change(table, key, "deleted"))
            elif key in rows and rows[key] != before[table].get(key):
                found.append(
                    Change(table, key, f"changed: {_difference(table, before[table].get(key), rows[key])}")
                )
        for key, row in rows.items():
            if key in theirs or row == before[table].get(key):
                continue
            former = _references(before[table].get(key, ())) & foreign_keys
            if named := (_references(row) & foreign_keys) - former:
                found.append(Change(table, key, f"refers to {sorted(named)[:5]}"))
    return found


def _difference(table: str, before: Row | None, after: Row) -> str:
    names = columns_of(tables()[table])
    pairs = zip(names, before or (), after, strict=False)
    return ", ".join(f"{name} {_short(old)}→{_short(new)}" for name, old, new in pairs if old != new)


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) < 40 else f"{text[:39]}…"


def _references(row: Mapping[str, Any] | Row) -> set[int]:
    """Every laboratory key that stands in a row: as a foreign key, a generic one, or inside of JSON and rich text."""
    found: set[int] = set()
    for value in row:
        if isinstance(value, bool) or value is None:
            continue
        if isinstance(value, int):
            if value >= _FIRST_KEY:
                found.add(value)
        elif isinstance(value, str):
            found |= keys_in(value)
        elif isinstance(value, (dict, list)):
            found |= keys_in(json.dumps(value, default=str))
    return found
