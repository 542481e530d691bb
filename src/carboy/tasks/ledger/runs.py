"""What a run is, for those who look at it, and how to find runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from carboy.tasks.json_values import loads

from .database import Database
from .tables import ENDED, RUN, RUNNING, WAITING

_HIDDEN = "********"
_SECRET_NAMES = ("password", "passwd", "secret", "token", "api_key", "apikey", "auth")
_SHOWN_CHARACTERS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One row of the ledger."""

    id: str
    task: str
    queue: str
    priority: int
    state: str
    args: str
    options: str
    mutex: str | None
    who: str | None
    request_id: str | None
    parent: str | None
    root: str | None
    created: float
    due: float
    rung: float | None
    started: float | None
    ended: float | None
    token: int
    losses: int
    retries: int
    owner: str | None
    place: str | None
    stop: bool
    follow: bool
    result: str | None
    error: str | None
    traceback: str | None

    @property
    def is_ended(self) -> bool:
        """Whether it will not run again by itself."""
        return self.state in ENDED

    @property
    def attempts(self) -> int:
        """How often a worker began it."""
        return self.token

    @property
    def arguments(self) -> tuple[list[Any], dict[str, Any]]:
        """Positional and named arguments."""
        args, kwargs = loads(self.args)
        return args, kwargs

    @property
    def value(self) -> Any:
        """What the task gave back, or None."""
        return None if self.result is None else loads(self.result)

    @property
    def more(self) -> dict[str, Any]:
        """Options of the call, such as what follows it."""
        options: dict[str, Any] = loads(self.options)
        return options

    def show_arguments(self) -> str:
        """Write the arguments for a person, without what must not be seen."""
        args, kwargs = self.arguments
        shown = [_show(each) for each in args]
        shown += [f"{name}={_show(value, name)}" for name, value in kwargs.items()]
        return ", ".join(shown)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which runs to list; None means all."""

    state: str | None = None
    task: str | None = None
    queue: str | None = None
    search: str | None = None


class Runs:
    """Reads the ledger, and never writes it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def find(self, run_id: str) -> Run | None:
        """Give the run, or None if it was never asked for or is pruned."""
        with self._database.read() as connection:
            return find_run(connection, run_id)

    def find_many(self, ids: Sequence[str]) -> dict[str, Run]:
        """Give those of the runs that exist, by id."""
        found = self._list(sa.select(RUN).where(RUN.c.id.in_(ids)))
        return {run.id: run for run in found}

    def list_runs(
        self, wanted: Filter | None = None, *, limit: int = 50, offset: int = 0
    ) -> list[Run]:
        """List runs, the newest first."""
        statement = sa.select(RUN).where(*_conditions(wanted or Filter()))
        statement = statement.order_by(RUN.c.created.desc(), RUN.c.id)
        return self._list(statement.limit(limit).offset(offset))

    def list_children(self, run_id: str) -> list[Run]:
        """List runs that this one started, the oldest first."""
        statement = sa.select(RUN).where(RUN.c.parent == run_id)
        return self._list(statement.order_by(RUN.c.created).limit(100))

    def count(self, wanted: Filter | None = None) -> int:
        """Count runs."""
        statement = sa.select(sa.func.count()).select_from(RUN)
        with self._database.read() as connection:
            found = connection.scalar(statement.where(*_conditions(wanted or Filter())))
        return int(found or 0)

    def count_by_state(self) -> dict[str, int]:
        """Count the runs in each state."""
        statement = sa.select(RUN.c.state, sa.func.count()).group_by(RUN.c.state)
        with self._database.read() as connection:
            return {row[0]: row[1] for row in connection.execute(statement)}

    def count_by_queue(self) -> dict[str, dict[str, int]]:
        """Count what waits and runs in each queue."""
        statement = (
            sa
            .select(RUN.c.queue, RUN.c.state, sa.func.count())
            .where(RUN.c.state.in_((WAITING, RUNNING)))
            .group_by(RUN.c.queue, RUN.c.state)
        )
        found: dict[str, dict[str, int]] = {}
        with self._database.read() as connection:
            for queue, state, number in connection.execute(statement):
                found.setdefault(queue, {WAITING: 0, RUNNING: 0})[state] = number
        return found

    def list_waits(self, since: float) -> list[tuple[float, float]]:
        """List when runs began and how long they had waited, the oldest first."""
        waited = RUN.c.started - RUN.c.due
        statement = (
            sa
            .select(RUN.c.started, waited)
            .where(RUN.c.started >= since)
            .order_by(RUN.c.started)
            .limit(20_000)
        )
        with self._database.read() as connection:
            rows = connection.execute(statement).all()
        return [(float(row[0]), max(0.0, float(row[1]))) for row in rows]

    def list_tasks(self) -> list[str]:
        """List the names of all tasks that have runs."""
        statement = sa.select(RUN.c.task).distinct().order_by(RUN.c.task)
        with self._database.read() as connection:
            return list(connection.scalars(statement))

    def _list(self, statement: sa.Select[Any]) -> list[Run]:
        with self._database.read() as connection:
            rows = connection.execute(statement).all()
        return [Run(**row._mapping) for row in rows]  # noqa: SLF001 - SQLAlchemy's public name begins so


# Made once: to put a statement together takes as long as to execute it.
_BY_ID = sa.select(RUN).where(RUN.c.id == sa.bindparam("wanted"))


def find_run(connection: sa.Connection, run_id: str) -> Run | None:
    """Give the run as this connection sees it."""
    row = connection.execute(_BY_ID, {"wanted": run_id}).first()
    return None if row is None else Run(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public name begins so


def _conditions(wanted: Filter) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = []
    if wanted.state:
        found.append(RUN.c.state == wanted.state)
    if wanted.task:
        found.append(RUN.c.task == wanted.task)
    if wanted.queue:
        found.append(RUN.c.queue == wanted.queue)
    if wanted.search:
        columns = (RUN.c.id, RUN.c.task, RUN.c.error, RUN.c.who)
        text = wanted.search
        found.append(sa.or_(*(c.icontains(text, autoescape=True) for c in columns)))
    return found


def _show(value: Any, name: str = "") -> str:
    if any(word in name.lower() for word in _SECRET_NAMES):
        return _HIDDEN
    if isinstance(value, dict):
        inner = ", ".join(f"{k!r}: {_show(v, str(k))}" for k, v in value.items())
        return _shorten(f"{{{inner}}}")
    if isinstance(value, list):
        return _shorten(f"[{', '.join(_show(each) for each in value)}]")
    return _shorten(repr(value))


def _shorten(text: str) -> str:
    if len(text) <= _SHOWN_CHARACTERS:
        return text
    return f"{text[: _SHOWN_CHARACTERS - 1]}…"
