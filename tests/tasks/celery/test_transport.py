"""A worker claims runs from the ledger, as if they were messages of a broker."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from kombu import Connection, Queue

from carboy.tasks import Tasks
from carboy.tasks.app_state import TasksState
from carboy.tasks.celery.transport import QoS, register
from carboy.tasks.ledger.recovery import Recovery
from carboy.tasks.ledger.runs import NewRun
from carboy.tasks.ledger.tables import QUEUE
from carboy.tasks.worker import EndQueue
from carboy.tasks.worker.claim_buffer import ClaimBuffer
from tests.clock import Clock


@pytest.fixture
def connection(site: TasksState) -> Iterator[Connection]:
    register()
    options = {"find_site": lambda: site}
    with Connection("carboy-ledger://localhost/", transport_options=options) as link:
        yield link
    site.active_runs.close()


def _add(site: TasksState, run_id: str, **more: Any) -> None:
    values = {"task": "t", "queue": "q", "args": "[[1], {}]", "options": "{}"}
    site.ledger.add(NewRun(id=run_id, **(values | more)))


class Inbox:
    """A consumer that keeps what it gets."""

    def __init__(
        self, connection: Connection, queue: str = "q", room: int = 10
    ) -> None:
        self.connection = connection
        self.messages: list[Any] = []
        self.channel = connection.channel()
        self.channel.basic_qos(0, room, apply_global=False)
        consumer = connection.Consumer(
            [Queue("q", channel=self.channel)],
            channel=self.channel,
            callbacks=[lambda _body, message: self.messages.append(message)],
            accept=["json"],
        )
        consumer.consume()

    @property
    def qos(self) -> QoS:
        qos: QoS = self.channel.qos
        return qos

    def fetch(self) -> list[str]:
        before = len(self.messages)
        try:
            self.connection.drain_events(timeout=0.05)
        except TimeoutError:
            return []
        return [each.headers["id"] for each in self.messages[before:]]


def test_a_run_arrives_claimed_with_its_arguments(
    site: TasksState, connection: Connection
) -> None:
    _add(site, "1", args='[[1], {"b": 2}]')
    inbox = Inbox(connection)

    assert inbox.fetch() == ["1"]

    (message,) = inbox.messages
    run = site.runs.find("1")
    assert run is not None
    assert (run.state, run.token, run.owner) == ("running", 1, site.active_runs.owner)
    assert message.headers["carboy_claim"] == [1, False]
    args, kwargs, _followers = json.loads(message.body)
    assert (args, kwargs) == ([1], {"b": 2})
    assert inbox.fetch() == []


def test_the_most_important_and_oldest_run_comes_first(
    site: TasksState, connection: Connection, clock: Clock
) -> None:
    for run_id, priority in (("low", 1), ("high", 9), ("next", 9)):
        _add(site, run_id, priority=priority)
        clock.advance(1)

    assert Inbox(connection).fetch() == ["high", "next", "low"]


def test_no_more_is_claimed_than_there_is_room_for(
    site: TasksState, connection: Connection
) -> None:
    for number in range(3):
        _add(site, str(number))
    inbox = Inbox(connection, room=2)

    assert len(inbox.fetch()) == 2
    assert inbox.fetch() == []
    inbox.messages[0].ack()
    assert len(inbox.fetch()) == 1
    assert site.runs.count_waiting("q") == 0


def test_a_run_is_offered_when_its_time_has_come(
    site: TasksState, connection: Connection, clock: Clock
) -> None:
    _add(site, "1", delay=60)
    inbox = Inbox(connection)

    recovery = Recovery(site.ledger, None, site.depth)
    assert recovery.offer_due() == 0
    assert inbox.fetch() == []
    clock.advance(61)
    assert recovery.offer_due() == 1
    assert inbox.fetch() == ["1"]


def test_a_run_whose_pool_process_died_waits_again_and_has_one_loss(
    site: TasksState, connection: Connection
) -> None:
    _add(site, "1")
    inbox = Inbox(connection)
    inbox.fetch()

    inbox.messages[0].reject(requeue=True)

    run = site.runs.find("1")
    assert run is not None
    assert (run.state, run.losses, run.owner) == ("waiting", 1, None)


@pytest.mark.parametrize("way", ["reject", "close"])
def test_a_run_whose_end_was_handed_over_is_not_released(
    site: TasksState, connection: Connection, way: str
) -> None:
    class LateQueue(EndQueue):
        def flush(self, patience: float = 5.0) -> bool:
            # Nothing is written before.
            if self._thread.ident is None:
                self.start()
            return super().flush(patience)

    site.end_queue = queue = LateQueue(site.ledger)
    _add(site, "1")
    inbox = Inbox(connection)
    inbox.fetch()
    queue.put("1", 1, "7")

    if way == "reject":
        inbox.messages[0].reject(requeue=True)
    else:
        inbox.qos.restore_unacked_once()

    run = site.runs.find("1")
    assert run is not None
    assert (run.state, run.losses) == ("done", 0)
    queue.close()
    site.end_queue = None


def test_a_run_that_this_worker_cannot_execute_waits_for_another(
    site: TasksState, connection: Connection, clock: Clock
) -> None:
    _add(site, "1")
    inbox = Inbox(connection)
    inbox.fetch()

    inbox.messages[0].reject(requeue=False)

    run = site.runs.find("1")
    assert run is not None
    assert (run.state, run.losses) == ("waiting", 0)
    assert run.due == clock() + 5


def test_a_worker_that_ends_leaves_what_it_did_not_begin(
    site: TasksState, connection: Connection
) -> None:
    _add(site, "1")
    inbox = Inbox(connection)
    inbox.fetch()

    inbox.qos.restore_unacked_once()

    run = site.runs.find("1")
    assert run is not None
    assert (run.state, run.losses) == ("waiting", 0)


def test_a_claim_that_nobody_ended_is_released(
    site: TasksState, connection: Connection
) -> None:
    _add(site, "1")
    inbox = Inbox(connection)
    inbox.fetch()
    connection.transport._release_forgotten()
    inbox.messages[0].ack()

    for state in ("running", "waiting"):
        connection.transport._release_forgotten()
        run = site.runs.find("1")
        assert run is not None
        assert run.state == state


def test_short_runs_are_claimed_together_and_delivered_one_after_the_other(
    site: TasksState, connection: Connection
) -> None:
    for number in range(5):
        _add(site, str(number))
    inbox = Inbox(connection, room=1)
    assert len(inbox.fetch()) == 1
    for _ in range(9):
        inbox.channel.buffer.count_end()
    inbox.messages[0].ack()

    assert len(inbox.fetch()) == 1

    assert site.runs.count_waiting("q") == 0
    assert [len(inbox.channel.buffer), len(inbox.qos.list_unsettled())] == [3, 1]


def test_a_worker_whose_tasks_stop_its_loop_claims_only_what_it_begins(
    site: TasksState, connection: Connection
) -> None:
    for number in range(5):
        _add(site, str(number))
    site.claims_ahead = False
    inbox = Inbox(connection, room=1)
    for _ in range(9):
        inbox.channel.buffer.count_end()

    assert len(inbox.fetch()) == 1

    assert site.runs.count_waiting("q") == 4


def test_runs_that_the_pool_does_not_get_to_are_offered_to_others(
    site: TasksState, connection: Connection, clock: Clock
) -> None:
    for number in range(5):
        _add(site, str(number))
    inbox = Inbox(connection, room=1)
    inbox.channel.buffer = ClaimBuffer(clock)
    for _ in range(9):
        inbox.channel.buffer.count_end()
    assert len(inbox.fetch()) == 1
    assert site.runs.count_waiting("q") == 0

    clock.advance(2)
    assert inbox.fetch() == []

    assert site.runs.count_waiting("q") == 4
    assert len(inbox.channel.list_held()) == 1


def test_no_run_waits_behind_one_that_may_have_taken_its_worker_down(
    site: TasksState, connection: Connection
) -> None:
    for number in range(4):
        _add(site, str(number))
    with site.database.write() as connection_:
        connection_.execute(sa.update(QUEUE).values(losses=2))
    inbox = Inbox(connection, room=1)
    for _ in range(9):
        inbox.channel.buffer.count_end()

    assert len(inbox.fetch()) == 1

    assert len(inbox.channel.buffer) == 0
    assert site.runs.count_waiting("q") == 3


def test_queues_of_others_are_left_alone(
    site: TasksState, connection: Connection
) -> None:
    _add(site, "1", queue="other")

    assert Inbox(connection).fetch() == []
    assert site.runs.count_waiting("other") == 1


def test_a_message_that_is_no_run_is_refused(connection: Connection) -> None:
    with pytest.raises(NotImplementedError, match="Call a task"):
        connection.Producer().publish("x", routing_key="q", headers={"task": "t"})


def test_an_expired_run_is_cancelled(tasks: Tasks, site: TasksState) -> None:
    _add(site, "1")
    site.ledger.claim_ready(["q"], 1, site.active_runs.owner, site.active_runs.host)

    tasks.celery.backend.mark_as_revoked("1", "expired")

    run = site.runs.find("1")
    assert run is not None
    assert run.state == "cancelled"
    site.active_runs.close()


def test_the_loop_may_be_asynchronous_and_there_is_no_fanout(
    connection: Connection,
) -> None:
    assert connection.transport.implements.asynchronous
    assert not connection.supports_exchange_type("fanout")
