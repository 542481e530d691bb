"""A run at work can be cancelled, and what it logs stays with it."""

import logging
import os
import signal
import time

import pytest

from carboy.tasks import TaskCancelledError, Tasks, is_cancelled, progress, track
from carboy.tasks.app_state import TasksState
from carboy.tasks.worker.active_runs import current_attempt
from tests.tasks.conftest import wait_until


def test_what_a_task_logs_is_kept_with_its_run(tasks: Tasks, site: TasksState) -> None:
    @tasks.task
    def talk() -> None:
        logging.getLogger("shop").warning("two rows of %s", 10)

    result = talk.delay()
    tasks.drain()

    assert [each.text for each in site.live.list_lines(result.id)] == ["two rows of 10"]
    site.active_runs.close()


def test_a_cancelled_task_stops_when_it_reports_progress(site: TasksState) -> None:
    def work() -> None:
        with site.active_runs.track("1", 1) as attempt:
            progress(0, 2)
            attempt.cancel()
            progress(1, 2)

    with pytest.raises(TaskCancelledError):
        work()

    assert current_attempt() is None
    site.active_runs.close()


def test_a_cancelled_task_stops_between_two_items(site: TasksState) -> None:
    done: list[int] = []

    def work() -> None:
        with site.active_runs.track("1", 1) as attempt:
            for item in track(range(10)):
                done.append(item)
                if item == 3:
                    attempt.cancel()

    with pytest.raises(TaskCancelledError):
        work()

    assert done == [0, 1, 2, 3]
    site.active_runs.close()


def test_a_task_may_ask_and_clean_up(site: TasksState) -> None:
    assert not is_cancelled()
    with site.active_runs.track("1", 1) as attempt:
        assert not is_cancelled()
        attempt.cancel()
        assert is_cancelled()
    site.active_runs.close()


def test_a_cancel_reaches_the_task_that_runs(tasks: Tasks, site: TasksState) -> None:
    @tasks.task
    def wait() -> None:
        assert result.cancel()
        wait_until(is_cancelled, 5)
        progress(1, 2)

    result = wait.delay()
    tasks.drain()

    assert result.run.state == "cancelled"
    site.active_runs.close()


def test_a_pool_process_whose_task_does_not_stop_is_killed(
    tasks: Tasks, site: TasksState
) -> None:
    @tasks.task
    def sleep() -> None:
        result.cancel()
        time.sleep(60)

    result = sleep.delay()
    pid = os.fork()
    if pid == 0:
        site.active_runs.is_expendable = True
        tasks.drain()
        os._exit(1)

    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == -signal.SIGKILL
    assert result.run.state == "running"
    claim = site.ledger.claim(result.id, site.active_runs.owner, site.active_runs.host)
    assert claim.status == "ended"
    assert result.run.state == "cancelled"
    site.active_runs.close()
