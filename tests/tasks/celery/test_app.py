"""Whatever way Celery is asked in, a row comes of it."""

from carboy.tasks import Tasks
from carboy.tasks.app_state import TasksState


def test_a_task_sent_by_its_name_has_a_row(tasks: Tasks, site: TasksState) -> None:
    @tasks.task(name="shop.add", priority=8, queue="sums")
    def add(a: int, b: int) -> int:
        return a + b

    result = tasks.celery.send_task("shop.add", (1, 2))
    run = site.runs.find(result.id)

    assert run is not None
    assert (run.task, run.priority, run.queue) == ("shop.add", 8, "sums")
    tasks.drain()
    assert result.get() == 3


def test_two_apps_on_one_object_keep_their_runs_apart(
    tasks: Tasks, site: TasksState, tmp_path: object
) -> None:
    from flask import Flask  # noqa: PLC0415 - a second app

    other = Flask("other", instance_path=f"{tmp_path}/other")
    tasks.init_app(other)

    @tasks.task
    def add() -> None: ...

    with site.app.app_context():
        add.delay()
        assert tasks.celery.site is site
    with other.app_context():
        assert tasks.celery.site.runs.count() == 0
    assert site.runs.count() == 1


def test_what_a_task_starts_knows_its_parent(tasks: Tasks, site: TasksState) -> None:
    @tasks.task
    def child() -> None: ...

    @tasks.task
    def parent() -> str:
        return str(child.delay().id)

    result = parent.delay()
    tasks.drain()

    assert [run.id for run in site.runs.list_children(result.id)] == [result.get()]
