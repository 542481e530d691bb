"""A task's function is run at once by code that calls it, and makes no row."""

from carboy.tasks import Tasks
from carboy.tasks.app_state import TasksState
from carboy.tasks.celery.task import LedgerTask


def test_a_call_runs_the_function_without_a_row(tasks: Tasks, site: TasksState) -> None:
    @tasks.task
    def add(a: int, b: int) -> int:
        return a + b

    assert isinstance(add, LedgerTask)
    assert add(1, 2) == 3
    assert site.runs.count() == 0
    assert add.apply(args=(1, 2)).get() == 3
    assert site.runs.count() == 0
