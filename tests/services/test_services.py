"""The servers that other tests rely on do what a real one does."""

import contextlib
import functools
import http.server
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import psutil
import pytest
from django.db import connection

from tests.services.browser import WatchedPage
from tests.services.postgresql import PostgreSQL
from tests.services.run import Run, ServiceError, wait_until
from tests.services.s3 import S3

pytestmark = pytest.mark.once

_PNG_OF_TEXT = """
<!doctype html><meta charset=utf-8>
<style>span {{ font: 64px sans-serif; }}</style>
<span id=text>{text}</span>
"""


@contextlib.contextmanager
def _file_server(folder: Path) -> Iterator[int]:
    """Serve a folder over HTTP on this machine; gives the port."""

    class Handler(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *arguments: object) -> None:
            """Say nothing."""

    handler = functools.partial(Handler, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


def test_postgresql_answers(postgresql: PostgreSQL) -> None:
    with postgresql.connect() as session:
        (version,) = session.execute("SHOW server_version").fetchone() or ("",)
    assert str(version).startswith("16.")


def test_postgresql_fresh_databases_are_apart(postgresql: PostgreSQL) -> None:
    postgresql.create_database("first_of_two")
    postgresql.create_database("second_of_two")

    with postgresql.connect("first_of_two") as session:
        session.execute("CREATE TABLE only_here (id int)")
    with postgresql.connect("second_of_two") as session:
        found = session.execute("SELECT count(*) FROM pg_tables WHERE tablename = 'only_here'").fetchone()

    assert found == (0,)


def test_postgresql_takes_chinese_for_letters(postgresql: PostgreSQL) -> None:
    """With the C locale it would not, and search would behave otherwise than in production."""
    with postgresql.connect() as session:
        found = session.execute(r"SELECT '邻里' ~ '^\w+$'").fetchone()
    assert found == (True,)


@pytest.mark.django_db
def test_django_database_is_the_chosen_one() -> None:
    assert connection.vendor == os.environ.get("TEST_DATABASE", "sqlite")
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA journal_mode")
            assert cursor.fetchone() == ("wal",)


def test_s3_stores_and_lists(s3: S3) -> None:
    bucket = s3.make_bucket("notes")
    client = s3.client()

    client.put_object(Bucket=bucket, Key="武侯/故事.txt", Body="邻里".encode(), ContentType="text/plain")

    assert s3.keys(bucket) == ["武侯/故事.txt"]
    assert client.get_object(Bucket=bucket, Key="武侯/故事.txt")["Body"].read().decode() == "邻里"


def test_s3_bucket_is_private_unless_public(s3: S3) -> None:
    private, public = s3.make_bucket("closed-shelf"), s3.make_bucket("open-shelf", public=True)
    for bucket in (private, public):
        s3.client().put_object(Bucket=bucket, Key="page.html", Body=b"<p>")

    assert httpx.get(f"{s3.endpoint_url}/{private}/page.html").status_code == 403
    assert httpx.get(f"{s3.endpoint_url}/{public}/page.html").status_code == 200


def test_s3_bucket_made_again_is_empty(s3: S3) -> None:
    s3.client().put_object(Bucket=s3.make_bucket("again"), Key="old", Body=b"old")

    assert s3.keys(s3.make_bucket("again")) == []


def test_s3_bucket_of_another_process_is_refused(s3: S3) -> None:
    Path(s3.owners, "taken").write_text("1")
    with pytest.raises(ServiceError, match="belongs to another test file"):
        s3.make_bucket("taken")


def test_s3_has_room_for_many_buckets(s3: S3) -> None:
    for number in range(5):
        bucket = s3.make_bucket(f"many{number}")
        s3.client().put_object(Bucket=bucket, Key="a", Body=b"a")
        assert s3.keys(bucket) == ["a"]


def test_chromium_renders_chinese_without_tofu(page_1280: WatchedPage) -> None:
    """Without a Chinese font every character is the same empty box."""
    pictures = []
    for text in ("邻里", "社区"):
        page_1280.page.set_content(_PNG_OF_TEXT.format(text=text))
        pictures.append(page_1280.page.locator("#text").screenshot())
    assert pictures[0] != pictures[1]


def test_page_without_javascript_runs_none(open_page: Callable[..., WatchedPage]) -> None:
    page = open_page(width=390, javascript=False)
    page.page.set_content(
        "<p id=p>before</p><script>document.getElementById('p').textContent = 'after'</script>"
    )
    assert page.page.locator("#p").inner_text() == "before"


def test_page_notes_request_to_another_origin(open_page: Callable[..., WatchedPage], tmp_path: Path) -> None:
    with _file_server(tmp_path) as port:
        (tmp_path / "own.css").write_text("p { color: red }")
        (tmp_path / "index.html").write_text(
            f"<link rel=stylesheet href=own.css><link rel=icon href='data:,'>"
            f"<img src='http://wuhou.localhost:{port}/elsewhere.png'><img src='http://example.org/far.png'>"
            "<script>console.error('oh'); throw new Error('no')</script>"
        )
        page = open_page()
        page.goto(f"http://localhost:{port}/index.html")

    assert page.foreign == [f"http://wuhou.localhost:{port}/elsewhere.png", "http://example.org/far.png"]
    assert f"http://localhost:{port}/own.css" in page.requests
    assert any("console error: oh" in problem for problem in page.problems)
    assert any("script error" in problem and "no" in problem for problem in page.problems)
    page.tolerate("")


def test_kept_process_shows_why_it_ended(test_run: Run) -> None:
    process = test_run.keep("failing", [sys.executable, "-c", "raise SystemExit('no such luck')"])
    with pytest.raises(ServiceError, match="no such luck"):
        process.wait_for(lambda: False, within=20, what="nothing")


def test_kept_process_stop_ends_its_children(test_run: Run) -> None:
    process = test_run.keep("parent", ["/bin/sh", "-c", "sleep 300 & echo $! ; wait"])
    wait_until(lambda: process.log.read_text().strip().isdigit(), within=10, what="the child")
    child = int(process.log.read_text())

    process.stop()

    wait_until(lambda: not psutil.pid_exists(child), within=10, what="the child's end")


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGKILL])
def test_kept_process_ends_with_the_run(end: signal.Signals, tmp_path: Path) -> None:
    """However a test run ends, by Ctrl-C or by kill -9, no server is left behind."""
    pid_file = tmp_path / "pid"
    program = (
        "import signal, sys, time, pathlib\n"
        # A shell's background job starts with Ctrl-C ignored, and hands that on.
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "from tests.services.run import Run\n"
        "run = Run.open()\n"
        "kept = run.keep('sleeper', ['sleep', '300'])\n"
        f"pathlib.Path({str(pid_file)!r}).write_text(str(kept.pid))\n"
        "try:\n    time.sleep(300)\nfinally:\n    run.close()\n"
    )
    run = subprocess.Popen(
        [sys.executable, "-c", program],
        cwd=Path(__file__).parents[2],
        env={**os.environ, "TMPDIR": str(tmp_path)},  # what a killed run leaves behind, pytest clears away
        stderr=subprocess.DEVNULL,
    )
    wait_until(lambda: pid_file.exists() and pid_file.read_text() != "", within=20, what="the run's start")
    sleeper = int(pid_file.read_text())
    assert psutil.pid_exists(sleeper)

    run.send_signal(end)
    run.wait(timeout=30)

    wait_until(lambda: not psutil.pid_exists(sleeper), within=10, what="the end of the kept process")


def test_run_removes_only_what_killed_runs_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("LINLI_TEST_RUN", os.environ["LINLI_TEST_RUN"])  # open() and close() change it
    alive = Run.open()
    killed, young = tmp_path / "linli-test-killed", tmp_path / "linli-test-young"
    for folder in (killed, young):
        folder.mkdir()
        (folder / "lifeline").touch()
    for folder in (killed, alive.folder):
        os.utime(folder / "lifeline", (0, 0))

    other = Run.open()

    assert not killed.exists()
    assert young.exists()
    assert alive.folder.exists()
    for run in (alive, other):
        run.close()
