"""The command line lists, shows, repeats and stops runs."""

import pytest
from flask.testing import FlaskCliRunner

from carboy.tasks import Tasks
from carboy.tasks.app_state import TasksState


@pytest.fixture
def cli(site: TasksState) -> FlaskCliRunner:
    return site.app.test_cli_runner()


def test_runs_are_listed_and_shown(
    tasks: Tasks, site: TasksState, cli: FlaskCliRunner
) -> None:
    @tasks.task(name="shop.add")
    def add(a: int, password: str) -> int:
        return a

    secret = {"password": "geheim"}
    result = add.delay(1, **secret)
    tasks.drain()

    listed = cli.invoke(args=["tasks", "list", "--state", "done"]).output
    shown = cli.invoke(args=["tasks", "show", result.id]).output

    assert result.id in listed
    assert "shop.add(1, password=********)" in shown
    assert "result: 1" in shown
    assert "no run" in cli.invoke(args=["tasks", "show", "nobody"]).output


def test_runs_are_cancelled_repeated_and_purged(
    tasks: Tasks, site: TasksState, cli: FlaskCliRunner
) -> None:
    @tasks.task
    def add() -> None: ...

    result = add.delay()

    assert "is cancelled" in cli.invoke(args=["tasks", "cancel", result.id]).output
    assert "ended already" in cli.invoke(args=["tasks", "cancel", result.id]).output
    assert "waits again" in cli.invoke(args=["tasks", "retry", result.id]).output
    assert "not ended" in cli.invoke(args=["tasks", "retry", result.id]).output
    purged = cli.invoke(args=["tasks", "purge", "--yes"])
    assert purged.output.strip() == "1 runs are cancelled."


def test_a_run_that_waits_for_a_worker_says_so(
    tasks: Tasks, site: TasksState, cli: FlaskCliRunner
) -> None:
    @tasks.task
    def add() -> None: ...

    result, reason = add.delay(), "Nothing that waits begins: no worker is alive"
    for arguments in (["list"], ["show", result.id]):
        assert reason in cli.invoke(args=["tasks", *arguments]).output

    site.live.heartbeat("owner", "host", "worker")
    assert reason not in cli.invoke(args=["tasks", "list"]).output
    tasks.drain()
    site.live.remove_worker("owner")
    assert reason not in cli.invoke(args=["tasks", "list"]).output


def test_schedules_are_listed_and_paused(
    tasks: Tasks, site: TasksState, cli: FlaskCliRunner
) -> None:
    @tasks.cron("0 3 * * *")
    @tasks.task(name="shop.tidy")
    def tidy() -> None: ...

    assert "cron 0 3 * * *" in cli.invoke(args=["tasks", "schedules"]).output
    paused = cli.invoke(args=["tasks", "schedules", "shop.tidy", "--pause"]).output
    assert "paused" in paused
    assert (
        "no schedule" in cli.invoke(args=["tasks", "schedules", "x", "--pause"]).output
    )
