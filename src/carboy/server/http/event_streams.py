"""Event streams on the event loop: thousands of them, none on a view thread."""

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
from carboy.server.threads.event_loop import EventLoop

from .checked_send import (
    CheckedHead,
    InvalidResponseError,
    check_head,
    send_bytes,
    start_stream,
)
from .granian_types import GranianProtocol, GranianTransport
from .response import CLOSE, TEXT, log_failure, send_failure

_KEEP_ALIVE_INTERVAL = 1.0
_BATCH = 100
_BATCHES = 100
_PAUSE = 0.004
_THREADS = 4
_END = object()


@dataclass(eq=False, slots=True)
class EventStream:
    """One open stream."""

    transport: GranianTransport | None
    body: EventBody
    response: ServerResponse
    user: str
    last_sent: float
    last_number: int = 0
    task: asyncio.Task[None] | None = None
    disconnected: Any = None

    def send(self, data: bytes) -> bool:
        """Send bytes; return whether the client is still connected."""
        if self.transport is None:
            return False
        try:
            next(self.transport.send_bytes(data), None)
        except Exception:  # noqa: BLE001 - Granian has one error for a closed stream
            return False
        self.last_sent = time.monotonic()
        return True


@dataclass(slots=True)
class _ChannelStreams:
    """All streams of one channel, and the entries that they have not been sent."""

    streams: dict[EventStream, None] = field(default_factory=dict)
    waiting: list[Entry] = field(default_factory=list)
    is_sending: bool = False


class EventStreams:
    """Keeps streams open, feeds them, and notices when their clients disconnect."""

    def __init__(
        self, max_streams: int, event_loop: EventLoop, is_closing: Callable[[], bool]
    ) -> None:
        self._max_streams = max_streams
        self._event_loop = event_loop
        self._is_closing = is_closing
        self._open: dict[EventStream, None] = {}
        self._users: Counter[str] = Counter()
        self._channels: dict[Channel, _ChannelStreams] = {}
        self._threads: ThreadPoolExecutor | None = None
        self._context = contextvars.copy_context()
        event_loop.call_every(_KEEP_ALIVE_INTERVAL, self._keep_alive)

    def open(
        self,
        protocol: GranianProtocol,
        response: ServerResponse,
        request: ServerRequest,
    ) -> None:
        """Send this response as a stream; callable from any thread."""
        self._event_loop.call(lambda: self._open_or_fail(protocol, response, request))

    def count_open(self) -> int:
        """Return the number of open streams."""
        return len(self._open)

    def close_all(self) -> None:
        """Disconnect all clients; they reconnect elsewhere, not all at once."""
        for index, stream in enumerate(list(self._open)):
            pause = 0.5 + (index % 20) / 10
            stream.send(encode_event(Event(retry=pause)))
            self._end(stream)

    def _open_or_fail(
        self,
        protocol: GranianProtocol,
        response: ServerResponse,
        request: ServerRequest,
    ) -> None:
        """Open a stream; whatever is wrong with it is answered, logged and closed."""
        try:
            is_open = self._open_stream(protocol, response, request)
        except Exception:  # noqa: BLE001 - an app made the response
            log_failure(request)
            send_failure(protocol)
            is_open = False
        if not is_open:
            self._event_loop.run_in_thread(response.close)

    def _open_stream(
        self,
        protocol: GranianProtocol,
        response: ServerResponse,
        request: ServerRequest,
    ) -> bool:
        body = response.body
        if not isinstance(body, EventBody):
            raise InvalidResponseError(
                f"An event stream must come from events(), got {type(body).__name__}."
            )
        user: object = body.user or request.client[0]
        keep_alive: object = body.keep_alive
        if not isinstance(user, str) or not isinstance(keep_alive, int | float):
            raise InvalidResponseError(
                "events() takes a text as user and seconds as keep_alive, got "
                f"{user!r:.200} and {keep_alive!r:.200}."
            )
        first = encode_event(Event(retry=body.retry))
        headers = [
            pair for pair in response.headers if pair[0].lower() != "content-length"
        ]
        head = check_head(response.status, headers, None)
        if request.method == "HEAD" or head.status in {204, 304} or self._is_closing():
            bare = CheckedHead(head.status, [*head.headers, CLOSE])
            send_bytes(protocol, bare, b"")
            return False
        if self._users[user] >= body.per_user or len(self._open) >= self._max_streams:
            refused = CheckedHead(429, [TEXT, ("retry-after", "10")])
            send_bytes(protocol, refused, b"Too many event streams.\n")
            return False
        transport = start_stream(protocol, head)
        stream = EventStream(transport, body, response, user, time.monotonic())
        self._open[stream] = None
        self._users[user] += 1
        try:
            self._start_feed(stream, protocol, first)
        except Exception:  # noqa: BLE001 - an app made the feed
            log.exception("An event stream failed.")
            self._end(stream)
        return True

    def _start_feed(
        self, stream: EventStream, protocol: GranianProtocol, first: bytes
    ) -> None:
        stream.disconnected = protocol.client_disconnect()
        stream.disconnected.add_done_callback(
            lambda _: self._end(stream), context=self._context
        )
        if not stream.send(first):
            self._end(stream)
            return
        feed = stream.body.feed
        loop = self._event_loop.loop
        if isinstance(feed, Subscription):
            self._subscribe(stream, feed)
        elif isinstance(feed, AsyncIterator):
            stream.task = loop.create_task(self._send_async(stream, feed))
        else:
            stream.task = loop.create_task(self._send_from_thread(stream, feed))

    # Channels

    def _subscribe(self, stream: EventStream, feed: Subscription) -> None:
        group = self._channels.get(feed.channel)
        if group is None:
            group = self._channels[feed.channel] = _ChannelStreams()
            feed.channel.set_listener(self._on_published)
        group.streams[stream] = None
        missed = feed.read()
        if missed:
            stream.last_number = missed[-1].number
            stream.send(b"".join(entry.wire for entry in missed))
        elif not feed.last_id:
            stream.send(encode_event(Event(id=feed.channel.get_position())))

    def _on_published(self, channel: Channel, entry: Entry) -> None:
        self._event_loop.call(lambda: self._add_entry(channel, entry))

    def _add_entry(self, channel: Channel, entry: Entry) -> None:
        group = self._channels.get(channel)
        if group is not None:
            group.waiting.append(entry)
            if not group.is_sending:
                group.is_sending = True
                self._send_batch(group, [], [])

    def _send_batch(
        self, group: _ChannelStreams, left: list[EventStream], entries: list[Entry]
    ) -> None:
        """Send to some streams now and to the rest later, so that no request waits.

        What is published meanwhile is sent in the next round, all of it at once.
        """
        if not left:
            if not group.waiting:
                group.is_sending = False
                return
            entries, group.waiting = group.waiting, []
            left = list(group.streams)
        size = max(_BATCH, len(group.streams) // _BATCHES)
        for stream in left[:size]:
            unsent = [each.wire for each in entries if each.number > stream.last_number]
            # A stream that was opened later has read further than these entries.
            stream.last_number = max(stream.last_number, entries[-1].number)
            if unsent and not stream.send(b"".join(unsent)):
                self._end(stream)
        rest = left[size:]
        if rest or group.waiting:
            self._event_loop.loop.call_later(
                _PAUSE, self._send_batch, group, rest, entries
            )
        else:
            group.is_sending = False

    # Iterators

    async def _send_async(
        self, stream: EventStream, feed: AsyncIterator[object]
    ) -> None:
        try:
            async for event in feed:
                if not stream.send(encode_event(event)):
                    break
        except Exception:  # noqa: BLE001 - whatever the app's iterator raises
            log.exception("An event stream failed.")
        finally:
            self._end(stream)

    async def _send_from_thread(
        self, stream: EventStream, feed: Iterator[object]
    ) -> None:
        """Run a plain iterator on a thread, in a context of its own."""
        context = contextvars.copy_context()
        loop = self._event_loop.loop
        threads = self._get_threads()
        try:
            while True:
                event = await loop.run_in_executor(
                    threads, context.run, _get_next, feed
                )
                if event is _END or not stream.send(encode_event(event)):
                    break
        except Exception:  # noqa: BLE001 - whatever the app's iterator raises
            log.exception("An event stream failed.")
        finally:
            self._end(stream)

    def _get_threads(self) -> ThreadPoolExecutor:
        if self._threads is None:
            self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="events")
        return self._threads

    # Ends

    def _keep_alive(self) -> None:
        now = time.monotonic()
        for stream in list(self._open):
            is_silent = now - stream.last_sent >= stream.body.keep_alive
            if is_silent and not stream.send(COMMENT):
                self._end(stream)

    def _end(self, stream: EventStream) -> None:
        """Forget a stream; without its transport the response ends."""
        if self._open.pop(stream, self) is self:
            return
        stream.transport = None
        # It holds the callback that holds the stream, hidden from the collector.
        stream.disconnected = None
        self._users[stream.user] -= 1
        if not self._users[stream.user]:
            del self._users[stream.user]
        feed = stream.body.feed
        if isinstance(feed, Subscription):
            self._unsubscribe(stream, feed.channel)
        if stream.task is not None and stream.task is not _get_current_task():
            stream.task.cancel()
        self._event_loop.run_in_thread(stream.response.close)

    def _unsubscribe(self, stream: EventStream, channel: Channel) -> None:
        group = self._channels.get(channel)
        if group is None:
            return
        group.streams.pop(stream, None)
        if not group.streams:
            del self._channels[channel]
            channel.set_listener(None)


def _get_next(feed: Iterator[object]) -> object:
    return next(feed, _END)


def _get_current_task() -> object:
    try:
        return asyncio.current_task()
    except RuntimeError:
        return None
