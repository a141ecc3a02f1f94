"""Databases for installations: empty ones, and copies of one that was migrated once in this run.

Some two hundred migrations take a quarter of a minute; a copy takes a moment. The migrations that a copy has
gone through are the real ones.
"""

import itertools
import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.services.postgresql import PostgreSQL
from tests.services.run import Run, ServiceError

KINDS = ("sqlite", "postgresql")
_REPOSITORY = Path(__file__).resolve().parent.parent.parent
_names = itertools.count(1)


def empty_database(run: Run, kind: str) -> str:
    """The DATABASE_URL of a new database without any table."""
    name = f"installation_{os.getpid()}_{next(_names)}"
    if kind == "postgresql":
        return PostgreSQL.join(run).create_database(name)
    return _sqlite_url(run.folder / f"{name}.sqlite3")


def migrated_database(run: Run, kind: str, *, name: str = "") -> str:
    """The DATABASE_URL of a new database that has every migration and no content; `name` is that of the database, or
    the path of an SQLite file."""
    template = f"migrated_{kind}"
    done = run.folder / f"{template}.done"
    with run.locked(template):
        if not done.exists():
            if kind == "postgresql":
                _migrate(run, PostgreSQL.join(run).create_database(template))
            else:
                _migrate(run, _sqlite_url(run.folder / f"{template}.sqlite3"))
            done.touch()
        # Under the lock: PostgreSQL copies a database only while nobody else does.
        own = f"installation_{os.getpid()}_{next(_names)}"
        if kind == "postgresql":
            return PostgreSQL.join(run).create_database(name or own, template=template)
        copy = Path(name) if name else run.folder / f"{own}.sqlite3"
        shutil.copy(run.folder / f"{template}.sqlite3", copy)
        return _sqlite_url(copy)


def _sqlite_url(file: Path) -> str:
    return f"sqlite:///{file}"


def _migrate(run: Run, database_url: str) -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "migrate", "--noinput", "--verbosity", "0"],
        cwd=_REPOSITORY,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "cms.settings.development",
            "VAR_DIR": str(run.folder / "var"),
            "DATABASE_URL": database_url,
        },
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise ServiceError(f"manage.py migrate ended with {done.returncode}:\n{done.stdout}{done.stderr}")
