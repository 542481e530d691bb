"""One caller computes a value; the others wait for it, or take the stale one."""

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from carboy.bounded_dict import BoundedDict

from .entry import CacheEntry
from .tolerant_store import TolerantStore

# After so many seconds another process replaces one that died while computing.
LEASE_TTL = 30.0
# Stored as the lease of a value that turned out not to be cacheable, and for how long.
UNCACHEABLE, UNCACHEABLE_TTL = b"-", 10.0
MAX_UNCACHEABLE = 10_000
# Seconds between two looks at what another process does: short at first, then longer.
FIRST_PAUSE, LONGEST_PAUSE = 0.002, 0.05

Compute = Callable[[], tuple[Any, CacheEntry | None]]


@dataclass(slots=True)
class InFlight:
    """A value that a thread of this process is computing."""

    owner: int = field(default_factory=threading.get_ident)
    done: threading.Event = field(default_factory=threading.Event)
    entry: CacheEntry | None = None


@dataclass(frozen=True, slots=True)
class Callbacks:
    """How one value is looked up, computed and decoded.

    `find` returns a fresh entry or None; `compute` returns the value and its entry,
    which is None when the value must not be shared; `decode` returns the value of an
    entry; `is_current` returns whether no tag of an entry was dropped; `stale` is an
    old entry that may be served meanwhile.
    """

    find: Callable[[], CacheEntry | None]
    compute: Compute
    decode: Callable[[CacheEntry], Any]
    is_current: Callable[[CacheEntry], bool] = lambda _entry: True
    stale: CacheEntry | None = None


class SingleFlight:
    """Lets one thread of all threads and processes compute a value at a time."""

    def __init__(
        self,
        store: TolerantStore,
        *,
        wait: float,
        is_shared: bool,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._wait = wait
        self._is_shared = is_shared
        self._now = now
        self._in_flight: dict[str, InFlight] = {}
        self._uncacheable = BoundedDict[str, float](MAX_UNCACHEABLE)

    def run(self, key: str, callbacks: Callbacks) -> Any:
        """Return the value: computed here, computed by another, or the stale one."""
        if not self._wait or self._uncacheable.get(key, 0) > self._now():
            return callbacks.compute()[0]
        own = InFlight()
        current = self._in_flight.setdefault(key, own)
        if current is not own:
            return self._wait_for_leader(key, current, own.owner, callbacks)
        try:
            return self._run_leader(key, own, callbacks)
        finally:
            del self._in_flight[key]
            own.done.set()

    def _wait_for_leader(
        self, key: str, flight: InFlight, thread_id: int, callbacks: Callbacks
    ) -> Any:
        if callbacks.stale is not None:
            return callbacks.decode(callbacks.stale)
        # A function that calls itself would wait for itself.
        if flight.owner != thread_id:
            flight.done.wait(self._wait)
        if flight.entry is None:
            return callbacks.compute()[0]
        if not callbacks.is_current(flight.entry):
            # A tag was dropped after the leader had begun, maybe before this caller.
            return self.run(key, callbacks)
        return callbacks.decode(flight.entry)

    def _run_leader(self, key: str, flight: InFlight, callbacks: Callbacks) -> Any:
        lease = f"{key}:lease"
        has_lease = not self._is_shared or self._acquire_lease(lease)
        if has_lease:
            entry = callbacks.find()
        elif callbacks.stale is not None:
            return callbacks.decode(callbacks.stale)
        else:
            entry, has_lease = self._wait_for_process(key, lease, callbacks)
        if entry is None:
            return self._compute(key, flight, callbacks, has_lease=has_lease)
        if has_lease and self._is_shared:
            self._store.delete(lease)
        flight.entry = entry
        return callbacks.decode(entry)

    def _compute(
        self, key: str, flight: InFlight, callbacks: Callbacks, *, has_lease: bool
    ) -> Any:
        is_uncacheable = False
        try:
            value, flight.entry = callbacks.compute()
            is_uncacheable = flight.entry is None
            return value
        finally:
            if is_uncacheable:
                self._mark_uncacheable(key)
            if has_lease and self._is_shared:
                self._release_lease(f"{key}:lease", is_uncacheable=is_uncacheable)

    def _wait_for_process(
        self, key: str, lease: str, callbacks: Callbacks
    ) -> tuple[CacheEntry | None, bool]:
        """Wait for another process; return its entry, and whether we have the lease."""
        end, pause = self._now() + self._wait, FIRST_PAUSE
        while self._now() < end:
            if self._store.get(lease) == UNCACHEABLE:
                self._mark_uncacheable(key)
                break
            entry = callbacks.find()
            if entry is not None:
                return entry, False
            if self._acquire_lease(lease):
                return callbacks.find(), True
            time.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)
        return None, False

    def _acquire_lease(self, lease: str) -> bool:
        return self._store.acquire(lease, secrets.token_bytes(8), LEASE_TTL)

    def _release_lease(self, lease: str, *, is_uncacheable: bool) -> None:
        if is_uncacheable:
            self._store.set(lease, UNCACHEABLE, UNCACHEABLE_TTL)
        else:
            self._store.delete(lease)

    def _mark_uncacheable(self, key: str) -> None:
        self._uncacheable[key] = self._now() + UNCACHEABLE_TTL
