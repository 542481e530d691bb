"""A store in memory: for development, tests, and caches of one process."""

from collections.abc import Iterable
from threading import RLock

from typing_extensions import override

from .base import Change, Clock, Store, expiry_time, now, parse_count, seconds_left

# Writes between two purges of expired entries.
PURGE_EVERY = 1024


class MemoryStore(Store):
    """A dict with expiry, shared by the threads of one process.

    With a `limit` of entries, new ones replace the oldest ones.
    """

    def __init__(self, *, clock: Clock = now, limit: int | None = None) -> None:
        self._clock = clock
        self._limit = limit
        self._entries: dict[str, tuple[bytes, float]] = {}
        self._lock = RLock()
        self._writes = 0

    @override
    def get(self, key: str) -> bytes | None:
        # No lock: a dict lookup is atomic, and an entry is never changed in place.
        entry = self._entries.get(key)
        if entry is None or entry[1] <= self._clock():
            return None
        return entry[0]

    @override
    def set(self, key: str, value: bytes, ttl: float | None = None) -> None:
        expires = expiry_time(ttl, self._clock())
        with self._lock:
            self._put(key, value, expires)

    @override
    def add(self, key: str, value: bytes, ttl: float | None = None) -> bool:
        expires = expiry_time(ttl, self._clock())
        with self._lock:
            if self.get(key) is not None:
                return False
            self._put(key, value, expires)
            return True

    @override
    def delete(self, key: str) -> bool:
        with self._lock:
            entry = self._entries.pop(key, None)
            return entry is not None and entry[1] > self._clock()

    @override
    def incr(self, key: str, by: int = 1, ttl: float | None = None) -> int:
        with self._lock:
            old = self.get(key)
            count = parse_count(key, old) + by
            if old is None:
                expires = expiry_time(ttl, self._clock())
            else:
                expires = self._entries[key][1]
            self._put(key, b"%d" % count, expires)
            return count

    @override
    def update(
        self, key: str, change: Change, ttl: float | None = None
    ) -> bytes | None:
        with self._lock:
            value = change(self.get(key))
            if value is None:
                self._entries.pop(key, None)
            else:
                self._put(key, value, expiry_time(ttl, self._clock()))
            return value

    @override
    def expires_in(self, key: str) -> int:
        entry = self._entries.get(key)
        return 0 if entry is None else seconds_left(entry[1], self._clock())

    @override
    def clear(self, prefix: str = "") -> None:
        with self._lock:
            for key in [key for key in self._entries if key.startswith(prefix)]:
                del self._entries[key]

    @override
    def purge_expired(self) -> int:
        with self._lock:
            at = self._clock()
            expired = [key for key, entry in self._entries.items() if entry[1] <= at]
            for key in expired:
                del self._entries[key]
            return len(expired)

    @override
    def get_many(self, keys: Iterable[str]) -> dict[str, bytes]:
        entries, at = self._entries, self._clock()
        items = ((key, entries.get(key)) for key in keys)
        return {
            key: entry[0] for key, entry in items if entry is not None and entry[1] > at
        }

    def _put(self, key: str, value: bytes, expires: float) -> None:
        self._writes += 1
        if self._writes % PURGE_EVERY == 0:
            self.purge_expired()
        if self._limit is not None and key not in self._entries:
            self._evict(self._limit)
        self._entries[key] = (value, expires)

    def _evict(self, limit: int) -> None:
        while len(self._entries) >= max(1, limit):
            del self._entries[next(iter(self._entries))]
