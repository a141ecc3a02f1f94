"""Pictures, districts and their staff.

Models are imported where they are used: this file may be read before the settings are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.test import Client

from tests.media import sources

if TYPE_CHECKING:
    from media.models import Picture
    from sites.models import District

MakePicture = Callable[..., "Picture"]


@pytest.fixture
def media_root(settings: Any, tmp_path: Path) -> Path:
    """An empty folder for uploads and renditions."""
    settings.MEDIA_ROOT = str(tmp_path / "media")
    cache.clear()  # Wagtail keeps thumbnails there by the picture's number, which another test has used
    return tmp_path / "media"


@pytest.fixture
def make_picture(db: None, media_root: Path) -> MakePicture:
    """Save a picture as code does, without its renditions."""
    from media.models import Picture

    def make(data: bytes | None = None, *, name: str = "photo.jpg", **values: Any) -> Picture:
        values = {"title": "竹编", "description": "竹编匠人在院坝里破篾", **values}
        return Picture.objects.create(file=ContentFile(data or sources.photograph(), name), **values)

    return make


@pytest.fixture
def stored(media_root: Path) -> Callable[[], list[str]]:
    """The names of all public files, in order."""

    def names() -> list[str]:
        files = (path for path in (media_root / "renditions").rglob("*") if path.is_file())
        return sorted(str(path.relative_to(media_root)) for path in files)

    return names


@pytest.fixture
def districts(db: None, media_root: Path) -> dict[str, District]:
    """The city and two districts."""
    from cms.domain.districts import create_district
    from sites.hosts import table

    made = {}
    for slug, name, is_city in (
        ("chengdu", "成都市", True),
        ("wuhou", "武侯区", False),
        ("jinjiang", "锦江区", False),
    ):
        hostname = "localhost" if is_city else f"{slug}.localhost"
        made[slug], _ = create_district(slug=slug, name=name, hostname=hostname, port=8000, is_city=is_city)
    table.forget()
    return made


@pytest.fixture
def sign_in(districts: dict[str, District]) -> Iterator[Callable[..., Client]]:
    """A browser in which a member of a district's staff is signed in: `sign_in("wuhou", "editor")`."""
    from django.contrib.auth import get_user_model

    from sites.hosts import table
    from sites.models import RoleGroup

    def signed_in(slug: str, role: str = "admin") -> Client:
        user = get_user_model().objects.create_user(f"{slug}-{role}", password="x")
        user.groups.add(RoleGroup.objects.get(district=districts[slug], role=role).group)
        client = Client(headers={"host": "localhost"})
        client.force_login(user)
        return client

    yield signed_in
    table.forget()
