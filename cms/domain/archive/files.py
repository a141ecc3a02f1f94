"""The files of an archive's rows: where they lie, and what an import stores, remembered so that it goes again when the
import fails."""

from __future__ import annotations

import hashlib
from pathlib import PurePosixPath
from typing import Any

from django.conf import settings
from django.core.files import File
from django.core.files.storage import Storage, default_storage
from django.db import models

from cms.domain.archive.container import ArchiveReader
from festival.domain import documents
from festival.models import ApplicationDocument
from media.exceptions import ArchiveRefused
from media.fields import KEY_LENGTH
from media.models import Document, Picture

_SUFFIXES: dict[type[models.Model], list[str]] = {
    Picture: settings.WAGTAILIMAGES_EXTENSIONS,
    Document: settings.WAGTAILDOCS_EXTENSIONS,
    ApplicationDocument: ["jpg", "png", "pdf"],
}


def stored_file(field: models.Field, row: models.Model) -> tuple[Storage | None, str]:
    """Where the file of a field lies: its storage and name there; (None, "") for none."""
    value = getattr(row, field.name)
    if not value:
        return None, ""
    if isinstance(field, models.FileField):
        return value.storage, value.name
    return default_storage, value


class FilesWritten:
    """Stores files of an archive, and can take them away again."""

    def __init__(self) -> None:
        self._stored: list[tuple[Storage, str]] = []

    def store(
        self, field: models.Field, instance: models.Model, value: Any, *, reader: ArchiveReader
    ) -> None:
        """Store the file of a field under its own name. Raises ArchiveRefused when the archive lacks it, or when it
        is not of a kind that may be uploaded."""
        if value is None:
            setattr(instance, field.name, "")
            return
        name = PurePosixPath(str(value["name"])).name
        if not name or name in (".", "..") or "\\" in name or "\x00" in name:
            raise ArchiveRefused(f"归档里的文件名不对：{value['name']!r:.80}")
        allowed = _SUFFIXES.get(type(instance))
        if allowed is not None and PurePosixPath(name).suffix.lower().removeprefix(".") not in allowed:
            raise ArchiveRefused(f"归档里有不能上传的文件：{name[:80]}")
        if isinstance(field, models.FileField):
            storage, stored_as = field.storage, field.generate_filename(instance, name)
        else:
            storage, stored_as = default_storage, documents.new_key(PurePosixPath(name).suffix)
        with reader.open(str(value["member"])) as source:
            stored = storage.save(stored_as, File(source, name=name), max_length=field.max_length)
        self._stored.append((storage, stored))
        # Not through the field's descriptor: it would measure the picture and key it once more.
        instance.__dict__[field.attname] = stored
        if isinstance(instance, Picture):
            instance.content_key = self._key(reader, str(value["member"]))

    def _key(self, reader: ArchiveReader, member: str) -> str:
        digest: str = reader.members[member]["sha256"]
        return digest[:KEY_LENGTH] if len(digest) == 2 * hashlib.sha256().digest_size else ""

    def remove(self) -> None:
        """Take away every file that was stored."""
        while self._stored:
            storage, name = self._stored.pop()
            storage.delete(name)
