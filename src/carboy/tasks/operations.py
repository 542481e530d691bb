"""What people do to runs: cancel, retry, drop, purge, prune."""

from collections.abc import Callable, Collection
from typing import Any

import sqlalchemy as sa

from .ledger.endings import Condition, End
from .ledger.ledger import Ledger
from .ledger.status import StatusTables
from .ledger.tables import (
    CANCELLED,
    DEAD,
    DONE,
    EFFECT,
    ENDED,
    FAILED,
    IS_CLAIMED,
    QUEUE,
    READY_ROW,
    RUN,
    RUNNING_ROW,
    WAITING,
)

Execute = Callable[[Any], Any]

_BATCH = 500
_WAITS = (QUEUE.c.state != RUNNING_ROW,)


def cancel(ledger: Ledger, run_id: str, *, claimed: bool = False) -> bool:
    """Cancel a run: one that waits never begins, one that runs is asked to stop.

    `claimed` is for a run that was claimed and will not be begun.
    """
    condition: Condition = "any" if claimed else "waiting"
    error = "Cancelled before it began."
    if ledger.end(End(run=run_id, state=CANCELLED, condition=condition, error=error)):
        return True
    runs = (QUEUE.c.run == run_id, IS_CLAIMED)
    with ledger.database.write() as connection:
        statement = sa.update(QUEUE).where(*runs).values(stop=True)
        return connection.execute(statement).rowcount == 1


def retry(ledger: Ledger, live: StatusTables, run_id: str) -> bool:
    """Make a finished run wait again, with all its attempts."""
    return bool(retry_many(ledger, live, [run_id]))


def retry_many(
    ledger: Ledger,
    live: StatusTables,
    ids: Collection[str],
    save: Callable[[Execute, int], bool] | None = None,
) -> list[str]:
    """Make finished runs wait again; return those that do now.

    `save` writes what the caller notes, given their number, in the same transaction;
    if it returns False, everything is undone.
    """
    is_open = sa.select(QUEUE.c.run).where(QUEUE.c.run == RUN.c.id).exists()
    ended = (RUN.c.id.in_(ids), RUN.c.state.in_(ENDED), sa.not_(is_open))
    find = sa.select(RUN.c.id).where(*ended).with_for_update()
    done = sa.select(RUN.c.id).where(RUN.c.id.in_(ids), RUN.c.state == DONE)
    positions = (EFFECT.c.run.in_(done), EFFECT.c.key.contains(":track:"))
    fresh: dict[str, Any] = {
        "state": WAITING,
        "started": None,
        "ended": None,
        "losses": 0,
        "retries": 0,
        "result": None,
        "error": None,
        "traceback": None,
    }
    now = ledger.now()
    columns = (RUN.c.id, RUN.c.queue, RUN.c.priority, RUN.c.token)
    more = (sa.literal(READY_ROW), now, now, sa.literal(0), sa.false())
    names = ("run", "queue", "priority", "token", "state", "due", "sent_at")
    with ledger.database.write() as connection:
        # What was done to the end begins anew; what failed goes on, see `checkpoint`.
        # First a write: SQLite gives the turn to write to nobody who has read before.
        connection.execute(sa.delete(EFFECT).where(*positions))
        waiting = list(connection.scalars(find))
        if save is not None and not save(connection.execute, len(waiting)):
            connection.rollback()
            return []
        if not waiting:
            return []
        found = RUN.c.id.in_(waiting)
        connection.execute(sa.update(RUN).where(found).values(**fresh))
        rows = sa.select(*columns, *more).where(found)
        fields = [*names, "losses", "stop"]
        connection.execute(sa.insert(QUEUE).from_select(fields, rows))
        ledger.wake_workers(connection.execute)
    live.clear(waiting)
    return waiting


def drop(ledger: Ledger, live: StatusTables, run_id: str) -> bool:
    """Delete a run that ended."""
    ended = sa.delete(RUN).where(RUN.c.id == run_id, RUN.c.state.in_(ENDED))
    with ledger.database.write() as connection:
        if connection.execute(ended).rowcount != 1:
            return False
        connection.execute(sa.delete(QUEUE).where(QUEUE.c.run == run_id))
        connection.execute(sa.delete(EFFECT).where(EFFECT.c.run == run_id))
    live.clear([run_id])
    return True


def purge(ledger: Ledger, queue: str | None = None) -> int:
    """Cancel everything that waits, in one queue or in all; count it."""
    waits = _WAITS if queue is None else (*_WAITS, QUEUE.c.queue == queue)
    purged = 0
    while True:
        with ledger.database.read() as connection:
            some = sa.select(QUEUE.c.run).where(*waits).limit(_BATCH)
            ids = connection.scalars(some).all()
        if not ids:
            return purged
        error = "Purged before it began."
        purged += sum(
            ledger.end(End(run=each, state=CANCELLED, condition="waiting", error=error))
            for each in ids
        )


def prune(
    ledger: Ledger, live: StatusTables, *, keep_results: float, keep_errors: float
) -> int:
    """Delete runs that ended long ago, in small transactions; count them."""
    now = ledger.now()
    pruned = 0
    for state in ENDED:
        keep = keep_errors if state in {FAILED, DEAD} else keep_results
        is_open = sa.select(QUEUE.c.run).where(QUEUE.c.run == RUN.c.id).exists()
        old = sa.select(RUN.c.id).where(RUN.c.state == state, RUN.c.ended < now - keep)
        if state == DONE:
            old = old.where(sa.not_(is_open))
        while ids := _read_ids(ledger, old):
            with ledger.database.write() as connection:
                connection.execute(sa.delete(RUN).where(RUN.c.id.in_(ids)))
                connection.execute(sa.delete(EFFECT).where(EFFECT.c.run.in_(ids)))
            live.clear(ids)
            pruned += len(ids)
    return pruned


def _read_ids(ledger: Ledger, statement: sa.Select[tuple[str]]) -> list[str]:
    with ledger.database.read() as connection:
        return list(connection.scalars(statement.limit(_BATCH)))
