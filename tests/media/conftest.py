"""Pictures, districts and their staff.

Models are imported where they are used: this file may be read before the settings are.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.test import Client

from tests.city_fixtures import _city_of_module, city  # noqa: F401
from tests.media import sources

if TYPE_CHECKING:
    from media.models import Picture
    from sites.models import District
    from tests.city import City

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
def districts(city: City, media_root: Path) -> dict[str, District]:  # noqa: F811
    """The city and two districts."""
    return {one.slug: one for one in (city.chengdu, city.wuhou, city.jinjiang)}


@pytest.fixture
def sign_in(districts: dict[str, District]) -> Callable[..., Client]:
    """A browser in which a member of a district's staff is signed in: `sign_in("wuhou", "editor")`."""
    from django.contrib.auth import get_user_model

    from sites.models import RoleGroup

    def signed_in(slug: str, role: str = "admin") -> Client:
        user = get_user_model().objects.create_user(f"{slug}-{role}", password="x")
        user.groups.add(RoleGroup.objects.get(district=districts[slug], role=role).group)
        client = Client(headers={"host": "localhost"})
        client.force_login(user)
        return client

    return signed_in
