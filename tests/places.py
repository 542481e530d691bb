"""A place of its own for each test inside the run's shared servers."""

import contextlib
import secrets
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit, urlunsplit

import psycopg
import pymysql

from lib.services import ServiceError, ask_redis

_EMPTY = (
    # What a transaction has prepared keeps its locks.
    "SET lock_timeout = '5s'",
    "DROP SCHEMA public CASCADE",
    "CREATE SCHEMA public",
    "GRANT USAGE ON SCHEMA public TO PUBLIC",
)
# Counts what a new database does not have.
_COUNT_REST = """
    SELECT (SELECT count(*) FROM pg_namespace
            WHERE nspname !~ '^pg_' AND nspname NOT IN ('public', 'information_schema'))
         + (SELECT count(*) FROM pg_db_role_setting JOIN pg_database
            ON setdatabase = pg_database.oid WHERE datname = current_database())
         + (SELECT count(*) FROM pg_extension WHERE extname <> 'plpgsql')
         + (SELECT count(*) FROM pg_event_trigger)
         + (SELECT count(*) FROM pg_publication)
         + (SELECT count(*) FROM pg_largeobject_metadata)
"""


class PostgresqlPlaces:
    """Databases of one server: to empty one takes a third of the time of a new one."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._free: list[str] = []

    @contextlib.contextmanager
    def make(self) -> Iterator[str]:
        """Return the address of an empty database."""
        name = self._free.pop() if self._free else self._create()
        try:
            yield _with_path(self._url, name)
        finally:
            self._free += self._recycle(name)

    def close(self) -> None:
        """Drop all databases."""
        self._drop(*self._free)
        self._free.clear()

    def _create(self) -> str:
        name = _make_name()
        self._run(f'CREATE DATABASE "{name}"')
        return name

    def _recycle(self, name: str) -> list[str]:
        """Empty a database under another name, or drop it if that is impossible.

        A process that the test has left over must not find it again.
        """
        new = _make_name()
        try:
            self._run(
                f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "  # noqa: S608 - a name of our own
                f"WHERE datname = '{name}'",
                f'ALTER DATABASE "{name}" RENAME TO "{new}"',
            )
            with _connect_to_postgresql(_with_path(self._url, new)) as connection:
                for statement in _EMPTY:
                    connection.execute(statement)
                if connection.execute(_COUNT_REST).fetchone() == (0,):
                    return [new]
        except psycopg.Error:
            pass
        self._drop(name, new)
        return []

    def _drop(self, *names: str) -> None:
        drops = (f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)' for name in names)
        self._run(*drops)

    def _run(self, *statements: str) -> None:
        with _connect_to_postgresql(self._url) as connection:
            for statement in statements:
                connection.execute(statement)


def _make_name() -> str:
    return f"test_{secrets.token_hex(6)}"


def _connect_to_postgresql(url: str) -> psycopg.Connection:
    return psycopg.connect(url, autocommit=True)


@contextlib.contextmanager
def make_mariadb(url: str) -> Iterator[str]:
    name = _make_name()
    _run_on_mariadb(url, f"CREATE DATABASE {name} CHARACTER SET utf8mb4")
    try:
        yield _with_path(url, name)
    finally:
        # A connection left open would hold its locks, and the drop would wait for it.
        for statement in _list_kills(url, name):
            with contextlib.suppress(pymysql.err.OperationalError):
                _run_on_mariadb(url, statement)
        _run_on_mariadb(url, f"DROP DATABASE IF EXISTS {name}")


@contextlib.contextmanager
def make_redis_number(url: str) -> Iterator[str]:
    taken = int(ask_redis(_with_path(url, "0"), "INCR", "carboy:test:places"))
    # Number 0 is for the counter.
    place = _with_path(url, str(1 + taken % (_count_redis_numbers(url) - 1)))
    ask_redis(place, "FLUSHDB")
    try:
        yield place
    finally:
        ask_redis(place, "FLUSHDB")


def _count_redis_numbers(url: str) -> int:
    for count in (4096, 16):
        with contextlib.suppress(ServiceError):
            ask_redis(_with_path(url, str(count - 1)), "PING")
            return count
    return 2


def _with_path(url: str, path: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{path}"))


def _list_kills(url: str, name: str) -> list[str]:
    query = "SELECT id FROM information_schema.processlist WHERE db = %s"
    with _connect(url) as connection, connection.cursor() as cursor:
        cursor.execute(query, (name,))
        return [f"KILL {row[0]}" for row in cursor.fetchall()]


def _run_on_mariadb(url: str, *statements: str) -> None:
    with _connect(url) as connection, connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


@contextlib.contextmanager
def _connect(url: str) -> Iterator[pymysql.Connection]:
    parts = urlsplit(url)
    connection = pymysql.connect(
        host=parts.hostname or "127.0.0.1",
        port=parts.port or 3306,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        autocommit=True,
    )
    try:
        yield connection
    finally:
        connection.close()
