"""Channels: events for all pages that watch them, published from any thread.

A channel does not reach other processes. With several workers, or a task queue, use a
`PollingChannel`, which polls something that all of them see on behalf of all pages.
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

# Not the server's: what fails here is a function of the site.
log = logging.getLogger("carboy.events")


@dataclass(frozen=True, slots=True)
class Entry:
    """A published event and its number in the channel."""

    number: int
    id: str
    wire: bytes


Listener = Callable[["Channel", Entry], None]


class Channel:
    """A sequence of events; keeps the last ones for pages that reconnect."""

    def __init__(self, *, history: int = 100, replay: int = 0) -> None:
        """`replay` is the number of past events that a new page gets."""
        self._lock = threading.Lock()
        # Held while the listener is called: it ignores entries that are out of order.
        self._order = threading.RLock()
        self._entries: deque[Entry] = deque(maxlen=max(history, replay, 1))
        self._replay = replay
        self._epoch = uuid.uuid4().hex[:8]
        self._number = 0
        self._listener: Listener | None = None

    def publish(self, data: object, *, event: str = "", id: str = "") -> str:  # noqa: A002 - the name of the field
        """Send an event to all watchers, from any thread; return its id."""
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
        """Return a subscription to the events after this id, or from now on."""
        return Subscription(self, last_id)

    def read_since(self, last_id: str) -> list[Entry]:
        """Return the entries after an id; all that are kept if the id is unknown."""
        with self._lock:
            entries = list(self._entries)
        if not last_id:
            return entries[len(entries) - self._replay :] if self._replay else []
        if last_id == self._start_id:
            return entries
        ids = [entry.id for entry in entries]
        return entries[ids.index(last_id) + 1 :] if last_id in ids else entries

    def get_position(self) -> str:
        """Return the id of the last event, with which a page can reconnect."""
        with self._lock:
            return self._entries[-1].id if self._entries else self._start_id

    def set_listener(self, listener: Listener | None) -> None:
        """Call `listener` with each entry; one serves all streams of a process."""
        self._listener = listener

    @property
    def _start_id(self) -> str:
        return f"{self._epoch}-0"


class PollingChannel(Channel):
    """A channel that polls a function while it is watched, once for all watchers.

    The function returns the data to show; an event is sent when that has changed.
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
        """Return the current state, unless the page has it already."""
        if not self._is_watched:
            self._poll()
        entries = super().read_since("")
        return [entry for entry in entries if entry.id != last_id]

    def _run(self) -> None:
        while self._is_watched:
            try:
                self._poll()
            except Exception:
                log.exception(
                    "The function of a polling channel failed; it is called again."
                )
            self._wake.wait(self._every)

    def _poll(self) -> None:
        data = self._function()
        digest = hashlib.sha256(encode_event(data)).hexdigest()[:16]
        with self._lock:
            last_id = self._entries[-1].id if self._entries else ""
        if digest != last_id:
            self.publish(data, id=digest)


class Subscription:
    """The position of one page in a channel; iterating yields what it has missed."""

    def __init__(self, channel: Channel, last_id: str = "") -> None:
        self.channel = channel
        self.last_id = last_id

    def read(self) -> list[Entry]:
        """Return the entries since the last call."""
        entries = self.channel.read_since(self.last_id)
        if entries:
            self.last_id = entries[-1].id
        return entries

    def __iter__(self) -> Iterator[bytes]:
        return iter([entry.wire for entry in self.read()])
