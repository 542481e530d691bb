"""Flask's session, in signed cookies or in a store, saved key by key.

Stores themselves are in `carboy.stores`; logins are the business of other batteries.
"""

from .extension import Session, Sessions
from .lifecycle import bind_user, end, regenerate
from .record import SessionInfo
from .session import DEVICE
from .settings import SessionSettings

__all__ = [
    "DEVICE",
    "Session",
    "SessionInfo",
    "SessionSettings",
    "Sessions",
    "bind_user",
    "end",
    "regenerate",
]
