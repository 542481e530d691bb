"""Claim the next runs of some queues: what a worker without a broker does.

PostgreSQL keeps the entries of claimed runs in its indexes as long as any transaction
might still see them, and has to step over each. So a worker remembers how far it has
claimed, and begins there. Runs can appear before that place, because a transaction
that was begun earlier may be committed later; so it looks from the beginning too, as
often as that costs no more than a twentieth of the time.
"""

import time
from collections.abc import Callable, Sequence
from typing import Any

import sqlalchemy as sa

from carboy.tasks.broker.address import HIGHEST_PRIORITY

from .database import Database
from .runs import SELECT_RUNS, Run, select_runs
from .tables import QUEUE, READY_ROW, RUN, RUNNING_ROW

# MySQL would lock the gaps between the rows as well.
_ISOLATION = {"mysql": "READ COMMITTED", "postgresql": "AUTOCOMMIT"}
_ORDER = (QUEUE.c.priority.desc(), QUEUE.c.due)
_REST = 20
_LONGEST_REST = 10.0
_SHORT = 0.01
_PRIORITIES = range(HIGHEST_PRIORITY, -1, -1)
_HEADS = sa.text(
    "SELECT place.queue, place.priority, head.due "
    "FROM unnest(CAST(:queues AS text[]), CAST(:priorities AS int[]), "
    "CAST(:marks AS double precision[])) AS place(queue, priority, mark) "
    "CROSS JOIN LATERAL (SELECT due FROM carboy_task_queue AS q "
    "WHERE q.state = :state AND q.queue = place.queue "
    "AND q.priority = place.priority AND q.due >= place.mark "
    "ORDER BY q.due LIMIT 1) AS head "
    "ORDER BY place.priority DESC, head.due"
)


class Claimer:
    """Claims runs for one process."""

    def __init__(
        self,
        database: Database,
        now: Any,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._database = database
        self._clock = clock
        self._dialect = database.dialect
        self._isolation = _ISOLATION.get(self._dialect)
        self._marks: dict[tuple[str, int], float] = {}
        self._look_back_at = 0.0
        self._cost = 0.0
        claimed: dict[str, Any] = {
            name: sa.bindparam(f"new_{name}") for name in ("owner", "host")
        }
        self._update = sa.update(QUEUE).values(
            state=RUNNING_ROW, token=QUEUE.c.token + 1, started=now, **claimed
        )
        self._ready = (
            sa
            .select(QUEUE.c.run)
            .where(QUEUE.c.state == READY_ROW, QUEUE.c.queue == sa.bindparam("home"))
            .order_by(*_ORDER)
            .limit(sa.bindparam("room"))
        )
        self._statement = self._make_statement()

    def claim(
        self, queues: Sequence[str], room: int, owner: str, host: str
    ) -> list[Run]:
        """Claim up to `room` runs, the most important and oldest ones first."""
        values = {"new_owner": owner, "new_host": host}
        runs: list[Run] = []
        places = self._list_places(queues)
        for place in places:
            left = room - len(runs)
            if left > 0:
                with self._database.write(self._isolation) as connection:
                    runs += self._claim(connection, place | values | {"room": left})
        return runs

    def _make_statement(self) -> sa.Update:
        if self._dialect == "sqlite":
            ids = self._ready.scalar_subquery()
            return self._update.where(QUEUE.c.run.in_(ids)).returning(QUEUE.c.run)
        # As a CTE, so that it is executed once.
        ready = self._ready.where(
            QUEUE.c.priority == sa.bindparam("importance"),
            QUEUE.c.due >= sa.bindparam("mark", type_=sa.Double()),
        )
        picked = ready.with_for_update(skip_locked=True).cte("picked")
        update = self._update.where(QUEUE.c.run == picked.c.run)
        columns = (*SELECT_RUNS.selected_columns, QUEUE.c.due.label("place"))
        return update.where(RUN.c.id == picked.c.run).returning(*columns)

    # Where to look

    def _list_places(self, queues: Sequence[str]) -> list[dict[str, Any]]:
        """List where ready runs are, the most important one first.

        A read locks nothing: most of the time there is nothing to claim.
        """
        with self._database.read() as connection:
            if self._dialect == "postgresql":
                return self._list_marked(connection, queues)
            rows = connection.execute(_select_heads(queues))
            heads = sorted(rows, key=lambda row: (-row[1], row[2]))
            return [{"home": head[0]} for head in heads]

    def _list_marked(
        self, connection: sa.Connection, queues: Sequence[str]
    ) -> list[dict[str, Any]]:
        places = [(queue, number) for queue in queues for number in _PRIORITIES]
        began = self._clock()
        looks_back = began >= self._look_back_at
        known = {} if looks_back else self._marks
        values = {
            "state": READY_ROW,
            "queues": [queue for queue, _ in places],
            "priorities": [priority for _, priority in places],
            "marks": [known.get(place, 0.0) for place in places],
        }
        heads = connection.execute(_HEADS, values).all()
        if looks_back:
            now = self._clock()
            # One that took far longer than the last one waited for a lock.
            self._cost = min(now - began, 2 * self._cost + _SHORT)
            self._look_back_at = now + min(_REST * self._cost, _LONGEST_REST)
        for queue, priority, due in heads:
            self._marks[queue, priority] = due
        return [
            {"home": queue, "importance": priority, "mark": due}
            for queue, priority, due in heads
        ]

    # Claiming

    def _claim(self, connection: sa.Connection, values: dict[str, Any]) -> list[Run]:
        if self._dialect == "postgresql":
            rows = connection.execute(self._statement, values).mappings().all()
            claimed = [dict(row) for row in rows]
            place = values["home"], values["importance"]
            due = [row.pop("place") for row in claimed]
            self._marks[place] = max(due, default=values["mark"])
            return _sort([Run(**row) for row in claimed])
        if self._dialect == "sqlite":
            ids = connection.scalars(self._statement, values).all()
        else:
            ready = self._ready.with_for_update(skip_locked=True)
            ids = connection.scalars(ready, values).all()
            if ids:
                connection.execute(self._update.where(QUEUE.c.run.in_(ids)), values)
        if not ids:
            return []
        return _sort(select_runs(connection, SELECT_RUNS.where(RUN.c.id.in_(ids))))


def _select_heads(queues: Sequence[str]) -> sa.CompoundSelect[Any]:
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
    return sa.union_all(*(sa.select(head) for head in heads))


def _sort(runs: list[Run]) -> list[Run]:
    return sorted(runs, key=lambda run: (-run.priority, run.due))
