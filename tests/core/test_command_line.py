"""If this passes, hints name a command as its reader calls it."""

import click
import pytest

from carboy.core import PROGRAM_VARIABLE, command_line


@pytest.fixture(autouse=True)
def no_program(monkeypatch):
    monkeypatch.delenv(PROGRAM_VARIABLE, raising=False)


@pytest.mark.parametrize(
    ("program", "line"),
    [
        ("carboy", "carboy db upgrade"),
        ("flask", "flask db upgrade"),
        ("manage.py", "python manage.py db upgrade"),
        ("bin/crm.py", "python bin/crm.py db upgrade"),
        ("/usr/bin/pytest", "carboy db upgrade"),
    ],
)
def test_the_program_of_the_command_is_named(program, line):
    root = click.Context(click.Command("root"), info_name=program)
    inner = click.Context(click.Command("inner"), parent=root, info_name="db")

    with root, inner:
        assert command_line("db upgrade") == line


def test_outside_of_commands_it_is_carboy():
    assert command_line("worker") == "carboy worker"


def test_a_child_process_names_the_program_of_its_parent(monkeypatch):
    monkeypatch.setenv(PROGRAM_VARIABLE, "python manage.py")

    assert command_line("db upgrade") == "python manage.py db upgrade"
