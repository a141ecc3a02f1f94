"""Runs one command for as long as the test run lives, whatever becomes of the test run.

    python keeper.py --lifeline FILE --pid FILE [--uid N --gid N] [--stop-signal N] [--patience S] -- COMMAND…

The run holds a lock on its lifeline; the kernel lets go of it when the run ends, also by `kill -9`. The
keeper waits for that lock, and for SIGTERM, and then ends the command with everything that it started. It
stands in a session of its own, so that Ctrl-C reaches the tests first and the servers only after the tests'
own clean-up.

Only the standard library, and nothing of ours: it is started as a bare file.
"""

import argparse
import contextlib
import fcntl
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from types import FrameType


def _signal_group(group: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)


def _wait_for_end_of(lifeline: Path) -> None:
    """Block until the run lets go of its lock, then ask the main thread to end the command."""
    with lifeline.open() as held_by_the_run:
        fcntl.flock(held_by_the_run, fcntl.LOCK_SH)
    os.kill(os.getpid(), signal.SIGTERM)


def main() -> int:
    """Start the command and stay until it, or the run, has ended. Returns the command's exit code."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--lifeline", type=Path, required=True)
    parser.add_argument("--pid", type=Path, required=True)
    parser.add_argument("--uid", type=int)
    parser.add_argument("--gid", type=int)
    parser.add_argument("--stop-signal", type=int, default=signal.SIGTERM)
    parser.add_argument("--patience", type=float, default=10.0)
    parser.add_argument("command", nargs="+")
    options = parser.parse_args()

    stopping = threading.Event()
    child: subprocess.Popen[bytes] | None = None

    def stop(number: int = 0, frame: FrameType | None = None) -> None:
        first = not stopping.is_set()
        stopping.set()
        if child is None or not first:
            return
        # The leader alone: it ends its own children in order. Whoever is left after that is killed below.
        with contextlib.suppress(ProcessLookupError):
            child.send_signal(options.stop_signal)
        impatience = threading.Timer(options.patience, _signal_group, (child.pid, signal.SIGKILL))
        impatience.daemon = True
        impatience.start()

    signal.signal(signal.SIGTERM, stop)
    identity = {"user": options.uid, "group": options.gid, "extra_groups": []} if options.uid else {}
    child = subprocess.Popen(options.command, start_new_session=True, stdin=subprocess.DEVNULL, **identity)
    if stopping.is_set():  # told to stop before there was anything to stop
        stopping.clear()
        stop()
    # Written under another name first: whoever reads the file reads a whole number.
    unfinished = options.pid.with_suffix(".new")
    unfinished.write_text(str(child.pid))
    unfinished.rename(options.pid)
    threading.Thread(target=_wait_for_end_of, args=(options.lifeline,), daemon=True).start()
    code = child.wait()
    _signal_group(child.pid, signal.SIGKILL)
    options.pid.unlink(missing_ok=True)
    return code if code >= 0 else 128 - code


if __name__ == "__main__":
    sys.exit(main())
