"""Claim the next runs of a queue: what a worker without a broker does."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from .runs import SELECT_RUNS, Run, select_runs
from .tables import QUEUE, READY_ROW, RUN, RUNNING_ROW

# MySQL would lock the gaps between the rows as well.
CLAIM_ISOLATION = {"mysql": "READ COMMITTED"}

_ORDER = (QUEUE.c.priority.desc(), QUEUE.c.due)


def list_ready_queues(connection: sa.Connection, queues: Sequence[str]) -> list[str]:
    """List queues with ready runs, the one with the most important run first.

    A read locks nothing: most of the time there is nothing to claim.
    """
    columns = (QUEUE.c.queue, QUEUE.c.priority, QUEUE.c.due)
    heads = [
        sa
        .select(*columns)
        .where(QUEUE.c.state == READY_ROW, QUEUE.c.queue == queue)
        .order_by(*_ORDER)
        .limit(1)
        .subquery()
        for queue in queues
    ]
    rows = connection.execute(sa.union_all(*(sa.select(head) for head in heads)))
    return [row[0] for row in sorted(rows, key=lambda row: (-row[1], row[2]))]


def claim_queue(
    connection: sa.Connection, queue: str, room: int, claimed: dict[str, Any]
) -> list[Run]:
    """Claim up to `room` runs, the most important and oldest ones first."""
    ready = sa.select(QUEUE.c.run)
    ready = ready.where(QUEUE.c.state == READY_ROW, QUEUE.c.queue == queue)
    ready = ready.order_by(*_ORDER).limit(room)
    update = sa.update(QUEUE)
    update = update.values(state=RUNNING_ROW, token=QUEUE.c.token + 1, **claimed)
    dialect = connection.dialect.name
    if dialect == "sqlite":
        update = update.where(QUEUE.c.run.in_(ready.scalar_subquery()))
        ids = connection.scalars(update.returning(QUEUE.c.run)).all()
    elif dialect == "postgresql":
        # As a CTE, so that it is executed once.
        picked = ready.with_for_update(skip_locked=True).cte("picked")
        update = update.where(QUEUE.c.run == picked.c.run)
        ids = connection.scalars(update.returning(QUEUE.c.run)).all()
    else:
        ids = connection.scalars(ready.with_for_update(skip_locked=True)).all()
        if ids:
            connection.execute(update.where(QUEUE.c.run.in_(ids)))
    if not ids:
        return []
    runs = select_runs(connection, SELECT_RUNS.where(RUN.c.id.in_(ids)))
    return sorted(runs, key=lambda run: (-run.priority, run.due))
