"""`werkzeug.contrib.cache` on the stores of Carboy, without pickle."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from carboy.stores import (
    FileStore,
    MemoryStore,
    NullStore,
    Store,
    open_redis,
    pack,
    unpack,
)


class StoreCache:
    """The cache API of Werkzeug: `get`, `set`, `add`, `inc` and the others."""

    def __init__(self, store: Store, default_timeout: int = 300) -> None:
        self._store = store
        self.default_timeout = default_timeout

    def get(self, key: str) -> Any:
        """Return the value of a key, or None."""
        data = self._store.get(key)
        return None if data is None else unpack(data)

    def set(self, key: str, value: Any, timeout: int | None = None) -> bool:
        """Set the value of a key."""
        self._store.set(key, pack(value), self._ttl(timeout))
        return True

    def add(self, key: str, value: Any, timeout: int | None = None) -> bool:
        """Set the value of a key if it has none; return whether it was set."""
        return self._store.add(key, pack(value), self._ttl(timeout))

    def delete(self, key: str) -> bool:
        """Delete a key; return whether it was there."""
        return self._store.delete(key)

    def has(self, key: str) -> bool:
        """Return whether a key has a value."""
        return self._store.get(key) is not None

    def get_many(self, *keys: str) -> list[Any]:
        """Return the values of keys, None for those without."""
        return [self.get(key) for key in keys]

    def get_dict(self, *keys: str) -> dict[str, Any]:
        """Return the values of keys by key."""
        return {key: self.get(key) for key in keys}

    def set_many(self, mapping: Mapping[str, Any], timeout: int | None = None) -> bool:
        """Set values by key."""
        return all(self.set(key, value, timeout) for key, value in mapping.items())

    def delete_many(self, *keys: str) -> bool:
        """Delete keys; return whether all were there."""
        return all(self.delete(key) for key in keys)

    def inc(self, key: str, delta: int = 1) -> int:
        """Add to a number; a key without a value counts from 0."""

        def change(data: bytes | None) -> bytes:
            return pack((unpack(data) if data else 0) + delta)

        return int(unpack(self._store.update(key, change) or pack(0)))

    def dec(self, key: str, delta: int = 1) -> int:
        """Subtract from a number."""
        return self.inc(key, -delta)

    def clear(self) -> bool:
        """Delete everything."""
        self._store.clear()
        return True

    def _ttl(self, timeout: int | None) -> float | None:
        timeout = self.default_timeout if timeout is None else timeout
        return timeout if timeout > 0 else None


def make_simple(threshold: int = 500, default_timeout: int = 300) -> StoreCache:
    """Make a cache in memory: `SimpleCache`."""
    return StoreCache(MemoryStore(limit=threshold or None), default_timeout)


def make_file(
    cache_dir: str, threshold: int = 500, default_timeout: int = 300, mode: int = 0o600
) -> StoreCache:
    """Make a cache in a folder: `FileSystemCache`."""
    del threshold, mode
    return StoreCache(FileStore(Path(cache_dir)), default_timeout)


def make_redis(
    host: Any = "localhost",
    port: int = 6379,
    password: str | None = None,
    db: int = 0,
    default_timeout: int = 300,
    **_old: Any,
) -> StoreCache:
    """Make a cache in Redis: `RedisCache`."""
    source = host
    if isinstance(host, str):
        login = f":{password}@" if password else ""
        source = f"redis://{login}{host}:{port}/{db}"
    return StoreCache(open_redis(source), default_timeout)


def make_null(default_timeout: int = 300) -> StoreCache:
    """Make a cache that keeps nothing: `NullCache`."""
    return StoreCache(NullStore(), default_timeout)


def make_memcached(
    servers: Iterable[Any] = (), default_timeout: int = 300, **_: Any
) -> Any:
    """Make a cache in memory in place of `MemcachedCache`."""
    del servers
    return make_simple(default_timeout=default_timeout)
