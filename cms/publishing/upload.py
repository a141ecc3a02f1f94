"""Copying a built site to S3 so that a reader never meets a half of it.

Assets first, then pages, then removals, then the manifest. What was uploaded is known from the manifest there, so any
machine can go on where another stopped; an upload that was cut off is simply repeated.
"""

from __future__ import annotations

import json
from pathlib import Path

from django.core.files.base import ContentFile
from django.core.files.storage import Storage, storages

MANIFEST = ".linli/manifest.json"
_PAGES = (".html", ".xml", ".txt", ".webmanifest")


def synchronise(folder: Path, *, prefix: str) -> int:
    """Make the keys below `prefix` equal the site in `folder`; returns how many files were uploaded or removed."""
    storage = storages["published"]
    wanted: dict[str, str] = json.loads((folder / MANIFEST).read_text())
    there = _uploaded(storage, prefix)
    changed = [path for path, digest in wanted.items() if there.get(path) != digest]
    for path in sorted(changed, key=lambda path: (path.endswith(_PAGES), path)):
        _put(storage, f"{prefix}/{path}", (folder / path).read_bytes())
    gone = sorted(set(there) - set(wanted))
    for path in gone:
        storage.delete(f"{prefix}/{path}")
    if changed or gone or not there:
        _put(storage, f"{prefix}/{MANIFEST}", json.dumps(wanted, sort_keys=True).encode())
    return len(changed) + len(gone)


def _uploaded(storage: Storage, prefix: str) -> dict[str, str]:
    name = f"{prefix}/{MANIFEST}"
    try:
        with storage.open(name) as file:
            return dict(json.loads(file.read()))
    except FileNotFoundError:
        return {}


def _put(storage: Storage, name: str, data: bytes) -> None:
    storage.save(name, ContentFile(data))
