"""Flask's session, kept where the site wants it, without losing or leaking anything."""

from .extension import Session, Sessions, bind, end, renew
from .record import SessionInfo
from .settings import SessionSettings

__all__ = [
    "Session",
    "SessionInfo",
    "SessionSettings",
    "Sessions",
    "bind",
    "end",
    "renew",
]
