"""The built-in checks of an app and of its deployment; batteries bring their own."""

from .engine import check_engine
from .server import check_server
from .site import SiteChecks

__all__ = [
    "SiteChecks",
    "check_engine",
    "check_server",
]
