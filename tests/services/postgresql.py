"""A real PostgreSQL for the tests, from the binaries that the `pgserver` package ships.

pgserver's own Python is not used: as root it adds a user to the machine and opens every folder above the
virtualenv, `/root` among them, to everybody. Here root's server runs as `nobody`, on a copy of the binaries
in the run's folder. It listens on a Unix socket only.
"""

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import psycopg
from psycopg import sql

from tests.services.run import Account, KeptProcess, Run, ServiceError

_SUPERUSER = "postgres"
_FOLDER = "postgresql"


class PostgreSQL:
    """A running server. All workers of a run share one."""

    def __init__(self, socket_folder: Path) -> None:
        self.socket_folder = socket_folder

    @classmethod
    def start(cls, run: Run) -> "PostgreSQL":
        """Make a new cluster in the run's folder and start it; it ends with the run."""
        folder = run.folder / _FOLDER
        folder.mkdir(mode=0o700)
        user: Account | None = None
        install = _pgserver_install()
        if os.geteuid() == 0:
            entry = pwd.getpwnam("nobody")
            user = Account(entry.pw_uid, entry.pw_gid)
            install = _copy_for_everybody(install, run.folder / "pgserver-copy")
            os.chown(folder, user.uid, user.gid)
        locale = "en_US.UTF-8" if sys.platform == "darwin" else "C.UTF-8"
        made = subprocess.run(
            [
                install / "bin" / "initdb",
                *("-D", folder / "data", "-U", _SUPERUSER, "--auth=trust", "--no-sync"),
                *("--encoding=UTF8", f"--locale={locale}"),
            ],
            cwd=folder,
            capture_output=True,
            text=True,
            user=user.uid if user else None,
            group=user.gid if user else None,
            extra_groups=[] if user else None,
        )
        if made.returncode:
            raise ServiceError(f"initdb ended with {made.returncode}:\n{made.stdout}{made.stderr}")
        # Nothing here outlives a power cut, so nothing waits for the disk. In the file, where a benchmark can overrule it.
        with (folder / "data" / "postgresql.conf").open("a") as file:
            file.write("\nfsync = off\nsynchronous_commit = off\nfull_page_writes = off\n")
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(folder),
            "max_connections": "200",
            "log_min_messages": "fatal",
            "timezone": "UTC",
        }
        server = run.keep(
            _FOLDER,
            [
                install / "bin" / "postgres",
                *("-D", folder / "data"),
                *(part for name, value in settings.items() for part in ("-c", f"{name}={value}")),
            ],
            cwd=folder,
            user=user,
            stop_signal=signal.SIGINT,  # PostgreSQL's "fast shutdown": it does not wait for clients
        )
        postgresql = cls(folder)
        postgresql._wait_for(server)
        return postgresql

    @classmethod
    def join(cls, run: Run) -> "PostgreSQL":
        """The server that this run has started already, or a new one if none has been."""
        with run.locked(_FOLDER):
            if (run.folder / _FOLDER).exists():
                return cls(run.folder / _FOLDER)
            return cls.start(run)

    def url(self, database: str = "linli") -> str:
        """The DATABASE_URL of a database on this server."""
        return f"postgres://{_SUPERUSER}@/{self.socket_folder}/{database}"

    def connect(self, database: str = "postgres") -> "psycopg.Connection[tuple[object, ...]]":
        """A connection of the superuser, in autocommit."""
        return psycopg.connect(
            host=str(self.socket_folder), user=_SUPERUSER, dbname=database, autocommit=True, connect_timeout=5
        )

    def create_database(self, name: str, *, template: str = "template1") -> str:
        """Make a database, empty or as a copy of another one, and return its DATABASE_URL."""
        command = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        with self.connect() as connection:
            connection.execute(command.format(sql.Identifier(name), sql.Identifier(template)))
        return self.url(name)

    def _wait_for(self, server: KeptProcess) -> None:
        def answers() -> bool:
            try:
                self.connect().close()
            except psycopg.OperationalError:
                return False
            return True

        server.wait_for(answers, within=30, what="PostgreSQL's first answer")


def _pgserver_install() -> Path:
    """The folder with `bin`, `lib` and `share` inside the pgserver package, found without importing it."""
    package = importlib.util.find_spec("pgserver")
    if package is None or package.origin is None:
        raise ServiceError(
            "pgserver is not installed: `make test` does it, or pip install -r requirements-test.txt"
        )
    return Path(package.origin).with_name("pginstall")


def _copy_for_everybody(install: Path, to: Path) -> Path:
    """Copy the binaries to where `nobody` can read them: the virtualenv may stand below `/root`.

    They look for their libraries in `pgserver.libs` beside the package, so both are copied as they lie.
    """
    package = install.parent
    for folder in (package, package.with_name("pgserver.libs")):
        if folder.exists():
            shutil.copytree(folder, to / folder.name, symlinks=True, ignore=shutil.ignore_patterns("include"))
    for path in (to, *to.rglob("*")):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | (0o055 if path.is_dir() else 0o044))
    return to / package.name / install.name
