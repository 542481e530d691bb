"""The contract of every store: bytes and counts under a key, for a while."""

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
    """Raised when a key that is to be counted up holds something else."""


class Store(ABC):
    """Bytes and counts under a key, for a while.

    Every method is atomic for each key, between threads and, except for the memory
    store, between processes. A `ttl` is in seconds; None keeps until deleted. A count
    is kept as its decimal digits. A store that cannot answer within its time raises
    `UnavailableError`.
    """

    @abstractmethod
    def get(self, key: str) -> bytes | None:
        """Give what is under `key`, or None."""

    @abstractmethod
    def set(self, key: str, value: bytes, ttl: float | None = None) -> None:
        """Put `value` under `key`, whatever was there."""

    @abstractmethod
    def add(self, key: str, value: bytes, ttl: float | None = None) -> bool:
        """Put `value` under `key` if nothing is there, and tell whether it was so."""

    @abstractmethod
    def delete(self, key: str) -> bool:
        """Take away what is under `key`, and tell whether something was."""

    @abstractmethod
    def incr(self, key: str, by: int = 1, ttl: float | None = None) -> int:
        """Count `key` up and give the new count; `ttl` runs from the first call on."""

    @abstractmethod
    def update(
        self, key: str, change: Change, ttl: float | None = None
    ) -> bytes | None:
        """Replace what is under `key` by `change(of it)`, with nobody in between.

        `change` gets None when nothing is there, and gives None to leave nothing. It
        may be called more than once. The result is what is there afterwards.
        """

    def compare_and_update(
        self, key: str, seen: bytes, change: Change, ttl: float | None = None
    ) -> bytes | None:
        """Do as `update` for who has just read `seen` there: that may save a reading.

        Where somebody else has written since, `change` gets what is there now.
        """
        del seen
        return self.update(key, change, ttl)

    @abstractmethod
    def expires_in(self, key: str) -> int:
        """Give the seconds left, rounded up: 0 is gone, -1 stays until deleted."""

    @abstractmethod
    def clear(self, prefix: str = "") -> None:
        """Take away every key that begins with `prefix`."""

    def get_many(self, keys: Iterable[str]) -> dict[str, bytes]:
        """Give what is under those of `keys` that are there."""
        found = ((key, self.get(key)) for key in keys)
        return {key: value for key, value in found if value is not None}

    def set_many(self, values: Mapping[str, bytes], ttl: float | None = None) -> None:
        """Put each value under its key; each is atomic, not all of them together."""
        for key, value in values.items():
            self.set(key, value, ttl)

    def delete_many(self, keys: Iterable[str]) -> int:
        """Take away what is under `keys`, and give how many there were."""
        return sum(self.delete(key) for key in keys)

    def purge_expired(self) -> int:
        """Drop what has expired and still takes room; give how many keys that were."""
        return 0

    def ping(self) -> None:
        """Raise `UnavailableError` if the store does not answer."""
        self.get("carboy:ping")

    def close(self) -> None:  # noqa: B027 - most stores have nothing to give back
        """Give back connections; the store opens new ones if it is used again."""


class PrefixedStore(Store):
    """A part of another store: each key gets a prefix, and `clear` stays inside."""

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
        found = self.store.get_many([self.prefix + key for key in keys])
        cut = len(self.prefix)
        return {key[cut:]: value for key, value in found.items()}

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
    """Give the moment when something set `at` expires; infinity is never."""
    if ttl is None:
        return math.inf
    if ttl <= 0:
        msg = (
            f"ttl must be above 0 seconds, got {ttl!r}. To keep a value until it is "
            f"deleted, leave ttl out; to take it away now, use delete."
        )
        raise ValueError(msg)
    return at + ttl


def seconds_left(expires: float, at: float) -> int:
    """Give the seconds from `at` to `expires` as `Store.expires_in` tells them."""
    return -1 if expires == math.inf else max(0, math.ceil(expires - at))


def parse_count(key: str, value: bytes | None) -> int:
    """Read a count; what is not there counts 0."""
    if value is None:
        return 0
    try:
        return int(value)
    except ValueError:
        raise not_a_count_error(key, value) from None


def not_a_count_error(key: str, value: bytes | None = None) -> NotACountError:
    """Make the error for a key that cannot be counted up."""
    shown = "" if value is None else f" ({value[:20]!r})"
    return NotACountError(
        f"The key {key!r} holds something else than a count{shown}, so it cannot be "
        f"counted up. Use another key, or delete this one first."
    )
