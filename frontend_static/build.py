"""Bringing a folder up to date with a district's feed.

One run reads what changed, finds the pages that were made of it, renders those aside, fetches the pictures that they show,
and only then touches the folder: assets and pictures, pages, removals, manifest, and last of all its own memory. Killed
at any moment, the folder holds whole files only, and the next run looks at what is really there and completes the work.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType

import httpx

from frontend_static import assets, recording, rendering, shelving
from frontend_static.errors import BuildError, UnsafePath
from frontend_static.feed import ApiReader, News
from frontend_static.output import OutputFolder, digest, file_of
from frontend_static.payload_store import StoredSource
from frontend_static.recording import Change, RecordingSource
from frontend_static.shelving import Entry, ItemKey
from frontend_static.source import Item
from frontend_static.state import Output, State


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a run did. `written` and `removed` are file names below the output folder, in the order of the work.

    `pages` counts the pages of the whole site, `rendered` those that were made anew, `unchanged` those of them whose
    bytes stayed the same. `missing_pictures` are addresses that the API does not have; `refused` tells of items that
    cannot be shown.
    """

    written: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    pages: int = 0
    rendered: int = 0
    unchanged: int = 0
    missing_pictures: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()

    @property
    def changed(self) -> bool:
        return bool(self.written or self.removed)


def build(*, client: httpx.Client, district: str, out: Path, full: bool = False) -> BuildReport:
    """Build the site of a district, or of the city, once.

    `client` has the API's origin as its base address. `full` renders every page and compares with the files
    themselves instead of with what is remembered of them. Raises `BuildError` when the build was given up.
    """
    with Builder(client=client, district=district, out=out) as builder:
        return builder.run(full=full)


@dataclass(slots=True)
class _Page:
    """A page that was rendered in this run."""

    path: str
    name: str
    notes: dict[str, str]
    pictures: set[str]
    missing: set[str]
    sha256: str
    staged: Path | None


@dataclass(slots=True)
class _Plan:
    """What there shall be (address → file), what must be rendered for it, and what the folder holds now.

    `stamps` are the new stamps of the observations that changed. `surveyed` means that `present` was read from the folder itself.
    """

    expected: dict[str, str]
    stale: list[str]
    present: dict[str, Output]
    stamps: dict[str, str]
    surveyed: bool


class Builder:
    """A builder that keeps its memory warm between runs; use it as a context, for it holds the folder's lock."""

    def __init__(self, *, client: httpx.Client, district: str, out: Path) -> None:
        self.district = district
        self.reader = ApiReader(client)
        self.folder = OutputFolder(out)
        self._warm = False

    def __enter__(self) -> Builder:
        self.folder.open()
        try:
            self.state = State(self.folder.records / "state.sqlite3")
        except BaseException:
            self.folder.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self.state.close()
        self.folder.close()

    def run(self, *, full: bool = False) -> BuildReport:
        """Bring the folder up to date. Raises `BuildError`; the folder then still shows the site as it was."""
        # What a failed run left in memory is ahead of the files, so the next one begins from the state again.
        retry_pictures = full or not self._warm
        if not self._warm:
            self._remember()
        self._warm = False
        news, changes, refused = self._read_news()
        report = self._bring_up_to_date(news, changes, full=full, retry_pictures=retry_pictures)
        self._warm = True
        return replace(report, refused=tuple(refused))

    def _remember(self) -> None:
        if self.state.meta("district") != self.district:
            self.state.begin()
            self.state.forget_everything()
            self.state.set_meta(district=self.district)
            self.state.commit()
        self.source = StoredSource(self.district, self.state)
        self.outputs = self.state.outputs()
        self.code_changed = self.state.meta("code") != assets.code_stamp()

    # What changed

    def _feeds(self) -> dict[str, dict[str, str]]:
        own = ItemKey("district", self.district, self.district)
        site = self.source.get(own) or self.reader.district(self.district)
        if site["is_city"]:
            return {"/api/v1/changes/": {}}
        feeds: dict[str, dict[str, str]] = {f"/api/v1/districts/{self.district}/changes/": {}}
        if site["city"]:
            # The city's carnival is shown as a band, and its address is needed for the way to the portal.
            feeds[f"/api/v1/districts/{site['city']['slug']}/changes/"] = {"type": "festival,district"}
        return feeds

    def _read_news(self) -> tuple[News, list[Change], list[str]]:
        news = self.reader.follow(self._feeds(), self.state.cursors())
        own = ItemKey("district", self.district, self.district)
        if news.restarted:
            for key in self.source.entries:
                news.items.setdefault(key, None)
        if news.items.get(own) is None and (own in news.items or own not in self.source.entries):
            news.items[own] = self.reader.district(self.district)
        changes: list[Change] = []
        refused: list[str] = []
        for key, item in news.items.items():
            change = self._absorb(key, item, refused)
            if change is not None:
                changes.append(change)
        return news, changes, refused

    def _absorb(self, key: ItemKey, item: Item | None, refused: list[str]) -> Change | None:
        before = self.source.entries.get(key)
        after: Entry | None = None
        if item is not None:
            try:
                after = shelving.entry_of(item)
                if after.key != key:
                    raise UnsafePath(f"the feed's row says {tuple(key)}, its item {tuple(after.key)}")
            except UnsafePath as error:
                refused.append(str(error))
                after = None
            except (KeyError, TypeError, ValueError) as error:
                raise BuildError(
                    f"{key.type} {key.slug!r} of {key.district!r} is not as docs/payloads.md: {error!r}"
                ) from error
        if after is None and before is None:
            return None
        if after is not None and before is not None and after.stamp == before.stamp:
            return None
        if after is None:
            self.source.remove(key)
        else:
            self.source.put_entry(after)
        return Change(key, before, after)

    # What to do about it

    def _bring_up_to_date(
        self, news: News, changes: list[Change], *, full: bool, retry_pictures: bool
    ) -> BuildReport:
        unfinished = self.state.meta("unfinished") == "yes"
        retry = retry_pictures and bool(self.state.pages_missing_pictures())
        idle = not (changes or full or unfinished or self.code_changed or retry)
        if idle:
            if news.cursors != self.state.cursors():
                self.state.begin()
                self.state.set_cursors(news.cursors)
                self.state.commit()
            return BuildReport(pages=sum(output.kind == "page" for output in self.outputs.values()))
        plan = self._plan(changes, full=full, survey=full or unfinished)
        rendered = [self._render(path, plan, frozenset()) for path in plan.stale]
        fetched, gone = self._fetch(rendered, plan)
        rendered = [
            page if not page.pictures & gone else self._render(page.path, plan, gone) for page in rendered
        ]
        return self._publish(news, changes, plan, rendered, fetched)

    def _plan(self, changes: list[Change], *, full: bool, survey: bool) -> _Plan:
        if survey or self.code_changed or any(_moves_addresses(change) for change in changes):
            expected = {path: file_of(path) for path in rendering.paths(self.source)}
        else:
            expected = {
                _address(name): name for name, output in self.outputs.items() if output.kind == "page"
            }
        present = self.outputs
        if survey:
            kinds = {name: output.kind for name, output in self.outputs.items()}
            present = {
                name: Output(sha, kinds.get(name, "page")) for name, sha in self.folder.survey().items()
            }
        stamps = {}
        for note, stamp in self.state.observed(*recording.touched(changes)).items():
            now = recording.stamp_now(self.source, note)
            if now != stamp:
                stamps[note] = now
        if full or self.code_changed:
            stale = set(expected)
        else:
            stale = self.state.pages_that_saw(stamps) | self.state.pages_missing_pictures()
            stale |= {path for path, name in expected.items() if self._differs(name, present)}
            stale &= set(expected)
        return _Plan(expected, sorted(stale), present, stamps, survey)

    def _differs(self, name: str, present: dict[str, Output]) -> bool:
        known = self.outputs.get(name)
        if known is None:
            return True
        if present is self.outputs:
            return False
        found = present.get(name)
        return found is None or found.sha256 != known.sha256

    def _render(self, path: str, plan: _Plan, missing: frozenset[str]) -> _Page:
        recorder = RecordingSource(self.source)
        try:
            made = rendering.compose(recorder, path, missing=missing)
        except Exception as error:
            raise BuildError(f"{path} cannot be rendered: {type(error).__name__}: {error}") from error
        content = made.text.encode()
        name = plan.expected[path]
        sha = digest(content)
        known = plan.present.get(name)
        staged = None if known is not None and known.sha256 == sha else self.folder.stage(content)
        return _Page(path, name, recorder.notes, made.pictures, made.pictures & missing, sha, staged)

    def _fetch(
        self, rendered: list[_Page], plan: _Plan
    ) -> tuple[dict[str, tuple[Path, str]], frozenset[str]]:
        """Fetch aside the pictures that the folder lacks; tell which of them the API lacks too."""
        wanted = sorted({url for page in rendered for url in page.pictures})
        fetched: dict[str, tuple[Path, str]] = {}
        gone: set[str] = set()
        for url in wanted:
            name = file_of(url)
            known = self.outputs.get(name)
            found = plan.present.get(name)
            if found is not None and (known is None or known.sha256 == found.sha256):
                continue
            content = self.reader.picture(url)
            if content is None:
                gone.add(url)
            else:
                fetched[name] = (self.folder.stage(content), digest(content))
        return fetched, frozenset(gone)

    # Doing it

    def _publish(
        self,
        news: News,
        changes: list[Change],
        plan: _Plan,
        rendered: list[_Page],
        fetched: dict[str, tuple[Path, str]],
    ) -> BuildReport:
        self.state.mark_unfinished(self.state.db)
        outputs: dict[str, Output] = {}
        written: list[str] = []
        for name, content in assets.scripts().items():
            outputs[name] = Output(digest(content), "asset")
            if plan.present.get(name) is None or plan.present[name].sha256 != outputs[name].sha256:
                self.folder.put(self.folder.stage(content), name)
                written.append(name)
        for name, (staged, sha) in fetched.items():
            self.folder.put(staged, name)
            outputs[name] = Output(sha, "picture")
            written.append(name)
        for page in rendered:
            if page.staged is not None:
                self.folder.put(page.staged, page.name)
                written.append(page.name)
            outputs[page.name] = Output(page.sha256, "page")

        put = [change.after for change in changes if change.after is not None]
        self.state.begin()
        try:
            self.state.put_items(put)
            self.state.remove_items(change.key for change in changes if change.after is None)
            removed = self._write_down(plan, rendered, outputs)
            for name in removed:
                self.folder.remove(name)
            self.folder.discard_staged()
            self.folder.write_manifest({name: output.sha256 for name, output in self.outputs.items()})
            self.state.set_cursors(news.cursors)
            self.state.set_meta(unfinished="", code=assets.code_stamp())
            self.state.commit()
        except BaseException:
            self.state.rollback()
            raise
        self.code_changed = False
        self.source.settle(put)
        return BuildReport(
            written=tuple(written),
            removed=tuple(removed),
            pages=len(plan.expected),
            rendered=len(rendered),
            unchanged=sum(page.staged is None for page in rendered),
            missing_pictures=tuple("/" + file for file in self.state.missing_pictures()),
        )

    def _write_down(self, plan: _Plan, rendered: list[_Page], outputs: dict[str, Output]) -> list[str]:
        """Bring the state and `self.outputs` up to date; returns the files that nothing needs any more."""
        state = self.state
        files = set(plan.expected.values())
        dropped = {
            _address(name)
            for name, output in self.outputs.items()
            if output.kind == "page" and name not in files
        }
        unsure = state.pictures_of([*dropped, *(page.path for page in rendered)])
        notes = {note: (recording.group_of(note), stamp) for note, stamp in plan.stamps.items()}
        for path in dropped:
            state.forget_page(path)
        for page in rendered:
            notes.update((note, (recording.group_of(note), stamp)) for note, stamp in page.notes.items())
            shown = {file_of(url) for url in page.pictures}
            state.put_page(
                page.path, notes=page.notes, pictures=shown, missing={file_of(url) for url in page.missing}
            )
        state.put_observations(notes)
        if len(rendered) == len(plan.expected):
            state.drop_unseen_observations()

        scripts = assets.scripts()
        if plan.surveyed:
            unsure = plan.present.keys() | self.outputs.keys()
        else:
            unsure |= {name for name, output in self.outputs.items() if output.kind == "asset"}
            unsure |= {file_of(path) for path in dropped}
        unneeded = {
            name for name in unsure if name not in files and name not in scripts and not state.is_shown(name)
        }
        # Pictures that a killed builder had fetched are as good as ours: their addresses name their content.
        for name in (unsure - unneeded) - outputs.keys() - self.outputs.keys():
            outputs[name] = Output(plan.present[name].sha256, "picture")
        state.put_outputs(outputs)
        state.remove_outputs(unneeded)
        self.outputs.update(outputs)
        for name in unneeded:
            self.outputs.pop(name, None)
        return sorted(unneeded & plan.present.keys()) if plan.surveyed else sorted(unneeded)


def _moves_addresses(change: Change) -> bool:
    """Whether the change may add or remove pages, and not only alter some."""
    before, after = change.before, change.after
    return before is None or after is None or before.facets != after.facets


def _address(name: str) -> str:
    """The address of a page's file: the inverse of `file_of`."""
    return (
        "/" + name.removesuffix("index.html")
        if name.endswith("/index.html") or name == "index.html"
        else f"/{name}"
    )
