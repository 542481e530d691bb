"""The services that tests use, how to find them, and how to install them."""

import platform
import shutil
from dataclasses import dataclass
from pathlib import Path

from .errors import MissingServiceError, ServiceError


@dataclass(frozen=True, slots=True)
class Service:
    """A server, a browser or a tool that tests need.

    Each entry of `programs` is a list of names for the same program; `folders`
    are patterns of folders outside PATH, searched from the highest version.
    """

    name: str
    title: str
    variable: str
    programs: tuple[tuple[str, ...], ...]
    debian: tuple[str, ...]
    fedora: str
    homebrew: str
    folders: tuple[str, ...] = ()
    users: tuple[str, ...] = ()
    is_server: bool = True
    on_request: bool = False


SERVICES = {
    service.name: service
    for service in (
        Service(
            name="postgresql",
            title="PostgreSQL",
            variable="CARBOY_TEST_POSTGRESQL",
            programs=(("postgres",), ("initdb",)),
            debian=("postgresql",),
            fedora="postgresql-server",
            homebrew="postgresql",
            folders=(
                "/usr/lib/postgresql/*/bin",
                "/usr/pgsql-*/bin",
                "/opt/homebrew/opt/postgresql*/bin",
                "/usr/local/opt/postgresql*/bin",
            ),
            users=("postgres", "nobody"),
        ),
        Service(
            name="mariadb",
            title="MariaDB",
            variable="CARBOY_TEST_MARIADB",
            programs=(("mariadbd",), ("mariadb-install-db",)),
            debian=("mariadb-server",),
            fedora="mariadb-server",
            homebrew="mariadb",
            folders=("/usr/sbin", "/usr/libexec", "/opt/homebrew/opt/mariadb/bin"),
            users=("mysql", "nobody"),
        ),
        Service(
            name="redis",
            title="Redis",
            variable="CARBOY_TEST_REDIS",
            programs=(("redis-server", "valkey-server"),),
            debian=("redis-server",),
            fedora="redis",
            homebrew="redis",
            users=("redis", "nobody"),
        ),
        Service(
            name="rabbitmq",
            title="RabbitMQ",
            variable="CARBOY_TEST_RABBITMQ",
            programs=(("rabbitmq-server",), ("epmd",)),
            debian=("rabbitmq-server",),
            fedora="rabbitmq-server",
            homebrew="rabbitmq",
            folders=("/usr/lib/rabbitmq/bin", "/opt/homebrew/opt/rabbitmq/sbin"),
            users=("rabbitmq", "nobody"),
            on_request=True,
        ),
        Service(
            name="pgbouncer",
            title="PgBouncer",
            variable="CARBOY_TEST_PGBOUNCER",
            programs=(("pgbouncer",),),
            debian=("pgbouncer",),
            fedora="pgbouncer",
            homebrew="pgbouncer",
            folders=("/usr/sbin", "/opt/homebrew/bin"),
            users=("postgres", "nobody"),
            on_request=True,
        ),
        Service(
            name="chromium",
            title="Chromium",
            variable="CARBOY_TEST_CHROMIUM",
            programs=(
                ("chromium", "chromium-browser", "google-chrome"),
                ("chromedriver",),
            ),
            debian=("chromium", "chromium-driver", "fonts-liberation"),
            fedora="chromium chromedriver",
            homebrew="--cask chromium chromedriver",
            is_server=False,
        ),
        Service(
            name="faketime",
            title="libfaketime",
            variable="CARBOY_TEST_FAKETIME",
            programs=(("faketime",),),
            debian=("faketime",),
            fedora="libfaketime",
            homebrew="libfaketime",
            is_server=False,
        ),
        Service(
            name="java",
            title="Java, which runs the HTML checker",
            variable="CARBOY_TEST_JAVA",
            programs=(("java",),),
            debian=("default-jre-headless",),
            fedora="java-headless",
            homebrew="openjdk",
            folders=("/opt/homebrew/opt/openjdk/bin", "/usr/local/opt/openjdk/bin"),
            is_server=False,
        ),
        Service(
            name="npm",
            title="npm, which installs the checkers of pages",
            variable="CARBOY_TEST_NPM",
            programs=(("npm",),),
            debian=("npm",),
            fedora="nodejs-npm",
            homebrew="node",
            is_server=False,
        ),
        Service(
            name="wrk",
            title="wrk",
            variable="CARBOY_BENCH_WRK",
            programs=(("wrk",),),
            debian=("wrk",),
            fedora="wrk",
            homebrew="wrk",
            is_server=False,
            on_request=True,
        ),
    )
}


def get_service(name: str) -> Service:
    """Return the service called `name`."""
    try:
        return SERVICES[name]
    except KeyError:
        known = ", ".join(SERVICES)
        raise ServiceError(
            f"There is no service {name!r}. Use one of: {known}."
        ) from None


def find_programs(service: Service) -> tuple[Path, ...] | None:
    """Return the path of each program of `service`, or None if one is missing."""
    paths = tuple(find_program(names, service.folders) for names in service.programs)
    existing = tuple(path for path in paths if path is not None)
    return existing if len(existing) == len(paths) else None


def get_programs(service: Service) -> tuple[Path, ...]:
    """Return the path of each program of `service`; raise if one is missing."""
    programs = find_programs(service)
    if programs is None:
        raise MissingServiceError(missing_line(service))
    return programs


def find_program(names: tuple[str, ...], folders: tuple[str, ...]) -> Path | None:
    """Find one of `names`, first in `folders`, because PATH may contain a wrapper."""
    paths = [path for pattern in folders for path in _list_newest(pattern)]
    for name in names:
        for path in paths:
            program = shutil.which(name, path=str(path))
            if program:
                return Path(program)
        program = shutil.which(name)
        if program:
            return Path(program)
    return None


def missing_line(service: Service) -> str:
    """Return one line: what is missing and how to install it on this system."""
    names = " and ".join(f"'{names[0]}'" for names in service.programs)
    advice = _how_to_install(service)
    return f"{service.title} is not installed: {names} not found. {advice}"


def _how_to_install(service: Service) -> str:
    if shutil.which("apt-get"):
        return f"Run: sudo apt-get install {' '.join(service.debian)}"
    if shutil.which("dnf"):
        return f"Run: sudo dnf install {service.fedora}"
    if platform.system() == "Darwin":
        return f"Run: brew install {service.homebrew}"
    return f"Install it with this system's packages, or set {service.variable}."


def _list_newest(pattern: str) -> list[Path]:
    parts = Path(pattern).relative_to("/")
    return sorted(Path("/").glob(str(parts)), key=_version, reverse=True)


def _version(path: Path) -> list[int]:
    digits = "".join(c if c.isdigit() else " " for c in str(path))
    return [int(number) for number in digits.split()]
