"""As many short runs are claimed at once as the pool ends in a moment."""

import pytest

from carboy.tasks.ledger.runs import Run
from carboy.tasks.worker.claim_buffer import ClaimBuffer
from tests.clock import Clock


@pytest.fixture
def buffer(clock: Clock) -> ClaimBuffer:
    return ClaimBuffer(clock)


def _run(run_id: str) -> Run:
    return Run(
        id=run_id,
        task="t",
        queue="q",
        args="[[], {}]",
        options="{}",
        state="running",
        created=0.0,
        due=0.0,
        sent_at=None,
        started=None,
        ended=None,
        token=1,
        losses=0,
        owner=None,
        host=None,
        stop=False,
        follow=False,
        result=None,
        error=None,
        traceback=None,
    )


def test_without_a_pace_there_is_room_for_what_can_begin_at_once(
    buffer: ClaimBuffer,
) -> None:
    assert buffer.room(2) == 2


def test_there_is_room_for_what_ended_in_the_last_moment(
    buffer: ClaimBuffer, clock: Clock
) -> None:
    for _ in range(10):
        buffer.count_end()
    assert buffer.room(2) == 12

    clock.advance(0.3)
    assert buffer.room(2) == 2


def test_room_has_a_limit_which_a_large_pool_may_exceed(buffer: ClaimBuffer) -> None:
    for _ in range(1000):
        buffer.count_end()

    assert buffer.room(2) == 100
    assert buffer.room(300) == 300


def test_runs_leave_in_their_order(buffer: ClaimBuffer) -> None:
    buffer.put([_run("a"), _run("b"), _run("c")])

    assert [run.id for run in buffer] == ["a", "b", "c"]
    assert [run.id for run in buffer.pop(2)] == ["a", "b"]
    assert [run.id for run in buffer.pop(2)] == ["c"]
    assert len(buffer) == 0


def test_what_the_pool_did_not_get_to_within_a_second_is_late(
    buffer: ClaimBuffer, clock: Clock
) -> None:
    buffer.put([_run("a"), _run("b")])
    assert buffer.pop_late() == []

    clock.advance(1.1)

    assert [run.id for run in buffer.pop_late()] == ["a", "b"]
    assert buffer.pop_late() == []
