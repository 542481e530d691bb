"""Calls an app for a response: through the engine, or as WSGI by PEP 3333."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import chain

import flask

from carboy import engine
from carboy.engine import ServerRequest, ServerResponse

from .sendfile import find_file_range

Respond = Callable[[ServerRequest], ServerResponse]


def make_respond(app: Callable[..., object]) -> Respond:
    """Return the function that answers a request for this app."""
    if _is_flask_alone(app):
        return partial(engine.respond, app)

    def respond(request: ServerRequest) -> ServerResponse:
        response = engine.call_wsgi(app, request.environ)
        try:
            _join_single_piece(response)
        except BaseException:
            response.close()
            raise
        return response

    return respond


def _is_flask_alone(app: object) -> bool:
    """Return whether this is a Flask app without a middleware around it."""
    return isinstance(app, flask.Flask) and "wsgi_app" not in vars(app)


def _join_single_piece(response: ServerResponse) -> None:
    """Make the body complete if its length says that it has one piece."""
    body = response.body
    if isinstance(body, bytes) or _is_sent_whole(body):
        return
    length = _find_content_length(response)
    if length is None:
        return
    pieces = iter(body)
    first = _next_piece(pieces)
    if len(first) == length:
        response.body = first
        response.on_close = partial(_run_to_end, pieces, response.on_close)
    else:
        response.body = chain((first,), pieces)


def _run_to_end(pieces: Iterator[bytes], on_close: Callable[[], object] | None) -> None:
    """Run what a middleware does after its last piece, then close the body."""
    try:
        for _ in pieces:
            pass
    finally:
        if on_close is not None:
            on_close()


def _is_sent_whole(body: Iterable[bytes]) -> bool:
    is_event_stream = getattr(body, "is_event_stream", False)
    return is_event_stream or find_file_range(body) is not None


def _find_content_length(response: ServerResponse) -> int | None:
    for name, value in response.headers:
        if len(name) == 14 and name.lower() == "content-length":
            is_number = value.isascii() and value.isdecimal()
            return int(value) if is_number else None
    return None


def _next_piece(pieces: Iterator[bytes]) -> bytes:
    for piece in pieces:
        if piece:
            return piece
    return b""
