"""A site on which no task can be worked on is not ready."""

from carboy.tasks import Tasks
from carboy.tasks.app_state import TasksState
from carboy.tasks.readiness import find_problem

from .conftest import MakeSite


def test_a_site_without_workers_is_not_ready(site: TasksState) -> None:
    assert "carboy worker" in (find_problem(site) or "")
    site.live.heartbeat("1", "here", "pool")
    assert find_problem(site) is not None
    site.live.heartbeat("2", "here", "worker")
    assert find_problem(site) is None


def test_a_site_that_runs_tasks_in_the_request_needs_no_worker(
    tasks: Tasks, make_site: MakeSite
) -> None:
    assert find_problem(make_site(tasks, TASKS_RUN_NOW=True)) is None
