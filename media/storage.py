"""Where files are kept, and how a finished one gets there: whole or not at all."""

from __future__ import annotations

import contextlib
import tempfile
from pathlib import Path, PurePath
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import Storage
from django.utils.encoding import filepath_to_uri
from storages.backends.s3 import S3Storage

RENDITIONS = "renditions/"
IMMUTABLE = "public, max-age=31536000, immutable"
PRIVATE = "private, max-age=3600"
# Not left to `mimetypes`, whose table differs from machine to machine.
CONTENT_TYPES = {
    "avif": "image/avif",
    "webp": "image/webp",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "heic": "image/heic",
}


def suffix_of(name: str) -> str:
    """The suffix of a name in small letters, without its dot."""
    return PurePath(name).suffix.lower().removeprefix(".")


def url_of(name: str) -> str:
    """The address of a stored file below the origin that shows it, wherever the file is kept."""
    address = filepath_to_uri(name)
    return f"{settings.MEDIA_URL}{address}"


def put(storage: Storage, *, name: str, data: bytes) -> None:
    """Store bytes whose name follows from their content; what is already there under that name is the same.

    A reader sees the file whole or not at all, also when the machine stops in the middle.
    """
    try:
        path = Path(storage.path(name))
    except NotImplementedError:
        # Not a file system: an object store makes an object visible when it is complete.
        if not storage.exists(name):
            storage.save(name, ContentFile(data))
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", delete=False) as file:
        temporary = Path(file.name)
        try:
            file.write(data)
            file.flush()
            temporary.chmod(getattr(storage, "file_permissions_mode", None) or 0o644)
            temporary.replace(path)
        except BaseException:
            temporary.unlink()
            raise


def remove_folder(storage: Storage, *, folder: str) -> None:
    """Delete every file of a folder without subfolders, and the folder itself, if it is there."""
    try:
        _, names = storage.listdir(folder)
    except FileNotFoundError:
        return
    for name in names:
        storage.delete(f"{folder}/{name}")
    try:
        path = Path(storage.path(folder))
    except NotImplementedError:
        return  # an object store has no folders
    with contextlib.suppress(OSError):  # somebody stored a file in it again
        path.rmdir()


class MediaS3Storage(S3Storage):
    """Files in an S3 bucket.

    Visitors get them below `/media/` of the origin they are on, from Django or from a CDN before the bucket.
    """

    def get_object_parameters(self, name: str) -> dict[str, Any]:
        parameters: dict[str, Any] = super().get_object_parameters(name)
        parameters["CacheControl"] = IMMUTABLE if name.startswith(RENDITIONS) else PRIVATE
        if content_type := CONTENT_TYPES.get(suffix_of(name)):
            parameters["ContentType"] = content_type
        return parameters

    def url(
        self,
        name: str | None,
        parameters: dict[str, Any] | None = None,
        expire: int | None = None,
        http_method: str | None = None,
    ) -> str:
        return url_of(name or "")
