"""`celery beat` starts what is due in the ledger's way."""

from carboy.tasks import Tasks
from carboy.tasks.app_state import TasksState
from carboy.tasks.celery.beat import LedgerScheduler


def test_celery_beat_uses_the_same_table(tasks: Tasks, site: TasksState) -> None:
    @tasks.every(0.1)
    @tasks.task(name="shop.tidy")
    def tidy() -> None: ...

    scheduler = LedgerScheduler(app=tasks.celery, lazy=True)
    scheduler.setup_schedule()

    assert scheduler.tick() < 1
    assert scheduler._scheduler.list_schedules()[0].name == "shop.tidy"
