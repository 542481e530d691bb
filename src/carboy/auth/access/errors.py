"""Errors of policies and roles."""

from werkzeug.exceptions import Forbidden

from carboy.errors import CarboyError, ConfigError


class PolicyError(ConfigError):
    """Raised for a policy that cannot be registered or called as it is written."""


class UnknownActionError(PolicyError):
    """Raised when somebody asks for an action that no policy is about."""


class AccessDeniedError(CarboyError, Forbidden):
    """Raised when a user may not do what was asked for; the answer is a 403."""

    def __init__(self, description: str) -> None:
        Forbidden.__init__(self, description)
