"""Errors of accounts."""

from carboy.errors import ConfigError, RefusedError


class AuthSetupError(ConfigError):
    """Raised when the site's model of users is missing or is not unique."""


class ThrottledError(RefusedError):
    """Raised when there were too many attempts."""

    status = 429

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class InvalidTokenError(RefusedError):
    """Raised for a link or a code that is wrong, expired or was used already."""

    status = 400


class AccountInUseError(RefusedError):
    """Raised when rows of the site keep an account from being deleted."""

    status = 409


class NoPendingLoginError(RefusedError):
    """Raised for a second step to which no first step belongs."""

    status = 403
