"""The file itself: a zip written as a stream, with a manifest that names every member's size and SHA-256, and read only
after all of that was found to be true."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import IO, Any, cast
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from django.utils import timezone

from media.domain.archives import opened_archive
from media.exceptions import ArchiveRefused

FORMAT = "linli-district"
VERSION = 1
MANIFEST = "manifest.json"
MOST_MEMBERS = 500_000
MOST_BYTES = 20 * 1024**3
MOST_RATIO = 200  # text folds to a twentieth; a bomb to a thousandth
_CHUNK = 256 * 1024
_MOST_LINE = 32 * 1024 * 1024


class _Outlet:
    """Takes what a ZipFile writes, and hands it on in pieces. It cannot be sought in, so nothing is held back."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._pieces.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """A ZipFile asks for it."""

    def taken(self) -> bytes:
        data = b"".join(self._pieces)
        self._pieces.clear()
        return data


class ArchiveWriter:
    """Writes members one after the other; `pieces` are to be sent on after each step."""

    def __init__(self) -> None:
        self._outlet = _Outlet()
        self._zip = ZipFile(cast("IO[bytes]", self._outlet), "w", allowZip64=True)
        self._members: dict[str, dict[str, Any]] = {}

    def lines(self, name: str, rows: Iterator[dict[str, Any]]) -> Iterator[bytes]:
        """Write rows as a member of JSON lines, if there are any."""
        encoded = (
            json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode() + b"\n" for row in rows
        )
        yield from self._member(name, encoded, compression=ZIP_DEFLATED)

    def file(self, name: str, source: IO[bytes]) -> Iterator[bytes]:
        """Write a file as it is: pictures and documents are compressed already."""
        yield from self._member(name, iter(lambda: source.read(_CHUNK), b""), compression=ZIP_STORED)

    def end(self, **facts: Any) -> Iterator[bytes]:
        """Write the manifest and what ends a zip."""
        manifest = {
            "format": FORMAT,
            "version": VERSION,
            "made_at": timezone.now().isoformat(timespec="seconds"),
            **facts,
            "members": self._members,
        }
        body = json.dumps(manifest, ensure_ascii=False, indent=1).encode()
        self._zip.writestr(self._info(MANIFEST, ZIP_DEFLATED), body)
        self._zip.close()
        yield self._outlet.taken()

    def _info(self, name: str, compression: int) -> ZipInfo:
        info = ZipInfo(name, date_time=timezone.localtime().timetuple()[:6])
        info.compress_type = compression
        info.external_attr = 0o644 << 16
        return info

    def _member(self, name: str, chunks: Iterator[bytes], *, compression: int) -> Iterator[bytes]:
        first = next(chunks, None)
        if first is None and compression == ZIP_DEFLATED:
            return
        digest, size = hashlib.sha256(), 0
        with self._zip.open(self._info(name, compression), "w", force_zip64=True) as member:
            chunk = first
            while chunk is not None:
                digest.update(chunk)
                size += len(chunk)
                member.write(chunk)
                if data := self._outlet.taken():
                    yield data
                chunk = next(chunks, None)
        self._members[name] = {"bytes": size, "sha256": digest.hexdigest()}


class ArchiveReader:
    """An archive whose every member was read once and found to be what the manifest says."""

    def __init__(self, file: IO[bytes], *, most_bytes: int = MOST_BYTES) -> None:
        """Raises ArchiveRefused for what is no such archive, is damaged, or is not safe to unfold."""
        self._zip = opened_archive(file, most_entries=MOST_MEMBERS, most_bytes=most_bytes)
        self._check_table()
        self.manifest = self._manifest()
        self.members: dict[str, dict[str, Any]] = self.manifest["members"]
        self._check_members()

    def _check_table(self) -> None:
        seen: set[str] = set()
        for info in self._zip.infolist():
            if info.filename in seen:
                raise ArchiveRefused(f"归档里有两个同名的文件：{info.filename[:80]}")
            seen.add(info.filename)
            if info.is_dir() or info.filename != info.orig_filename or "\\" in info.orig_filename:
                raise ArchiveRefused(f"归档里的文件名不对：{info.orig_filename[:80]}")
            if info.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
                raise ArchiveRefused(f"归档里 {info.filename[:80]} 的压缩方式不对")
            if info.file_size > max(info.compress_size, 4096) * MOST_RATIO:
                raise ArchiveRefused(f"归档里 {info.filename[:80]} 展开后大得反常，没有打开")

    def _manifest(self) -> dict[str, Any]:
        try:
            read = json.loads(self._zip.read(MANIFEST))
        except KeyError:
            raise ArchiveRefused("这不是区县归档，或下载没有完成：里面没有 manifest.json") from None
        except (ValueError, BadZipFile, OSError, NotImplementedError) as error:
            raise ArchiveRefused("归档的 manifest.json 读不出来") from error
        if not isinstance(read, dict) or read.get("format") != FORMAT:
            raise ArchiveRefused("这不是区县归档")
        if read.get("version") != VERSION:
            raise ArchiveRefused(f"归档的版本是 {read.get('version')!r}，这里只认识版本 {VERSION}")
        members = read.get("members")
        whole = isinstance(members, dict) and all(
            isinstance(one, dict) and isinstance(one.get("bytes"), int) and isinstance(one.get("sha256"), str)
            for one in members.values()
        )
        if not whole:
            raise ArchiveRefused("归档的 manifest.json 没有写明里面的文件")
        return read

    def _check_members(self) -> None:
        there = {info.filename for info in self._zip.infolist()} - {MANIFEST}
        if lacking := sorted(set(self.members) - there):
            raise ArchiveRefused(f"归档里缺少文件：{'、'.join(lacking[:5])}")
        if extra := sorted(there - set(self.members)):
            raise ArchiveRefused(f"归档里有 manifest.json 没有写明的文件：{'、'.join(extra[:5])}")
        for name, said in self.members.items():
            digest, size = hashlib.sha256(), 0
            try:
                with self._zip.open(name) as member:
                    while chunk := member.read(_CHUNK):
                        size += len(chunk)
                        if size > said["bytes"]:
                            break
                        digest.update(chunk)
            except Exception as error:
                raise ArchiveRefused(f"归档里的 {name[:80]} 已损坏") from error
            if size != said["bytes"] or digest.hexdigest() != said["sha256"]:
                raise ArchiveRefused(f"归档里的 {name[:80]} 与 manifest.json 写的不符，已损坏或被改过")

    def open(self, name: str) -> IO[bytes]:
        """A member. Raises ArchiveRefused when the archive has none of that name."""
        if name not in self.members:
            raise ArchiveRefused(f"归档里缺少文件：{name[:80]}")
        return self._zip.open(name)

    def lines(self, name: str) -> Iterator[dict[str, Any]]:
        """The rows of a member of JSON lines; none when there is no such member. Raises ArchiveRefused."""
        if name not in self.members:
            return
        with self._zip.open(name) as member:
            while line := member.readline(_MOST_LINE + 1):
                if len(line) > _MOST_LINE:
                    raise ArchiveRefused(f"归档里 {name[:80]} 有一行太长")
                try:
                    row = json.loads(line)
                except ValueError as error:
                    raise ArchiveRefused(f"归档里 {name[:80]} 有一行读不出来") from error
                if not isinstance(row, dict):
                    raise ArchiveRefused(f"归档里 {name[:80]} 有一行不成样子")
                yield row

    def close(self) -> None:
        self._zip.close()
