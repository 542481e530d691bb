"""Runs are those of one task in one console; a site without tasks has none."""

from carboy.admin.background_runs import find_run, start_task
from tests.admin.conftest import Site, TaskSite


def test_a_run_belongs_to_its_task_and_console(task_site: TaskSite) -> None:
    console = task_site.app.extensions["carboy.admin"]
    with task_site.app.app_context():
        run = start_task(console, "carboy.admin.actions", {"slug": "log"})

        found, values = find_run(console, "carboy.admin.actions", run.id)
        assert found.id == run.id
        assert values == {"slug": "log"}
        nothing = (None, None)
        assert find_run(console, "carboy.admin.imports", run.id) == nothing
        assert find_run(console, "carboy.admin.actions", "unknown") == nothing
        console.name = "support"
        assert find_run(console, "carboy.admin.actions", run.id) == nothing


def test_a_site_without_tasks_starts_none(sqlite_site: Site) -> None:
    console = sqlite_site.app.extensions["carboy.admin"]
    with sqlite_site.app.app_context():
        assert start_task(console, "carboy.admin.actions", {}) is None
        assert find_run(console, "carboy.admin.actions", "x") == (None, None)
