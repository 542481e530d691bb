"""Sessions that are opened when they are first used, and when that is allowed."""

import base64
import binascii
from enum import Enum
from typing import Any

from flask.sessions import (
    SecureCookieSession,
    SecureCookieSessionInterface,
    session_json_serializer,
)

from .flask_features import COOKIE_OPTIONS
from .json_encoder import is_provider_class_unchanged

_OPENING = (
    "open_session",
    "get_signing_serializer",
    "make_null_session",
    "is_null_session",
    "get_cookie_name",
)
_WRITING = tuple(f"get_cookie_{name}" for name in COOKIE_OPTIONS)
_SAVING = ("save_session", "should_set_cookie", "get_expiration_time")
# Taken at import: tracers replace methods in the class itself.
_STOCK = {
    name: getattr(SecureCookieSessionInterface, name)
    for name in (*_OPENING, *_WRITING, *_SAVING)
}


_unset: object = object()


class SessionPolicy(Enum):
    """When the session of an interface is opened and saved."""

    EAGER = "opened at the start of each request, as in stock Flask"
    LAZY = "opened when it is first used; an unused one is not saved"
    REFRESH = "as LATE, but an unused permanent cookie is still refreshed"
    SAVE = "opened when it is first used, at the latest when it is saved"


def session_policy_of(interface: Any) -> SessionPolicy:
    """Return how late the session of this interface may be opened."""
    if getattr(type(interface), "lazy", False):
        return SessionPolicy.LAZY
    if not _has_originals(interface, _OPENING) or not is_provider_class_unchanged():
        return SessionPolicy.EAGER
    if interface.session_class is not SecureCookieSession:
        return SessionPolicy.EAGER
    known = interface.serializer is session_json_serializer
    if known and _has_originals(interface, _SAVING):
        return SessionPolicy.REFRESH
    return SessionPolicy.SAVE


def has_original_cookie_methods(interface: Any) -> bool:
    """Return whether the cookie's options are those of the settings."""
    return _has_originals(interface, _WRITING)


def may_need_refresh(cookies: str, name: str) -> bool:
    """Return whether a session cookie in this Cookie header could need a refresh.

    Only a permanent session is sent again without having been used, and that is
    visible in its payload without checking the signature. In doubt the answer is yes.
    """
    if type(name) is not str:
        return True
    if name not in cookies:
        return False
    if '"' in cookies:
        return True
    for part in cookies.split(";"):
        key, _, value = part.strip().partition("=")
        if name in key and _is_maybe_permanent(value):
            return True
    return False


def _is_maybe_permanent(value: str) -> bool:
    payload = value.partition(".")[0]
    if not payload or "%" in value or "\\" in value:
        return True
    try:
        padded = payload + "=" * (-len(payload) % 4)
        return b"_permanent" in base64.urlsafe_b64decode(padded)
    except (binascii.Error, ValueError):
        return True


def open_session(context: Any) -> Any:
    """Return the session that a push opens."""
    own = context.request.__dict__
    if "cookies" in own and own["cookies"] is not own.get(
        "carboy_parsed_cookies", _unset
    ):
        # The app has replaced them, which a push is too early to see.
        replaced = own.pop("cookies")
        if "carboy_parsed_cookies" in own:
            own["cookies"] = own["carboy_parsed_cookies"]
        try:
            return open_session(context)
        finally:
            own["cookies"] = replaced
    cookies = context.carboy_codec
    if cookies is not None:
        return cookies.open(context.app, context.request)
    interface = context.app.session_interface
    session = interface.open_session(context.app, context.request)
    return interface.make_null_session(context.app) if session is None else session


def save_session(context: Any, response: Any) -> None:
    """Save the session; open it before, if the app has not."""
    session: Any = context._session  # noqa: SLF001 - without marking it as used
    cookies = context.carboy_codec
    if cookies is not None:
        cookies.save(context.app, session, response)
        return
    interface = context.app.session_interface
    if not interface.is_null_session(session):
        interface.save_session(context.app, session, response)


def _has_originals(interface: Any, names: tuple[str, ...]) -> bool:
    return isinstance(interface, SecureCookieSessionInterface) and all(
        getattr(type(interface), name) is _STOCK[name] and name not in vars(interface)
        for name in names
    )
