"""`carboy uploads`: find and remove files that no row has."""

import click
from flask.cli import with_appcontext

from .app_state import uploads_state
from .sweep import find_dangling, find_orphans, sweep as sweep_files


@click.group(help="Find and remove uploaded files that no row has.")
def uploads() -> None:
    """Group the commands of uploads."""


@uploads.command(help="List files without a row, and rows without a file.")
@click.option(
    "--age", type=float, help="Only files of this age in seconds: UPLOADS_SWEEP_AGE."
)
@with_appcontext
def check(age: float | None) -> None:
    """Print what does not fit together, and exit with 1 if there is any."""
    state = uploads_state.current()
    columns = state.list_columns()
    older_than = state.settings.sweep_age if age is None else age
    findings = find_orphans(state, columns, older_than=older_than)
    dangling = find_dangling(state, columns)
    for key in findings.orphans:
        click.echo(f"No row has the file {key}.")
    for row in dangling:
        click.echo(f"The file is gone of {row}.")
    for key in findings.unknown:
        click.echo(f"No model has a column for the file {key}.")
    click.echo(
        f"{len(findings.orphans)} files without a row, {len(dangling)} rows without a "
        f"file, {len(findings.unknown)} files of unknown columns."
    )
    if findings.orphans or dangling:
        raise SystemExit(1)


@uploads.command(help="Remove files without a row that are old enough.")
@click.option(
    "--age", type=float, help="Only files of this age in seconds: UPLOADS_SWEEP_AGE."
)
@with_appcontext
def sweep(age: float | None) -> None:
    """Remove orphans; rows without a file are only listed by `check`."""
    state = uploads_state.current()
    older_than = state.settings.sweep_age if age is None else age
    findings = sweep_files(state, state.list_columns(), older_than=older_than)
    click.echo(
        f"{len(findings.orphans)} files without a row and {findings.unfinished} "
        f"unfinished ones were removed."
    )
    if findings.unknown:
        click.echo(
            f"{len(findings.unknown)} files belong to columns that no model declares; "
            f"they are left alone. List them: carboy uploads check."
        )
