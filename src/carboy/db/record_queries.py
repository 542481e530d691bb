"""Record the queries of a request, with their times and their line of code."""

import sys
from dataclasses import dataclass
from time import perf_counter
from types import FrameType
from typing import Any

import sqlalchemy as sa
from flask import current_app, has_app_context
from sqlalchemy import event

from carboy.core import ContextState


@dataclass(slots=True)
class QueryInfo:
    """One statement: its text, values, times, and the line of the site that sent it."""

    statement: str | None
    parameters: object
    start_time: float
    end_time: float
    location: str

    @property
    def duration(self) -> float:
        """The seconds that it took."""
        return self.end_time - self.start_time


_queries: ContextState[list[QueryInfo]] = ContextState("db_queries", list)


def get_recorded_queries() -> list[QueryInfo]:
    """Return the statements of this context, with DATABASE_RECORD_QUERIES on."""
    return _queries.find() or []


def record_queries(engine: sa.Engine) -> None:
    """Keep each statement of `engine` in the context that sent it."""
    event.listen(engine, "before_cursor_execute", _on_start)
    event.listen(engine, "after_cursor_execute", _on_end)


def _on_start(
    _connection: object,
    _cursor: object,
    _statement: str,
    _values: object,
    context: Any,
    _many: object,
) -> None:
    context.carboy_started = perf_counter()


def _on_end(
    _connection: object,
    _cursor: object,
    statement: str,
    values: object,
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
