"""`load_demo` as `make demo` runs it: into an empty machine, again, on another port, and not over other data."""

import re
from collections.abc import Callable, Iterator
from urllib.parse import urljoin, urlsplit

import httpx
import pytest

from tests.conftest import NewInstallation
from tests.services.browser import WatchedPage
from tests.services.installation import Installation

# The demo runs on SQLite wherever `make demo` starts it, and loading it takes a minute.
pytestmark = pytest.mark.once


@pytest.fixture(scope="module")
def demo(new_installation: NewInstallation) -> Iterator[Installation]:
    """The demo city, loaded and served."""
    installation = new_installation(database="sqlite", migrated=False, start=False)
    installation.manage("load_demo", timeout=900)
    yield installation.start()
    installation.stop()


def _all(demo: Installation, path: str) -> list[dict[str, object]]:
    """Every item of a list of the API, over its pages."""
    found: list[dict[str, object]] = []
    address: str | None = f"/api/v1/{path}?page_size=100"
    while address:
        answer = demo.get(address)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        found += page["results"]
        address = page["next"] and "?".join(urlsplit(page["next"])[2:4])
    return found


def test_demo_holds_what_it_promises(demo: Installation) -> None:
    assert len(_all(demo, "districts/")) == 24
    assert len(_all(demo, "stories/")) >= 46
    craftsmen = _all(demo, "craftsmen/")
    assert len(craftsmen) == 24
    assert all(craftsman["is_sample"] for craftsman in craftsmen)
    assert _all(demo, "places/")
    carnival = demo.get("/api/v1/districts/chengdu/festivals/2024/").json()
    assert carnival["edition"] == 8
    assert carnival["starts_on"] == "2024-12-21"
    assert len(carnival["zones"]) == 6
    assert sum(len(zone["booths"]) for zone in carnival["zones"]) == 72
    assert len(carnival["broadcasts"]) == 11


def test_demo_city_tells_and_districts_pass_stories(demo: Installation) -> None:
    told = demo.get("/api/v1/districts/wuhou/").json()["notices"]
    assert [notice["kind"] for notice in told] == ["activity", "notice"]
    form = demo.get(told[1]["document"]["url"])
    assert form.status_code == 200 and "姓名" in form.content.decode("utf-8-sig")
    origins = [story["origin"] for story in _all(demo, "districts/chengdu/stories/")]
    assert [origin["name"] for origin in origins if isinstance(origin, dict)] == ["武侯区"]
    waiting = "from cms.models import ReceivedStory\nresult = [r.district.slug for r in ReceivedStory.objects.filter(state='waiting')]"
    assert demo.run_python(waiting) == ["wuhou"]


def test_demo_pictures_are_all_made(demo: Installation) -> None:
    waiting = demo.run_python(
        "from media.models import Picture\nresult = Picture.objects.filter(variants=None).count()"
    )

    assert waiting == 0


@pytest.mark.parametrize("role", ["editor", "moderator", "organiser", "admin"])
def test_demo_accounts_sign_in(demo: Installation, role: str) -> None:
    with httpx.Client(
        base_url=f"http://127.0.0.1:{demo.port}", headers={"Host": demo.host(), "Referer": demo.url()}
    ) as client:
        form = client.get("/admin/login/").text
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form)
        assert token is not None
        answer = client.post(
            "/admin/login/",
            data={
                "username": f"jintang-{role}",
                "password": "linli-demo",
                "csrfmiddlewaretoken": token.group(1),
            },
        )

        assert answer.status_code == 302
        assert "金堂县" in client.get("/admin/").text


def test_demo_refuses_other_data(new_installation: NewInstallation) -> None:
    other = new_installation(start=False)
    other.manage("create_district", "chengdu", "成都市", "--hostname=localhost", "--city")

    refused = other.manage_unchecked("load_demo")

    assert refused.returncode != 0
    assert "别的数据" in refused.stderr
    assert other.run_python("from sites.models import District\nresult = District.objects.count()") == 1


@pytest.mark.parametrize("district", ["", "wuhou"])
def test_demo_every_page_works_without_scripts_or_other_origins(
    demo: Installation, open_page: Callable[..., WatchedPage], district: str
) -> None:
    """Follows every link of a site on a phone with JavaScript off."""
    reader = open_page(width=390, javascript=False)
    start = demo.url(district)
    waiting, seen = [start], {start}
    while waiting:
        address = waiting.pop()
        answer = reader.goto(address)
        assert answer.status == 200, address
        assert reader.overflow() == 0, f"{address} is wider than a phone"
        assert len(reader.page.inner_text("main").strip()) > 10, f"{address} is empty"
        links = reader.page.eval_on_selector_all("a[href]", "links => links.map(link => link.href)")
        for link in links:
            target = urljoin(address, link).partition("#")[0]
            if "/media/" in target:
                file = demo.get(urlsplit(target).path, district=district)
                assert file.status_code == 200, f"{address} offers {target}"
                continue
            ours = target.startswith(start) and not re.search(
                r"/(api|admin)/|\.(xml|txt|svg|ics|json)$", target
            )
            if ours and target not in seen:
                seen.add(target)
                waiting.append(target)

    assert len(seen) > 30
    assert reader.foreign == []


def test_demo_loaded_again_on_another_port_keeps_what_was_edited_and_links_to_it(demo: Installation) -> None:
    """Runs last: it moves the whole city."""
    counted = (
        "from sites.models import *\nfrom wagtail.models import Page\nfrom cms.models import *\n"
        "result = [Page.objects.count(), User.objects.count(), Notice.objects.count(), SentStory.objects.count()]\n"
    )
    before = demo.run_python(
        counted + "from django.db import transaction\nstory = StoryPage.objects.live().first()\n"
        "story.title = '改过的标题'\n"
        "with transaction.atomic(): story.save_revision().publish()"
    )
    demo.stop()
    demo.environment["PUBLIC_URL"] = "http://localhost:8765"

    demo.manage("load_demo", timeout=120)

    after, edited, urls = demo.run_python(
        counted + "import json\nfrom sites.models import Publication\n"
        "urls = [json.loads(bytes(row.body))['url'] for row in Publication.objects.filter(type='district')]\n"
        "result = [result, StoryPage.objects.filter(title='改过的标题').count(), urls]"
    )
    assert (after, edited) == (before, 1)
    assert len(urls) == 24
    assert all(url.endswith(":8765") for url in urls)
    portal = demo.var / "published" / "chengdu" / "index.html"
    assert f":{demo.port}" not in portal.read_text()
