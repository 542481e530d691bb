"""Event streams on the lane: thousands of them, none with a view thread."""

from __future__ import annotations

import asyncio
import contextvars
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from carboy.engine import ServerRequest, ServerResponse
from carboy.events import (
    COMMENT,
    Channel,
    Entry,
    Event,
    EventBody,
    Subscription,
    encode_event,
)
from carboy.server.logs import log
from carboy.server.threads.event_loop import Lane

from .granian_types import Connection, Transport
from .response import CLOSE, TEXT, tidy

_BEAT = 1.0
_BATCH = 100
_BATCHES = 100
_PAUSE = 0.004
_THREADS = 4
_END = object()


@dataclass(eq=False, slots=True)
class Watcher:
    """One open stream."""

    transport: Transport | None
    body: EventBody
    answer: ServerResponse
    user: str
    heard: float
    seen: int = 0
    task: asyncio.Task[None] | None = None
    gone: Any = None

    def send(self, data: bytes) -> bool:
        """Send; tell whether the client is still there."""
        if self.transport is None:
            return False
        try:
            next(self.transport.send_bytes(data), None)
        except Exception:  # noqa: BLE001 (Granian has one error for a closed stream)
            return False
        self.heard = time.monotonic()
        return True


@dataclass(slots=True)
class _Crowd:
    """All watchers of one channel, and what they have not been told."""

    watchers: dict[Watcher, None] = field(default_factory=dict)
    waiting: list[Entry] = field(default_factory=list)
    is_told: bool = False


class Watchers:
    """Keeps streams open, feeds them, and notices when their clients leave."""

    def __init__(self, most: int, lane: Lane, is_closing: Callable[[], bool]) -> None:
        self._most = most
        self._lane = lane
        self._is_closing = is_closing
        self._open: dict[Watcher, None] = {}
        self._users: Counter[str] = Counter()
        self._crowds: dict[Channel, _Crowd] = {}
        self._threads: ThreadPoolExecutor | None = None
        self._context = contextvars.copy_context()
        lane.tick(_BEAT, self._keep_alive)

    def take(
        self, conn: Connection, answer: ServerResponse, source: ServerRequest
    ) -> None:
        """Take an answer over; callable from any thread."""
        self._lane.call(lambda: self._open_stream(conn, answer, source))

    def count_open(self) -> int:
        """Count the streams."""
        return len(self._open)

    def close_all(self) -> None:
        """Send all clients away; they come back to another worker, not all at once."""
        for index, watcher in enumerate(list(self._open)):
            pause = 0.5 + (index % 20) / 10
            watcher.send(encode_event(Event(retry=pause)))
            self._end(watcher)

    def _open_stream(
        self, conn: Connection, answer: ServerResponse, source: ServerRequest
    ) -> None:
        body = answer.body
        if not isinstance(body, EventBody):
            return
        user = body.user or source.client[0]
        headers = [
            pair for pair in tidy(answer.headers, 0) if pair[0] != "Content-Length"
        ]
        if source.method == "HEAD" or self._is_closing():
            conn.response_bytes(answer.status, [*headers, CLOSE], b"")
            self._lane.aside(answer.close)
            return
        if self._users[user] >= body.per_user or len(self._open) >= self._most:
            retry = ("retry-after", "10")
            conn.response_bytes(429, [TEXT, retry], b"Too many event streams.\n")
            self._lane.aside(answer.close)
            return
        transport = conn.response_stream(answer.status, headers)
        watcher = Watcher(transport, body, answer, user, time.monotonic())
        self._open[watcher] = None
        self._users[user] += 1
        watcher.gone = conn.client_disconnect()
        watcher.gone.add_done_callback(
            lambda _: self._end(watcher), context=self._context
        )
        if watcher.send(encode_event(Event(retry=body.retry))):
            self._feed(watcher)
        else:
            self._end(watcher)

    def _feed(self, watcher: Watcher) -> None:
        feed = watcher.body.feed
        if isinstance(feed, Subscription):
            self._join(watcher, feed)
        elif isinstance(feed, AsyncIterator):
            watcher.task = self._lane.loop.create_task(self._follow(watcher, feed))
        else:
            watcher.task = self._lane.loop.create_task(self._step(watcher, feed))

    # Channels

    def _join(self, watcher: Watcher, feed: Subscription) -> None:
        crowd = self._crowds.get(feed.channel)
        if crowd is None:
            crowd = self._crowds[feed.channel] = _Crowd()
            feed.channel.set_listener(self._hear)
        crowd.watchers[watcher] = None
        missed = feed.read()
        if missed:
            watcher.seen = missed[-1].number
            watcher.send(b"".join(entry.wire for entry in missed))
        elif not feed.last_id:
            watcher.send(encode_event(Event(id=feed.channel.get_position())))

    def _hear(self, channel: Channel, entry: Entry) -> None:
        self._lane.call(lambda: self._tell(channel, entry))

    def _tell(self, channel: Channel, entry: Entry) -> None:
        crowd = self._crowds.get(channel)
        if crowd is not None:
            crowd.waiting.append(entry)
            if not crowd.is_told:
                crowd.is_told = True
                self._sweep(crowd, [], [])

    def _sweep(self, crowd: _Crowd, left: list[Watcher], entries: list[Entry]) -> None:
        """Tell some now and the others a little later, so that no request waits.

        What is published meanwhile is told by the next sweep, all of it at once.
        """
        if not left:
            if not crowd.waiting:
                crowd.is_told = False
                return
            entries, crowd.waiting = crowd.waiting, []
            left = list(crowd.watchers)
        size = max(_BATCH, len(crowd.watchers) // _BATCHES)
        for watcher in left[:size]:
            fresh = [each.wire for each in entries if each.number > watcher.seen]
            # Who came after these were published has read further than that.
            watcher.seen = max(watcher.seen, entries[-1].number)
            if fresh and not watcher.send(b"".join(fresh)):
                self._end(watcher)
        rest = left[size:]
        if rest or crowd.waiting:
            self._lane.loop.call_later(_PAUSE, self._sweep, crowd, rest, entries)
        else:
            crowd.is_told = False

    # Iterators

    async def _follow(self, watcher: Watcher, feed: AsyncIterator[object]) -> None:
        try:
            async for event in feed:
                if not watcher.send(encode_event(event)):
                    break
        except Exception:  # noqa: BLE001 (whatever the app's iterator raises)
            log.exception("An event stream failed.")
        finally:
            self._end(watcher)

    async def _step(self, watcher: Watcher, feed: Iterator[object]) -> None:
        """Ask a plain iterator on a thread, in a context of its own."""
        context = contextvars.copy_context()
        loop = self._lane.loop
        threads = self._get_threads()
        try:
            while True:
                event = await loop.run_in_executor(
                    threads, context.run, _take_next, feed
                )
                if event is _END or not watcher.send(encode_event(event)):
                    break
        except Exception:  # noqa: BLE001 (whatever the app's iterator raises)
            log.exception("An event stream failed.")
        finally:
            self._end(watcher)

    def _get_threads(self) -> ThreadPoolExecutor:
        if self._threads is None:
            self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="events")
        return self._threads

    # Ends

    def _keep_alive(self) -> None:
        now = time.monotonic()
        for watcher in list(self._open):
            late = now - watcher.heard >= watcher.body.keep_alive
            if late and not watcher.send(COMMENT):
                self._end(watcher)

    def _end(self, watcher: Watcher) -> None:
        """Forget a stream; what it holds goes, which ends the response."""
        if self._open.pop(watcher, self) is self:
            return
        watcher.transport = None
        # It holds the callback that holds the watcher, out of the collector's sight.
        watcher.gone = None
        self._users[watcher.user] -= 1
        if not self._users[watcher.user]:
            del self._users[watcher.user]
        feed = watcher.body.feed
        if isinstance(feed, Subscription):
            self._part(watcher, feed.channel)
        if watcher.task is not None and watcher.task is not _get_current_task():
            watcher.task.cancel()
        self._lane.aside(watcher.answer.close)

    def _part(self, watcher: Watcher, channel: Channel) -> None:
        crowd = self._crowds.get(channel)
        if crowd is None:
            return
        crowd.watchers.pop(watcher, None)
        if not crowd.watchers:
            del self._crowds[channel]
            channel.set_listener(None)


def _take_next(feed: Iterator[object]) -> object:
    return next(feed, _END)


def _get_current_task() -> object:
    try:
        return asyncio.current_task()
    except RuntimeError:
        return None
