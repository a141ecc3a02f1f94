"""Kill -9 of the worker or the builder at any moment: no half page, and the next run completes the work."""

import hashlib
import json
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.conftest import NewInstallation
from tests.services.installation import Installation

pytestmark = pytest.mark.once

_MANY = """
import json
from django.db import transaction
from cms.models import StoryIndexPage, StoryPage
from sites.models import District
wuhou = District.objects.get(slug="wuhou")
with transaction.atomic():
    shelf = StoryIndexPage.objects.descendant_of(wuhou.site.root_page).get()
    for n in range(60):
        story = StoryPage(title=f"第{n}个故事", slug=f"story-{n}",
                          body=json.dumps([{"type": "paragraph", "id": "p", "value": f"<p>{'邻里' * 200}</p>"}]))
        shelf.add_child(instance=story)
        story.save_revision().publish()
"""
_RETITLE = """
from django.db import transaction
from cms.models import StoryPage
with transaction.atomic():
    for story in StoryPage.objects.all()[:30]:
        story.title = f"{round}轮{story.pk}"
        story.save_revision().publish()
"""


@pytest.fixture(scope="module")
def busy(new_installation: NewInstallation) -> Installation:
    installation = new_installation(start=False)
    installation.manage("migrate", "--verbosity=0")
    installation.manage("create_district", "chengdu", "成都市", "--hostname=localhost", "--city")
    installation.manage("create_district", "wuhou", "武侯区", "--hostname=wuhou.localhost")
    installation.run_python(_MANY)
    return installation


def _files(folder: Path) -> dict[str, str]:
    """Every public file of a site with its digest."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and ".linli" not in path.parts
    }


def _assert_whole(folder: Path) -> None:
    for page in folder.rglob("*.html"):
        assert page.read_text().rstrip().endswith("</html>"), f"{page} is cut off"


def test_builder_killed_at_any_moment_leaves_whole_pages(busy: Installation) -> None:
    chance = random.Random(8)
    site = busy.var / "published" / "wuhou"
    for number in range(3):
        busy.run_python(f"round = {number}\n{_RETITLE}")
        builder = subprocess.Popen(
            [sys.executable, "manage.py", "publish_site", "--district", "wuhou"],
            env=busy.environment,
            cwd=Path(__file__).parents[3],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(chance.uniform(0.9, 2.4))
        builder.kill()
        builder.wait()
        _assert_whole(site)

    busy.manage("publish_site", "--district", "wuhou")
    completed = _files(site)
    busy.manage("publish_site", "--district", "wuhou", "--full")

    assert completed == _files(site)
    assert completed == json.loads((site / ".linli" / "manifest.json").read_text())


def test_worker_killed_while_it_builds_is_followed_by_one_that_completes(busy: Installation) -> None:
    busy.start()
    busy.run_python(f"round = 'x'\n{_RETITLE}")
    for _ in range(3):
        time.sleep(0.4)
        busy.kill_worker()
        _assert_whole(busy.var / "published" / "wuhou")
        busy.start_process("worker")
    busy.run_python(f"round = '最后一'\n{_RETITLE}")

    page = busy.var / "published" / "wuhou" / "stories" / "story-0" / "index.html"
    busy.eventually(
        lambda: "最后一轮" in page.read_text(), within=60, what="the last change on the public page"
    )
    busy.stop_worker()


def test_republish_twice_changes_no_row_and_no_file(busy: Installation) -> None:
    rows = "from sites.models import *\nresult = [[str(v) for v in row] for row in Publication.objects.order_by('pk').values_list()]"
    busy.manage("republish")
    busy.manage("publish_site")
    before_rows = busy.run_python(rows)
    times = {path: path.stat().st_mtime_ns for path in (busy.var / "published").rglob("*.html")}

    busy.manage("republish")
    busy.manage("publish_site")

    assert busy.run_python(rows) == before_rows
    assert {path: path.stat().st_mtime_ns for path in (busy.var / "published").rglob("*.html")} == times
