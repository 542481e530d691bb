"""What a run is, for those who look at it, and how to find runs."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from carboy.core import HIDDEN, is_secret_name, redact_text
from carboy.redact import SECRET_WORDS
from carboy.tasks.json_values import loads

from .database import Database
from .tables import (
    DONE,
    ENDED,
    FAILED,
    QUEUE,
    READY_ROW,
    RUN,
    RUNNING,
    RUNNING_ROW,
    SCHEDULED_ROW,
    WAITING,
)

_SHOWN_CHARACTERS = 200
# Pages show "10000+" from here on.
COUNT_LIMIT = 10_000
# A search looks at so many of the newest runs.
SEARCH_LIMIT = 20_000
_MAX_WAITS = 20_000
_QUEUE_STATES = {WAITING: (SCHEDULED_ROW, READY_ROW), RUNNING: (RUNNING_ROW,)}


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRequest:
    """What a call asks for."""

    id: str
    task: str
    queue: str
    args: str
    options: str
    priority: int = 0
    mutex: str | None = None
    who: str | None = None
    request_id: str | None = None
    parent: str | None = None
    root: str | None = None
    retries: int = 0

    @property
    def more(self) -> dict[str, Any]:
        """Options of the call, such as what follows it."""
        options: dict[str, Any] = loads(self.options)
        return options


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRun(RunRequest):
    """A run that has no row yet."""

    delay: float = 0.0
    due: float | None = None

    @property
    def is_later(self) -> bool:
        """Whether it has to wait before workers may claim it."""
        return self.due is not None or self.delay > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Run(RunRequest):
    """One run of the ledger."""

    state: str
    created: float
    due: float
    sent_at: float | None
    started: float | None
    ended: float | None
    token: int
    losses: int
    owner: str | None
    host: str | None
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

    def show_arguments(self) -> str:
        """Write the arguments for a person, without what must not be seen."""
        args, kwargs = self.arguments
        secret = self.more.get("secret", ())
        shown = [
            HIDDEN if at in secret else _show(each) for at, each in enumerate(args)
        ]
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
        """Return the run, or None if it was never asked for or is pruned."""
        with self._database.read() as connection:
            return find_run(connection, run_id)

    def find_many(self, ids: Sequence[str]) -> dict[str, Run]:
        """Return those of the runs that exist, by id."""
        with self._database.read() as connection:
            runs = select_runs(connection, SELECT_RUNS.where(RUN.c.id.in_(ids)))
        return {run.id: run for run in runs}

    def list_runs(
        self, wanted: Filter | None = None, *, limit: int = 50, offset: int = 0
    ) -> list[Run]:
        """List runs, the newest first; in a final state, those that ended last."""
        wanted = wanted or Filter()
        newest = RUN.c.ended if wanted.state in ENDED else RUN.c.created
        statement = SELECT_RUNS.where(*_conditions(wanted))
        if wanted.state in {WAITING, RUNNING}:
            # From the short table: the history may have millions of newer runs.
            heads = [
                sa.select(_open_runs(wanted, state, limit + offset).subquery())
                for state in _QUEUE_STATES[wanted.state]
            ]
            statement = SELECT_RUNS.where(RUN.c.id.in_(sa.union_all(*heads)))
        statement = statement.order_by(newest.desc(), RUN.c.id)
        with self._database.read() as connection:
            return select_runs(connection, statement.limit(limit).offset(offset))

    def list_children(self, run_id: str) -> list[Run]:
        """List runs that this one started, the oldest first."""
        statement = SELECT_RUNS.where(RUN.c.parent == run_id)
        with self._database.read() as connection:
            return select_runs(connection, statement.order_by(RUN.c.created).limit(100))

    def count(self, wanted: Filter | None = None) -> int:
        """Count runs, up to `COUNT_LIMIT`."""
        wanted = wanted or Filter()
        statement = sa.select(RUN.c.id).where(*_conditions(wanted))
        if wanted.state in {WAITING, RUNNING}:
            statement = statement.join(QUEUE, QUEUE.c.run == RUN.c.id)
        with self._database.read() as connection:
            return _count(connection, statement.limit(COUNT_LIMIT).subquery())

    def count_by_state(self) -> dict[str, int]:
        """Count the runs in each state, each up to `COUNT_LIMIT`."""
        counts: dict[str, int] = {}
        with self._database.read() as connection:
            for name, states in _QUEUE_STATES.items():
                some = sa.select(QUEUE.c.run).where(QUEUE.c.state.in_(states))
                number = _count(connection, some.limit(COUNT_LIMIT).subquery())
                if number:
                    counts[name] = number
            for state in ENDED:
                some = sa.select(RUN.c.id).where(RUN.c.state == state)
                number = _count(connection, some.limit(COUNT_LIMIT).subquery())
                if number:
                    counts[state] = number
        return counts

    def count_by_queue(self) -> dict[str, dict[str, int]]:
        """Count what waits and runs in each queue, each up to `COUNT_LIMIT`."""
        counts: dict[str, dict[str, int]] = {}
        with self._database.read() as connection:
            for queue, state, number in _count_queues(connection):
                row = counts.setdefault(queue, {WAITING: 0, RUNNING: 0})
                row[RUNNING if state == RUNNING_ROW else WAITING] += number
        return counts

    def count_waiting(self, queue: str) -> int:
        """Count what waits in one queue."""
        waits = (QUEUE.c.queue == queue, QUEUE.c.state != RUNNING_ROW)
        with self._database.read() as connection:
            return _count(connection, sa.select(QUEUE.c.run).where(*waits).subquery())

    def list_waits(self, since: float) -> list[tuple[float, float]]:
        """List when runs began and how long they had waited, the oldest first."""
        waits: list[tuple[float, float]] = []
        ended = (RUN.c.state.in_((DONE, FAILED)), RUN.c.ended >= since)
        for table, condition in (
            (RUN, ended),
            (QUEUE, (QUEUE.c.state == RUNNING_ROW,)),
        ):
            statement = sa.select(table.c.started, table.c.started - table.c.due)
            # A run whose message could not be sent is due at 0: see `mark_unsent`.
            is_known = table.c.due > 0
            statement = statement.where(table.c.started >= since, is_known, *condition)
            with self._database.read() as connection:
                rows = connection.execute(statement.limit(_MAX_WAITS)).all()
            waits += [(float(row[0]), max(0.0, float(row[1]))) for row in rows]
        return sorted(waits)

    def list_ids(
        self, wanted: Filter, *, until: float, after: str, without: str, limit: int
    ) -> list[str]:
        """List ids after one of them: of runs that ended, or were asked for, by then.

        The order is that of the ids, which no change of the runs changes. The runs of
        one task are left out.
        """
        moment = RUN.c.ended if wanted.state in ENDED else RUN.c.created
        statement = (
            sa
            .select(RUN.c.id)
            .select_from(RUN.outerjoin(QUEUE, QUEUE.c.run == RUN.c.id))
            .where(*_conditions(wanted), moment <= until)
            .where(RUN.c.id > after, RUN.c.task != without)
            .order_by(RUN.c.id)
            .limit(limit)
        )
        with self._database.read() as connection:
            return list(connection.scalars(statement))

    def list_tasks(self) -> list[str]:
        """List the names of all tasks that have runs, by one step in an index each."""
        with self._database.read() as connection:
            return _list_distinct(connection, RUN.c.task)


_is_open = QUEUE.c.run.is_not(None)
_state = sa.case(
    (RUN.c.state != WAITING, RUN.c.state),
    (QUEUE.c.state == RUNNING_ROW, RUNNING),
    else_=WAITING,
)


def _newer(name: str) -> sa.ColumnElement[Any]:
    return sa.func.coalesce(QUEUE.c[name], RUN.c[name]).label(name)


_due = sa.func.coalesce(QUEUE.c.due, RUN.c.due)

# Made once: to put a statement together takes as long as to execute it.
SELECT_RUNS = sa.select(
    *(RUN.c[name] for name in ("id", "task", "queue", "priority", "args", "options")),
    *(RUN.c[name] for name in ("who", "request_id", "parent", "root", "retries")),
    *(RUN.c[name] for name in ("created", "ended", "result", "error", "traceback")),
    *(QUEUE.c[name] for name in ("mutex", "sent_at", "owner", "host")),
    *(_newer(name) for name in ("started", "token", "losses")),
    sa.case((_due < RUN.c.created, RUN.c.created), else_=_due).label("due"),
    _state.label("state"),
    sa.func.coalesce(QUEUE.c.stop, sa.false()).label("stop"),
    sa.and_(RUN.c.state == DONE, _is_open).label("follow"),
).select_from(RUN.outerjoin(QUEUE, QUEUE.c.run == RUN.c.id))
_AGED = RUN.alias("aged")
# Without it, a word that stands nowhere would be looked for in the whole history.
_SEARCHED_SINCE = sa.func.coalesce(
    sa
    .select(_AGED.c.created)
    .order_by(_AGED.c.created.desc())
    .offset(SEARCH_LIMIT)
    .limit(1)
    .scalar_subquery(),
    0.0,
)
# A search that finds what pages hide would tell it, letter by letter.
_HIDES_NOTHING = sa.not_(
    sa.or_(
        *(RUN.c.args.icontains(word) for word in (*SECRET_WORDS, "://")),
        RUN.c.options.contains('"secret"'),
    )
)
_BY_ID = SELECT_RUNS.where(RUN.c.id == sa.bindparam("wanted"))


def select_runs(
    connection: sa.Connection, statement: sa.Select[Any], **values: object
) -> list[Run]:
    """Return the runs of a statement made from `SELECT_RUNS`."""
    rows = connection.execute(statement, values)
    return [Run(**row) for row in rows.mappings()]


def find_run(connection: sa.Connection, run_id: str) -> Run | None:
    """Return the run as this connection sees it."""
    runs = select_runs(connection, _BY_ID, wanted=run_id)
    return runs[0] if runs else None


def _list_distinct(
    connection: sa.Connection, column: sa.Column[str], *conditions: Any
) -> list[str]:
    names: list[str] = []
    first = sa.select(sa.func.min(column)).where(*conditions)
    name = connection.scalar(first)
    while name is not None:
        names.append(name)
        name = connection.scalar(first.where(column > name))
    return names


def _count_queues(connection: sa.Connection) -> list[tuple[str, int, int]]:
    counts = []
    for state in (SCHEDULED_ROW, READY_ROW, RUNNING_ROW):
        same = QUEUE.c.state == state
        for queue in _list_distinct(connection, QUEUE.c.queue, same):
            some = sa.select(QUEUE.c.run).where(same, QUEUE.c.queue == queue)
            number = _count(connection, some.limit(COUNT_LIMIT).subquery())
            counts.append((queue, state, number))
    return counts


def _open_runs(wanted: Filter, state: int, limit: int) -> sa.Select[Any]:
    """Select the ids of the runs that are in one state of the queue table."""
    statement = sa.select(QUEUE.c.run).where(QUEUE.c.state == state)
    if wanted.task or wanted.queue or wanted.search:
        statement = statement.join(RUN, RUN.c.id == QUEUE.c.run)
        statement = statement.where(*_conditions(replace(wanted, state=None)))
    # The order of an index: to sort a million waiting runs would take too long.
    order: tuple[Any, ...] = (QUEUE.c.queue, QUEUE.c.priority.desc(), QUEUE.c.due)
    if state == SCHEDULED_ROW:
        order = (QUEUE.c.due,)
    return statement.order_by(*order).limit(limit)


def _count(connection: sa.Connection, rows: sa.Subquery) -> int:
    return int(connection.scalar(sa.select(sa.func.count()).select_from(rows)) or 0)


def _conditions(wanted: Filter) -> list[sa.ColumnElement[bool]]:
    conditions: list[sa.ColumnElement[bool]] = []
    if wanted.state in ENDED:
        conditions.append(RUN.c.state == wanted.state)
    elif wanted.state:
        is_running = QUEUE.c.state == RUNNING_ROW
        wants_running = wanted.state == RUNNING
        conditions += [_is_open, RUN.c.state == WAITING]
        conditions.append(is_running if wants_running else sa.not_(is_running))
    if wanted.task:
        conditions.append(RUN.c.task == wanted.task)
    if wanted.queue:
        conditions.append(RUN.c.queue == wanted.queue)
    if wanted.search:
        columns = (RUN.c.id, RUN.c.task, RUN.c.error, RUN.c.who, RUN.c.args)
        text = wanted.search
        *parts, of_args = (c.icontains(text, autoescape=True) for c in columns)
        conditions.append(sa.or_(*parts, sa.and_(of_args, _HIDES_NOTHING)))
        conditions.append(RUN.c.created >= _SEARCHED_SINCE)
    return conditions


def _show(value: Any, name: str = "") -> str:
    if is_secret_name(name):
        return HIDDEN
    if isinstance(value, dict):
        inner = ", ".join(f"{k!r}: {_show(v, str(k))}" for k, v in value.items())
        return _shorten(f"{{{inner}}}")
    if isinstance(value, list):
        return _shorten(f"[{', '.join(_show(each) for each in value)}]")
    return _shorten(redact_text(repr(value)))


def _shorten(text: str) -> str:
    if len(text) <= _SHOWN_CHARACTERS:
        return text
    return f"{text[: _SHOWN_CHARACTERS - 1]}…"
