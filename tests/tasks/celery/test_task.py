"""A task's function is run at once by code that calls it, and makes no row."""

import pytest

from carboy.tasks import Tasks
from carboy.tasks.app_state import TasksState
from carboy.tasks.celery.task import LedgerTask
from carboy.tasks.errors import TaskUsageError


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


def test_a_secret_is_hidden_by_the_name_of_its_parameter(
    tasks: Tasks, site: TasksState
) -> None:
    @tasks.task(bind=True)
    def sign_in(self: object, name: str, password: str, api_key: str = "") -> str:
        return f"{name} {len(password + api_key)}"

    result = sign_in.delay("ada", "geheim")
    short = sign_in.apply_async(("ada",), {"password": "geheim"})
    tasks.drain()

    assert result.run.show_arguments() == "'ada', ********"
    assert "geheim" not in short.run.show_arguments()
    assert result.run.value == short.run.value == "ada 6"


@pytest.mark.parametrize(
    "limits", [{"time_limit": 5}, {"time_limit": 5, "soft_time_limit": 5}]
)
def test_a_call_whose_soft_limit_would_put_off_the_hard_one_is_refused(
    tasks: Tasks, site: TasksState, limits: dict[str, float]
) -> None:
    @tasks.task(soft_time_limit=60)
    def load() -> None: ...

    with pytest.raises(TaskUsageError, match=r"shorter than time_limit \(5 s\)"):
        load.apply_async(**limits)

    assert site.runs.count() == 0
    load.apply_async(time_limit=5, soft_time_limit=4)
    load.apply_async(time_limit=90)
    assert len(tasks.drain()) == 2
