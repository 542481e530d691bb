"""What the cache does: keeps values for a while, alone or under tags."""

import contextlib
import math
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from carboy.stores import Clock, DecodeError, MemoryStore, Store, pack

from .entry import (
    NO_MARK,
    NO_TAGS,
    VALUE,
    Entry,
    Mark,
    Versions,
    read_entry,
    write_entry,
)
from .single_flight import Flights
from .tolerant_store import TolerantStore, log

# Tags that nothing was kept under for so long are forgotten.
TAG_TTL = 30 * 86_400.0
# Tags of the type memory are kept apart, so that values never push them out.
MOST_TAGS = 100_000


@dataclass(frozen=True, slots=True)
class Terms:
    """For how long something is kept, and what makes it be forgotten before."""

    timeout: float | None = None
    stale: float | None = None
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Made:
    """What was made, as bytes."""

    kind: int
    payload: bytes
    mark: Mark = NO_MARK


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """What is done where nothing else is said."""

    timeout: float = 300
    stale: float = 0
    wait: float = 5
    source_check: bool = False


class CacheService:
    """Values under keys and tags in one store; an outage is never an error."""

    def __init__(
        self,
        store: Store,
        *,
        clock: Clock,
        prefix: str = "cache:",
        habits: Habits | None = None,
        is_shared: bool = True,
    ) -> None:
        habits = habits or Habits()
        # What the log has said already of what is not kept.
        self.told: set[tuple[str, str]] = set()
        self.clock = clock
        self.prefix = prefix
        self.timeout = habits.timeout
        self.stale = habits.stale
        self.source_check = habits.source_check
        self.store = TolerantStore(store, root=prefix)
        self.tags: TolerantStore = self.store
        # A look into memory cannot fail, so the page path need not be ready for it.
        self.find: Callable[[str], bytes | None] = self.store.get
        if isinstance(store, MemoryStore):
            kept_apart = MemoryStore(clock=clock, limit=MOST_TAGS)
            self.tags = TolerantStore(kept_apart, root=prefix)
            self.find = store.get
        is_shared = is_shared and not isinstance(store, MemoryStore)
        self.is_local = not is_shared
        self.flights = Flights(self.store, wait=habits.wait, is_shared=is_shared)

    # Values

    def get(self, key: str, tag: str = "") -> Entry | None:
        """Give what is fresh or stale under `key`, unless a tag of it was dropped.

        A `tag` that it is known to have is asked for on the same way.
        """
        full = self.prefix + key
        if not tag or self.tags is not self.store:
            data = self.find(full)
            return None if data is None else self.read(key, data)
        tag_key = self._tag_key(tag)
        found = self.store.get_many((full, tag_key))
        if full not in found:
            return None
        return self.read(key, found[full], {tag: found.get(tag_key, b"")})

    def read(self, key: str, data: bytes, known: Versions = NO_TAGS) -> Entry | None:
        """Read what was found under `key`; what is damaged or dropped is not there."""
        try:
            entry = read_entry(data)
        except DecodeError as error:
            self.throw_away(key, error)
            return None
        tags = entry.mark.tags
        if tags and tags != known and not self.holds(tags):
            return None
        return entry

    def throw_away(self, key: str, error: DecodeError) -> None:
        """Delete an entry that cannot be read, and say so."""
        log.warning("The entry %r of the cache was thrown away. %s", key, error)
        self.store.delete(self.prefix + key)

    def get_many(self, keys: Iterable[str]) -> dict[str, Entry]:
        """Give the entries of those of `keys` that are there."""
        wanted = {self.prefix + key: key for key in keys}
        found = self.store.get_many(wanted)
        read = {wanted[full]: self.read(wanted[full], d) for full, d in found.items()}
        return {key: entry for key, entry in read.items() if entry is not None}

    def set(
        self,
        key: str,
        value: object,
        timeout: float | None = None,
        *,
        tags: Iterable[str] = (),
    ) -> bool:
        """Keep a value; False says that the store is away."""
        versions = self.versions(tags)
        mark = Mark(versions) if versions else NO_MARK
        data = write_entry(VALUE, pack(value), mark=mark)
        return self.store.put(self.prefix + key, data, self.ttl(timeout))

    def set_many(
        self, values: Mapping[str, object], timeout: float | None = None
    ) -> bool:
        """Keep several values; False says that the store is away."""
        packed = {
            self.prefix + key: write_entry(VALUE, pack(value))
            for key, value in values.items()
        }
        self.store.set_many(packed, self.ttl(timeout))
        return not self.store.is_away

    def add(self, key: str, value: object, timeout: float | None = None) -> bool:
        """Keep a value if nothing is there, and tell whether it was so."""
        data = write_entry(VALUE, pack(value))
        return self.store.add(self.prefix + key, data, self.ttl(timeout))

    def delete(self, key: str) -> bool:
        """Take a value away, and tell whether one was there."""
        return self.store.delete(self.prefix + key)

    def delete_many(self, keys: Iterable[str]) -> int:
        """Take several values away, and give how many there were."""
        return self.store.delete_many([self.prefix + key for key in keys])

    def clear(self) -> bool:
        """Take everything away that this cache has kept."""
        self.store.clear(self.prefix)
        if self.tags is not self.store:
            self.tags.clear(self.prefix)
        return not self.store.is_away

    # What functions make

    def find_fresh(self, key: str) -> Entry | None:
        """Give what is under `key` if its time is not over."""
        entry = self.get(key)
        return entry if entry is not None and self.is_fresh(entry) else None

    def is_fresh(self, entry: Entry) -> bool:
        """Tell whether the time of an entry is not over."""
        return entry.fresh_until > self.clock()

    def keep(self, key: str, made: Made, terms: Terms, versions: Versions) -> Entry:
        """Keep what was made, fresh for its time and stale for a while after."""
        ttl = self.ttl(terms.timeout)
        window = self.stale if terms.stale is None else terms.stale
        fresh_until = math.inf if ttl is None else self.clock() + ttl
        mark = replace(made.mark, tags=versions) if versions else made.mark
        data = write_entry(made.kind, made.payload, fresh_until=fresh_until, mark=mark)
        self.store.put(self.prefix + key, data, None if ttl is None else ttl + window)
        return read_entry(data)

    def ttl(self, timeout: float | None) -> float | None:
        """Give the seconds to keep something; None is until it is deleted."""
        seconds = self.timeout if timeout is None else timeout
        return seconds if seconds > 0 else None

    # Tags

    def versions(self, tags: Iterable[str]) -> dict[str, bytes]:
        """Give each tag with what it stands at; take this before making a value.

        What was made while a tag was dropped carries the version from before, and so
        is never given.
        """
        keys = {self._tag_key(tag): tag for tag in tags}
        if not keys:
            return {}
        found = self.tags.get_many(keys)
        for key in keys.keys() - found.keys():
            found[key] = self._begin(key)
        return {keys[key]: version for key, version in found.items()}

    def holds(self, versions: Versions) -> bool:
        """Tell whether no tag was dropped since."""
        keys = {self._tag_key(tag): version for tag, version in versions.items()}
        return self.tags.get_many(keys) == keys

    def drop_tags(self, tags: Iterable[str]) -> bool:
        """Forget everything that was kept under any of `tags`."""
        self.tags.delete_many([self._tag_key(tag) for tag in tags])
        return not self.tags.is_away

    def _tag_key(self, tag: str) -> str:
        return f"{self.prefix}tag/{tag}"

    def _begin(self, key: str) -> bytes:
        version = secrets.token_bytes(8)
        if self.tags.add(key, version, TAG_TTL):
            return version
        # Someone else was quicker, or the store is away: then nothing is kept anyway.
        return self.tags.get(key) or version

    def close(self) -> None:
        """Give back connections."""
        with contextlib.suppress(Exception):
            self.store.close()
