"""The run's database, and the servers that tests ask for by fixture. Without them tests fail, never skip.

`TEST_DATABASE=postgresql` runs the suite on a real PostgreSQL that is started for the run; the default is
SQLite, in a file, as Linli uses it. `make test` does both. DJANGO_SETTINGS_MODULE is set here and not in
pyproject.toml, because pytest-django would read the settings before this file could name the database.
"""

import gc
import itertools
import os
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser
from xdist.scheduler import LoadFileScheduling

from tests.services.browser import WatchedPage, chromium
from tests.services.databases import KINDS, empty_database, migrated_database
from tests.services.installation import Installation
from tests.services.postgresql import PostgreSQL
from tests.services.run import Run
from tests.services.s3 import S3

_RUN = pytest.StashKey[Run]()
_FAILED = pytest.StashKey[bool]()
_RESULTS = Path(__file__).resolve().parent.parent / "test-results"
# What is shared → the files that share it, each of which can also run alone.
_TOGETHER = {
    "wuhou_online": {
        "tests/cms/test_content_security_in_the_browser.py",
        "tests/cms/test_end_to_end.py",
        "tests/festival/test_apply_browser.py",
        "tests/festival/test_checkin_browser.py",
        "tests/festival/test_desk_browser.py",
    },
    "the laboratory of isolation": {
        "tests/isolation/test_few.py",
        "tests/isolation/test_layers.py",
        "tests/isolation/test_markers.py",
    },
}
# Fixtures through which a test can reach a database.
_DATABASE_FIXTURES = {
    *("db", "transactional_db", "django_db_reset_sequences", "django_db_serialized_rollback"),
    *("live_server", "installation", "new_installation", "wuhou_online", "own_database"),
}

_WUHOU = """
from django.core.management import call_command
from sites.models import RoleGroup, User
call_command("create_district", "chengdu", "成都市", "--hostname=localhost", "--city", verbosity=0)
for slug, name in (("wuhou", "武侯区"), ("jinjiang", "锦江区")):
    call_command("create_district", slug, name, f"--hostname={slug}.localhost", verbosity=0)
for role in ("editor", "moderator", "organiser"):
    user = User.objects.create_user(role, password="linli-demo")
    user.groups.add(RoleGroup.objects.get(district__slug="wuhou", role=role).group)
"""

# How tests name the type of the `new_installation` fixture.
NewInstallation = Callable[..., Installation]
_numbers = itertools.count(1)


# --- the run ------------------------------------------------------------------------------------------------


def pytest_addoption(parser: pytest.Parser) -> None:
    """Options of `make test`."""
    parser.addoption(
        "--only-database", action="store_true", help="leave out the tests that touch no database at all"
    )
    parser.addoption(
        "--isolation", action="store_true", help="do not leave out the long part of the isolation test"
    )
    parser.addoption("--race", action="store_true", help="hammer for a minute by sixteen, not for moments")
    parser.addoption(
        "--accept-routes", action="store_true", help="take the routes as they are now for looked at"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Open or join the run, start its database, and only then let Django read its settings."""
    if config.option.help or config.option.version:
        return
    database = _chosen_database()
    if "DJANGO_SETTINGS_MODULE" in os.environ and not hasattr(config, "workerinput"):
        raise pytest.UsageError("unset DJANGO_SETTINGS_MODULE: the tests choose their settings and database")
    run = Run.join() if hasattr(config, "workerinput") else Run.open()
    config.stash[_RUN] = run
    os.environ["VAR_DIR"] = str(run.folder / "var")
    try:
        if database == "postgresql":
            os.environ["DATABASE_URL"] = PostgreSQL.join(run).url()
        else:
            os.environ["DATABASE_URL"] = f"sqlite:///{run.folder / 'linli.sqlite3'}"
    except BaseException:
        run.close()
        raise
    # Playwright's event loop runs in the thread of the tests, and Django would refuse its ORM for that.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    os.environ["DJANGO_SETTINGS_MODULE"] = "cms.settings.test"

    from django.conf import settings

    # Reading a setting loads them all; pytest-django sets Django up right after this.
    default = settings.DATABASES["default"]
    if database == "sqlite":
        # In a file, not in memory: only a file has the locks and the write-ahead log that Linli runs with.
        default.setdefault("TEST", {})["NAME"] = str(run.folder / "test.sqlite3")


def pytest_unconfigure(config: pytest.Config) -> None:
    """End every server of the run."""
    if _RUN in config.stash:
        config.stash[_RUN].close()


def pytest_report_header(config: pytest.Config) -> str:
    """Say which database the run uses."""
    return f"database: {_chosen_database()}"


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the long part of the isolation test, and with --only-database what cannot differ between databases.

    What starts whole installations goes first, and then the isolation test: minutes long, they would keep one process
    busy when the others are done.
    """
    items.sort(key=_how_late)
    chosen = [
        item
        for item in items
        if (config.getoption("--isolation") or item.get_closest_marker("isolation") is None)
        and (config.getoption("--race") or item.get_closest_marker("race") is None)
        and (not config.getoption("--only-database") or _uses_database(item))
    ]
    config.hook.pytest_deselected(items=[item for item in items if item not in chosen])
    items[:] = chosen


@pytest.hookimpl(trylast=True)
def pytest_collection_finish(session: pytest.Session) -> None:
    """Take what was imported out of the garbage collection, and collect less often: it was a seventh of the run."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Let fixtures know at their end whether the test failed."""
    report = yield
    if report.failed:
        item.stash[_FAILED] = True
    return report


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadFileScheduling | None:
    """Keep the files that share something expensive in one process, as --dist=loadfile keeps the tests of a file."""
    return _Together(config, log) if config.getoption("dist") == "loadfile" else None


class _Together(LoadFileScheduling):
    def _split_scope(self, nodeid: str) -> str:
        file = super()._split_scope(nodeid)
        return next((shared for shared in _TOGETHER if file in _TOGETHER[shared]), file)


def _how_late(item: pytest.Item) -> int:
    if not {"new_installation", "wuhou_online"}.isdisjoint(getattr(item, "fixturenames", ())):
        return 0
    return 1 if item.nodeid.startswith("tests/isolation/") else 2


def _chosen_database() -> str:
    database = os.environ.get("TEST_DATABASE", "sqlite")
    if database not in KINDS:
        raise pytest.UsageError(f"TEST_DATABASE must be one of {', '.join(KINDS)}, not {database!r}")
    return database


def _uses_database(item: pytest.Item) -> bool:
    if item.get_closest_marker("once") is not None:
        return False
    fixtures = getattr(item, "fixturenames", ())
    return item.get_closest_marker("django_db") is not None or not _DATABASE_FIXTURES.isdisjoint(fixtures)


# --- the database of a process ------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """pytest-django takes the database that stands already."""
    return True


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None, test_run: Run) -> None:
    """Give each process a copy of one migrated database: two hundred migrations in each would take a minute in all."""
    from django.db import connections

    name = connections["default"].creation._get_test_db_name()
    migrated_database(test_run, _chosen_database(), name=name)


# --- servers ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def test_run(request: pytest.FixtureRequest) -> Run:
    """This test run: a folder, and a way to start processes that end with it."""
    return request.config.stash[_RUN]


@pytest.fixture(scope="session")
def postgresql(test_run: Run) -> PostgreSQL:
    """The PostgreSQL of the run, started now if the suite itself runs on SQLite."""
    return PostgreSQL.join(test_run)


@pytest.fixture(scope="session")
def s3(test_run: Run) -> S3:
    """A real S3 server, one for the run."""
    return S3.start_or_join(test_run)


@pytest.fixture(scope="module")
def new_installation(test_run: Run) -> Iterator[NewInstallation]:
    """Make an installation: `new_installation(database=…, migrated=True, environment={…}, start=True)`.

    `database` is "sqlite" or "postgresql", and by default the one that the suite runs on. With
    `migrated=False` its database has no tables, as on a new machine; with `start=False` nothing runs yet.
    Those of a module end with it, so that they do not take time from the next one.
    """
    made: list[Installation] = []
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")

    def make(
        *,
        database: str = "",
        migrated: bool = True,
        environment: dict[str, str] | None = None,
        start: bool = True,
    ) -> Installation:
        make_database = migrated_database if migrated else empty_database
        url = make_database(test_run, database or _chosen_database())
        name = f"installation-{worker}-{next(_numbers)}"
        installation = Installation(test_run, name, database_url=url, environment=environment)
        made.append(installation)
        # A copy of the migrated database needs none of the seconds that `migrate` takes to find that out.
        return installation.start(migrate=not migrated) if start else installation

    yield make
    for installation in made:
        installation.stop()


@pytest.fixture(scope="module")
def installation(new_installation: NewInstallation) -> Installation:
    """An empty installation that is being served, for the tests of one module."""
    return new_installation()


@pytest.fixture(scope="session")
def wuhou_online(test_run: Run) -> Iterator[Installation]:
    """An installation that is being served to browsers, with the city, two districts, and in wuhou an editor, a
    moderator and an organiser (password "linli-demo"). Its mails are files in its folder `mails`.

    For the files of its group in `_TOGETHER`; each leaves to the others what is theirs.
    """
    name = f"wuhou-online-{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    url = migrated_database(test_run, _chosen_database())
    mails = f"filemail:///{test_run.folder / name / 'mails'}"
    installation = Installation(test_run, name, database_url=url, environment={"EMAIL_URL": mails})
    installation.run_python(_WUHOU)
    yield installation.start(migrate=False)
    installation.stop()


@pytest.fixture
def own_database(test_run: Run, django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Django works in a new database with every migration and no content, and really commits there.

    pytest-django would empty the shared tables behind such a test and put back what it remembers of them, which
    fails as soon as the primary keys of content types have changed in between. Here nothing has to be put back.
    """
    import environ
    from django.contrib.contenttypes.models import ContentType
    from django.db import connections

    database = connections["default"].settings_dict
    shared = database["NAME"]
    own = environ.Env.db_url_config(migrated_database(test_run, _chosen_database()))["NAME"]

    # Primary keys of content types may differ between the two.
    known = ContentType.objects._cache

    def work_in(name: str, types: dict[str, Any]) -> None:
        connections.close_all()
        database["NAME"] = name
        ContentType.objects._cache = types

    with django_db_blocker.unblock():
        work_in(own, {})
        yield
        work_in(shared, known)


@pytest.fixture(autouse=True)
def _show_what_processes_said(request: pytest.FixtureRequest) -> Iterator[None]:
    """Put the last lines of an installation's processes beside the failure of a test that used it."""
    yield
    if not request.node.stash.get(_FAILED, False):
        return
    used = getattr(request.node, "funcargs", {}).values()
    # By name: a module's own fixture may hand on the same installation.
    for name, said in {each.name: each.said() for each in used if isinstance(each, Installation)}.items():
        request.node.add_report_section("teardown", name, said)


# --- the browser --------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, one for the run of this process."""
    with chromium() as started:
        yield started


@pytest.fixture
def open_page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Callable[..., WatchedPage]]:
    """Open watched pages: `open_page(width=390, javascript=False)`. Their problems fail the test."""
    opened: list[WatchedPage] = []

    def make(*, width: int = 1280, javascript: bool = True) -> WatchedPage:
        page = WatchedPage(browser, width=width, javascript=javascript)
        opened.append(page)
        return page

    yield make
    failed = request.node.stash.get(_FAILED, False)
    problems = [problem for page in opened for problem in page.problems]
    for number, page in enumerate(opened, start=1):
        if failed or page.problems:
            _keep_picture(page, request.node.name, number)
        page.close()
    if problems:
        pytest.fail("The browser met problems:\n" + "\n".join(problems), pytrace=False)


@pytest.fixture
def page_390(open_page: Callable[..., WatchedPage]) -> WatchedPage:
    """A page as wide as a telephone."""
    return open_page(width=390)


@pytest.fixture
def page_1280(open_page: Callable[..., WatchedPage]) -> WatchedPage:
    """A page as wide as a desk's screen."""
    return open_page(width=1280)


def _keep_picture(page: WatchedPage, test: str, number: int) -> None:
    """Leave what the visitor saw in test-results/, for whoever reads the failure."""
    _RESULTS.mkdir(exist_ok=True)
    name = "".join(letter if letter.isalnum() else "-" for letter in test)
    options: dict[str, Any] = {"path": _RESULTS / f"{name}-{number}.png", "full_page": True, "timeout": 5000}
    try:
        page.page.screenshot(**options)
    except Exception as error:  # noqa: BLE001 - the picture is a help; its absence must not hide the failure
        print(f"no picture of {page.page.url}: {error}")  # noqa: T201
