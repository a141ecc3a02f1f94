"""The output folder: addresses to files, files put in place whole, one builder at a time."""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
from pathlib import Path
from urllib.parse import unquote

import orjson

from frontend_static.errors import BuildError, OutputBusy, UnsafePath

RECORDS = ".linli"
_PART = re.compile(r"[\w-][\w.-]*")


def file_of(path: str) -> str:
    """The file below the output folder that shows an address: `/stories/` is `stories/index.html`.

    Raises `UnsafePath` unless every part is a plain name that does not begin with a dot.
    """
    if not path.startswith("/"):
        raise UnsafePath(f"{path!r} is not an address of this site")
    name = unquote(path[1:])
    if path.endswith("/"):
        name += "index.html"
    if not all(_PART.fullmatch(part) for part in name.split("/")):
        raise UnsafePath(f"{path!r} may not become a file")
    return name


class OutputFolder:
    """The folder that a web server shows, and `.linli` in it for the builder's own records."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.records = root / RECORDS
        self.staging = self.records / "staging"
        self._lock: int | None = None
        self._staged = 0

    def open(self) -> None:
        """Take the lock and clear away what a killed builder left. Raises `OutputBusy`, or `BuildError` for a foreign folder."""
        if not self.records.is_dir():
            if self.root.is_dir() and any(not found.name.startswith(".") for found in self.root.iterdir()):
                raise BuildError(f"{self.root} holds files that no builder made; give an empty folder")
            self.records.mkdir(parents=True, exist_ok=True)
        self._lock = os.open(self.records / "lock", os.O_RDWR | os.O_CREAT, 0o644)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._lock)
            self._lock = None
            raise OutputBusy(f"another builder is at work in {self.root}") from None
        shutil.rmtree(self.staging, ignore_errors=True)
        self.staging.mkdir()

    def close(self) -> None:
        if self._lock is not None:
            shutil.rmtree(self.staging, ignore_errors=True)
            os.close(self._lock)
            self._lock = None

    def stage(self, content: bytes) -> Path:
        """Write content where nobody sees it; `put` moves it into place."""
        self._staged += 1
        staged = self.staging / str(self._staged)
        staged.write_bytes(content)
        return staged

    def discard_staged(self) -> None:
        for left in self.staging.iterdir():
            left.unlink()

    def put(self, staged: Path, name: str) -> None:
        """Show a staged file under its name; whoever reads meanwhile gets the old one or the new one, whole."""
        target = self.root / name
        try:
            staged.replace(target)
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            self._make_way(target)
            staged.replace(target)

    def _make_way(self, target: Path) -> None:
        # A file may stand where a folder is needed, and the other way round, when somebody meddled with the folder.
        for parent in reversed(target.relative_to(self.root).parents):
            folder = self.root / parent
            if folder.exists() and not folder.is_dir():
                folder.unlink()
        if target.is_dir():
            shutil.rmtree(target)
        target.parent.mkdir(parents=True, exist_ok=True)

    def remove(self, name: str) -> None:
        """Remove a file and the folders that it leaves empty."""
        target = self.root / name
        target.unlink(missing_ok=True)
        for parent in target.parents:
            if parent == self.root:
                return
            try:
                parent.rmdir()
            except OSError:
                return

    def survey(self) -> dict[str, str]:
        """Every public file that is really there, with its SHA-256. Folders that begin with a dot are nobody's business."""
        found: dict[str, str] = {}
        for folder, folders, names in os.walk(self.root):
            folders[:] = [name for name in folders if not name.startswith(".")]
            for name in names:
                if not name.startswith("."):
                    file = Path(folder, name)
                    found[file.relative_to(self.root).as_posix()] = digest(file.read_bytes())
        return found

    def write_manifest(self, digests: dict[str, str]) -> None:
        staged = self.stage(orjson.dumps(digests, option=orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2))
        staged.replace(self.records / "manifest.json")


def digest(content: bytes) -> str:
    """SHA-256 in hexadecimal, as in the manifest."""
    return hashlib.sha256(content).hexdigest()
