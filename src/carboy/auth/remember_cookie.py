"""The value of the cookie of a remembered login."""

import hashlib
from typing import Any

from flask import Flask
from itsdangerous import BadData, URLSafeTimedSerializer

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
