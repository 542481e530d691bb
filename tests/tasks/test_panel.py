"""The panel of tasks counts runs, says why none begins, and leads to the pages."""

from carboy.core import PanelQuery, registry_of
from carboy.tasks import Tasks
from carboy.tasks.app_state import TasksState

from .conftest import MakeSite


def test_runs_are_counted_and_the_reason_is_told(
    tasks: Tasks, site: TasksState
) -> None:
    @tasks.task
    def add() -> None: ...

    with site.app.test_request_context():
        panel = registry_of(site.app).panels["tasks"]()
        add.delay()
        add.delay()
        view = panel.read(PanelQuery())

        assert [number for _, number in view.numbers] == [2, 0, 0]
        assert "carboy worker" in view.note
        assert [href for _, href in view.links] == [
            "/-/tasks/",
            "/-/tasks/queues",
            "/-/tasks/workers",
            "/-/tasks/schedules",
        ]
        site.live.heartbeat("2", "here", "worker")
        assert panel.read(PanelQuery()).note == ""


def test_without_the_pages_there_are_no_links(
    tasks: Tasks, make_site: MakeSite
) -> None:
    site = make_site(tasks, TASKS_CONSOLE=False)

    with site.app.test_request_context():
        assert registry_of(site.app).panels["tasks"]().read(PanelQuery()).links == ()
