"""Migrations, as functions: what the `db` commands do, and deployment scripts too.

Each works on the app at work. Alembic does the work; what is ours is that it finds the
models and the database by itself, and that its complaints say what to do.
"""

import sys
from argparse import Namespace
from collections.abc import Callable, Sequence
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import sqlalchemy as sa
from alembic import command, context
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.script.revision import RevisionError
from alembic.util.exc import CommandError
from flask import Flask, current_app
from sqlalchemy.exc import DBAPIError, NoSuchTableError

from carboy.core import command_line, get_current_app, registry_of
from carboy.db.module_models import list_module_metadatas
from carboy.db.settings import DatabaseSettings

from .branches import (
    MigrationBranch,
    add_version_folders,
    find_owner,
    get_branch,
    has_modules,
    make_revision_options,
    name_branch,
    select_tables,
)
from .connections import prepare, refuse_dangling, restore
from .diff import is_only_renamed
from .errors import MigrationError, explain_error
from .find_models import import_models
from .folder import find_folder
from .migrate import migrate_of
from .render_types import render_item
from .risks import find_risks, read_risks

P = ParamSpec("P")
T = TypeVar("T")

_SCAFFOLD = Path(__file__).parent / "scaffold"
# Batteries and extensions of PostgreSQL make these tables; no model stands for them.
_NOT_OURS = ("carboy_", "spatial_ref_sys")


def _explained(function: Callable[P, T]) -> Callable[P, T]:
    @wraps(function)
    def call(*args: P.args, **options: P.kwargs) -> T:
        try:
            return function(*args, **options)
        except (CommandError, DBAPIError, NoSuchTableError) as error:
            asked = {str(value) for value in (*args, *options.values())}
            raise explain_error(error, folder_of(get_current_app()), asked) from error

    return call


def init(directory: str | None = None) -> Path:
    """Make the folder of the migrations."""
    folder = folder_of(get_current_app(), directory)
    if (folder / "env.py").exists():
        msg = f"There are migrations in {folder} already. Nothing was changed."
        raise MigrationError(msg)
    (folder / "versions").mkdir(parents=True, exist_ok=True)
    for source, target in (
        ("env.py.txt", "env.py"),
        ("script.py.mako", "script.py.mako"),
    ):
        text = (_SCAFFOLD / source).read_text(encoding="utf-8")
        (folder / target).write_text(text, encoding="utf-8")
    return folder


@_explained
def migrate(
    directory: str | None = None, message: str | None = None, **options: Any
) -> list[Path]:
    """Write a migration from the tables to the models; nothing if they are equal."""
    return revision(directory, message, autogenerate=True, **options)


@_explained
def revision(
    directory: str | None = None,
    message: str | None = None,
    *,
    autogenerate: bool = False,
    module: str | None = None,
    **options: Any,
) -> list[Path]:
    """Write a new migration, empty or from the difference to the models.

    It is one of the site, or of `module`: in its folder, about its tables.
    """
    config = make_config(directory)
    app = get_current_app()
    # The caller says what was made; Alembic would say it twice more.
    config.cmd_opts = Namespace(quiet=True)
    given = {k: v for k, v in options.items() if v is not None}
    branch = get_branch(app, folder_of(app, directory), module)
    if has_modules(app):
        config.attributes["branch"] = branch
        given = make_revision_options(config, branch, given)
    if autogenerate:
        given["process_revision_directives"] = _process_for(config)
    made: Any = command.revision(config, message, autogenerate=autogenerate, **given)
    scripts = made if isinstance(made, list) else [made]
    return [Path(script.path) for script in scripts if script is not None]


@_explained
def upgrade(
    directory: str | None = None,
    revision: str = "head",
    *,
    sql: bool = False,
    tag: str | None = None,
) -> None:
    """Bring the database to a later revision."""
    command.upgrade(make_config(directory), _all(revision), sql=sql, tag=tag)


@_explained
def downgrade(
    directory: str | None = None,
    revision: str = "-1",
    *,
    sql: bool = False,
    tag: str | None = None,
) -> None:
    """Bring the database to an earlier revision."""
    config = make_config(directory)
    app = get_current_app()
    if has_modules(app):
        branch = get_branch(app, folder_of(app, directory), None)
        revision = name_branch(config, branch, revision)
    command.downgrade(config, f"head:{revision}" if sql else revision, sql=sql, tag=tag)


@_explained
def stamp(
    directory: str | None = None, revision: str = "head", *, purge: bool = False
) -> None:
    """Set the revision of the database, without running anything."""
    command.stamp(make_config(directory), _all(revision), purge=purge)


def forget(revision: str, directory: str | None = None) -> None:
    """Remove a revision without a file from the database's list of migrations."""
    scripts = ScriptDirectory.from_config(make_config(directory))
    if any(script.revision == revision for script in scripts.walk_revisions()):
        msg = (
            f"The migration {revision!r} has a file. To take it back, run "
            f"`{command_line('db downgrade')}`."
        )
        raise MigrationError(msg)
    version = sa.table("alembic_version", sa.column("version_num"))
    with _get_database().engine.begin() as connection:
        has_table = sa.inspect(connection).has_table(version.name)
        delete = sa.delete(version).where(version.c.version_num == revision)
        if not has_table or not connection.execute(delete).rowcount:
            msg = (
                f"The database does not stand at {revision!r}. "
                f"`{command_line('db check')}` names the revision that is missing."
            )
            raise MigrationError(msg)


@_explained
def merge(
    revisions: Sequence[str] = ("heads",),
    directory: str | None = None,
    message: str | None = None,
) -> list[Path]:
    """Join two ends into one."""
    config = make_config(directory)
    app = get_current_app()
    if has_modules(app) and tuple(revisions) == ("heads",):
        branch = get_branch(app, folder_of(app, directory), None)
        revisions = branch.list_heads(ScriptDirectory.from_config(config))
    made = command.merge(config, list(revisions), message=message)
    return [Path(made.path)] if made is not None else []


@_explained
def check(directory: str | None = None) -> None:
    """Fail if the models and the tables differ."""
    command.check(make_config(directory))


@_explained
def show(directory: str | None = None, revision: str = "head") -> None:
    """Print one migration."""
    command.show(make_config(directory), revision)


@_explained
def history(directory: str | None = None, *, verbose: bool = False) -> None:
    """Print all migrations, the newest first."""
    command.history(make_config(directory), verbose=verbose, indicate_current=True)


@_explained
def heads(directory: str | None = None, *, verbose: bool = False) -> None:
    """Print the newest migrations."""
    command.heads(make_config(directory), verbose=verbose)


@_explained
def branches(directory: str | None = None, *, verbose: bool = False) -> None:
    """Print where the migrations part."""
    command.branches(make_config(directory), verbose=verbose)


@_explained
def current(directory: str | None = None, *, verbose: bool = False) -> None:
    """Print the revision of the database."""
    command.current(make_config(directory), verbose=verbose)


def list_pending_risks(
    directory: str | None = None, revision: str = "heads"
) -> list[tuple[str, str]]:
    """List what the migrations up to a revision will destroy: revision and sentence."""
    scripts = ScriptDirectory.from_config(make_config(directory))
    with _get_database().engine.connect() as connection:
        done = MigrationContext.configure(connection).get_current_heads()
    try:
        pending = list(
            scripts.iterate_revisions(revision, done or "base", implicit_base=True)
        )
    except (CommandError, RevisionError):
        # The command itself reports it.
        return []
    found = [
        (script.revision, risk)
        for script in pending
        for risk in read_risks(Path(script.path))
    ]
    return found[::-1]


def make_config(directory: str | None = None) -> Config:
    """Make Alembic's configuration for the app at work."""
    app = get_current_app()
    folder = folder_of(app, directory)
    if not (folder / "env.py").exists():
        first = command_line("db init")
        msg = f"There are no migrations in {folder}. Run `{first}` first."
        raise MigrationError(msg)
    ini = folder / "alembic.ini"
    config = Config(str(ini) if ini.exists() else None, stdout=sys.stdout)
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    add_version_folders(config, app, folder)
    config.attributes["modules"] = registry_of(app).migrations
    for configure in migrate_of(app).configure_callbacks:
        config = configure(config)
    return config


def _all(revision: str) -> str:
    """Return `heads` for `head` where the migrations have a branch for each module."""
    is_ambiguous = revision == "head" and has_modules(get_current_app())
    return "heads" if is_ambiguous else revision


def folder_of(app: Flask, directory: str | None = None) -> Path:
    """Return the folder of the migrations of `app`."""
    return find_folder(app, directory or _settings().migrations)


def import_site_models() -> list[str]:
    """Import the modules that declare the site's models."""
    return import_models(get_current_app(), _settings().models)


def run_migrations(**options: Any) -> None:
    """Do what Alembic was asked for; a site's `env.py` calls this."""
    app, db = get_current_app(), _get_database()
    import_site_models()
    engine: sa.Engine = db.engine
    settings = _default_options(db, engine) | migrate_of(app).configure_args | options
    if context.is_offline_mode():
        context.configure(
            dialect_name=engine.dialect.name, literal_binds=True, **settings
        )
        with context.begin_transaction():
            context.run_migrations()
        return
    settings_of_site = _settings()
    with engine.connect() as connection:
        prepare(connection)
        try:
            context.configure(connection=connection, **settings)
            with context.begin_transaction():
                context.run_migrations()
                refuse_dangling(connection)
        finally:
            restore(connection, foreign_keys=settings_of_site.sqlite_foreign_keys)


def _default_options(db: Any, engine: sa.Engine) -> dict[str, Any]:
    is_sqlite = engine.dialect.name == "sqlite"
    app = get_current_app()
    branch: MigrationBranch | None = context.config.attributes.get("branch")
    target: Any = [*list_module_metadatas(app), db.metadata]
    if branch is not None:
        target = select_tables(app, db.metadata, branch.name)
    elif len(target) == 1:
        target = db.metadata
    return {
        "target_metadata": target,
        "compare_type": True,
        "render_as_batch": is_sqlite,
        # Ours begins a real transaction there, so a failed migration leaves nothing.
        "transactional_ddl": True if is_sqlite else None,
        "include_object": _is_ours,
        "render_item": render_item,
        "on_version_apply": _print_step,
    }


def _is_ours(
    thing: Any,
    name: str | None,
    kind: str,
    reflected: bool,  # noqa: FBT001 - Alembic's signature
    other: object,
) -> bool:
    """Leave alone what no model declares, and what only our convention names anew."""
    if other is not None:
        return True
    if kind in {"unique_constraint", "index"} and not context.is_offline_mode():
        connection = context.get_context().connection
        return not is_only_renamed(thing, thing.table.metadata, connection)
    if kind != "table" or not reflected or name is None:
        return True
    if name.startswith(_NOT_OURS) or name in registry_of(current_app).tables:
        return False
    branch: MigrationBranch | None = context.config.attributes.get("branch")
    if branch is None:
        return True
    app = get_current_app()
    return find_owner(app, _get_database().metadata, name) == branch.name


def _print_step(*, step: Any, **_options: object) -> None:
    """Print each step that ran."""
    if context.is_offline_mode() or step.is_stamp:
        return
    verb = "Applied" if step.is_upgrade else "Took back"
    script = step.up_revision
    context.config.print_stdout("%s %s, %s.", verb, script.revision, script.doc)


def _process_for(config: Config) -> Callable[[Any, Any, list[Any]], None]:
    def process(migration: Any, _revision: object, directives: list[Any]) -> None:
        """Write nothing if nothing changed, and name the steps that need a thought."""
        if not directives or directives[0].upgrade_ops is None:
            return
        if directives[0].upgrade_ops.is_empty():
            directives.clear()
            return
        steps = directives[0].upgrade_ops.ops
        config.attributes["risks"] = find_risks(steps, migration.dialect.name)

    return process


def _get_database() -> Any:
    return migrate_of(get_current_app()).db


def _settings() -> DatabaseSettings:
    found: DatabaseSettings = get_current_app().extensions["carboy.db"].settings
    return found
