"""Errors of accounts."""

from carboy.auth import InvalidTokenError, NoPendingLoginError, ThrottledError
from carboy.auth.errors import AuthSetupError
from carboy.errors import ConfigError, RefusedError


def test_errors_know_their_status():
    assert ThrottledError("Too many.", 30).retry_after == 30
    assert [
        e.status for e in (ThrottledError, InvalidTokenError, NoPendingLoginError)
    ] == [
        429,
        400,
        403,
    ]
    assert issubclass(ThrottledError, RefusedError)
    assert issubclass(AuthSetupError, ConfigError)
