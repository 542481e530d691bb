"""`events()`: the response of a view that keeps a page up to date.

Our server sends it without holding a view thread. On any other server it is short and
asks the page to reconnect: the page polls, with the same code.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from dataclasses import dataclass

import flask

from .channel import Channel, Subscription
from .event import Event, encode_event

Source = (
    Channel
    | Subscription
    | Iterable[object]
    | AsyncIterator[object]
    | Callable[[str], Iterable[object] | AsyncIterator[object]]
)
Feed = Subscription | Iterator[object] | AsyncIterator[object]
_MAX_WAIT = 0.2


@dataclass(slots=True)
class EventBody:
    """The body of an event stream: kept open by our server, one batch on others."""

    feed: Feed
    keep_alive: float
    retry: float
    per_user: int
    user: str
    is_event_stream = True

    def __iter__(self) -> Iterator[bytes]:
        """Yield one batch, which ends with the id to reconnect with."""
        yield encode_event(Event(retry=self.retry))
        feed = self.feed
        if isinstance(feed, Subscription):
            yield from feed
            if not feed.last_id:
                yield encode_event(Event(id=feed.channel.get_position()))
        elif isinstance(feed, AsyncIterator):
            yield from map(encode_event, asyncio.run(_take_ready(feed)))
        else:
            first = next(feed, None)
            if first is not None:
                yield encode_event(first)

    def close(self) -> None:
        """Close a generator that was not read to its end."""
        close = getattr(self.feed, "close", None)
        if close is not None:
            close()


def events(
    source: Source,
    *,
    keep_alive: float = 15.0,
    retry: float = 3.0,
    per_user: int = 6,
    user: str = "",
) -> flask.Response:
    """Return a response that sends events for as long as the page stays.

    `source` is a channel, a subscription, an iterator (a function of the last event
    id that makes one), or an asynchronous one. `user` is who has at most `per_user`
    such streams in one worker; by default that is the client's address. A plain
    generator shares a few threads with all others: one that waits is better written
    as a channel or as an asynchronous generator.
    """
    last_id = ""
    if flask.has_request_context():
        last_id = flask.request.headers.get("Last-Event-ID", "")
    body = EventBody(_make_feed(source, last_id), keep_alive, retry, per_user, user)
    response = flask.Response(
        body,
        mimetype="text/event-stream",
        direct_passthrough=True,
    )
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Accel-Buffering"] = "no"
    return response


def _make_feed(source: Source, last_id: str) -> Feed:
    if isinstance(source, Channel):
        return source.subscribe(last_id)
    if isinstance(source, Subscription | AsyncIterator):
        return source
    if isinstance(source, Iterable):
        return iter(source)
    feed = source(last_id)
    return feed if isinstance(feed, AsyncIterator) else iter(feed)


async def _take_ready(feed: AsyncIterator[object]) -> list[object]:
    """Return the events that come within a moment."""
    ready: list[object] = []
    try:
        async with asyncio.timeout(_MAX_WAIT):
            async for event in feed:
                ready += [event]
    except TimeoutError:
        pass
    return ready
