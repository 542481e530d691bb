"""A store that behaves as an empty one while it is unavailable, and logs that."""

import logging
import math
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from typing_extensions import override

from carboy.errors import UnavailableError
from carboy.stores import Change, Store

T = TypeVar("T")

# Seconds between two warnings about one outage.
WARNING_INTERVAL = 60.0
# How many deletions are remembered during an outage; with more, everything is deleted.
MAX_PENDING = 1000

log = logging.getLogger("carboy.cache")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PendingDelete:
    """A deletion of a key, or of all keys with a prefix, that failed."""

    is_prefix: bool


class TolerantStore(Store):
    """Behaves as an empty store while the one behind it is unavailable.

    Deletions that failed meanwhile are replayed when it is back, before anything is
    read from it: what the site has deleted is never served.
    """

    def __init__(
        self,
        store: Store,
        *,
        root: str = "",
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.store = store
        self._root = root
        self._now = now
        self._is_unavailable = False
        self._warned_at = -math.inf
        self._pending_deletes: dict[str, PendingDelete] = {}
        self._lock = threading.Lock()

    @property
    def is_unavailable(self) -> bool:
        """Whether the last call got no answer."""
        return self._is_unavailable

    def acquire(self, key: str, value: bytes, ttl: float) -> bool:
        """Add a lease; return True as well while the store is unavailable."""
        return self._try(lambda: self.store.add(key, value, ttl), default=True)

    @override
    def get(self, key: str) -> bytes | None:
        return self._try(lambda: self.store.get(key), default=None)

    @override
    def get_many(self, keys: Iterable[str]) -> dict[str, bytes]:
        return self._try(lambda: self.store.get_many(keys), default={})

    @override
    def set(self, key: str, value: bytes, ttl: float | None = None) -> None:
        self.put(key, value, ttl)

    def put(self, key: str, value: bytes, ttl: float | None = None) -> bool:
        """Set a value; return whether it was stored."""

        def put() -> bool:
            self.store.set(key, value, ttl)
            return True

        return self._try(put, default=False)

    @override
    def set_many(self, values: Mapping[str, bytes], ttl: float | None = None) -> None:
        self._try(lambda: self.store.set_many(values, ttl), default=None)

    @override
    def add(self, key: str, value: bytes, ttl: float | None = None) -> bool:
        return self._try(lambda: self.store.add(key, value, ttl), default=False)

    @override
    def delete(self, key: str) -> bool:
        return self._delete(lambda: self.store.delete(key), [key], default=False)

    @override
    def delete_many(self, keys: Iterable[str]) -> int:
        names = list(keys)
        return self._delete(lambda: self.store.delete_many(names), names, default=0)

    @override
    def clear(self, prefix: str = "") -> None:
        def clear() -> None:
            self.store.clear(prefix)

        self._delete(clear, [prefix], default=None, is_prefix=True)

    @override
    def incr(self, key: str, by: int = 1, ttl: float | None = None) -> int:
        return self._try(lambda: self.store.incr(key, by, ttl), default=0)

    @override
    def update(
        self, key: str, change: Change, ttl: float | None = None
    ) -> bytes | None:
        return self._try(lambda: self.store.update(key, change, ttl), default=None)

    @override
    def expires_in(self, key: str) -> int:
        return self._try(lambda: self.store.expires_in(key), default=0)

    @override
    def purge_expired(self) -> int:
        return self._try(self.store.purge_expired, default=0)

    @override
    def ping(self) -> None:
        self.store.ping()

    @override
    def close(self) -> None:
        self.store.close()

    def _delete(
        self,
        call: Callable[[], T],
        keys: list[str],
        *,
        default: T,
        is_prefix: bool = False,
    ) -> T:
        """Delete keys, or remember to delete them later."""
        try:
            return self._call(call)
        except UnavailableError as error:
            with self._lock:
                self._pending_deletes |= dict.fromkeys(
                    keys, PendingDelete(is_prefix=is_prefix)
                )
                if len(self._pending_deletes) > MAX_PENDING:
                    self._pending_deletes = {self._root: PendingDelete(is_prefix=True)}
            self._warn(error)
            return default

    def _try(self, call: Callable[[], T], *, default: T) -> T:
        try:
            return self._call(call)
        except UnavailableError as error:
            self._warn(error)
            return default

    def _call(self, call: Callable[[], T]) -> T:
        if self._pending_deletes:
            self._replay_deletes()
        result = call()
        if self._is_unavailable:
            self._is_unavailable = False
            log.info("The cache store is available again.")
        return result

    def _replay_deletes(self) -> None:
        # They stay pending until they are done: another thread that reads meanwhile
        # replays them as well, so that it does not read what the site has deleted.
        with self._lock:
            pending = dict(self._pending_deletes)
        keys = []
        for key, deletion in pending.items():
            if deletion.is_prefix:
                self.store.clear(key)
            else:
                keys.append(key)
        self.store.delete_many(keys)
        with self._lock:
            for key, deletion in pending.items():
                # Another one means that it failed again since.
                if self._pending_deletes.get(key) is deletion:
                    del self._pending_deletes[key]

    def _warn(self, error: UnavailableError) -> None:
        self._is_unavailable = True
        now = self._now()
        if now - self._warned_at >= WARNING_INTERVAL:
            self._warned_at = now
            log.warning(
                "The cache store is unavailable; everything is computed anew. %s", error
            )
