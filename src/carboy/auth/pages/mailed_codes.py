"""Codes that are sent by mail: they work once, and in this browser only."""

import hashlib
import hmac
import secrets

from flask import session

from carboy.auth.app_state import AuthState
from carboy.auth.errors import InvalidTokenError
from carboy.stores import pack, unpack
from carboy.translation import gettext as _

from .attempts import take_attempt

_DIGITS = 8


def make_code(state: AuthState, purpose: str, *values: str) -> str:
    """Return a code; `redeem_code` returns the values that belong to it.

    It is of no use in another browser: a code that is read out to somebody else
    logs nobody in there.
    """
    code = f"{secrets.randbelow(10**_DIGITS):0{_DIGITS}d}"
    nonce = secrets.token_urlsafe(16)
    session[_session_key(purpose)] = nonce
    entry = pack([_digest(nonce, code), *values])
    state.store.set(_key(purpose, nonce), entry, state.settings.code_lifetime)
    return code


def redeem_code(state: AuthState, purpose: str, code: str) -> list[str]:
    """Use a code up and return its values, or raise `InvalidTokenError`."""
    wrong = InvalidTokenError(_("The code is wrong or too old."))
    nonce = session.get(_session_key(purpose))
    if nonce is None:
        raise wrong
    take_attempt(state, "code", nonce)
    data = state.store.get(_key(purpose, nonce))
    if data is None:
        raise wrong
    content: list[str] = unpack(data)
    digest, *values = content
    if not hmac.compare_digest(digest, _digest(nonce, code.replace(" ", ""))):
        raise wrong
    # Atomic: of two at once, one deletes it.
    if not state.store.delete(_key(purpose, nonce)):
        raise wrong
    session.pop(_session_key(purpose), None)
    return values


def _session_key(purpose: str) -> str:
    return f"_auth_code_{purpose}"


def _key(purpose: str, nonce: str) -> str:
    return f"code:{purpose}:{nonce}"


def _digest(nonce: str, code: str) -> str:
    return hashlib.sha256(f"{nonce}:{code}".encode()).hexdigest()
