"""The check that reports where the engine falls back to stock Flask."""

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

_FULL = "is served as in stock Flask", "It works as before, only not faster."
_PARTIAL = (
    "does not get the whole speed of the engine",
    "It is faster than in stock Flask, but slower than without the wrapper.",
)


def check_engine(app: Flask, *, verbose: bool = False) -> Iterator[Check]:
    """Report each app or endpoint that falls back, and is slower for it.

    `verbose` also reports those where that cannot be measured.
    """
    for fallback in _list_fallbacks_when_served(app):
        if not (fallback.is_slower or verbose):
            continue
        name = fallback.endpoint
        subject = f"The endpoint {name!r}" if name else "The app"
        verdict, advice = _FULL
        if fallback.is_partial:
            verdict, advice = _PARTIAL
        yield Check(
            "engine.W001",
            f"{subject} {verdict}: {fallback.reason}",
            f"{advice} CHECKS_SILENCED=engine.W001 silences this.",
        )


def _list_fallbacks_when_served(app: Flask) -> list[Fallback]:
    if isinstance(app, Engine):
        return list_fallbacks(app)
    # `carboy serve` installs the engine under a plain Flask app: do the same here.
    before = vars(Flask)["wsgi_app"]
    install()
    try:
        return list_fallbacks(app)
    finally:
        if vars(Flask)["wsgi_app"] is not before:
            uninstall()
