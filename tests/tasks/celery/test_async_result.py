"""A result is a run of ours and a result of Celery's."""

import pytest
from celery.result import AsyncResult

from carboy.tasks import RunResult, Tasks
from carboy.tasks.app_state import TasksState


def test_it_is_both(tasks: Tasks, site: TasksState) -> None:
    @tasks.task
    def add(a: int, b: int) -> int:
        return a + b

    result = add.delay(1, 2)
    tasks.drain()

    assert isinstance(result, RunResult)
    assert isinstance(result, AsyncResult)
    assert result.get() == 3
    assert result.successful()
    with pytest.raises(AttributeError, match="nonsense"):
        _ = result.nonsense
