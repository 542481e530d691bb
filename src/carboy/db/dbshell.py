"""Which program is a database's console, and how it is told where to go."""

from dataclasses import dataclass, field
from shutil import which

import sqlalchemy as sa

from carboy.errors import CarboyError


class ConsoleError(CarboyError):
    """Raised when there is no console for a database here."""


@dataclass(frozen=True, slots=True)
class DatabaseShell:
    """A command, and what it finds in its environment: the password above all.

    A command line can be read by everybody on the machine; an environment cannot.
    """

    command: list[str]
    environment: dict[str, str] = field(default_factory=dict)


def find_console(url: sa.URL) -> DatabaseShell:
    """Return the console of a database, or say what to install."""
    kind = url.get_backend_name()
    programs = _PROGRAMS.get(kind, ())
    program = next((path for name in programs if (path := which(name))), None)
    if program is None:
        msg = (
            f"There is no console for {kind} here. "
            f"Install one of: {', '.join(programs) or 'the one of its maker'}."
        )
        raise ConsoleError(msg)
    if kind == "sqlite":
        return DatabaseShell([program, url.database or ":memory:"])
    if kind == "postgresql":
        return _psql(program, url)
    return _mysql(program, url)


def _psql(program: str, url: sa.URL) -> DatabaseShell:
    environment = {
        "PGHOST": url.host,
        "PGPORT": str(url.port) if url.port else None,
        "PGUSER": url.username,
        "PGPASSWORD": url.password,
        "PGDATABASE": url.database,
    }
    return DatabaseShell(
        [program], {key: value for key, value in environment.items() if value}
    )


def _mysql(program: str, url: sa.URL) -> DatabaseShell:
    command = [program, "--default-character-set=utf8mb4"]
    for option, value in (
        ("host", url.host),
        ("port", url.port),
        ("user", url.username),
    ):
        if value:
            command.append(f"--{option}={value}")
    if url.database:
        command.append(url.database)
    secret = {"MYSQL_PWD": str(url.password)} if url.password else {}
    return DatabaseShell(command, secret)


_PROGRAMS = {
    "sqlite": ("sqlite3",),
    "postgresql": ("psql",),
    "mysql": ("mariadb", "mysql"),
    "mariadb": ("mariadb", "mysql"),
}
