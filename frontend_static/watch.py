"""Following the feed: building again as soon as something changed, for as long as nobody stops it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import httpx

from frontend_static.build import Builder, BuildReport
from frontend_static.errors import BuildError, OutputBusy

POLL_SECONDS = 0.25
LONGEST_WAIT_SECONDS = 30.0


def watch(
    *,
    client: httpx.Client,
    district: str,
    out: Path,
    full: bool = False,
    stopped: threading.Event | None = None,
    told: Callable[[BuildReport | BuildError], None] = lambda news: None,
) -> None:
    """Build, then ask the feed four times a second until `stopped` is set.

    When the API is away, waits twice as long each time, up to half a minute; the site stays as it is meanwhile. `told` hears of each
    build that changed something and of each failure. Raises `OutputBusy` when another builder holds the folder.
    """
    stopped = stopped or threading.Event()
    wait = POLL_SECONDS
    with Builder(client=client, district=district, out=out) as builder:
        while not stopped.is_set():
            try:
                report = builder.run(full=full)
            except OutputBusy:
                raise
            except BuildError as error:
                told(error)
                wait = min(wait * 2, LONGEST_WAIT_SECONDS)
            else:
                full = False
                wait = POLL_SECONDS
                if report.changed or report.refused:
                    told(report)
            stopped.wait(wait)
