"""A district taken to an empty installation: the public sees the same bytes."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from wagtail.models import Page

from cms.domain.archive.importing import import_district
from cms.models import StoryPage
from cms.publishing import building
from media.domain import variants
from media.models import Picture
from sites.models import (
    District,
    Publication,
)
from tests.city import City
from tests.city_fixtures import committed_city  # noqa: F401 - a fixture
from tests.festival.booking import Edition, make_busy
from tests.filled_district import export, fill
from tests.services.run import Run


def _tree(folder: Path) -> dict[str, bytes]:
    """Every file of a public site; the builder's own notes are not public."""
    files = (file for file in sorted(folder.rglob("*")) if file.is_file())
    return {str(file.relative_to(folder)): file.read_bytes() for file in files if ".linli" not in file.parts}


def _items(slug: str) -> list[tuple[Any, ...]]:
    """The public items of a district in the order of their keys, which breaks the ties of lists."""
    rows = Publication.objects.filter(district__slug=slug, deleted=False).order_by("pk")
    return [(row.type, row.slug, row.sort, row.etag, row.content) for row in rows]


@pytest.fixture
def elsewhere(
    test_run: Run, settings: Any, tmp_path: Path, django_db_blocker: Any, request: pytest.FixtureRequest
) -> Callable[[], None]:
    """Move on to another, empty installation: its own database, media and published sites."""
    import environ
    from django.contrib.contenttypes.models import ContentType
    from django.db import connections
    from wagtail.models import Site

    from sites.hosts import table
    from tests.services.databases import migrated_database

    def go() -> None:
        kind = "postgresql" if connections["default"].vendor == "postgresql" else "sqlite"
        name = environ.Env.db_url_config(migrated_database(test_run, kind))["NAME"]
        connections.close_all()
        connections["default"].settings_dict["NAME"] = name
        ContentType.objects.clear_cache()
        Site.clear_site_root_paths_cache()
        table.forget()
        settings.MEDIA_ROOT = str(tmp_path / "other-media")
        settings.PUBLISHED_ROOT = str(tmp_path / "other-published")

    return go


def _published(district: str) -> dict[str, bytes]:
    for picture in Picture.objects.all():
        variants.make_variants(picture=picture)
    building.publish(District.objects.get(slug=district))
    return _tree(building.folder_of(District.objects.get(slug=district)))


def test_district_publishes_the_same_bytes_in_an_empty_installation(
    committed_city: City,  # noqa: F811
    elsewhere: Callable[[], None],
) -> None:
    fill(committed_city)
    make_busy(Edition(committed_city), committed_city.user("organiser"))
    before = _published("wuhou")
    items = _items("wuhou")
    page_keys = dict(Page.objects.values_list("url_path", "pk"))
    archive = export(committed_city.wuhou)
    assert {"index.html", "festivals/2024/index.html"} <= before.keys()
    assert any(name.startswith("media/renditions/") for name in before)

    elsewhere()
    assert not District.objects.exists()
    imported = import_district(io.BytesIO(archive))

    after = _published("wuhou")
    assert after.keys() == before.keys()
    assert [name for name in before if before[name] != after[name]] == []
    assert _items("wuhou") == items
    assert imported.differing() == []
    assert imported.city_made
    moved = {path for path, key in Page.objects.values_list("url_path", "pk") if page_keys.get(path) != key}
    assert "/wuhou/stories/liang-ge-yuan-zi/" in moved, (
        "the keys are others, so that the sameness is not a coincidence"
    )

    # The control: one letter is seen, in the page and in its item.
    story = StoryPage.objects.get(slug="yuan-ba-li-de-tang")
    story.title = "院坝里的汤！"
    story.save_revision().publish()
    changed = _published("wuhou")
    assert "stories/yuan-ba-li-de-tang/index.html" in [n for n in before if before[n] != changed.get(n)]
    assert ("story", "yuan-ba-li-de-tang") in imported.differing()
