"""One makes a value; the others wait for it, or take the old one."""

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from .entry import Entry
from .tolerant_store import TolerantStore

# A maker in another process that died is replaced after so many seconds.
LEASE = 30.0
# What stands in the lease when the value was not for others, and for how long.
REFUSED, REFUSED_FOR = b"-", 10.0
MOST_REFUSED = 10_000
# Between two looks whether another process is done: short at first, longer later.
FIRST_PAUSE, LONGEST_PAUSE = 0.002, 0.05

Make = Callable[[], tuple[Any, Entry | None]]


@dataclass(slots=True)
class Flight:
    """A value that is being made in this process."""

    owner: int = field(default_factory=threading.get_ident)
    done: threading.Event = field(default_factory=threading.Event)
    entry: Entry | None = None


@dataclass(frozen=True, slots=True)
class Ways:
    """How one value is found, made and read.

    `find` gives a fresh entry or None; `make` gives the value and its entry, which is
    None when it is not for others; `read` gives the value of an entry; `stale` is an
    old entry that may be given meanwhile.
    """

    find: Callable[[], Entry | None]
    make: Make
    read: Callable[[Entry], Any]
    stale: Entry | None = None


class Flights:
    """Sees to it that threads and processes make a value once at a time."""

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
        self._flights: dict[str, Flight] = {}
        self._refused: dict[str, float] = {}

    def share(self, key: str, ways: Ways) -> Any:
        """Give the value: made here, made by another meanwhile, or the old one."""
        if not self._wait or self._refused.get(key, 0) > self._now():
            return ways.make()[0]
        mine = Flight()
        theirs = self._flights.setdefault(key, mine)
        if theirs is not mine:
            return self._follow(theirs, mine.owner, ways)
        try:
            return self._lead(key, mine, ways)
        finally:
            del self._flights[key]
            mine.done.set()

    def _follow(self, flight: Flight, me: int, ways: Ways) -> Any:
        if ways.stale is not None:
            return ways.read(ways.stale)
        # A function that calls itself would wait for itself.
        if flight.owner != me:
            flight.done.wait(self._wait)
        return ways.make()[0] if flight.entry is None else ways.read(flight.entry)

    def _lead(self, key: str, flight: Flight, ways: Ways) -> Any:
        lease = f"{key}:lease"
        is_ours = not self._is_shared or self._claim(lease)
        if is_ours:
            entry = ways.find()
        elif ways.stale is not None:
            return ways.read(ways.stale)
        else:
            entry, is_ours = self._wait_elsewhere(key, lease, ways)
        if entry is None:
            return self._make(key, flight, ways, is_ours=is_ours)
        if is_ours and self._is_shared:
            self._store.delete(lease)
        flight.entry = entry
        return ways.read(entry)

    def _make(self, key: str, flight: Flight, ways: Ways, *, is_ours: bool) -> Any:
        is_refused = False
        try:
            value, flight.entry = ways.make()
            is_refused = flight.entry is None
            return value
        finally:
            if is_refused:
                self._refuse(key)
            if is_ours and self._is_shared:
                self._end(f"{key}:lease", is_refused=is_refused)

    def _wait_elsewhere(
        self, key: str, lease: str, ways: Ways
    ) -> tuple[Entry | None, bool]:
        """Give what another process has made, or whether it is our turn to make it."""
        end, pause = self._now() + self._wait, FIRST_PAUSE
        while self._now() < end:
            if self._store.get(lease) == REFUSED:
                self._refuse(key)
                break
            entry = ways.find()
            if entry is not None:
                return entry, False
            if self._claim(lease):
                return ways.find(), True
            time.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)
        return None, False

    def _claim(self, lease: str) -> bool:
        return self._store.claim(lease, secrets.token_bytes(8), LEASE)

    def _end(self, lease: str, *, is_refused: bool) -> None:
        if is_refused:
            self._store.set(lease, REFUSED, REFUSED_FOR)
        else:
            self._store.delete(lease)

    def _refuse(self, key: str) -> None:
        if len(self._refused) >= MOST_REFUSED:
            self._refused.clear()
        self._refused[key] = self._now() + REFUSED_FOR
