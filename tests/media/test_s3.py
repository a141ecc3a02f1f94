"""Pictures in an S3 bucket, with a real server."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client

from media.domain import variants
from media.models import Picture
from media.payloads import picture_payload
from sites.models import District
from tests.media import sources
from tests.services.s3 import S3

pytestmark = pytest.mark.once


@pytest.fixture
def bucket(s3: S3, settings: Any) -> str:
    """An empty bucket that takes uploads and renditions."""
    name = s3.make_bucket("media")
    options = {
        "bucket_name": name,
        "endpoint_url": s3.endpoint_url,
        "region_name": "us-east-1",
        "access_key": s3.access_key,
        "secret_key": s3.secret_key,
        "addressing_style": "path",
        "signature_version": "s3v4",
        "default_acl": None,
        "querystring_auth": False,
        "file_overwrite": False,
    }
    backend = {"BACKEND": "media.storage.MediaS3Storage", "OPTIONS": options}
    settings.STORAGES = {**settings.STORAGES, "default": backend}
    return name


@pytest.fixture
def picture(bucket: str, districts: dict[str, District]) -> Picture:
    file = ContentFile(sources.photograph(orientation=6), "photo.jpg")
    return Picture.objects.create(title="竹编", file=file, collection=districts["wuhou"].collection)


def test_renditions_in_a_bucket_say_what_they_are_and_that_they_stay(
    picture: Picture, s3: S3, bucket: str
) -> None:
    assert variants.make_variants(picture=picture) is True
    assert variants.make_variants(picture=Picture.objects.get()) is False

    keys = s3.keys(bucket, "renditions/")
    assert keys == sorted(variant["key"] for variant in picture.variants or [])
    types = {"avif": "image/avif", "webp": "image/webp", "jpg": "image/jpeg"}
    for key in keys:
        head = s3.client().head_object(Bucket=bucket, Key=key)
        assert head["CacheControl"] == "public, max-age=31536000, immutable"
        assert head["ContentType"] == types[key.rpartition(".")[2]]
    original = s3.client().head_object(Bucket=bucket, Key=picture.file.name)
    assert original["CacheControl"].startswith("private")


def test_addresses_are_of_the_visitors_own_origin(picture: Picture) -> None:
    variants.make_variants(picture=picture)
    shown = picture_payload(picture)["sources"]["avif"]
    assert all(source["url"].startswith("/media/renditions/") for source in shown)
    assert picture.get_rendition("max-165x165").url.startswith("/media/images/")


def test_picture_in_a_bucket_is_served_and_refused_like_one_on_disk(picture: Picture) -> None:
    variants.make_variants(picture=picture)
    visitor = Client(headers={"host": "wuhou.localhost"})
    variant = (picture.variants or [])[0]

    response = visitor.get(f"/media/{variant['key']}")
    assert (response.status_code, len(response.getvalue())) == (200, variant["bytes"])
    assert response["Content-Length"] == str(variant["bytes"])
    assert (
        visitor.get(f"/media/{variant['key']}", headers={"if-none-match": response["ETag"]}).status_code
        == 304
    )
    assert visitor.get(f"/media/{variant['key'][:-8]}999.avif").status_code == 404
    assert visitor.get(f"/media/{picture.file.name}").status_code == 404


def test_deleted_picture_leaves_nothing_in_the_bucket(
    picture: Picture, s3: S3, bucket: str, django_capture_on_commit_callbacks: Any
) -> None:
    variants.make_variants(picture=picture)
    picture.get_rendition("max-165x165")
    with django_capture_on_commit_callbacks(execute=True):
        picture.delete()
    assert s3.keys(bucket) == []
