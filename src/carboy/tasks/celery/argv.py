"""`celery worker --app=...`, the order of words that Celery 4 took and 5 refuses.

Celery loads this through its entry point `celery.commands`, and only its own way to add
options (`user_options`) is used, on the app that it falls back to without `--app`.
"""

from typing import Any

import click
from celery import current_app
from celery.app.utils import find_app

from carboy.legacy_variable import open_if_asked

_COMMANDS = ("worker", "beat", "events")


def _take_app(
    context: click.Context, _option: click.Parameter, value: str | None
) -> None:
    if value:
        try:
            context.obj.app = find_app(value)
        except (ImportError, AttributeError) as error:
            msg = f"{value!r} is no Celery app: {error}. Write it as module.name."
            raise click.BadParameter(msg) from error


def make_option() -> click.Option:
    """Make the option that says the app behind the command instead of before it."""
    return click.Option(
        ["-A", "--app", "told_app"],
        # Other options ask the app for their defaults.
        is_eager=True,
        expose_value=False,
        callback=_take_app,
        help="The Celery app: module.name. May stand before the command as well.",
    )


def accept(celery: Any) -> None:
    """Add `--app` to commands when none was given before them."""
    for name in _COMMANDS:
        celery.user_options[name].add(make_option())


@click.command("old-order", hidden=True)
def command() -> None:
    """Describe the orders of arguments that are understood."""
    click.echo("`celery --app=X worker` and `celery worker --app=X` are the same here.")


accept(current_app)
open_if_asked()
