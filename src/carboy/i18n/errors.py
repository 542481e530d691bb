"""Errors of the battery for languages."""

from carboy.errors import ConfigError


class CatalogueError(ConfigError):
    """Raised for a catalogue that cannot be read."""
