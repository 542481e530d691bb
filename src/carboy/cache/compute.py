"""What `@cached`, `@memoize` and fragments share: find it, or make and keep it."""

import inspect
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from types import GeneratorType
from typing import Any

from flask import Flask, current_app, has_app_context

from carboy.stores import DecodeError, EncodeError, pack

from .argument_keys import name_of
from .entry import VALUE, Entry
from .service import CacheService, Made, Terms
from .single_flight import Ways

log = logging.getLogger("carboy.cache")

Timeout = float | timedelta | None
Tags = Iterable[str] | Callable[..., Iterable[str]]
# What a function gave, and what of it is to be kept: None is nothing.
Result = tuple[Any, Made | None]

# Names of fragments may be without end.
MOST_TOLD = 1000


def seconds_of(timeout: Timeout) -> float | None:
    """Read a time that may be written as a timedelta."""
    return timeout.total_seconds() if isinstance(timeout, timedelta) else timeout


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One value that is to be found or made.

    `run` gives it with the terms on which it is kept, `read` gives it from an entry.
    """

    service: CacheService
    key: str
    run: Callable[[], tuple[Result, Terms]]
    read: Callable[[Entry], Any]
    tags: tuple[str, ...] = ()
    find: Callable[[], Entry | None] | None = None
    # Who waits for whom; the key itself, if nothing is said.
    flight: str = ""
    call: tuple[Any, Any] = ((), {})


def obtain(job: Job, stale: Entry | None = None) -> Any:
    """Give what others have made meanwhile, or make it, once at a time."""
    service = job.service
    find = job.find or (lambda: service.find_fresh(job.key))
    ways = Ways(find, lambda: _make(job), job.read, stale)
    return service.flights.share(service.prefix + (job.flight or job.key), ways)


def renew(job: Job) -> Any:
    """Make the value, whatever is there, and keep it."""
    return _make(job)[0]


def _make(job: Job) -> tuple[Any, Entry | None]:
    # Before: what is made while a tag is dropped must not count as made after.
    versions = job.service.versions(job.tags)
    (value, made), terms = job.run()
    if made is None:
        return value, None
    return value, job.service.keep(job.key, made, terms, versions)


def read_or_renew(job: Job, entry: Entry) -> Any:
    """Unpack an entry; what is damaged is thrown away and made anew."""
    try:
        return entry.unpack()
    except DecodeError as error:
        job.service.throw_away(job.key, error)
        return renew(job)


def pack_value(function: Callable[..., Any], value: object) -> Made:
    """Write what a function gave as bytes, or say why that cannot be."""
    try:
        return Made(VALUE, pack(value))
    except EncodeError as error:
        raise EncodeError(
            f"{name_of(function)}() gave what cannot be kept. {error}"
        ) from None


def call(function: Callable[..., Any], args: Any, kwargs: Any) -> Any:
    """Call a function that may be async, and read to its end what is a generator."""
    if inspect.iscoroutinefunction(function) and has_app_context():
        app: Flask = current_app
        return app.ensure_sync(function)(*args, **kwargs)
    value = function(*args, **kwargs)
    if isinstance(value, GeneratorType):
        pieces = list(value)
        texts = [piece for piece in pieces if isinstance(piece, str)]
        is_text = len(texts) == len(pieces)
        return "".join(texts) if is_text else b"".join(pieces)
    return value


def ask(question: Callable[..., Any] | None, *args: Any, **kwargs: Any) -> Any:
    """Ask a function of the site that may or may not take the arguments."""
    if question is None:
        return None
    try:
        _signature_of(question).bind(*args, **kwargs)
    except TypeError:
        return question()
    return question(*args, **kwargs)


_signature_of = lru_cache(maxsize=1024)(inspect.signature)


def tags_of(tags: Tags, args: Any, kwargs: Any) -> tuple[str, ...]:
    """Give the tags of one call."""
    if isinstance(tags, str):
        return (tags,)
    return tuple(tags(*args, **kwargs) if callable(tags) else tags)


def tell(service: CacheService, what: str, objection: str) -> None:
    """Say once why something is not kept."""
    told = service.told
    if (what, objection) not in told and len(told) < MOST_TOLD:
        told.add((what, objection))
        log.warning("%s is not kept for others: %s.", what, objection)
