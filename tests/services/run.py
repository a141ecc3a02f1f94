"""One test run: its folder, its lifeline, and the processes that live no longer than it.

The process that the developer started (under pytest-xdist: the controller) opens the run; the workers join
it. A worker may start a server that all workers use, because a server ends with the run and not with the
worker that started it.
"""

import contextlib
import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, TextIO

_RUN_VARIABLE = "LINLI_TEST_RUN"
_PREFIX = "linli-test-"
_KEEPER = Path(__file__).with_name("keeper.py")


class ServiceError(Exception):
    """A server that the tests need could not be started; the text shows what it said."""


class Account(NamedTuple):
    """A user of this machine, by number: the group `nobody` has another name on each system."""

    uid: int
    gid: int


class Run:
    """The folder of this run and what lives in it."""

    def __init__(self, folder: Path, lock: TextIO | None) -> None:
        self.folder = folder
        self._lock = lock

    @classmethod
    def open(cls) -> "Run":
        """Begin a run. The environment carries its folder to the workers."""
        _remove_what_killed_runs_left()
        folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
        # PostgreSQL refuses to run as root and must be able to walk through to its own folder.
        folder.chmod(0o711)
        (folder / "kept").mkdir()
        lock = (folder / "lifeline").open("w")
        fcntl.flock(lock, fcntl.LOCK_EX)
        os.environ[_RUN_VARIABLE] = str(folder)
        return cls(folder, lock)

    @classmethod
    def join(cls) -> "Run":
        """The run of the process that started this one."""
        return cls(Path(os.environ[_RUN_VARIABLE]), None)

    def close(self) -> None:
        """End every kept process, wait until it is gone, and remove the folder. A worker closes nothing."""
        if self._lock is None:
            return
        self._lock.close()
        with contextlib.suppress(TimeoutError):
            wait_until(
                lambda: not any((self.folder / "kept").iterdir()), within=20, what="the end of all servers"
            )
        shutil.rmtree(self.folder, ignore_errors=True)
        os.environ.pop(_RUN_VARIABLE, None)

    @contextlib.contextmanager
    def locked(self, name: str) -> Iterator[None]:
        """Only one process of this run at a time is inside the lock of this name."""
        with (self.folder / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def keep(
        self,
        name: str,
        command: Sequence[str | Path],
        *,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        user: "Account | None" = None,
        stop_signal: signal.Signals = signal.SIGTERM,
        patience: float = 10,
    ) -> "KeptProcess":
        """Start a command that ends with the run at the latest; its output goes to the run's `<name>.log`."""
        return KeptProcess(
            self, name, command, env=env, cwd=cwd, user=user, stop_signal=stop_signal, patience=patience
        )


def _remove_what_killed_runs_left() -> None:
    """A run that was killed has ended its servers through its lifeline, but nobody removed its folder."""
    an_hour_ago = time.time() - 3600
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with contextlib.suppress(OSError):
            lifeline = folder / "lifeline"
            facts = lifeline.stat()
            # An hour: another run may have made its folder just now and not hold its lock yet.
            if facts.st_uid != os.geteuid() or facts.st_mtime > an_hour_ago:
                continue
            with lifeline.open() as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)


class KeptProcess:
    """A command under a keeper (see keeper.py), which ends it when the run ends."""

    def __init__(
        self,
        run: Run,
        name: str,
        command: Sequence[str | Path],
        *,
        env: Mapping[str, str] | None,
        cwd: Path | None,
        user: "Account | None",
        stop_signal: signal.Signals,
        patience: float,
    ) -> None:
        self.name = name
        self.was_ended = False
        self.log = run.folder / f"{name}.log"
        self._pid_file = run.folder / "kept" / name
        keeper = [sys.executable, "-I", "-S", str(_KEEPER)]
        keeper += ["--lifeline", str(run.folder / "lifeline"), "--pid", str(self._pid_file)]
        keeper += ["--stop-signal", str(int(stop_signal)), "--patience", str(patience)]
        if user:
            keeper += ["--uid", str(user.uid), "--gid", str(user.gid)]
        with self.log.open("ab") as log:
            self._begins_at = log.tell()
            self._keeper = subprocess.Popen(
                [*keeper, "--", *map(str, command)],
                env=dict(env) if env is not None else None,
                cwd=cwd,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        wait_until(
            lambda: self._pid_file.exists() or not self.is_running, within=20, what=f"the start of {name}"
        )

    @property
    def is_running(self) -> bool:
        """Whether the command has not ended yet."""
        return self._keeper.poll() is None

    @property
    def pid(self) -> int:
        """The process id of the command itself, which leads its own process group."""
        try:
            return int(self._pid_file.read_text())
        except FileNotFoundError:
            raise ServiceError(f"{self.name} has ended.\n{self.said()}") from None

    @property
    def output(self) -> str:
        """What this process has printed; the log keeps also what an earlier one of its name printed."""
        return self.log.read_bytes()[self._begins_at :].decode(errors="replace")

    def said(self, lines: int = 60) -> str:
        """The last lines of the log, under a heading."""
        text = self.log.read_text(errors="replace").splitlines()[-lines:]
        return "\n".join([f"--- {self.name} said:", *text])

    def kill(self) -> None:
        """End the command and all that it started as a power cut would, with SIGKILL."""
        self.was_ended = True
        with contextlib.suppress(ServiceError, ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self._keeper.wait(timeout=20)

    def stop(self) -> int:
        """End the command in good order and return its exit code."""
        if self.is_running:
            self.was_ended = True
            self._keeper.terminate()
        return self._keeper.wait(timeout=60)

    def wait_for(self, ready: Callable[[], bool], *, within: float, what: str) -> None:
        """Wait until it is ready; when it ends before that or takes too long, fail with what it said."""

        def ready_or_ended() -> bool:
            return ready() or not self.is_running

        try:
            wait_until(ready_or_ended, within=within, what=what)
        except TimeoutError as late:
            raise ServiceError(f"{late}\n{self.said()}") from None
        if not self.is_running:
            raise ServiceError(f"{self.name} ended with {self._keeper.returncode}.\n{self.said()}")


def wait_until(condition: Callable[[], bool], *, within: float, what: str) -> None:
    """Ask until the condition holds; TimeoutError names what was waited for."""
    deadline = time.monotonic() + within
    pause = 0.005
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {within:g} seconds for {what}")
        time.sleep(pause)
        pause = min(pause * 1.5, 0.1)


def free_ports(count: int) -> list[int]:
    """Ports of this machine that nobody listens on, all different."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]
