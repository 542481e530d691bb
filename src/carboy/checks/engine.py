"""Tells where the engine has to step aside, so that an app is served as by Flask."""

from collections.abc import Iterator

from flask import Flask

from carboy.core import Check
from carboy.engine import (
    Engine,
    Fallback,
    install,
    list_fallbacks,
    uninstall,
)


def check_engine(app: Flask) -> Iterator[Check]:
    """List what costs a request what it costs in Flask: nothing is wrong with it."""
    for reason in _reasons_when_served(app):
        where = f"The endpoint {reason.endpoint!r}" if reason.endpoint else "The app"
        yield Check(
            "engine.W001",
            f"{where} is served as in stock Flask: {reason.reason}",
            "It answers as before, only not faster. CHECKS_SILENCED=engine.W001 "
            "silences this.",
        )


def _reasons_when_served(app: Flask) -> list[Fallback]:
    if isinstance(app, Engine):
        return list_fallbacks(app)
    # `carboy serve` puts the engine under a plain Flask app; so does this, meanwhile.
    before = vars(Flask)["wsgi_app"]
    install()
    try:
        return list_fallbacks(app)
    finally:
        if vars(Flask)["wsgi_app"] is not before:
            uninstall()
