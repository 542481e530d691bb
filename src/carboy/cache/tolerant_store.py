"""A store that may be away: then it holds nothing, and one line in the log says so."""

import logging
import math
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from typing_extensions import override

from carboy.errors import UnavailableError
from carboy.stores import Change, Store

T = TypeVar("T")

# Seconds between two lines about one outage.
REMIND = 60.0
# How many deletions are remembered until the store is back; above, it is emptied.
MOST_OWED = 1000

log = logging.getLogger("carboy.cache")


class TolerantStore(Store):
    """Behaves as an empty store while the one behind it is away.

    What was to be deleted meanwhile is deleted when it is back, before anything is
    read from it: nobody gets what the site had taken away.
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
        self._is_away = False
        self._told = -math.inf
        self._owed: dict[str, bool] = {}
        self._lock = threading.Lock()

    @property
    def is_away(self) -> bool:
        """Whether the last call found nobody."""
        return self._is_away

    def claim(self, key: str, value: bytes, ttl: float) -> bool:
        """Do what `add` does; nobody holds anything while the store is away."""
        return self._try(lambda: self.store.add(key, value, ttl), otherwise=True)

    @override
    def get(self, key: str) -> bytes | None:
        return self._try(lambda: self.store.get(key), otherwise=None)

    @override
    def get_many(self, keys: Iterable[str]) -> dict[str, bytes]:
        return self._try(lambda: self.store.get_many(keys), otherwise={})

    @override
    def set(self, key: str, value: bytes, ttl: float | None = None) -> None:
        self.put(key, value, ttl)

    def put(self, key: str, value: bytes, ttl: float | None = None) -> bool:
        """Do what `set` does, and tell whether it was done."""

        def put() -> bool:
            self.store.set(key, value, ttl)
            return True

        return self._try(put, otherwise=False)

    @override
    def set_many(self, values: Mapping[str, bytes], ttl: float | None = None) -> None:
        self._try(lambda: self.store.set_many(values, ttl), otherwise=None)

    @override
    def add(self, key: str, value: bytes, ttl: float | None = None) -> bool:
        return self._try(lambda: self.store.add(key, value, ttl), otherwise=False)

    @override
    def delete(self, key: str) -> bool:
        return self._drop(lambda: self.store.delete(key), [key], otherwise=False)

    @override
    def delete_many(self, keys: Iterable[str]) -> int:
        wanted = list(keys)
        return self._drop(lambda: self.store.delete_many(wanted), wanted, otherwise=0)

    @override
    def clear(self, prefix: str = "") -> None:
        def clear() -> None:
            self.store.clear(prefix)

        self._drop(clear, [prefix], otherwise=None, everything=True)

    @override
    def incr(self, key: str, by: int = 1, ttl: float | None = None) -> int:
        return self._try(lambda: self.store.incr(key, by, ttl), otherwise=0)

    @override
    def update(
        self, key: str, change: Change, ttl: float | None = None
    ) -> bytes | None:
        return self._try(lambda: self.store.update(key, change, ttl), otherwise=None)

    @override
    def expires_in(self, key: str) -> int:
        return self._try(lambda: self.store.expires_in(key), otherwise=0)

    @override
    def purge_expired(self) -> int:
        return self._try(self.store.purge_expired, otherwise=0)

    @override
    def ping(self) -> None:
        self.store.ping()

    @override
    def close(self) -> None:
        self.store.close()

    def _drop(
        self,
        call: Callable[[], T],
        keys: list[str],
        *,
        otherwise: T,
        everything: bool = False,
    ) -> T:
        """Delete, or remember that it has to be done."""
        try:
            result = self._call(call)
        except UnavailableError as error:
            with self._lock:
                self._owed |= dict.fromkeys(keys, everything)
                if len(self._owed) > MOST_OWED:
                    self._owed = {self._root: True}
            self._tell(error)
            return otherwise
        return result

    def _try(self, call: Callable[[], T], *, otherwise: T) -> T:
        try:
            return self._call(call)
        except UnavailableError as error:
            self._tell(error)
            return otherwise

    def _call(self, call: Callable[[], T]) -> T:
        if self._owed:
            self._pay()
        result = call()
        if self._is_away:
            self._is_away = False
            log.info("The store of the cache answers again.")
        return result

    def _pay(self) -> None:
        with self._lock:
            owed, self._owed = self._owed, {}
        try:
            for key, everything in owed.items():
                if everything:
                    self.store.clear(key)
            self.store.delete_many([k for k, every in owed.items() if not every])
        except UnavailableError:
            with self._lock:
                self._owed = owed | self._owed
            raise

    def _tell(self, error: UnavailableError) -> None:
        self._is_away = True
        at = self._now()
        if at - self._told >= REMIND:
            self._told = at
            log.warning(
                "The cache is away; everything is made anew meanwhile. %s", error
            )
