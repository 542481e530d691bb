"""A terminal shows how far a run is."""

import click
from click.testing import CliRunner

from carboy.tasks import Tasks
from carboy.tasks.app_state import TasksState
from carboy.tasks.progress_bar import draw, wait_with_bar


def test_a_bar_is_drawn_until_the_run_ends(tasks: Tasks, site: TasksState) -> None:
    @tasks.task
    def add() -> None: ...

    result = add.delay()
    site.live.set_progress(result.id, 1, 2, "half")

    @click.command()
    def wait() -> None:
        wait_with_bar(site, result.id, sleep=lambda _seconds: tasks.drain() and None)

    shown = CliRunner().invoke(wait).output

    assert " 50% waiting half" in shown
    assert "100% done half" in shown
    assert draw(site, result.run).startswith("█" * 30)


def test_nothing_is_waited_for_without_a_run(site: TasksState) -> None:
    assert wait_with_bar(site, "nobody", timeout=0) is None
