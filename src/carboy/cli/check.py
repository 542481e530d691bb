"""`carboy check`: look for mistakes before the site is served."""

import json
import sys
from collections.abc import Iterable
from functools import partial

import click
from flask import Flask

from carboy.checks import check_engine, check_server
from carboy.checks.deploy import check_deploy, check_production
from carboy.core import Check, Checker, registry_of, run_checks
from carboy.forms import check_protection

from .locate_app import AppInfo, pass_app_info
from .profile import is_production, use_profile

_COLORS = {"error": "red", "warning": "yellow"}


@click.command
@click.argument("target", required=False, metavar="[MODULE:NAME]")
@click.option(
    "--deploy",
    is_flag=True,
    help="Run the checks for production too, in the production profile.",
)
@click.option("--strict", is_flag=True, help="Fail on warnings too.")
@click.option(
    "-v", "--verbose", is_flag=True, help="Report what makes no difference too."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON list.")
@pass_app_info
def check(
    info: AppInfo,
    /,
    target: str | None,
    *,
    deploy: bool,
    strict: bool,
    verbose: bool,
    as_json: bool,
) -> None:
    """Look for mistakes; an error sets exit code 1."""
    use_profile("production" if deploy else "development", over_dotenv=deploy)
    if target:
        info.app_import_path = target
    app = info.load_app()
    more = [check_production] if is_production(app) and not deploy else []
    results = run_app_checks(app, deploy=deploy, verbose=verbose, more=more)
    errors = sum(result.level == "error" for result in results)
    if as_json:
        click.echo(json.dumps([_to_json(result) for result in results], indent=2))
    else:
        _print_results(results, errors)
    if errors or (strict and results):
        sys.exit(1)


def run_app_checks(
    app: Flask,
    *,
    deploy: bool = False,
    verbose: bool = False,
    more: Iterable[Checker] = (),
) -> list[Check]:
    """Run every check of the site and its batteries; return what they report."""
    checkers: list[Checker] = [
        *registry_of(app).checkers,
        partial(check_engine, verbose=verbose),
        check_server,
        *more,
    ]
    if deploy:
        checkers += [check_deploy, check_protection]
    silenced = app.config.get("CHECKS_SILENCED") or ()
    return run_checks(app, checkers, silenced=silenced)


def _print_results(results: list[Check], errors: int) -> None:
    for result in results:
        click.secho(result.id, fg=_COLORS[result.level], bold=True, nl=False)
        click.echo(f" {result.message}")
        if result.hint:
            click.secho(f"    {result.hint}", dim=True)
    warnings = len(results) - errors
    if results:
        click.echo(f"\n{_count(errors, 'error')}, {_count(warnings, 'warning')}.")
    else:
        click.secho("No mistakes found.", fg="green")


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _to_json(check: Check) -> dict[str, str]:
    return {
        "id": check.id,
        "level": check.level,
        "message": check.message,
        "hint": check.hint,
    }
