"""Ends handed over by a pool are written together, and none is forgotten."""

import os
import threading
from collections.abc import Iterator

import pytest

from carboy.tasks.app_state import TasksState
from carboy.tasks.ledger.ledger import Ledger
from carboy.tasks.ledger.runs import NewRun
from carboy.tasks.worker import EndQueue, fork_lock


@pytest.fixture
def queue(site: TasksState) -> Iterator[EndQueue]:
    made = EndQueue(site.ledger)
    yield made
    made.close()


def _claim(site: TasksState, number: int) -> list[str]:
    for each in range(number):
        run = NewRun(id=f"{each}", task="t", queue="q", args="[[], {}]", options="{}")
        site.ledger.add(run)
    return [run.id for run in site.ledger.claim_ready(["q"], number, "owner", "host")]


def _states(site: TasksState, ids: list[str]) -> set[str]:
    return {run.state for run in site.runs.find_many(ids).values()}


def test_ends_that_wait_are_written_in_one_transaction(
    site: TasksState, queue: EndQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes = []
    end = Ledger.end
    monkeypatch.setattr(
        Ledger, "end", lambda self, *ends: sizes.append(len(ends)) or end(self, *ends)
    )
    ids = _claim(site, 20)
    assert all(queue.put(each, 1, "7") for each in ids)

    queue.start()
    assert queue.flush()

    assert _states(site, ids) == {"done"}
    assert site.runs.find_many(ids)["3"].value == 7
    assert sizes == [20]
    assert queue.list_tags() == set()


def test_a_lost_claim_keeps_the_others_from_nothing(
    site: TasksState, queue: EndQueue, caplog: pytest.LogCaptureFixture
) -> None:
    ids = _claim(site, 3)
    site.ledger.release("1", 1)
    for each in ids:
        queue.put(each, 1, "7")

    queue.start()
    queue.flush()

    assert _states(site, ["0", "2"]) == {"done"}
    assert _states(site, ["1"]) == {"waiting"}
    assert "The run 1 was taken over by another worker." in caplog.text


def test_an_end_waits_until_the_database_is_back(
    site: TasksState, queue: EndQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids, failed, end = _claim(site, 2), threading.Event(), Ledger.end

    def fail(_ledger: Ledger, *_ends: object) -> bool:
        failed.set()
        raise OSError

    monkeypatch.setattr(Ledger, "end", fail)
    monkeypatch.setattr("carboy.tasks.worker.end_queue._RETRY_PERIOD", 0.01)
    queue.put("0", 1, "7")
    queue.start()
    assert failed.wait(10)
    assert queue.list_tags() == {"0:1"}
    queue.put("1", 1, "7")

    monkeypatch.setattr(Ledger, "end", end)
    assert queue.flush()

    assert _states(site, ids) == {"done"}


def test_processes_of_a_pool_hand_over_what_they_ended(
    site: TasksState, queue: EndQueue
) -> None:
    ids = _claim(site, 40)
    children = []
    for part in (ids[:20], ids[20:]):
        pid = os.fork()
        if pid == 0:
            os._exit(0 if all(queue.put(each, 1, "7") for each in part) else 1)
        children.append(pid)
    queue.start()

    codes = [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in children]
    queue.close()

    assert codes == [0, 0]
    assert _states(site, ids) == {"done"}


def test_what_does_not_fit_is_left_to_the_caller(
    site: TasksState, queue: EndQueue
) -> None:
    assert not queue.put("0", 1, '"' + "x" * 5000 + '"')
    taken = sum(queue.put("0", 1, "7") for _ in range(10_000))
    assert 0 < taken < 10_000
    assert not queue.flush()


def test_a_fork_waits_while_ends_are_written(site: TasksState, queue: EndQueue) -> None:
    (run_id,) = _claim(site, 1)
    queue.start()
    with fork_lock.lock:
        queue.put(run_id, 1, "7")
        assert not queue.flush(0.05)
        assert _states(site, [run_id]) == {"running"}

    assert queue.flush()
    assert _states(site, [run_id]) == {"done"}
