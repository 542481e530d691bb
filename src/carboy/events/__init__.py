"""Server-sent events: what a view returns, and the channels that feed it.

How the server keeps thousands of them open is in `carboy.server.http.event_streams`.
"""

from .channel import Channel, Entry, PollingChannel, Subscription
from .event import COMMENT, Event, encode_event
from .response import EventBody, Feed, Source, events

__all__ = [
    "COMMENT",
    "Channel",
    "Entry",
    "Event",
    "EventBody",
    "Feed",
    "PollingChannel",
    "Source",
    "Subscription",
    "encode_event",
    "events",
]
