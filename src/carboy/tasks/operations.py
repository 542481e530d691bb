"""What people do to runs: cancel, retry, drop, purge, prune."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from .ledger.ledger import Ledger
from .ledger.status import Live
from .ledger.tables import (
    CANCELLED,
    DEAD,
    DONE,
    EFFECT,
    ENDED,
    FAILED,
    RUN,
    RUNNING,
    WAITING,
)

_BATCH = 500


def cancel(ledger: Ledger, run_id: str) -> bool:
    """Stop a run: one that waits never begins, one that runs is interrupted."""
    changes: dict[str, Any] = {
        "state": CANCELLED,
        "ended": ledger.now(),
        "error": "Cancelled before it began.",
        "mutex": None,
    }
    mine = RUN.c.id == run_id
    waits = sa.update(RUN).where(mine, RUN.c.state == WAITING).values(**changes)
    runs = sa.update(RUN).where(mine, RUN.c.state == RUNNING).values(stop=True)
    with ledger.database.write() as connection:
        if connection.execute(waits).rowcount:
            return True
        return connection.execute(runs).rowcount == 1


def retry(ledger: Ledger, live: Live, run_id: str) -> bool:
    """Let a run that ended wait again, with all its tries before it."""
    now = ledger.now()
    statement = sa.update(RUN).where(RUN.c.id == run_id, RUN.c.state.in_(ENDED))
    statement = statement.values(
        state=WAITING,
        due=now,
        rung=now,
        started=None,
        ended=None,
        losses=0,
        retries=0,
        owner=None,
        stop=False,
        follow=False,
        result=None,
        error=None,
        traceback=None,
    )
    with ledger.database.write() as connection:
        changed = connection.execute(statement).rowcount == 1
    if changed:
        live.clear([run_id])
    return changed


def drop(ledger: Ledger, live: Live, run_id: str) -> bool:
    """Forget a run that ended."""
    gone = sa.delete(RUN).where(RUN.c.id == run_id, RUN.c.state.in_(ENDED))
    with ledger.database.write() as connection:
        changed = connection.execute(gone).rowcount == 1
    if changed:
        live.clear([run_id])
    return changed


def purge(ledger: Ledger, queue: str | None = None) -> int:
    """Cancel everything that waits, in one queue or in all; count it."""
    statement = sa.update(RUN).where(RUN.c.state == WAITING)
    if queue is not None:
        statement = statement.where(RUN.c.queue == queue)
    values: dict[str, Any] = {
        "state": CANCELLED,
        "ended": ledger.now(),
        "error": "Purged before it began.",
        "mutex": None,
    }
    with ledger.database.write() as connection:
        return connection.execute(statement.values(**values)).rowcount


def prune(
    ledger: Ledger, live: Live, *, keep_results: float, keep_errors: float
) -> int:
    """Forget runs that ended long ago; count them."""
    now = ledger.now()
    good = RUN.c.state.in_((DONE, CANCELLED)) & (RUN.c.ended < now - keep_results)
    bad = RUN.c.state.in_((FAILED, DEAD)) & (RUN.c.ended < now - keep_errors)
    old = sa.select(RUN.c.id).where(sa.or_(good, bad), RUN.c.follow.is_(False))
    pruned = 0
    while True:
        with ledger.database.read() as connection:
            ids: Sequence[str] = connection.scalars(old.limit(_BATCH)).all()
        if not ids:
            return pruned
        with ledger.database.write() as connection:
            connection.execute(sa.delete(RUN).where(RUN.c.id.in_(ids)))
            connection.execute(sa.delete(EFFECT).where(EFFECT.c.run.in_(ids)))
        live.clear(ids)
        pruned += len(ids)
