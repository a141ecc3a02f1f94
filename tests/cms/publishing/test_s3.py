"""An installation whose pictures and published sites live on a real S3 server."""

import json
from typing import Any

import boto3
import pytest
from botocore.config import Config

from tests.conftest import NewInstallation
from tests.services.installation import Installation
from tests.services.s3 import S3

pytestmark = pytest.mark.once

_SEED = """
import io, json
from django.core.files.images import ImageFile
from django.db import transaction
from PIL import Image
from cms.models import StoryIndexPage, StoryPage
from media.models import Picture
from sites.models import District
wuhou = District.objects.get(slug="wuhou")
data = io.BytesIO()
Image.new("RGB", (1200, 800), "#8a4b2c").save(data, "JPEG")
with transaction.atomic():
    picture = Picture(title="soup", description="院坝里一口冒热气的汤锅", collection=wuhou.collection,
                      file=ImageFile(data, name="soup.jpg"))
    picture.save()
    shelf = StoryIndexPage.objects.descendant_of(wuhou.site.root_page).get()
    story = StoryPage(title="一锅汤", cover=picture,
                      body=json.dumps([{"type": "paragraph", "id": "p", "value": "<p>冬至</p>"}]))
    shelf.add_child(instance=story)
    story.save_revision().publish()
result = story.slug
"""


class Bucket:
    """What lies in a bucket, by key."""

    def __init__(self, s3: S3, name: str) -> None:
        self.name = name
        self.client = boto3.client(
            "s3",
            endpoint_url=s3.endpoint_url,
            aws_access_key_id=s3.access_key,
            aws_secret_access_key=s3.secret_key,
            region_name="us-east-1",
            config=Config(s3={"addressing_style": "path"}),
        )

    def keys(self) -> set[str]:
        pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=self.name)
        return {entry["Key"] for page in pages for entry in page.get("Contents", [])}

    def head(self, key: str) -> dict[str, Any]:
        return dict(self.client.head_object(Bucket=self.name, Key=key))

    def read(self, key: str) -> bytes:
        body: bytes = self.client.get_object(Bucket=self.name, Key=key)["Body"].read()
        return body


@pytest.fixture(scope="module")
def buckets(s3: S3) -> tuple[Bucket, Bucket]:
    s3.make_bucket("linli-media")
    s3.make_bucket("linli-published")
    return Bucket(s3, "linli-media"), Bucket(s3, "linli-published")


@pytest.fixture(scope="module")
def on_s3(s3: S3, buckets: tuple[Bucket, Bucket], new_installation: NewInstallation) -> Installation:
    installation = new_installation(
        environment={
            "S3_ENDPOINT_URL": s3.endpoint_url,
            "S3_ACCESS_KEY": s3.access_key,
            "S3_SECRET_KEY": s3.secret_key,
            "S3_REGION": "us-east-1",
            "S3_MEDIA_BUCKET": buckets[0].name,
            "S3_PUBLISHED_BUCKET": buckets[1].name,
        }
    )
    installation.manage("create_district", "chengdu", "成都市", "--hostname=localhost", "--city")
    installation.manage("create_district", "wuhou", "武侯区", "--hostname=wuhou.localhost")
    return installation


def test_site_on_s3_shows_story_with_its_picture(on_s3: Installation, buckets: tuple[Bucket, Bucket]) -> None:
    media, published = buckets
    slug = on_s3.run_python(_SEED)
    page = f"wuhou/stories/{slug}/index.html"

    on_s3.eventually(
        lambda: page in published.keys() and b"<picture" in published.read(page),
        within=60,
        what="the story with its picture in the bucket",
    )
    on_s3.eventually(lambda: on_s3.get(f"/stories/{slug}/", district="wuhou").status_code == 200)

    assert any(key.startswith("original_images/") for key in media.keys())
    assert any(key.startswith("renditions/") and key.endswith(".avif") for key in media.keys())
    assert "一锅汤" in on_s3.get(f"/stories/{slug}/", district="wuhou").text
    assert published.head(page)["CacheControl"] == "public, max-age=0, must-revalidate"
    assert published.head(page)["ContentType"].startswith("text/html")
    picture = next(key for key in published.keys() if key.endswith(".avif"))
    assert "immutable" in published.head(picture)["CacheControl"]
    assert not (on_s3.var / "media").exists(), "nothing of the media stays on the local disk"


def test_site_on_s3_equals_its_manifest(on_s3: Installation, buckets: tuple[Bucket, Bucket]) -> None:
    _, published = buckets
    manifest = json.loads(published.read("wuhou/.linli/manifest.json"))

    keys = {key.removeprefix("wuhou/") for key in published.keys() if key.startswith("wuhou/")}

    assert keys - {".linli/manifest.json"} == set(manifest)


def test_site_on_s3_taken_over_by_another_machine(
    on_s3: Installation, buckets: tuple[Bucket, Bucket], s3: S3, new_installation: NewInstallation
) -> None:
    """A second machine has no local files: it builds anew and uploads only what differs."""
    _, published = buckets
    on_s3.stop_worker()
    on_s3.manage("publish_site")
    before = {key: published.head(key)["LastModified"] for key in published.keys()}
    other = new_installation(environment={**on_s3.environment, "VAR_DIR": ""}, start=False)
    other.environment.update(
        {
            "VAR_DIR": str(other.var),
            "DATABASE_URL": on_s3.database_url,
            "PUBLIC_URL": on_s3.environment["PUBLIC_URL"],
        }
    )

    other.manage("publish_site", "--district", "wuhou")

    assert {key: published.head(key)["LastModified"] for key in published.keys()} == before
    on_s3.restart_worker()


def test_site_on_s3_loses_what_was_unpublished(on_s3: Installation, buckets: tuple[Bucket, Bucket]) -> None:
    _, published = buckets
    slug = on_s3.run_python(
        "from cms.models import StoryPage\n"
        "from django.db import transaction\n"
        "story = StoryPage.objects.get(title='一锅汤')\n"
        "with transaction.atomic(): story.unpublish()\n"
        "result = story.slug"
    )

    on_s3.eventually(
        lambda: f"wuhou/stories/{slug}/index.html" not in published.keys(), within=60, what="the removal"
    )

    assert on_s3.get(f"/stories/{slug}/", district="wuhou").status_code == 404
