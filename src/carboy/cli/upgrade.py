"""`carboy upgrade`: rewrite old code for today's packages, with a proof if wanted."""

from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from carboy.upgrade import (
    FileOutcome,
    UpgradeRule,
    choose_rules,
    find_root,
    format_counts,
    format_diff,
    format_places,
    list_files,
    list_rules,
    make_project,
    parse_targets,
    summarize,
    upgrade_files,
    write_outcomes,
    write_report,
)


def _print_rules(context: click.Context, _option: click.Parameter, value: Any) -> None:
    if not value:
        return
    rules = list_rules()
    width = max(len(rule.id) for rule in rules)
    for rule in rules:
        mark = f"--to {rule.group}" if rule.group else "" if rule.is_safe else "unsafe"
        end = f"  ({mark})" if mark else ""
        click.echo(f"{rule.id:{width}}  {rule.title}{end}")
    context.exit()


def _split(
    _context: click.Context, _option: click.Parameter, values: Sequence[str]
) -> list[str]:
    return [name.strip() for value in values for name in value.split(",") if name]


@click.command
@click.argument(
    "paths", nargs=-1, type=click.Path(exists=True, path_type=Path), metavar="[PATH]..."
)
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 if it would.")
@click.option("--diff", is_flag=True, help="Print the changes; write nothing.")
@click.option(
    "--target",
    default="",
    metavar="NAME=VERSION,...",
    help="The versions to upgrade to, such as flask=3.1,sqlalchemy=2.1.",
)
@click.option(
    "--only", multiple=True, callback=_split, metavar="RULE", help="Run these rules."
)
@click.option(
    "--skip", multiple=True, callback=_split, metavar="RULE", help="Leave these out."
)
@click.option("--unsafe", is_flag=True, help="Run rules that may change behaviour too.")
@click.option(
    "--to",
    "groups",
    multiple=True,
    type=click.Choice(["carboy"]),
    help="Replace Flask extensions by the batteries of Carboy too.",
)
@click.option(
    "--prove",
    default=None,
    metavar="COMMAND",
    help="Upgrade on a branch, one commit for each rule; run COMMAND after each."
    " '' compares imports and routes.",
)
@click.option(
    "--report",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write a report, as .html or .json.",
)
@click.option(
    "--list-rules",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_rules,
    help="List all rules.",
)
def upgrade(paths: tuple[Path, ...], *, target: str, **options: Any) -> None:
    """Rewrite code of old Flask versions and extensions for those of today.

    Only the places that a rule changes are touched. What cannot be decided is listed
    with the edit to make.
    """
    places = paths or (Path(),)
    targets = parse_targets(target)
    rules = choose_rules(
        targets,
        only=options["only"],
        skip=options["skip"],
        unsafe=options["unsafe"],
        groups=options["groups"],
    )
    if options["prove"] is not None:
        _prove(places, rules, options["prove"], options["report"], targets)
        return
    files = list_files(places)
    project = make_project(list_files([find_root(places[0])]))
    outcomes = upgrade_files(files, rules, project=project)
    is_dry = options["check"] or options["diff"]
    if options["diff"]:
        click.echo(format_diff(outcomes), nl=False)
    if not is_dry:
        write_outcomes(outcomes)
    _show(outcomes, is_check=options["check"], is_written=not is_dry)
    if options["report"]:
        write_report(options["report"], outcomes, targets)
    if is_dry and any(outcome.is_changed for outcome in outcomes):
        raise SystemExit(1)


def _show(outcomes: list[FileOutcome], *, is_check: bool, is_written: bool) -> None:
    """Print what happened: places on standard output, the rest on standard error."""
    for outcome in outcomes:
        security = [place for place in outcome.changes if place.security]
        for line in format_places(outcome, outcome.changes if is_check else security):
            click.echo(line)
    for outcome in outcomes:
        for line in format_places(outcome, outcome.notes):
            click.echo(line)
        if outcome.problem:
            click.echo(outcome.problem, err=True)
    if not outcomes:
        return
    for line in format_counts(outcomes):
        click.echo(line, err=True)
    click.echo(summarize(outcomes, is_written=is_written), err=True)


def _prove(
    paths: Sequence[Path],
    rules: Sequence[UpgradeRule],
    command: str,
    report: Path | None,
    targets: Mapping[str, str],
) -> None:
    proof = import_module("carboy.upgrade.prove")
    result = proof.prove(paths, rules, command, say=click.echo)
    if report:
        write_report(report, result.outcomes, targets)
    if not result.is_good:
        raise SystemExit(1)
