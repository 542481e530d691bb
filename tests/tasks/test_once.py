"""What is done once is not done again by a later try of the same run."""

import pytest

from carboy.tasks import Tasks, TaskUsageError, once
from carboy.tasks.app_state import TasksState


def test_it_is_for_tasks_only() -> None:
    with pytest.raises(TaskUsageError, match="outside"):
        once("x", str)


def test_two_runs_do_it_twice_and_one_run_once(tasks: Tasks, site: TasksState) -> None:
    calls: list[str] = []

    @tasks.task
    def pay() -> int:
        for _ in range(3):
            once("charge", lambda key: calls.append(key) or "ok")
        return len(calls)

    first, second = pay.delay(), pay.delay()
    tasks.drain()

    assert (first.get(), second.get()) == (1, 2)
