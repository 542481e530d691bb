"""The cache service: values with a timeout and tags in one store."""

import contextlib
import math
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from carboy.stores import Clock, DecodeError, MemoryStore, Store, pack

from .entry import (
    NO_META,
    NO_TAGS,
    VALUE,
    CacheEntry,
    EntryMeta,
    TagVersions,
    decode_entry,
    encode_entry,
)
from .single_flight import SingleFlight
from .tolerant_store import TolerantStore, log

# The version of a tag expires after this many seconds.
TAG_TTL = 30 * 86_400.0
# With the type memory, tags have a store of their own, so that values never evict them.
MAX_TAGS = 100_000


@dataclass(frozen=True, slots=True)
class StoreOptions:
    """How long an entry is cached, and the tags that invalidate it."""

    timeout: float | None = None
    stale: float | None = None
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Encoded:
    """A computed value as bytes."""

    kind: int
    payload: bytes
    meta: EntryMeta = NO_META


@dataclass(frozen=True, slots=True, kw_only=True)
class CacheDefaults:
    """What applies where a call or a decorator sets nothing else."""

    timeout: float = 300
    stale: float = 0
    wait: float = 5
    source_check: bool = False


def is_expired(timeout: float | None) -> bool:
    """Return whether a timeout has passed already, as a computed one may have."""
    return timeout is not None and timeout < 0


class CacheService:
    """Values under keys and tags in one store; an outage is never an error."""

    def __init__(
        self,
        store: Store,
        *,
        clock: Clock,
        prefix: str = "cache:",
        defaults: CacheDefaults | None = None,
        is_shared: bool = True,
    ) -> None:
        defaults = defaults or CacheDefaults()
        # The warnings about uncacheable results that were logged already.
        self.logged: set[tuple[str, str]] = set()
        self.clock = clock
        self.prefix = prefix
        self.timeout = defaults.timeout
        self.stale = defaults.stale
        self.source_check = defaults.source_check
        self.store = TolerantStore(store, root=prefix)
        self.tags: TolerantStore = self.store
        # Memory cannot be unavailable, so cached pages need not allow for it.
        self.fetch: Callable[[str], bytes | None] = self.store.get
        if isinstance(store, MemoryStore):
            tag_store = MemoryStore(clock=clock, limit=MAX_TAGS)
            self.tags = TolerantStore(tag_store, root=prefix)
            self.fetch = store.get
        is_shared = is_shared and not isinstance(store, MemoryStore)
        self.is_local = not is_shared
        self.single_flight = SingleFlight(
            self.store, wait=defaults.wait, is_shared=is_shared
        )

    # Values

    def get(self, key: str, tag: str = "") -> CacheEntry | None:
        """Return the entry under `key`, fresh or stale, unless a tag was dropped.

        `tag` is one that the entry is known to have: it is read in the same call.
        """
        full_key = self.prefix + key
        if not tag or self.tags is not self.store:
            data = self.fetch(full_key)
            return None if data is None else self.decode(key, data)
        tag_key = self._tag_key(tag)
        values = self.store.get_many((full_key, tag_key))
        if full_key not in values:
            return None
        return self.decode(key, values[full_key], {tag: values.get(tag_key, b"")})

    def decode(
        self, key: str, data: bytes, current: TagVersions = NO_TAGS
    ) -> CacheEntry | None:
        """Decode an entry; return None if it is damaged or a tag was dropped."""
        try:
            entry = decode_entry(data)
        except DecodeError as error:
            self.discard_damaged(key, error)
            return None
        tags = entry.meta.tags
        if tags and tags != current and not self.are_current(tags):
            return None
        return entry

    def discard_damaged(self, key: str, error: DecodeError) -> None:
        """Delete an entry that cannot be decoded, and log it."""
        log.warning("Deleted the damaged cache entry %r. %s", key, error)
        self.store.delete(self.prefix + key)

    def get_many(self, keys: Iterable[str]) -> dict[str, CacheEntry]:
        """Return the entries under those of `keys` that exist."""
        names = {self.prefix + key: key for key in keys}
        values = self.store.get_many(names)
        entries = {names[f]: self.decode(names[f], d) for f, d in values.items()}
        return {key: entry for key, entry in entries.items() if entry is not None}

    def set(
        self,
        key: str,
        value: object,
        timeout: float | None = None,
        *,
        tags: Iterable[str] = (),
    ) -> bool:
        """Store a value; return False if the store is unavailable."""
        if is_expired(timeout):
            self.delete(key)
            return not self.store.is_unavailable
        versions = self.tag_versions(tags)
        meta = EntryMeta(versions) if versions else NO_META
        data = encode_entry(VALUE, pack(value), meta=meta)
        return self.store.put(self.prefix + key, data, self.ttl(timeout))

    def set_many(
        self, values: Mapping[str, object], timeout: float | None = None
    ) -> bool:
        """Store several values; return False if the store is unavailable."""
        if is_expired(timeout):
            self.delete_many(values)
            return not self.store.is_unavailable
        encoded = {
            self.prefix + key: encode_entry(VALUE, pack(value))
            for key, value in values.items()
        }
        self.store.set_many(encoded, self.ttl(timeout))
        return not self.store.is_unavailable

    def add(self, key: str, value: object, timeout: float | None = None) -> bool:
        """Store a value unless the key exists; return whether it was stored."""
        if is_expired(timeout):
            return self.get(key) is None
        data = encode_entry(VALUE, pack(value))
        return self.store.add(self.prefix + key, data, self.ttl(timeout))

    def delete(self, key: str) -> bool:
        """Delete a value; return whether it existed."""
        return self.store.delete(self.prefix + key)

    def delete_many(self, keys: Iterable[str]) -> int:
        """Delete several values; return how many existed."""
        return self.store.delete_many([self.prefix + key for key in keys])

    def clear(self) -> bool:
        """Delete everything that this cache has stored."""
        self.store.clear(self.prefix)
        if self.tags is not self.store:
            self.tags.clear(self.prefix)
        return not self.store.is_unavailable

    # Computed values

    def find_fresh(self, key: str) -> CacheEntry | None:
        """Return the entry under `key` if its timeout has not passed, or None."""
        entry = self.get(key)
        return entry if entry is not None and self.is_fresh(entry) else None

    def is_fresh(self, entry: CacheEntry) -> bool:
        """Return whether the timeout of an entry has not passed."""
        return entry.fresh_until > self.clock()

    def save(
        self, key: str, encoded: Encoded, options: StoreOptions, versions: TagVersions
    ) -> CacheEntry:
        """Store a computed value: fresh for its timeout, then stale for a while."""
        ttl = self.ttl(options.timeout)
        stale = self.stale if options.stale is None else options.stale
        fresh_until = math.inf if ttl is None else self.clock() + ttl
        meta = replace(encoded.meta, tags=versions) if versions else encoded.meta
        data = encode_entry(
            encoded.kind, encoded.payload, fresh_until=fresh_until, meta=meta
        )
        if not is_expired(options.timeout):
            ttl = None if ttl is None else ttl + stale
            self.store.put(self.prefix + key, data, ttl)
        return decode_entry(data)

    def ttl(self, timeout: float | None) -> float | None:
        """Return the seconds to store something; None: until it is deleted."""
        seconds = self.timeout if timeout is None else timeout
        return seconds if seconds > 0 else None

    # Tags

    def tag_versions(self, tags: Iterable[str]) -> dict[str, bytes]:
        """Return the current version of each tag; call this before computing a value.

        What was computed while a tag was dropped then carries the old version, and is
        never served.
        """
        keys = {self._tag_key(tag): tag for tag in tags}
        if not keys:
            return {}
        versions = self.tags.get_many(keys)
        for key in keys.keys() - versions.keys():
            versions[key] = self._create_version(key)
        return {keys[key]: version for key, version in versions.items()}

    def are_current(self, versions: TagVersions) -> bool:
        """Return whether none of these tags was dropped since."""
        keys = {self._tag_key(tag): version for tag, version in versions.items()}
        return self.tags.get_many(keys) == keys

    def is_current(self, entry: CacheEntry) -> bool:
        """Return whether no tag of an entry was dropped, as far as can be known."""
        tags = entry.meta.tags
        return not tags or self.tags.is_unavailable or self.are_current(tags)

    def drop_tags(self, tags: Iterable[str]) -> bool:
        """Invalidate everything that was stored under any of `tags`."""
        self.tags.delete_many([self._tag_key(tag) for tag in tags])
        return not self.tags.is_unavailable

    def _tag_key(self, tag: str) -> str:
        return f"{self.prefix}tag/{tag}"

    def _create_version(self, key: str) -> bytes:
        version = secrets.token_bytes(8)
        if self.tags.add(key, version, TAG_TTL):
            return version
        # Another thread was first, or the store is unavailable: then nothing is stored.
        return self.tags.get(key) or version

    def close(self) -> None:
        """Close the connections of the store."""
        with contextlib.suppress(Exception):
            self.store.close()
