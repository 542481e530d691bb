"""Answers that are written while they are made: lines of JSON, CSV, or events."""

import csv
import io
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from itertools import chain
from typing import Any

import msgspec
from flask import Response, current_app, stream_with_context

from carboy.events import encode_event, events

from .other_types import encode_json, encode_other

LINES = "application/x-ndjson"
CSV = "text/csv"
EVENTS = "text/event-stream"
# What a spreadsheet would run as a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def stream_lines(
    items: Iterable[Any], convert: Callable[[Any], Any], status: int
) -> Response:
    """Return a response with a line of JSON for each item."""
    started = _start(map(convert, items))

    def write() -> Iterator[bytes]:
        for item in started:
            yield encode_json(item) + b"\n"

    return _respond(write(), status, LINES)


def stream_events(
    items: Iterable[Any] | AsyncIterator[Any],
    convert: Callable[[Any], Any],
    status: int,
) -> Response:
    """Return a response with an event for each item, whose data are JSON.

    An asynchronous iterator may wait for long: it holds no thread of the server.
    """
    if isinstance(items, AsyncIterator):
        return events(_convert_later(items, convert))

    def write() -> Iterator[bytes]:
        for item in items:
            yield encode_event(encode_json(convert(item)))

    response = _respond(write(), status, EVENTS)
    response.headers["Cache-Control"] = "no-store"
    return response


async def _convert_later(
    items: AsyncIterator[Any], convert: Callable[[Any], Any]
) -> AsyncIterator[bytes]:
    async for item in items:
        yield encode_json(convert(item))


def stream_csv(
    items: Iterable[Any],
    convert: Callable[[Any], Any],
    names: list[str],
    status: int,
) -> Response:
    """Return a response with a row of CSV for each item, under a row with names."""
    started = _start(map(convert, items))

    def write() -> Iterator[bytes]:
        buffer = io.StringIO()
        writer = csv.writer(buffer)
        writer.writerow(names)
        for item in started:
            row = msgspec.to_builtins(item, enc_hook=encode_other)
            writer.writerow([_to_cell(row.get(name)) for name in names])
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
        yield buffer.getvalue().encode()

    return _respond(write(), status, f"{CSV}; charset=utf-8; header=present")


def _start(items: Iterator[Any]) -> Iterator[Any]:
    """Make the first item now: an error in it is a response, and no broken stream."""
    for first in items:
        return chain((first,), items)
    return iter(())


def _respond(chunks: Iterator[bytes], status: int, content_type: str) -> Response:
    return current_app.response_class(
        stream_with_context(chunks), status, content_type=content_type
    )


def _to_cell(value: Any) -> Any:
    if isinstance(value, dict | list):
        return encode_json(value).decode()
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return value
