"""Names of Flask-Login that sites import and that nothing here needs."""

import hashlib
import hmac
from datetime import timedelta
from typing import Any

from flask import Blueprint, current_app, request, session
from flask.testing import FlaskClient

from carboy.core import get_current_app

from .current_user import get_manager
from .login_manager import epoch_of
from .remember_cookie import (
    decode_remembered,
    remember_duration,
    remember_name,
    signing_keys,
)

# The values that the settings have where a site sets none.
COOKIE_NAME = "remember_token"
COOKIE_DURATION = timedelta(days=365)
COOKIE_SECURE = False
COOKIE_HTTPONLY = True
LOGIN_MESSAGE = "Please log in to access this page."
LOGIN_MESSAGE_CATEGORY = "message"
REFRESH_MESSAGE = "Please reauthenticate to access this page."
REFRESH_MESSAGE_CATEGORY = "message"
ID_ATTRIBUTE = "get_id"
AUTH_HEADER_NAME = "Authorization"


class FlaskLoginClient(FlaskClient):
    """A test client that is logged in: `app.test_client(user=user)`.

    Set it as the app's `test_client_class`.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        user = kwargs.pop("user", None)
        is_fresh = kwargs.pop("fresh_login", True)
        super().__init__(*args, **kwargs)
        if user is None:
            return
        with self.session_transaction() as opened:
            opened["_user_id"] = user.get_id()
            opened["_fresh"] = is_fresh
            opened["_auth_epoch"] = epoch_of(user)


def login_remembered() -> bool:
    """Return whether this browser has a valid cookie of a remembered login."""
    app = get_current_app()
    value = request.cookies.get(remember_name(app))
    if not value or session.get("_remember") == "clear":
        return False
    seconds = remember_duration(app).total_seconds()
    return decode_remembered(app, value, seconds) is not None


def set_login_view(login_view: str, blueprint: Blueprint | None = None) -> None:
    """Set the login page of the app, or that of one blueprint."""
    manager = get_manager()
    if blueprint is None:
        manager.login_view = login_view
    else:
        manager.blueprint_login_views[blueprint.name] = login_view


def encode_cookie(payload: str, key: str | bytes | None = None) -> str:
    """Return a text with its signature by the key of the site."""
    return f"{payload}|{_sign(payload, key)}"


def decode_cookie(cookie: str, key: str | bytes | None = None) -> str | None:
    """Return the text whose signature is right, or None."""
    payload, separator, signature = cookie.rpartition("|")
    signed = _sign(payload, key).encode()
    is_right = hmac.compare_digest(signed, signature.encode(errors="replace"))
    return payload if separator and is_right else None


def _sign(payload: str, key: str | bytes | None) -> str:
    secret: Any = signing_keys(current_app)[-1] if key is None else key
    raw = secret.encode("latin1") if isinstance(secret, str) else secret
    return hmac.new(raw, payload.encode(), hashlib.sha512).hexdigest()
