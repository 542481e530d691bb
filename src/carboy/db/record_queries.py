"""Keep what a request asked its databases, and tell of what was changed."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from time import perf_counter
from types import FrameType
from typing import Any

import sqlalchemy as sa
from blinker import Namespace
from flask import Flask, current_app, has_app_context
from sqlalchemy import event, orm

from carboy.core import ContextState

_signals = Namespace()
models_committed = _signals.signal("models-committed")
before_models_committed = _signals.signal("before-models-committed")

Changes = dict[int, tuple[Any, str]]


@dataclass(slots=True)
class QueryInfo:
    """One statement: its text, values, times, and the line of the site that sent it."""

    statement: str | None
    parameters: Any
    start_time: float
    end_time: float
    location: str

    @property
    def duration(self) -> float:
        """How many seconds it took."""
        return self.end_time - self.start_time


_queries: ContextState[list[QueryInfo]] = ContextState("db_queries", list)


def get_recorded_queries() -> list[QueryInfo]:
    """Give the statements of this context, with DATABASE_RECORD_QUERIES on."""
    return _queries.find() or []


def record_queries(engine: sa.Engine) -> None:
    """Keep each statement of `engine` in the context that sent it."""
    event.listen(engine, "before_cursor_execute", _note_start)
    event.listen(engine, "after_cursor_execute", _note_end)


def track_modifications(app: Flask, session_class: type[orm.Session]) -> None:
    """Send `models_committed` with a list of `(object, "insert")` for each commit."""

    def is_on(session: Any) -> bool:
        return has_app_context() and current_app == app and session is not None

    def note(session: Any, *_told: object) -> None:
        if is_on(session):
            _note_changes(session)

    def before_commit(session: Any) -> None:
        note(session)
        changes = session.info.get(_CHANGES)
        if is_on(session) and changes:
            before_models_committed.send(app, changes=list(changes.values()))

    def after_commit(session: Any) -> None:
        if is_on(session) and not session.in_nested_transaction():
            changes = session.info.pop(_CHANGES, None)
            if changes:
                models_committed.send(app, changes=list(changes.values()))

    def after_rollback(session: Any) -> None:
        session.info.pop(_CHANGES, None)

    event.listen(session_class, "before_flush", note)
    event.listen(session_class, "before_commit", before_commit)
    event.listen(session_class, "after_commit", after_commit)
    event.listen(session_class, "after_rollback", after_rollback)


_CHANGES = "carboy.db.changes"


def _note_changes(session: orm.Session) -> None:
    changes: Changes = session.info.setdefault(_CHANGES, {})
    for things, operation in (
        (session.new, "insert"),
        (session.dirty, "update"),
        (session.deleted, "delete"),
    ):
        for thing in things:
            known = changes.get(id(thing))
            if known is None or known[1] == "update" or operation == "delete":
                changes[id(thing)] = (thing, operation)


def _note_start(
    _connection: object,
    _cursor: object,
    _statement: str,
    _values: object,
    context: Any,
    _many: object,
) -> None:
    context.carboy_started = perf_counter()


def _note_end(
    _connection: object,
    _cursor: object,
    statement: str,
    values: Any,
    context: Any,
    _many: object,
) -> None:
    if has_app_context():
        _queries.get().append(
            QueryInfo(
                statement,
                values,
                context.carboy_started,
                perf_counter(),
                _find_location(),
            )
        )


def _find_location() -> str:
    """Find the innermost line of the site's own code."""
    top = current_app.import_name.partition(".")[0]
    frame: FrameType | None = sys._getframe()  # noqa: SLF001 - the cheap way to the callers
    while frame is not None:
        module = frame.f_globals.get("__name__", "")
        if module == top or module.startswith(f"{top}."):
            code = frame.f_code
            return f"{code.co_filename}:{frame.f_lineno} ({code.co_name})"
        frame = frame.f_back
    return "<unknown>"
