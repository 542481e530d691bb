"""Finds runs that nobody will begin by themselves, and rings for them again.

The message was lost with its broker, the process that should have sent it died after
its commit, the owner is dead, or the time has come.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from .ledger import Ledger
from .runs import Run
from .tables import DONE, RUN, RUNNING, WAITING

log = logging.getLogger("carboy.tasks")

# Says whether the message was sent.
Ring = Callable[[Run], bool]
Depth = Callable[[str], int | None]

_BATCH = 200
# Clocks of processes that share a database may differ a little.
_CLOCKS_DIFFER = 30.0


@dataclass(slots=True)
class Sweeper:
    """Rings again, as one of many that do the same."""

    ledger: Ledger
    ring: Ring
    depth: Depth
    ring_again: float = 5.0

    def sweep_due(self) -> int:
        """Ring for runs whose time has come and which were not rung for yet."""
        now = self.ledger.now()
        waits = (RUN.c.state == WAITING, RUN.c.due <= now, RUN.c.rung.is_(None))
        return self._ring_all(self._list(sa.select(RUN).where(*waits)))

    def sweep_lost(self) -> int:
        """Ring for runs of dead owners, and for those whose message is lost."""
        rung = self._ring_all(self._list_orphans())
        rung += self._ring_all(self._list_unfollowed())
        for queue, priority in self._list_overdue_queues():
            rung += self._ring_all(self._list_overdue(queue, priority))
        return rung

    def _list_orphans(self) -> list[Run]:
        ledger = self.ledger
        old = sa.or_(RUN.c.rung.is_(None), self._is_long_ago(RUN.c.rung))
        running = self._list(sa.select(RUN).where(RUN.c.state == RUNNING, old))
        alive: dict[tuple[str | None, str | None], bool] = {}
        orphans = []
        for run in running:
            key = (run.owner, run.place)
            if key not in alive:
                alive[key] = ledger.is_owner_alive(*key)
            if not alive[key]:
                orphans.append(run)
        return orphans

    def _list_unfollowed(self) -> list[Run]:
        unsent = (RUN.c.state == DONE, RUN.c.follow, self._is_long_ago(RUN.c.ended))
        return self._list(sa.select(RUN).where(*unsent, self._is_long_ago(RUN.c.rung)))

    def _is_long_ago(self, moment: Any) -> Any:
        """Whether it is time to ring again; what is still to come tells nothing.

        A moment in the future was written before the clock was put back.
        """
        now = self.ledger.now()
        return sa.or_(moment < now - self.ring_again, moment > now + _CLOCKS_DIFFER)

    def _is_due(self) -> Any:
        """Whether a run has been due for a while, or asked for in what is the future.

        How long such a one should still wait cannot be told: it begins, unless it was
        to begin later than at once.
        """
        now = self.ledger.now()
        put_back = sa.and_(
            RUN.c.created > now + _CLOCKS_DIFFER, RUN.c.due <= RUN.c.created
        )
        return sa.or_(RUN.c.due <= now - self.ring_again, put_back)

    def _list_overdue_queues(self) -> list[tuple[str, int]]:
        statement = sa.select(RUN.c.queue, RUN.c.priority).distinct()
        is_old = self._is_long_ago(RUN.c.rung)
        waits = (RUN.c.state == WAITING, self._is_due(), is_old)
        with self.ledger.database.read() as connection:
            rows = connection.execute(statement.where(*waits)).all()
        return [(row[0], row[1]) for row in rows]

    def _list_overdue(self, queue: str, priority: int) -> list[Run]:
        """List runs whose message must be lost.

        Either the broker has none for the queue, or younger ones were begun already.
        """
        ledger = self.ledger
        same = (RUN.c.queue == queue, RUN.c.priority == priority)
        waits = (*same, RUN.c.state == WAITING, self._is_due())
        statement = sa.select(RUN).where(*waits)
        if self.depth(queue):
            begun = sa.select(sa.func.max(RUN.c.rung)).where(
                *same,
                RUN.c.state.in_((RUNNING, DONE)),
                RUN.c.started > ledger.now() - 600,
            )
            with ledger.database.read() as connection:
                newest = connection.scalar(begun)
            if newest is None:
                return []
            statement = statement.where(RUN.c.rung < newest - self.ring_again)
        return self._list(statement.where(self._is_long_ago(RUN.c.rung)))

    def _list(self, statement: sa.Select[tuple[object, ...]]) -> list[Run]:
        ordered = statement.order_by(RUN.c.priority.desc(), RUN.c.due).limit(_BATCH)
        with self.ledger.database.read() as connection:
            rows = connection.execute(ordered).all()
        return [Run(**row._mapping) for row in rows]  # noqa: SLF001 - SQLAlchemy's public name begins so

    def _ring_all(self, runs: Iterable[Run]) -> int:
        rung = 0
        for run in runs:
            if self._take(run):
                if not self.ring(run):
                    # The broker is away: the others would find that as well.
                    self.ledger.unring(run.id)
                    break
                rung += 1
        return rung

    def _take(self, run: Run) -> bool:
        """Say that it is this one who rings, of several sweepers that found a run."""
        same = RUN.c.rung.is_(None) if run.rung is None else RUN.c.rung == run.rung
        mine = (RUN.c.id == run.id, RUN.c.state == run.state, same)
        statement = sa.update(RUN).where(*mine).values(rung=self.ledger.now())
        with self.ledger.database.write() as connection:
            return connection.execute(statement).rowcount == 1
