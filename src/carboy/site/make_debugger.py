"""Makes the debugger, whose modules are not to be imported in production."""

from typing import Any

from flask import Flask


def make_debugger(app: Flask, host: str) -> Any:
    """Return the WSGI app that shows exceptions of `app`, served at `host`."""
    from .debugger import Debugger  # noqa: PLC0415 - see above

    return Debugger(app, host)
