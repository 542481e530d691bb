"""A place of its own for each test inside the run's shared servers."""

import contextlib
import secrets
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit, urlunsplit

import psycopg
import pymysql

from lib.services import ServiceError, ask_redis


@contextlib.contextmanager
def make_database(url: str) -> Iterator[str]:
    name = f"test_{secrets.token_hex(6)}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    try:
        yield _with_path(url, name)
    finally:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@contextlib.contextmanager
def make_mariadb(url: str) -> Iterator[str]:
    name = f"test_{secrets.token_hex(6)}"
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
