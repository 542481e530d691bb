"""Records what is sent to a database, below SQLAlchemy: by the cursors of its driver.

Listeners of SQLAlchemy would switch the fast path of `carboy.db` off: the recorder must
not change what it looks at.
"""

import re
import sys
import time
from collections.abc import Mapping, Sequence
from pkgutil import resolve_name
from typing import Any

from carboy.bounded_dict import BoundedDict
from carboy.redact import HIDDEN, is_secret_name

from .call_sites import find_place
from .recording import find_recording
from .trace import shorten

_MAX_VALUE = 200
_MAX_VALUES = 50
_MAX_ROWS = 5
_PLACEHOLDER = re.compile(r"\?|%\((\w+)\)s|%s|\$\d+")
_COLUMN_BEFORE = re.compile(
    r"(\w+)[\"`\]]?\s*(?:=|<>|!=|<|>|<=|>=|\bLIKE|\bIN\s*\(.*)\s*\(?$", re.IGNORECASE
)
_INSERT = re.compile(r"\s*INSERT\s+INTO\s+[^(]+\(([^)]*)\)", re.IGNORECASE)
# The cursor class of a driver, and the argument of its `connect` that sets it.
_CURSORS = {
    "psycopg": ("psycopg:Cursor", "cursor_factory"),
    "pymysql": ("pymysql.cursors:Cursor", "cursorclass"),
}

# By the text of a statement: which of its values are hidden.
_hidden: BoundedDict[str, frozenset[int | str]] = BoundedDict(2000)
# By the class of a driver: the one that records.
_classes: dict[type[Any], type[Any]] = {}
_METHODS = ("execute", "executemany")


def record_queries() -> None:
    """Record the statements of all engines of this process, once it has SQLAlchemy.

    Connections that are open already go on without it.
    """
    if "sqlalchemy" not in sys.modules:
        return
    event, engine = resolve_name("sqlalchemy:event"), resolve_name("sqlalchemy:Engine")
    if not event.contains(engine, "do_connect", _set_cursor):
        event.listen(engine, "do_connect", _set_cursor)


def leave_queries() -> None:
    """Leave the cursors of new connections as their driver makes them."""
    if "sqlalchemy" in sys.modules:
        event, engine = (
            resolve_name("sqlalchemy:event"),
            resolve_name("sqlalchemy:Engine"),
        )
        if event.contains(engine, "do_connect", _set_cursor):
            event.remove(engine, "do_connect", _set_cursor)


def _set_cursor(
    dialect: Any, _record: object, _arguments: object, options: dict[str, Any]
) -> None:
    """Add to a new connection cursors that record."""
    if dialect.driver == "pysqlite":
        options["factory"] = _make_connection(
            options.get("factory") or resolve_name("sqlite3:Connection")
        )
    elif dialect.driver in _CURSORS:
        path, name = _CURSORS[dialect.driver]
        options[name] = _make_cursor(options.get(name) or resolve_name(path))


def hide_values(statement: str, values: Any) -> Any:
    """Return the values of a statement as they may be shown."""
    hidden = _hidden.get(statement)
    if hidden is None:
        hidden = _hidden[statement] = _find_hidden(statement)
    if isinstance(values, Mapping):
        return {
            key: HIDDEN if key in hidden else _show(value)
            for key, value in list(values.items())[:_MAX_VALUES]
        }
    if isinstance(values, Sequence) and not isinstance(values, str | bytes):
        return [
            HIDDEN if index in hidden else _show(value)
            for index, value in enumerate(values[:_MAX_VALUES])
        ]
    return []


def hide_rows(statement: str, rows: Any) -> list[Any]:
    """Return the first rows of many that a statement is sent for, as they may be shown.

    What can be read only once belongs to the driver.
    """
    if not isinstance(rows, list | tuple):
        return []
    return [hide_values(statement, row) for row in rows[:_MAX_ROWS]]


def _show(value: object) -> str:
    if isinstance(value, bytes | bytearray | memoryview):
        # It may be a hash, a key or a file, and nobody reads it.
        return f"<{len(value)} bytes>"
    return shorten(repr(value), _MAX_VALUE)


def _find_hidden(statement: str) -> frozenset[int | str]:
    """Return the positions and the names of the values that may be secrets."""
    hidden: set[int | str] = set()
    insert = _INSERT.match(statement)
    columns = [each.strip(' "`[]') for each in insert[1].split(",")] if insert else []
    for index, match in enumerate(_PLACEHOLDER.finditer(statement)):
        name = match[1] or _find_column(statement[: match.start()])
        if not name and columns:
            name = columns[index % len(columns)]
        if name is not None and is_secret_name(name):
            hidden |= {index, match[1] or index}
    return frozenset(hidden)


def _find_column(before: str) -> str | None:
    found = _COLUMN_BEFORE.search(before[-200:])
    return found[1] if found else None


def _make_cursor(cursor: type[Any]) -> type[Any]:
    known = _classes.get(cursor)
    if known is None:
        methods = {
            name: _wrap(getattr(cursor, name), many=name == "executemany")
            for name in _METHODS
        }
        known = _classes[cursor] = type(
            f"Recording{cursor.__name__}", (cursor,), methods
        )
    return known


def _make_connection(connection: type[Any]) -> type[Any]:
    """Return a subclass of SQLite's connection, which has no option for its cursors."""
    known = _classes.get(connection)
    if known is None:
        recording = _make_cursor(resolve_name("sqlite3:Cursor"))

        def cursor(self: Any, factory: Any = recording) -> Any:
            return connection.cursor(self, factory)

        name = f"Recording{connection.__name__}"
        known = _classes[connection] = type(name, (connection,), {"cursor": cursor})
    return known


def _wrap(execute: Any, *, many: bool) -> Any:
    def record(self: Any, statement: Any, *arguments: Any, **options: Any) -> Any:
        recording = find_recording()
        if recording is None:
            return execute(self, statement, *arguments, **options)
        started = time.perf_counter()
        error = ""
        try:
            return execute(self, statement, *arguments, **options)
        except Exception as raised:
            error = type(raised).__name__
            raise
        finally:
            seconds = time.perf_counter() - started
            text = statement if isinstance(statement, str) else str(statement)
            values = arguments[0] if arguments else ()
            shown = hide_rows(text, values) if many else hide_values(text, values)
            data: dict[str, Any] = {"values": shown}
            if error:
                data["error"] = error
            if (rows := getattr(self, "rowcount", -1)) >= 0:
                data["rows"] = rows
            recording.add(
                "query", text, seconds=seconds, place=find_place(2), data=data
            )

    return record
