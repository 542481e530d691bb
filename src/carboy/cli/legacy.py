"""`carboy legacy`: run old code as it is, and list what to write in its place."""

import json
import os
from dataclasses import asdict
from importlib import import_module
from typing import Any

import click


def open_door(_context: click.Context, _option: click.Parameter, value: Any) -> None:
    """Open the door, in this process and in those that it starts."""
    if value:
        _load()


legacy_option = click.option(
    "--legacy",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=open_door,
    help="Bring back old import names and behaviour; sets LEGACY=1.",
)


@click.group
def legacy() -> None:
    """Run code of old Flask versions and extensions as it is."""


@legacy.command(
    context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False}
)
@click.argument("arguments", nargs=-1, required=True, metavar="FILE [ARGUMENTS]...")
def run(arguments: tuple[str, ...]) -> None:
    """Run a Python file, such as an old manage.py, with old names in place."""
    _load().run_file(arguments)


@legacy.command
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for other programs.")
@click.option("--check", is_flag=True, help="Exit with 1 if old names are in use.")
@click.option("--clear", is_flag=True, help="Forget what was recorded so far.")
def report(*, as_json: bool, check: bool, clear: bool) -> None:
    """List the old names that this project has used, with the exact edits."""
    module = import_module("carboy.legacy")
    path = module.report_file()
    if clear:
        path.unlink(missing_ok=True)
        click.echo("The report is empty now.")
        return
    uses = module.read_report(path)
    if as_json:
        click.echo(json.dumps([asdict(use) for use in uses], ensure_ascii=False))
    elif uses:
        click.echo(module.format_report(uses))
        click.echo(f"\n{len(uses)} uses of old names.")
    else:
        click.echo("No old name was used here. Run the site with --legacy first.")
    if check and uses:
        raise SystemExit(1)


@legacy.command
@click.argument("words", nargs=-1)
def names(words: tuple[str, ...]) -> None:
    """List the old names that work, or those that contain WORDS."""
    rows = import_module("carboy.legacy").list_rows()
    shown = [row for row in rows if all(word in row.name for word in words)]
    for row in shown:
        click.echo(f"{row.name}\n    {row.new_code}")


def _load() -> Any:
    os.environ["LEGACY"] = "1"
    return import_module("carboy.legacy")
