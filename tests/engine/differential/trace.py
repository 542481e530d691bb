"""What one side did during a request, event by event, in words that compare."""

import logging
import re
from collections.abc import Callable
from typing import Any

from flask import Response
from werkzeug.datastructures import FileStorage, Headers, MultiDict

ADDRESS = re.compile(r" at 0x[0-9a-f]+")


class Trace:
    """The events of one request in the order in which they happened."""

    def __init__(self) -> None:
        self.events: list[str] = []

    def note(self, name: str, *values: Any) -> None:
        """Add an event with its values."""
        self.events.append(" ".join([name, *(show(value) for value in values)]))

    def take(self) -> list[str]:
        """Return the events so far and start afresh."""
        events, self.events = self.events, []
        return events


class TraceHandler(logging.Handler):
    """Put log records between the other events."""

    def __init__(self, trace: Trace) -> None:
        super().__init__()
        self.trace = trace

    def emit(self, record: logging.LogRecord) -> None:
        """Note level, logger, message and exception of the record."""
        error = record.exc_info[1] if record.exc_info else None
        origin = (record.levelname, record.name, record.getMessage())
        self.trace.note("log", origin, error)


def show(value: Any) -> str:
    """Return a text that is equal on both sides if the values are equal."""
    for kind, writer in WRITERS:
        if isinstance(value, kind):
            return writer(value)
    return ADDRESS.sub("", repr(value))


def show_error(error: BaseException) -> str:
    """Return type, text and the chain that a traceback of the exception shows."""
    text = ADDRESS.sub("", f"{type(error).__module__}.{type(error).__name__}: {error}")
    hidden = error.__suppress_context__
    context = None if hidden else error.__context__
    names = f"{type(error.__cause__).__name__}, {type(context).__name__}"
    return f"<{text} | {names}, {hidden}>"


def show_response(response: Response) -> str:
    """Return all that a hook can see of a response without reading a stream."""
    facts = [
        type(response).__name__,
        repr(response),
        repr(response.status),
        repr(list(response.headers)),
        f"length={response.content_length}",
        f"streamed={response.is_streamed} sequence={response.is_sequence}",
        f"direct={response.direct_passthrough}",
    ]
    if response.is_sequence and not response.direct_passthrough:
        facts.append(f"data={response.get_data()!r}")
    return f"<{' '.join(facts)}>"


def show_file(file: FileStorage) -> str:
    """Return all of an uploaded file."""
    return f"file({file.name!r}, {file.filename!r}, {[*file.headers]}, {file.read()!r})"


def show_fields(fields: MultiDict[str, Any]) -> str:
    """Return the fields of a form in their order."""
    pairs = [(key, show(item)) for key, item in fields.items(multi=True)]
    return f"{type(fields).__name__}({pairs})"


WRITERS: tuple[tuple[Any, Callable[[Any], str]], ...] = (
    (BaseException, show_error),
    (Response, show_response),
    (FileStorage, show_file),
    (MultiDict, show_fields),
    (Headers, lambda headers: f"Headers({[*headers]})"),
    ((set, frozenset), lambda items: f"{{{sorted(map(show, items))}}}"),
    (list, lambda items: f"[{', '.join(map(show, items))}]"),
)
