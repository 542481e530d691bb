"""A task's function is run at once by code that calls it, and makes no row."""

from carboy.tasks import Tasks
from carboy.tasks.app_state import TasksState
from carboy.tasks.celery.task import LedgerTask


def test_a_limit_of_a_task_is_not_put_off_by_the_soft_limit_of_the_site(
    tasks: Tasks, site: TasksState
) -> None:
    @tasks.task(time_limit=5)
    def short() -> None: ...

    @tasks.task
    def usual() -> None: ...

    celery = site.celery
    limits = [celery.tasks[each.name] for each in (short, usual)]

    assert (limits[0].time_limit, limits[0].soft_time_limit) == (5, 0)
    assert (limits[1].time_limit, limits[1].soft_time_limit) == (3900.0, 3600.0)


def test_a_call_runs_the_function_without_a_row(tasks: Tasks, site: TasksState) -> None:
    @tasks.task
    def add(a: int, b: int) -> int:
        return a + b

    assert isinstance(add, LedgerTask)
    assert add(1, 2) == 3
    assert site.runs.count() == 0
    assert add.apply(args=(1, 2)).get() == 3
    assert site.runs.count() == 0
