"""Errors of logins by a provider."""

from carboy.errors import RefusedError


class SocialLoginError(RefusedError):
    """Raised when a provider's answer does not log anybody in."""

    status = 400
