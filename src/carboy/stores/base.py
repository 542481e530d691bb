"""The contract of every store: bytes and counters by key, with expiry."""

import math
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping

from typing_extensions import override

from carboy.errors import CarboyError

Clock = Callable[[], float]
Change = Callable[[bytes | None], bytes | None]

now: Clock = time.time


class NotACountError(CarboyError):
    """Raised when the value to increment is not a count."""


class Store(ABC):
    """Bytes and counters by key, with expiry.

    Every method is atomic for each key, between threads and, except for the memory
    store, between processes. A `ttl` is in seconds; with None an entry stays until it
    is deleted. A count is stored as decimal digits. A store that does not answer in
    time raises `UnavailableError`.
    """

    @abstractmethod
    def get(self, key: str) -> bytes | None:
        """Return the value of `key`, or None."""

    @abstractmethod
    def set(self, key: str, value: bytes, ttl: float | None = None) -> None:
        """Set the value of `key`, and replace an existing one."""

    @abstractmethod
    def add(self, key: str, value: bytes, ttl: float | None = None) -> bool:
        """Set the value of `key` if it has none; return whether it was set."""

    @abstractmethod
    def delete(self, key: str) -> bool:
        """Delete `key`; return whether it existed."""

    @abstractmethod
    def incr(self, key: str, by: int = 1, ttl: float | None = None) -> int:
        """Increment `key` and return the count; `ttl` starts with the first call."""

    @abstractmethod
    def update(
        self, key: str, change: Change, ttl: float | None = None
    ) -> bytes | None:
        """Replace the value of `key` by `change(value)` atomically; return the result.

        `change` receives None if there is no value, and returns None to delete it. It
        may be called more than once. An exception in it leaves the entry unchanged.
        """

    def compare_and_update(
        self, key: str, seen: bytes, change: Change, ttl: float | None = None
    ) -> bytes | None:
        """Do the same as `update`, for a caller that has just read `seen`.

        This may save a read. If the value has changed since, `change` receives the
        current one.
        """
        del seen
        return self.update(key, change, ttl)

    @abstractmethod
    def expires_in(self, key: str) -> int:
        """Return the seconds left, rounded up: 0 if expired, -1 without expiry."""

    @abstractmethod
    def clear(self, prefix: str = "") -> None:
        """Delete all keys that begin with `prefix`."""

    def get_many(self, keys: Iterable[str]) -> dict[str, bytes]:
        """Return the values of those `keys` that exist."""
        items = ((key, self.get(key)) for key in keys)
        return {key: value for key, value in items if value is not None}

    def set_many(self, values: Mapping[str, bytes], ttl: float | None = None) -> None:
        """Set values by key; each is atomic, not all of them together."""
        for key, value in values.items():
            self.set(key, value, ttl)

    def delete_many(self, keys: Iterable[str]) -> int:
        """Delete keys; return how many existed."""
        return sum(self.delete(key) for key in keys)

    def purge_expired(self) -> int:
        """Delete expired entries that still take space; return their number."""
        return 0

    def ping(self) -> None:
        """Raise `UnavailableError` if the store does not answer."""
        self.get("carboy:ping")

    def close(self) -> None:  # noqa: B027 - most stores have no connections
        """Close connections; the store opens new ones if it is used again."""


class PrefixedStore(Store):
    """A part of another store: all keys have a prefix, and `clear` respects it."""

    def __init__(self, store: Store, prefix: str) -> None:
        self.store = store
        self.prefix = prefix

    @override
    def get(self, key: str) -> bytes | None:
        return self.store.get(self.prefix + key)

    @override
    def set(self, key: str, value: bytes, ttl: float | None = None) -> None:
        self.store.set(self.prefix + key, value, ttl)

    @override
    def add(self, key: str, value: bytes, ttl: float | None = None) -> bool:
        return self.store.add(self.prefix + key, value, ttl)

    @override
    def delete(self, key: str) -> bool:
        return self.store.delete(self.prefix + key)

    @override
    def incr(self, key: str, by: int = 1, ttl: float | None = None) -> int:
        return self.store.incr(self.prefix + key, by, ttl)

    @override
    def update(
        self, key: str, change: Change, ttl: float | None = None
    ) -> bytes | None:
        return self.store.update(self.prefix + key, change, ttl)

    @override
    def compare_and_update(
        self, key: str, seen: bytes, change: Change, ttl: float | None = None
    ) -> bytes | None:
        return self.store.compare_and_update(self.prefix + key, seen, change, ttl)

    @override
    def expires_in(self, key: str) -> int:
        return self.store.expires_in(self.prefix + key)

    @override
    def clear(self, prefix: str = "") -> None:
        self.store.clear(self.prefix + prefix)

    @override
    def get_many(self, keys: Iterable[str]) -> dict[str, bytes]:
        values = self.store.get_many([self.prefix + key for key in keys])
        cut = len(self.prefix)
        return {key[cut:]: value for key, value in values.items()}

    @override
    def set_many(self, values: Mapping[str, bytes], ttl: float | None = None) -> None:
        self.store.set_many({self.prefix + k: v for k, v in values.items()}, ttl)

    @override
    def delete_many(self, keys: Iterable[str]) -> int:
        return self.store.delete_many([self.prefix + key for key in keys])

    @override
    def purge_expired(self) -> int:
        return self.store.purge_expired()

    @override
    def ping(self) -> None:
        self.store.ping()

    @override
    def close(self) -> None:
        self.store.close()


def expiry_time(ttl: float | None, at: float) -> float:
    """Return when an entry set at `at` expires; infinity is never."""
    if ttl is None:
        return math.inf
    if ttl <= 0:
        msg = (
            f"ttl must be above 0 seconds, got {ttl!r}. For a value without expiry, "
            f"leave ttl out; to remove it now, use delete."
        )
        raise ValueError(msg)
    return at + ttl


def seconds_left(expires: float, at: float) -> int:
    """Return the seconds from `at` to `expires` as `Store.expires_in` does."""
    return -1 if expires == math.inf else max(0, math.ceil(expires - at))


def parse_count(key: str, value: bytes | None) -> int:
    """Parse a count; a missing value is 0."""
    if value is None:
        return 0
    try:
        return int(value)
    except ValueError:
        raise not_a_count_error(key, value) from None


def not_a_count_error(key: str, value: bytes | None = None) -> NotACountError:
    """Return the error for a value that cannot be incremented."""
    detail = "" if value is None else f" ({value[:20]!r})"
    return NotACountError(
        f"The value of {key!r} is not a count{detail}, so it cannot be incremented. "
        f"Use another key, or delete this one first."
    )
