"""Which way a loaded app is asked: through the engine, or as plain WSGI."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import flask

from carboy import engine
from carboy.engine import ServerRequest, ServerResponse

from .call_app import call_wsgi

Respond = Callable[[ServerRequest], ServerResponse]


def prepare_process() -> None:
    """Put the engine under every Flask app that this process will import."""
    engine.install()


def make_respond(app: Callable[..., object]) -> Respond:
    """Return the function that answers a request for this app."""
    if not _is_bare(app):
        return _ask_wsgi(app)
    return partial(engine.respond, app)


def _ask_wsgi(app: Callable[..., object]) -> Respond:
    def ask(source: ServerRequest) -> ServerResponse:
        return call_wsgi(app, source)  # type: ignore[arg-type]  # what it returns is judged there

    return ask


def _is_bare(app: object) -> bool:
    """Tell whether this is a Flask app that no middleware stands around."""
    return isinstance(app, flask.Flask) and "wsgi_app" not in vars(app)
