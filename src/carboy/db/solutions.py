"""What to do about tables and columns that are missing, and about refused values."""

import re
from importlib import import_module
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import DBAPIError, IntegrityError

from carboy.core import (
    Action,
    Check,
    Mistake,
    Solution,
    Solver,
    get_current_app,
)
from carboy.translation import gettext, gettext_noop

from .migrations.folder import list_version_folders
from .migrations.missing_table import find_missing_table
from .migrations.pending import PENDING, find_pending

_COLUMN = re.compile(
    r"""no such column: ["'`]?([\w.]+)|has no column named ["'`]?(\w+)"""
    r"""|column ["'`]?([\w.]+?)["'`]?(?: of relation \S+)? does not exist"""
    r"""|Unknown column ["'`]([\w.]+)""",
    re.IGNORECASE,
)
_NO_FILE = "unable to open database file"
_RUN = gettext_noop("Run migrations")
_WRITE = gettext_noop("Write and run a migration")
_EXISTS = gettext_noop("A row with this value exists already")
_MISSING = gettext_noop("A column that needs a value has none")
_BROKEN = gettext_noop("A row that others refer to is missing, or is still referred to")
_RULE = gettext_noop("A value breaks a rule of the table")
_REFUSED = (
    ("unique", _EXISTS),
    ("duplicate", _EXISTS),
    ("not null", _MISSING),
    ("not-null", _MISSING),
    ("cannot be null", _MISSING),
    ("foreign key", _BROKEN),
    ("check constraint", _RULE),
)


def make_solver(engine: sa.Engine | None, migrations: str) -> Solver:
    """Return the solver of an app with this engine and folder of migrations."""

    def solve(app: Flask, mistake: Mistake) -> Solution | None:
        if isinstance(mistake, DBAPIError) and _is_missing(mistake):
            return _solve_missing(app, mistake, engine, migrations)
        return _solve_others(engine, mistake)

    return solve


def _is_missing(error: DBAPIError) -> bool:
    text = str(error.orig)
    is_refused = isinstance(error, IntegrityError)
    return not is_refused and bool(find_missing_table(text) or _COLUMN.search(text))


def _solve_others(engine: sa.Engine | None, mistake: Mistake) -> Solution | None:
    if isinstance(mistake, Check):
        if mistake.id != PENDING:
            return None
        return Solution(
            gettext("Migrations wait to be run"),
            mistake.message,
            ("carboy db upgrade",),
            (Action(gettext(_RUN), run_migrations),),
        )
    if not isinstance(mistake, DBAPIError):
        return None
    text = str(mistake.orig)
    if isinstance(mistake, IntegrityError):
        return _solve_refused(text)
    if _NO_FILE in text:
        return _solve_no_file(engine)
    return None


def _solve_missing(
    app: Flask, mistake: DBAPIError, engine: sa.Engine | None, migrations: str
) -> Solution:
    text = str(mistake.orig)
    title = gettext("There is no table %(name)s", name=find_missing_table(text))
    if match := _COLUMN.search(text):
        name = next(filter(None, match.groups()))
        title = gettext("There is no column %(name)s", name=name)
    folders = list_version_folders(app, migrations)
    pending = find_pending(engine, folders) if engine is not None else set()
    if pending:
        return Solution(
            title,
            gettext(
                "Migrations wait to be run; the newest is %(names)s.",
                names=", ".join(sorted(pending)),
            ),
            ("carboy db upgrade",),
            (Action(gettext(_RUN), run_migrations),),
        )
    return Solution(
        title,
        gettext(
            "All migrations were run, and none of them makes it. If a model has it, a "
            "migration is missing. If none has, the query is wrong: %(error)s",
            error=mistake.orig,
        ),
        ("carboy db migrate -m 'what it changes'", "carboy db upgrade"),
        (Action(gettext(_WRITE), write_and_run_migration),),
    )


def _load_actions() -> Any:
    # Alembic takes 50 ms to import, and most sites never come here.
    return import_module("carboy.db.migrations.actions")


def run_migrations() -> str:
    """Bring the database to the newest revision."""
    _load_actions().upgrade()
    return gettext("All migrations were run.")


def write_and_run_migration() -> str:
    """Write what the models lack, and run it unless it may destroy something."""
    actions = _load_actions()
    if not (actions.folder_of(get_current_app()) / "env.py").exists():
        actions.init()
    paths = actions.migrate(None, "change models")
    if not paths:
        return gettext(
            "No model has it: the tables are as the models say, and nothing was "
            "written. Is its module imported where the app is made?"
        )
    names = ", ".join(path.name for path in paths)
    careful = [
        line.removeprefix("Careful: ")
        for path in paths
        for line in path.read_text("utf-8").splitlines()
        if line.startswith("Careful: ")
    ]
    if careful:
        return gettext(
            "Wrote %(names)s, and did not run it: it %(reasons)s "
            "Read it, then run: carboy db upgrade",
            names=names,
            reasons=" ".join(careful),
        )
    actions.upgrade()
    return gettext("Wrote %(names)s and ran it.", names=names)


def _solve_refused(text: str) -> Solution | None:
    lowered = text.casefold()
    for words, title in _REFUSED:
        if words in lowered:
            return Solution(
                gettext(title),
                text,
                (
                    gettext(
                        "Check the value first, or catch sqlalchemy.exc.IntegrityError."
                    ),
                ),
            )
    return None


def _solve_no_file(engine: sa.Engine | None) -> Solution | None:
    path = Path(engine.url.database or "") if engine is not None else Path()
    folder = path.parent
    if not path.name or folder.is_dir():
        return Solution(
            gettext("The file of the database cannot be opened"),
            gettext(
                "%(path)s is not readable and writable for this process.", path=path
            ),
            (f"ls -l {path}",),
        )

    def create() -> str:
        folder.mkdir(parents=True, mode=0o700, exist_ok=True)
        return gettext(
            "Created %(folder)s. Its database is empty: run the migrations.",
            folder=folder,
        )

    return Solution(
        gettext("The folder %(folder)s of the database does not exist", folder=folder),
        gettext("SQLite creates the file, but not its folder."),
        (f"mkdir -p {folder}",),
        (Action(gettext("Create %(name)s", name=folder), create),),
    )
