"""The limits of attempts, as pages count them."""

from flask import request

from carboy.auth.app_state import AuthState
from carboy.auth.throttles import CountedAttempt, Throttle
from carboy.auth.user_model import normalize_username
from carboy.errors import RefusedError


class WrongPasswordError(RefusedError):
    """Raised for a login or a password that is wrong; never says which."""

    status = 422


def take_attempt(
    state: AuthState, action: str, account: str, *, owner: str = ""
) -> CountedAttempt | None:
    """Count an attempt of this visitor, or raise `ThrottledError`.

    `owner` is the id of the user whom `account` names, if there is one.
    """
    if not state.settings.throttle:
        return None
    throttle = Throttle(state.store, action)
    # One spelling, of an address and of a user name: each has one limit.
    name, address = normalize_username(account), request.remote_addr or ""
    return throttle.take(name, address, owner=owner)
