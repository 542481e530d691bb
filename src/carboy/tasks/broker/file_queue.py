"""A queue in one SQLite file which loses nothing when whoever works on it is killed.

A message is claimed by an owner, whose file lock tells when it died, and deleted when
it is done with. Apart from `transport`, which dresses it for Celery.
"""

import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from carboy.db import ClosingConnection
from carboy.tasks import liveness
from carboy.tasks.liveness import Owner
from carboy.tasks.write_lock import Turns

_SCHEMA = """
CREATE TABLE IF NOT EXISTS message (
    id INTEGER PRIMARY KEY AUTOINCREMENT, queue TEXT NOT NULL,
    priority INTEGER NOT NULL, due REAL NOT NULL, owner TEXT,
    tries INTEGER NOT NULL DEFAULT 0, payload BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS message_ready
    ON message (queue, priority DESC, id) WHERE owner IS NULL;
CREATE INDEX IF NOT EXISTS message_due ON message (due) WHERE due > 0;
CREATE INDEX IF NOT EXISTS message_owner ON message (owner) WHERE owner IS NOT NULL;
CREATE TABLE IF NOT EXISTS dead (
    id INTEGER PRIMARY KEY, queue TEXT NOT NULL, priority INTEGER NOT NULL,
    tries INTEGER NOT NULL, died REAL NOT NULL, payload BLOB NOT NULL);
"""

_INSERT = "INSERT INTO message (queue, priority, due, payload) VALUES (?, ?, ?, ?)"

# Connections of the process before a fork: closing them here would undo its locks.
_left_alone: list[sqlite3.Connection] = []


@dataclass(frozen=True, slots=True)
class Lease:
    """A message that its owner may work on."""

    id: int
    queue: str
    tries: int
    payload: bytes


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A message which was claimed too often and never finished."""

    id: int
    queue: str
    tries: int
    died: float
    payload: bytes


class LeaseQueue:
    """All queues of one file; safe in threads, and in children after a fork."""

    def __init__(
        self,
        path: Path,
        *,
        max_tries: int = 5,
        synchronous: str = "FULL",
        busy_timeout: float = 5.0,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.path = path
        self.owners_folder = path.parent / f"{path.name}-owners"
        self.max_tries = max_tries
        self._synchronous = synchronous
        self._busy_timeout = busy_timeout
        self._clock = clock
        self._lock = threading.RLock()
        self._turns = Turns(path.with_name(f"{path.name}-turn"), patience=busy_timeout)
        self._pid = 0
        self._opened: dict[str, sqlite3.Connection] = {}
        self._owner: Owner | None = None

    # Producers

    def put(
        self, queue: str, payload: bytes, *, priority: int = 0, due: float = 0
    ) -> None:
        """Add a message, safe on disk when this returns."""
        with self._lock, self._turns.take():
            self._producer().execute(_INSERT, (queue, priority, due, payload))

    def put_many(self, queue: str, payloads: Iterable[bytes]) -> None:
        """Add messages in one transaction."""
        with self._lock:
            connection = self._producer()
            connection.execute("BEGIN IMMEDIATE")
            with connection:
                connection.executemany(_INSERT, [(queue, 0, 0, p) for p in payloads])

    # Workers

    @property
    def owner(self) -> str:
        """The id under which this process claims."""
        with self._lock:
            self._notice_fork()
            if self._owner is None:
                self._owner = Owner(self.owners_folder)
            return self._owner.id

    def claim(self, queues: Sequence[str], limit: int = 1) -> list[Lease]:
        """Take up to `limit` messages, the most important and oldest ones first."""
        owner = self.owner
        marks = ", ".join("?" * len(queues))
        statement = (
            "UPDATE message SET owner = ?, tries = tries + 1 WHERE id IN ("  # noqa: S608 - only question marks are filled in
            f"SELECT id FROM message WHERE owner IS NULL AND queue IN ({marks}) "
            "AND due <= ? ORDER BY priority DESC, id LIMIT ?) "
            "RETURNING id, queue, tries, payload, priority"
        )
        values = (owner, *queues, self._clock(), limit)
        with self._lock, self._turns.take():
            rows = self._worker().execute(statement, values).fetchall()
        rows.sort(key=lambda row: (-row[4], row[0]))
        leases = [Lease(*row[:4]) for row in rows]
        if self.max_tries:
            self._bury([each.id for each in leases if each.tries > self.max_tries])
            leases = [each for each in leases if each.tries <= self.max_tries]
        return leases

    def ack(self, message_id: int) -> bool:
        """Delete a message that is done with; False if it was not ours any more."""
        with self._lock, self._turns.take():
            done = self._worker().execute(
                "DELETE FROM message WHERE id = ? AND owner = ?",
                (message_id, self.owner),
            )
            return done.rowcount == 1

    def release(self, message_id: int, *, counted: bool = True) -> bool:
        """Give a message back; not `counted` if it was never begun."""
        with self._lock, self._turns.take():
            given = self._worker().execute(
                "UPDATE message SET owner = NULL, tries = max(tries - ?, 0) "
                "WHERE id = ? AND owner = ?",
                (0 if counted else 1, message_id, self.owner),
            )
            return given.rowcount == 1

    def reclaim(self) -> int:
        """Give back what dead processes held, and say how much it was."""
        given = 0
        for dead in liveness.list_dead(self.owners_folder):
            given += self._free(dead)
            liveness.forget(self.owners_folder, dead)
        return given

    def reclaim_strays(self) -> int:
        """Give back what owners held whose files are gone as well."""
        with self._lock:
            rows = self._worker().execute(
                "SELECT DISTINCT owner FROM message WHERE owner IS NOT NULL"
            )
            held = [row[0] for row in rows.fetchall()]
        folder = self.owners_folder
        return sum(self._free(o) for o in held if not liveness.is_alive(folder, o))

    def version(self) -> int:
        """Give a number that differs once another connection has written."""
        with self._lock:
            row = self._worker().execute("PRAGMA data_version").fetchone()
            return int(row[0])

    def next_due(self) -> float | None:
        """Say when the next message that has to wait may be claimed."""
        with self._lock:
            row = self._worker().execute(
                "SELECT min(due) FROM message WHERE due > ? AND owner IS NULL",
                (max(self._clock(), 0.0),),
            )
            due: float | None = row.fetchone()[0]
            return due

    # People

    def size(self, queue: str) -> int:
        """Count messages that nobody has claimed."""
        with self._lock:
            row = self._worker().execute(
                "SELECT count(*) FROM message WHERE queue = ? AND owner IS NULL",
                (queue,),
            )
            return int(row.fetchone()[0])

    def purge(self, queue: str) -> int:
        """Delete messages that nobody has claimed, and count them."""
        with self._lock:
            gone = self._worker().execute(
                "DELETE FROM message WHERE queue = ? AND owner IS NULL", (queue,)
            )
            return gone.rowcount

    def list_dead(self) -> list[DeadLetter]:
        """List dead letters, the newest first."""
        with self._lock:
            rows = self._worker().execute(
                "SELECT id, queue, tries, died, payload FROM dead ORDER BY id DESC"
            )
            return [DeadLetter(*row) for row in rows.fetchall()]

    def revive(self, message_id: int) -> bool:
        """Put a dead letter back into its queue, with all its tries before it."""
        with self._lock:
            connection = self._producer()
            connection.execute("BEGIN IMMEDIATE")
            with connection:
                row = connection.execute(
                    "DELETE FROM dead WHERE id = ? RETURNING queue, priority, payload",
                    (message_id,),
                ).fetchone()
                if row is not None:
                    connection.execute(_INSERT, (row[0], row[1], 0, row[2]))
            return row is not None

    def close(self) -> None:
        """Close the file; what this process held is given back."""
        with self._lock:
            self._notice_fork()
            for connection in self._opened.values():
                connection.close()
            self._opened.clear()
            if self._owner is not None:
                self._owner.close()
                self._owner = None

    # Inside

    def _bury(self, ids: list[int]) -> None:
        if not ids:
            return
        with self._lock:
            connection = self._worker()
            connection.execute("BEGIN IMMEDIATE")
            with connection:
                for each in ids:
                    connection.execute(
                        "INSERT INTO dead SELECT id, queue, priority, tries - 1, ?, "
                        "payload FROM message WHERE id = ?",
                        (self._clock(), each),
                    )
                    connection.execute("DELETE FROM message WHERE id = ?", (each,))

    def _free(self, owner: str) -> int:
        with self._lock:
            given = self._worker().execute(
                "UPDATE message SET owner = NULL WHERE owner = ?", (owner,)
            )
            return given.rowcount

    def _producer(self) -> sqlite3.Connection:
        return self._connection("producer", self._synchronous)

    def _worker(self) -> sqlite3.Connection:
        # What a claim or an acknowledgement loses in a power cut is done again.
        return self._connection("worker", "NORMAL")

    def _connection(self, role: str, synchronous: str) -> sqlite3.Connection:
        self._notice_fork()
        found = self._opened.get(role)
        if found is None:
            found = self._opened[role] = self._connect(synchronous)
        return found

    def _connect(self, synchronous: str) -> sqlite3.Connection:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        # SQLite gives its -wal and -shm files the mode of this one.
        os.close(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600))
        made = sqlite3.connect(
            self.path,
            isolation_level=None,
            check_same_thread=False,
            timeout=self._busy_timeout,
            factory=ClosingConnection,
        )
        made.execute("PRAGMA journal_mode = WAL")
        made.execute(f"PRAGMA synchronous = {synchronous}")
        made.executescript(_SCHEMA)
        return made

    def _notice_fork(self) -> None:
        if self._pid != os.getpid():
            _left_alone.extend(self._opened.values())
            self._opened = {}
            self._owner = None
            self._pid = os.getpid()
