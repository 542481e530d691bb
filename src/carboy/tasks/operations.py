"""What people do to runs: cancel, retry, drop, purge, prune."""

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
    is_open = sa.select(QUEUE.c.run).where(QUEUE.c.run == run_id).exists()
    ended = (RUN.c.id == run_id, RUN.c.state.in_(ENDED), sa.not_(is_open))
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
    row = sa.select(*columns, *more).where(RUN.c.id == run_id)
    names = ("run", "queue", "priority", "token", "state", "due", "sent_at")
    insert = sa.insert(QUEUE).from_select([*names, "losses", "stop"], row)
    is_done = sa.select(RUN.c.id).where(RUN.c.id == run_id, RUN.c.state == DONE)
    # What was done to the end begins anew; what failed goes on, see `checkpoint`.
    position = EFFECT.c.key.startswith(f"{run_id}:track:", autoescape=True)
    restart = sa.delete(EFFECT).where(position, is_done.exists())
    with ledger.database.write() as connection:
        connection.execute(restart)
        statement = sa.update(RUN).where(*ended).values(**fresh)
        if connection.execute(statement).rowcount != 1:
            return False
        connection.execute(insert)
        ledger.wake_workers(connection.execute)
    live.clear([run_id])
    return True


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
