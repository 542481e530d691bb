"""Test client, clock and settings for tests; the fixtures are in `carboy_pytest`."""

from .client import Client, open_client
from .clock import Clock
from .overriding import override

__all__ = ["Client", "Clock", "open_client", "override"]
