"""The databases of the ledger and of live figures, made ready when first missed."""

import contextlib
import logging
import os
import sqlite3
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Session

from carboy.db import OwnTables, make_sqlite_engine
from carboy.tasks.write_lock import WriteLock

log = logging.getLogger("carboy.tasks")


class Database:
    """An engine that is found late, and whose tables are made at first use."""

    def __init__(
        self,
        find: Callable[[], sa.Engine],
        metadata: sa.MetaData,
        *,
        is_derived: bool = False,
    ) -> None:
        """`is_derived` says that all of it may be lost: a broken file is replaced."""
        self._find = find
        self._tables = OwnTables(metadata)
        self._path = find_file(find()) if is_derived else None
        self._inode = 0
        self._is_broken = False
        self._is_watched = False
        self._lock = threading.Lock()
        self._engine: sa.Engine | None = None
        self._write_lock: tuple[WriteLock | None] | None = None

    @property
    def engine(self) -> sa.Engine:
        """The engine, with all tables there."""
        if self._path is not None and self._engine is not None:
            self._replace_broken_file(self._engine, Path(self._path))
        if self._engine is None:
            with self._lock:
                engine = self._find()
                self._tables.create(engine)
                if self._path is not None:
                    self._inode = Path(self._path).stat().st_ino
                    self._watch(engine)
                self._engine = engine
        return self._engine

    def _watch(self, engine: sa.Engine) -> None:
        def note(context: sa.ExceptionContext) -> None:
            self._is_broken |= _is_broken(context.original_exception)

        if not self._is_watched:
            self._is_watched = True
            event.listen(engine, "handle_error", note)

    def _replace_broken_file(self, engine: sa.Engine, path: Path) -> None:
        """Set a broken file aside; open the new one if another process did so."""
        if not self._is_broken and path.exists() and path.stat().st_ino == self._inode:
            return
        with self._lock:
            engine.dispose()
            write_lock = self._find_write_lock(engine)
            with write_lock.acquire() if write_lock else contextlib.nullcontext():
                if _is_broken_file(path):
                    _set_aside(path)
                _create_private_file(path)
            self._is_broken = False
            self._tables.forget(engine)
            self._engine = None

    def prepare(self, session: Session) -> None:
        """Make the tables for a session that is going to write into them."""
        self._tables.prepare(session)

    @property
    def dialect(self) -> str:
        """Name of the kind of database."""
        name = self._find().dialect.name
        return "mysql" if name == "mariadb" else name

    def read(self) -> sa.Connection:
        """Open a connection that only reads and holds no lock."""
        options: dict[str, Any] = {"reads": True}
        if self.dialect == "postgresql":
            # Costs nothing there, and saves the round trips of a transaction.
            options["isolation_level"] = "AUTOCOMMIT"
        return self.engine.connect().execution_options(**options)

    @contextlib.contextmanager
    def write(self, isolation_level: str | None = None) -> Iterator[sa.Connection]:
        """Open a transaction that commits at its end."""
        engine = self.engine
        write_lock = self._find_write_lock(engine)
        turn = write_lock.acquire() if write_lock else contextlib.nullcontext()
        if isolation_level is not None:
            engine = engine.execution_options(isolation_level=isolation_level)
        with turn, engine.begin() as connection:
            yield connection

    def _find_write_lock(self, engine: sa.Engine) -> WriteLock | None:
        """Return the lock in which writers of one file queue up, or None."""
        if self._write_lock is None:
            path = find_file(engine)
            self._write_lock = (WriteLock(Path(f"{path}-turn")) if path else None,)
        return self._write_lock[0]


def find_file(engine: sa.Engine) -> str | None:
    """Return the path of the SQLite file behind an engine, or None."""
    path = engine.url.database
    is_file = engine.dialect.name == "sqlite" and path and ":" not in path
    return path if is_file else None


def make_file_engine(path: Path, *, synchronous: str) -> sa.Engine:
    """Make an engine on a SQLite file that only its owner may read."""
    path.parent.mkdir(parents=True, exist_ok=True)

    def connected(connection: Any, _record: object) -> None:
        connection.isolation_level = None

    def begun(connection: sa.Connection) -> None:
        # Both SQLAlchemy's own reads of the catalogue and ours go without a lock.
        if not connection.get_execution_options().get("reads"):
            connection.exec_driver_sql("BEGIN IMMEDIATE")

    _create_private_file(path)
    engine = make_sqlite_engine(
        f"sqlite:///{path}", synchronous=synchronous, pool_size=2, max_overflow=20
    )
    event.listen(engine, "connect", connected)
    event.listen(engine, "begin", begun)
    return engine


def _create_private_file(path: Path) -> None:
    """Create an empty file that only its owner may read, unless there is one.

    The file at `path` itself is never opened here: to close a second descriptor of an
    open SQLite file drops every lock that this process holds on it.
    """
    if path.exists():
        return
    handle, name = tempfile.mkstemp(dir=path.parent)
    os.close(handle)
    with contextlib.suppress(FileExistsError):
        path.hardlink_to(name)
    Path(name).unlink()


def _is_broken(error: BaseException | None) -> bool:
    code = getattr(error, "sqlite_errorcode", None)
    return code in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


def _is_broken_file(path: Path) -> bool:
    with contextlib.closing(sqlite3.connect(path, timeout=5.0)) as connection:
        try:
            row = connection.execute("PRAGMA quick_check(1)").fetchone()
        except sqlite3.DatabaseError as error:
            return _is_broken(error)
    return bool(row != ("ok",))


def _set_aside(path: Path) -> None:
    aside = path.with_name(f"{path.name}.broken-{time.time():.0f}")
    log.error(
        "%s is broken. It held nothing but progress, heartbeats and log lines, and is "
        "set aside as %s; a new one is made.",
        path,
        aside.name,
    )
    # The log first: it would be applied to the new file.
    for suffix in ("-wal", "-shm"):
        path.with_name(f"{path.name}{suffix}").unlink(missing_ok=True)
    path.rename(aside)
