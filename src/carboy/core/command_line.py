"""The command line as this process was called, for hints in messages."""

import os
from pathlib import Path

import click

# Set for child processes of a project's manage.py, which are started as `carboy`.
PROGRAM_VARIABLE = "CARBOY_PROGRAM"


def command_line(words: str) -> str:
    """Return a command as its reader calls it: `python manage.py db upgrade`."""
    return f"{_program()} {words}"


def _program() -> str:
    if program := os.environ.get(PROGRAM_VARIABLE):
        return program
    context = click.get_current_context(silent=True)
    name = context.find_root().info_name if context is not None else None
    return program_name(name or "carboy")


def program_name(path: str) -> str:
    """Return how a program is called: a script with `python`, others by their name."""
    if path.endswith(".py"):
        return f"python {path}"
    name = Path(path).name
    return name if name in {"carboy", "flask"} else "carboy"
