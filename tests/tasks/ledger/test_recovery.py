"""What nobody will begin by itself is rung for again, once, by one of many."""

import pytest

from carboy.tasks.app_state import TasksState
from carboy.tasks.ledger.recovery import Recovery
from carboy.tasks.ledger.runs import NewRun, Run
from carboy.tasks.ledger.tables import QUEUE
from carboy.tasks.liveness import ProcessLock, host_id
from tests.clock import Clock


class Bell:
    """Notes for which runs it was rung, and says how many messages wait."""

    def __init__(self) -> None:
        self.sent_at: list[str] = []
        self.waiting = 0
        self.is_away = False

    def ring(self, run: Run) -> bool:
        if not self.is_away:
            self.sent_at.append(run.id)
        return not self.is_away

    def depth(self, _queue: str) -> int:
        return self.waiting


@pytest.fixture
def bell() -> Bell:
    return Bell()


@pytest.fixture
def recovery(site: TasksState, bell: Bell) -> Recovery:
    return Recovery(site.ledger, bell.ring, bell.depth)


def _add(site: TasksState, run_id: str, delay: float = 0) -> None:
    told = {"task": "t", "queue": "q", "args": "[[], {}]", "options": "{}"}
    site.ledger.add(NewRun(id=run_id, delay=delay, **told))


def test_a_run_is_rung_for_when_its_time_has_come(
    site: TasksState, recovery: Recovery, bell: Bell, clock: Clock
) -> None:
    _add(site, "1", delay=60)

    assert recovery.offer_due() == 0
    clock.advance(61)
    assert recovery.offer_due() == 1
    assert recovery.offer_due() == 0
    assert bell.sent_at == ["1"]


def test_a_message_that_was_lost_is_sent_again(
    site: TasksState, recovery: Recovery, bell: Bell, clock: Clock
) -> None:
    _add(site, "1")

    assert recovery.recover() == 0
    clock.advance(6)
    assert recovery.recover() == 1
    assert recovery.recover() == 0
    assert bell.sent_at == ["1"]


def test_a_long_queue_is_not_rung_for_as_long_as_it_moves_in_order(
    site: TasksState, recovery: Recovery, bell: Bell, clock: Clock
) -> None:
    _add(site, "1")
    clock.advance(60)
    bell.waiting = 1

    assert recovery.recover() == 0


def test_a_run_that_younger_ones_overtook_has_lost_its_message(
    site: TasksState, recovery: Recovery, bell: Bell, clock: Clock
) -> None:
    _add(site, "old")
    clock.advance(30)
    _add(site, "young")
    owner = ProcessLock(site.ledger.folder)
    site.ledger.claim("young", owner.id, host_id(site.ledger.folder))
    bell.waiting = 5

    assert recovery.recover() == 1
    assert bell.sent_at == ["old"]
    owner.close()


def test_a_run_of_a_dead_owner_is_rung_for(
    site: TasksState, recovery: Recovery, bell: Bell, clock: Clock
) -> None:
    _add(site, "1")
    site.ledger.claim("1", "dead", host_id(site.ledger.folder))
    clock.advance(6)

    assert recovery.recover() == 1
    assert bell.sent_at == ["1"]


def test_what_follows_a_run_and_was_not_sent_is_seen_to(
    site: TasksState, recovery: Recovery, bell: Bell, clock: Clock
) -> None:
    _add(site, "1")
    claim = site.ledger.claim("1", "dead", "nowhere")
    with site.database.write() as connection:
        site.ledger.finish(connection.execute, "1", claim.token, "1", follow=True)
    clock.advance(6)

    assert recovery.recover() == 1
    assert bell.sent_at == ["1"]


def test_what_could_not_be_sent_is_sent_when_the_broker_is_back(
    site: TasksState, recovery: Recovery, bell: Bell, clock: Clock
) -> None:
    _add(site, "1", delay=1)
    _add(site, "2", delay=1)
    clock.advance(2)
    bell.is_away = True

    assert recovery.offer_due() == 0
    bell.is_away = False
    assert recovery.offer_due() == 2
    assert sorted(bell.sent_at) == ["1", "2"]


@pytest.mark.parametrize("jump", [-3600, 3600])
def test_a_clock_that_jumps_takes_no_run_from_its_owner_and_forgets_none(
    site: TasksState, recovery: Recovery, bell: Bell, clock: Clock, jump: int
) -> None:
    for name in ("held", "orphan", "unsent"):
        _add(site, name)
    place = host_id(site.ledger.folder)
    owner = ProcessLock(site.ledger.folder)
    site.ledger.claim("held", owner.id, place)
    site.ledger.claim("orphan", "dead", place)

    clock._now += jump

    # Once each; a lock of the kernel, and no clock, says that an owner lives.
    assert recovery.recover() == 2
    assert recovery.recover() == 0
    assert sorted(bell.sent_at) == ["orphan", "unsent"]
    assert site.ledger.claim("held", "other", place).status == "running"
    assert site.ledger.claim("unsent", owner.id, place).status == "claimed"
    owner.close()


def test_of_two_sweepers_one_rings(site: TasksState, bell: Bell, clock: Clock) -> None:
    _add(site, "1", delay=1)
    clock.advance(2)
    first = Recovery(site.ledger, bell.ring, bell.depth)
    second = Recovery(site.ledger, bell.ring, bell.depth)
    run = site.runs.find("1")
    assert run is not None

    assert first._mark_sent(run)
    assert not second._mark_sent(run)
    with site.database.read() as connection:
        assert connection.execute(QUEUE.select()).one().sent_at == clock()


def test_what_could_not_be_sent_is_sent_although_the_clock_is_put_back(
    site: TasksState, recovery: Recovery, bell: Bell, clock: Clock
) -> None:
    _add(site, "1")
    site.ledger.mark_unsent("1")
    clock._now -= 3600

    assert recovery.offer_due() == 1
    assert bell.sent_at == ["1"]
    run = site.runs.find("1")
    assert run is not None
    assert run.due == run.created
