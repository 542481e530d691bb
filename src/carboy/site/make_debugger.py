"""Makes the debugger, whose modules are not to be imported in production."""

from pkgutil import resolve_name
from typing import Any

from flask import Flask


def make_debugger(app: Flask, host: str) -> Any:
    """Return the WSGI app that shows exceptions of `app`, served at `host`."""
    return resolve_name("carboy.site.debugger:Debugger")(app, host)
