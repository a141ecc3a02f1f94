"""Linli as its users run it: own folder, own database, own port, and the processes of the Procfile."""

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import httpx

from tests.services.run import KeptProcess, Run, ServiceError, free_ports, wait_until

_REPOSITORY = Path(__file__).resolve().parent.parent.parent
# What decides how Linli runs must come from the test and not from the developer's shell.
_OURS = (
    *("DATABASE_URL", "DJANGO_SETTINGS_MODULE", "VAR_DIR", "PORT", "PUBLIC_URL", "SECRET_KEY", "REDIS_URL"),
    *("ADMIN_HOSTS", "EMAIL_URL", "LOG_LEVEL", "DEBUG", "WEB_WORKERS", "WEB_THREADS"),
    *(
        "S3_ENDPOINT_URL",
        "S3_ACCESS_KEY",
        "S3_SECRET_KEY",
        "S3_REGION",
        "S3_MEDIA_BUCKET",
        "S3_PUBLISHED_BUCKET",
    ),
)


class Installation:
    """One installation. `start()` migrates and serves it; all ends with `stop()` or with the test run."""

    def __init__(
        self, run: Run, name: str, *, database_url: str, environment: Mapping[str, str] | None = None
    ) -> None:
        self.name = name
        self.var = run.folder / name
        self.var.mkdir()
        (self.port,) = free_ports(1)
        self.database_url = database_url
        self.environment = {
            **{key: value for key, value in os.environ.items() if key not in _OURS},
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "PYTHONUNBUFFERED": "1",
            "DJANGO_SETTINGS_MODULE": "cms.settings.development",
            "VAR_DIR": str(self.var),
            "DATABASE_URL": self.database_url,
            "PORT": str(self.port),
            "PUBLIC_URL": f"http://localhost:{self.port}",
            **(environment or {}),
        }
        self._run = run
        self._processes: dict[str, KeptProcess] = {}
        self._commands = _procfile()
        self._client = httpx.Client(base_url=f"http://127.0.0.1:{self.port}", timeout=30)

    # --- its processes --------------------------------------------------------------------------------------

    def start(self, *, migrate: bool = True) -> "Installation":
        """Make the tables, start web and worker, and wait until /readyz says that it is ready."""
        if migrate:
            self.manage("migrate", "--noinput", "--verbosity", "0")
        self.start_process("web")
        self.start_process("worker")
        self.process("web").wait_for(self.is_ready, within=60, what=f"/readyz of {self.name}")
        self.check_processes()
        return self

    def check_processes(self) -> None:
        """Fail with what it said if a process has ended by itself."""
        for process in self._processes.values():
            if not process.is_running and not process.was_ended:
                raise ServiceError(f"{process.name} has ended by itself.\n{process.said()}")

    def stop(self) -> None:
        """End every process in good order."""
        for process in self._processes.values():
            process.stop()
        self._client.close()

    def start_process(self, kind: str) -> None:
        """Start a process of the Procfile: `web` or `worker`."""
        command = ["/bin/sh", "-c", f"exec {self._commands[kind]}"]
        self._processes[kind] = self._run.keep(
            f"{self.name}-{kind}", command, env=self.environment, cwd=_REPOSITORY
        )

    def process(self, kind: str) -> KeptProcess:
        """The running process of this kind."""
        return self._processes[kind]

    def kill_worker(self) -> None:
        """End the worker as a power cut would, with `kill -9`."""
        self.process("worker").kill()

    def stop_worker(self) -> int:
        """End the worker in good order; returns its exit code."""
        return self.process("worker").stop()

    def restart_worker(self) -> None:
        """Start a worker again, ending the old one first if it still runs."""
        self.process("worker").stop()
        self.start_process("worker")

    def manage(self, *arguments: str, timeout: float = 300) -> str:
        """Run a management command and return what it printed; fail with its output when it fails."""
        done = self.manage_unchecked(*arguments, timeout=timeout)
        if done.returncode:
            raise ServiceError(
                f"manage.py {' '.join(arguments)} ended with {done.returncode}:\n{done.stdout}{done.stderr}"
            )
        return done.stdout

    def manage_unchecked(self, *arguments: str, timeout: float = 300) -> "subprocess.CompletedProcess[str]":
        """Run a management command to its end, whatever its exit code is."""
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=_REPOSITORY,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=timeout,
        )

    def run_python(self, code: str) -> Any:
        """Run Python inside the installation; what it binds to `result` comes back through JSON."""
        program = f"import json\nresult = None\n{code}\nprint('\\x1e' + json.dumps(result))"
        printed = self.manage("shell", "--no-imports", "-c", program)
        return json.loads(printed.rpartition("\x1e")[2])

    # --- its addresses --------------------------------------------------------------------------------------

    def url(self, district: str = "", path: str = "/") -> str:
        """The address of a page of a district's public site, or of the city when no district is named.

        Chromium takes every `*.localhost` for this machine; for Python there are `get` and `request`.
        """
        return f"http://{self.host(district)}{path}"

    def host(self, district: str = "") -> str:
        """The host and port of a district, or of the city."""
        return f"{district}.localhost:{self.port}" if district else f"localhost:{self.port}"

    def get(self, path: str, *, district: str = "", **options: Any) -> httpx.Response:
        """GET a path from a district's host, or from the city's, without asking any name server."""
        return self.request("GET", path, district=district, **options)

    def request(self, method: str, path: str, *, district: str = "", **options: Any) -> httpx.Response:
        """Any request to a district's host, or to the city's. Cookies are kept between requests."""
        headers = {**options.pop("headers", {}), "Host": self.host(district)}
        return self._client.request(method, path, headers=headers, **options)

    def eventually(self, condition: Callable[[], bool], *, within: float = 20, what: str = "") -> None:
        """Wait until a condition holds; when it does not, or a process ends, fail with what they said."""

        def holds() -> bool:
            self.check_processes()
            return condition()

        try:
            wait_until(holds, within=within, what=what or "the condition")
        except TimeoutError as late:
            raise AssertionError(f"{late}\n{self.said()}") from None

    def said(self) -> str:
        """The last lines of every process."""
        return "\n".join(process.said() for process in self._processes.values())

    def is_ready(self) -> bool:
        """Whether /readyz says so now."""
        with contextlib.suppress(httpx.TransportError):
            return self.get("/readyz").status_code == 200
        return False


def _procfile() -> dict[str, str]:
    """The commands of the Procfile by process type: the tests run what is shipped."""
    lines = (_REPOSITORY / "Procfile").read_text().splitlines()
    pairs = (line.split(":", 1) for line in lines if ":" in line and not line.startswith("#"))
    return {kind.strip(): command.strip() for kind, command in pairs}
