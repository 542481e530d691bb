"""What changes all the time: progress, signs of life, log lines.

Beside a SQLite database it lies in a file of its own, so that a task which holds the
writer's lock can still tell how far it is.
"""

import os
import platform
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from carboy.db import upsert

from .database import Database
from .tables import LOG, PROGRESS, WORKER, DatabaseNow

_TEXT_CHARACTERS = 500
_LINE_CHARACTERS = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class RunProgress:
    """How far a run is."""

    run: str
    current: float
    total: float
    fraction: float
    text: str
    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """A process that works on runs, and how long ago it gave a sign of life."""

    owner: str
    host_id: str
    host: str
    pid: int
    kind: str
    about: str
    problem: str | None
    started: float
    seen: float
    age: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LogLine:
    """One line that a run logged."""

    at: float
    level: str
    text: str


class StatusTables:
    """Reads and writes what may be lost."""

    def __init__(
        self, database: Database, clock: Callable[[], float] | None = None
    ) -> None:
        self.database = database
        self.clock = clock

    def now(self) -> Any:
        """Return the time as an expression of the database, or of a test's clock."""
        return sa.literal(self.clock()) if self.clock else DatabaseNow()

    def read_now(self) -> float:
        """Return the time as a number."""
        if self.clock:
            return self.clock()
        with self.database.read() as connection:
            return float(connection.scalar(sa.select(DatabaseNow())) or 0)

    # Progress

    def set_progress(
        self, run_id: str, current: float, total: float, text: str
    ) -> None:
        """Note how far a run is; a second attempt never moves the bar back."""
        fraction = min(max(current / total, 0.0), 1.0) if total else 0.0
        values = {
            "run": run_id,
            "current": current,
            "total": total,
            "fraction": fraction,
            "text": text[:_TEXT_CHARACTERS],
            "at": self.now(),
        }
        old = PROGRESS.c.fraction
        changes = values | {"fraction": sa.case((old > fraction, old), else_=fraction)}
        del changes["run"]
        with self.database.write() as connection:
            connection.execute(upsert(self.database.dialect, PROGRESS, values, changes))

    def find_progress(self, ids: Sequence[str]) -> dict[str, RunProgress]:
        """Return the progress of runs that reported any, by id."""
        statement = sa.select(PROGRESS).where(PROGRESS.c.run.in_(ids))
        with self.database.read() as connection:
            rows = connection.execute(statement).all()
        return {row.run: RunProgress(**row._mapping) for row in rows}  # noqa: SLF001 - SQLAlchemy's public name begins so

    # Workers

    def heartbeat(
        self,
        owner: str,
        host_id: str,
        kind: str,
        about: str = "",
        problem: str | None = None,
    ) -> None:
        """Note that a process is alive, and what keeps it from claiming runs."""
        now = self.now()
        values = {
            "owner": owner,
            "host_id": host_id,
            "host": platform.node()[:100],
            "pid": os.getpid(),
            "kind": kind,
            "about": about[:_TEXT_CHARACTERS],
            "problem": problem and problem[:_TEXT_CHARACTERS],
            "started": now,
            "seen": now,
        }
        changes = {name: values[name] for name in ("kind", "seen", "about", "problem")}
        with self.database.write() as connection:
            connection.execute(upsert(self.database.dialect, WORKER, values, changes))

    def remove_worker(self, owner: str) -> None:
        """Take a process off the list."""
        with self.database.write() as connection:
            connection.execute(sa.delete(WORKER).where(WORKER.c.owner == owner))

    def list_workers(self, within: float = 10.0) -> list[Worker]:
        """List processes that gave a sign of life lately."""
        age = (self.now() - WORKER.c.seen).label("age")
        statement = sa.select(WORKER, age).order_by(WORKER.c.host, WORKER.c.pid)
        with self.database.read() as connection:
            rows = connection.execute(statement).all()
        found = [Worker(**row._mapping) for row in rows]  # noqa: SLF001 - SQLAlchemy's public name begins so
        # A clock that was moved makes ages negative, which is no sign of death.
        return [worker for worker in found if worker.age < within]

    # Log lines

    def add_lines(self, run_id: str, lines: Iterable[LogLine]) -> None:
        """Keep lines that a run logged."""
        rows = [
            {
                "run": run_id,
                "at": line.at,
                "level": line.level[:10],
                "text": line.text[:_LINE_CHARACTERS],
            }
            for line in lines
        ]
        if rows:
            with self.database.write() as connection:
                connection.execute(sa.insert(LOG), rows)

    def list_lines(self, run_id: str, limit: int = 500) -> list[LogLine]:
        """List what a run logged, in order."""
        statement = sa.select(LOG.c.at, LOG.c.level, LOG.c.text)
        statement = statement.where(LOG.c.run == run_id).order_by(LOG.c.id)
        with self.database.read() as connection:
            rows = connection.execute(statement.limit(limit)).all()
        return [LogLine(at=row.at, level=row.level, text=row.text) for row in rows]

    # Care

    def clear(self, ids: Sequence[str]) -> None:
        """Forget progress and lines of runs."""
        if not ids:
            return
        with self.database.write() as connection:
            connection.execute(sa.delete(PROGRESS).where(PROGRESS.c.run.in_(ids)))
            connection.execute(sa.delete(LOG).where(LOG.c.run.in_(ids)))

    def prune_workers(self, older_than: float = 3600.0) -> None:
        """Forget processes that are long gone."""
        with self.database.write() as connection:
            old = WORKER.c.seen < self.now() - older_than
            connection.execute(sa.delete(WORKER).where(old))
