"""Server-sent events and channels: what a view sends; the server only carries them."""

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
