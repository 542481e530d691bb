"""Flask's session, kept where the site wants it, without losing or leaking anything."""

from .extension import Session, Sessions, bind_user, end, regenerate
from .record import SessionInfo
from .settings import SessionSettings

__all__ = [
    "Session",
    "SessionInfo",
    "SessionSettings",
    "Sessions",
    "bind_user",
    "end",
    "regenerate",
]
