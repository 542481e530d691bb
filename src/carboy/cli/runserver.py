"""`manage.py runserver`: the old name of `run`, with its old letters."""

import click

from .run import run

runserver = click.Command(
    "runserver",
    params=run.params,
    callback=run.callback,
    help="Run the development server; the old name of `run`.",
    hidden=True,
    context_settings={"help_option_names": ["-?", "--help"]},
)
