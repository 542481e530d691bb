"""The kombu transport `carboy-ledger://`: workers claim runs from the ledger.

To claim a run and to take its message is one statement; the message is made from the
row of the run. It works inside Celery's event loop: the synchronous one stalls when a
pool process dies.
"""

import contextlib
import socket
import time
from collections.abc import Sequence
from queue import Empty
from typing import Any

from kombu.transport import TRANSPORT_ALIASES, virtual

from carboy.tasks.app_state import TasksState
from carboy.tasks.broker.address import SCHEME
from carboy.tasks.ledger.runs import Run
from carboy.tasks.ledger.wakeup import make_wakeup
from carboy.tasks.worker import ClaimBuffer

from .messages import make_payload

_BUSY_PERIOD = 0.01
_BUSY_FOR = 1.0
_CHECK_PERIOD = 2.0
# Where PostgreSQL keeps many dead rows, a check must not take all the time.
_CHECK_REST = 20
_LONGEST_REST = 5.0
_RETRY_PERIOD = 1.0
_REFUSED_PERIOD = 5.0
_MAX_ROOM = 100


class QoS(virtual.QoS):
    """The claims of this process that Celery has not settled yet."""

    def ack(self, delivery_tag: str) -> None:
        """Forget a claim: its end was written where it was executed."""
        self._settle(delivery_tag)

    def reject(self, delivery_tag: str, requeue: bool = False) -> None:  # noqa: FBT001, FBT002 - the signature is kombu's
        """End a claim whose pool process died, or which this worker cannot execute."""
        # Another worker may know the task: one with newer code, for instance.
        delay = 0.0 if requeue else _REFUSED_PERIOD
        self.channel.flush_ends()
        self.channel.release(delivery_tag, lost=requeue, delay=delay)
        self._settle(delivery_tag)

    def restore_unacked_once(self, stderr: Any = None) -> None:  # noqa: ARG002 - the signature is kombu's
        """End the claims of runs that were never begun."""
        self._on_collect.cancel()
        self._flush()
        self.channel.flush_ends()
        for tag in list(self._delivered):
            self.channel.release(tag, lost=False)
        self._delivered.clear()
        self.channel.release_buffer()

    def list_unsettled(self) -> set[str]:
        """Return the tags of all claims that Celery still has."""
        tags: set[str] = set(self._delivered) - self._dirty
        return tags

    def _settle(self, delivery_tag: str) -> None:
        self._quick_ack(delivery_tag)
        self.channel.buffer.count_end()
        self.channel.look_again()


class LedgerChannel(virtual.Channel):
    """The queues of the ledger, as kombu wants to speak to them."""

    QoS = QoS
    supports_fanout = False

    def __init__(self, connection: Any, **kwargs: Any) -> None:
        super().__init__(connection, **kwargs)
        # Kept apart from the connection, which is gone when late threads acknowledge.
        self._site: TasksState = connection.site
        self.look_again = connection.look_again
        self.buffer = ClaimBuffer()

    def claim(self) -> int:
        """Deliver as many runs as there is room for, and claim more when none is left.

        Return how many were delivered.
        """
        queues = list(self._active_queues)
        if queues and not self.buffer and self.qos.can_consume():
            self._fill(queues, self._free())
        return self.deliver()

    def deliver(self) -> int:
        """Deliver claimed runs as far as there is room; return how many."""
        if not self.buffer or not self.qos.can_consume():
            return 0
        runs = self.buffer.pop(self._free())
        for run in runs:
            self.connection._deliver(make_payload(self._site.celery, run), run.queue)  # noqa: SLF001 - kombu's own way in
        return len(runs)

    def _free(self) -> int:
        return self.qos.can_consume_max_estimate() or _MAX_ROOM

    def _fill(self, queues: Sequence[str], free: int) -> None:
        active, ledger = self._site.active_runs, self._site.ledger
        room = self.buffer.room(free) if self._site.claims_ahead else free
        runs = ledger.claim_ready(queues, room, active.owner, active.host)
        # One that may have taken its worker down must not count others as lost too.
        runs.sort(key=lambda run: not run.losses)
        risky = [run for run in runs[free:] if run.losses]
        self._release_all(risky)
        self.buffer.put([run for run in runs if run not in risky])

    def list_held(self) -> set[str]:
        """Return the tags of all claims that this process still has to begin or end."""
        held: set[str] = self.qos.list_unsettled()
        return held | {f"{run.id}:{run.token}" for run in self.buffer}

    def release_late(self) -> None:
        """Release runs that the pool is too busy to begin soon."""
        self._release_all(self.buffer.pop_late())

    def release_buffer(self) -> None:
        """Release all runs that were not delivered."""
        with contextlib.suppress(Exception):
            self._release_all(self.buffer.pop(len(self.buffer)))

    def _release_all(self, runs: Sequence[Run]) -> None:
        if runs:
            self._site.ledger.unclaim(runs)

    def flush_ends(self) -> None:
        """Write the ends of runs of which Celery has not heard yet.

        A process may have handed over an end, and died before it could tell Celery.
        """
        if self._site.end_queue is not None:
            self._site.end_queue.flush()

    def release(self, tag: str, *, lost: bool, delay: float = 0.0) -> None:
        """End a claim; if that fails now, `release_forgotten` does it."""
        run_id, _, token = tag.rpartition(":")
        with contextlib.suppress(Exception):
            self._site.ledger.release(run_id, int(token), lost=lost, delay=delay)

    def drain_events(self, **_options: Any) -> None:
        """Deliver what is there, for callers without the event loop."""
        if not self.claim():
            raise Empty

    def _size(self, queue: str) -> int:
        return self._site.runs.count_waiting(queue)

    def _put(self, _queue: str, message: dict[str, Any], **_options: Any) -> None:
        task = message.get("headers", {}).get("task")
        msg = (
            f"A message for {task!r} cannot be put into the ledger. Call a task of the "
            f"site, or set TASKS_BROKER_URL to send messages past it."
        )
        raise NotImplementedError(msg)


class Transport(virtual.Transport):
    """One connection to the ledger."""

    Channel = LedgerChannel
    driver_type = "ledger"
    driver_name = "carboy"
    implements = virtual.Transport.implements.extend(
        asynchronous=True, exchange_type=frozenset(["direct", "topic"])
    )

    def __init__(self, client: Any, **kwargs: Any) -> None:
        super().__init__(client, **kwargs)
        self.site: TasksState = client.transport_options["find_site"]()
        self._wakeup: Any = None
        self._loop: Any = None
        self._timer: Any = None
        self._reading = -1
        self._must_look = False
        self._busy_until = 0.0
        self._retry_at = 0.0
        self._check_at = 0.0
        self._forgotten: set[str] = set()

    def look_again(self) -> None:
        """Look for runs at the next turn of the loop; wake it up for that."""
        if not self._must_look:
            self._must_look = True
            # Before the pool decides on the turn whether it has something to write.
            # Threads of a pool end runs while the loop sleeps.
            if self._timer is not None:
                self._loop.call_soon(self._look)

    def register_with_event_loop(self, _connection: Any, loop: Any) -> None:
        """Look for runs on each turn of the loop, and wake it in time."""
        self._stop()
        self._loop = loop
        self._timer = loop.call_later(0, self._on_timer)

    def close_connection(self, connection: Any) -> None:
        """Stop to look, and end the claims that were not begun."""
        self._stop()
        super().close_connection(connection)

    def drain_events(self, _connection: Any, timeout: float | None = None) -> None:
        """Wait for a run, for callers without the event loop."""
        end = None if timeout is None else time.monotonic() + timeout
        while not self._look():
            if end is not None and time.monotonic() >= end:
                raise socket.timeout  # noqa: UP041 - kombu's callers name it so
            time.sleep(_BUSY_PERIOD)

    def _on_timer(self) -> None:
        is_busy = time.monotonic() < self._busy_until
        idle = _BUSY_PERIOD if self._wakeup is None else self._wakeup.idle_period
        period = min(_BUSY_PERIOD, idle) if is_busy else idle
        self._timer = self._loop.call_later(period, self._on_timer)
        self._look()

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._watch(-1)
        if self._wakeup is not None:
            self._wakeup.close()

    def _watch(self, descriptor: int) -> None:
        """Wake up the loop when `descriptor` becomes readable."""
        if self._loop is None or descriptor == self._reading:
            return
        if self._reading >= 0:
            self._loop.remove_reader(self._reading)
        if descriptor >= 0:
            self._loop.add_reader(descriptor, self._look)
        self._reading = descriptor

    def _look(self) -> bool:
        """Claim runs if there may be some; return whether there were."""
        now = time.monotonic()
        if now < self._retry_at:
            return False
        is_asked, self._must_look = self._must_look, False
        try:
            if is_asked and sum(each.deliver() for each in self.channels):
                return True
            claimed = self._claim(now, is_asked=is_asked)
        except Exception as error:  # noqa: BLE001 - each database has errors of its own
            self.site.claiming.failed(error)
            self._watch(-1)
            if self._wakeup is not None:
                self._wakeup.close()
            self._retry_at = time.monotonic() + _RETRY_PERIOD
            return False
        self.site.claiming.succeeded()
        return claimed

    def _claim(self, now: float, *, is_asked: bool) -> bool:
        if self._wakeup is None:
            self._wakeup = make_wakeup(self.site.database)
        has_changed = self._wakeup.has_changed()
        self._watch(self._wakeup.fileno())
        if now >= self._check_at:
            self._release_forgotten()
            rest = min(_CHECK_REST * (time.monotonic() - now), _LONGEST_REST)
            self._check_at = now + max(_CHECK_PERIOD, rest)
        for channel in list(self.channels):
            channel.release_late()
        if not has_changed and not is_asked:
            return False
        if has_changed:
            self._busy_until = now + _BUSY_FOR
        claimed = sum(channel.claim() for channel in list(self.channels))
        if claimed:
            self.look_again()
        return bool(claimed)

    def _release_forgotten(self) -> None:
        """End claims of this process that Celery settled and nobody ended.

        The database was away when the claim was to be ended, or Celery dropped the
        run before its task was called.
        """
        site = self.site
        claims = site.ledger.list_claims(site.active_runs.owner)
        known = set().union(*(c.list_held() for c in self.channels))
        if site.end_queue is not None:
            known |= site.end_queue.list_tags()
        tags = {f"{run_id}:{token}" for run_id, token in claims} - known
        # Twice, so that a process that has just executed it can write its end.
        for tag in tags & self._forgotten:
            for channel in self.channels[:1]:
                channel.release(tag, lost=True)
        self._forgotten = tags


def register() -> None:
    """Make kombu know the scheme; done once, when tasks are imported."""
    TRANSPORT_ALIASES.setdefault(SCHEME, "carboy.tasks.celery.transport:Transport")
