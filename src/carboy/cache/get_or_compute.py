"""What `@cached`, `@memoize` and fragments share: look a value up, or compute it."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from carboy.stores import DecodeError, EncodeError, pack

from .argument_keys import name_of
from .entry import VALUE, CacheEntry
from .service import CacheService, Encoded, StoreOptions
from .single_flight import Callbacks

log = logging.getLogger("carboy.cache")

# What a function returned, and its bytes; None: it must not be cached.
Result = tuple[Any, Encoded | None]

# The names of fragments may be unlimited in number.
MAX_LOGGED = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Computation:
    """One value that is looked up or computed.

    `compute` returns it with the options for storing it, `decode` reads it from an
    entry.
    """

    service: CacheService
    key: str
    compute: Callable[[], tuple[Result, StoreOptions]]
    decode: Callable[[CacheEntry], Any]
    tags: tuple[str, ...] = ()
    find: Callable[[], CacheEntry | None] | None = None
    # Callers with the same text wait for each other; empty, it is the key.
    flight_key: str = ""


def get_or_compute(computation: Computation, stale: CacheEntry | None = None) -> Any:
    """Return what another caller computes now, or compute it."""
    own = computation
    find = own.find or (lambda: own.service.find_fresh(own.key))
    callbacks = Callbacks(
        find=find,
        compute=lambda: _compute(own),
        decode=own.decode,
        is_current=own.service.is_current,
        stale=stale,
    )
    flight_key = own.service.prefix + (own.flight_key or own.key)
    return own.service.single_flight.run(flight_key, callbacks)


def recompute(computation: Computation) -> Any:
    """Compute the value, whatever the cache holds, and store it."""
    return _compute(computation)[0]


def _compute(computation: Computation) -> tuple[Any, CacheEntry | None]:
    service = computation.service
    # Read before: a value computed while a tag is dropped must not count as newer.
    versions = service.tag_versions(computation.tags)
    (value, encoded), options = computation.compute()
    if encoded is None:
        return value, None
    return value, service.save(computation.key, encoded, options, versions)


def decode_or_recompute(computation: Computation, entry: CacheEntry) -> Any:
    """Return the value of an entry; discard a damaged one and compute it again."""
    try:
        return entry.unpack()
    except DecodeError as error:
        computation.service.discard_damaged(computation.key, error)
        return recompute(computation)


def encode_value(function: Callable[..., Any], value: object) -> Encoded:
    """Encode what a function returned, or raise an error that names the function."""
    try:
        return Encoded(VALUE, pack(value))
    except EncodeError as error:
        raise EncodeError(
            f"{name_of(function)}() returned a value that cannot be cached. {error}"
        ) from None


def log_once(service: CacheService, subject: str, reason: str) -> None:
    """Log why something is not cached, once for each subject and reason."""
    logged = service.logged
    if (subject, reason) not in logged and len(logged) < MAX_LOGGED:
        logged.add((subject, reason))
        log.warning("%s is not cached for others: %s.", subject, reason)
