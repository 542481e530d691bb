"""Offer runs to workers that nobody would begin by themselves.

Their time has come, or the process that claimed them is dead. Behind a broker also:
their message was lost with it, or was never sent.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from .ledger import Ledger
from .runs import SELECT_RUNS, Run, select_runs
from .tables import DONE, QUEUE, READY_ROW, RUN, RUNNING_ROW, SCHEDULED_ROW

# Returns whether the message was sent.
Notify = Callable[[Run], bool]
Depth = Callable[[str], int | None]

_BATCH = 200
# Clocks of processes that share a database may differ a little.
_CLOCKS_DIFFER = 30.0


@dataclass(slots=True)
class Recovery:
    """Offers runs again, as one of many that do the same.

    Without `notify` workers claim from the queue table, and no message can be lost.
    """

    ledger: Ledger
    notify: Notify | None
    depth: Depth
    resend_after: float = 5.0

    def offer_due(self) -> int:
        """Offer runs whose time has come."""
        due = (QUEUE.c.state == SCHEDULED_ROW, QUEUE.c.due <= self.ledger.now())
        runs = self._list(*due)
        if self.notify is None:
            return self._make_ready(runs)
        return self._notify_all(runs)

    def recover(self) -> int:
        """Offer the runs of dead processes, and those whose message is lost."""
        self._release_orphans()
        self._release_unfollowed()
        number = self.offer_due()
        if self.notify is not None:
            for queue, priority in self._list_overdue_queues():
                number += self._notify_all(self._list_overdue(queue, priority))
        return number

    def _release_orphans(self) -> None:
        ledger = self.ledger
        running = sa.select(QUEUE.c.owner, QUEUE.c.host).distinct()
        running = running.where(QUEUE.c.state == RUNNING_ROW)
        with ledger.database.read() as connection:
            owners = connection.execute(running).all()
        for owner, host in owners:
            if not ledger.is_owner_alive(owner, host):
                for run_id, token in ledger.list_claims(owner):
                    ledger.release(run_id, token)

    def _release_unfollowed(self) -> None:
        """Release runs that ended a while ago, and whose followers were not sent."""
        old = self._is_long_ago(RUN.c.ended)
        for run in self._list(RUN.c.state == DONE, QUEUE.c.state == RUNNING_ROW, old):
            self.ledger.release(run.id, run.token)

    def _is_long_ago(self, moment: Any) -> Any:
        """Return the condition that it is time to offer a run again.

        A moment in the future was written before the clock was put back.
        """
        now = self.ledger.now()
        return sa.or_(moment < now - self.resend_after, moment > now + _CLOCKS_DIFFER)

    def _is_due(self) -> Any:
        """Return the condition that a run has been due for a while.

        How long a run from the future should still wait cannot be known: it begins,
        unless it was to begin later than at once.
        """
        now = self.ledger.now()
        put_back = sa.and_(
            RUN.c.created > now + _CLOCKS_DIFFER, QUEUE.c.due <= RUN.c.created
        )
        return sa.or_(QUEUE.c.due <= now - self.resend_after, put_back)

    def _is_unanswered(self) -> tuple[Any, ...]:
        is_old = self._is_long_ago(QUEUE.c.sent_at)
        return (QUEUE.c.state == READY_ROW, self._is_due(), is_old)

    def _list_overdue_queues(self) -> list[tuple[str, int]]:
        statement = sa.select(QUEUE.c.queue, QUEUE.c.priority).distinct()
        statement = statement.join(RUN, RUN.c.id == QUEUE.c.run)
        with self.ledger.database.read() as connection:
            rows = connection.execute(statement.where(*self._is_unanswered())).all()
        return [(row[0], row[1]) for row in rows]

    def _list_overdue(self, queue: str, priority: int) -> list[Run]:
        """List runs whose message must be lost.

        Either the broker has none for the queue, or younger ones were begun already.
        """
        same = (QUEUE.c.queue == queue, QUEUE.c.priority == priority)
        conditions = [*same, *self._is_unanswered()]
        if self.depth(queue):
            newest = self._find_newest_begun(queue, priority)
            if newest is None:
                return []
            conditions.append(QUEUE.c.sent_at < newest - self.resend_after)
        return self._list(*conditions)

    def _find_newest_begun(self, queue: str, priority: int) -> float | None:
        """Return when the newest of the runs begun lately was due."""
        since = self.ledger.now() - 600
        newest = 0.0
        with self.ledger.database.read() as connection:
            for table, condition in (
                (QUEUE, QUEUE.c.state == RUNNING_ROW),
                (RUN, sa.and_(RUN.c.state == DONE, RUN.c.ended > since)),
            ):
                same = (table.c.queue == queue, table.c.priority == priority)
                begun = sa.select(sa.func.max(table.c.due))
                begun = begun.where(*same, condition, table.c.started > since)
                newest = max(newest, connection.scalar(begun) or 0.0)
        return newest or None

    def _list(self, *conditions: Any) -> list[Run]:
        statement = SELECT_RUNS.where(*conditions)
        statement = statement.order_by(QUEUE.c.priority.desc(), QUEUE.c.due)
        with self.ledger.database.read() as connection:
            return select_runs(connection, statement.limit(_BATCH))

    def _make_ready(self, runs: Sequence[Run]) -> int:
        if not runs:
            return 0
        ids = [run.id for run in runs]
        waits = (QUEUE.c.run.in_(ids), QUEUE.c.state == SCHEDULED_ROW)
        now = self.ledger.now()
        statement = sa.update(QUEUE).where(*waits)
        with self.ledger.database.write() as connection:
            ready = statement.values(state=READY_ROW, sent_at=now)
            number: int = connection.execute(ready).rowcount
            self.ledger.wake_workers(connection.execute)
        return number

    def _notify_all(self, runs: Iterable[Run]) -> int:
        number = 0
        for run in runs:
            if self._mark_sent(run):
                if self.notify is None or not self.notify(run):
                    # The broker is away: the others would find that as well.
                    self.ledger.mark_unsent(run.id)
                    break
                number += 1
        return number

    def _mark_sent(self, run: Run) -> bool:
        """Take it on to send the message, as one of several that found the run."""
        sent_at = QUEUE.c.sent_at
        same = sent_at.is_(None) if run.sent_at is None else sent_at == run.sent_at
        mine = (QUEUE.c.run == run.id, QUEUE.c.state != RUNNING_ROW, same)
        statement = sa.update(QUEUE).where(*mine)
        statement = statement.values(sent_at=self.ledger.now(), state=READY_ROW)
        with self.ledger.database.write() as connection:
            return connection.execute(statement).rowcount == 1
