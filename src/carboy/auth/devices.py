"""Where a user is logged in: the sessions of the battery `sessions`, if it is on.

Sessions in a store are listed by the store. Those in cookies are known to the browsers
alone, so each login leaves a note here.
"""

import hashlib
import secrets
import time
from dataclasses import dataclass
from typing import Any

from flask import has_request_context, request, session

from carboy.core import get_current_app, registry_of
from carboy.sessions import DEVICE
from carboy.stores import pack, unpack

from .app_state import AuthState, auth_state
from .current_user import get_session
from .ended_devices import end_device

_MAX_NOTES = 50
_Notes = dict[str, tuple[str, str, str, float]]


@dataclass(frozen=True, slots=True)
class Device:
    """A session of a user."""

    handle: str
    agent: str
    address: str
    seen: float
    is_current: bool


def begin_device(user_id: str) -> None:
    """Name the device of a login; one that has a name keeps it."""
    state = auth_state.find(get_current_app())
    if state is None:
        return
    device = session.get(DEVICE) or secrets.token_urlsafe(12)
    session[DEVICE] = device
    sessions = _find_sessions()
    if sessions is None or sessions.lists_sessions:
        return
    agent, address = request.headers.get("User-Agent", "")[:200], request.remote_addr
    note = (device, agent, address or "", time.time())
    _change_notes(state, user_id, lambda notes: notes | {_make_handle(device): note})


def forget_device(user: Any) -> None:
    """Take the device of this session off the list."""
    state, device = auth_state.find(get_current_app()), session.get(DEVICE)
    user_id = user.get_id() if user is not None else None
    if state is not None and device and user_id:
        _drop_note(state, user_id, _make_handle(device))


def list_devices(user: Any) -> list[Device]:
    """List the sessions of a user; empty where only the browsers have them."""
    sessions = _find_sessions()
    if sessions is None:
        return []
    if sessions.lists_sessions:
        return [
            Device(info.handle, info.agent, info.address, info.seen, info.is_current)
            for info in sessions.list_sessions(user.get_id())
        ]
    current = session.get(DEVICE) if has_request_context() else None
    notes = _read_notes(auth_state.current(), user.get_id())
    devices = [
        Device(handle, agent, address, seen, device == current)
        for handle, (device, agent, address, seen) in notes.items()
    ]
    return sorted(devices, key=lambda each: each.seen, reverse=True)


def revoke_device(user: Any, handle: str) -> bool:
    """End one session of a user and its remembered login; return if it was alive."""
    sessions, state = _find_sessions(), auth_state.current()
    if sessions is None:
        return False
    user_id = user.get_id()
    if not sessions.lists_sessions:
        note = _read_notes(state, user_id).get(handle)
        if note is None:
            return False
        _drop_note(state, user_id, handle)
        end_device(state, note[0])
        return bool(sessions.end_device(note[0]))
    named = [i for i in sessions.list_sessions(user_id) if i.handle == handle]
    for info in named:
        if info.device:
            end_device(state, info.device)
    return bool(sessions.revoke(user_id, handle))


def end_other_sessions(user: Any) -> None:
    """End every session but that of this request.

    Where the battery is off, the user's `auth_epoch` has ended them already.
    """
    sessions = _find_sessions()
    if sessions is None:
        return
    sessions.revoke_user(user.get_id(), keep=get_session())
    if not sessions.lists_sessions:
        own = _make_handle(session.get(DEVICE, ""))
        _change_notes(
            auth_state.current(),
            user.get_id(),
            lambda notes: {name: note for name, note in notes.items() if name == own},
        )


def _read_notes(state: AuthState, user_id: str) -> _Notes:
    data = state.store.get(_key(user_id))
    return {} if data is None else unpack(data)


def _drop_note(state: AuthState, user_id: str, handle: str) -> None:
    _change_notes(
        state,
        user_id,
        lambda notes: {name: note for name, note in notes.items() if name != handle},
    )


def _change_notes(state: AuthState, user_id: str, change: Any) -> None:
    def update(data: bytes | None) -> bytes | None:
        notes: _Notes = {} if data is None else unpack(data)
        # The oldest go first: they are of browsers that were closed.
        newest = sorted(change(notes).items(), key=lambda each: each[1][3])
        return pack(dict(newest[-_MAX_NOTES:])) if newest else None

    permanent = get_current_app().permanent_session_lifetime
    longest = max(state.settings.remember_duration, permanent)
    state.store.update(_key(user_id), update, int(longest.total_seconds()))


def _key(user_id: str) -> str:
    return f"devices:{hashlib.sha256(user_id.encode()).hexdigest()}"


def _make_handle(device: str) -> str:
    return hashlib.sha256(device.encode()).hexdigest()[:32]


def _find_sessions() -> Any:
    return registry_of(get_current_app()).installed.get("sessions")
