"""Devices whose remembered login was ended alone."""

import hashlib

from carboy.core import get_current_app

from .app_state import AuthState, auth_state


def end_device(state: AuthState, device: str) -> None:
    """End the remembered login of a device."""
    seconds = int(state.settings.remember_duration.total_seconds())
    state.store.set(_key(device), b"1", seconds)


def has_device_ended(device: str) -> bool:
    """Return whether the remembered login of a device was ended."""
    state = auth_state.find(get_current_app())
    return (
        bool(device) and state is not None and state.store.get(_key(device)) is not None
    )


def _key(device: str) -> str:
    return f"ended:{hashlib.sha256(device.encode()).hexdigest()}"
