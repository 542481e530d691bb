"""Where a user is logged in: the sessions of the battery `sessions`, if it is on."""

from dataclasses import dataclass
from typing import Any

from carboy.core import get_current_app, registry_of

from .current_user import get_session


@dataclass(frozen=True, slots=True)
class Device:
    """A session of a user."""

    handle: str
    agent: str
    address: str
    seen: float
    is_current: bool


def list_devices(user: Any) -> list[Device]:
    """List the sessions of a user; empty where only the browsers have them."""
    sessions = _find_sessions()
    if sessions is None:
        return []
    return [
        Device(info.handle, info.agent, info.address, info.seen, info.is_current)
        for info in sessions.list_sessions(user.get_id())
    ]


def revoke_device(user: Any, handle: str) -> bool:
    """End one session of a user; return whether it was alive."""
    sessions = _find_sessions()
    return sessions is not None and bool(sessions.revoke(user.get_id(), handle))


def end_other_sessions(user: Any) -> None:
    """End every session but that of this request.

    Where the battery is off, the user's `auth_epoch` has ended them already.
    """
    sessions = _find_sessions()
    if sessions is not None:
        own = get_session()
        sessions.revoke_user(user.get_id(), keep=own)


def _find_sessions() -> Any:
    return registry_of(get_current_app()).installed.get("sessions")
