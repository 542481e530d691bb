"""Channels: what several pages watch, fed from any thread of this process.

A channel does not reach other processes. With several workers, or a task queue, watch
something that all of them see: `PollingChannel` asks it on behalf of all watchers.
"""

from __future__ import annotations

import hashlib
import logging
import threading
import uuid
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from .event import Event, encode_event

# The server writes its log there: what channels report belongs beside it.
log = logging.getLogger("carboy.server")


@dataclass(frozen=True, slots=True)
class Entry:
    """An event that was published, with its place in the order."""

    number: int
    id: str
    wire: bytes


Listener = Callable[["Channel", Entry], None]


class Channel:
    """A line of events; remembers the last ones for pages that come back."""

    def __init__(self, *, history: int = 100, replay: int = 0) -> None:
        """`replay` is how many past events a page gets that was never here before."""
        self._lock = threading.Lock()
        # Held while the listener is told: it takes what is out of order for old.
        self._order = threading.RLock()
        self._entries: deque[Entry] = deque(maxlen=max(history, replay, 1))
        self._replay = replay
        self._epoch = uuid.uuid4().hex[:8]
        self._number = 0
        self._listener: Listener | None = None

    def publish(self, data: object, *, event: str = "", id: str = "") -> str:  # noqa: A002 (the name that the field has)
        """Send an event to all who watch; callable from any thread. Return its id."""
        with self._order:
            with self._lock:
                self._number += 1
                name = id or f"{self._epoch}-{self._number}"
                wire = encode_event(Event(data, event, name))
                entry = Entry(self._number, name, wire)
                self._entries.append(entry)
                listener = self._listener
            if listener is not None:
                listener(self, entry)
        return name

    def subscribe(self, last_id: str = "") -> Subscription:
        """Watch from here on, or from behind the event with this id."""
        return Subscription(self, last_id)

    def read_since(self, last_id: str) -> list[Entry]:
        """Return what a page has missed; everything remembered if its id is unknown."""
        with self._lock:
            entries = list(self._entries)
        if not last_id:
            return entries[len(entries) - self._replay :] if self._replay else []
        if last_id == self._start_id:
            return entries
        ids = [entry.id for entry in entries]
        return entries[ids.index(last_id) + 1 :] if last_id in ids else entries

    def get_position(self) -> str:
        """Return the id to come back with when nothing was seen yet."""
        with self._lock:
            return self._entries[-1].id if self._entries else self._start_id

    def set_listener(self, listener: Listener | None) -> None:
        """Call `listener` with each entry; one serves all streams of a process."""
        self._listener = listener

    @property
    def _start_id(self) -> str:
        return f"{self._epoch}-0"


class PollingChannel(Channel):
    """Asks a function every so often while someone watches, once for all of them.

    The function returns the data to show; an event goes out when it has changed.
    """

    def __init__(self, function: Callable[[], object], *, every: float = 1.0) -> None:
        super().__init__(history=1, replay=1)
        self._function = function
        self._every = every
        self._wake = threading.Event()
        self._is_watched = False
        self._thread: threading.Thread | None = None

    def set_listener(self, listener: Listener | None) -> None:
        """Start asking with the first watcher, stop after the last."""
        super().set_listener(listener)
        self._is_watched = listener is not None
        self._wake.clear()
        if listener is None:
            self._wake.set()
        elif self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(
                target=self._run, name="event-poll", daemon=True
            )
            self._thread.start()

    def read_since(self, last_id: str) -> list[Entry]:
        """Return the present state unless the page has it already."""
        if not self._is_watched:
            self._ask()
        entries = super().read_since("")
        return [entry for entry in entries if entry.id != last_id]

    def _run(self) -> None:
        while self._is_watched:
            try:
                self._ask()
            except Exception:
                log.exception("Asking for the state of an event channel failed.")
            self._wake.wait(self._every)

    def _ask(self) -> None:
        data = self._function()
        digest = hashlib.sha256(encode_event(data)).hexdigest()[:16]
        with self._lock:
            known = self._entries[-1].id if self._entries else ""
        if digest != known:
            self.publish(data, id=digest)


class Subscription:
    """One page's place in a channel; iterating gives what it has missed."""

    def __init__(self, channel: Channel, last_id: str = "") -> None:
        self.channel = channel
        self.last_id = last_id

    def read(self) -> list[Entry]:
        """Return what was missed, and remember it as seen."""
        entries = self.channel.read_since(self.last_id)
        if entries:
            self.last_id = entries[-1].id
        return entries

    def __iter__(self) -> Iterator[bytes]:
        return iter([entry.wire for entry in self.read()])
