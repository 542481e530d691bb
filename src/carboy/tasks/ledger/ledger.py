"""The ledger: each change of a run is one statement that only the right one can do.

Who works on a run holds its token. Every claim makes a new one, so whoever was taken
for dead and is not finds that nothing more can be written with the old one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from carboy.tasks import liveness
from carboy.tasks.json_values import dumps

from .database import Database
from .runs import Run, find_run
from .tables import (
    CANCELLED,
    DEAD,
    DONE,
    FAILED,
    RUN,
    RUNNING,
    WAITING,
    WORKER,
    DatabaseNow,
)

Verdict = Literal["claimed", "follow", "early", "busy", "dead", "gone"]

_ERROR_CHARACTERS = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is asked for: a run that has no row yet."""

    id: str
    task: str
    queue: str
    args: str
    options: str
    priority: int = 0
    delay: float = 0.0
    due: float | None = None
    mutex: str | None = None
    who: str | None = None
    request_id: str | None = None
    parent: str | None = None
    root: str | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """What a worker was told when it asked for a run."""

    verdict: Verdict
    run: Run | None = None
    token: int = 0


class Ledger:
    """Writes the rows of runs."""

    def __init__(
        self,
        database: Database,
        live: Database,
        folder: Path,
        *,
        max_deliveries: int = 5,
        lost_after: float = 10.0,
        clock: Callable[[], float] | None = None,
    ) -> None:
        self.database = database
        self.live = live
        self.folder = folder
        self.max_deliveries = max_deliveries
        self.lost_after = lost_after
        self.clock = clock
        self._claim = self._make_claim()

    def now(self) -> Any:
        """Give the time as an expression of the database, or of a test's clock."""
        return sa.literal(self.clock()) if self.clock else DatabaseNow()

    def read_now(self) -> float:
        """Give the time as a number."""
        if self.clock:
            return self.clock()
        with self.database.read() as connection:
            return float(connection.scalar(sa.select(DatabaseNow())) or 0)

    # Asking for a run

    def insert(self, order: Order) -> sa.Insert:
        """Give the statement that writes a row; it does nothing if there is one."""
        now = self.now()
        is_later = order.due is not None or order.delay > 0
        due = sa.literal(order.due) if order.due is not None else now + order.delay
        values = {
            "id": order.id,
            "task": order.task,
            "queue": order.queue,
            "priority": order.priority,
            "state": WAITING,
            "args": order.args,
            "options": order.options,
            "mutex": order.mutex,
            "who": order.who,
            "request_id": order.request_id,
            "parent": order.parent,
            "root": order.root,
            "created": now,
            "due": due,
            "rung": None if is_later else now,
        }
        dialect = self.database.dialect
        statement: sa.Insert
        if dialect == "postgresql":
            statement = postgresql.insert(RUN).on_conflict_do_nothing()
        elif dialect == "sqlite":
            statement = sqlite.insert(RUN).on_conflict_do_nothing()
        else:
            statement = sa.insert(RUN).prefix_with("IGNORE")
        counted = statement.execution_options(preserve_rowcount=True)
        return counted.values(values)

    def add(self, order: Order) -> bool:
        """Write a row at once; False if the run, or one with its lock, is there."""
        with self.database.write() as connection:
            return connection.execute(self.insert(order)).rowcount == 1

    def find_locked(self, lock: str) -> str | None:
        """Give the id of the run that holds `lock`."""
        with self.database.read() as connection:
            return connection.scalar(sa.select(RUN.c.id).where(RUN.c.mutex == lock))

    # Working on it

    def claim(self, run_id: str, owner: str, place: str) -> Claim:
        """Take a run for `owner`, or say why not."""
        with self.database.read() as connection:
            run = find_run(connection, run_id)
            now = None
            # No clock is asked for what is due at once: it may have been put back.
            if run is not None and run.due > run.created:
                now = float(connection.scalar(sa.select(self.now())) or 0)
        if run is None:
            return Claim("gone")
        verdict = self._judge(run, now)
        if verdict == "dead":
            self._bury(run)
        if verdict != "claimed":
            return Claim(verdict, run)
        token = run.token + 1
        values = {
            "run_id": run.id,
            "old_token": run.token,
            "old_state": run.state,
            "new_token": token,
            "new_owner": owner,
            "new_place": place,
            "new_losses": run.losses + (run.state == RUNNING),
        }
        with self.database.write() as connection:
            held = connection.execute(self._claim, values).rowcount == 1
        return Claim("claimed", run, token) if held else Claim("busy", run)

    def _judge(self, run: Run, now: float | None) -> Verdict:
        if run.state == DONE and run.follow:
            return "follow"
        if run.state == RUNNING:
            if self.is_owner_alive(run.owner, run.place):
                return "busy"
            return "dead" if run.losses + 1 >= self.max_deliveries else "claimed"
        if run.state != WAITING:
            return "gone"
        return "early" if now is not None and run.due > now else "claimed"

    def is_owner_alive(self, owner: str | None, place: str | None) -> bool:
        """Say whether the process behind a claim still lives."""
        if owner is None or place is None:
            return False
        if place == liveness.place_of(self.folder):
            return liveness.is_alive(self.folder, owner)
        with self.live.read() as connection:
            age = DatabaseNow() - WORKER.c.seen
            found = connection.scalar(sa.select(age).where(WORKER.c.owner == owner))
        return found is not None and float(found) < self.lost_after

    def finish(
        self, run_id: str, token: int, result: str, *, follow: bool
    ) -> sa.Update:
        """Give the statement that ends a run; it fits no row if the claim was lost.

        Executed together with what the task wrote, both become lasting or neither.
        """
        ended = {"state": DONE, "ended": self.now(), "result": result, "follow": follow}
        return self._held(run_id, token, RUNNING).values(
            **ended, error=None, traceback=None, mutex=None, owner=None
        )

    def fail(self, run_id: str, token: int, error: str, traceback: str) -> bool:
        """End a run with what went wrong."""
        return self._end(run_id, token, FAILED, error, traceback)

    def stopped(self, run_id: str, token: int) -> bool:
        """End a run because somebody cancelled it."""
        return self._end(run_id, token, CANCELLED, "Cancelled while it ran.", None)

    def again(
        self,
        run_id: str,
        token: int,
        *,
        delay: float,
        args: str | None = None,
        error: str | None = None,
        retries: int = 0,
    ) -> bool:
        """Let a run wait for another try, `delay` seconds from now."""
        changes: dict[str, Any] = {
            "state": WAITING,
            "owner": None,
            "due": self.now() + delay,
            "rung": None,
            "retries": retries,
            "error": _clean(error or "")[:_ERROR_CHARACTERS] or None,
        }
        if args is not None:
            changes["args"] = args
        return self._change(run_id, token, RUNNING, changes)

    def give_up(self, run_id: str, token: int) -> bool:
        """Let a claim belong to nobody: somebody else begins the run anew."""
        changes = {"owner": None, "rung": None}
        return self._change(run_id, token, RUNNING, changes)

    def followed(self, run_id: str) -> None:
        """Note that what comes after a run was sent."""
        statement = sa.update(RUN).where(RUN.c.id == run_id, RUN.c.follow.is_(True))
        with self.database.write() as connection:
            connection.execute(statement.values(follow=False))

    def unring(self, run_id: str) -> None:
        """Note that no message could be sent: a worker does so when it can."""
        statement = sa.update(RUN).where(RUN.c.id == run_id, RUN.c.state == WAITING)
        with self.database.write() as connection:
            connection.execute(statement.values(rung=None))

    def fail_lost(self, run_id: str, error: str) -> bool:
        """End a run whose process was killed for a reason that stays."""
        statement = sa.update(RUN).where(RUN.c.id == run_id, RUN.c.state == RUNNING)
        changes = {"state": FAILED, "ended": self.now(), "error": error, "mutex": None}
        with self.database.write() as connection:
            changed = connection.execute(statement.values(owner=None, **changes))
            return changed.rowcount == 1

    def find_stopped(self, ids: Iterable[str]) -> set[str]:
        """Give those of the runs which somebody wants to be stopped."""
        statement = sa.select(RUN.c.id).where(RUN.c.id.in_(list(ids)), RUN.c.stop)
        with self.database.read() as connection:
            return set(connection.scalars(statement))

    # Inside

    def _make_claim(self) -> sa.Update:
        """Put the statement together once: that takes as long as to execute it."""
        where = (
            RUN.c.id == sa.bindparam("run_id"),
            RUN.c.token == sa.bindparam("old_token"),
            RUN.c.state == sa.bindparam("old_state"),
        )
        now: Any = DatabaseNow()
        if self.clock is not None:
            now = sa.bindparam("now", callable_=self.clock, type_=sa.Double())
        return (
            sa
            .update(RUN)
            .where(*where)
            .values(
                state=RUNNING,
                token=sa.bindparam("new_token"),
                owner=sa.bindparam("new_owner"),
                place=sa.bindparam("new_place"),
                losses=sa.bindparam("new_losses"),
                started=now,
            )
        )

    def _bury(self, run: Run) -> None:
        error = (
            f"It took its worker down {run.losses + 1} times. "
            f"Look for what kills the process: memory, or a crash in compiled code."
        )
        changes = {
            "state": DEAD,
            "ended": self.now(),
            "losses": run.losses + 1,
            "owner": None,
            "mutex": None,
            "error": error,
        }
        self._change(run.id, run.token, RUNNING, changes)

    def _end(
        self, run_id: str, token: int, state: str, error: str, traceback: str | None
    ) -> bool:
        changes = {
            "state": state,
            "ended": self.now(),
            "error": _clean(error)[:_ERROR_CHARACTERS],
            "traceback": traceback and _clean(traceback),
            "owner": None,
            "mutex": None,
        }
        return self._change(run_id, token, RUNNING, changes)

    def _change(
        self, run_id: str, token: int, state: str, changes: dict[str, Any]
    ) -> bool:
        statement = self._held(run_id, token, state).values(**changes)
        with self.database.write() as connection:
            return connection.execute(statement).rowcount == 1

    @staticmethod
    def _held(run_id: str, token: int, state: str) -> sa.Update:
        where = (RUN.c.id == run_id, RUN.c.token == token, RUN.c.state == state)
        return sa.update(RUN).where(*where)


def _clean(text: str) -> str:
    """Leave out what PostgreSQL does not keep."""
    return text.replace("\0", "")


def pack(args: Iterable[Any], kwargs: dict[str, Any]) -> str:
    """Write arguments as JSON text, or say which value cannot be."""
    return to_json([list(args), kwargs], "the arguments of a task")


def to_json(value: Any, what: str) -> str:
    """Write `value` as JSON text."""
    try:
        return dumps(value)
    except (TypeError, ValueError) as error:
        msg = (
            f"{what} must be JSON (text, numbers, lists, dicts, dates): {error}. "
            f"Hand over an id, and read the object inside the task."
        )
        raise TypeError(msg) from None
