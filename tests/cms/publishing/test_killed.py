"""Kill -9 of the worker or the builder at any moment: no half page, and the next run completes the work."""

import hashlib
import json
from pathlib import Path

import pytest

from tests.conftest import NewInstallation
from tests.services.installation import Installation

pytestmark = pytest.mark.once

_MANY = """
import json
from django.core.management import call_command
from django.db import transaction
from cms.models import StoryIndexPage, StoryPage
from sites.models import District
call_command("create_district", "chengdu", "成都市", "--hostname=localhost", "--city", verbosity=0)
call_command("create_district", "wuhou", "武侯区", "--hostname=wuhou.localhost", verbosity=0)
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
def retitle(round):
    with transaction.atomic():
        for story in StoryPage.objects.all()[:20]:
            story.title = f"{round}轮{story.pk}"
            story.save_revision().publish()
"""
# A builder is a fork of this: it begins at once, so that its death meets the building and not the imports.
_KILL_BUILDERS = """
import os, random, signal, time
from django.core.management import call_command
from django.db import connections
from pathlib import Path

site, chance, cut, killed, length = Path({site!r}), random.Random(8), [], 0, 0
def build():
    connections.close_all()
    builder = os.fork()
    if not builder:
        try:
            call_command("publish_site", district="wuhou", verbosity=0)
        finally:
            os._exit(0)
    return builder
os.waitpid(build(), 0)
for number in range(6):
    retitle(number)
    began = time.monotonic()
    builder = build()
    if length:
        time.sleep(chance.uniform(0, length))
        os.kill(builder, signal.SIGKILL)
    killed += os.WIFSIGNALED(os.waitpid(builder, 0)[1])
    # The first is left alone, and shows how long it takes.
    length = length or time.monotonic() - began
    cut += [str(page) for page in site.rglob("*.html") if not page.read_text().rstrip().endswith("</html>")]
call_command("publish_site", district="wuhou", verbosity=0)
result = [cut, killed]
"""
_FIRST_TITLES = """
from cms.models import StoryPage
result = {story.slug: story.title for story in StoryPage.objects.all()[:20]}
"""
_REPUBLISH_TWICE = """
from django.core.management import call_command
from pathlib import Path
from sites.models import Publication
def republished():
    call_command("republish", verbosity=0)
    call_command("publish_site", verbosity=0)
    rows = [[str(value) for value in row] for row in Publication.objects.order_by("pk").values_list()]
    return rows, {{str(path): path.stat().st_mtime_ns for path in Path({published!r}).rglob("*.html")}}
result = [republished(), republished()]
"""


@pytest.fixture(scope="module")
def busy(new_installation: NewInstallation) -> Installation:
    installation = new_installation(start=False)
    installation.run_python(_MANY)
    return installation


def _files(folder: Path) -> dict[str, str]:
    """Every public file of a site with its digest."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and ".linli" not in path.parts
    }


def test_builder_killed_at_any_moment_leaves_whole_pages(busy: Installation) -> None:
    site = busy.var / "published" / "wuhou"

    cut, killed = busy.run_python(_RETITLE + _KILL_BUILDERS.format(site=str(site)))

    assert cut == []
    assert killed >= 2
    completed = _files(site)
    busy.manage("publish_site", "--district", "wuhou", "--full")
    assert completed == _files(site)
    assert completed == json.loads((site / ".linli" / "manifest.json").read_text())


def test_worker_killed_while_it_builds_is_followed_by_one_that_completes(busy: Installation) -> None:
    stories = busy.var / "published" / "wuhou" / "stories"
    busy.start(migrate=False)
    for number in range(2):
        busy.run_python(f"{_RETITLE}\nretitle('x{number}')")
        busy.eventually(
            lambda number=number: any(f"x{number}轮" in page.read_text() for page in stories.rglob("*.html")),
            within=60,
            what="the first of the changed pages",
        )
        busy.kill_worker()
        for page in stories.rglob("*.html"):
            assert page.read_text().rstrip().endswith("</html>"), f"{page} is cut off"
        busy.start_process("worker")

    changed = busy.run_python(_FIRST_TITLES)
    busy.eventually(
        lambda: all(title in (stories / slug / "index.html").read_text() for slug, title in changed.items()),
        within=60,
        what="every change on its public page",
    )
    assert all(title.startswith("x1轮") for title in changed.values())
    busy.stop_worker()


def test_republish_twice_changes_no_row_and_no_file(busy: Installation) -> None:
    before, after = busy.run_python(_REPUBLISH_TWICE.format(published=str(busy.var / "published")))

    assert len(before[0]) > 60
    assert before[1]
    assert before == after
