"""The `installation` fixture runs what is shipped: the Procfile's processes, on the districts' own hosts."""

import os

import psutil
import pytest

from tests.conftest import NewInstallation
from tests.services.browser import WatchedPage
from tests.services.installation import Installation
from tests.services.run import ServiceError

pytestmark = pytest.mark.once


@pytest.fixture(scope="module")
def wuhou(installation: Installation) -> Installation:
    """An installation with the city and one district."""
    installation.manage("create_district", "chengdu", "成都市", "--hostname=localhost", "--city")
    installation.manage("create_district", "wuhou", "武侯区", "--hostname=wuhou.localhost")
    return installation


def test_installation_uses_the_chosen_database(installation: Installation) -> None:
    vendor = installation.run_python("from django.db import connection; result = connection.vendor")
    assert vendor == os.environ.get("TEST_DATABASE", "sqlite")


def test_installation_serves_each_host(wuhou: Installation) -> None:
    wuhou.eventually(lambda: wuhou.get("/", district="wuhou").status_code == 200, what="the first build")

    assert "武侯" in wuhou.get("/", district="wuhou").text
    assert wuhou.get("/api/v1/districts/wuhou/").status_code == 200
    assert wuhou.get("/", district="nowhere").status_code == 404


def test_installation_opens_in_the_browser(wuhou: Installation, page_390: WatchedPage) -> None:
    wuhou.eventually(lambda: wuhou.get("/", district="wuhou").status_code == 200, what="the first build")

    response = page_390.goto(wuhou.url("wuhou"))

    assert response.status == 200
    assert "武侯" in page_390.page.title()
    assert page_390.foreign == []


def test_installation_worker_killed_and_restarted(wuhou: Installation) -> None:
    before = wuhou.process("worker").pid
    wuhou.kill_worker()
    assert not wuhou.process("worker").is_running
    assert not psutil.pid_exists(before)

    wuhou.restart_worker()

    assert wuhou.process("worker").is_running
    assert wuhou.process("worker").pid != before


def test_installation_worker_ends_in_good_order(wuhou: Installation) -> None:
    wuhou.restart_worker()
    # A worker that is still importing Django does not listen to signals yet.
    worker = wuhou.process("worker")
    wuhou.eventually(lambda: "Starting worker" in worker.output, what="the worker's start")

    assert wuhou.stop_worker() == 0
    wuhou.restart_worker()


def test_installation_command_that_fails_shows_its_output(installation: Installation) -> None:
    with pytest.raises(ServiceError, match="没有标识为“nowhere”的区县"):
        installation.manage("publish_site", "--district", "nowhere")


def test_installation_stop_leaves_no_process(new_installation: NewInstallation) -> None:
    installation = new_installation()
    leaders = [installation.process(kind).pid for kind in ("web", "worker")]
    family = [child for pid in leaders for child in psutil.Process(pid).children(recursive=True)]
    assert family, "granian has workers of its own"

    installation.stop()

    _, alive = psutil.wait_procs(family, timeout=5)
    assert alive == []
    assert not any(psutil.pid_exists(pid) for pid in leaders)
