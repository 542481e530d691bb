"""Calls of a site's functions: cached ones, predicates, and functions for tags."""

import inspect
from collections.abc import Callable, Hashable, Iterable
from datetime import timedelta
from functools import lru_cache
from types import GeneratorType
from typing import Any

from flask import Flask, current_app, has_app_context

Timeout = float | timedelta | None
Tags = Iterable[str] | Callable[..., Iterable[str]]


def seconds_of(timeout: Timeout) -> float | None:
    """Return a timeout in seconds."""
    return timeout.total_seconds() if isinstance(timeout, timedelta) else timeout


def call_function(function: Callable[..., Any], args: Any, kwargs: Any) -> Any:
    """Call a function that may be async, and read a generator to its end."""
    if inspect.iscoroutinefunction(function) and has_app_context():
        app: Flask = current_app
        return app.ensure_sync(function)(*args, **kwargs)
    value = function(*args, **kwargs)
    if isinstance(value, GeneratorType):
        return _join(list(value))
    return value


def _join(pieces: list[Any]) -> Any:
    """Join the pieces of a text or of a body; return other items as a list."""
    if all(isinstance(piece, str) for piece in pieces):
        return "".join(pieces)
    if all(isinstance(piece, str | bytes) for piece in pieces):
        return b"".join(
            piece.encode() if isinstance(piece, str) else piece for piece in pieces
        )
    return pieces


def call_predicate(predicate: Callable[..., Any] | None, *args: Any, **kw: Any) -> Any:
    """Call a predicate with the arguments, or without them if it takes none."""
    if predicate is None:
        return None
    try:
        _signature_of(predicate).bind(*args, **kw)
    except TypeError:
        return predicate()
    return predicate(*args, **kw)


def _signature_of(function: Callable[..., Any]) -> inspect.Signature:
    # Some callables are not hashable, and some of C have no signature.
    if not isinstance(function, Hashable):
        return inspect.signature(function)
    try:
        return _cached_signature_of(function)
    except ValueError:
        return inspect.Signature()


_cached_signature_of = lru_cache(maxsize=1024)(inspect.signature)


def tags_of(tags: Tags, args: Any, kwargs: Any) -> tuple[str, ...]:
    """Return the tags of one call."""
    if isinstance(tags, str):
        return (tags,)
    return tuple(tags(*args, **kwargs) if callable(tags) else tags)
