"""How a worker notices that there may be something to claim.

SQLite counts the transactions of others, PostgreSQL sends a notification. Both can be
asked without a query; other databases are asked for runs a few times a second.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
from collections.abc import Callable
from typing import Any
from weakref import WeakSet

import sqlalchemy as sa

from carboy.db import ClosingConnection

from .database import Database, find_file
from .ledger import NOTIFY_CHANNEL

_POLL_PERIOD = 0.2
# After a notification; then less and less often. A process notifies only now and then,
# see `Ledger.wake_workers`, and may commit later than it notified.
_FIRST_PERIOD = 0.05
_LONGEST_PERIOD = 2.0


def make_wakeup(database: Database) -> Poll:
    """Make the best one for a database."""
    engine = database.engine
    path = find_file(engine)
    if path is not None:
        return FileWakeup(path)
    if engine.dialect.driver == "psycopg":
        return NotificationWakeup(engine)
    return Poll(_POLL_PERIOD)


class Poll:
    """Looks after each `period`: what a worker can do on any database."""

    # How long an idle worker may sleep between two calls of `has_changed`.
    idle_period = 0.02

    def __init__(
        self, period: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.period = period
        self._clock = clock
        self._next = 0.0

    def has_changed(self) -> bool:
        """Return whether the time has come."""
        now = self._clock()
        if now < self._next:
            return False
        self._next = now + self.period
        return True

    def fileno(self) -> int:
        """Return a descriptor that becomes readable with a change, or -1."""
        return -1

    def close(self) -> None:
        """Look at once the next time."""
        self._next = 0.0


class FileWakeup(Poll):
    """Asks SQLite whether another connection has written to the file."""

    # To ask takes microseconds, and half of this is what a run waits on an idle worker.
    idle_period = 0.008

    def __init__(self, path: str) -> None:
        super().__init__(1.0)
        self._path = path
        self._connection: sqlite3.Connection | None = None
        self._version = -1
        _opened.add(self)

    def has_changed(self) -> bool:
        """Return whether there was a transaction, or none was seen for a second."""
        is_time = super().has_changed()
        if self._connection is None:
            self._connection = sqlite3.connect(
                self._path,
                isolation_level=None,
                check_same_thread=False,
                timeout=1.0,
                factory=ClosingConnection,
            )
        row = self._connection.execute("PRAGMA data_version").fetchone()
        before, self._version = self._version, row[0]
        return is_time or before != self._version

    def close(self) -> None:
        """Close the file."""
        super().close()
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()


_opened: WeakSet[FileWakeup] = WeakSet()


def _close_before_fork() -> None:
    for wakeup in list(_opened):
        wakeup.close()


os.register_at_fork(before=_close_before_fork)


class NotificationWakeup(Poll):
    """Listens on a PostgreSQL connection of its own.

    Until one is heard it asks as often as if there were none: behind a pooler that
    shares connections none is.
    """

    def __init__(
        self, engine: sa.Engine, clock: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__(_POLL_PERIOD, clock)
        self._engine = engine
        self._connection: Any = None
        self._pid = 0
        self._is_heard = False

    def has_changed(self) -> bool:
        """Return whether a notification came, or it is time to look anyway."""
        if self._connection is None or self._pid != os.getpid():
            if not super().has_changed():
                return False
            self._listen()
        link = self._connection.pgconn
        try:
            link.consume_input()
        except Exception:  # noqa: BLE001 - whatever it is, the next call connects anew
            self.close()
            return True
        while link.notifies() is not None:
            self._on_notification()
        is_time = super().has_changed()
        if is_time and self._is_heard:
            self.period = min(2 * self.period, _LONGEST_PERIOD)
        return is_time

    def fileno(self) -> int:
        """Return the socket."""
        return -1 if self._connection is None else int(self._connection.fileno())

    def _on_notification(self, *_details: object) -> None:
        self._is_heard = True
        self.period, self._next = _FIRST_PERIOD, 0.0

    def _listen(self) -> None:
        dialect = self._engine.dialect
        args, options = dialect.create_connect_args(self._engine.url)
        self._connection = dialect.connect(*args, **options, autocommit=True)
        self._pid = os.getpid()
        # For those that come while a statement is executed.
        self._connection.add_notify_handler(self._on_notification)
        self._connection.execute(f"LISTEN {NOTIFY_CHANNEL}")
        # A notification of another connection shows whether any are heard: a pooler
        # may pass on those that come while this one executes a statement.
        notify = sa.select(sa.func.pg_notify(NOTIFY_CHANNEL, ""))
        with self._engine.begin() as connection:
            connection.execute(notify)

    def close(self) -> None:
        """Close the connection, and ask often until one is heard again."""
        super().close()
        self._is_heard, self.period = False, _POLL_PERIOD
        connection, self._connection = self._connection, None
        if connection is not None and self._pid == os.getpid():
            with contextlib.suppress(Exception):
                connection.close()
