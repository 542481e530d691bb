"""SQLite as a site needs it: many readers beside a writer, and keys that hold."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from weakref import WeakSet

from sqlalchemy import Connection, Engine, event

from carboy.db.settings import DatabaseSettings


class ClosingConnection(sqlite3.Connection):
    """A connection that is closed when nobody holds it any more.

    Python 3.13 warns of each that was not closed by hand, also of those that a pool
    held whose site is gone, as after each test.
    """

    def __del__(self) -> None:
        with contextlib.suppress(sqlite3.Error):
            self.close()


_file_engines: WeakSet[Engine] = WeakSet()


def close_before_fork(engine: Engine) -> None:
    """Close the idle connections of `engine` before this process forks.

    SQLite keeps a list of the locks that a process holds on a file. A child inherits
    the list but not the locks: if a connection is open at the fork, each connection
    that the child opens to the same file works without locks, and corrupts it.
    """
    _file_engines.add(engine)


def _close_idle_connections() -> None:
    for engine in list(_file_engines):
        engine.dispose()


os.register_at_fork(before=_close_idle_connections)


def tune_sqlite(engine: Engine, settings: DatabaseSettings, *, file: bool) -> None:
    """Set the pragmas of each new connection."""
    pragmas = [
        f"busy_timeout={int(settings.sqlite_busy_timeout * 1000)}",
        f"foreign_keys={int(settings.sqlite_foreign_keys)}",
        f"synchronous={settings.sqlite_synchronous}",
    ]
    if file and settings.sqlite_wal:
        # A file keeps the mode, and asking for it waits for no lock when it is on.
        pragmas.insert(1, "journal_mode=WAL")
    if file:
        close_before_fork(engine)

    def connected(connection: Any, _record: object) -> None:
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")

    event.listen(engine, "connect", connected)


@contextmanager
def without_foreign_keys(engine: Engine) -> Iterator[Connection]:
    """Give a connection on which tables that point to each other can be dropped.

    On other databases it is a connection like any other.
    """
    with engine.connect() as connection:
        if engine.dialect.name != "sqlite":
            yield connection
            return
        was = connection.exec_driver_sql("PRAGMA foreign_keys").scalar()
        connection.rollback()
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        try:
            yield connection
        finally:
            connection.rollback()
            connection.exec_driver_sql(f"PRAGMA foreign_keys={was}")


def with_synchronous(engine: Engine, level: str = "FULL") -> None:
    """Let every connection of `engine` wait for the disk as `level` says.

    For what must survive a power cut once it is acknowledged, such as a queue's ledger.
    """

    def connected(connection: Any, _record: object) -> None:
        connection.execute(f"PRAGMA synchronous={level}")

    event.listen(engine, "connect", connected)
