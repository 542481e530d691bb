"""The built-in checks of a site and of its deployment; batteries have their own."""

from .engine import check_engine
from .server import check_server
from .site import SiteChecks

__all__ = [
    "SiteChecks",
    "check_engine",
    "check_server",
]
