"""Every error on a command line is one message and an exit code."""

import click
import pytest

from carboy.errors import ConfigError
from carboy.script import print_error, run_click


def run(action):
    def callback():
        raise action

    return run_click(click.Command("work", callback=callback), [], name="work")


@pytest.mark.parametrize(
    ("action", "code", "text"),
    [
        (ConfigError("It is wrong."), 1, "Error: It is wrong.\n"),
        (click.UsageError("It is not so."), 2, "Error: It is not so.\n"),
        (click.ClickException("It broke."), 1, "Error: It broke.\n"),
        (click.Abort(), 130, "Stopped.\n"),
    ],
)
def test_a_mistake_is_one_line_on_the_error_stream(capsys, action, code, text):
    assert run(action) == code
    assert capsys.readouterr() == ("", text)


def test_a_group_without_arguments_prints_its_help(capsys):
    group = click.Group("tool", no_args_is_help=True, help="Does things.")

    assert run_click(group, [], name="tool") == 0
    out, err = capsys.readouterr()
    assert out.startswith("Usage: tool")
    assert err == ""


def test_other_exceptions_are_raised():
    with pytest.raises(ZeroDivisionError):
        run(ZeroDivisionError())


def test_the_result_of_a_command_is_returned():
    command = click.Command("work", callback=lambda: 7)

    assert run_click(command, [], name="work") == 7


def test_color_is_off_with_no_color(capsys, monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")

    assert print_error("It is wrong.", 3) == 3
    assert capsys.readouterr().err == "Error: It is wrong.\n"
