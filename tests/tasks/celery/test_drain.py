"""Draining runs what is due, as a worker would."""

import pytest

from carboy.tasks import Tasks
from carboy.tasks.app_state import TasksState
from carboy.tasks.celery.drain import drain


def test_the_most_important_comes_first(tasks: Tasks, site: TasksState) -> None:
    order: list[str] = []

    @tasks.task
    def note(name: str) -> None:
        order.append(name)

    note.apply_async(("low",), priority=1)
    note.apply_async(("high",), priority=9)
    tasks.drain()

    assert order == ["high", "low"]


def test_a_task_that_starts_itself_for_ever_is_noticed(
    tasks: Tasks, site: TasksState
) -> None:
    @tasks.task
    def again() -> None:
        again.delay()

    again.delay()

    with pytest.raises(RuntimeError, match="itself"):
        drain(site, limit=5)


def test_what_ended_is_not_run_again(tasks: Tasks, site: TasksState) -> None:
    @tasks.task
    def add() -> None: ...

    result = add.delay()

    assert drain(site, only=result.id) == [result.id]
    assert drain(site, only=result.id) == []
