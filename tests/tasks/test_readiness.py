"""A site on which no task can be worked on is not ready."""

import time

import pytest

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


def test_in_development_the_log_says_that_no_worker_is_alive(
    tasks: Tasks, site: TasksState, caplog: pytest.LogCaptureFixture
) -> None:
    @tasks.task
    def add() -> None: ...

    site.warn_at = 0.0
    add.delay()
    assert not caplog.messages  # not in production

    site.app.debug = True
    site.warn_at = time.monotonic() + 60
    add.delay()
    assert not caplog.messages  # the worker may be starting

    site.warn_at = 0.0
    add.delay()
    add.delay()
    assert len(caplog.messages) == 1
    assert "no worker is alive: start one with `carboy worker`" in caplog.text

    site.live.heartbeat("2", "here", "worker")
    site.warn_at = 0.0
    add.delay()
    assert len(caplog.messages) == 1
