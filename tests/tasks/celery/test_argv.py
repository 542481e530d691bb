"""Commands of Celery take the app in front of them, and behind them as Celery 4 did."""

from pathlib import Path

import click
import pytest
from celery import Celery
from celery.bin.base import CLIContext

from carboy.tasks.celery.argv import accept, command, make_option


def _parse(*words: str) -> CLIContext:
    taken = click.Command("worker", params=[make_option()])
    told = CLIContext(
        app=Celery("before", set_as_current=False), no_color=True, workdir=None
    )
    taken.make_context("worker", list(words), obj=told)
    return told


@pytest.mark.parametrize("words", [("--app=site.celery",), ("-A", "site:celery")])
def test_the_app_may_stand_behind_the_command(
    words: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = f"site_{tmp_path.name.replace('-', '_')}"
    text = "from celery import Celery\ncelery = Celery('behind', set_as_current=False)"
    (tmp_path / f"{name}.py").write_text(text)
    monkeypatch.syspath_prepend(tmp_path)

    assert _parse(*(word.replace("site", name) for word in words)).app.main == "behind"


def test_the_app_in_front_of_the_command_stays() -> None:
    assert _parse().app.main == "before"


def test_a_name_that_is_no_app_is_told() -> None:
    with pytest.raises(click.BadParameter, match=r"'nowhere\.celery' is no Celery app"):
        _parse("--app=nowhere.celery")


def test_only_commands_that_work_take_it() -> None:
    celery = Celery("fallback", set_as_current=False)

    accept(celery)

    assert set(celery.user_options) == {"worker", "beat", "events"}
    assert command.hidden
