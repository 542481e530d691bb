"""`carboy check`: look for mistakes before the site is served."""

import json
import sys

import click
from flask import Flask

from carboy.checks import check_engine, check_server
from carboy.checks.deploy import check_deploy
from carboy.core import (
    Check,
    registry_of,
    run_checks,
)

from .locate_app import Site, pass_site
from .profile import use_profile

_COLORS = {"error": "red", "warning": "yellow"}


@click.command
@click.option(
    "--deploy",
    is_flag=True,
    help="Look at what only matters in production, in the production profile.",
)
@click.option("--strict", is_flag=True, help="Fail on warnings too.")
@click.option("--json", "as_json", is_flag=True, help="One JSON list.")
@pass_site
def check(info: Site, deploy: bool, strict: bool, as_json: bool) -> None:  # noqa: FBT001 - click hands options over so
    """Look for mistakes; errors make the exit code 1."""
    use_profile("production" if deploy else "development", over_dotenv=deploy)
    found = find_all(info.load_app(), deploy=deploy)
    errors = sum(one.level == "error" for one in found)
    if as_json:
        click.echo(json.dumps([_as_data(one) for one in found], indent=2))
    else:
        _write(found, errors)
    if errors or (strict and found):
        sys.exit(1)


def find_all(app: Flask, *, deploy: bool = False) -> list[Check]:
    """Ask every check of the site and its batteries."""
    checkers = [*registry_of(app).checkers, check_engine, check_server]
    if deploy:
        checkers.append(check_deploy)
    silenced = app.config.get("CHECKS_SILENCED") or ()
    return run_checks(app, checkers, silenced=silenced)


def _write(found: list[Check], errors: int) -> None:
    for one in found:
        click.secho(one.id, fg=_COLORS[one.level], bold=True, nl=False)
        click.echo(f" {one.message}")
        if one.hint:
            click.secho(f"    {one.hint}", dim=True)
    warnings = len(found) - errors
    if found:
        click.echo(f"\n{_count(errors, 'error')}, {_count(warnings, 'warning')}.")
    else:
        click.secho("No mistakes found.", fg="green")


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"


def _as_data(check: Check) -> dict[str, str]:
    return {
        "id": check.id,
        "level": check.level,
        "message": check.message,
        "hint": check.hint,
    }
