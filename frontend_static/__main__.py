"""`python -m frontend_static build --api URL --district SLUG --out DIR [--full] [--watch]`"""

from __future__ import annotations

import argparse
import signal
import sys
import threading
import time
from pathlib import Path
from types import FrameType
from typing import TextIO

import httpx

from frontend_static.build import BuildReport, build
from frontend_static.errors import BuildError
from frontend_static.watch import watch

TIMEOUT_SECONDS = 30.0


def origin_of(api: str) -> str:
    """The API's origin, whether it was given as `http://host:port` or with `/api/v1/`."""
    return api.rstrip("/").removesuffix("/api/v1")


def _tell(stream: TextIO, line: str) -> None:
    stream.write(line + "\n")
    stream.flush()


def say(news: BuildReport | BuildError) -> None:
    if isinstance(news, BuildError):
        _tell(sys.stderr, f"frontend_static: {news}")
        return
    line = f"{len(news.written)} written, {len(news.removed)} removed, {news.rendered} rendered, {news.pages} pages"
    _tell(sys.stdout, line)
    for refused in news.refused:
        _tell(sys.stderr, f"  refused: {refused}")
    for url in news.missing_pictures:
        _tell(sys.stderr, f"  missing picture: {url}")


def main(arguments: list[str] | None = None) -> int:
    """Run the command; 0 when the site is up to date, 1 when the build was given up, 130 when it was stopped."""
    parser = argparse.ArgumentParser(
        prog="python -m frontend_static", description="Build a public site of Linli."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    one = commands.add_parser("build", help="bring a folder up to date with a district's feed")
    one.add_argument("--api", required=True, help="origin of the API, for instance http://localhost:8000")
    one.add_argument("--district", required=True, help="slug of the district or of the city")
    one.add_argument("--out", required=True, type=Path, help="the folder that a web server shows")
    one.add_argument(
        "--full", action="store_true", help="render every page and compare with the files themselves"
    )
    one.add_argument("--watch", action="store_true", help="stay and build whenever something changes")
    given = parser.parse_args(arguments)

    stopped = threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:
        stopped.set()
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    try:
        with httpx.Client(base_url=origin_of(given.api), timeout=TIMEOUT_SECONDS) as client:
            if given.watch:
                watch(
                    client=client,
                    district=given.district,
                    out=given.out,
                    full=given.full,
                    stopped=stopped,
                    told=say,
                )
            else:
                began = time.perf_counter()
                say(build(client=client, district=given.district, out=given.out, full=given.full))
                _tell(sys.stdout, f"{time.perf_counter() - began:.3f} s")
    except BuildError as error:
        say(error)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
