"""A result knows its row, and waits for its end."""

import pytest
from celery.exceptions import TimeoutError as CeleryTimeoutError

from carboy.tasks import Tasks, UnknownRunError
from carboy.tasks.app_state import TasksState


def test_waiting_ends_at_its_deadline(tasks: Tasks, site: TasksState) -> None:
    @tasks.task
    def add() -> None: ...

    with pytest.raises(CeleryTimeoutError):
        add.delay().get(timeout=0.01)


def test_nobody_waits_for_a_run_that_does_not_exist(
    tasks: Tasks, site: TasksState
) -> None:
    with pytest.raises(UnknownRunError, match="not committed"):
        tasks.celery.AsyncResult("nobody").get()


def test_revoke_is_cancel(tasks: Tasks, site: TasksState) -> None:
    @tasks.task
    def add() -> None: ...

    result = add.delay()
    result.revoke(terminate=True)

    assert result.run.state == "cancelled"
    assert not result.cancel()
