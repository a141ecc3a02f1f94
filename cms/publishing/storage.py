"""Published sites on S3: each kind of file with the caching that fits it."""

from __future__ import annotations

from typing import Any

from storages.backends.s3 import S3Storage

IMMUTABLE = "public, max-age=31536000, immutable"
REVALIDATE = "public, max-age=0, must-revalidate"


def cache_control(path: str) -> str:
    """The Cache-Control of a site's file: what carries a hash in its name never changes, all else is asked for."""
    return IMMUTABLE if path.startswith(("assets/", "media/renditions/")) else REVALIDATE


class PublishedS3Storage(S3Storage):
    """Keys are `<district>/<path>`."""

    def get_object_parameters(self, name: str) -> dict[str, Any]:
        _, _, path = name.partition("/")
        return {**super().get_object_parameters(name), "CacheControl": cache_control(path)}
