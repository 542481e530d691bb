"""When a session may be opened late, and when one that nobody opened must be saved."""

import base64
import binascii
from enum import Enum
from typing import Any

from flask.sessions import (
    SecureCookieSession,
    SecureCookieSessionInterface,
    session_json_serializer,
)

from .json_encoder import is_json_untouched

_OPENING = (
    "open_session",
    "get_signing_serializer",
    "make_null_session",
    "is_null_session",
    "get_cookie_name",
)
_WRITING = (
    "get_cookie_domain",
    "get_cookie_path",
    "get_cookie_httponly",
    "get_cookie_secure",
    "get_cookie_samesite",
    "get_cookie_partitioned",
)
_SAVING = ("save_session", "should_set_cookie", "get_expiration_time")
# Taken at import: tracers replace methods in the class itself.
_STOCK = {
    name: getattr(SecureCookieSessionInterface, name)
    for name in (*_OPENING, *_WRITING, *_SAVING)
}


class Opening(Enum):
    """How a session interface wants to be treated."""

    EAGER = "opened at the start of each request, as in stock Flask"
    LATE = "opened when it is first used; an unused one is not saved"
    COOKIE = "as LATE, but an unused permanent cookie is still refreshed"
    SAVED = "opened when it is first used, at the latest when it is saved"


def opening_of(interface: Any) -> Opening:
    """Find out how late this interface allows its session to be opened."""
    if getattr(type(interface), "lazy", False):
        return Opening.LATE
    if not _has_stock(interface, _OPENING) or not is_json_untouched():
        return Opening.EAGER
    if interface.session_class is not SecureCookieSession:
        return Opening.EAGER
    known = interface.serializer is session_json_serializer
    if known and _has_stock(interface, _SAVING):
        return Opening.COOKIE
    return Opening.SAVED


def has_stock_cookie(interface: Any) -> bool:
    """Tell whether the cookie says just what the settings say."""
    return _has_stock(interface, _WRITING)


def is_worth_opening(cookies: str, name: str) -> bool:
    """Tell whether a session cookie in this Cookie header could want a refresh.

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


def _has_stock(interface: Any, names: tuple[str, ...]) -> bool:
    return isinstance(interface, SecureCookieSessionInterface) and all(
        getattr(type(interface), name) is _STOCK[name] and name not in vars(interface)
        for name in names
    )
