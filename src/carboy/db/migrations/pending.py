"""See without Alembic whether migrations wait to be run; importing it costs 50 ms."""

import ast
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import DBAPIError

from carboy.core import Check, command_line
from carboy.translation import gettext

from .folder import list_version_folders

PENDING = "db.W001"


def list_newest(folders: Iterable[Path]) -> set[str]:
    """Return the revisions that no other follows, from the files alone."""
    paths = [path for folder in folders for path in sorted(folder.glob("*.py"))]
    # In development this is asked for each page.
    return set(_parse(tuple((path, path.stat().st_mtime_ns) for path in paths)))


@lru_cache(maxsize=4)
def _parse(files: tuple[tuple[Path, int], ...]) -> frozenset[str]:
    known: set[str] = set()
    followed: set[str] = set()
    for path, _ in files:
        assigned = dict(_read(path))
        known |= assigned.get("revision", set())
        followed |= assigned.get("down_revision", set())
        # The database keeps no row of a revision that another one depends on.
        followed |= assigned.get("depends_on", set())
    return frozenset(known - followed)


def find_pending(engine: sa.Engine, folders: Iterable[Path]) -> set[str]:
    """Return the newest revisions at which the database does not stand."""
    newest = list_newest(folders)
    if not newest:
        return set()
    version = sa.table("alembic_version", sa.column("version_num"))
    with engine.connect() as connection:
        if not sa.inspect(connection).has_table("alembic_version"):
            return newest
        return newest - set(connection.scalars(sa.select(version.c.version_num)))


def check_pending(app: Flask, engine: sa.Engine, setting: str) -> Iterator[Check]:
    """Warn of migrations that were not run."""
    folders = list_version_folders(app, setting)
    if not folders:
        return
    try:
        pending = find_pending(engine, folders)
    except DBAPIError as error:
        yield Check("db.W002", f"{error}", "Start the database, or set DATABASE_URL.")
        return
    if pending:
        yield Check(
            PENDING,
            gettext(
                "The database is behind the migrations; the newest is %(names)s.",
                names=", ".join(sorted(pending)),
            ),
            f"Run `{command_line('db upgrade')}`.",
        )


def _read(path: Path) -> Iterator[tuple[str, set[str]]]:
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            target, value = node.targets[0].id, node.value
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            target, value = node.target.id, node.value or ast.Constant(None)
        else:
            continue
        if target in {"revision", "down_revision", "depends_on"}:
            revisions = ast.literal_eval(value)
            names = revisions if isinstance(revisions, list | tuple) else [revisions]
            yield target, {name for name in names if name}
