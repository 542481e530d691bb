"""SQLite as a site needs it: many readers beside a writer, and keys that hold."""

import contextlib
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection

from .forks import close_before_fork


class ClosingConnection(sqlite3.Connection):
    """A connection that is closed when nobody holds it any more.

    Python 3.13 warns of each that was not closed by hand, also of those that a pool
    held whose site is gone, as after each test.
    """

    def __del__(self) -> None:
        with contextlib.suppress(sqlite3.Error):
            self.close()


def make_sqlite_engine(
    url: str | URL,
    *,
    synchronous: str = "NORMAL",
    busy_timeout: float = 5.0,
    **options: object,
) -> Engine:
    """Make an engine for a SQLite file of a battery's own; `options` as SQLAlchemy's.

    It reads beside a writer, and its connections are closed when nothing holds them.
    """
    arguments: dict[str, object] = {
        "timeout": busy_timeout,
        "factory": ClosingConnection,
        "check_same_thread": False,
    }
    engine = create_engine(url, connect_args=arguments, **options)
    configure_sqlite(
        engine, busy_timeout=busy_timeout, wal=True, synchronous=synchronous
    )
    close_before_fork(engine)
    return engine


def configure_sqlite(
    engine: Engine,
    *,
    busy_timeout: float | None = None,
    wal: bool = False,
    foreign_keys: bool | None = None,
    synchronous: str | None = None,
) -> None:
    """Set these pragmas, and no others, on each new connection.

    `synchronous="FULL"` is for what must survive a power cut once it is acknowledged,
    such as a queue's ledger.
    """
    pragmas: list[str] = []
    if busy_timeout is not None:
        pragmas.append(f"busy_timeout={int(busy_timeout * 1000)}")
    if wal:
        # A file keeps the mode, and asking for it waits for no lock when it is on.
        pragmas.append("journal_mode=WAL")
    if foreign_keys is not None:
        pragmas.append(f"foreign_keys={int(foreign_keys)}")
    if synchronous is not None:
        pragmas.append(f"synchronous={synchronous}")

    def on_connect(connection: DBAPIConnection, _record: object) -> None:
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}").close()

    event.listen(engine, "connect", on_connect)


@contextmanager
def without_foreign_keys(engine: Engine) -> Iterator[Connection]:
    """Yield a connection on which tables that refer to each other can be dropped.

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
