"""What the builder remembers between two builds, in `.linli/state.sqlite3`; never served.

Everything is written in one transaction at the end of a build, when the files are already in place. Before the first file is
touched a mark is committed, so that a builder that finds the mark knows the last one was killed and looks at the folder
itself.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zlib import crc32

import orjson

from frontend_static.shelving import Entry, Facets, ItemKey

SCHEMA = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE feed (address TEXT PRIMARY KEY, cursor TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE item (
    type TEXT, district TEXT, slug TEXT,
    stamp TEXT NOT NULL, card_stamp TEXT NOT NULL, moment REAL NOT NULL,
    path TEXT NOT NULL, title TEXT NOT NULL, updated_at TEXT NOT NULL, facets BLOB NOT NULL, body BLOB NOT NULL,
    PRIMARY KEY (type, district, slug)
);
CREATE TABLE output (path TEXT PRIMARY KEY, sha256 TEXT NOT NULL, kind TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE observation (note TEXT PRIMARY KEY, list_group TEXT NOT NULL, stamp TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX observation_by_group ON observation (list_group);
CREATE TABLE dependency (page TEXT, note TEXT, PRIMARY KEY (page, note)) WITHOUT ROWID;
CREATE INDEX dependency_by_note ON dependency (note);
CREATE TABLE picture (page TEXT, file TEXT, missing INTEGER NOT NULL, PRIMARY KEY (page, file)) WITHOUT ROWID;
CREATE INDEX picture_by_file ON picture (file);
CREATE INDEX picture_missing ON picture (file, page) WHERE missing = 1;
"""


# Another schema is another version, so that nobody has to remember to count.
SCHEMA_VERSION = crc32(SCHEMA.encode()) & 0x7FFFFFFF or 1


@dataclass(frozen=True, slots=True)
class Output:
    """A public file: its digest, and whether it is a page, an asset of the builder, or a picture."""

    sha256: str
    kind: str


class State:
    """The state database of one output folder."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.db = self._open()

    def _open(self) -> sqlite3.Connection:
        db = sqlite3.connect(self.path, isolation_level=None)
        try:
            version = db.execute("PRAGMA user_version").fetchone()[0]
        except sqlite3.DatabaseError:
            version = -1
        if version not in (0, SCHEMA_VERSION):
            # Nothing in here cannot be had again from the feed, so a state of another shape is simply begun anew.
            db.close()
            for name in (self.path.name, f"{self.path.name}-wal", f"{self.path.name}-shm"):
                self.path.with_name(name).unlink(missing_ok=True)
            db = sqlite3.connect(self.path, isolation_level=None)
            version = 0
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = NORMAL")
        if version == 0:
            db.executescript(f"BEGIN; {SCHEMA} PRAGMA user_version = {SCHEMA_VERSION}; COMMIT;")
            self.mark_unfinished(db)
        return db

    def close(self) -> None:
        self.db.close()

    # Reading

    def meta(self, name: str) -> str:
        row = self.db.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        return row[0] if row else ""

    def cursors(self) -> dict[str, str]:
        return dict(self.db.execute("SELECT address, cursor FROM feed"))

    def entries(self) -> Iterator[Entry]:
        """Every item without its body, which is read when a page asks for it."""
        rows = self.db.execute(
            "SELECT type, district, slug, stamp, card_stamp, moment, path, title, updated_at, facets FROM item"
        )
        for type_, district, slug, stamp, card_stamp, moment, path, title, updated_at, facets in rows:
            key = ItemKey(type_, district, slug)
            yield Entry(key, stamp, card_stamp, moment, path, title, updated_at, _facets(facets))

    def body(self, key: ItemKey) -> dict[str, Any]:
        row = self.db.execute(
            "SELECT body FROM item WHERE type = ? AND district = ? AND slug = ?", key
        ).fetchone()
        body: dict[str, Any] = orjson.loads(row[0])
        return body

    def outputs(self) -> dict[str, Output]:
        return {path: Output(digest, kind) for path, digest, kind in self.db.execute("SELECT * FROM output")}

    def observed(self, notes: Iterable[str], groups: Iterable[str]) -> dict[str, str]:
        """The recorded observations among `notes`, and all those about lists of these groups, with their stamps."""
        found: dict[str, str] = {}
        for note in notes:
            found.update(self.db.execute("SELECT note, stamp FROM observation WHERE note = ?", (note,)))
        for group in groups:
            found.update(
                self.db.execute("SELECT note, stamp FROM observation WHERE list_group = ?", (group,))
            )
        return found

    def pages_that_saw(self, notes: Iterable[str]) -> set[str]:
        pages: set[str] = set()
        for note in notes:
            pages.update(
                row[0] for row in self.db.execute("SELECT page FROM dependency WHERE note = ?", (note,))
            )
        return pages

    def pages_missing_pictures(self) -> set[str]:
        return {
            row[0]
            for row in self.db.execute(
                "SELECT DISTINCT page FROM picture INDEXED BY picture_missing WHERE missing = 1"
            )
        }

    def missing_pictures(self) -> list[str]:
        """The files that pages should show but the API did not have."""
        return [
            row[0]
            for row in self.db.execute(
                "SELECT DISTINCT file FROM picture INDEXED BY picture_missing WHERE missing = 1 ORDER BY file"
            )
        ]

    def pictures_of(self, pages: Iterable[str]) -> set[str]:
        """The picture files that any of the pages shows."""
        found: set[str] = set()
        for page in pages:
            rows = self.db.execute("SELECT file FROM picture WHERE page = ? AND missing = 0", (page,))
            found.update(row[0] for row in rows)
        return found

    def is_shown(self, file: str) -> bool:
        """Whether any page shows the picture file."""
        row = self.db.execute(
            "SELECT 1 FROM picture WHERE file = ? AND missing = 0 LIMIT 1", (file,)
        ).fetchone()
        return row is not None

    # Writing

    @staticmethod
    def mark_unfinished(db: sqlite3.Connection) -> None:
        db.execute("INSERT OR REPLACE INTO meta VALUES ('unfinished', 'yes')")

    def begin(self) -> None:
        self.db.execute("BEGIN IMMEDIATE")

    def commit(self) -> None:
        self.db.execute("COMMIT")

    def rollback(self) -> None:
        if self.db.in_transaction:
            self.db.execute("ROLLBACK")

    def forget_everything(self) -> None:
        """Begin anew, as for another district; the next build looks at the folder itself."""
        for table in ("meta", "feed", "item", "output", "observation", "dependency", "picture"):
            self.db.execute(f"DELETE FROM {table}")
        self.mark_unfinished(self.db)

    def set_meta(self, **values: str) -> None:
        self.db.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", values.items())

    def set_cursors(self, cursors: dict[str, str]) -> None:
        self.db.execute("DELETE FROM feed")
        self.db.executemany("INSERT INTO feed VALUES (?, ?)", cursors.items())

    def put_items(self, entries: Iterable[Entry]) -> None:
        self.db.executemany(
            "INSERT OR REPLACE INTO item VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                (
                    *e.key,
                    e.stamp,
                    e.card_stamp,
                    e.moment,
                    e.path,
                    e.title,
                    e.updated_at,
                    orjson.dumps(e.facets),
                    orjson.dumps(e.item),
                )
                for e in entries
            ),
        )

    def remove_items(self, keys: Iterable[ItemKey]) -> None:
        self.db.executemany("DELETE FROM item WHERE type = ? AND district = ? AND slug = ?", keys)

    def put_outputs(self, outputs: dict[str, Output]) -> None:
        rows = ((path, output.sha256, output.kind) for path, output in outputs.items())
        self.db.executemany("INSERT OR REPLACE INTO output VALUES (?, ?, ?)", rows)

    def remove_outputs(self, paths: Iterable[str]) -> None:
        self.db.executemany("DELETE FROM output WHERE path = ?", ((path,) for path in paths))

    def put_observations(self, notes: dict[str, tuple[str, str]]) -> None:
        """Write observations: note → (group, stamp)."""
        rows = ((note, group, stamp) for note, (group, stamp) in notes.items())
        self.db.executemany("INSERT OR REPLACE INTO observation VALUES (?, ?, ?)", rows)

    def forget_page(self, page: str) -> None:
        self.db.execute("DELETE FROM dependency WHERE page = ?", (page,))
        self.db.execute("DELETE FROM picture WHERE page = ?", (page,))

    def put_page(self, page: str, *, notes: Iterable[str], pictures: set[str], missing: set[str]) -> None:
        """Replace what is known of how a page was made."""
        self.forget_page(page)
        self.db.executemany("INSERT INTO dependency VALUES (?, ?)", ((page, note) for note in notes))
        shown = [(page, file, int(file in missing)) for file in pictures]
        self.db.executemany("INSERT INTO picture VALUES (?, ?, ?)", shown)

    def drop_unseen_observations(self) -> None:
        self.db.execute("DELETE FROM observation WHERE note NOT IN (SELECT note FROM dependency)")


def _facets(raw: bytes) -> Facets:
    return {
        name: tuple((value, label) for value, label in pairs) for name, pairs in orjson.loads(raw).items()
    }
