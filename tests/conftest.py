"""The fixtures for all tests: real servers, people at them, and a real browser."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from django.test import TransactionTestCase
from playwright.async_api import Browser, async_playwright, expect
from servestatic.middleware import ServeStaticMiddleware

from realtime.engine import publish
from realtime.shared import threads
from realtime.shared.events import Event
from tests.browsers import Browsers
from tests.cast import person
from tests.rate_limits import forget_spent
from tests.services.chromium import Chromiums
from tests.services.databases import Templates
from tests.services.flush import flush_databases
from tests.services.postgres import ForeignPostgres
from tests.services.shared_folder import SharedFolder, find_shared_folder, share_folder
from tests.services.shared_sites import SharedSites
from tests.services.site import Site
from tests.services.static_scan import scan_once
from tests.visitors import Visitor

if TYPE_CHECKING:
    from tests.services.s3 import S3

BROWSER_PATIENCE_MILLISECONDS = 8000
expect.set_options(timeout=BROWSER_PATIENCE_MILLISECONDS)

type Sites = Callable[..., Site]
type People = Callable[..., Awaitable[Visitor]]


def pytest_configure(config: pytest.Config) -> None:
    share_folder(config)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run slow tests first, so that no worker is left with one while the others have finished.

    All tests with a browser run in one event loop, because Playwright's driver belongs to one and takes long to
    start.
    """
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)  # stable: the random order stays otherwise
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()) and pytest_asyncio.is_async_test(item):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)  # before asyncio_mode's own marker


@pytest.fixture(autouse=True)
def _nothing_spent() -> None:
    """Reset the rate limits that other tests have used up."""
    forget_spent()


@pytest.fixture(scope="session", autouse=True)
def _flush_without_signals() -> Iterator[None]:
    """Empty the database after a test that commits, except the rows that its migration has made."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", flush_databases)
        yield


@pytest.fixture(scope="session", autouse=True)
def _static_files_scanned_once() -> Iterator[None]:
    """Look for the static files once in this process, and not once for each test's Client."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ServeStaticMiddleware, "add_files_from_finders", scan_once)
        yield


@pytest.fixture(autouse=True)
def _let_go_of_the_database(request: pytest.FixtureRequest) -> Iterator[None]:
    """Close the connections of the engine's threads, because the next test may have another database."""
    yield
    if "transactional_db" in request.fixturenames or _is_transactional(request):
        threads.close_connections()


def _is_transactional(request: pytest.FixtureRequest) -> bool:
    marker = request.node.get_closest_marker("django_db")
    return marker is not None and bool(marker.kwargs.get("transaction"))


# -- people in the test's own database, and the events that are published


@pytest.fixture
def ada(db):
    return person("ada", display_name="Ada Lovelace")


@pytest.fixture
def bob(db):
    return person("bob")


@pytest.fixture
def eve(db):
    return person("eve")


@pytest.fixture
def published(monkeypatch: pytest.MonkeyPatch) -> list[Event]:
    """The events that are published from now on, once their transaction has committed."""
    events: list[Event] = []
    monkeypatch.setattr(publish, "_publish", events.extend)
    return events


# -- servers


@pytest.fixture(scope="session")
def shared_folder(pytestconfig: pytest.Config) -> SharedFolder:
    """The folder for files that are made once in this run and used by all of its workers."""
    return find_shared_folder(pytestconfig)


@pytest.fixture(scope="session")
def templates(django_db_blocker, shared_folder: SharedFolder) -> Iterator[Templates]:
    """The migrated databases, of which every site gets a copy."""
    templates = Templates(django_db_blocker, shared_folder)
    yield templates
    templates.close()


@pytest.fixture(scope="session")
def postgres(templates: Templates) -> ForeignPostgres:
    """The PostgreSQL of this run: its own, or that of TEST_DATABASE_URL."""
    return templates.postgres


@pytest.fixture(scope="session")
def s3() -> "Iterator[S3]":
    """The S3-compatible server of this worker. Each test makes a bucket of its own."""
    from tests.services.s3 import S3  # its packages take half a second to import, and few tests need them

    server = S3()
    server.start()
    yield server
    server.close()


@pytest.fixture(scope="session")
def shared_sites(templates: Templates) -> Iterator[SharedSites]:
    """The sites that tests of this run share."""
    shared_sites = SharedSites(templates)
    yield shared_sites
    shared_sites.close()


@pytest.fixture
def sites(templates: Templates) -> Iterator[Sites]:
    """A function that starts a site.

    `sites(kind="uvicorn", postgres=True, redis=True, processes=2, environment={…})`.
    """
    started: list[Site] = []

    def start(**options) -> Site:
        site = Site(templates, **options)
        started.append(site)
        site.start()
        return site

    yield start
    for site in started:
        site.close()


@pytest.fixture
def site(sites: Sites, request: pytest.FixtureRequest) -> Site:
    """A running site: Daphne on SQLite, or with the options in an indirect parameter (a dict)."""
    return sites(**getattr(request, "param", {}))


# -- browsers


@pytest.fixture(scope="session")
def chromium() -> Iterator[Chromiums]:
    """The browsers of this run."""
    chromiums = Chromiums()
    yield chromiums
    chromiums.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browsers(chromium: Chromiums) -> AsyncIterator[Browsers]:
    """The worker's connections to its browsers."""
    async with async_playwright() as playwright:
        yield Browsers(chromium, playwright)


@pytest_asyncio.fixture(loop_scope="session")
async def browser(browsers: Browsers, request: pytest.FixtureRequest) -> AsyncIterator[Browser]:
    """The worker's connection to a browser; contexts that a test opens in it are closed with the test."""
    browser = await browsers.get(whole=request.node.get_closest_marker("whole_browser") is not None)
    yield browser
    for context in browser.contexts:
        await context.close()


@pytest_asyncio.fixture(loop_scope="session")
async def people(browser: Browser, site: Site) -> AsyncIterator[People]:
    """A function that opens a browser window for a signed-in person: `ada = await people("ada", site=…, **options)`.

    `options` are those of a browser context. The test fails on any problem in a window, unless the visitor `forgives`
    it.
    """
    visitors: list[Visitor] = []

    async def bring(username: str, *, site: Site = site, server: int = 0, signed_in: bool = True, **options) -> Visitor:
        person = await site.person(username)
        url = site.servers[server].url
        context = await browser.new_context(base_url=url, **{"locale": "en-GB", "timezone_id": "UTC"} | options)
        context.set_default_timeout(BROWSER_PATIENCE_MILLISECONDS)
        if signed_in:
            await context.add_cookies([{"name": "sessionid", "value": person.session_key, "url": url}])
        visitor = Visitor(person, context, await context.new_page())
        visitor.watch()
        visitors.append(visitor)
        return visitor

    yield bring
    problems = [f"{visitor.username}: {problem}" for visitor in visitors for problem in visitor.unforgiven()]
    for visitor in visitors:
        await visitor.context.close()
    assert not problems, "\n".join(problems)
