"""Fill a database from a file: Python with a `seed(db)`, or rows in YAML or JSON."""

import inspect
import json
import runpy
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from carboy.core import command_line
from carboy.errors import CarboyError
from carboy.install_source import make_install_command

from .errors import DatabaseUnavailableError

NAMES = ("seeds.py", "seeds.yaml", "seeds.yml", "seeds.json")


class SeedError(CarboyError):
    """Raised when a file of seeds cannot be used, with the reason."""


def find_seed_files(folder: Path) -> list[Path]:
    """Return the site's files of seeds, or say what they are called."""
    paths = [folder / name for name in NAMES if (folder / name).exists()]
    if not paths:
        msg = f"There are no seeds in {folder}. Write one of: {', '.join(NAMES)}."
        raise SeedError(msg)
    return paths


def load_seeds(db: Any, path: Path) -> int:
    """Put what a file says into the database, all of it or nothing; count objects."""
    if not path.is_file():
        msg = f"There is no file of seeds {path}."
        raise SeedError(msg)
    try:
        with count_written(db.session()) as counted:
            if path.suffix == ".py":
                _run(db, path, counted)
            else:
                _add_rows(db, _read(path), path)
            db.session.commit()
    except DBAPIError as error:
        db.session.rollback()
        if isinstance(error, DatabaseUnavailableError):
            raise
        msg = (
            f"The database refused what {path} holds, and nothing of it was kept: "
            f"{error.orig}. If a table or a column is missing, run "
            f"`{command_line('db upgrade')}`."
        )
        raise SeedError(msg) from error
    except BaseException:
        db.session.rollback()
        raise
    return len(counted)


@contextmanager
def count_written(session: Session) -> Iterator[dict[int, object]]:
    """Yield a dictionary that fills with the objects that are committed meanwhile.

    A file of seeds may flush, commit and roll back by itself, as often as it wants.
    """
    written: dict[int, object] = {}
    pending: dict[int, object] = {}

    def add(session: Session, _context: object) -> None:
        changed = (thing for thing in session.dirty if session.is_modified(thing))
        # By identity, and kept: a new object might get the id of a freed one.
        pending.update((id(thing), thing) for thing in (*session.new, *changed))

    def keep(session: Session) -> None:
        if session.get_nested_transaction() is None:
            written.update(pending)
            pending.clear()

    def drop(_session: object) -> None:
        pending.clear()

    listeners: dict[str, Callable[..., None]] = {
        "after_flush": add,
        "after_commit": keep,
        "after_rollback": drop,
    }
    for name, function in listeners.items():
        event.listen(session, name, function)
    try:
        yield written
    finally:
        for name, function in listeners.items():
            event.remove(session, name, function)


def _run(db: Any, path: Path, written: Mapping[int, object]) -> None:
    """Run a file of Python: what it does itself, and then its function `seed`."""
    function = runpy.run_path(str(path)).get("seed")
    if not callable(function):
        if written or db.session.new:
            return
        msg = f"{path} has no function seed(db). Write one, and add rows in it."
        raise SeedError(msg)
    parameters = inspect.signature(function).parameters.values()
    rest = {inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD}
    needed = [
        one.name
        for one in parameters
        if one.default is one.empty and one.kind not in rest
    ]
    if len(needed) > 1:
        msg = (
            f"{path}: seed({', '.join(needed)}) needs {' and '.join(needed[1:])}, and "
            f"gets only the database. Give the others a default."
        )
        raise SeedError(msg)
    function(*[db for _ in needed])


def _read(path: Path) -> Any:
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".json":
        try:
            return json.loads(text)
        except ValueError as error:
            msg = f"{path} is no JSON: {error}."
            raise SeedError(msg) from error
    try:
        yaml = import_module("yaml")
    except ImportError as error:
        msg = f"{path.name} needs PyYAML. Run: {make_install_command('yaml')}"
        raise SeedError(msg) from error
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        msg = f"{path} is no YAML: {' '.join(str(error).split())}."
        raise SeedError(msg) from error


def _add_rows(db: Any, content: Any, path: Path) -> None:
    if not isinstance(content, Mapping):
        msg = f"{path} must hold the name of a model and its rows: Post: [{{id: 1}}]."
        raise SeedError(msg)
    models = {m.class_.__name__: m for m in db.Model.registry.mappers}
    for name, rows in content.items():
        if name not in models:
            known = ", ".join(sorted(models)) or "none"
            msg = f"{path} names the model {name!r}, which is not known: {known}."
            raise SeedError(msg)
        if not isinstance(rows, list) or not all(isinstance(r, Mapping) for r in rows):
            msg = f"{path} must hold a list of rows for {name}: {name}: [{{id: 1}}]."
            raise SeedError(msg)
        for row in rows:
            _add_row(db, models[name], dict(row), path)


def _add_row(db: Any, mapper: Any, row: dict[str, Any], path: Path) -> None:
    """Add an object, or change the one that has this primary key already."""
    for name in row:
        if not hasattr(mapper.class_, str(name)):
            model = mapper.class_.__name__
            known = ", ".join(sorted(mapper.attrs.keys()))
            msg = f"{path} gives {model} the attribute {name!r}; it has {known}."
            raise SeedError(msg)
    keys = [mapper.get_property_by_column(c).key for c in mapper.primary_key]
    values = {name: _convert(mapper, name, value) for name, value in row.items()}
    instance = None
    if all(key in values for key in keys):
        ident = tuple(values[key] for key in keys)
        instance = db.session.get(mapper.class_, ident if len(ident) > 1 else ident[0])
    if instance is None:
        db.session.add(mapper.class_(**values))
        return
    for name, value in values.items():
        setattr(instance, name, value)


def _convert(mapper: Any, name: str, value: Any) -> Any:
    """Read dates and the like, which JSON writes as text."""
    column = mapper.columns.get(name)
    if column is None or not isinstance(value, str):
        return value
    kind = column.type
    if isinstance(kind, sa.DateTime | sa.Date | sa.Time):
        return kind.python_type.fromisoformat(value)
    if isinstance(kind, sa.Uuid | sa.Numeric) and kind.python_type is not str:
        return kind.python_type(value)
    return value
