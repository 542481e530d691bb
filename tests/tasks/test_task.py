"""What one may say to `@tasks.task`."""

from datetime import timedelta

from carboy.tasks import Tasks
from carboy.tasks.app_state import TasksState
from carboy.tasks.task import make_options


def test_retries_are_said_in_celerys_words() -> None:
    made = make_options(retries=3, backoff=timedelta(seconds=5), retry_on=(OSError,))

    assert made["max_retries"] == 3
    assert made["autoretry_for"] == (OSError,)
    assert made["retry_backoff"] == 5
    assert make_options() == {}
    assert "autoretry_for" not in make_options(retries=0)


def test_a_task_is_one_of_celerys(tasks: Tasks, site: TasksState) -> None:
    @tasks.task(name="shop.add", time_limit=5)
    def add(a: int, b: int) -> int:
        """Add up."""
        return a + b

    assert tasks.celery.tasks["shop.add"].time_limit == 5
    assert add.__doc__ == "Add up."
    assert add.s(1, 2).task == "shop.add"
