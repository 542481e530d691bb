"""The cookie of a remembered login: its name, its value and its end."""

import hashlib
from datetime import timedelta
from typing import Any

from flask import Flask
from itsdangerous import BadData, URLSafeTimedSerializer

from .app_state import auth_state
from .ended_devices import end_device

# Of Flask-Login, for a login manager alone.
_NAME, _DURATION = "remember_token", timedelta(days=365)
_SALT = "carboy.auth.remember"


def encode_remembered(app: Flask, user_id: str, epoch: int, device: str = "") -> str:
    """Return a value that logs this user in until the epoch of the user changes.

    `device` names the login, so that it can be ended alone.
    """
    value: Any = _serializer(app).dumps([user_id, epoch, device])
    return value if isinstance(value, str) else value.decode()


def decode_remembered(
    app: Flask, value: str, max_age: float
) -> tuple[str, int, str] | None:
    """Return the id, the epoch and the device in a value that is valid, or None."""
    try:
        content: Any = _serializer(app).loads(value, max_age=int(max_age))
    except BadData:
        return None
    match content:
        case [str(user_id), int(epoch), str(device)]:
            return user_id, epoch, device
        case _:
            return None


def remember_name(app: Flask) -> str:
    """Return the name of the cookie."""
    state = auth_state.find(app)
    if state is not None:
        return state.settings.remember_cookie
    name: str = app.config.get("REMEMBER_COOKIE_NAME", _NAME)
    return name


def remember_duration(app: Flask) -> timedelta:
    """Return how long a login is remembered."""
    state = auth_state.find(app)
    if state is not None:
        return state.settings.remember_duration
    value = app.config.get("REMEMBER_COOKIE_DURATION", _DURATION)
    return value if isinstance(value, timedelta) else timedelta(seconds=value)


def end_remembered(app: Flask, value: str) -> None:
    """End the login with this value: whoever has a copy of the cookie logs in no more.

    A login manager without `Auth` has no store to note it in.
    """
    state, seconds = auth_state.find(app), remember_duration(app).total_seconds()
    remembered = decode_remembered(app, value, seconds)
    if state is not None and remembered is not None:
        end_device(state, remembered[2])


def signing_keys(app: Flask) -> list[bytes]:
    """Return the keys of the site, the current one last, as itsdangerous wants them."""
    if not app.secret_key:
        msg = "SECRET_KEY is not set; logins cannot be signed. Set it to a random text."
        raise RuntimeError(msg)
    old = app.config.get("SECRET_KEY_FALLBACKS") or ()
    keys = [*old, app.secret_key]
    return [key.encode() if isinstance(key, str) else key for key in keys]


def _serializer(app: Flask) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(
        signing_keys(app),
        salt=_SALT,
        signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256},
    )
