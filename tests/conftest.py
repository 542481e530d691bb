"""What all tests may ask for: services, a place of their own in each, clock, browser.

A service starts when a test first asks for it. All processes of one run share it, and
the run's first process ends it; when that process dies, the service ends as well.
"""

import gc
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis
import pytest

from lib.services import (
    SERVICES,
    DaemonClient,
    MissingServiceError,
    Server,
    can_install,
    die_with_parent,
    get_programs,
    install,
    make_server,
)
from lib.web_tools import WebTools, install_web_tools
from tests.browser import Browser, Driver
from tests.builders import share_builders
from tests.clock import Clock
from tests.compiled_templates import share_templates
from tests.places import PostgresqlPlaces, make_mariadb, make_redis_number

FOLDER = "CARBOY_TEST_FOLDER"
StartServer = Callable[..., Server]

# Examples are not timed: the machine is shared. CI tries the same ones each time, so
# that a change is not blamed for what a lucky guess finds.
hypothesis.settings.register_profile("ours", deadline=None, print_blob=True)
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") == "true" else "ours")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-public-api",
        action="store_true",
        help="write the public names of today into tests/public_api.txt",
    )
    parser.addoption(
        "--update-pictures",
        action="store_true",
        help="write the pictures of the style guide into tests/ui/pictures",
    )


def pytest_configure(config: pytest.Config) -> None:
    share_builders()
    share_templates()
    if hasattr(config, "workerinput"):
        # A worker in the middle of a test would outlive a run that was killed.
        die_with_parent()
    else:
        folder = tempfile.mkdtemp(prefix="carboy-test-")
        Path(folder).chmod(0o711)
        os.environ[FOLDER] = f"{folder}:{os.getpid()}"
        # Without bytecode each process that a test starts compiles all that it imports,
        # which takes three seconds of a core instead of one.
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        sys.dont_write_bytecode = False
        if os.environ.get("CI") == "true":
            config.pluginmanager.register(_Crier(config))


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput") and FOLDER in os.environ:
        folder, _, _ = os.environ.pop(FOLDER).rpartition(":")
        DaemonClient(Path(folder)).quit()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """Hide the tests from the garbage collector, which would visit all of them often.

    There are millions of objects, and none of them goes before the end.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


class _Crier:
    """Names what failed at once: a run that is cut short has no summary."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Write a line for a failure."""
        terminal = self._config.pluginmanager.get_plugin("terminalreporter")
        if report.failed and terminal is not None:
            terminal.write_line(f"\nfailed so far: {report.nodeid} ({report.when})")


@pytest.fixture(scope="session", autouse=True)
def _lean_inner_runs() -> Iterator[None]:
    """Let the runs of pytest that tests start leave out the plugin of schemathesis.

    Its import takes two seconds, and the sites of these tests do not use it.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTEST_ADDOPTS", "-p no:schemathesis")
        yield


@pytest.fixture(autouse=True)
def closed_legacy_door() -> Iterator[None]:
    """Close the door to old names, which the import of `carboy.legacy` opens."""
    yield
    legacy = sys.modules.get("carboy.legacy")
    if legacy is not None and legacy.is_open():
        legacy.close_door()


@pytest.fixture(autouse=True)
def closed_recorders() -> Iterator[None]:
    """Close the recorders of sites in development: each listens to signals of Flask.

    The engine takes longer ways for all apps of a process while anybody listens.
    """
    yield
    recorder = sys.modules.get("carboy.recorder")
    if recorder is not None:
        recorder.close_recorders()


@pytest.fixture(scope="session")
def postgresql_url() -> str:
    """Address of the run's PostgreSQL; `fresh_postgresql` is a place of your own."""
    return _get_service("postgresql")


@pytest.fixture(scope="session")
def mariadb_url() -> str:
    """Address of the run's MariaDB; `fresh_mariadb` is a place of your own."""
    return _get_service("mariadb")


@pytest.fixture(scope="session")
def redis_url() -> str:
    """Address of the run's Redis; `fresh_redis` is a place of your own."""
    return _get_service("redis")


@pytest.fixture(scope="session")
def rabbitmq_url() -> str:
    """Address of the run's RabbitMQ."""
    return _get_service("rabbitmq")


@pytest.fixture(scope="session")
def chromium() -> tuple[Path, Path]:
    """Paths of the browser and of its driver."""
    service = SERVICES["chromium"]
    try:
        if can_install():
            install([service])
        browser, driver = get_programs(service)
    except MissingServiceError as error:
        _miss(str(error))
    return Path(os.environ.get(service.variable, browser)), driver


@pytest.fixture(scope="session")
def web_tools() -> WebTools:
    """The checkers of HTML and accessibility, installed by npm if necessary."""
    try:
        if can_install():
            install([SERVICES["java"], SERVICES["npm"]])
        return install_web_tools()
    except MissingServiceError as error:
        _miss(str(error))


@pytest.fixture(scope="session")
def mypy_cache() -> Path:
    """Where mypy keeps what it knows of Carboy and its packages, for strict checks.

    It is kept between runs: reading them takes longer than what a test checks. Each
    process of a run has its own, because mypy locks it.
    """
    process = os.environ.get("PYTEST_XDIST_WORKER", "main")
    return Path(__file__).parents[1] / ".mypy_cache" / "projects" / process


@pytest.fixture(scope="session")
def _postgresql_places(postgresql_url: str) -> Iterator[PostgresqlPlaces]:
    places = PostgresqlPlaces(postgresql_url)
    yield places
    places.close()


@pytest.fixture
def fresh_postgresql(_postgresql_places: PostgresqlPlaces) -> Iterator[str]:
    """Address of an empty PostgreSQL database that is no other test's."""
    with _postgresql_places.make() as url:
        yield url


@pytest.fixture
def fresh_mariadb(mariadb_url: str) -> Iterator[str]:
    """Address of an empty MariaDB database that is gone after the test."""
    with make_mariadb(mariadb_url) as url:
        yield url


@pytest.fixture
def fresh_redis(redis_url: str) -> Iterator[str]:
    """Address of an empty Redis database number that is emptied after the test."""
    with make_redis_number(redis_url) as url:
        yield url


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that servers of another user can pass through, with a short name."""
    folder = Path(tempfile.mkdtemp(dir=_get_folder()))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def start_server() -> Iterator[StartServer]:
    """Make servers of the test's own: `start_server("redis", durable=False)`."""
    servers: list[Server] = []

    def start(name: str, *, durable: bool = True) -> Server:
        try:
            server = make_server(name, durable=durable, parent=_get_folder())
        except MissingServiceError as error:
            _miss(str(error))
        servers.append(server)
        server.start()
        return server

    yield start
    for server in servers:
        server.close()


@pytest.fixture
def private_postgresql(start_server: StartServer) -> Server:
    """Start a PostgreSQL that the test may kill, pause and start again."""
    return start_server("postgresql")


@pytest.fixture
def private_mariadb(start_server: StartServer) -> Server:
    """Start a MariaDB that the test may kill, pause and start again."""
    return start_server("mariadb")


@pytest.fixture
def private_redis(start_server: StartServer) -> Server:
    """Start a Redis that the test may kill, pause and start again; its data stays."""
    return start_server("redis")


@pytest.fixture
def clock() -> Clock:
    """A clock that only the test moves."""
    return Clock()


@pytest.fixture(scope="session")
def _driver(chromium: tuple[Path, Path]) -> Iterator[Driver]:
    folder = Path(tempfile.mkdtemp(prefix="browser-", dir=_get_folder()))
    driver = Driver(*chromium, folder)
    try:
        driver.start()
        yield driver
    finally:
        driver.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def browser(_driver: Driver) -> Browser:
    """A real browser without cookies, storage or cache from other tests."""
    return _driver.make_browser()


def _get_service(name: str) -> str:
    service = SERVICES[name]
    given = os.environ.get(service.variable)
    if given:
        return given
    watched = int(os.environ[FOLDER].rpartition(":")[2])
    client = DaemonClient(_get_folder(), watched=watched)
    try:
        return client.start(name)[service.variable]
    except MissingServiceError as error:
        _miss(str(error))


def _get_folder() -> Path:
    """Return the folder of this run, which its daemon removes even if it is killed."""
    return Path(os.environ[FOLDER].rpartition(":")[0])


def _miss(line: str) -> None:
    """Skip on a person's machine; in CI a missing service must not pass unseen."""
    if os.environ.get("CI") == "true":
        pytest.fail(line, pytrace=False)
    pytest.skip(line)
