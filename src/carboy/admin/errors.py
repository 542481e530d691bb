"""Errors of the console."""

from carboy.errors import ConfigError


class AdminSetupError(ConfigError):
    """Raised for a registration that names something that the model has not."""
