"""Runs click commands: an error is one message and an exit code."""

import os
from collections.abc import Sequence
from typing import Any

import click

from carboy.errors import CarboyError

_INTERRUPTED = 130


def run_click(
    command: click.Command, args: Sequence[str] | None, *, name: str, **options: Any
) -> Any:
    """Run a click command; return its result, or the exit code of an error."""
    try:
        return command.main(args, prog_name=name, standalone_mode=False, **options)
    except click.Abort:
        click.echo("Stopped.", err=True)
        return _INTERRUPTED
    except click.exceptions.NoArgsIsHelpError as error:
        # Its message is the help, which is no error.
        click.echo(error.format_message())
        return 0
    except click.ClickException as error:
        return print_error(error.format_message(), error.exit_code)
    except CarboyError as error:
        return print_error(str(error))


def print_error(message: str, code: int = 1) -> int:
    """Print a message on stderr; return the exit code."""
    color = False if os.environ.get("NO_COLOR") else None
    label = click.style("Error:", fg="red", bold=True)
    click.echo(f"{label} {message}", err=True, color=color)
    return code
