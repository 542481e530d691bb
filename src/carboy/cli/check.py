"""`carboy check`: look for mistakes before the site is served."""

import json
import sys

import click

from carboy.checks import run_app_checks
from carboy.checks.deploy import check_deploy, check_production
from carboy.core import Check, Checker
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
    more: list[Checker] = [check_deploy, check_protection] if deploy else []
    if is_production(app) and not deploy:
        more = [check_production]
    results = run_app_checks(app, more, verbose=verbose)
    errors = sum(result.level == "error" for result in results)
    if as_json:
        click.echo(json.dumps([_to_json(result) for result in results], indent=2))
    else:
        _print_results(results, errors)
    if errors or (strict and results):
        sys.exit(1)


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
