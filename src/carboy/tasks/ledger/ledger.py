"""The ledger: each change of a run is made only by the one that may make it.

An executor holds the token of its claim. Each claim makes a new token, so a process
that was wrongly taken for dead can change nothing more with its old one.
"""

import contextlib
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import sqlalchemy as sa

from carboy.tasks import liveness
from carboy.tasks.failures import log_end, log_retry

from .claims import Claimer
from .database import Database
from .endings import End, Endings
from .inserts import get_values, make_inserts
from .runs import NewRun, Run, find_run
from .tables import (
    CANCELLED,
    DEAD,
    DONE,
    FAILED,
    IS_CLAIMED,
    QUEUE,
    READY_ROW,
    RUN,
    RUNNING,
    RUNNING_ROW,
    SCHEDULED_ROW,
    WAITING,
    WORKER,
    DatabaseNow,
)

ClaimStatus = Literal["claimed", "finished", "not_due", "running", "dead", "ended"]
# `connection.execute`, or the one of a session with the caller's transaction.
Execute = Callable[..., Any]

NOTIFY_CHANNEL = "carboy_tasks"
_NOTIFY_PERIOD = 0.05
_ERROR_CHARACTERS = 1000
_LOST = "its process died, or its end could not be written"


@dataclass(frozen=True, slots=True)
class Claim:
    """What became of an attempt to claim a run."""

    status: ClaimStatus
    run: Run | None = None
    token: int = 0


class _LostError(Exception):
    """Rolls back a transaction whose claim was lost meanwhile."""


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
        self._notified = 0.0
        self._inserts = make_inserts(database.dialect, self.now())
        # Without a broker: claim the next runs, and not one that a message names.
        self.claim_ready = Claimer(database, self.now()).claim
        self._endings = Endings(database.dialect, self.now())

    def now(self) -> Any:
        """Return the time as an expression of the database, or of a test's clock."""
        if self.clock is None:
            return DatabaseNow()
        return sa.bindparam(None, callable_=self.clock, type_=sa.Double(), unique=True)

    def read_now(self) -> float:
        """Return the time as a number."""
        if self.clock:
            return self.clock()
        with self.database.read() as connection:
            return float(connection.scalar(sa.select(DatabaseNow())) or 0)

    # Asking for a run

    def insert(self, execute: Execute, run: NewRun) -> bool:
        """Write a run in the caller's transaction; False if there is one."""
        values = get_values(run)
        first, *more = self._inserts
        if execute(first, values).rowcount != 1:
            return False
        if any(execute(each, values).rowcount != 1 for each in more):
            execute(sa.delete(RUN).where(RUN.c.id == run.id))
            return False
        if not run.is_later:
            self.wake_workers(execute)
        return True

    def add(self, run: NewRun) -> bool:
        """Write a run at once; False if the run, or one with its mutex, is there."""
        level = "AUTOCOMMIT" if len(self._inserts) == 1 else None
        with self.database.write(level) as connection:
            return self.insert(connection.execute, run)

    def find_locked(self, mutex: str) -> str | None:
        """Return the id of the run that holds `mutex`."""
        with self.database.read() as connection:
            return connection.scalar(
                sa.select(QUEUE.c.run).where(QUEUE.c.mutex == mutex)
            )

    def wake_workers(self, execute: Execute) -> None:
        """Notify workers that listen to PostgreSQL; the others look by themselves.

        Not each time: a worker that was woken up goes on looking for a second.
        """
        now = time.monotonic()
        if self.database.dialect == "postgresql" and now > self._notified:
            self._notified = now + _NOTIFY_PERIOD
            execute(sa.select(sa.func.pg_notify(NOTIFY_CHANNEL, "")))

    # Claiming runs

    def unclaim(self, runs: Sequence[Run]) -> None:
        """Offer runs again that this process has claimed and did not begin."""
        claimed = [(run.id, run.token) for run in runs]
        same = sa.tuple_(QUEUE.c.run, QUEUE.c.token).in_(claimed)
        held = (same, IS_CLAIMED, sa.not_(QUEUE.c.stop))
        statement = sa.update(QUEUE).where(*held)
        with self.database.write() as connection:
            freed = connection.execute(statement.values(state=READY_ROW, owner=None))
            self.wake_workers(connection.execute)
        if freed.rowcount < len(runs):
            for run in runs:
                self.release(run.id, run.token, lost=False)

    def claim(self, run_id: str, owner: str, host: str) -> Claim:
        """Claim one run, or return why not."""
        with self.database.read() as connection:
            run = find_run(connection, run_id)
            now = None
            if run is not None and run.due > run.created:
                # Only for what waits for its time: a run that is ready was due by the
                # clock of another process, and this one may have been put back.
                scheduled = (QUEUE.c.run == run_id, QUEUE.c.state == SCHEDULED_ROW)
                now = connection.scalar(sa.select(self.now()).where(*scheduled))
        if run is None:
            return Claim("ended")
        status = self._find_status(run, now)
        if status == "dead":
            self._mark_dead(run)
        elif status == "claimed" and run.stop:
            self.mark_cancelled(run.id, run.token)
            return Claim("ended", run)
        if status != "claimed":
            return Claim(status, run)
        same = (QUEUE.c.run == run.id, QUEUE.c.token == run.token)
        is_running = run.state == RUNNING
        expected = IS_CLAIMED if is_running else sa.not_(IS_CLAIMED)
        statement = sa.update(QUEUE).where(*same, expected)
        statement = statement.values(
            state=RUNNING_ROW,
            token=run.token + 1,
            losses=run.losses + is_running,
            owner=owner,
            host=host,
            started=self.now(),
        )
        with self.database.write() as connection:
            held = connection.execute(statement).rowcount == 1
        return Claim("claimed", run, run.token + 1) if held else Claim("running", run)

    def _find_status(self, run: Run, now: float | None) -> ClaimStatus:
        if run.follow:
            return "finished"
        if run.state == RUNNING:
            if self.is_owner_alive(run.owner, run.host):
                return "running"
            return "dead" if self._is_last_loss(run.losses) else "claimed"
        if run.state != WAITING:
            return "ended"
        return "not_due" if now is not None and run.due > now else "claimed"

    def _is_last_loss(self, losses: int) -> bool:
        return losses + 1 >= self.max_deliveries

    def is_owner_alive(self, owner: str | None, host: str | None) -> bool:
        """Return whether the process behind a claim still lives."""
        if owner is None or host is None:
            return False
        if host == liveness.host_id(self.folder):
            return liveness.is_alive(self.folder, owner)
        with self.live.read() as connection:
            age = DatabaseNow() - WORKER.c.seen
            seconds = connection.scalar(sa.select(age).where(WORKER.c.owner == owner))
        return seconds is not None and float(seconds) < self.lost_after

    # Ending an attempt

    def finish(
        self,
        execute: Execute | None,
        run_id: str,
        token: int,
        result: str,
        *,
        follow: bool = False,
    ) -> bool:
        """End a run in the caller's transaction; False, and roll back, if it was lost.

        With what the task wrote in that transaction, both become lasting or neither;
        without one (None) the end is committed alone. The claim is kept while something
        has to be sent after it.
        """
        end = End(run=run_id, state=DONE, token=token, result=result, follow=follow)
        return self.end(end) if execute is None else self._endings.end(execute, [end])

    def fail(self, run_id: str, token: int, error: str, traceback: str) -> bool:
        """End a run with what went wrong."""
        text, trace = _shorten(error), _clean(traceback)
        return self.end(
            End(run=run_id, state=FAILED, token=token, error=text, traceback=trace)
        )

    def mark_cancelled(self, run_id: str, token: int) -> bool:
        """End a claimed run because somebody cancelled it."""
        error = "Cancelled while it ran."
        return self.end(End(run=run_id, state=CANCELLED, token=token, error=error))

    def fail_lost(self, run_id: str, error: str) -> bool:
        """End a run whose process was killed for a reason that stays."""
        end = End(run=run_id, state=FAILED, condition="running", error=error)
        return self.end(end)

    def reschedule(
        self,
        run_id: str,
        token: int,
        *,
        delay: float,
        args: str | None = None,
        error: str | None = None,
        retries: int = 0,
    ) -> bool:
        """Make a run wait for another attempt, `delay` seconds from now."""
        changes: dict[str, Any] = {
            "retries": retries,
            "error": _shorten(error or "") or None,
        }
        if args is not None:
            changes["args"] = args
        with self.database.write() as connection:
            if not self._free(connection.execute, run_id, token, delay=delay):
                return False
            statement = sa.update(RUN).where(RUN.c.id == run_id)
            connection.execute(statement.values(**changes))
        return True

    def release(
        self, run_id: str, token: int, *, lost: bool = True, delay: float = 0.0
    ) -> None:
        """End a claim without a result: the run waits again, unless lost too often.

        A run that was to be stopped is cancelled. `lost` means that its process died.
        """
        with self.database.read() as connection:
            run = find_run(connection, run_id)
        if run is None or run.token != token or run.owner is None:
            return
        if run.stop and not run.follow:
            self.mark_cancelled(run_id, token)
        elif lost and not run.follow and self._is_last_loss(run.losses):
            self._mark_dead(run)
        else:
            with self.database.write() as connection:
                execute, losses = connection.execute, int(lost)
                freed = self._free(execute, run_id, token, delay=delay, losses=losses)
            if freed and lost and not run.follow:
                log_retry(run.task, run_id, token, _LOST, delay)

    def mark_followed(self, run_id: str) -> None:
        """Forget the claim of a run after which everything was sent."""
        is_done = sa.select(RUN.c.id).where(RUN.c.id == run_id, RUN.c.state == DONE)
        gone = sa.delete(QUEUE).where(QUEUE.c.run == run_id, is_done.exists())
        with self.database.write() as connection:
            connection.execute(gone)

    def mark_unsent(self, run_id: str) -> None:
        """Note that no message could be sent: a worker does so when it can."""
        ready = (QUEUE.c.run == run_id, QUEUE.c.state == READY_ROW)
        with self.database.write() as connection:
            statement = sa.update(QUEUE).where(*ready)
            # Due whatever the clock says: it may be put back before a worker looks.
            unsent = statement.values(state=SCHEDULED_ROW, sent_at=None, due=0.0)
            connection.execute(unsent)

    def find_stopped(self, ids: Iterable[str]) -> set[str]:
        """Return those of the runs which somebody wants to be stopped."""
        statement = sa.select(QUEUE.c.run).where(
            QUEUE.c.run.in_(list(ids)), QUEUE.c.stop
        )
        with self.database.read() as connection:
            return set(connection.scalars(statement))

    def list_claims(self, owner: str) -> list[tuple[str, int]]:
        """List the runs that `owner` has claimed, with their tokens."""
        statement = sa.select(QUEUE.c.run, QUEUE.c.token).where(
            QUEUE.c.state == RUNNING_ROW, QUEUE.c.owner == owner
        )
        with self.database.read() as connection:
            return [(row[0], row[1]) for row in connection.execute(statement)]

    # Inside

    def end(self, *ends: End) -> bool:
        """End runs in a transaction of their own; False if some claim does not fit."""
        is_single = self.database.dialect == "postgresql" and len(ends) == 1
        level = "AUTOCOMMIT" if is_single else None
        with contextlib.suppress(_LostError), self.database.write(level) as connection:
            if self._endings.end(connection.execute, ends):
                return True
            raise _LostError
        return False

    def _free(
        self,
        execute: Execute,
        run_id: str,
        token: int,
        *,
        delay: float = 0.0,
        losses: int = 0,
    ) -> bool:
        held = (QUEUE.c.run == run_id, QUEUE.c.token == token, IS_CLAIMED)
        statement = (
            sa
            .update(QUEUE)
            .where(*held)
            .values(
                state=SCHEDULED_ROW,
                owner=None,
                sent_at=None,
                due=self.now() + delay,
                losses=QUEUE.c.losses + losses,
            )
        )
        number: int = execute(statement).rowcount
        return number == 1

    def _mark_dead(self, run: Run) -> None:
        error = (
            f"It took its worker down {run.losses + 1} times. "
            f"Look for what kills the process: memory, or a crash in compiled code."
        )
        losses = run.losses + 1
        if self.end(
            End(run=run.id, state=DEAD, token=run.token, losses=losses, error=error)
        ):
            log_end(run.task, run.id, run.token, f"given up. {error}")


def _shorten(error: str) -> str:
    return _clean(error)[:_ERROR_CHARACTERS]


def _clean(text: str) -> str:
    """Remove characters that PostgreSQL cannot store."""
    return text.replace("\0", "")
