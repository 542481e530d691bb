"""The production server: what stands between the open network and an app."""

from __future__ import annotations

from .channels import Channel, PollingChannel, Subscription
from .event import Event
from .events import events
from .options import Limits, Rehearsal, ServeOptions, Tls
from .serving import serve
from .sockets import BindError
from .target import TargetError, load_target

__all__ = [
    "BindError",
    "Channel",
    "Event",
    "Limits",
    "PollingChannel",
    "Rehearsal",
    "ServeOptions",
    "Subscription",
    "TargetError",
    "Tls",
    "events",
    "load_target",
    "serve",
]
