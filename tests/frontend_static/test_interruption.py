"""A builder that is killed at any moment leaves whole files, and the next run completes the work."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest

from frontend_static.build import build
from tests.frontend_static import site_folder
from tests.frontend_static.sample_town import JINYANG, image, story, town
from tests.frontend_static.town_api import TownApi

ROOT = Path(__file__).resolve().parents[2]
ROUNDS = 10


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


@pytest.fixture
def served(api: TownApi) -> Iterator[str]:
    """The town's API on a real port."""
    server = make_server("127.0.0.1", 0, api, server_class=_Server, handler_class=_Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def command(api: str, out: Path, *more: str) -> list[str]:
    return [
        sys.executable,
        "-m",
        "frontend_static",
        "build",
        "--api",
        api,
        "--district",
        "wuhou",
        "--out",
        str(out),
        *more,
    ]


def start(api: str, out: Path, *more: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        command(api, out, *more), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def _whole(out: Path, where: str) -> None:
    for name, content in site_folder.files(out).items():
        if name.endswith(".html"):
            assert content.startswith(b"<!doctype html>"), (where, name)
            assert content.rstrip().endswith(b"</html>"), (where, name)
        elif name.endswith(".xml"):
            assert content.rstrip().endswith((b"</feed>", b"</urlset>")), (where, name)
        elif name.startswith("media/"):
            assert content == f"picture /{name}".encode() * 20, (where, name)


def test_killed_builder_leaves_whole_files_and_the_next_completes(
    api: TownApi, served: str, out: Path
) -> None:
    for n in range(60):
        at = f"2024-{n // 28 + 1:02}-{n % 28 + 1:02}T09:00:00+08:00"
        api.publish(
            story(
                f"s{n:02}",
                f"第{n}篇",
                published=at,
                place=JINYANG,
                cover=image(f"c{n}", "画") if n % 4 == 0 else None,
            )
        )
    dice = random.Random(20241221)
    completed = 0
    for round_ in range(ROUNDS):
        # Every round changes what all pages show, so that each killed build was busy.
        api.publish(api.get("district", "wuhou", "wuhou") | {"tagline": f"第{round_}回"})
        api.publish(
            story(
                f"round-{round_}", f"第{round_}回的故事", published=f"2024-12-{round_ + 1:02}T20:00:00+08:00"
            )
        )
        if round_ % 3 == 2:
            api.delete("story", "wuhou", f"round-{round_ - 1}")
        builder = start(served, out)
        began = time.monotonic()
        while (
            builder.poll() is None and not (out / ".linli/staging").exists() and time.monotonic() - began < 5
        ):
            time.sleep(0.002)
        time.sleep(dice.uniform(0, 0.35))
        builder.kill()
        builder.communicate()
        completed += builder.returncode == 0
        if out.exists():
            _whole(out, f"round {round_}")
    assert completed < ROUNDS, "no build was killed while it worked"
    # Back to an earlier state: what the killed builds left behind must not be mistaken for it.
    for round_ in range(ROUNDS):
        api.delete("story", "wuhou", f"round-{round_}")
    api.publish(next(item for item in town() if item["type"] == "district" and item["slug"] == "wuhou"))
    done = subprocess.run(command(served, out), cwd=ROOT, capture_output=True, text=True, timeout=30)
    assert done.returncode == 0, done.stderr
    clean = out.with_name("clean")
    build(client=api.client(), district="wuhou", out=clean)
    assert site_folder.files(out) == site_folder.files(clean)
    assert (out / ".linli/manifest.json").read_bytes() == (clean / ".linli/manifest.json").read_bytes()
    assert not (out / ".linli/staging").exists()


def test_build_killed_between_change_and_its_undoing_is_repaired(api: TownApi, out: Path) -> None:
    build(client=api.client(), district="wuhou", out=out)
    before = site_folder.files(out)
    original = api.get("story", "wuhou", "funan-bridge")
    api.publish(original | {"title": "改了又改回去"})
    child = os.fork()
    if child == 0:
        # The child dies like a killed builder: pages in place, manifest and memory not yet.
        from frontend_static.output import OutputFolder

        OutputFolder.write_manifest = lambda self, digests: os.kill(os.getpid(), signal.SIGKILL)  # type: ignore[method-assign]
        build(client=api.client(), district="wuhou", out=out)
        os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    assert site_folder.files(out) != before
    api.publish(original)
    build(client=api.client(), district="wuhou", out=out)
    assert site_folder.files(out) == before


def _until(condition: object, seconds: float = 8) -> None:
    assert callable(condition)
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < seconds, "it did not happen in time"
        time.sleep(0.02)


def test_watcher_follows_the_feed_survives_an_outage_and_ends_cleanly(
    api: TownApi, served: str, out: Path
) -> None:
    watcher = start(f"{served}/api/v1/", out, "--watch")
    try:
        page = out / "stories/funan-bridge/index.html"
        _until((out / ".linli/manifest.json").exists)
        api.publish(api.get("story", "wuhou", "funan-bridge") | {"title": "看着看着就变了"})
        _until(lambda: "看着看着就变了" in page.read_text())
        api.broken = lambda path: True
        time.sleep(0.4)
        api.publish(api.get("story", "wuhou", "funan-bridge") | {"title": "断了又接上"})
        api.broken = lambda path: False
        _until(lambda: "断了又接上" in page.read_text())
        watcher.send_signal(signal.SIGTERM)
        said, complained = watcher.communicate(timeout=5)
    finally:
        watcher.kill()
    assert watcher.returncode == 130
    assert "Traceback" not in complained and "503" in complained
    assert "written" in said


def test_command_says_what_is_wrong_without_a_traceback(out: Path) -> None:
    done = subprocess.run(
        command("http://127.0.0.1:9", out), cwd=ROOT, capture_output=True, text=True, timeout=20
    )
    assert done.returncode == 1
    assert "cannot be read" in done.stderr and "Traceback" not in done.stderr
