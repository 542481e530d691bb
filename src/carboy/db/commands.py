"""`carboy db …`, `flask db …` and `manage.py db …`."""

import os
import re
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click
from flask import current_app
from flask.cli import with_appcontext

from carboy.core import command_line, get_current_app
from carboy.errors import CarboyError

from .dbshell import find_console
from .lazy_commands import HELP
from .migrations import actions
from .migrations.folder import project_of
from .migrations.migrate import migrate_of
from .seeds import find_seed_files, load_seeds

_STEPS = re.compile(r"-\d+")
_directory = click.option(
    "-d", "--directory", help="Folder of the migrations, if it is not the usual one."
)
_verbose = click.option("-v", "--verbose", is_flag=True, help="Tell more.")
_sql = click.option("--sql", is_flag=True, help="Print the SQL instead of running it.")
_tag = click.option("--tag", help="Something that your own env.py looks for.")
_module = click.option(
    "--module", help="Module that it is for, by default the site itself."
)
_depends_on = click.option(
    "--depends-on",
    multiple=True,
    help="Revision of another module, or of the site, that must run before.",
)
_message = click.option("-m", "--message", help="What it changes, in a few words.")


@click.group("db", help=HELP)
def group() -> None:
    """Hold the commands."""


class _MigrationCommand(click.Command):
    """A command that takes `-1` for a number of steps, as Alembic's own do."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Keep click from looking for an option `-1`."""
        steps = [argument for argument in args if _STEPS.fullmatch(argument)]
        others = [argument for argument in args if argument not in steps]
        return super().parse_args(ctx, [*others, "--", *steps] if steps else args)


def _command(name: str) -> Callable[[Callable[..., object]], click.Command]:
    """Add a command which runs with the app, and whose errors are one message."""

    def add(function: Callable[..., object]) -> click.Command:
        @wraps(function)
        def run(**options: Any) -> None:
            try:
                function(**options)
            except CarboyError as error:
                raise click.ClickException(str(error)) from error

        return group.command(name, cls=_MigrationCommand)(with_appcontext(run))

    return add


@_command("init")
@_directory
def init(directory: str | None) -> None:
    """Make the folder of the migrations."""
    folder = actions.init(directory)
    next_step = command_line("db migrate")
    click.echo(f"Made {folder}. Write the first migration with `{next_step}`.")


@_command("migrate")
@_directory
@_message
@_module
@_depends_on
@click.option("--rev-id", help="Id of the new migration.")
@click.option("--head", help="Where the new migration goes.")
@click.option("--splice", is_flag=True, default=None, help="Allow a new branch there.")
@click.option("--branch-label", help="Name of a new branch.")
def migrate(directory: str | None, message: str | None, **options: Any) -> None:
    """Write a migration from the tables to the models."""
    _print_created(actions.migrate(directory, message, **options))


@_command("revision")
@_directory
@_message
@click.option("--autogenerate", is_flag=True, help="Fill it in, as `migrate` does.")
@_module
@_depends_on
@click.option("--rev-id", help="Id of the new migration.")
@click.option("--head", help="Where the new migration goes.")
@click.option("--splice", is_flag=True, default=None, help="Allow a new branch there.")
@click.option("--branch-label", help="Name of a new branch.")
def revision(directory: str | None, message: str | None, **options: Any) -> None:
    """Write an empty migration."""
    _print_created(actions.revision(directory, message, **options))


@_command("upgrade")
@_directory
@_sql
@_tag
@click.argument("target", default="head", metavar="[REVISION]")
def upgrade(directory: str | None, target: str, *, sql: bool, tag: str | None) -> None:
    """Bring the database to a later revision, by default the newest."""
    if not sql:
        for name, risk in actions.list_pending_risks(directory, target):
            _warn(f"{name} {risk}.")
    actions.upgrade(directory, target, sql=sql, tag=tag)


@_command("downgrade")
@_directory
@_sql
@_tag
@click.option("-y", "--yes", is_flag=True, help="Do not ask before all is dropped.")
@click.argument("target", default="-1", metavar="[REVISION]")
def downgrade(
    directory: str | None, target: str, *, sql: bool, tag: str | None, yes: bool
) -> None:
    """Bring the database to an earlier revision, by default one back."""
    if target.rpartition("@")[2] == "base" and not sql and not yes:
        url = migrate_of(current_app).db.engine.url.render_as_string()
        click.confirm(
            f"This drops every table of the migrations in {url}, with their rows. "
            f"Go on?",
            abort=True,
        )
    actions.downgrade(directory, target, sql=sql, tag=tag)


@_command("stamp")
@_directory
@click.option("--purge", is_flag=True, help="First forget where it stands.")
@click.argument("target", default="head", metavar="[REVISION]")
def stamp(directory: str | None, target: str, *, purge: bool) -> None:
    """Mark the database as being at a revision, without running anything."""
    actions.stamp(directory, target, purge=purge)


@_command("forget")
@_directory
@click.argument("revision")
def forget(directory: str | None, revision: str) -> None:
    """Forget a migration whose module is not installed any more."""
    actions.forget(revision, directory)
    click.echo(f"Forgot {revision}. No table was changed.")


@_command("merge")
@_directory
@_message
@click.argument("revisions", nargs=-1)
def merge(
    directory: str | None, message: str | None, revisions: tuple[str, ...]
) -> None:
    """Join two ends of the migrations into one."""
    _print_created(actions.merge(revisions or ("heads",), directory, message))


@_command("check")
@_directory
def check(directory: str | None) -> None:
    """Fail if the models and the tables differ."""
    actions.check(directory)


@_command("show")
@_directory
@click.argument("target", default="head", metavar="[REVISION]")
def show(directory: str | None, target: str) -> None:
    """Print one migration, by default the newest."""
    actions.show(directory, target)


@_command("history")
@_directory
@_verbose
def history(directory: str | None, *, verbose: bool) -> None:
    """Print all migrations, the newest first."""
    actions.history(directory, verbose=verbose)


@_command("heads")
@_directory
@_verbose
def heads(directory: str | None, *, verbose: bool) -> None:
    """Print the newest migrations."""
    actions.heads(directory, verbose=verbose)


@_command("branches")
@_directory
@_verbose
def branches(directory: str | None, *, verbose: bool) -> None:
    """Print where the migrations part."""
    actions.branches(directory, verbose=verbose)


@_command("current")
@_directory
@_verbose
def current(directory: str | None, *, verbose: bool) -> None:
    """Print where the database stands."""
    actions.current(directory, verbose=verbose)


@_command("seed")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
def seed(files: tuple[Path, ...]) -> None:
    """Fill the database from seeds.py, seeds.yaml or seeds.json, or FILES."""
    app = get_current_app()
    db = migrate_of(app).db
    actions.import_site_models()
    for path in files or find_seed_files(project_of(app)):
        count = load_seeds(db, path)
        what = "object is" if count == 1 else "objects are"
        click.echo(f"{path.name}: {count} {what} new or changed.")


@_command("shell")
def shell() -> None:
    """Open the database's own console: sqlite3, psql or mariadb."""
    console = find_console(migrate_of(current_app).db.engine.url)
    os.execvpe(console.command[0], console.command, os.environ | console.environment)  # noqa: S606 - the command is one of ours


def _print_created(paths: list[Path]) -> None:
    if not paths:
        click.echo("The tables are as the models say. Nothing was written.")
    for path in paths:
        name = path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
        click.echo(f"Made {name}. Read it, then run `{command_line('db upgrade')}`.")
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith("Careful: "):
                _warn(f"It {line.removeprefix('Careful: ')}")


def _warn(text: str) -> None:
    click.secho(f"Careful: {text}", fg="yellow", err=True)
