"""Errors of the console."""

from carboy.errors import CarboyError, ConfigError


class AdminSetupError(ConfigError):
    """Raised for a registration that names something that the model has not."""


class ActionError(CarboyError):
    """Raise it in an action for a row that it does not do; the text is shown."""
